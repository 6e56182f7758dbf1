//! What a change of odo would write.

use registrar_catalog::{Address, Record};
use registrar_handover::{OdoRegistry, OdoState, Plan, Replace};
use registrar_vault::VaultError;

use super::tokens::Given;
use crate::app::App;
use crate::saving::parse_id;
use crate::tools::plan_file;
use crate::wire::{Code, CommandError, OdoChange, OdoConflict, OdoPlan, OdoToken, OdoTokenChange};

/// A change, worked out.
pub(super) struct Planned {
    pub(super) plan: Plan,
    /// For the record of activity.
    pub(super) words: String,
    pub(super) given: Vec<Given>,
    /// Names in odo whose tokens go.
    pub(super) removed: Vec<String>,
    tokens: Vec<OdoToken>,
    token_problem: Option<String>,
}

impl Planned {
    fn new(plan: Plan, words: String) -> Self {
        Self {
            plan,
            words,
            given: Vec::new(),
            removed: Vec::new(),
            tokens: Vec::new(),
            token_problem: None,
        }
    }

    pub(super) fn shown(&self, plan: &str) -> OdoPlan {
        let changes = &self.plan.changes;
        let backup = changes.iter().find_map(|change| change.backup());
        let conflicts = self.plan.conflicts.iter();
        OdoPlan {
            plan: plan.to_owned(),
            files: changes.iter().map(plan_file).collect(),
            backup: backup.map(|path| path.display().to_string()),
            conflicts: conflicts
                .map(|conflict| OdoConflict {
                    name: conflict.key.clone().unwrap_or_default(),
                    url: conflict.helper.clone(),
                })
                .collect(),
            tokens: self.tokens.clone(),
            token_problem: self.token_problem.clone(),
        }
    }

    fn removes(&mut self, name: &str) {
        self.removed.push(name.to_owned());
        self.tokens.push(token(name, OdoTokenChange::Removed));
    }
}

fn token(name: &str, what: OdoTokenChange) -> OdoToken {
    OdoToken {
        service: format!("odo-{name}"),
        what,
    }
}

impl App {
    pub(super) async fn planned(&self, change: OdoChange) -> Result<Planned, CommandError> {
        let handover = self.0.handover.clone();
        let state = self.blocking(move || Ok(handover.odo().state()?)).await?;
        match change {
            OdoChange::Use {
                ids,
                with_token,
                replace,
            } => self.plan_use(&state, &ids, with_token, replace).await,
            OdoChange::Remove { ids } => self.plan_remove(&state, ids).await,
            OdoChange::Drop { name } => self.plan_drop(&state, name).await,
        }
    }

    async fn plan_use(
        &self,
        state: &OdoState,
        ids: &[String],
        with_token: bool,
        replace: bool,
    ) -> Result<Planned, CommandError> {
        let mut records = Vec::new();
        for id in ids {
            let record = self.record(parse_id(id)?).await?;
            check(&record)?;
            records.push(record);
        }
        let wants_tokens = with_token && records.iter().any(|record| record.token);
        let out_of_reach = if wants_tokens {
            self.keychain_problem().await?
        } else {
            None
        };
        let gives = wants_tokens && out_of_reach.is_none();
        let wanted: Vec<_> = records
            .iter()
            .map(|record| registry(record, gives))
            .collect();
        let agreed = if replace {
            Replace::Agreed
        } else {
            Replace::Never
        };
        let (handover, to_write) = (self.0.handover.clone(), wanted.clone());
        let plan = self
            .blocking(move || Ok(handover.odo().plan_use(&to_write, agreed)?))
            .await?;
        let names = wanted.iter().map(|registry| registry.name.as_str());
        let words = format!("odo has {}", names.collect::<Vec<_>>().join(", "));
        let mut planned = Planned::new(plan, words);
        planned.token_problem = out_of_reach.map(|error| {
            format!("{error} The token stays in Registrar; odo gets the address alone.")
        });
        self.plan_tokens(&mut planned, state, &wanted).await?;
        Ok(planned)
    }

    /// Why odo's tokens have no place on this computer, if they have none.
    async fn keychain_problem(&self) -> Result<Option<VaultError>, CommandError> {
        match self.odo_token(NO_REGISTRY).await {
            Ok(_) => Ok(None),
            Err(error @ (VaultError::Missing { .. } | VaultError::NotSupported { .. })) => {
                Ok(Some(error))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Tokens of what is written come, and those under names of before go.
    async fn plan_tokens(
        &self,
        planned: &mut Planned,
        state: &OdoState,
        wanted: &[OdoRegistry],
    ) -> Result<(), CommandError> {
        for registry in wanted {
            let old = state.ours.iter().find(|ours| ours.id == registry.id);
            let stays = old.is_some_and(|old| old.name == registry.name);
            if let Some(old) = old.filter(|old| old.secure && !(stays && registry.secure)) {
                planned.removes(&old.name);
            }
            let conflicts = &planned.plan.conflicts;
            let left_out = conflicts
                .iter()
                .any(|conflict| conflict.key.as_deref() == Some(&registry.name));
            if !registry.secure || left_out {
                continue;
            }
            let there = self.odo_token(&registry.name).await?.is_some();
            let foreign = there && !(stays && old.is_some_and(|old| old.secure));
            let what = if foreign {
                OdoTokenChange::Replaced
            } else {
                OdoTokenChange::Added
            };
            planned.tokens.push(token(&registry.name, what));
            planned.given.push(Given {
                id: parse_id(&registry.id)?,
                name: registry.name.clone(),
            });
        }
        Ok(())
    }

    async fn plan_remove(
        &self,
        state: &OdoState,
        ids: Vec<String>,
    ) -> Result<Planned, CommandError> {
        let gone: Vec<_> = state
            .ours
            .iter()
            .filter(|ours| ids.contains(&ours.id))
            .collect();
        let names = gone.iter().map(|ours| ours.name.as_str());
        let words = format!("odo no longer has {}", names.collect::<Vec<_>>().join(", "));
        let handover = self.0.handover.clone();
        let plan = self
            .blocking(move || Ok(handover.odo().plan_remove(&ids)?))
            .await?;
        let mut planned = Planned::new(plan, words);
        for ours in gone.iter().filter(|ours| ours.secure) {
            planned.removes(&ours.name);
        }
        Ok(planned)
    }

    async fn plan_drop(&self, state: &OdoState, name: String) -> Result<Planned, CommandError> {
        let entry = state.entries.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(outdated)?;
        let handover = self.0.handover.clone();
        let words = format!("odo no longer has {name}");
        let plan = self
            .blocking(move || Ok(handover.odo().plan_drop(&[name])?))
            .await?;
        let mut planned = Planned::new(plan, words);
        if entry.secure {
            planned.removes(&entry.name);
        }
        Ok(planned)
    }
}

/// A name that no registry has: whether the keychain can be asked at all.
const NO_REGISTRY: &str = "";

/// The answer to a plan that nobody remembers.
pub(super) fn outdated() -> CommandError {
    CommandError::new(
        Code::PlanOutdated,
        "odo’s list has changed since this was shown, so nothing was written.",
    )
    .hint("Look at the change again before it is made.")
}

/// Whether odo has registries of this kind. It refuses no address that Registrar takes.
fn check(record: &Record) -> Result<(), CommandError> {
    match &record.url {
        Address::Devfile(_) => Ok(()),
        Address::Container(_) | Address::Other(_) => Err(CommandError::new(
            Code::Invalid,
            "odo has devfile registries and no others.",
        )),
    }
}

fn registry(record: &Record, gives_token: bool) -> OdoRegistry {
    OdoRegistry {
        id: record.id.to_string(),
        name: record.name.to_string(),
        url: record.url.text().into_owned(),
        secure: record.token && gives_token,
    }
}
