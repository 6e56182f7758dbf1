//! How the server of a container registry proves who it is, and the ways to let it be another.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::window::{By, Window};
use registrar_registry::Fingerprint;
use serde_json::json;

use crate::containers::{
    SECRET, address_field, begin, empty, entry, file, guarded, keep_secret, name_field, path,
    sign_in,
};
use crate::failures;
use crate::known;
use crate::steps::{
    begin_editing, options, row, select, token_field, wait_for_detail, wait_for_row,
};

/// Unfolds how the server proves who it is, and chooses one of the ways.
#[track_caller]
fn connect(window: &Window, way: &str) {
    if !window.find(By::css("details[open]")).is_visible() {
        window.find(By::css("summary")).click();
    }
    // The buttons of the form lie over its end.
    let centre = "document.querySelector('details fieldset').scrollIntoView({ block: 'center' })";
    window.execute(centre, &json!([]));
    window.find_by_role("radio", way).click();
}

#[test]
fn an_unknown_certificate_is_shown_and_trusted_for_one_registry() {
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .login("team", SECRET)
        .tls(&authority, Quality::SelfSigned)
        .start();
    let window = Window::open(empty());
    begin(&window, &registry.host());
    sign_in(&window, "team", SECRET);
    window.button("Test and save").click();
    window
        .find_by_role("heading", failures::NOT_TRUSTED.title)
        .wait();
    let words = window.find_by_role("alert", "").text();
    assert!(words.contains(failures::NOT_TRUSTED.next), "{words}");
    assert!(words.contains("Your password was not sent."), "{words}");
    window.wait_for_text("itself (self-signed)");
    window.wait_for_text("1 Jan 2019 to 1 Jan 2099");
    let shown: String = window
        .find(By::css("dd.print code"))
        .text()
        .split_whitespace()
        .collect();
    let certificate = registry.certificate().expect("a certificate");
    assert_eq!(shown, Fingerprint::of_der(certificate.der()).to_string());
    // Nothing is trusted yet, and the form is as it was.
    assert_eq!(address_field(&window).value(), registry.host());
    assert_eq!(token_field(&window).value(), SECRET);

    window.button("Trust this certificate").click();
    window.wait_for_text("It asked for the credentials and accepted them.");
    window.button("Save").click();
    let saved = wait_for_row(&window, &registry.host(), |row| row.health == "Signed in");
    assert_eq!(saved.secure, "Keychain · pinned certificate");
    assert!(known::content(&window).contains(&shown));
}

#[test]
fn an_authority_of_ones_own_counts_for_its_registry_only() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let ca_file = format!(
        "user = \"team\"\ntoken = true\nca_file = \"{}\"\n",
        path(&authority.file())
    );
    let entries = [
        entry(0, "Team", &registry.host(), &ca_file),
        entry(1, "Other", &registry.host(), ""),
    ];
    let window = Window::open(options().catalog(file(&entries)));
    keep_secret(&window, 0, SECRET);
    row(&window, "Other");
    window.button("Check all").click();
    let team = wait_for_row(&window, "Team", |row| row.health == "Signed in");
    assert_eq!(team.secure, "Keychain · own authority");
    wait_for_row(&window, "Other", |row| row.health == "Not trusted");
    select(&window, "Other");
    wait_for_detail(&window, "Registrar Test Authority");

    // Without the file its certificate is a stranger's.
    begin_editing(&window, "Team");
    window.find(By::css("details[open]")).wait();
    window.wait_for_text(&path(&authority.file()));
    connect(&window, "Verify its certificate");
    window.button("Test").click();
    window
        .find_by_role("heading", failures::NOT_TRUSTED.title)
        .wait();
    window.wait_for_text("It is signed by an authority that this computer does not know.");
    window.button("Choose an authority’s file…").wait();
    connect(&window, "Verify it by your own authority");
    window.button("Test").click();
    window.wait_for_text("It asked for the credentials and accepted them.");
}

#[test]
fn an_unverified_connection_is_a_choice_with_a_warning_and_a_mark() {
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .login("team", SECRET)
        .tls(&authority, Quality::Expired)
        .start();
    let window = Window::open(empty());
    begin(&window, &registry.host());
    sign_in(&window, "team", SECRET);
    connect(&window, "Don’t verify");
    window.wait_for_text("Anyone who can get in between can pose as this registry");
    window.button("Test and save").click();
    let saved = wait_for_row(&window, &registry.host(), |row| row.health == "Signed in");
    assert_eq!(saved.secure, "Keychain · TLS not verified");
}

#[test]
fn http_only_is_a_choice_with_a_warning_and_a_mark() {
    let registry = DockerRegistry::builder().login("team", SECRET).start();
    let window = Window::open(empty());
    begin(&window, &registry.host());
    name_field(&window).fill("Lab");
    sign_in(&window, "team", SECRET);
    window.button("Test").click();
    // The password did not go out in the clear, and the way to allow it is offered.
    window
        .find_by_role("heading", failures::NO_HTTPS.title)
        .wait();
    window.button("Use http only").click();
    window.wait_for_text("It asked for the credentials and accepted them.");
    window.wait_for_text("Your password and every image cross the network in the clear.");
    window.button("Save").click();
    let saved = wait_for_row(&window, "Lab", |row| row.health == "Signed in");
    assert_eq!(saved.secure, "Keychain · not encrypted");

    // A pasted http:// asks before it means anything.
    begin(&window, &format!("http://{}/", registry.host()));
    window.wait_for_text("You pasted an address that begins with http://.");
    window.button("Save without testing").click();
    window.find_by_role("switch", "Use http only").click();
    window.wait_for_text("Your password and every image cross the network in the clear.");
    name_field(&window).fill("Pasted");
    window.button("Save without testing").click();
    let pasted = row(&window, "Pasted");
    assert_eq!(pasted.address, registry.host());
    assert_eq!(pasted.secure, "No token · not encrypted");
}

#[test]
fn a_client_certificate_lets_this_computer_in() {
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .tls(&authority, Quality::Good)
        .client_certificates(&authority)
        .start();
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = authority.issue(Quality::Good).write_to(folder.path());
    let ca = format!("ca_file = \"{}\"\n", path(&authority.file()));
    let client = format!(
        "{ca}client_certificate = \"{}\"\nclient_key = \"{}\"\n",
        path(&certificate),
        path(&key)
    );
    let entries = [
        entry(0, "Without", &registry.host(), &ca),
        entry(1, "With", &registry.host(), &client),
    ];
    let window = Window::open(options().catalog(file(&entries)));
    row(&window, "With");
    window.button("Check all").click();
    wait_for_row(&window, "With", |row| row.health == "Open");
    wait_for_row(&window, "Without", |row| row.health == "Wants certificate");
    select(&window, "With");
    wait_for_detail(&window, &path(&key));

    begin_editing(&window, "Without");
    window.button("Test").click();
    window
        .find_by_role("heading", "localhost wants a client certificate")
        .wait();
    window.button("Choose certificate and key…").wait();
}
