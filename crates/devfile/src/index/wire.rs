//! The index as registries write it, and its way into the model.

use std::collections::BTreeMap;

use registrar_net::clean;
use serde::Deserialize;

use super::model;

const MAX_NAME: usize = 200;
const MAX_TEXT: usize = 4000;
const MAX_URL: usize = 2048;
const MAX_LIST: usize = 1000;

/// An entry of either version of the index. `null` means absent, as everywhere in Go's JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    name: String,
    display_name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    project_type: Option<String>,
    language: Option<String>,
    provider: Option<String>,
    support_url: Option<String>,
    versions: Option<Vec<Details>>,
    /// What stands in both: an entry of version 1 is its own only version.
    #[serde(flatten)]
    details: Details,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    version: Option<String>,
    schema_version: Option<String>,
    default: Option<bool>,
    description: Option<String>,
    tags: Option<Vec<String>>,
    architectures: Option<Vec<String>>,
    icon: Option<String>,
    links: Option<BTreeMap<String, String>>,
    command_groups: Option<model::CommandGroups>,
    deployment_scopes: Option<model::DeploymentScopes>,
    resources: Option<Vec<String>>,
    starter_projects: Option<Vec<String>>,
    git: Option<Git>,
    last_modified: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Git {
    remotes: Option<BTreeMap<String, String>>,
    url: Option<String>,
    remote_name: Option<String>,
    sub_dir: Option<String>,
    revision: Option<String>,
}

impl Entry {
    /// `None` for what is neither a stack nor a sample, and for what has no name.
    pub(super) fn into_model(self) -> Option<model::Entry> {
        let kind = match self.kind.as_deref() {
            Some("sample") => model::EntryKind::Sample,
            None | Some("" | "stack") => model::EntryKind::Stack,
            Some(_) => return None,
        };
        let name = clean(&self.name, MAX_NAME);
        if name.is_empty() {
            return None;
        }
        let own = self.details;
        Some(model::Entry {
            kind,
            name,
            display_name: text(self.display_name, MAX_NAME),
            description: text(own.description.clone(), MAX_TEXT),
            tags: texts(own.tags.clone()),
            architectures: texts(own.architectures.clone()),
            icon: address(own.icon.clone()),
            project_type: text(self.project_type, MAX_NAME),
            language: text(self.language, MAX_NAME),
            provider: text(self.provider, MAX_NAME),
            support_url: address(self.support_url),
            git: own.git.clone().map(Git::into_model),
            versions: versions(self.versions, own),
        })
    }
}

/// The versions listed; where none are, the entry's own, unless it has nothing of a version.
fn versions(listed: Option<Vec<Details>>, own: Details) -> Vec<model::Version> {
    if let Some(listed) = listed {
        let listed = listed.into_iter().take(MAX_LIST);
        return listed.map(Details::into_model).collect();
    }
    let has_version = own.version.is_some() || own.links.is_some();
    let version = has_version.then(|| model::Version {
        is_default: true,
        ..own.into_model()
    });
    version.into_iter().collect()
}

impl Details {
    fn into_model(self) -> model::Version {
        let link = self.links.and_then(|mut links| links.remove("self"));
        model::Version {
            version: text(self.version, MAX_NAME),
            schema_version: text(self.schema_version, MAX_NAME),
            is_default: self.default.unwrap_or_default(),
            description: text(self.description, MAX_TEXT),
            tags: texts(self.tags),
            architectures: texts(self.architectures),
            icon: address(self.icon),
            link: address(link),
            command_groups: self.command_groups.unwrap_or_default(),
            deployment_scopes: self.deployment_scopes.unwrap_or_default(),
            resources: texts(self.resources),
            starter_projects: texts(self.starter_projects),
            git: self.git.map(Git::into_model),
            last_modified: some_text(self.last_modified, MAX_NAME),
        }
    }
}

impl Git {
    fn into_model(self) -> model::Git {
        let remotes = self.remotes.unwrap_or_default().into_iter();
        let remotes = remotes.take(MAX_LIST);
        model::Git {
            remotes: remotes
                .map(|(name, url)| (clean(&name, MAX_NAME), clean(&url, MAX_URL)))
                .collect(),
            url: address(self.url),
            remote_name: some_text(self.remote_name, MAX_NAME),
            sub_dir: address(self.sub_dir),
            revision: some_text(self.revision, MAX_NAME),
        }
    }
}

fn text(text: Option<String>, max_chars: usize) -> String {
    clean(&text.unwrap_or_default(), max_chars)
}

/// A URL or path; one that is too long is left out, because a part of it leads nowhere.
fn address(text: Option<String>) -> Option<String> {
    let text = text.filter(|text| text.len() <= MAX_URL)?;
    some_text(Some(text), MAX_URL)
}

fn some_text(text: Option<String>, max_chars: usize) -> Option<String> {
    let text = clean(&text?, max_chars);
    (!text.is_empty()).then_some(text)
}

fn texts(list: Option<Vec<String>>) -> Vec<String> {
    let list = list.unwrap_or_default().into_iter().take(MAX_LIST);
    list.map(|text| clean(&text, MAX_NAME)).collect()
}
