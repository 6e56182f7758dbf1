//! Opening a stack and saving what it offers, in the real window.

use std::fs;
use std::path::Path;

use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use acceptance_support::window::{By, Window};

use crate::known;
use crate::stacks::{browse, stack};
use crate::steps::{go, row};

/// Opens the page of the stack `go`.
#[track_caller]
pub(crate) fn open_go(window: &Window) {
    row(window, "Real");
    browse(window);
    stack(window, "go").click();
    window.find_by_role("heading", "Go Runtime").wait();
    window.wait_for_text("What it will run");
}

fn window_on(registry: &DevfileRegistry) -> Window {
    Window::open(known::with(&[("Real", &registry.url())]))
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Presses the button that opens the dialog, and saves into `folder`.
#[track_caller]
fn save(window: &Window, button: &str, folder: &Path) {
    window.button(button).click();
    window
        .find_by_label("Folder")
        .fill(&folder.display().to_string());
    window.button("Save").click();
}

#[test]
fn a_stack_is_understood_without_reading_yaml() {
    let registry = DevfileRegistry::start();
    let window = window_on(&registry);
    open_go(&window);
    for words in [
        "A container made from the image registry.access.redhat.com/ubi9/go-toolset",
        "at most 1024Mi of memory",
        "Port 8080 (https)",
        "reachable from inside the container only",
        "Kubernetes resources that are put into a cluster, from kubernetes/deploy.yaml",
        "Runs in runtime, in the folder ${PROJECT_SOURCE}",
        "Does build-image, then deployk8s.",
        "https://github.com/devfile-samples/devfile-stack-go.git",
        "schemaVersion",
    ] {
        window.wait_for_text(words);
    }
    let choice = window.find_by_role("combobox", "Version");
    choice.type_text("1.0.2");
    window.wait_for_text("The registry advises against this version");
    window.press("Escape");
    window.find_by_role("heading", "Stacks").wait();
    window.wait_until("the focus where one left", || {
        stack(&window, "go").has_focus()
    });
}

#[test]
fn a_devfile_a_project_and_all_files_are_saved() {
    let registry = DevfileRegistry::start();
    let window = window_on(&registry);
    open_go(&window);
    let home = window.home().to_owned();

    window.button("Save devfile…").click();
    let folder = window.find_by_label("Folder");
    assert_eq!(folder.value(), home.join("go").display().to_string());
    window.button("Save").click();
    window.wait_for_text("Saved 1 file in");
    assert_eq!(names(&home.join("go")), ["devfile.yaml"]);

    save(&window, "Save go-starter…", &home.join("code/go-starter"));
    window.wait_for_text("Saved 3 files in");
    assert_eq!(
        names(&home.join("code/go-starter")),
        ["README.md", "src", "start.sh"]
    );

    save(&window, "Save all files…", &home.join("whole"));
    window.wait_for_text(&format!(
        "Saved 3 files in {}",
        home.join("whole").display()
    ));
    assert_eq!(
        names(&home.join("whole")),
        ["devfile.yaml", "docker", "kubernetes"]
    );
    go(&window, "Activity");
    window.wait_for_text("all files of go 2.6.0");
}

#[test]
fn what_is_there_is_kept_unless_the_person_says_otherwise() {
    let registry = DevfileRegistry::start();
    let window = window_on(&registry);
    open_go(&window);
    let folder = window.home().join("mine");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("devfile.yaml"), "mine").expect("a file");
    let read = || fs::read_to_string(folder.join("devfile.yaml")).expect("a file");

    save(&window, "Save all files…", &folder);
    window
        .find_by_role("heading", "A file is there already")
        .wait();
    window.press("Enter");
    window.find(By::css("dialog")).wait_gone();
    assert_eq!(
        (read().as_str(), names(&folder)),
        ("mine", vec!["devfile.yaml".to_owned()])
    );

    save(&window, "Save all files…", &folder);
    window.button("Replace it").click();
    window.wait_for_text("Saved 3 files in");
    assert!(read().contains("schemaVersion"));
    assert_eq!(names(&folder), ["devfile.yaml", "docker", "kubernetes"]);
}

#[test]
fn a_wrong_digest_a_hostile_archive_and_a_cancelled_download_leave_nothing() {
    let registry = DevfileRegistry::start();
    let window = window_on(&registry);
    open_go(&window);
    let home = window.home().join("saved");
    fs::create_dir_all(&home).expect("a folder");

    registry.set_mode(Mode::WrongBlobs);
    save(&window, "Save all files…", &home.join("go"));
    window.wait_for_text("What the registry sent cannot be trusted");
    window.button("Show the raw error").click();
    window.wait_for_text("its digest differs");
    window.button("Cancel").click();
    assert!(names(&home).is_empty());

    registry.set_mode(Mode::HostileProjects);
    save(&window, "Save go-starter…", &home.join("go"));
    window.wait_for_text("What the registry sent cannot be trusted");
    window.button("Cancel").click();
    assert!(names(&home).is_empty());

    registry.set_mode(Mode::StallsInBlobs);
    save(&window, "Save go-starter…", &home.join("go"));
    window.find_by_role("progressbar", "Progress").wait();
    window.button("Cancel").click();
    window.wait_for_text("Cancelled. Nothing was saved.");
    assert!(names(&home).is_empty());

    save(&window, "Save devfile…", Path::new("not/from/the/root"));
    window.wait_for_text("Enter the whole path of a folder");
}
