//! How npm, pnpm and Yarn are set up.

use std::fmt::Write as _;

use crate::instructions::{MASK, Place, Purpose, Snippet};

use super::name;

/// The package where there is none yet: a scope keeps other packages where they are.
const EXAMPLE: &str = "@my-team/my-package";

pub(super) fn all(place: &Place<'_>) -> Vec<Snippet> {
    let package = place.package.unwrap_or(EXAMPLE);
    let publish = place.purpose == Purpose::Publish;
    let mut all = vec![
        Snippet::file(
            "npm, pnpm, Yarn 1",
            "Tell clients where the packages are",
            ".npmrc",
            npmrc(place, package),
        ),
        Snippet::file(
            "Yarn",
            "Tell Yarn 2 and later where the packages are",
            ".yarnrc.yml",
            yarnrc(place, package),
        ),
    ];
    let commands: [(&'static str, String); 4] = if publish {
        [
            ("npm", "npm publish".to_owned()),
            ("pnpm", "pnpm publish".to_owned()),
            (
                "Yarn 1",
                format!("yarn publish --registry {}/npm/", place.url()),
            ),
            ("Yarn", "yarn npm publish".to_owned()),
        ]
    } else {
        let wanted = match place.version {
            Some(version) => format!("{package}@{version}"),
            None => package.to_owned(),
        };
        [
            ("npm", format!("npm install {wanted}")),
            ("pnpm", format!("pnpm add {wanted}")),
            ("Yarn 1", format!("yarn add {wanted}")),
            ("Yarn", format!("yarn add {wanted}")),
        ]
    };
    let title = if publish {
        "Publish the package in this folder"
    } else {
        "Install the package"
    };
    let commands = commands.map(|(client, text)| Snippet::shell(client, title, text));
    all.extend(commands);
    all
}

/// The file that npm, pnpm and Yarn 1 read.
fn npmrc(place: &Place<'_>, package: &str) -> String {
    let key = match name::split(package) {
        (Some(scope), _) => format!("@{scope}:registry"),
        (None, _) => "registry".to_owned(),
    };
    let mut text = format!("{key}={}/npm/\n", place.url());
    if place.needs_token() {
        let _ = writeln!(text, "//{}/npm/:_authToken={MASK}", place.bare_url());
        // Yarn 1 does not show its token for tarballs otherwise.
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
