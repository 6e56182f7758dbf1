//! Images on the network, by https with an authority of our own.

use std::fs;

use acceptance_support::computer::Ran;
use registrar_hosting::instructions::Purpose;

use crate::hosted::Hosted;
use crate::network::{OnNetwork, assert_untrusted};

/// A token was refused, not a certificate.
fn assert_not_let_in(ran: &Ran) {
    let said = ran.failed().to_lowercase();
    assert!(!said.contains("certificate"), "{ran:?}");
    let token = ["unauthorized", "invalid username/password", "401"];
    assert!(token.iter().any(|one| said.contains(one)), "{ran:?}");
}

#[test]
fn skopeo_pushes_and_pulls() {
    let network = OnNetwork::new(Hosted::images());
    let hosted = &network.hosted;
    let push =
        |token: &str| hosted.shell(&hosted.tells(Purpose::Publish, "skopeo", Some("1"), token));
    assert_untrusted(&push(&hosted.writer));
    hosted.shell(&network.says("skopeo")).ok();
    assert_not_let_in(&push("bkua_wrong"));
    push(&hosted.writer).ok();
    assert_eq!(hosted.package("team/app").unwrap().versions, 1);
    let pull = hosted.tells(Purpose::Install, "skopeo", Some("1"), &hosted.reader);
    hosted.shell(&pull).ok();
    assert!(hosted.path("app/index.json").is_file());
}

#[test]
fn podman_pulls_and_pushes() {
    // What is to be pulled was pushed on the computer that shares it.
    let hosted = Hosted::images();
    hosted.push_image();
    let network = OnNetwork::new(hosted);
    let hosted = &network.hosted;
    let _ = fs::remove_file(hosted.path("auth.json"));
    let program = "podman --storage-driver vfs --root $PWD/storage --runroot $PWD/run";
    let pull = |token: &str| {
        let line = hosted.tells(Purpose::Install, "podman", Some("1"), token);
        hosted.shell(&line.replace("podman pull", &format!("{program} pull")))
    };
    assert_untrusted(&pull(&hosted.writer));
    hosted.shell(&network.says("podman")).ok();
    assert_not_let_in(&pull("bkua_wrong"));
    pull(&hosted.writer).ok();
    let push = hosted.tells(Purpose::Publish, "podman", Some("2"), &hosted.writer);
    let push = push.replace("podman push", &format!("{program} push"));
    hosted
        .shell(&push.replace("team/app:latest", &hosted.image("1")))
        .ok();
    let tags = hosted.shell(&format!("skopeo inspect docker://{}", hosted.image("2")));
    assert!(tags.ok().contains("\"2\""));
}

#[test]
fn docker_signs_in_and_reads() {
    let hosted = Hosted::images();
    hosted.push_image();
    let network = OnNetwork::new(hosted);
    let hosted = &network.hosted;
    let login = |token: &str| {
        let said = hosted.tells(Purpose::Install, "docker", Some("1"), token);
        hosted.shell(said.lines().next().unwrap())
    };
    assert_untrusted(&login(&hosted.reader));
    hosted.shell(&network.says("docker")).ok();
    assert_not_let_in(&login("bkua_wrong"));
    login(&hosted.reader).ok();
    let inspect = format!("docker manifest inspect {}", hosted.image("1"));
    assert!(hosted.shell(&inspect).ok().contains("layers"));
}
