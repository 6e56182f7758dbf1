//! Starting: the first time, again, and where it cannot.

use std::fs;
use std::net::TcpListener;

use crate::running::{Running, folder, output};

#[test]
fn the_first_start_makes_an_organization_and_a_token() {
    let folder = folder();
    let running = Running::start(folder.path());
    let file = running.data.join("owner-token");
    assert_eq!(
        running.said,
        [format!("Owner\u{2019}s API token: {}", file.display())]
    );
    assert!(file.is_absolute());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(&running.data), 0o700);
    }
    let (health, _) = running.ask_with("GET", "/health", b"", &[]);
    assert_eq!(health, 200);
    let bearer = format!("Bearer {}", running.token());
    let (known, said) = running.ask_with(
        "POST",
        "/api/v2/packages/organizations/local/registries/none/packages",
        b"",
        &[("authorization", &bearer)],
    );
    assert_eq!(known, 404, "{}", String::from_utf8_lossy(&said));
    let (metrics, text) = running.ask_with("GET", "/metrics", b"", &[]);
    assert_eq!(metrics, 200);
    assert!(String::from_utf8_lossy(&text).contains("registrar_registries 0"));
}

#[test]
fn a_later_start_keeps_the_token() {
    let folder = folder();
    let first = Running::start(folder.path()).token();
    let again = Running::start(folder.path());
    assert_eq!(again.token(), first);
    assert!(!again.log().contains(&first), "{}", again.log());
}

#[test]
fn one_folder_has_one_server() {
    let folder = folder();
    let running = Running::start(folder.path());
    let data = running.data.to_str().unwrap();
    let second = output(&["--data", data, "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(3));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(
        said.contains("already hosting") && said.contains(data),
        "{said}"
    );
}

#[test]
fn an_address_in_use_is_told_with_who_has_it() {
    let folder = folder();
    let running = Running::start(folder.path());
    let other = folder.path().join("other");
    let second = output(&[
        "--data",
        other.to_str().unwrap(),
        "--listen",
        &running.address,
    ]);
    assert_eq!(second.status.code(), Some(4));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains(&running.address), "{said}");
    if cfg!(target_os = "linux") {
        let holder = format!("registrar-server (process {})", running.pid());
        assert!(said.contains(&holder), "{said}");
    }
    assert!(!other.exists(), "nothing was made");
}

#[test]
fn an_address_of_another_computer_is_refused() {
    let folder = folder();
    let data = folder.path().join("data");
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let place = format!("0.0.0.0:{}", free.port());
    let refused = output(&["--data", data.to_str().unwrap(), "--listen", &place]);
    assert_eq!(refused.status.code(), Some(5));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("Listen on 127.0.0.1"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_is_told() {
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "no folder").unwrap();
    let data = file.join("data");
    let refused = output(&["--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(6));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("cannot be used") && said.contains("--data"),
        "{said}"
    );
}

#[test]
fn help_and_version_need_nothing() {
    let help = output(&["--help"]);
    assert!(help.status.success());
    let text = String::from_utf8_lossy(&help.stdout);
    for option in ["--data", "--listen", "--public-url", "REGISTRAR_LOG"] {
        assert!(text.contains(option), "{option}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80));
    let version = output(&["-V"]);
    let expected = concat!("registrar-server ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(String::from_utf8_lossy(&version.stdout), expected);
    assert_eq!(output(&["--nonsense"]).status.code(), Some(2));
}
