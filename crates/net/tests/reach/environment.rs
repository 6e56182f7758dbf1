//! What the environment and the system say.
//!
//! Variables belong to the whole process, so each case runs in a process of its own: this test
//! program again, with one of the tests that are ignored otherwise.

use std::process::Command;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::proxy::Proxy;
use registrar_net::{FailureKind, ProxyRule, system_proxy};
use registrar_registry::TlsRules;

use super::{get, http};

/// Runs the ignored test `name` with no variables that matter but `variables`.
fn run(name: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(proxy).env_remove(proxy.to_lowercase());
    }
    for session in ["DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"] {
        command.env_remove(session);
    }
    let name = format!("environment::{name}");
    command.args(["--exact", &name, "--ignored", "--nocapture"]);
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let ran = said.contains("1 passed");
    assert!(ran, "{said}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_environments_proxy_is_used_in_upper_and_lower_case() {
    let (authority, registry) = (Authority::new(), DevfileRegistry::start());
    let secure = DevfileRegistry::builder()
        .tls(&authority, Quality::Good)
        .start();
    let authority = authority.file();
    for (plain, secure_name) in [("HTTP_PROXY", "HTTPS_PROXY"), ("all_proxy", "https_proxy")] {
        let (first, second) = (Proxy::start(), Proxy::start());
        let variables = [
            (plain, &*first.url()),
            (secure_name, &*second.url()),
            ("CASE_HTTP", &*registry.url_as("registry.test")),
            ("CASE_HTTPS", &*secure.url_as("registry.test")),
            ("SSL_CERT_FILE", authority.to_str().unwrap()),
        ];
        run("case_both_pass", &variables);
        assert_eq!(first.targets().len(), 1, "{plain}");
        assert_eq!(second.targets().len(), 1, "{secure_name}");
        assert!(second.targets()[0].starts_with("CONNECT registry.test:"));
    }
}

#[tokio::test]
#[ignore = "run by another test, with variables"]
async fn case_both_pass() {
    let http = http(ProxyRule::System);
    for name in ["CASE_HTTP", "CASE_HTTPS"] {
        let url = std::env::var(name).unwrap();
        let answer = get(&http, &url, None, &TlsRules::default()).await;
        assert!(answer.unwrap().status.is_success(), "{url}");
    }
}

#[test]
fn hosts_that_the_environment_excludes_are_reached_directly() {
    let proxy = Proxy::start();
    for excluded in ["registry.test", ".test", "*"] {
        let variables = [("ALL_PROXY", &*proxy.url()), ("NO_PROXY", excluded)];
        run("case_name_not_resolved", &variables);
    }
    assert!(proxy.targets().is_empty());
}

#[tokio::test]
#[ignore = "run by another test, with variables"]
async fn case_name_not_resolved() {
    let http = http(ProxyRule::System);
    let answer = get(&http, "http://registry.test", None, &TlsRules::default()).await;
    assert_eq!(answer.unwrap_err().kind, FailureKind::NameNotResolved);
}

#[test]
fn direct_means_direct_whatever_the_environment_says() {
    let proxy = Proxy::start();
    run("case_direct", &[("ALL_PROXY", &proxy.url())]);
    assert!(proxy.targets().is_empty());
}

#[tokio::test]
#[ignore = "run by another test, with variables"]
async fn case_direct() {
    let http = http(ProxyRule::Direct);
    let answer = get(&http, "http://registry.test", None, &TlsRules::default()).await;
    assert_eq!(answer.unwrap_err().kind, FailureKind::NameNotResolved);
}

#[test]
fn the_settings_page_shows_the_environments_proxy_without_its_password() {
    let proxy = "http://ann:hunter2@proxy.example:3128";
    run("case_shown", &[("https_proxy", proxy)]);
}

#[tokio::test]
#[ignore = "run by another test, with variables"]
async fn case_shown() {
    let shown = system_proxy().await;
    assert_eq!(shown.as_deref(), Some("http://proxy.example:3128"));
}

#[test]
fn a_proxy_that_speaks_tls_is_trusted_by_the_systems_certificates() {
    let authority = Authority::new();
    let proxy = Proxy::start_tls(&authority);
    let registry = DevfileRegistry::builder()
        .tls(&authority, Quality::Good)
        .start();
    let file = authority.file();
    let variables = [
        ("HTTPS_PROXY", &*proxy.url()),
        ("CASE_HTTPS", &*registry.url_as("registry.test")),
        ("CASE_HTTP", &*registry.url()),
        ("SSL_CERT_FILE", file.to_str().unwrap()),
    ];
    run("case_both_pass", &variables);
    assert_eq!(proxy.targets().len(), 1);
}

#[test]
fn an_authority_of_ones_own_adds_to_those_of_the_system() {
    let (system, own) = (Authority::new(), Authority::new());
    let start = |authority| {
        DevfileRegistry::builder()
            .tls(authority, Quality::Good)
            .start()
    };
    let (first, second) = (start(&system), start(&own));
    let (system, own) = (system.file(), own.file());
    let variables = [
        ("SSL_CERT_FILE", system.to_str().unwrap()),
        ("CASE_CA_FILE", own.to_str().unwrap()),
        ("CASE_SYSTEM", &*first.url()),
        ("CASE_OWN", &*second.url()),
    ];
    run("case_own_authority", &variables);
}

#[tokio::test]
#[ignore = "run by another test, with variables"]
async fn case_own_authority() {
    let variable = |name| std::env::var(name).unwrap();
    let http = http(ProxyRule::System);
    let system_only = TlsRules::default();
    let both = TlsRules {
        ca_file: Some(variable("CASE_CA_FILE").into()),
        trusted_certificate: None,
    };
    let (system, own) = (variable("CASE_SYSTEM"), variable("CASE_OWN"));
    assert!(get(&http, &system, None, &both).await.is_ok());
    assert!(get(&http, &own, None, &both).await.is_ok());
    assert!(get(&http, &system, None, &system_only).await.is_ok());
    let refused = get(&http, &own, None, &system_only).await.unwrap_err();
    assert_eq!(refused.kind, FailureKind::CertificateNotTrusted);
}

/// There is a session bus, so that there may be a desktop.
#[cfg(target_os = "linux")]
const BUS: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");

/// A folder with a program `gsettings` that does what `script` says.
#[cfg(target_os = "linux")]
fn desktop(script: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("gsettings");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

#[cfg(target_os = "linux")]
#[test]
fn the_desktops_proxy_is_used_where_the_environment_names_none() {
    let script = "echo \"org.gnome.system.proxy mode 'manual'\"
        echo \"org.gnome.system.proxy.https host 'proxy.example'\"
        echo \"org.gnome.system.proxy.https port 3128\"";
    let folder = desktop(script);
    let path = ("PATH", folder.path().to_str().unwrap());
    run("case_shown", &[path, BUS]);
    run("case_none_shown", &[path]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "run by another test, with variables"]
async fn case_none_shown() {
    assert_eq!(system_proxy().await, None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_desktop_that_does_not_answer_or_is_not_there_means_a_direct_connection() {
    let (hanging, absent) = (desktop("exec /bin/sleep 60"), tempfile::tempdir().unwrap());
    for folder in [hanging, absent] {
        let path = folder.path().to_str().unwrap();
        run("case_name_not_resolved", &[("PATH", path), BUS]);
    }
}
