//! `registries.conf` and the files beside it, of which one is ours.

use std::{
    fs,
    path::{Path, PathBuf},
};

use registrar_registry::Secret;
use serde::Deserialize;

use crate::{
    disk,
    docker_protocol::HELPER,
    environment::Environment,
    error::HandoverError,
    helper_file::{Status, broken, text},
    json,
    ledger::{Record, Wiring},
    plan::{Body, FileChange, Handover, Plan},
};

/// What podman asks where no file says anything.
const DEFAULT: &str = "containers-auth.json";
const SYSTEM: &str = "etc/containers/registries.conf";
const USER: &str = ".config/containers/registries.conf";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Conf {
    #[serde(default)]
    credential_helpers: Vec<String>,
}

/// Our file. Podman looks for it below the home, whatever `$XDG_CONFIG_HOME` says.
fn drop_in(environment: &Environment) -> PathBuf {
    environment
        .home()
        .join(format!("{USER}.d/50-{HELPER}.conf"))
}

/// The file that `$CONTAINERS_REGISTRIES_CONF` puts in the place of the system's and the person's.
pub(crate) fn chosen(environment: &Environment) -> Option<PathBuf> {
    environment.path("CONTAINERS_REGISTRIES_CONF")
}

/// The files in the order in which podman reads them. A person's own `registries.conf` stands in
/// for the system's, and for the files beside the system's; one that the environment names stands
/// in for both, but for no file beside them.
fn files(environment: &Environment) -> Result<Vec<PathBuf>, HandoverError> {
    let own = environment.home().join(USER);
    let mut files = Vec::new();
    let chosen = chosen(environment);
    if chosen.is_none() && own.exists() {
        files.push(own);
    } else {
        files.push(chosen.unwrap_or_else(|| environment.system(SYSTEM)));
        files.extend(beside(&environment.system(&format!("{SYSTEM}.d")))?);
    }
    files.extend(beside(&environment.home().join(format!("{USER}.d")))?);
    Ok(files)
}

/// Every file of which [`files`] makes its choice, and the folders of which all files count.
pub(crate) fn places(environment: &Environment) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let main = [environment.home().join(USER), environment.system(SYSTEM)];
    let folders = [
        environment.home().join(format!("{USER}.d")),
        environment.system(&format!("{SYSTEM}.d")),
    ];
    let main = main.into_iter().chain(chosen(environment));
    (main.collect(), folders.into())
}

/// The files in `folder` that podman reads; none where there is no such folder.
pub(crate) fn beside(folder: &Path) -> Result<Vec<PathBuf>, HandoverError> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths
        .collect::<Result<Vec<_>, _>>()
        .map_err(HandoverError::read(folder))?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "conf"));
    paths.sort_unstable();
    Ok(paths)
}

/// The helpers that the file names; none where it names none or is not there.
fn helpers(path: &Path) -> Result<Vec<String>, HandoverError> {
    let Some(content) = disk::read(path)? else {
        return Ok(Vec::new());
    };
    let text = text(path, content.expose())?;
    let conf: Result<Conf, _> = toml::from_str(text);
    Ok(conf
        .map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            broken(path, text)(json::problem(at, error.message()))
        })?
        .credential_helpers)
}

/// What has become of our file; `None` where it neither is nor should be there.
pub(super) fn status(handover: &Handover) -> Result<Option<Status>, HandoverError> {
    let ours = drop_in(&handover.environment);
    let content = disk::read(&ours)?;
    let ledger = handover.ledger()?;
    let record = ledger.record(&ours, content.as_ref().map(Secret::expose));
    if content.is_none() && !record.is_some_and(|record| record.wanted.every) {
        return Ok(None);
    }
    let mut last = None;
    for path in files(&handover.environment)? {
        let helpers = helpers(&path)?;
        if !helpers.is_empty() {
            last = Some((path, helpers));
        }
    }
    Ok(Some(match last {
        Some((_, helpers)) if helpers.first().is_some_and(|first| first == HELPER) => {
            Status::Active
        }
        Some((path, _)) => Status::Taken(path.display().to_string()),
        None => Status::Missing,
    }))
}

/// Writes our file, or deletes it.
pub(super) fn plan(handover: &Handover, every: bool) -> Result<Plan, HandoverError> {
    let path = drop_in(&handover.environment);
    let before = disk::read(&path)?;
    let ledger = handover.ledger()?;
    let old = ledger.record(&path, before.as_ref().map(Secret::expose));
    let after = every
        .then(|| content(&handover.environment, &path))
        .transpose()?;
    if before.as_ref().map(Secret::expose) == after.as_deref().map(str::as_bytes) {
        return Ok(match old {
            // Somebody deleted it already.
            Some(_) if !every => Plan::note(&path, Record::default()),
            _ => Plan::default(),
        });
    }
    let record = Record {
        before: None,
        after: after.as_ref().map(|text| disk::hash(text.as_bytes())),
        wanted: Wiring {
            every,
            ..Wiring::default()
        },
        folders: old.map(|record| record.folders.clone()).unwrap_or_default(),
        ..Record::default()
    };
    let change = FileChange {
        path,
        before: before.map(Body::File),
        after: after.map(|text| Body::File(Secret::new(text))),
        record: Some(record),
        backup: None,
    };
    Ok(Plan {
        changes: vec![change],
        ..Plan::default()
    })
}

/// What our file has to say: Registrar first, then whoever the other files name.
fn content(environment: &Environment, ours: &Path) -> Result<String, HandoverError> {
    let mut others = vec![DEFAULT.to_owned()];
    for path in files(environment)? {
        let named = if path == ours {
            Vec::new()
        } else {
            helpers(&path)?
        };
        if !named.is_empty() {
            others = named;
        }
    }
    others.retain(|helper| helper != HELPER);
    let all: toml::Value = std::iter::once(HELPER.to_owned())
        .chain(others)
        .collect::<Vec<_>>()
        .into();
    Ok(format!(
        "# Written by Registrar: podman, skopeo and buildah ask it for credentials first.\n\
         # Delete this file to undo that.\n\
         credential-helpers = {all}\n"
    ))
}
