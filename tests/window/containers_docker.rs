//! What docker does through Registrar's helper while the window is open.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use acceptance_support::certificates::Authority;
use acceptance_support::window::Window;

use crate::containers::{SECRET, guarded, knowing};
use crate::steps::{names, row, select, wait_for_detail, wait_for_row};
use crate::tokens::stored;

/// `$HELPER_BIN`, or else the helper beside the application.
fn helper() -> PathBuf {
    let built = || {
        let test = std::env::current_exe().ok()?;
        let target = test.ancestors().nth(2)?;
        Some(target.join("docker-credential-registrar"))
    };
    let named = std::env::var_os("HELPER_BIN").map(PathBuf::from);
    named.or_else(built).expect("the helper")
}

/// `docker login` or `logout` on the window's computer; true where it succeeded.
fn docker(window: &Window, arguments: &[&str], input: &str) -> bool {
    let helper = helper();
    let folder = helper.parent().expect("its folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut child = Command::new("docker")
        .args(arguments)
        .env_clear()
        .envs(window.env())
        .env("PATH", format!("{}:{path}", folder.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("docker");
    let typed = child
        .stdin
        .take()
        .expect("its input")
        .write_all(input.as_bytes());
    typed.expect("writing to docker");
    child.wait().expect("docker's end").success()
}

#[test]
fn what_docker_signs_in_to_appears_at_once() {
    let authority = Authority::new();
    let registry = guarded(&authority);
    let window = Window::open(knowing(&authority));
    let folder = window.home().join(".docker");
    fs::create_dir_all(&folder).expect("docker's folder");
    let config = "{\"credsStore\": \"registrar\"}";
    fs::write(folder.join("config.json"), config).expect("docker's configuration");
    window.wait_for_text("No registries yet");

    let host = registry.host();
    let login = ["login", "--username", "team", "--password-stdin", &host];
    assert!(docker(&window, &login, SECRET), "docker login");
    let added = row(&window, &host);
    assert_eq!(added.user, "team");
    assert_eq!(added.secure, "Keychain · TLS verified");
    assert_eq!(stored(&window, &added.id).as_deref(), Some(SECRET));
    select(&window, &host);
    wait_for_detail(&window, "Added by Docker");
    window.button("Check now").click();
    wait_for_row(&window, &host, |row| row.health == "Signed in");

    assert!(docker(&window, &["logout", &host], ""), "docker logout");
    window.wait_until("it to be gone", || names(&window).is_empty());
    assert_eq!(stored(&window, &added.id), None);
}
