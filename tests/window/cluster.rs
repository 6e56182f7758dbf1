//! Registries that a cluster names, in the real window. The cluster is only pretended: see
//! `acceptance_support::kubernetes`.

use std::fs;

use acceptance_support::devfile_registry::{DevfileRegistry, Mode as Devfile};
use acceptance_support::kubernetes::{Kubernetes, Mode, kubeconfig, registry};
use acceptance_support::window::{By, Window};
use serde_json::json;
use tempfile::NamedTempFile;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::known;
use crate::stacks::{browse, stack, titles};
use crate::steps::{command, row, wait_for_names};

fn own(prefix: &str) -> DevfileRegistry {
    let mode = Devfile::Own(prefix.to_owned());
    DevfileRegistry::builder().mode(mode).start()
}

/// A window with the registry `mine`, whose kubeconfig is this text. The file is there as long as
/// what is given back.
fn window(mine: &DevfileRegistry, text: &str) -> (Window, NamedTempFile) {
    let file = NamedTempFile::new().expect("a file");
    fs::write(file.path(), text).expect("a kubeconfig");
    let options = known::with(&[("Mine", &mine.url())]);
    let window = Window::open(options.env("KUBECONFIG", &file.path().display().to_string()));
    row(&window, "Mine");
    (window, file)
}

/// Asks the cluster by the palette: unasked, the window waits until nothing is done in it.
fn ask(window: &Window) {
    command(window, "ask the cluster");
}

#[test]
fn what_the_cluster_names_is_read_only_browsed_first_and_copied() {
    let (mine, theirs) = (own("mine"), own("theirs"));
    let lists = Mode::Lists(
        json!([registry("Team", &theirs.url())]),
        json!([registry("Broken", "nowhere")]),
    );
    let cluster = Kubernetes::start(lists);
    let (window, _file) = window(&mine, &cluster.kubeconfig());
    // Nobody has to ask.
    window.wait_for_text("From cluster dev");
    window.wait_for_text("1 entry of the cluster’s lists cannot be used");
    assert_eq!(window.button("Edit").count(), 1);
    audit(&window, "registries from a cluster");
    window.resize(640, 700);
    assert_nothing_cut_off(&window, "registries from a cluster 640");
    window.resize(1280, 800);

    browse(&window);
    stack(&window, "theirs-0").wait();
    stack(&window, "mine-0").wait();
    window.wait_until("the cluster's before mine", || {
        titles(&window)
            .first()
            .is_some_and(|title| title == "theirs 0")
    });
    window.wait_for_text("from cluster dev");
    assert_eq!(window.find(By::css("[data-grip]")).count(), 0);
    stack(&window, "theirs-0").click();
    window.find_by_role("heading", "theirs 0").wait();
    window.press("Escape");
    window.find_by_role("heading", "Stacks").wait();
    audit(&window, "stacks with a cluster");

    window.button("Registries").click();
    window.button("Copy to my list: Team").click();
    window.wait_for_text("“Team” is in your list now");
    wait_for_names(&window, &["Mine", "Team"]);
    assert!(known::content(&window).contains(&theirs.url()));
    for (_, authorization) in cluster.requests() {
        assert_eq!(authorization.as_deref(), Some("Bearer s3cret-token"));
    }
}

#[test]
fn a_cluster_that_hangs_or_is_gone_costs_nothing() {
    let mine = own("mine");
    let cluster = Kubernetes::start(Mode::Hangs);
    let (window, file) = window(&mine, &cluster.kubeconfig());
    browse(&window);
    stack(&window, "mine-0").wait();
    window.wait_for_text("The cluster did not answer within 2 seconds.");
    audit(&window, "a cluster that hangs");
    window.button("Registries").click();
    window.button("Hide").click();
    window.wait_for_no_text("The cluster did not answer");

    drop(cluster);
    ask(&window);
    window.wait_for_text("The cluster cannot be reached");
    // A registry of the list is checked as ever.
    window.button("Check all").click();
    window.wait_for_text("answered.");

    fs::write(file.path(), "users: [\n").expect("a kubeconfig");
    ask(&window);
    window.wait_for_text("it is not the YAML of a kubeconfig");
}

#[test]
fn what_the_cluster_refuses_is_said_and_no_lists_are_no_news() {
    let mine = own("mine");
    let cluster = Kubernetes::start(Mode::Fails(403));
    let text = kubeconfig(&cluster.url(), "    token: s3cret-token\n");
    let (window, _file) = window(&mine, &text);
    ask(&window);
    window.wait_for_text("The cluster does not let you read its lists");
    window.button("Show the raw error").click();
    window.wait_for_text("User \"jane\" cannot list");
    cluster.set_mode(Mode::NoLists);
    window.button("Try again").click();
    window.wait_for_no_text("The cluster does not let you");
    assert!(!window.text().contains("cluster"), "{}", window.text());
}
