//! Publishing with npm, pnpm and Yarn.

use std::thread;

use registrar_hosting::instructions::Purpose;
use serde_json::json;

use super::place::{CLIENTS, Client};
use crate::hosted::Hosted;

/// Yarn 1 asks for a version otherwise.
fn more(client: &Client, version: &str) -> String {
    if client.name == "Yarn 1" {
        format!("--new-version {version}")
    } else {
        String::new()
    }
}

#[test]
fn every_client_publishes_as_the_window_says() {
    let hosted = Hosted::npm();
    for name in ["demo", "@my-team/demo"] {
        for (client, version) in CLIENTS.iter().zip(["1.0.0", "1.1.0", "1.2.0", "1.3.0"]) {
            let manifest = json!({"name": name, "version": version, "bin": "index.js"});
            hosted.source(client, &manifest, client.name, &hosted.writer);
            hosted
                .run_publish(client, name, &more(client, version))
                .ok();
            let folder = format!("{}-{}", client.slug(), name.len());
            let wanted = (name, Some(version));
            hosted
                .install(&CLIENTS[0], &folder, wanted, &hosted.reader)
                .ok();
            assert_eq!(hosted.exported(&folder, name), client.name);
        }
        assert_eq!(hosted.package(name).unwrap().versions, 4);
    }
}

#[test]
fn who_may_not_publish_is_told_so() {
    let mut hosted = Hosted::npm();
    let reader = hosted.reader.clone();
    let manifest = json!({"name": "demo", "version": "1.0.0"});
    for public in [false, true] {
        for token in ["bkua_wrong", reader.as_str()] {
            for client in &CLIENTS {
                hosted.source(client, &manifest, "hello", token);
                let ran = hosted.run_publish(client, "demo", &more(client, "1.0.0"));
                assert_ne!(ran.code, 0, "{ran:?}");
                let said = ran.stdout + &ran.stderr;
                let told = token != reader || said.contains("This token may not");
                assert!(told, "{}: {said}", client.name);
            }
        }
        if !public {
            hosted.make_public();
        }
    }
    assert!(hosted.package("demo").is_none());
}

#[test]
fn a_version_is_never_published_twice() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "first");
    let manifest = json!({"name": "demo", "version": "1.0.0"});
    for client in &CLIENTS {
        hosted.source(client, &manifest, "second", &hosted.writer);
        let ran = hosted.run_publish(client, "demo", &more(client, "1.0.0"));
        // pnpm may pass over what is there, and says so.
        let said = ran.stdout + &ran.stderr;
        assert!(
            said.contains("previously published"),
            "{}: {said}",
            client.name
        );
        assert_ne!(ran.code, 0, "{}: {said}", client.name);
    }
    hosted
        .install(&CLIENTS[0], "here", ("demo", None), &hosted.reader)
        .ok();
    assert_eq!(hosted.exported("here", "demo"), "first");
}

#[test]
fn of_two_publishers_at_once_exactly_one_wins() {
    let hosted = Hosted::npm();
    let manifest = json!({"name": "demo", "version": "1.0.0"});
    for name in ["one", "other"] {
        hosted.source(&CLIENTS[0], &manifest, name, &hosted.writer);
        hosted.shell(&format!("mv source {name}")).ok();
    }
    let line = hosted.says(Purpose::Publish, ("npm", None), ("demo", None), "unused");
    let publish = |name: &str| hosted.shell(&format!("cd {name}; {line}"));
    let (one, other) = thread::scope(|scope| {
        let one = scope.spawn(|| publish("one"));
        let other = publish("other");
        (one.join().unwrap(), other)
    });
    let winner = match (one.code, other.code) {
        (0, 1..) => "one",
        (1.., 0) => "other",
        _ => panic!("{one:?} {other:?}"),
    };
    hosted
        .install(&CLIENTS[0], "here", ("demo", None), &hosted.reader)
        .ok();
    assert_eq!(hosted.exported("here", "demo"), winner);
}
