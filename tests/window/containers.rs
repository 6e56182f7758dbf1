//! Container registries in the words of the tests: their form, and their entries in the catalog.

use std::fmt::Write as _;
use std::path::Path;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::window::{By, Locator, Options, Window};
use serde_json::json;

use crate::steps::{id, options, token_field};

/// A secret that stands in no other text.
pub(crate) const SECRET: &str = "ctr_7d1e% &'\"Grüße";

/// User and secret of [`guarded`], as lines of an entry.
pub(crate) const TEAM: &str = "user = \"team\"\ntoken = true\n";

/// Past the first run, with an empty list, on a computer that knows `authority`.
pub(crate) fn knowing(authority: &Authority) -> Options {
    let file = authority.file().display().to_string();
    empty().env("SSL_CERT_FILE", &file)
}

/// Past the first run, with an empty list.
pub(crate) fn empty() -> Options {
    options().catalog("version = 1\n")
}

/// The entry of a container registry at `number`, as somebody would write it into the file;
/// `more`: further lines.
pub(crate) fn entry(number: usize, name: &str, address: &str, more: &str) -> String {
    let time = "2026-01-02T03:04:05.000000Z";
    let mut entry = String::new();
    write!(
        entry,
        "\n[[registry]]\nid = \"{}\"\nkind = \"container\"\nname = \"{name}\"\nurl = \"{address}\"\n\
         created = \"{time}\"\nupdated = \"{time}\"\n{more}",
        id(number)
    )
    .expect("writing to memory");
    entry
}

/// A catalog with these entries.
pub(crate) fn file(entries: &[String]) -> String {
    format!("version = 1\n{}", entries.concat())
}

/// Gives the entry at `number` a secret, as the window itself would keep it.
pub(crate) fn keep_secret(window: &Window, number: usize, secret: &str) {
    let stored = window
        .keyring()
        .store("registrar", &id(number), secret.as_bytes());
    stored.expect("a secret in the keyring");
}

/// Opens the form for a registry that no preset fits.
#[track_caller]
pub(crate) fn begin(window: &Window, address: &str) {
    choose(window, "Other registry");
    address_field(window).fill(address);
}

/// Opens the form for a registry of this provider.
#[track_caller]
pub(crate) fn choose(window: &Window, provider: &str) {
    window.button("Add registry").click();
    window.button(provider).click();
    window
        .find_by_role("heading", "Add a container registry")
        .wait();
}

pub(crate) fn address_field(window: &Window) -> Locator<'_> {
    window.find_by_label("Registry")
}

pub(crate) fn user_field(window: &Window) -> Locator<'_> {
    window.find(By::css("input[name=user]"))
}

/// Its label says as well that it is optional.
pub(crate) fn name_field(window: &Window) -> Locator<'_> {
    window.find(By::css("input[name=name]"))
}

/// Fills in who signs in.
#[track_caller]
pub(crate) fn sign_in(window: &Window, user: &str, secret: &str) {
    user_field(window).fill(user);
    paste(window, secret);
}

/// Puts a secret into its field at once, as people do, who do not type them.
#[track_caller]
pub(crate) fn paste(window: &Window, secret: &str) {
    token_field(window).click();
    window.execute(
        "document.execCommand('selectAll'); document.execCommand('insertText', false, arguments[0])",
        &json!([secret]),
    );
    assert_eq!(token_field(window).value(), secret);
}

/// Debian's registry over https for one user with [`SECRET`].
pub(crate) fn guarded(authority: &Authority) -> DockerRegistry {
    let registry = DockerRegistry::builder().login("team", SECRET);
    registry.tls(authority, Quality::Good).start()
}

/// A path as it stands in the catalog.
pub(crate) fn path(path: &Path) -> String {
    path.display().to_string()
}
