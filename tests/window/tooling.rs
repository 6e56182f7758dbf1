//! Docker, podman and the like around a window: their files, their programs, and what the window
//! shows before it changes something of theirs.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use acceptance_support::window::{By, Locator, Window};
use serde_json::json;

use crate::steps::id;

/// The registries of most tests; nothing asks them for anything.
pub(crate) const LAB: &str = "registry.example";
/// Another.
pub(crate) const TEAM: &str = "team.example:5000";

/// The question before docker asks for [`LAB`], and what is said when it does.
pub(crate) const TURN_ON: &str = "Let Docker ask Registrar for registry.example?";
pub(crate) const TURNED_ON: &str = "Docker now asks Registrar for registry.example.";

/// What is shown of every file that would change: its name, then the lines as they are read out,
/// with `+` and `-` for those that come and go, and `~` where lines are left out.
const SHOWN: &str = "
const signs = { 'Added:': '+', 'Removed:': '-' };
const line = (item) => {
  const code = item.querySelector('code');
  const said = item.querySelector('.visually-hidden')?.textContent.trim();
  return code ? (signs[said] ?? ' ') + code.textContent : '~';
};
const files = [...document.querySelectorAll('dialog:modal [role=group]')];
return files
  .filter((file) => file.ariaLabel?.startsWith('Changes of '))
  .flatMap((file) => [file.ariaLabel, ...[...file.querySelectorAll('li')].map(line)]);";

/// What stands in the part of the page below this heading.
const SECTION: &str = "
const sections = [...document.querySelectorAll('main section')];
const named = sections.filter((section) => section.querySelector('h2')?.innerText.trim() === arguments[0]);
return named.at(-1)?.innerText ?? '';";

/// A catalog file with container registries of these addresses and users, each with a secret. They
/// are named after their address.
pub(crate) fn containers(entries: &[(&str, &str)]) -> String {
    let mut file = "version = 1\n".to_owned();
    for (number, (address, user)) in entries.iter().enumerate() {
        write!(
            file,
            "\n[[registry]]\nid = \"{}\"\nkind = \"container\"\nname = \"{address}\"\nurl = \"{address}\"\n\
             user = \"{user}\"\ntoken = true\ncreated = \"2026-01-02T03:04:05Z\"\n\
             updated = \"2026-01-02T03:04:05Z\"\n",
            id(number)
        )
        .expect("writing to memory");
    }
    file
}

/// Docker's configuration.
pub(crate) fn docker_config(window: &Window) -> PathBuf {
    window.home().join(".docker/config.json")
}

/// The configuration of podman, skopeo and buildah.
pub(crate) fn podman_config(window: &Window) -> PathBuf {
    window.home().join(".config/containers/auth.json")
}

/// Writes a file, and the folders above it.
pub(crate) fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
    fs::write(file, text).expect("a file");
}

/// What stands in a file.
pub(crate) fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("a file")
}

/// Runs a program as the person would in a terminal: its output where it succeeded, else what it
/// said on standard error.
pub(crate) fn run(window: &Window, program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .envs(window.env())
        .stdin(Stdio::null())
        .output()
        .expect(program);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

/// What the part of the page below this heading says.
pub(crate) fn section(window: &Window, heading: &str) -> String {
    let text = window.execute(SECTION, &json!([heading]));
    text.as_str().unwrap_or_default().to_owned()
}

/// Waits until the part of the page below this heading says `words`.
#[track_caller]
pub(crate) fn wait_for_words(window: &Window, heading: &str, words: &str) {
    window.wait_until(&format!("{words:?} below {heading:?}"), || {
        section(window, heading).contains(words)
    });
}

/// The switch of docker or podman for one registry, named as they spell it.
pub(crate) fn switch<'w>(window: &'w Window, family: &str, registry: &str) -> Locator<'w> {
    window.find_by_role("switch", &format!("{family} asks Registrar for {registry}"))
}

/// The switch of docker or podman for every registry. Both have the same name, in different parts
/// of the page; odo's part comes last.
pub(crate) fn every<'w>(window: &'w Window, family: &str) -> Locator<'w> {
    let from_the_end = if family == "Docker" { 3 } else { 2 };
    window.find(By::css(&format!(
        "main section section:nth-last-of-type({from_the_end}) .every [role=switch]"
    )))
}

/// Waits until a switch is on or off.
#[track_caller]
pub(crate) fn wait_for_switch(window: &Window, switch: &Locator<'_>, on: bool) {
    let wanted = Some(on.to_string());
    window.wait_until(&format!("the switch to be {on}"), || {
        switch.attribute("aria-checked") == wanted
    });
}

/// Waits for the question before a change, until it shows exactly these lines.
#[track_caller]
pub(crate) fn wait_for_plan(window: &Window, question: &str, wanted: &[&str]) {
    window.find_by_role("heading", question).wait();
    let what = format!("{question:?} to show {wanted:#?}");
    window.wait_until(&what, || {
        let shown = window.execute(SHOWN, &json!([]));
        shown == json!(wanted)
    });
}

/// Agrees to what is shown, and waits for these words when it is done.
#[track_caller]
pub(crate) fn apply(window: &Window, done: &str) {
    window.button("Apply").click();
    window.wait_for_text(done);
    wait_for_no_question(window);
}

/// Refuses what is shown.
#[track_caller]
pub(crate) fn refuse(window: &Window) {
    window.button("Cancel").click();
    wait_for_no_question(window);
}

#[track_caller]
fn wait_for_no_question(window: &Window) {
    window.find(By::css("dialog:modal")).wait_gone();
}
