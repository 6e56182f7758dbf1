//! What others do to `registries.toml` while the window is open, or before.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use acceptance_support::window::{By, Window};

use crate::{known, steps};

/// "Within a second", with some air for a busy machine.
const SOON: Duration = Duration::from_millis(1500);

const LAB: (&str, &str) = ("Lab", "https://lab.example.com");
const HOME: (&str, &str) = ("Home", "https://home.example.com");

/// Does something outside, and waits until the window shows it.
#[track_caller]
fn shows_soon(window: &Window, change: impl FnOnce(), met: impl FnMut() -> bool) {
    change();
    let began = Instant::now();
    window.wait_until("the change from outside", met);
    let took = began.elapsed();
    assert!(took < SOON, "it took {took:?}");
}

/// Writes the file as editors do: a new one, renamed into the old one's place.
fn rename_into_place(window: &Window, text: &str) {
    let draft = window.config_dir().join(".registries.toml.swp");
    fs::write(&draft, text).expect("a temporary file");
    fs::rename(draft, known::file(window)).expect("renaming");
}

#[test]
fn an_edit_from_outside_shows_at_once() {
    let window = Window::open(known::with(&[LAB]));
    known::row(&window, 0).wait();

    let both = steps::catalog(&[LAB, HOME]);
    let in_place = || fs::write(known::file(&window), both).expect("writing");
    shows_soon(&window, in_place, || known::row(&window, 1).is_visible());
    window.wait_for_text("The list was changed outside Registrar");

    let renamed = steps::catalog(&[("Laboratory", LAB.1)]);
    let as_editors_do = || rename_into_place(&window, &renamed);
    shows_soon(&window, as_editors_do, || {
        !known::row(&window, 1).is_visible()
    });
    assert!(known::row(&window, 0).text().contains("Laboratory"));
    assert_eq!(known::content(&window), renamed, "nothing is written back");
}

/// Opens the form of the only registry, types another name, and changes the address outside.
fn conflicting() -> Window {
    let window = Window::open(known::with(&[LAB]));
    known::row(&window, 0).wait();
    window.button("Edit").click();
    window.find_by_label("Name").fill("My lab");
    let moved = steps::catalog(&[("Lab", "https://moved.example.com")]);
    let edit = || rename_into_place(&window, &moved);
    let banner = "This registry was changed outside while you were editing.";
    shows_soon(&window, edit, || window.text().contains(banner));
    assert_eq!(window.find_by_label("Name").value(), "My lab");

    window.button("Save without testing").click();
    let title = "Changed outside while you were editing";
    window.find_by_role("dialog", title).wait();
    let dialog = window.find(By::css("dialog table")).text();
    for both in [
        "https://moved.example.com",
        LAB.1,
        "My lab",
        "Outside",
        "Yours",
    ] {
        assert!(dialog.contains(both), "{both} is not in {dialog}");
    }
    assert_eq!(known::content(&window), moved, "nothing is saved unasked");
    window
}

#[test]
fn a_conflicting_form_may_keep_mine() {
    let window = conflicting();
    window.screenshot("conflict");
    window.button("Keep mine").click();
    // The address is another than the one outside, which is asked about as always.
    window.button("Save changes").click();
    window.wait_for_text("Saved “My lab”");
    let saved = known::content(&window);
    assert!(saved.contains("My lab") && saved.contains(LAB.1), "{saved}");
    assert!(!saved.contains("moved.example.com"), "{saved}");
}

#[test]
fn a_conflicting_form_may_take_theirs() {
    let window = conflicting();
    window.button("Take theirs").click();
    let address = window.find_by_label("Address");
    window.wait_until("their address", || {
        address.value() == "https://moved.example.com"
    });
    assert_eq!(window.find_by_label("Name").value(), "Lab");
    window.wait_for_no_text("was changed outside");
    // Nothing of mine is left to discard.
    window.button("Cancel").click();
    known::row(&window, 0).wait();
    assert!(!known::content(&window).contains("My lab"));
}

#[test]
fn a_registry_deleted_outside_while_its_form_is_open_can_be_added_again() {
    let window = Window::open(known::with(&[LAB, HOME]));
    known::row(&window, 0).wait();
    window.button("Edit").click();
    window.find_by_label("Name").fill("My lab");
    rename_into_place(&window, &steps::catalog::<&str, &str>(&[]));
    window.wait_for_text("This registry was deleted outside while you were editing.");
    window.button("Save without testing").click();
    window.wait_for_text("Saved “My lab”");
    assert!(known::content(&window).contains("My lab"));
}

#[test]
fn an_entry_that_cannot_be_understood_is_named_with_its_line() {
    let text = steps::catalog(&[LAB, ("Broken", "not an address at all")]);
    let window = Window::open(steps::options().catalog(&text));
    known::row(&window, 0).wait();
    window.wait_for_text("1 entry of the file is left out");
    let line = text
        .lines()
        .position(|line| line.contains("not an address"));
    let line = line.expect("the line") + 1;
    window.wait_for_text(&format!("Line {line}:"));
    assert_eq!(known::content(&window), text, "the file is left alone");
    window.screenshot("entry problem");

    // The others can be changed, and the broken one stays as it is.
    window.button("Edit").click();
    window.find_by_label("Name").fill("My lab");
    window.button("Save without testing").click();
    window.wait_for_text("Saved “My lab”");
    assert!(known::content(&window).contains("not an address at all"));
}

#[test]
fn a_broken_file_is_shown_with_its_place_and_the_backup_restores_it() {
    let good = steps::catalog(&[LAB, HOME]);
    let mut window = Window::open(steps::options().catalog(&good));
    known::row(&window, 1).wait();
    let broken = good.replace("name = \"Home\"", "name = \"Home");
    window.kill9();
    fs::write(known::file(&window), &broken).expect("writing");
    window.restart();

    window.wait_for_text("The list of registries cannot be read");
    let line = broken.lines().position(|line| line == "name = \"Home");
    let line = line.expect("the line") + 1;
    let text = window.text();
    assert!(text.contains(&format!("Line {line}, column ")), "{text}");
    let path = known::file(&window).display().to_string();
    assert!(text.contains(&path), "{path} is not in {text}");
    assert!(text.contains("It holds 2 registries."), "{text}");
    assert_eq!(known::content(&window), broken, "the file is left alone");
    window.screenshot("broken");

    window.find(By::css("[role=alert] .backup button")).click();
    window.find_by_role("dialog", "Restore the backup?").wait();
    assert_eq!(known::content(&window), broken, "not before the answer");
    window.find(By::css("dialog .primary")).click();
    window.wait_for_text("The backup is back in place.");
    known::row(&window, 1).wait();
    assert_eq!(known::content(&window), good);
}

#[test]
fn a_file_that_breaks_while_open_leaves_the_rows_readable_and_locked() {
    let good = steps::catalog(&[LAB, HOME]);
    let window = Window::open(steps::options().catalog(&good));
    known::row(&window, 1).wait();
    let broken = format!("{good}\n[[registry\n");
    let breaking = || fs::write(known::file(&window), &broken).expect("writing");
    let problem = "The list of registries cannot be read";
    shows_soon(&window, breaking, || window.text().contains(problem));

    assert!(known::row(&window, 0).is_visible() && known::row(&window, 1).is_visible());
    for button in ["Add registry", "Edit", "Delete…"] {
        assert_eq!(window.button(button).property("disabled"), true, "{button}");
    }
    assert_eq!(known::content(&window), broken, "the file is left alone");

    let mending = || rename_into_place(&window, &good);
    shows_soon(&window, mending, || !window.text().contains(problem));
    assert_eq!(window.button("Edit").property("disabled"), false);
}

/// A folder in which nothing can be made or changed, not even by the system's administrator.
struct ReadOnly(PathBuf);

impl ReadOnly {
    fn make(folder: PathBuf) -> Self {
        set_mode(&folder, 0o555);
        attribute("+i", &folder);
        let probe = fs::write(folder.join("probe"), "");
        assert!(probe.is_err(), "the folder can still be written");
        Self(folder)
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        attribute("-i", &self.0);
        set_mode(&self.0, 0o755);
    }
}

fn set_mode(folder: &PathBuf, mode: u32) {
    fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("permissions");
}

/// Permissions do not bind the administrator, but this does; others may not set it, nor need it.
fn attribute(change: &str, folder: &PathBuf) {
    let _ = Command::new("chattr").arg(change).arg(folder).output();
}

#[test]
fn a_read_only_folder_is_a_clear_error_and_loses_nothing_typed() {
    let window = Window::open(known::with(&[LAB]));
    known::row(&window, 0).wait();
    let before = known::content(&window);
    let read_only = ReadOnly::make(window.config_dir());

    window.button("Add registry").click();
    window.button("Devfile registry").click();
    window.find_by_label("Address").fill(HOME.1);
    window.find_by_label("Name").fill(HOME.0);
    window.button("Save without testing").click();
    window.wait_for_text("could not be written");
    window.screenshot("read only");
    assert_eq!(window.find_by_label("Address").value(), HOME.1);
    assert_eq!(window.find_by_label("Name").value(), HOME.0);
    assert_eq!(known::content(&window), before);

    drop(read_only);
    window.button("Save without testing").click();
    window.wait_for_text("Added “Home”");
    assert!(known::content(&window).starts_with(&before));
}
