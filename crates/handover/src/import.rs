//! What tools have stored already: found without reading a secret, taken over one by one.
//!
//! Registries are spelled as found. Docker's own tokens of its sign-in to Docker Hub are left out:
//! they are no accounts of a person.

mod files;
mod helm;
mod helpers;

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
};

use registrar_registry::Secret;
use serde::{Deserialize, Serialize};

use crate::{
    docker,
    docker_protocol::{Credential, Key},
    environment::Environment,
    error::HandoverError,
    plan::Plan,
    podman,
};

/// Where a credential lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In plain text in a file, for whoever can read that.
    Plaintext,
    /// With another helper, of this name.
    Helper(String),
}

/// A credential that a tool has, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The file that holds it or names its helper.
    pub file: PathBuf,
    /// The registry as spelled there.
    pub key: String,
    /// The user, where the file or the helper says so.
    pub user: Option<String>,
    /// Where the secret is.
    pub place: Place,
}

/// What a search came to.
#[derive(Debug, Default)]
pub struct Findings {
    /// The credentials.
    pub found: Vec<Found>,
    /// Files and helpers that could not be asked. The others were.
    pub failures: Vec<HandoverError>,
}

/// How a file lays out its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Below `auths`.
    Auths,
    /// Right at the top, as in the old `~/.dockercfg`.
    Bare,
}

/// Every file in which docker, podman and helm look, in podman's order, each once.
fn files(environment: &Environment) -> Vec<(PathBuf, Layout)> {
    let chosen = environment.path("REGISTRY_AUTH_FILE");
    let mut podman = match chosen {
        Some(only) => vec![only],
        None => podman::passing_auth_files(environment),
    };
    podman.push(podman::lasting_auth_file(environment));
    let tools = [docker::file(environment), helm::file(environment)];
    let mut files: Vec<_> = podman
        .into_iter()
        .chain(tools)
        .map(|file| (file, Layout::Auths))
        .collect();
    files.push((environment.home().join(".dockercfg"), Layout::Bare));
    let mut seen = Vec::new();
    files.retain(|(file, _)| {
        let new = !seen.contains(file);
        seen.push(file.clone());
        new
    });
    files
}

/// Looks into every file and asks every helper that one names for its list, never for a secret.
/// A helper has two seconds.
pub async fn search(environment: &Environment) -> Findings {
    let mut findings = Findings::default();
    let mut named = Vec::new();
    for (file, layout) in files(environment) {
        match read(file.clone(), layout).await {
            Ok(content) => {
                findings.found.extend(content.found);
                named.push((file, content.helpers));
            }
            Err(error) => findings.failures.push(error),
        }
    }
    helpers::list_all(environment, named, &mut findings).await;
    findings
        .found
        .retain(|found| !Key::parse(&found.key).is_ok_and(|key| key.is_hub_token()));
    findings
}

/// Reads the credential. A helper has a minute, because it may ask the person first.
///
/// # Errors
/// [`HandoverError::Gone`] where it is no longer there, and what reading a file or running a
/// helper can come to.
pub async fn take(environment: &Environment, found: &Found) -> Result<Credential, HandoverError> {
    match &found.place {
        Place::Helper(name) => helpers::get(environment, name, &found.key).await,
        Place::Plaintext => {
            let (layout, found) = (layout(environment, found), found.clone());
            let file = found.file.clone();
            blocking(file, move || files::take(&found.file, layout, &found.key)).await
        }
    }
}

async fn read(file: PathBuf, layout: Layout) -> Result<files::Content, HandoverError> {
    blocking(file.clone(), move || files::read(&file, layout)).await
}

/// Reads `file` off the asynchronous threads.
async fn blocking<T: Send + 'static>(
    file: PathBuf,
    read: impl FnOnce() -> Result<T, HandoverError> + Send + 'static,
) -> Result<T, HandoverError> {
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(io::Error::other)
        .map_err(HandoverError::read(&file))?
}

fn layout(environment: &Environment, found: &Found) -> Layout {
    let known = files(environment)
        .into_iter()
        .find(|(file, _)| *file == found.file);
    known.map_or(Layout::Auths, |(_, layout)| layout)
}

impl crate::Handover {
    /// Removes credentials from the files that hold them in plain text. Docker's own mark that
    /// there is one elsewhere, an empty entry, stays in docker's file.
    ///
    /// This cannot be undone: the secrets are remembered nowhere.
    ///
    /// # Errors
    /// [`HandoverError::Gone`] where one is with a helper or no longer there.
    pub fn plan_scrub(&self, found: &[Found]) -> Result<Plan, HandoverError> {
        let mut of_file: BTreeMap<&Path, Vec<&Found>> = BTreeMap::new();
        for found in found {
            if found.place != Place::Plaintext {
                return Err(HandoverError::Gone);
            }
            of_file.entry(&found.file).or_default().push(found);
        }
        let docker = docker::file(&self.environment);
        let plans = of_file.into_iter().map(|(file, found)| {
            let layout = layout(&self.environment, found[0]);
            files::plan_scrub(self, file, layout, &found, file == docker)
        });
        plans
            .reduce(|all, plan| Ok(all?.and(plan?)))
            .unwrap_or_else(|| Ok(Plan::default()))
    }
}

/// An entry of a file: a user and a password, or an identity token.
struct Entry {
    user: Option<String>,
    secret: Secret,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
