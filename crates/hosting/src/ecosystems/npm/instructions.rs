//! How npm, pnpm and Yarn are set up.

use std::fmt::Write as _;

use crate::instructions::{MASK, Place, Purpose, Snippet};

use super::name;

/// The package where there is none yet: a scope keeps other packages where they are.
const EXAMPLE: &str = "@my-team/my-package";

/// What each client is told: the file that says where packages are, then what to run.
pub(super) fn all(place: &Place<'_>) -> Vec<Snippet> {
    let package = place.package.unwrap_or(EXAMPLE);
    let clients = match place.purpose {
        Purpose::Publish => publishing(place),
        Purpose::Install => installing(place, package),
    };
    let title = match place.purpose {
        Purpose::Publish => "Publish the package in this folder",
        Purpose::Install => "Install the package",
    };
    let each = clients.map(|(client, command)| {
        let intro = "Tell the client where the packages are";
        let file = match client {
            "Yarn" => Snippet::file(client, intro, ".yarnrc.yml", yarnrc(place, package)),
            "Yarn 1" => Snippet::file(client, intro, ".npmrc", old_npmrc(place, package)),
            _ => Snippet::file(client, intro, ".npmrc", npmrc(place, package)),
        };
        let first = (client == "Yarn" && place.purpose == Purpose::Install).then(|| young(package));
        let last = Snippet::shell(client, title, command);
        [Some(file), first, Some(last)]
    });
    each.into_iter().flatten().flatten().collect()
}

/// Yarn passes over versions that are younger than a day. This is no part of its file, because older
/// ones refuse a file with a setting that they do not know.
fn young(package: &str) -> Snippet {
    let all = match name::split(package) {
        (Some(scope), _) => format!("@{scope}/*"),
        (None, _) => "*".to_owned(),
    };
    Snippet::shell(
        "Yarn",
        "With Yarn 4.10 or later, take versions that are younger than a day",
        format!("yarn config set npmPreapprovedPackages --json '[\"{all}\"]'"),
    )
}

fn publishing(place: &Place<'_>) -> [(&'static str, String); 4] {
    [
        ("npm", "npm publish".to_owned()),
        ("pnpm", "pnpm publish".to_owned()),
        ("Yarn", "yarn npm publish".to_owned()),
        (
            "Yarn 1",
            format!("yarn publish --registry {}/npm/", place.url()),
        ),
    ]
}

fn installing(place: &Place<'_>, package: &str) -> [(&'static str, String); 4] {
    let wanted = match place.version {
        Some(version) => format!("{package}@{version}"),
        None => package.to_owned(),
    };
    [
        ("npm", format!("npm install {wanted}")),
        ("pnpm", format!("pnpm add {wanted}")),
        ("Yarn", format!("yarn add {wanted}")),
        ("Yarn 1", format!("yarn add {wanted}")),
    ]
}

/// The file that npm and pnpm read.
fn npmrc(place: &Place<'_>, package: &str) -> String {
    let key = match name::split(package) {
        (Some(scope), _) => format!("@{scope}:registry"),
        (None, _) => "registry".to_owned(),
    };
    let mut text = format!("{key}={}/npm/\n", place.url());
    if place.needs_token() {
        let _ = writeln!(text, "//{}/npm/:_authToken={MASK}", place.bare_url());
    }
    text
}

/// The same for Yarn 1, which does not show its token for packages without a scope otherwise. npm
/// warns of a setting that it does not know.
fn old_npmrc(place: &Place<'_>, package: &str) -> String {
    let mut text = npmrc(place, package);
    if place.needs_token() {
        text += "always-auth=true\n";
    }
    text
}

/// The file that Yarn 2 and later read.
fn yarnrc(place: &Place<'_>, package: &str) -> String {
    let (lead, indent) = match name::split(package) {
        (Some(scope), _) => (format!("npmScopes:\n  {scope}:\n"), "    "),
        (None, _) => (String::new(), ""),
    };
    let url = format!("{}/npm", place.url());
    let mut text = format!("{lead}{indent}npmRegistryServer: \"{url}\"\n");
    if place.purpose == Purpose::Publish && !lead.is_empty() {
        let _ = writeln!(text, "{indent}npmPublishRegistry: \"{url}\"");
    }
    if place.needs_token() {
        let _ = write!(
            text,
            "{indent}npmAuthToken: \"{MASK}\"\n{indent}npmAlwaysAuth: true\n"
        );
    }
    if place.base.starts_with("http://") {
        let host = place.bare_url();
        let host = host.split([':', '/']).next().unwrap_or_default();
        let _ = write!(text, "unsafeHttpWhitelist:\n  - \"{host}\"\n");
    }
    text
}
