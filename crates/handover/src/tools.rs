//! Which tools are there.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use serde::Serialize;
use tokio::task::JoinSet;

use crate::{environment::Environment, program};

/// How long a tool has to say its version.
const LIMIT: Duration = Duration::from_secs(2);

/// Which configuration a tool reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Docker's `config.json`.
    Docker,
    /// `registries.conf` and `auth.json`.
    Podman,
    /// odo's `preference.yaml`.
    Odo,
}

/// Each tool, its family, and how to ask for its version.
const TOOLS: [(&str, Family, &[&str]); 8] = [
    ("docker", Family::Docker, &["--version"]),
    ("nerdctl", Family::Docker, &["--version"]),
    ("helm", Family::Docker, &["version", "--short"]),
    ("oras", Family::Docker, &["version"]),
    ("crane", Family::Docker, &["version"]),
    ("podman", Family::Podman, &["--version"]),
    ("skopeo", Family::Podman, &["--version"]),
    ("buildah", Family::Podman, &["--version"]),
];

/// odo, which has no family.
const ODO: (&str, Family, &[&str]) = ("odo", Family::Odo, &["version", "--client"]);

/// A tool that can be handed over to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tool {
    /// The program's name.
    pub name: &'static str,
    /// Which configuration it reads.
    pub family: Family,
    /// Where it is; `None` where it is not on the `PATH`.
    pub path: Option<PathBuf>,
    /// Its version, such as `28.2.2`; `None` where it did not say within two seconds.
    pub version: Option<String>,
}

/// What tools have said of themselves, so that each is run once per version of its file. Cheap to
/// clone; clones share what they know.
#[derive(Debug, Clone, Default)]
pub struct Discovery(Arc<Mutex<HashMap<Program, Option<String>>>>);

/// A program's file as it was when it was run.
type Program = (PathBuf, Option<SystemTime>);

impl Discovery {
    /// Looks for every tool on the `PATH`, all at once, for at most two seconds.
    pub async fn tools(&self, environment: &Environment) -> Vec<Tool> {
        let mut looking = JoinSet::new();
        for (place, tool) in TOOLS.into_iter().enumerate() {
            let (known, environment) = (self.clone(), environment.clone());
            looking.spawn(async move { (place, known.tool(tool, &environment).await) });
        }
        let mut tools = looking.join_all().await;
        tools.sort_unstable_by_key(|(place, _)| *place);
        tools.into_iter().map(|(_, tool)| tool).collect()
    }

    /// Looks for odo, for at most two seconds.
    pub async fn odo(&self, environment: &Environment) -> Tool {
        self.tool(ODO, environment).await
    }

    async fn tool(
        &self,
        (name, family, arguments): (&'static str, Family, &'static [&'static str]),
        environment: &Environment,
    ) -> Tool {
        let path = program::find(environment, name);
        let version = match &path {
            Some(path) => self.version(path, arguments, environment).await,
            None => None,
        };
        Tool {
            name,
            family,
            path,
            version,
        }
    }

    async fn version(
        &self,
        path: &Path,
        arguments: &[&str],
        environment: &Environment,
    ) -> Option<String> {
        let modified = path.metadata().and_then(|metadata| metadata.modified());
        let program = (path.to_owned(), modified.ok());
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let said = known().get(&program).cloned();
        if let Some(said) = said {
            return said;
        }
        let version = version(path, arguments, environment).await;
        // One that was too slow may be faster the next time.
        if version.is_some() {
            known().insert(program, version.clone());
        }
        version
    }
}

async fn version(path: &Path, arguments: &[&str], environment: &Environment) -> Option<String> {
    let output = program::run(path, arguments, b"", environment, LIMIT)
        .await
        .ok()?;
    output.text.expose_text().and_then(first_version)
}

/// The first word that looks like a version: digits, a dot, and more.
fn first_version(text: &str) -> Option<String> {
    let words = text.split(|character: char| character.is_whitespace() || character == ',');
    let bare = words.map(|word| {
        word.trim_start_matches(['v', 'V', '"'])
            .trim_end_matches(['"', ';'])
    });
    let mut versions = bare.filter(|word| {
        word.contains('.')
            && word.starts_with(|first: char| first.is_ascii_digit())
            && word.len() <= 64
    });
    versions.next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::first_version;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        let cases = [
            ("Docker version 28.2.2, build e6534b4\n", Some("28.2.2")),
            ("skopeo version 1.9.3\n", Some("1.9.3")),
            ("v3.14.0+g3fc9f4b\n", Some("3.14.0+g3fc9f4b")),
            ("Version:        1.2.0\nGo version: go1.24\n", Some("1.2.0")),
            ("odo v3.16.1 (d46eadc60)\n", Some("3.16.1")),
            ("something else\n", None),
        ];
        for (text, version) in cases {
            assert_eq!(first_version(text).as_deref(), version, "{text}");
        }
    }
}
