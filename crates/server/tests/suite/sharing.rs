//! Two machines, as two network namespaces with a cable between them: one hosts and publishes, the
//! other installs over TLS. Making them takes the administrator, as whom the tests run in CI; for
//! anybody else the namespaces are made within one of users.
#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;

use crate::running::{Running, folder};

/// Runs the whole of this file's test again, as the administrator of namespaces of its own.
const INSIDE: &str = "REGISTRAR_TEST_INSIDE";
const HOST: &str = "10.77.0.1";

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}

fn shell(text: &str) -> Output {
    run(Command::new("sh").args(["-ec", text]))
}

/// The other machine: a process that does nothing holds its namespace.
struct Other(std::process::Child);

impl Other {
    /// Plugs the cable in, from here to there.
    fn new() -> Self {
        shell("ip link set lo up");
        let child = Command::new("unshare")
            .args(["--net", "sleep", "infinity"])
            .spawn();
        let other = Self(child.unwrap());
        let pid = other.0.id();
        // Until the process is in its own namespace, there is nowhere to plug the cable in.
        shell(&format!(
            "own=$(readlink /proc/self/ns/net)
             for turn in $(seq 1000); do [ \"$(readlink /proc/{pid}/ns/net)\" = \"$own\" ] || break; done
             ip link add here type veth peer name there netns {pid}
             ip addr add {HOST}/24 dev here
             ip link set here up"
        ));
        let there = "ip link set lo up; ip addr add 10.77.0.2/24 dev there; ip link set there up";
        run(other.command("sh").args(["-ec", there]));
        other
    }

    /// A program on the other machine.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        let of = format!("--net=/proc/{}/ns/net", self.0.id());
        command.args([of.as_str(), program]);
        command
    }

    fn curl(&self, ca: &Path, arguments: &[&str]) -> Output {
        let mut curl = self.command("curl");
        curl.args(["--silent", "--noproxy", "*", "--max-time", "20", "--cacert"]);
        curl.arg(ca).args(arguments).output().unwrap()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn one_machine_publishes_and_another_installs_over_tls() {
    if std::env::var_os(INSIDE).is_some() {
        return on_two_machines();
    }
    let this = std::env::current_exe().unwrap();
    let user = !rustix::process::geteuid().is_root();
    let mut within = Command::new("unshare");
    within
        .args(user.then_some("--map-root-user"))
        .arg("--net")
        .arg(this);
    let test = "sharing::one_machine_publishes_and_another_installs_over_tls";
    let output = within
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&said)
    );
}

fn on_two_machines() {
    let (other, folder) = (Other::new(), folder());
    let more = ["--share", "--share-port", "0"];
    let mut server = Running::start_with(folder.path(), &more);
    let shared = format!("Shared: https://{HOST}:");
    let port = server
        .said
        .iter()
        .find_map(|line| line.strip_prefix(&shared));
    let base = format!("https://{HOST}:{}", port.unwrap());
    let print = server
        .said
        .iter()
        .find_map(|line| line.strip_prefix("Authority: SHA-256 "));

    // The other machine fetches the authority, and a person compares what it is.
    let ca = folder.path().join("ca.pem");
    let fetched = other.curl(
        Path::new("/dev/null"),
        &["--insecure", &format!("{base}/ca.pem")],
    );
    fs::write(&ca, fetched.stdout).unwrap();
    let seen = run(Command::new("openssl")
        .args(["x509", "-noout", "-fingerprint", "-sha256", "-in"])
        .arg(&ca));
    assert!(
        String::from_utf8_lossy(&seen.stdout)
            .trim()
            .ends_with(print.unwrap())
    );

    let work = folder.path().join("package");
    fs::create_dir(&work).unwrap();
    npm_publishes(&server, &work);
    npm_installs(&other, &base, &ca, folder.path(), &server.token());

    nobody_else_gets_anything(&server, &other, &base, &ca);

    let (_, seen) = server.ask("GET", "/sharing", "");
    let clients = seen["clients"].as_array().unwrap();
    assert!(
        clients
            .iter()
            .all(|client| client["address"] == "10.77.0.2"),
        "{seen}"
    );
    assert!(
        clients.iter().any(|client| client["token"].is_object()),
        "{seen}"
    );

    server.signal(rustix::process::Signal::TERM);
    assert_eq!(server.ended(), Some(0));
    let health = format!("{base}/health");
    assert_eq!(other.curl(&ca, &[&health]).status.code(), Some(7));
}

fn nobody_else_gets_anything(server: &Running, other: &Other, base: &str, ca: &Path) {
    // Without a token there is nothing, without the authority no connection, and none in the clear.
    let package = format!("{base}/local/web/npm/shared-thing");
    assert_eq!(
        other
            .curl(ca, &["-w", "%{http_code}", "-o", "/dev/null", &package])
            .stdout,
        b"401"
    );
    assert_eq!(
        other
            .curl(Path::new("/dev/null"), &[&package])
            .status
            .code(),
        Some(77)
    );
    let clear = base.replace("https:", "http:");
    assert!(
        !other
            .curl(ca, &["--fail", &format!("{clear}/health")])
            .status
            .success()
    );
    let local = format!(
        "http://{HOST}:{}/health",
        server.address.split_once(':').unwrap().1
    );
    assert_eq!(other.curl(ca, &[&local]).status.code(), Some(7));
}

/// On the machine that hosts, over loopback.
fn npm_publishes(server: &Running, work: &Path) {
    let registry = json!({"name": "web", "ecosystem": "javascript"}).to_string();
    let made = server.ask(
        "POST",
        "/packages/organizations/local/registries",
        &registry,
    );
    assert_eq!(made.0, 200, "{}", made.1);
    fs::write(
        work.join("package.json"),
        r#"{"name": "shared-thing", "version": "1.0.0"}"#,
    )
    .unwrap();
    let at = format!("//{}/local/web/npm/", server.address);
    let npmrc = format!("registry=http:{at}\n{at}:_authToken={}\n", server.token());
    fs::write(work.join(".npmrc"), npmrc).unwrap();
    run(npm(&mut Command::new("npm"), work, "publish"));
}

/// On the other one, as the instructions say.
fn npm_installs(other: &Other, base: &str, ca: &Path, folder: &Path, token: &str) {
    let work = folder.join("install");
    fs::create_dir(&work).unwrap();
    fs::write(work.join("package.json"), "{}").unwrap();
    let at = format!("{}/local/web/npm/", base.trim_start_matches("https:"));
    let npmrc = format!("registry=https:{at}\n{at}:_authToken={token}\n");
    fs::write(work.join(".npmrc"), npmrc).unwrap();
    let mut install = other.command("npm");
    install.env("NODE_EXTRA_CA_CERTS", ca);
    run(npm(&mut install, &work, "install").arg("shared-thing"));
    assert!(work.join("node_modules/shared-thing/package.json").exists());
    let lock = fs::read_to_string(work.join("package-lock.json")).unwrap();
    assert!(
        lock.contains(&format!("\"resolved\": \"{base}/local/web/npm/")),
        "{lock}"
    );
}

fn npm<'a>(command: &'a mut Command, work: &Path, what: &str) -> &'a mut Command {
    let command = command
        .arg(what)
        .args(["--no-audit", "--no-fund"])
        .current_dir(work);
    command
        .env("HOME", work)
        // Whoever runs the tests may have told npm to trust certificates of their own alone.
        .env("npm_config_globalconfig", work.join("no-npmrc"))
        .env("npm_config_cache", work.join("cache"))
}
