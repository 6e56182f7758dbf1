//! Whether a tool asks Registrar for a registry.

use registrar_catalog::{Address, Record};
use registrar_handover::{Docker, Podman, Slot, State, Status};

use crate::wire::{ToolFamily, ToolSetting};

/// How the family spells the record's registry: by its host, because no tool asks a helper for
/// less. `None` for what the family cannot ask for: other kinds, and registries without a credential.
pub(super) fn key(family: ToolFamily, record: &Record) -> Option<String> {
    let Address::Container(address) = &record.url else {
        return None;
    };
    let host = record.signs_in().then(|| address.host().to_string())?;
    spelled(family, &host)
}

/// How the family spells a host.
pub(super) fn spelled(family: ToolFamily, host: &str) -> Option<String> {
    match family {
        ToolFamily::Docker => Docker::key(host).ok(),
        ToolFamily::Podman => Podman::key(host).ok(),
    }
}

/// What the family does about one registry.
pub(super) fn of_key(family: ToolFamily, state: &State, key: &str) -> ToolSetting {
    if let Some(slot) = slot(state, Some(key)) {
        return of_slot(slot);
    }
    // Podman asks the helpers for all registries first, docker the one for this registry.
    let every_first = family == ToolFamily::Podman;
    match other(state, Some(key)) {
        Some(helper) if !(every_first && state.serves_every()) => ToolSetting::Other { helper },
        _ if state.serves_every() => ToolSetting::OnForAll,
        _ => ToolSetting::Off,
    }
}

/// What the family does about all registries of which nothing more specific is said.
pub(super) fn of_every(state: &State) -> ToolSetting {
    if let Some(slot) = slot(state, None) {
        return of_slot(slot);
    }
    match other(state, None) {
        Some(helper) => ToolSetting::Other { helper },
        None => ToolSetting::Off,
    }
}

fn slot<'a>(state: &'a State, key: Option<&str>) -> Option<&'a Slot> {
    let mut slots = state.slots.iter();
    slots.find(|slot| slot.key.as_deref() == key)
}

fn other(state: &State, key: Option<&str>) -> Option<String> {
    let mut others = state.others.iter();
    let found = others.find(|other| other.key.as_deref() == key);
    found.map(|other| other.helper.clone())
}

fn of_slot(slot: &Slot) -> ToolSetting {
    match &slot.status {
        Status::Active => ToolSetting::On,
        Status::Missing => ToolSetting::Missing,
        Status::Taken(by) => ToolSetting::Taken { by: by.clone() },
    }
}
