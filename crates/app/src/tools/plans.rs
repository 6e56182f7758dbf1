//! Plans that were shown, until they are applied or forgotten.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use registrar_handover::{Conflict, FileChange, Handover, Plan, Replace, Sign};
use registrar_registry::RegistryId;

use super::{name, setting};
use crate::wire::{
    Code, CommandError, PlanConflict, PlanFile, PlanLine, PlanSign, ToolChange, ToolFamily,
    ToolPlan,
};

/// How many plans are remembered.
const KEPT: usize = 8;

/// A plan and what it is for.
pub(super) struct Planned {
    pub(super) plan: Plan,
    /// For the record of activity.
    pub(super) words: String,
}

/// The last plans, oldest first. They hold what files are to hold, secrets included.
#[derive(Default)]
pub(super) struct Plans(VecDeque<(String, Arc<Planned>)>);

impl Plans {
    /// Remembers a plan under a name that nobody guesses.
    pub(super) fn keep(&mut self, planned: Planned) -> ToolPlan {
        let id = RegistryId::new().to_string();
        let shown = ToolPlan {
            plan: id.clone(),
            files: planned.plan.changes.iter().map(file).collect(),
            conflicts: planned.plan.conflicts.iter().map(conflict).collect(),
        };
        self.0.push_back((id, Arc::new(planned)));
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
        shown
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Planned>> {
        let mut plans = self.0.iter();
        let found = plans.find(|(name, _)| name == id);
        found.map(|(_, planned)| Arc::clone(planned))
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.0.retain(|(name, _)| name != id);
    }
}

impl Planned {
    /// What was done to each file; one line where only a setting was let go that is gone already.
    pub(super) fn details(&self) -> Vec<String> {
        let files = self.plan.changes.iter();
        let lines = files.map(|change| format!("{}: {}", self.words, change.path().display()));
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() && !self.plan.is_empty() {
            return vec![self.words.clone()];
        }
        lines
    }
}

/// The answer to a plan that nobody remembers.
pub(super) fn outdated() -> CommandError {
    CommandError::new(
        Code::PlanOutdated,
        "This change was shown too long ago, so nothing was written.",
    )
    .hint("Look at the change again before it is made.")
}

/// Plans everything but the removal of plaintext. `own`: the helper that came with this program.
pub(super) fn plan(
    handover: &Handover,
    own: Option<&Path>,
    change: ToolChange,
) -> Result<Plan, CommandError> {
    let (docker, podman) = (handover.docker(), handover.podman());
    let plan = match change {
        ToolChange::Enable {
            family,
            keys,
            replace,
        } => {
            keys.iter().try_for_each(|key| check_key(family, key))?;
            match family {
                ToolFamily::Docker => docker.plan_enable(&keys, agreed(replace)),
                ToolFamily::Podman => podman.plan_enable(&keys, agreed(replace)),
            }
        }
        ToolChange::Disable { family, keys } => match family {
            ToolFamily::Docker => docker.plan_disable(&keys),
            ToolFamily::Podman => podman.plan_disable(&keys),
        },
        ToolChange::Every {
            family,
            on,
            replace,
        } => match family {
            ToolFamily::Docker => docker.plan_every(on, agreed(replace)),
            // Ours comes first there, and whoever else was asked is asked after it.
            ToolFamily::Podman => podman.plan_every(on),
        },
        ToolChange::Remove { family } => match family {
            ToolFamily::Docker => docker.plan_remove(),
            ToolFamily::Podman => podman.plan_remove(),
        },
        ToolChange::Repair { family } => match family {
            ToolFamily::Docker => docker.plan_repair(),
            ToolFamily::Podman => podman.plan_repair(),
        },
        ToolChange::LinkHelper => handover.helper_link().plan(helper(own)?),
        ToolChange::UnlinkHelper => handover.helper_link().plan_remove(helper(own)?),
        ToolChange::Scrub { .. } => Ok(Plan::default()),
    };
    Ok(plan?)
}

fn agreed(replace: bool) -> Replace {
    if replace {
        Replace::Agreed
    } else {
        Replace::Never
    }
}

/// Only what the tool would ask for is written: another spelling would have no effect.
fn check_key(family: ToolFamily, key: &str) -> Result<(), CommandError> {
    let plain = !key.chars().any(|c| c.is_control() || c.is_whitespace());
    if plain && setting::spelled(family, key).as_deref() == Some(key) {
        return Ok(());
    }
    Err(CommandError::new(
        Code::Invalid,
        format!("{} does not spell a registry like this.", name(family)),
    )
    .hint("Look at the page again."))
}

fn helper(own: Option<&Path>) -> Result<&Path, CommandError> {
    own.ok_or_else(|| {
        let message =
            "This installation of Registrar lacks its helper, docker-credential-registrar.";
        CommandError::new(Code::NotFound, message).hint("Install Registrar again.")
    })
}

/// What the change is, for the record of activity.
pub(super) fn words(change: &ToolChange) -> String {
    match change {
        ToolChange::Enable { family, keys, .. } => {
            format!("{} asks Registrar for {}", name(*family), keys.join(", "))
        }
        ToolChange::Disable { family, keys } => {
            let keys = keys.join(", ");
            format!("{} no longer asks Registrar for {keys}", name(*family))
        }
        ToolChange::Every { family, on, .. } => {
            let asks = if *on { "asks" } else { "no longer asks" };
            format!("{} {asks} Registrar for every registry", name(*family))
        }
        ToolChange::Remove { family } => {
            format!("{} no longer asks Registrar for anything", name(*family))
        }
        ToolChange::Repair { family } => {
            format!(
                "{} asks Registrar again, after another program undid that",
                name(*family)
            )
        }
        ToolChange::LinkHelper => "helper linked".to_owned(),
        ToolChange::UnlinkHelper => "helper's link removed".to_owned(),
        ToolChange::Scrub { keys } if keys.len() == 1 => "plaintext credential removed".to_owned(),
        ToolChange::Scrub { keys } => format!("{} plaintext credentials removed", keys.len()),
    }
}

/// What becomes of one file.
pub(crate) fn file(change: &FileChange) -> PlanFile {
    PlanFile {
        path: change.path().display().to_string(),
        is_new: change.creates(),
        is_removed: change.deletes(),
        lines: change
            .diff()
            .into_iter()
            .map(|line| PlanLine {
                sign: match line.sign {
                    Sign::Same => PlanSign::Same,
                    Sign::Added => PlanSign::Added,
                    Sign::Removed => PlanSign::Removed,
                    Sign::Gap => PlanSign::Gap,
                },
                text: line.text,
            })
            .collect(),
    }
}

fn conflict(conflict: &Conflict) -> PlanConflict {
    PlanConflict {
        key: conflict.key.clone(),
        helper: conflict.helper.clone(),
    }
}
