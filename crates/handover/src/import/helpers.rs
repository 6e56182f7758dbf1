//! Credentials with other helpers.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use registrar_registry::Secret;
use serde::Deserialize;
use tokio::task::JoinSet;

use super::{Findings, Found, Place};
use crate::{
    docker_protocol::{Credential, NOT_FOUND},
    environment::Environment,
    error::HandoverError,
    helper_file::Helpers,
    program::{self, Output},
};

/// How long a helper has to list what it keeps.
const LIST_LIMIT: Duration = Duration::from_secs(2);
/// How long it has to give one secret: it may ask the person for a password first.
const GET_LIMIT: Duration = Duration::from_mins(1);
/// What newer versions of `secretservice` list in place of the registry: the item's label.
const LABEL: &str = "Registry credentials for ";

/// Asks every helper that a file names for its list, each once.
///
/// A helper that serves single registries is believed about those only, as docker does.
pub(super) async fn list_all(
    environment: &Environment,
    named: Vec<(PathBuf, Helpers)>,
    findings: &mut Findings,
) {
    let names = named.iter().flat_map(|(_, helpers)| helpers.names());
    let lists = lists(environment, names.map(str::to_owned).collect(), findings).await;
    for (file, helpers) in named {
        for name in helpers.names() {
            let listed = lists.get(name).into_iter().flatten();
            let served = listed.filter(|(key, _)| helpers.serves(name, key));
            let found = served.map(|(key, user)| Found {
                file: file.clone(),
                key: key.clone(),
                user: (!user.is_empty()).then(|| user.clone()),
                place: Place::Helper(name.to_owned()),
            });
            findings.found.extend(found);
        }
    }
}

/// What each helper lists, all of them asked at once.
async fn lists(
    environment: &Environment,
    names: BTreeSet<String>,
    findings: &mut Findings,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut asking = JoinSet::new();
    for name in names {
        let environment = environment.clone();
        asking.spawn(async move { (list(&environment, &name).await, name) });
    }
    let mut answers = asking.join_all().await;
    answers.sort_unstable_by(|(_, one), (_, other)| one.cmp(other));
    let mut lists = BTreeMap::new();
    for (answer, name) in answers {
        match answer {
            Ok(listed) => drop(lists.insert(name, listed)),
            Err(error) => findings.failures.push(error),
        }
    }
    lists
}

async fn list(
    environment: &Environment,
    name: &str,
) -> Result<BTreeMap<String, String>, HandoverError> {
    let output = call(environment, name, "list", "unused", LIST_LIMIT).await?;
    let listed: BTreeMap<String, String> = understood(name, &output)?;
    let bare = |key: String| key.strip_prefix(LABEL).map(str::to_owned).unwrap_or(key);
    Ok(listed
        .into_iter()
        .map(|(key, user)| (bare(key), user))
        .collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Got {
    username: String,
    secret: Secret,
}

/// Asks the helper for one secret.
pub(super) async fn get(
    environment: &Environment,
    name: &str,
    key: &str,
) -> Result<Credential, HandoverError> {
    let output = call(environment, name, "get", key, GET_LIMIT).await?;
    let said = output.text.expose_text().map(str::trim);
    if !output.success && said == Some(NOT_FOUND) {
        return Err(HandoverError::Gone);
    }
    let Got { username, secret } = understood(name, &output)?;
    Ok(Credential {
        user: username,
        secret,
    })
}

async fn call(
    environment: &Environment,
    name: &str,
    verb: &str,
    input: &str,
    limit: Duration,
) -> Result<Output, HandoverError> {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.is_empty() || !name.bytes().all(harmless) {
        return Err(HandoverError::HelperName);
    }
    let program = format!("docker-credential-{name}");
    let path = program::find(environment, &program).ok_or_else(|| HandoverError::Start {
        program,
        source: std::io::Error::new(std::io::ErrorKind::NotFound, "it is not on the PATH"),
    })?;
    program::run(&path, &[verb], input.as_bytes(), environment, limit).await
}

/// The answer as JSON. What else it may be is not repeated, because it may hold a secret.
fn understood<T: for<'de> Deserialize<'de>>(
    name: &str,
    output: &Output,
) -> Result<T, HandoverError> {
    let answer = output
        .success
        .then(|| serde_json::from_slice(output.text.expose()).ok());
    answer.flatten().ok_or_else(|| HandoverError::Answer {
        program: format!("docker-credential-{name}"),
    })
}
