//! Docker's own client. It needs no engine for what it asks a registry itself.

use acceptance_support::keyring::{Prompter, Reply};

use crate::place::{Asks, IDENTITY_TOKEN, PASSWORD, Place, USER};

#[test]
fn a_private_image_is_read_with_a_secret_that_only_the_keyring_has() {
    for asks in [Asks::Basic, Asks::BasicByHttp, Asks::Bearer] {
        let place = Place::known(asks);
        place.docker_inspect().failed();
        place.hand_to_docker();
        assert!(place.docker_inspect().ok().contains("layers"));
        place.assert_secret_is_in_no_file();
    }
}

#[test]
fn a_login_makes_a_registry_and_a_logout_takes_it_away() {
    let place = Place::new(Asks::Basic);
    place.hand_to_docker();
    let login = place.log_in("docker", USER, PASSWORD);
    assert!(login.ok().contains("Login Succeeded"), "{login:?}");
    let catalog = place.computer.catalog();
    assert!(catalog.contains("added_by = \"docker\""), "{catalog}");
    assert!(catalog.contains(&format!("name = \"{}\"", place.host)));
    assert!(catalog.contains(USER), "{catalog}");
    assert_eq!(place.computer.tokens().len(), 1);
    place.assert_secret_is_in_no_file();
    place.docker_inspect().ok();

    let logout = place.docker(&["logout", &place.host]);
    logout.ok();
    assert!(!logout.stderr.contains("WARNING"), "{logout:?}");
    assert!(!place.computer.catalog().contains("[[registry]]"));
    assert!(place.computer.tokens().is_empty());
    place.docker_inspect().failed();
}

#[test]
fn a_wrong_password_is_not_kept() {
    let place = Place::known(Asks::Basic);
    place.hand_to_docker();
    let before = place.computer.catalog();
    place.log_in("docker", USER, "wrong").failed();
    assert_eq!(place.computer.catalog(), before);
    place.docker_inspect().ok();
}

#[test]
fn a_logout_leaves_the_person_s_own_registry_without_its_token() {
    let place = Place::known(Asks::Basic);
    place.hand_to_docker();
    place.docker(&["logout", &place.host]).ok();
    let catalog = place.computer.catalog();
    assert!(catalog.contains("name = \"Registry 1\"") && !catalog.contains("token = true"));
    assert!(place.computer.tokens().is_empty());
    place.docker_inspect().failed();
    place.log_in("docker", USER, PASSWORD).ok();
    assert!(!place.computer.catalog().contains("added_by"));
    place.docker_inspect().ok();
}

#[test]
fn an_identity_token_takes_the_place_of_the_password() {
    let place = Place::new(Asks::Bearer);
    place.hand_to_docker();
    place.log_in("docker", USER, PASSWORD).ok();
    let got = place.computer.helper("get", &place.host);
    let got: serde_json::Value = serde_json::from_str(got.ok()).unwrap();
    assert_eq!(got["Username"], "<token>");
    assert_eq!(got["Secret"], IDENTITY_TOKEN);
    place.assert_secret_is_in_no_file();
    let before = place.tokens.as_ref().unwrap().requests().len();
    place.docker_inspect().ok();
    let asked = place.tokens.as_ref().unwrap().requests();
    let refreshed = |body: &str| body.contains("grant_type=refresh_token");
    assert!(asked[before..].iter().any(|seen| refreshed(&seen.body)));
}

#[test]
fn what_a_locked_keyring_needs_reaches_the_terminal() {
    let place = Place::known(Asks::Basic);
    place.hand_to_docker();
    place.computer.keyring().lock().unwrap();
    let login = place.log_in("docker", USER, PASSWORD);
    let said =
        "GNOME Keyring is locked: unlock the Login keyring in Passwords and Keys, then try again.";
    assert!(login.failed().contains(said), "{login:?}");
    assert!(!place.computer.catalog().contains("added_by"));
}

#[test]
fn an_image_of_a_stranger_wakes_no_keyring() {
    let place = Place::new(Asks::Nothing);
    place.computer.register(1, "ghcr.io", USER, PASSWORD);
    let handover = place.handover();
    let every = handover
        .docker()
        .plan_every(true, registrar_handover::Replace::Never);
    handover.apply(every.unwrap()).unwrap();
    place.computer.keyring().lock().unwrap();
    let prompter = Prompter::start(place.computer.keyring().bus(), Reply::Dismiss).unwrap();
    place.docker_inspect().ok();
    assert_eq!(prompter.asked(), 0);
}

#[test]
fn docker_hub_is_forgotten_by_whatever_name() {
    let place = Place::new(Asks::Nothing);
    place.computer.register(1, "docker.io", USER, PASSWORD);
    let handover = place.handover();
    let every = handover
        .docker()
        .plan_every(true, registrar_handover::Replace::Never);
    handover.apply(every.unwrap()).unwrap();
    for name in [
        "docker.io",
        "https://index.docker.io/v1/",
        "registry-1.docker.io",
    ] {
        let got = place.computer.helper("get", name);
        assert!(got.ok().contains("Secret"), "{name}");
    }
    place.docker(&["logout"]).ok();
    assert!(place.computer.tokens().is_empty());
    assert!(!place.computer.catalog().contains("token = true"));
}
