//! What the page shows of odo.

use std::path::Path;

use registrar_catalog::{Address, Catalog, Record};
use registrar_handover::{
    HandoverError, OdoEntry as Found, OdoRegistry, OdoState, Tool as Program,
};
use registrar_registry::DevfileUrl;

use crate::tools::{said, tool};
use crate::wire::{OdoEntry, OdoPage, OdoRow, OdoUse};

pub(super) fn page(
    program: &Program,
    file: &Path,
    state: Result<OdoState, HandoverError>,
    catalog: &Catalog,
) -> OdoPage {
    let (state, problem) = match state {
        Ok(state) => (Some(state), None),
        Err(error) => (None, Some(said(error))),
    };
    let state = state.unwrap_or_else(|| OdoState {
        file: file.to_owned(),
        entries: Vec::new(),
        is_default: false,
        ours: Vec::new(),
    });
    OdoPage {
        tool: tool(program),
        file: file.display().to_string(),
        problem,
        registries: catalog
            .records
            .iter()
            .filter_map(|record| row(record, &state))
            .collect(),
        entries: state
            .entries
            .iter()
            .map(|found| entry(found, &state, catalog))
            .collect(),
        is_default: state.is_default,
    }
}

/// What Registrar has written for this id, if it still stands there.
pub(super) fn ours<'a>(state: &'a OdoState, id: &str) -> Option<&'a OdoRegistry> {
    let ours = written(state, id)?;
    stands(state, ours).then_some(ours)
}

fn written<'a>(state: &'a OdoState, id: &str) -> Option<&'a OdoRegistry> {
    state.ours.iter().find(|ours| ours.id == id)
}

fn stands(state: &OdoState, ours: &OdoRegistry) -> bool {
    let same = |found: &Found| found.name == ours.name && found.url == ours.url;
    state.entries.iter().any(same)
}

fn row(record: &Record, state: &OdoState) -> Option<OdoRow> {
    let Address::Devfile(url) = &record.url else {
        return None;
    };
    Some(OdoRow {
        id: record.id.to_string(),
        name: record.name.to_string(),
        url: url.as_str().to_owned(),
        has_token: record.token,
        setting: setting(record, url, state),
    })
}

fn setting(record: &Record, url: &DevfileUrl, state: &OdoState) -> OdoUse {
    if let Some(ours) = written(state, &record.id.to_string()) {
        return of_ours(ours, record, url, state);
    }
    let mut entries = state.entries.iter();
    if let Some(found) = entries.find(|found| is_at(found, url)) {
        return OdoUse::Theirs {
            name: found.name.clone(),
        };
    }
    let mut entries = state.entries.iter();
    match entries.find(|found| found.name == record.name.as_str()) {
        Some(found) => OdoUse::NameTaken {
            url: shown(&found.url),
        },
        None => OdoUse::Off,
    }
}

fn of_ours(ours: &OdoRegistry, record: &Record, url: &DevfileUrl, state: &OdoState) -> OdoUse {
    if !stands(state, ours) {
        return OdoUse::Undone;
    }
    let same = ours.name == record.name.as_str() && ours.url == url.as_str();
    if same && (record.token || !ours.secure) {
        return OdoUse::On {
            with_token: ours.secure,
        };
    }
    OdoUse::Outdated {
        name: ours.name.clone(),
        url: ours.url.clone(),
    }
}

fn is_at(found: &Found, url: &DevfileUrl) -> bool {
    DevfileUrl::parse(&found.url).is_ok_and(|theirs| theirs == *url)
}

fn entry(found: &Found, state: &OdoState, catalog: &Catalog) -> OdoEntry {
    let same = |record: &&Record| matches!(&record.url, Address::Devfile(url) if is_at(found, url));
    let known = catalog.records.iter().find(same);
    let written = |ours: &OdoRegistry| ours.name == found.name && ours.url == found.url;
    OdoEntry {
        name: found.name.clone(),
        url: shown(&found.url),
        secure: found.secure,
        ours: state.ours.iter().any(written),
        known_as: known.map(|record| record.name.to_string()),
        problem: problem(&found.url),
    }
}

/// Why an address cannot be taken over: among others, because it is on GitHub, which odo refuses
/// as well.
pub(super) fn problem(url: &str) -> Option<String> {
    DevfileUrl::parse(url).err().map(|error| error.to_string())
}

/// The address without what may be a password.
fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}{}", &rest[end..]),
        None => url.to_owned(),
    }
}
