//! The screens of container registries for those who do not see them, see them enlarged, or in a
//! small window.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{ContainerRegistry, Registry};
use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::window::{By, Options, Window};
use serde_json::json;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::containers::{
    SECRET, TEAM, address_field, begin, entry, file, guarded, keep_secret, knowing, sign_in,
};
use crate::known;
use crate::steps::{begin_editing, catalog, command, options, row, select, wait_for_row};

#[test]
fn the_form_and_what_a_test_says() {
    let authority = Authority::new();
    let untrusted = ContainerRegistry::basic()
        .tls(&Authority::new(), Quality::SelfSigned)
        .start();
    let tokens = ContainerRegistry::bearer()
        .tls(&authority, Quality::Good)
        .start();
    let realm = format!("{}/token", tokens.url_as("127.0.0.1"));
    let elsewhere = ContainerRegistry::builder()
        .challenge(format!("Bearer realm=\"{realm}\",service=\"test\""))
        .tls(&authority, Quality::Good)
        .start();
    let open = ContainerRegistry::builder()
        .registry(Registry::Open)
        .tls(&authority, Quality::Good)
        .start();
    let window = Window::open(knowing(&authority));
    window.button("Add registry").click();
    window.button("Docker Hub").wait();
    audit(&window, "providers");
    window.button("GitHub Container Registry").click();
    window.wait_for_text("read:packages");
    audit(&window, "preset");
    window.button("Cancel").click();

    begin(&window, "me:secret@example.com");
    window.button("Save without testing").click();
    window.wait_for_text("user name or password before the host");
    audit(&window, "errors");

    address_field(&window).fill(&format!("https://{}/v2/", untrusted.host()));
    sign_in(&window, "team", SECRET);
    window.button("Test").click();
    window.button("Trust this certificate").wait();
    audit(&window, "certificate");

    address_field(&window).fill(&elsewhere.host());
    window.button("Test").click();
    window.button("Approve 127.0.0.1").wait();
    audit(&window, "approval");

    address_field(&window).fill(&open.host());
    window.button("Test").click();
    window.wait_for_text("your credentials are not proved");
    audit(&window, "not proved");

    address_field(&window).fill(&format!("http://{}", open.host()));
    window.find_by_role("switch", "Use http only").click();
    window.wait_for_text("cross the network in the clear");
    audit(&window, "http only");
}

#[test]
fn the_list_the_details_and_the_question() {
    let authority = Authority::new();
    let (guarded, devfile) = (guarded(&authority), DevfileRegistry::start());
    let soon = jiff::Zoned::now().date().tomorrow().expect("a day");
    let entries = [
        entry(1, "Team", &guarded.host(), TEAM),
        entry(
            2,
            "GitHub",
            "ghcr.io/acme",
            &format!("{TEAM}expires = \"{soon}\"\n"),
        ),
        entry(3, "Lab", "lab.example.com:5000", "allow_http = true\n"),
        entry(
            4,
            "docker.io",
            "docker.io",
            "insecure = true\nadded_by = \"docker\"\n",
        ),
    ];
    let both = catalog(&[("Stacks", devfile.url())]) + &entries.concat();
    let window = Window::open(knowing(&authority).catalog(both));
    keep_secret(&window, 1, SECRET);
    for name in ["Stacks", "Team"] {
        select(&window, name);
        window.button("Check now").click();
        wait_for_row(&window, name, |row| {
            row.health == "Signed in" || row.health == "31 stacks"
        });
    }
    audit(&window, "list and details");
    select(&window, "GitHub");
    audit(&window, "expiring");
    select(&window, "docker.io");
    audit(&window, "added by docker");

    keep_secret(&window, 1, "the old one");
    select(&window, "Team");
    window.button("Check now").click();
    window.wait_for_text("Its credentials worked, and are refused now");
    audit(&window, "refused");

    window
        .button("Which credential would an image use?")
        .click();
    window.find_by_label("Image").fill("nginx");
    window.wait_for_text("docker.io/library/nginx:latest");
    audit(&window, "question");
    window.find_by_label("Image").fill("quay.io/acme/app");
    window.button("Add quay.io").wait();
    audit(&window, "question without an answer");
    window.press("Escape");

    begin_editing(&window, "Team");
    audit(&window, "edit");
}

/// Registries whose every part is long.
fn long() -> Options {
    let more = "user = \"robot$department-of-long-names+continuous-integration\"\nexpires = \"2026-01-02\"\n\
                client_certificate = \"/home/team/.config/registrar/certificates/department.pem\"\n\
                client_key = \"/home/team/.config/registrar/certificates/department-key.pem\"\n";
    let address = "container-registry.department-of-long-names.example.com:5000/team/long/path";
    let entries = [
        entry(
            0,
            "The registry of the department of long names",
            address,
            more,
        ),
        entry(1, "Team", "registry.example.com", ""),
    ];
    options().catalog(file(&entries))
}

#[track_caller]
fn walk(window: &Window, size: &str) {
    known::row(window, 0).wait();
    assert_nothing_cut_off(window, &format!("list {size}"));
    known::row(window, 0).click();
    window.button("Check now").wait();
    assert_nothing_cut_off(window, &format!("details {size}"));
    command(window, "which credential");
    window.find_by_label("Image").wait();
    window
        .find(By::css("dialog input[name=image]"))
        .fill("container-registry.department-of-long-names.example.com:5000/team/long/path/app:1");
    window.wait_for_text("Its path is the longest that the image lies below.");
    assert_nothing_cut_off(window, &format!("question {size}"));
    window.press("Escape");
    window.press("Control+n");
    window.button("Docker Hub").wait();
    assert_nothing_cut_off(window, &format!("providers {size}"));
    window.button("Other registry").click();
    address_field(window).fill("127.0.0.1:9");
    window.find(By::css("summary")).click();
    window.find_by_role("radio", "http only").wait();
    window.button("Test").click();
    window.wait_for_text("refused the connection");
    assert_nothing_cut_off(window, &format!("form {size}"));
}

#[test]
fn a_small_window_cuts_nothing_off() {
    let window = Window::open(long());
    row(&window, "Team");
    window.resize(640, 700);
    walk(&window, "640");
}

#[test]
fn text_twice_as_large_is_not_cut_off() {
    let window = Window::open(long());
    row(&window, "Team");
    window.wait_until("twice the size", || {
        window.press("Control+=");
        let size = "return getComputedStyle(document.documentElement).fontSize";
        window.execute(size, &json!([])) == json!("32px")
    });
    walk(&window, "200 %");
}
