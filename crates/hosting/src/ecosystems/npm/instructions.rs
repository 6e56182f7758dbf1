//! How npm, pnpm and Yarn are set up.

use std::fmt::Write as _;

use crate::instructions::{MASK, Place, Purpose, Snippet};

use super::name;

/// The package where there is none yet: a scope keeps other packages where they are.
const EXAMPLE: &str = "@my-team/my-package";

const WHERE: &str = "Say where the packages are";

pub(super) fn all(place: &Place<'_>) -> Vec<Snippet> {
    let package = place.package.unwrap_or(EXAMPLE);
    let rc = |client| Snippet::file(client, WHERE, ".npmrc", npmrc(place, package));
    let yarn = Snippet::file("Yarn", WHERE, ".yarnrc.yml", yarnrc(place, package));
    let [npm, pnpm, yarn_2, yarn_1] = match place.purpose {
        Purpose::Publish => publish(place),
        Purpose::Install => install(place, package),
    };
    vec![
        rc("npm"),
        npm,
        rc("pnpm"),
        pnpm,
        yarn,
        yarn_2,
        rc("Yarn 1"),
        yarn_1,
    ]
}

fn publish(place: &Place<'_>) -> [Snippet; 4] {
    let one = format!("yarn publish --registry {}/npm/", place.url());
    let shell = |client, text: &str| {
        Snippet::shell(
            client,
            "Publish the package in this folder",
            text.to_owned(),
        )
    };
    [
        shell("npm", "npm publish"),
        shell("pnpm", "pnpm publish"),
        shell("Yarn", "yarn npm publish"),
        shell("Yarn 1", &one),
    ]
}

fn install(place: &Place<'_>, package: &str) -> [Snippet; 4] {
    let wanted = match place.version {
        Some(version) => format!("{package}@{version}"),
        None => package.to_owned(),
    };
    let shell = |client, command: &str| {
        Snippet::shell(client, "Install the package", format!("{command} {wanted}"))
    };
    [
        shell("npm", "npm install"),
        shell("pnpm", "pnpm add"),
        shell("Yarn", "yarn add"),
        shell("Yarn 1", "yarn add"),
    ]
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
