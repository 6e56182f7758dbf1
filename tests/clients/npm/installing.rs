//! Installing with npm, pnpm and Yarn.

use std::fs;

use serde_json::json;

use super::place::CLIENTS;
use crate::hosted::Hosted;

#[test]
fn every_client_installs_as_the_window_says() {
    let hosted = Hosted::npm();
    hosted.publish_npm("helper", "1.5.0", "help");
    let demo = json!({"name": "demo", "version": "1.0.0", "dependencies": {"helper": "^1.0.0"}});
    hosted.publish_manifest(&demo, "hello", "");
    hosted.publish_npm("@my-team/demo", "2.0.0", "scoped");
    for client in &CLIENTS {
        let (plain, scoped) = (client.slug(), format!("{}-scoped", client.slug()));
        hosted
            .install(client, &plain, ("demo", None), &hosted.reader)
            .ok();
        assert_eq!(hosted.exported(&plain, "demo"), "hello", "{}", client.name);
        hosted
            .install(
                client,
                &scoped,
                ("@my-team/demo", Some("2.0.0")),
                &hosted.reader,
            )
            .ok();
        assert_eq!(hosted.exported(&scoped, "@my-team/demo"), "scoped");
        let lock = fs::read_to_string(hosted.path(&plain).join(client.lock)).unwrap();
        assert!(lock.contains("helper"), "{lock}");
        assert!(
            !lock.contains(&hosted.reader),
            "a token is in the lock file"
        );
        // Yarn 4 writes a checksum of its own archive.
        let digest = if client.name == "Yarn" {
            "checksum: "
        } else {
            "sha512-"
        };
        assert_eq!(lock.matches(digest).count(), 2, "{lock}");
    }
    assert_eq!(hosted.package("demo").unwrap().downloads, 4);
}

#[test]
fn a_private_registry_is_open_to_its_tokens_and_a_public_one_to_all() {
    let mut hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "hello");
    let wanted = ("demo", None);
    for client in &CLIENTS {
        let folder = |what: &str| format!("{}-{what}", client.slug());
        hosted
            .install(client, &folder("nobody"), wanted, "")
            .failed();
        hosted
            .install(client, &folder("wrong"), wanted, "bkua_wrong")
            .failed();
        for (what, token) in [("reader", &hosted.reader), ("writer", &hosted.writer)] {
            hosted.install(client, &folder(what), wanted, token).ok();
            assert_eq!(hosted.exported(&folder(what), "demo"), "hello");
        }
    }
    hosted.make_public();
    for client in &CLIENTS {
        let folder = format!("{}-open", client.slug());
        hosted.install(client, &folder, wanted, "").ok();
        assert_eq!(hosted.exported(&folder, "demo"), "hello");
    }
}

#[test]
fn a_lock_file_is_enough_to_install_again_elsewhere() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "first");
    for client in &CLIENTS {
        hosted
            .install(client, &client.slug(), ("demo", None), &hosted.reader)
            .ok();
    }
    hosted.publish_npm("demo", "1.1.0", "second");
    let again = [
        "npm ci",
        "pnpm install --frozen-lockfile",
        "yarn install --frozen-lockfile",
        "yarn install --immutable",
    ];
    for (client, line) in CLIENTS.iter().zip(again) {
        let folder = client.slug();
        hosted.forget_caches();
        let line = format!("cd {folder}; rm -r node_modules; {}{line}", client.shell);
        hosted.shell(&line).ok();
        assert_eq!(hosted.exported(&folder, "demo"), "first", "{}", client.name);
    }
}

#[test]
fn a_tarball_that_is_not_what_the_packument_says_is_not_installed() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "hello");
    // The time in the header of gzip, which no checksum within the tarball covers.
    hosted.damage("demo", 5);
    let said = ["EINTEGRITY", "Integrity check failed", "ntegrity"];
    for (client, words) in CLIENTS.iter().zip(said) {
        let ran = hosted.install(client, &client.slug(), ("demo", None), &hosted.reader);
        assert_ne!(ran.code, 0, "{ran:?}");
        let said = ran.stdout + &ran.stderr;
        assert!(said.contains(words), "{}: {said}", client.name);
    }
    assert_eq!(hosted.damaged(), 1);
}

#[test]
fn a_tag_is_installed_by_its_name() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "stable");
    let next = json!({"name": "demo", "version": "2.0.0-beta.1"});
    hosted.publish_manifest(&next, "beta", "--tag next");
    for client in &CLIENTS {
        for (tag, value) in [("next", "beta"), ("latest", "stable")] {
            let folder = format!("{}-{tag}", client.slug());
            hosted
                .install(client, &folder, ("demo", Some(tag)), &hosted.reader)
                .ok();
            assert_eq!(hosted.exported(&folder, "demo"), value, "{}", client.name);
        }
    }
}
