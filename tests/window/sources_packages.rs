//! Packages in the window: dropped on it, shown, withdrawn and deleted.

use std::path::PathBuf;

use acceptance_support::window::Window;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::steps::{go, options};

const README: &str = "# Button\n\nA *button* for every product.\n\n<script>alert(1)</script>\n";

/// A folder with files to drop.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// An npm package as `npm pack` leaves it.
    fn npm(&self, name: &str, version: &str) -> PathBuf {
        let manifest = json!({
            "name": name,
            "version": version,
            "description": "The button of the design system",
            "license": "MIT",
            "dependencies": { "clsx": "^2.1.1" },
        });
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, content) in [
            ("package/package.json", manifest.to_string().as_str()),
            ("package/README.md", README),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            archive
                .append_data(&mut header, path, content.as_bytes())
                .expect("a file");
        }
        let content = archive.into_inner().expect("a tar").finish();
        self.write(&format!("{name}-{version}.tgz"), &content.expect("gzip"))
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    }
}

/// Opens the window at the packages of a new registry for npm.
#[track_caller]
fn open() -> Window {
    let window = Window::open(options());
    go(&window, "Packages");
    window.button("New registry").click();
    window.find_by_label("Name").fill("design-system");
    window.find_by_label("JavaScript (npm)").click();
    window.button("Create registry").click();
    window.find_by_role("heading", "design-system").wait();
    window.find_by_role("tab", "Packages").click();
    window.wait_for_text("Nothing published yet");
    window
}

#[track_caller]
fn publish(window: &Window, file: PathBuf, published: &str) {
    let drag = window.drag_files(&[file]);
    window.release(drag);
    window.wait_for_text(&format!("Published as {published}"));
}

/// Opens the page of a package from the list.
#[track_caller]
fn show(window: &Window, name: &str) {
    window.find_by_text(name).click();
    window.press("Enter");
    window.find_by_role("heading", name).wait();
    window.find_by_role("heading", "About this version").wait();
}

/// The packages in the table, in the order in which they stand.
fn packages(window: &Window) -> Value {
    let names = "return [...document.querySelectorAll('[data-row]')]
      .toSorted((a, b) => a.ariaRowIndex - b.ariaRowIndex)
      .map((row) => row.querySelector('.name').innerText.trim())";
    window.execute(names, &json!([]))
}

#[test]
fn dropped_files_are_published_and_each_has_a_result() {
    let window = open();
    let files = Files::new();
    let good = files.npm("button", "2.10.1");
    let bad = files.write("broken-1.0.0.tgz", b"this is no archive");
    let drag = window.drag_files(&[good, bad]);
    window.wait_for_text("Drop to publish to “design-system”");
    window.release(drag);
    window.wait_for_text("Published as button 2.10.1");
    window.wait_for_text("Not published");
    window.wait_for_text("1 published · 1 not published");
    window.wait_until("the package in the table", || {
        packages(&window) == json!(["button"])
    });
    window.button("Dismiss finished").click();
    window.wait_for_no_text("Not published");
    go(&window, "Activity");
    window.wait_for_text("button 2.10.1");
}

#[test]
fn a_published_version_is_never_replaced_by_a_drop() {
    let window = open();
    let files = Files::new();
    publish(&window, files.npm("button", "1.0.0"), "button 1.0.0");
    window.button("Dismiss button-1.0.0.tgz").click();
    let drag = window.drag_files(&[files.npm("button", "1.0.0")]);
    window.release(drag);
    window.wait_for_text("Not published");
}

#[test]
fn a_package_shows_what_it_says_of_itself_and_nothing_of_it_runs() {
    let window = open();
    let files = Files::new();
    publish(&window, files.npm("button", "1.0.0"), "button 1.0.0");
    window.button("Dismiss button-1.0.0.tgz").click();
    show(&window, "button");
    window.find_by_role("heading", "Button").wait();
    window.wait_for_text("A button for every product.");
    window.wait_for_text("The button of the design system");
    window.wait_for_text("npm install button@1.0.0");
    let scripts = window.execute(
        "return document.querySelectorAll('main script, .page script').length",
        &json!([]),
    );
    assert_eq!(scripts, 0);
    audit(&window, "a package");

    window.find_by_role("tab", "Dependencies 1").click();
    window.wait_for_text("clsx");
    window.find_by_role("tab", "Files 1").click();
    window.wait_for_text("SHA-512");
    audit(&window, "files of a package");
    window.resize(640, 480);
    assert_nothing_cut_off(&window, "small files of a package");
}

#[test]
fn a_version_is_withdrawn_with_a_reason_and_restored() {
    let window = open();
    let files = Files::new();
    publish(&window, files.npm("button", "1.0.0"), "button 1.0.0");
    publish(&window, files.npm("button", "1.1.0"), "button 1.1.0");
    window.button("Dismiss finished").click();
    show(&window, "button");
    window.button("Withdraw…").click();
    window.find_by_label("Reason").fill("Use 1.0.0 instead");
    window.button("Withdraw").click();
    window.wait_for_text("This version has been withdrawn");
    window.wait_for_text("Use 1.0.0 instead");
    window.button("Delete 1.1.0…").wait();
    window.button("Restore").click();
    window.wait_for_no_text("This version has been withdrawn");
}

#[test]
fn a_version_is_deleted_after_a_question_and_the_last_takes_the_package_with_it() {
    let window = open();
    let files = Files::new();
    publish(&window, files.npm("button", "1.0.0"), "button 1.0.0");
    publish(&window, files.npm("button", "1.1.0"), "button 1.1.0");
    window.button("Dismiss finished").click();
    show(&window, "button");
    window.button("Delete 1.1.0…").click();
    window.wait_for_text("Delete button 1.1.0?");
    window.button("Cancel").click();
    window.button("Delete 1.1.0…").click();
    window.button("Delete").click();
    window.wait_for_text("Deleted button 1.1.0");

    window.button("Delete 1.0.0…").click();
    window.wait_for_text("It is the only version: the package leaves the registry.");
    window.button("Delete").click();
    window.wait_for_text("Nothing published yet");
}
