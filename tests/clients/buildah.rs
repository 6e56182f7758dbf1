//! Buildah pulls into a storage of its own, as podman does.

use crate::place::{Asks, PASSWORD, Place, USER};

/// Runs buildah with a storage in a folder of the computer.
fn buildah(place: &Place, arguments: &[&str]) -> acceptance_support::computer::Ran {
    let folder = |name: &str| place.computer.path(name).display().to_string();
    let (root, run) = (folder("storage"), folder("run"));
    let storage = [
        "--storage-driver",
        "vfs",
        "--root",
        &root,
        "--runroot",
        &run,
    ];
    place
        .computer
        .run("buildah", &[&storage[..], arguments].concat())
}

#[test]
fn a_private_image_is_pulled_with_a_secret_that_only_the_keyring_has() {
    let place = Place::known(Asks::Basic);
    let image = place.image();
    buildah(&place, &["pull", &image]).failed();
    place.hand_to_podman();
    buildah(&place, &["pull", &image]).ok();
    let images = buildah(&place, &["images", "--noheading"]);
    assert!(images.ok().contains("team/app"), "{images:?}");
    place.assert_secret_is_in_no_file();
}

#[test]
fn a_login_is_that_of_buildah() {
    let place = Place::new(Asks::Basic);
    place.hand_to_podman();
    place.log_in("buildah", USER, PASSWORD).ok();
    let catalog = place.computer.catalog();
    assert!(catalog.contains("added_by = \"buildah\""), "{catalog}");
    place.assert_secret_is_in_no_file();
    place.computer.run("buildah", &["logout", &place.host]).ok();
    assert!(!place.computer.catalog().contains("[[registry]]"));
}
