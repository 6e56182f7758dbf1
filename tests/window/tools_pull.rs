//! Real docker and skopeo pull with what the window stored.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::window::Window;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::image;
use crate::steps::{go, options, select, token_field, wait_for_detail, wait_for_row};
use crate::tokens::assert_nowhere;
use crate::tooling::{apply, run, switch};

/// The user of the registry with the private image, and what only the keyring knows.
const USER: &str = "robot";
const SECRET: &str = "pull-9f2c+only/here";
const IMAGE: &str = "team/app:1";

/// Debian's registry over TLS, for [`USER`] only, with [`IMAGE`].
fn private_registry(authority: &Authority) -> DockerRegistry {
    let registry = DockerRegistry::builder()
        .login(USER, SECRET)
        .tls(authority, Quality::Good)
        .start();
    let folder = tempfile::tempdir().expect("a folder");
    let image = folder.path().join("image");
    image::write(&image);
    let pushed = std::process::Command::new("skopeo")
        .args(["copy", "--dest-creds", &format!("{USER}:{SECRET}")])
        .arg(format!("dir:{}", image.display()))
        .arg(format!("docker://{}/{IMAGE}", registry.host()))
        .env("SSL_CERT_FILE", authority.file())
        .env("HOME", folder.path())
        .output()
        .expect("skopeo");
    assert!(pushed.status.success(), "{pushed:?}");
    registry
}

/// Docker and skopeo look at the private image.
fn pull(window: &Window, host: &str) -> [Result<String, String>; 2] {
    let image = format!("{host}/{IMAGE}");
    let docker = ["manifest", "inspect", "--insecure", &image];
    let skopeo = ["inspect", "--raw", &format!("docker://{image}")];
    [
        run(window, "docker", &docker),
        run(window, "skopeo", &skopeo),
    ]
}

#[test]
fn docker_and_skopeo_pull_with_a_secret_that_only_the_keyring_has() {
    let authority = Authority::new();
    let registry = private_registry(&authority);
    let host = registry.host();
    let trusted = authority.file().display().to_string();
    let window = Window::open(
        options()
            .env("SSL_CERT_FILE", &trusted)
            .catalog("version = 1\n"),
    );
    window.button("Add registry").click();
    window.button("Other registry").click();
    window.find_by_label("Registry").fill(&host);
    window.find_by_label("User").fill(USER);
    token_field(&window).fill(SECRET);
    window.button("Test and save").click();
    wait_for_row(&window, &host, |row| row.secure.starts_with("Keychain"));
    for refused in pull(&window, &host) {
        assert!(refused.is_err(), "{refused:?}");
    }

    go(&window, "Tools");
    window.button("Link it in…").click();
    apply(&window, "The helper is linked in.");
    for family in ["Docker", "Podman"] {
        switch(&window, family, &host).click();
        apply(&window, &format!("{family} now asks Registrar for {host}."));
    }
    for pulled in pull(&window, &host) {
        assert!(
            pulled.as_ref().is_ok_and(|text| text.contains("layers")),
            "{pulled:?}"
        );
    }
    let encoded = STANDARD.encode(format!("{USER}:{SECRET}"));
    for secret in [SECRET, &encoded] {
        assert_nowhere(&window, secret);
    }

    go(&window, "Registries");
    select(&window, &host);
    wait_for_detail(&window, "Podman, Skopeo, Buildah");
    window.button("Delete…").click();
    for family in ["Docker", "Podman, Skopeo, Buildah"] {
        let loses = "can no longer sign in to it through Registrar.";
        window.wait_for_text(&format!("{family} {loses}"));
    }
    window.button("Delete").click();
    window.wait_for_text(&format!("Deleted “{host}”"));
    for refused in pull(&window, &host) {
        assert!(refused.is_err(), "{refused:?}");
    }
    assert_nowhere(&window, SECRET);
}
