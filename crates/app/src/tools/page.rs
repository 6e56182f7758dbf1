//! What the Tools page shows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use registrar_catalog::Catalog;
use registrar_handover::{Family, Handover, HandoverError, HelperLink, State, Tool as Found};

use super::{said, setting};
use crate::wire::{HelperFacts, Tool, ToolFamily, ToolGroup, ToolRegistry, ToolSetting};

/// A family's configuration as it was read.
pub(super) struct Reading {
    pub(super) family: ToolFamily,
    file: PathBuf,
    state: Option<State>,
    problem: Option<String>,
}

/// Reads docker's configuration.
pub(super) fn docker(handover: &Handover) -> Reading {
    let docker = handover.docker();
    Reading::new(ToolFamily::Docker, docker.path(), docker.state())
}

/// Reads podman's.
pub(super) fn podman(handover: &Handover) -> Reading {
    let podman = handover.podman();
    Reading::new(ToolFamily::Podman, podman.path(), podman.state())
}

/// Looks for the helper. `own`: the one that came with this program.
pub(super) fn helper(link: &HelperLink<'_>, own: Option<&Path>) -> HelperFacts {
    let shown = |path: &Path| path.display().to_string();
    let found = link.found();
    let real = |path: &Path| path.canonicalize().ok();
    let ours = match (found.as_deref().and_then(real), own.and_then(real)) {
        (Some(found), Some(own)) => found == own,
        _ => false,
    };
    HelperFacts {
        own: own.map(shown),
        found: found.as_deref().map(shown),
        found_is_ours: ours,
        link: shown(&link.path()),
        linked: own.is_some_and(|own| link.leads_to(own)),
        link_on_path: link.is_on_path(),
    }
}

impl Reading {
    fn new(family: ToolFamily, file: PathBuf, state: Result<State, HandoverError>) -> Self {
        let (state, problem) = match state {
            Ok(state) => (Some(state), None),
            Err(error) => (None, Some(said(error))),
        };
        Self {
            family,
            file,
            state,
            problem,
        }
    }

    /// Whether the family asks Registrar for a credential for this host.
    pub(super) fn asks(&self, host: &str) -> bool {
        let key = setting::spelled(self.family, host);
        let setting = key.map(|key| self.setting(&key));
        matches!(setting, Some(ToolSetting::On | ToolSetting::OnForAll))
    }

    pub(super) fn group(self, found: &[Found], catalog: &Catalog) -> ToolGroup {
        let family = match self.family {
            ToolFamily::Docker => Family::Docker,
            ToolFamily::Podman => Family::Podman,
        };
        let tools = found.iter().filter(|tool| tool.family == family);
        let state = self.state.as_ref();
        ToolGroup {
            family: self.family,
            tools: tools.map(tool).collect(),
            file: self.file.display().to_string(),
            every: state.map_or(ToolSetting::Off, setting::of_every),
            registries: self.registries(catalog),
            needs_repair: state.is_some_and(State::needs_repair),
            problem: self.problem,
        }
    }

    fn setting(&self, key: &str) -> ToolSetting {
        let state = self.state.as_ref();
        state.map_or(ToolSetting::Off, |state| {
            setting::of_key(self.family, state, key)
        })
    }

    /// The catalog's registries in its order, then what only the tool knows.
    fn registries(&self, catalog: &Catalog) -> Vec<ToolRegistry> {
        let mut registries: Vec<ToolRegistry> = Vec::new();
        let mut places = BTreeMap::new();
        for record in &catalog.records {
            let Some(key) = setting::key(self.family, record) else {
                continue;
            };
            let place = *places.entry(key.clone()).or_insert(registries.len());
            if place == registries.len() {
                registries.push(self.registry(key));
            }
            registries[place].ids.push(record.id.to_string());
            registries[place].names.push(record.name.to_string());
        }
        let slots = self.state.iter().flat_map(|state| &state.slots);
        let known = slots.filter_map(|slot| slot.key.clone());
        let alone = known.filter(|key| !places.contains_key(key));
        registries.extend(alone.map(|key| self.registry(key)));
        registries
    }

    fn registry(&self, key: String) -> ToolRegistry {
        ToolRegistry {
            setting: self.setting(&key),
            key,
            ids: Vec::new(),
            names: Vec::new(),
        }
    }
}

/// A tool that was looked for.
pub(crate) fn tool(found: &Found) -> Tool {
    Tool {
        name: found.name.to_owned(),
        path: found.path.as_ref().map(|path| path.display().to_string()),
        version: found.version.clone(),
    }
}
