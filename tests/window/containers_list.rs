//! Container registries in the list: checked, changed, deleted, asked about, added by a tool.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{ContainerRegistry, Registry};
use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::window::{By, PATIENCE, Window};
use jiff::{ToSpan as _, Zoned};

use crate::containers::{
    SECRET, entry, file, guarded, keep_secret, knowing, name_field, paste, user_field,
};
use crate::steps::{
    agree, begin_editing, catalog, delete, details, go, id, names, options, row, select,
    wait_for_detail, wait_for_list, wait_for_names, wait_for_row,
};
use crate::tokens::stored;
use crate::{failures, known};

/// The lines of somebody who signs in.
const TEAM: &str = "user = \"team\"\ntoken = true\n";

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

/// `$HELPER_BIN`, or else the helper beside the application.
fn helper() -> PathBuf {
    let built = || {
        let test = std::env::current_exe().ok()?;
        let target = test.ancestors().nth(2)?;
        Some(target.join("docker-credential-registrar"))
    };
    let named = std::env::var_os("HELPER_BIN").map(PathBuf::from);
    named.or_else(built).expect("the helper")
}

/// `docker login` or `logout` on the window's computer; true where it succeeded.
fn docker(window: &Window, arguments: &[&str], input: &str) -> bool {
    let helper = helper();
    let folder = helper.parent().expect("its folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut child = Command::new("docker")
        .args(arguments)
        .env_clear()
        .envs(window.env())
        .env("PATH", format!("{}:{path}", folder.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("docker");
    let typed = child
        .stdin
        .take()
        .expect("its input")
        .write_all(input.as_bytes());
    typed.expect("writing to docker");
    child.wait().expect("docker's end").success()
}

#[test]
fn what_docker_signs_in_to_appears_at_once() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let window = Window::open(knowing(&authority));
    let folder = window.home().join(".docker");
    fs::create_dir_all(&folder).expect("docker's folder");
    let config = "{\"credsStore\": \"registrar\"}";
    fs::write(folder.join("config.json"), config).expect("docker's configuration");
    window.wait_for_text("No registries yet");

    let host = registry.host();
    let login = ["login", "--username", "team", "--password-stdin", &host];
    assert!(docker(&window, &login, SECRET), "docker login");
    let added = row(&window, &host);
    assert_eq!(added.user, "team");
    assert_eq!(added.secure, "Keychain · TLS verified");
    assert_eq!(stored(&window, &added.id).as_deref(), Some(SECRET));
    select(&window, &host);
    wait_for_detail(&window, "Added by Docker");
    window.button("Check now").click();
    wait_for_row(&window, &host, |row| row.health == "Signed in");

    assert!(docker(&window, &["logout", &host], ""), "docker logout");
    window.wait_until("it to be gone", || names(&window).is_empty());
    assert_eq!(stored(&window, &added.id), None);
}

#[test]
fn a_credential_that_worked_and_is_refused_is_told() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let entries = [entry(0, "Team", &registry.host(), TEAM)];
    let window = Window::open(knowing(&authority).catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    select(&window, "Team");
    window.button("Check now").click();
    wait_for_row(&window, "Team", |row| row.health == "Signed in");

    // Somebody has changed the password at the registry.
    keep_secret(&window, 0, "the old one");
    window.button("Check now").click();
    wait_for_row(&window, "Team", |row| row.health == "Credentials refused");
    window.wait_for_text("The credentials of “Team” are refused now.");
    wait_for_detail(&window, "Its credentials worked, and are refused now");
    go(&window, "Activity");
    window.wait_for_text("worked before and are refused now");

    // From the notice straight to where the new one is entered.
    window.button("Edit credentials").click();
    window.find_by_role("heading", "Edit Team").wait();
    paste(&window, SECRET);
    window.button("Test and save").click();
    agree(
        &window,
        "The stored token is replaced by the one you entered.",
    );
    wait_for_row(&window, "Team", |row| row.health == "Signed in");
}

#[test]
fn a_token_that_comes_to_its_end_is_marked() {
    let day = |days: i32| (Zoned::now().date() + days.days()).to_string();
    let ends = |days| format!("{TEAM}expires = \"{}\"\n", day(days));
    let entries = [
        entry(0, "Soon", "soon.example.com", &ends(5)),
        entry(1, "Late", "late.example.com", &ends(60)),
        entry(2, "Over", "over.example.com", &ends(-1)),
    ];
    let window = Window::open(options().catalog(file(&entries)));
    let health = |name: &str| row(&window, name).health;
    assert_eq!(health("Soon"), "Expires in 5 days");
    assert_eq!(health("Late"), "Not checked");
    assert_eq!(health("Over"), "Expired");
    select(&window, "Soon");
    wait_for_detail(&window, "Its password or token is good for 5 more days");
    select(&window, "Late");
    wait_for_detail(&window, "in 60 days");
    select(&window, "Over");
    wait_for_detail(&window, "Its password or token has expired");

    begin_editing(&window, "Over");
    let until = window.find(By::css("input[name=expires]"));
    until.fill("soon");
    window.button("Save without testing").click();
    window.wait_until("a refusal of that day", || {
        until.attribute("aria-invalid").as_deref() == Some("true")
    });
    until.fill(&day(30));
    window.button("Save without testing").click();
    wait_for_row(&window, "Over", |row| row.health == "Not checked");
    assert!(known::content(&window).contains(&format!("expires = \"{}\"", day(30))));
}

#[test]
fn registries_are_checked_in_the_background_as_often_as_is_set() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let entries = [entry(0, "Team", &registry.host(), TEAM)];
    let mut window = Window::open(knowing(&authority).catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    row(&window, "Team");
    go(&window, "Settings");
    let often = window.find_by_label("Check in the background");
    assert_eq!(often.value(), "60");
    often.type_text("\u{E013}"); // the arrow up
    window.wait_until("the setting to be kept", || {
        let settings = fs::read_to_string(window.config_dir().join("settings.toml"));
        settings.is_ok_and(|settings| settings.contains("check_every_minutes = 15"))
    });

    // As if the last round had been long ago.
    window.kill9();
    let rounds = window.data_dir().join("health/rounds.json");
    fs::create_dir_all(rounds.parent().expect("its folder")).expect("its folder");
    fs::write(rounds, "{\"last\":\"2026-01-01T00:00:00Z\"}").expect("the last round");
    window.reopen();
    assert_eq!(row(&window, "Team").health, "Not checked");
    // A program that has just started lets the window come first.
    let settled = PATIENCE * 3;
    window.wait_up_to(settled, "a check that nobody asked for", || {
        row(&window, "Team").health == "Signed in"
    });
}
