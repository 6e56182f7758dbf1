//! What a package says of itself, in the form that every ecosystem shares.

use super::metadata::Metadata;
use crate::model::{About, Dependency, Fact, Readme, ReadmeFormat};

/// The most characters of one value.
const MAX_VALUE: usize = 1000;
/// The most facts, and the most dependencies.
const MAX_LIST: usize = 2000;

/// Everything that is shown of a version.
pub(super) fn about(metadata: &Metadata) -> About {
    About {
        summary: metadata.one("Summary").map(short).unwrap_or_default(),
        facts: facts(metadata),
        dependencies: metadata
            .all("Requires-Dist")
            .take(MAX_LIST)
            .map(|one| dependency(&one))
            .collect(),
        readme: readme(metadata),
    }
}

fn facts(metadata: &Metadata) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |label: &str, value: Option<String>| {
        let fact = value.map(|value| Fact {
            label: short(label.to_owned()),
            value: short(value),
        });
        facts.extend(fact);
    };
    add("License", license(metadata));
    add("Requires Python", metadata.one("Requires-Python"));
    for (label, field) in [("Author", "Author"), ("Maintainer", "Maintainer")] {
        let mail = metadata.one(&format!("{field}-email"));
        add(label, people(metadata.one(field), mail));
    }
    add("Keywords", metadata.one("Keywords"));
    for (label, url) in urls(metadata) {
        add(&label, Some(url));
    }
    for classifier in metadata.all("Classifier").take(MAX_LIST) {
        add("Classifier", Some(classifier));
    }
    facts
}

/// The licence: its expression, or else what older packages say, as far as that is no whole text.
fn license(metadata: &Metadata) -> Option<String> {
    let old = || metadata.one("License").filter(|text| text.len() <= 200);
    let classified = || {
        let mut all = metadata.all("Classifier");
        let found = all.find_map(|one| one.strip_prefix("License :: ").map(str::to_owned))?;
        found.rsplit(" :: ").next().map(str::to_owned)
    };
    metadata
        .one("License-Expression")
        .or_else(old)
        .or_else(classified)
}

fn people(name: Option<String>, mail: Option<String>) -> Option<String> {
    match (name, mail) {
        (Some(name), Some(mail)) if mail.contains('<') => Some(format!("{name}, {mail}")),
        (Some(name), Some(mail)) => Some(format!("{name} <{mail}>")),
        (name, mail) => name.or(mail),
    }
}

/// The addresses that a project names, with what they are.
pub(super) fn urls(metadata: &Metadata) -> Vec<(String, String)> {
    let old = [("Homepage", "Home-page"), ("Download", "Download-URL")];
    let old = old
        .into_iter()
        .filter_map(|(label, field)| Some((label.to_owned(), metadata.one(field)?)));
    let listed = metadata.all("Project-URL").filter_map(|one| {
        let (label, url) = one.split_once(',')?;
        Some((label.trim().to_owned(), url.trim().to_owned()))
    });
    let mut urls: Vec<(String, String)> = Vec::new();
    for (label, url) in listed.chain(old).take(MAX_LIST) {
        if !urls
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(&label))
        {
            urls.push((label, url));
        }
    }
    urls
}

/// A requirement such as `name[extra] (>=1,<2); python_version < "3.9" and extra == 'test'`.
fn dependency(text: &str) -> Dependency {
    let end = text.find(|one: char| !(one.is_ascii_alphanumeric() || "-_.".contains(one)));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    Dependency {
        name: name.to_owned(),
        requirement: short(rest.trim().to_owned()),
        group: rest.split_once(';').and_then(|(_, marker)| extra(marker)),
    }
}

/// The extra that a marker asks for.
fn extra(marker: &str) -> Option<String> {
    let (_, after) = marker.split_once("extra")?;
    let after = after.trim_start().strip_prefix("==")?.trim_start();
    let quote = after.chars().next().filter(|one| "'\"".contains(*one))?;
    let (name, _) = after.get(1..)?.split_once(quote)?;
    Some(name.to_owned())
}

fn readme(metadata: &Metadata) -> Option<Readme> {
    let kind = metadata.one("Description-Content-Type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let format = match kind.to_ascii_lowercase().as_str() {
        "text/markdown" => ReadmeFormat::Markdown,
        // What says nothing is reStructuredText.
        "text/x-rst" | "" => ReadmeFormat::Rst,
        _ => ReadmeFormat::Text,
    };
    let text = metadata.description()?;
    Some(Readme::new(format, &text))
}

fn short(text: String) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((at, _)) => format!("{}\u{2026}", text.get(..at).unwrap_or_default()),
        None => text,
    }
}
