//! Tags, warnings and deletions with npm.

use registrar_hosting::Scope;
use serde_json::json;

use super::place::CLIENTS;
use crate::hosted::Hosted;

#[test]
fn tags_are_added_listed_and_removed() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "one");
    hosted.publish_npm("demo", "1.1.0", "two");
    hosted
        .npm_as(&hosted.writer, "dist-tag add demo@1.0.0 stable")
        .ok();
    let listed = hosted.npm_as(&hosted.reader, "dist-tag ls demo");
    assert_eq!(listed.ok().trim(), "latest: 1.1.0\nstable: 1.0.0");
    let refused = hosted.npm_as(&hosted.reader, "dist-tag add demo@1.0.0 mine");
    assert!(
        refused.failed().contains("This token may not"),
        "{refused:?}"
    );
    let refused = hosted.npm_as(&hosted.writer, "dist-tag rm demo latest");
    assert!(refused.failed().contains("latest"), "{refused:?}");
    hosted
        .npm_as(&hosted.writer, "dist-tag rm demo stable")
        .ok();
    let listed = hosted.npm_as(&hosted.reader, "dist-tag ls demo");
    assert_eq!(listed.ok().trim(), "latest: 1.1.0");
    hosted
        .npm_as(&hosted.writer, "dist-tag add demo@1.0.0 latest")
        .ok();
    hosted
        .install(&CLIENTS[0], "here", ("demo", None), &hosted.reader)
        .ok();
    assert_eq!(hosted.exported("here", "demo"), "one");
}

#[test]
fn whoever_installs_a_deprecated_version_is_warned() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "hello");
    hosted
        .npm_as(&hosted.writer, "deprecate demo@1.0.0 'it burns'")
        .ok();
    for client in CLIENTS.iter().filter(|client| client.name != "Yarn") {
        let ran = hosted.install(client, &client.slug(), ("demo", None), &hosted.reader);
        ran.ok();
        let said = ran.stdout + &ran.stderr;
        let warned = said.contains("it burns") || said.contains("deprecated");
        assert!(warned, "{}: {said}", client.name);
    }
    hosted
        .npm_as(&hosted.writer, "deprecate demo@1.0.0 ''")
        .ok();
    let ran = hosted.install(&CLIENTS[0], "again", ("demo", None), &hosted.reader);
    ran.ok();
    assert!(!ran.stderr.contains("deprecated"), "{ran:?}");
}

#[test]
fn a_version_that_is_unpublished_is_gone_and_its_number_is_not_used_again() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "one");
    hosted.publish_npm("demo", "1.1.0", "two");
    let refused = hosted.npm_as(&hosted.writer, "unpublish demo@1.1.0");
    assert!(
        refused.failed().contains("This token may not"),
        "{refused:?}"
    );
    let eraser = hosted.token(&[Scope::ReadPackages, Scope::DeletePackages]);
    hosted.npm_as(&eraser, "unpublish demo@1.1.0").ok();
    hosted
        .install(&CLIENTS[0], "here", ("demo", None), &hosted.reader)
        .ok();
    assert_eq!(hosted.exported("here", "demo"), "one");
    let manifest = json!({"name": "demo", "version": "1.1.0"});
    hosted.source(&CLIENTS[0], &manifest, "three", &hosted.writer);
    let again = hosted.run_publish(&CLIENTS[0], "demo", "");
    assert!(again.failed().contains("1.1.0"), "{again:?}");
    assert_eq!(hosted.package("demo").unwrap().versions, 1);
}

#[test]
fn a_package_that_is_unpublished_is_gone() {
    let hosted = Hosted::npm();
    for name in ["demo", "@my-team/demo"] {
        hosted.publish_npm(name, "1.0.0", "one");
        hosted.publish_npm(name, "1.1.0", "two");
        let eraser = hosted.token(&[Scope::ReadPackages, Scope::DeletePackages]);
        hosted
            .npm_as(
                &eraser,
                &format!(
                    "unpublish --force {name} --@my-team:registry={}/npm/",
                    hosted.url()
                ),
            )
            .ok();
        assert!(hosted.package(name).is_none());
        hosted
            .install(&CLIENTS[0], "here", (name, None), &hosted.reader)
            .failed();
    }
}
