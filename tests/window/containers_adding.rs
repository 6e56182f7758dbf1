//! Container registries are added: by preset, by whatever was pasted, with and without a secret.
//!
//! Podman Desktop's own cases for registries, and their counterparts:
//!
//! | Podman Desktop's case | here or elsewhere |
//! |---|---|
//! | suggested registries are there | [`a_preset_knows_what_its_provider_wants`] |
//! | an invalid host is refused with its name and the cause, and the dialog stays | `containers_checks` |
//! | a wrong password is told as that | `containers_checks` |
//! | a valid registry is added, its user is in its row | [`a_secret_goes_to_the_keyring_and_nowhere_else`] |
//! | wrong credentials on edit are an error; Cancel restores | `containers_list`, `a_refused_edit_changes_nothing` |
//! | after removal the user is gone | `containers_list` |
//! | a private image is refused without a sign-in, and pulled after | the tests in `clients` |
//! | Add can be pressed once all is filled in | a form without user and secret is an anonymous registry: [`an_anonymous_registry_needs_no_user`] |
//! | existing registries are shown and more can be added | [`two_accounts_share_a_host_by_path`] |
//! | an untrusted certificate is asked about; Cancel keeps the form | `containers_tls` |

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{
    ContainerRegistry, IDENTITY_TOKEN, PASSWORD, Tokens, USER,
};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::token_server::Signer;
use acceptance_support::window::{By, Window};
use serde_json::json;

use crate::containers::{
    SECRET, address_field, begin, choose, empty, guarded, knowing, name_field, paste, sign_in,
    user_field,
};
use crate::known;
use crate::steps::{go, row, select, wait_for_detail, wait_for_remark, wait_for_row};
use crate::tokens::{assert_nowhere, stored};

/// Waits until the form says that it will be saved as `address`.
#[track_caller]
fn wait_for_saved_as(window: &Window, address: &str) {
    window.wait_until(&format!("“Will be saved as {address}”"), || {
        let shown = window.execute(
            "return document.querySelector('.saved')?.innerText.trim() ?? ''",
            &json!([]),
        );
        shown == json!(format!("Will be saved as {address}"))
    });
}

#[test]
fn a_preset_knows_what_its_provider_wants() {
    let window = Window::open(empty());
    window.button("Add registry").click();
    let all = [
        "Docker Hub",
        "GitHub Container Registry",
        "Quay",
        "GitLab",
        "Amazon ECR",
        "Amazon ECR Public",
        "Google Artifact Registry",
        "Azure Container Registry",
        "Harbor",
        "JFrog Artifactory",
        "Gitea or Forgejo",
        "DigitalOcean",
        "Other registry",
    ];
    for provider in all {
        window.button(provider).wait();
    }
    window.button("Registries").click();

    choose(&window, "Docker Hub");
    assert_eq!(address_field(&window).value(), "docker.io");
    assert!(window.find_by_label("Docker ID").has_focus());
    window.find_by_label("Password or access token").wait();
    window.wait_for_text("a token with the permission “Read-only” is enough");
    window.button("Where do I make a token?").wait();
    // Nothing was typed, so nothing is asked.
    window.button("Cancel").click();

    choose(&window, "Amazon ECR");
    assert_eq!(user_field(&window).value(), "AWS");
    assert_eq!(address_field(&window).value(), "");
    // The provider is only a hint: another address is recognised, and its own hints offered.
    address_field(&window).fill("ghcr.io/acme");
    window.wait_for_text("The address looks like one of GitHub Container Registry.");
    window.button("Use its hints").click();
    window.find_by_label("GitHub user name").wait();
    assert_eq!(user_field(&window).value(), "");
    window.button("Cancel").click();
    window.button("Discard changes").click();

    choose(&window, "Google Artifact Registry");
    assert_eq!(user_field(&window).value(), "_json_key");
    window.find(By::css("textarea[name=token]")).wait();
    assert_eq!(address_field(&window).value(), "", "the form begins anew");
}

#[test]
fn every_spelling_becomes_one_address_shown_before_it_is_saved() {
    let window = Window::open(empty());
    begin(&window, "https://GHCR.io/v2/");
    let spellings = [
        ("https://GHCR.io/v2/", "ghcr.io"),
        ("QUAY.IO/acme/", "quay.io/acme"),
        ("https://index.docker.io/v1/", "docker.io"),
        ("registry.example.com:443/team", "registry.example.com/team"),
        ("ghcr.io/acme/app:1.2", "ghcr.io/acme/app"),
        ("nginx:1.25", "docker.io/library/nginx"),
        (
            " Registry.Example.com/team/* ",
            "registry.example.com/team/*",
        ),
    ];
    for (typed, saved) in spellings {
        address_field(&window).fill(typed);
        wait_for_saved_as(&window, saved);
    }
    address_field(&window).fill("ghcr.io/acme/app:1.2");
    wait_for_remark(&window, "url", "That is an image.");
    let wrong = [
        ("", "Nothing was typed"),
        ("ftp://registry.example.com", "is reached by https://"),
        (
            "me:pass@registry.example.com",
            "user name or password before the host",
        ),
        ("registry.example.com:99999", "a number from 1 to 65535"),
        ("registry example.com", "There is white space"),
        (
            "registry.example.com/te*am",
            "An asterisk can only stand for",
        ),
    ];
    for (typed, words) in wrong {
        address_field(&window).fill(typed);
        window.button("Save without testing").click();
        wait_for_remark(&window, "url", words);
    }
    assert!(!known::content(&window).contains("[[registry]]"));

    address_field(&window).fill("https://Registry.Example.com/v2/team/");
    wait_for_saved_as(&window, "registry.example.com/team");
    window.button("Save without testing").click();
    let saved = row(&window, "registry.example.com/team");
    assert_eq!(saved.address, "registry.example.com/team");
    assert_eq!(saved.health, "Not checked");
    assert!(known::content(&window).contains("url = \"registry.example.com/team\""));
}

#[test]
fn a_secret_goes_to_the_keyring_and_nowhere_else() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let window = Window::open(knowing(&authority));
    begin(&window, &format!("https://{}/v2/", registry.host()));
    wait_for_saved_as(&window, &registry.host());
    name_field(&window).fill("Team");
    sign_in(&window, "team", SECRET);
    window.button("Test and save").click();
    let team = wait_for_row(&window, "Team", |row| row.health == "Signed in");
    assert_eq!(team.user, "team");
    assert_eq!(team.address, registry.host());
    assert_eq!(team.secure, "Keychain · TLS verified");
    assert_eq!(stored(&window, &team.id).as_deref(), Some(SECRET));
    let only = window.keyring().accounts("registrar").expect("accounts");
    assert_eq!(only, [team.id]);
    go(&window, "Activity");
    window.wait_for_text("Team");
    assert_nowhere(&window, SECRET);
    assert_nowhere(&window, "ctr_7d1e");
}

#[test]
fn a_token_server_is_asked_as_docker_does() {
    let (authority, signer) = (Authority::new(), Signer::new());
    let tokens = ContainerRegistry::builder()
        .tokens(Tokens::Signed(signer.clone()))
        .tls(&authority, Quality::Good)
        .start();
    let realm = format!("{}/token", tokens.url_as("localhost"));
    let registry = DockerRegistry::builder()
        .tokens(&realm, &signer)
        .tls(&authority, Quality::Good)
        .start();
    let window = Window::open(knowing(&authority));
    begin(&window, &registry.host());
    sign_in(&window, USER, PASSWORD);
    window.button("Test and save").click();
    let saved = wait_for_row(&window, &registry.host(), |row| row.health == "Signed in");
    assert_eq!(saved.user, USER);
    assert_eq!(stored(&window, &saved.id).as_deref(), Some(PASSWORD));
}

#[test]
fn an_anonymous_registry_needs_no_user() {
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .tls(&authority, Quality::Good)
        .start();
    let window = Window::open(knowing(&authority));
    begin(&window, &registry.host());
    window.button("Test and save").click();
    // It is called like its address where it has no other name.
    let saved = wait_for_row(&window, &registry.host(), |row| row.health == "Open");
    assert_eq!(saved.secure, "No token · TLS verified");
    select(&window, &registry.host());
    wait_for_detail(&window, "None: used without signing in");
    assert!(
        window
            .keyring()
            .accounts("registrar")
            .expect("accounts")
            .is_empty()
    );

    // A secret without a user is no way to sign in.
    begin(&window, "registry.example.com");
    paste(&window, SECRET);
    window.button("Save without testing").click();
    wait_for_remark(&window, "user", "A password or token needs a user.");
}

#[test]
fn two_accounts_share_a_host_by_path() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let window = Window::open(knowing(&authority));
    let (ours, theirs) = (
        format!("{}/team", registry.host()),
        format!("{}/guests", registry.host()),
    );
    begin(&window, &ours);
    sign_in(&window, "team", SECRET);
    window.button("Test and save").click();
    let first = wait_for_row(&window, &ours, |row| row.health == "Signed in");

    begin(&window, &theirs);
    sign_in(&window, "guest", "another");
    window.button("Test and save").click();
    window
        .find_by_role("heading", "The credentials were refused")
        .wait();
    window.button("Save anyway").click();
    let second = wait_for_row(&window, &theirs, |row| row.health == "Credentials refused");
    assert_eq!((first.user, second.user), ("team".into(), "guest".into()));
    assert_eq!(stored(&window, &first.id).as_deref(), Some(SECRET));
    assert_eq!(stored(&window, &second.id).as_deref(), Some("another"));

    // A third one at the same address would never be used.
    begin(&window, &ours);
    wait_for_remark(&window, "url", "only one of the two is used for its images");
}

#[test]
fn an_identity_token_stands_for_user_and_password() {
    let authority = Authority::new();
    let registry = ContainerRegistry::bearer()
        .tls(&authority, Quality::Good)
        .start();
    let window = Window::open(knowing(&authority));
    begin(&window, &registry.host());
    sign_in(&window, "<token>", IDENTITY_TOKEN);
    window.wait_for_text("It signs in with an identity token");
    window.button("Test and save").click();
    let saved = wait_for_row(&window, &registry.host(), |row| row.health == "Signed in");
    assert_eq!(saved.user, "identity token");
    assert_eq!(stored(&window, &saved.id).as_deref(), Some(IDENTITY_TOKEN));
    assert_nowhere(&window, IDENTITY_TOKEN);
}
