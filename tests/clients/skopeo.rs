//! Skopeo, which finds credentials as podman does.

use acceptance_support::keyring::{Prompter, Reply};

use crate::place::{Asks, PASSWORD, Place, USER};

#[test]
fn a_private_image_is_copied_with_a_secret_that_only_the_keyring_has() {
    for asks in [Asks::Basic, Asks::Bearer] {
        let place = Place::known(asks);
        let refused = place.skopeo_inspect();
        assert!(refused.failed().contains("unauthorized"), "{refused:?}");
        place.hand_to_podman();
        assert!(place.skopeo_inspect().ok().contains("layers"));
        let from = format!("docker://{}", place.image());
        let to = format!("dir:{}", place.computer.path("copy").display());
        place.computer.run("skopeo", &["copy", &from, &to]).ok();
        assert!(place.computer.path("copy/manifest.json").is_file());
        place.assert_secret_is_in_no_file();
    }
}

#[test]
fn a_login_and_a_logout_are_those_of_skopeo() {
    let place = Place::new(Asks::Basic);
    place.hand_to_podman();
    place.log_in("skopeo", USER, PASSWORD).ok();
    let catalog = place.computer.catalog();
    assert!(catalog.contains("added_by = \"skopeo\""), "{catalog}");
    place.assert_secret_is_in_no_file();
    place.skopeo_inspect().ok();
    let arguments = ["login", "--get-login", &place.host];
    assert!(place.computer.run("skopeo", &arguments).ok().contains(USER));

    place.computer.run("skopeo", &["logout", &place.host]).ok();
    assert!(!place.computer.catalog().contains("[[registry]]"));
    assert!(place.computer.tokens().is_empty());
    place.skopeo_inspect().failed();
}

#[test]
fn what_a_locked_keyring_needs_reaches_the_terminal() {
    let place = Place::known(Asks::Basic);
    place.hand_to_podman();
    place.computer.keyring().lock().unwrap();
    let refused = place.skopeo_inspect();
    let said = "GNOME Keyring is locked: unlock the Login keyring";
    assert!(refused.failed().contains(said), "{refused:?}");
}

#[test]
fn an_image_of_a_stranger_wakes_no_keyring() {
    let place = Place::new(Asks::Nothing);
    place.computer.register(1, "ghcr.io", USER, PASSWORD);
    place.hand_to_podman();
    place.computer.keyring().lock().unwrap();
    let prompter = Prompter::start(place.computer.keyring().bus(), Reply::Dismiss).unwrap();
    place.skopeo_inspect().ok();
    assert_eq!(prompter.asked(), 0);
}
