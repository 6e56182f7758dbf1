//! Container registries in the list: checked, changed, deleted, asked about.

use std::fs;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{ContainerRegistry, Registry};
use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::window::{By, Window};

use crate::containers::{
    SECRET, TEAM, entry, file, guarded, keep_secret, knowing, name_field, paste, user_field,
};
use crate::steps::{
    agree, begin_editing, catalog, delete, details, id, options, row, select, wait_for_list,
    wait_for_names, wait_for_row,
};
use crate::tokens::stored;
use crate::{failures, known};

#[test]
fn both_kinds_are_checked_at_once_and_a_dead_one_delays_none() {
    let authority = Authority::new();
    let (guarded, devfile) = (guarded(&authority), DevfileRegistry::start());
    let dead = ContainerRegistry::builder()
        .registry(Registry::Drips)
        .tls(&authority, Quality::Good)
        .start();
    let entries = [
        entry(1, "Dead", &dead.host(), ""),
        entry(2, "Team", &guarded.host(), TEAM),
    ];
    let both = catalog(&[("Stacks", devfile.url())]) + &entries.concat();
    let window = Window::open(knowing(&authority).catalog(both));
    keep_secret(&window, 2, SECRET);
    row(&window, "Dead");
    window.button("Check all").click();
    wait_for_row(&window, "Team", |row| row.health == "Signed in");
    wait_for_row(&window, "Stacks", |row| row.health == "31 stacks");
    window.wait_for_text("Checking 2 of 3");
    assert_eq!(row(&window, "Dead").health, "Checking…");
    window.button("Cancel").click();
    window.wait_for_text("Stopped after 2 registries.");

    window.button("Container 2").click();
    wait_for_names(&window, &["Dead", "Team"]);
    window.button("Devfile 1").click();
    wait_for_names(&window, &["Stacks"]);
}

#[test]
fn an_edit_changes_only_what_was_changed() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let more = format!(
        "type = \"harbor\"\n{TEAM}expires = \"2099-12-31\"\nca_file = \"{}\"\nmine = 1 # kept\n",
        authority.file().display()
    );
    let entries = [entry(0, "Team", &registry.host(), &more)];
    let window = Window::open(options().catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    begin_editing(&window, "Team");
    assert_eq!(user_field(&window).value(), "team");
    assert_eq!(
        window.find(By::css("input[name=expires]")).value(),
        "2099-12-31"
    );
    window.wait_for_text("A password or token is stored in your keychain");
    // No known host stands against the provider that was chosen.
    assert!(!window.text().contains("The address looks like"));
    name_field(&window).fill("Team A");
    window.button("Test and save").click();
    let saved = wait_for_row(&window, "Team A", |row| row.health == "Signed in");
    assert_eq!(saved.secure, "Keychain · own authority");
    let content = known::content(&window);
    for line in more.lines().chain(["name = \"Team A\""]) {
        assert!(content.contains(line), "{line} is not in {content}");
    }
    assert_eq!(stored(&window, &id(0)).as_deref(), Some(SECRET));

    // Another secret leaves the rest alone.
    begin_editing(&window, "Team A");
    window.button("Replace").click();
    paste(&window, "another");
    window.button("Save without testing").click();
    agree(
        &window,
        "The stored token is replaced by the one you entered.",
    );
    assert_eq!(stored(&window, &id(0)).as_deref(), Some("another"));
    for line in more.lines() {
        assert!(known::content(&window).contains(line), "{line} is gone");
    }
}

#[test]
fn a_refused_edit_changes_nothing() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let entries = [entry(0, "Team", &registry.host(), TEAM)];
    let window = Window::open(knowing(&authority).catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    begin_editing(&window, "Team");
    user_field(&window).fill("somebody");
    window.button("Replace").click();
    paste(&window, "wrong");
    window.button("Test and save").click();
    window
        .find_by_role("heading", failures::SIGN_IN_REFUSED.title)
        .wait();
    window.button("Cancel").click();
    window.button("Discard changes").click();
    wait_for_list(&window);
    assert_eq!(row(&window, "Team").user, "team");
    assert_eq!(stored(&window, &id(0)).as_deref(), Some(SECRET));
    assert_eq!(known::content(&window), file(&entries));
    select(&window, "Team");
    window.button("Check now").click();
    wait_for_row(&window, "Team", |row| row.health == "Signed in");
}

#[test]
fn a_deletion_says_which_tools_lose_it_and_can_be_undone() {
    let entries = [
        entry(0, "Team", "registry.example.com", TEAM),
        entry(1, "Other", "other.example.com", ""),
    ];
    let window = Window::open(options().catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    let docker = window.home().join(".docker");
    fs::create_dir_all(&docker).expect("docker's folder");
    let config = "{\"credHelpers\": {\"registry.example.com\": \"registrar\"}}";
    fs::write(docker.join("config.json"), config).expect("docker's configuration");
    select(&window, "Team");
    window.button("Delete…").click();
    window.find_by_role("heading", "Delete “Team”?").wait();
    window.wait_for_text("its password or token leaves your keychain");
    window.wait_for_text("its images are not touched");
    window.wait_for_text("Docker can no longer sign in to it through Registrar.");
    window.button("Cancel").click();
    assert_eq!(known::content(&window), file(&entries));

    delete(&window, "Team");
    wait_for_names(&window, &["Other"]);
    assert!(!window.text().contains("team"), "its user is gone");
    window.button("Undo").click();
    window.wait_for_text("“Team” is back");
    wait_for_names(&window, &["Team", "Other"]);
    assert_eq!(known::content(&window), file(&entries));
    assert_eq!(stored(&window, &id(0)).as_deref(), Some(SECRET));
}

/// Types an image where the window is asked for its credential, and waits for the answer.
#[track_caller]
fn uses(window: &Window, image: &str, answer: &[&str]) {
    window.find_by_label("Image").fill(image);
    let status = window.find(By::css("dialog [role=status]"));
    window.wait_until(&format!("{answer:?} for {image}"), || {
        status.count() > 0 && {
            let said = status.text();
            answer.iter().all(|part| said.contains(part))
        }
    });
}

#[test]
fn the_window_says_which_credential_an_image_would_use() {
    let exactly = "Its address is exactly this repository.";
    let below = "Its path is the longest that the image lies below.";
    let host = "Its address is the image’s registry.";
    let entries = [
        entry(0, "Company", "registry.example.com", TEAM),
        entry(1, "Team", "registry.example.com/team", TEAM),
        entry(2, "App", "registry.example.com/team/app", TEAM),
        entry(3, "Guests", "registry.example.com/guests/*", ""),
        entry(4, "Hub", "docker.io", TEAM),
    ];
    let window = Window::open(options().catalog(file(&entries)));
    row(&window, "Hub");
    window
        .button("Which credential would an image use?")
        .click();
    let cases: [(&str, &[&str]); 7] = [
        ("registry.example.com/team/app:1", &["App", exactly]),
        ("registry.example.com/team/web/ui:1", &["Team", below]),
        ("registry.example.com/teams/app", &["Company", host]),
        (
            "registry.example.com/guests/app",
            &["Guests", "Without signing in: it has no password or token."],
        ),
        ("nginx", &["Hub", host, "docker.io/library/nginx:latest"]),
        ("acme/app:2", &["Hub", "docker.io/acme/app:2"]),
        (
            "quay.io/acme/app",
            &["None of yours. It would be fetched from quay.io without signing in."],
        ),
    ];
    for (image, answer) in cases {
        uses(&window, image, answer);
    }
    uses(&window, "registry.example.com/team/app", &["App"]);
    window
        .find_by_text("Would serve it, too, but fit less closely")
        .wait();
    window.wait_for_text("No tool on this computer asks Registrar for it yet.");
    window
        .find_by_label("Image")
        .fill("registry.example.com/Team/app");
    window.wait_for_text("The repository of an image has lower-case letters only.");

    // From the answer to the registry, and to a new one.
    uses(&window, "registry.example.com/team/web", &["Team"]);
    window.button("Show Team").click();
    window.wait_until("its details", || details(&window).text().contains("Team"));
    window
        .button("Which credential would an image use?")
        .click();
    uses(&window, "quay.io/acme/app", &["None of yours."]);
    window.button("Add quay.io").click();
    assert_eq!(window.find_by_label("Registry").value(), "quay.io");
}
