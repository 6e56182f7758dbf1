//! Real docker and real skopeo, against a registry on loopback, call the helper that we wire up.
//! Needs Debian's `skopeo` and a docker client.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    thread,
};

use registrar_handover::{Discovery, Replace};
use sha2::{Digest, Sha256};
use support::{Machine, json, keys, read};

/// `ada:hunter2`, as a registry sees it.
const AUTHORIZATION: &str = "authorization: basic ywrhomh1bnrlcji=";
/// What a TLS client begins with. Docker goes on to plain http when it is answered in http.
const TLS_HELLO: u8 = 0x16;
const CONFIG: &str =
    r#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#;

const MANIFEST_TYPE: &str = "Content-Type: application/vnd.docker.distribution.manifest.v2+json";

/// An image of no layers.
fn manifest() -> String {
    let hex = Sha256::digest(CONFIG)
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let size = CONFIG.len();
    format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{{"mediaType":"application/vnd.docker.container.image.v1+json","size":{size},"digest":"sha256:{hex}"}},"layers":[]}}"#
    )
}

/// A registry with one image, for `ada` with `hunter2` only. It ends with the test's process.
fn registry() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        listener.incoming().flatten().for_each(|stream| {
            let _ = serve(&stream);
        });
    });
    host
}

fn serve(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut first = [0; 4096];
    if stream.peek(&mut first)? > 0 && first[0] == TLS_HELLO {
        // Read it, so that closing does not take the answer back.
        let _ = stream.read(&mut first)?;
        return write!(
            stream,
            "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
        );
    }
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let headers: Vec<_> = lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let signed_in = headers
        .iter()
        .any(|line| line.to_lowercase() == AUTHORIZATION);
    let manifest = manifest();
    let (status, head, body) = if !signed_in {
        (
            "401 Unauthorized",
            "WWW-Authenticate: Basic realm=\"test\"",
            "{}",
        )
    } else if request.contains("/manifests/") {
        ("200 OK", MANIFEST_TYPE, manifest.as_str())
    } else if request.contains("/blobs/") {
        ("200 OK", "Content-Type: application/octet-stream", CONFIG)
    } else {
        (
            "200 OK",
            "Docker-Distribution-Api-Version: registry/2.0",
            "{}",
        )
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// A helper that knows one credential and notes what it is asked.
fn helper(machine: &Machine, host: &str) {
    let log = machine.path("log");
    fs::write(&log, "").unwrap();
    machine.program(
        "docker-credential-registrar",
        &format!(
            r#"key=$(cat); echo "$1 $key" >> '{}'
        case "$1 $key" in
        "get {host}") echo '{{"ServerURL":"{host}","Username":"ada","Secret":"hunter2"}}';;
        get*) echo credentials not found in native keychain; exit 1;;
        esac"#,
            log.display(),
        ),
    );
}

/// Runs the tool with the machine's home and helper, and gives its output if it succeeded.
fn run(machine: &Machine, program: &str, arguments: &[&str]) -> Result<String, String> {
    let path = format!(
        "{}:{}",
        machine.path("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("PATH", path)
        .env("HOME", machine.home(""));
    for name in [
        "DOCKER_CONFIG",
        "REGISTRY_AUTH_FILE",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
    ] {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}

fn docker_inspect(machine: &Machine, host: &str) -> Result<String, String> {
    run(
        machine,
        "docker",
        &["manifest", "inspect", "--insecure", &format!("{host}/it:1")],
    )
}

fn skopeo_inspect(machine: &Machine, host: &str) -> Result<String, String> {
    run(
        machine,
        "skopeo",
        &[
            "inspect",
            "--raw",
            "--tls-verify=false",
            &format!("docker://{host}/it:1"),
        ],
    )
}

#[test]
fn docker_asks_us_for_one_registry_and_stops_when_told() {
    let (machine, host) = (Machine::new(), registry());
    helper(&machine, &host);
    docker_inspect(&machine, &host).unwrap_err();
    let docker = machine.handover.docker();
    machine.apply(
        docker
            .plan_enable(std::slice::from_ref(&host), Replace::Never)
            .unwrap(),
    );
    assert!(docker_inspect(&machine, &host).unwrap().contains("layers"));
    assert!(read(&machine.path("log")).contains(&format!("get {host}\n")));
    run(&machine, "docker", &["logout", &host]).unwrap();
    assert!(read(&machine.path("log")).contains(&format!("erase {host}\n")));
    machine.apply(docker.plan_disable(std::slice::from_ref(&host)).unwrap());
    docker_inspect(&machine, &host).unwrap_err();
}

#[test]
fn docker_asks_us_for_every_registry() {
    let (machine, host) = (Machine::new(), registry());
    helper(&machine, &host);
    let docker = machine.handover.docker();
    machine.apply(docker.plan_every(true, Replace::Never).unwrap());
    docker_inspect(&machine, &host).unwrap();
    machine.apply(docker.plan_remove().unwrap());
    docker_inspect(&machine, &host).unwrap_err();
}

#[test]
fn docker_login_through_us_leaves_no_secret_in_its_file() {
    let (machine, host) = (Machine::new(), registry());
    helper(&machine, &host);
    let docker = machine.handover.docker();
    machine.apply(
        docker
            .plan_enable(std::slice::from_ref(&host), Replace::Never)
            .unwrap(),
    );
    run(
        &machine,
        "docker",
        &["login", "-u", "ada", "-p", "hunter2", &host],
    )
    .unwrap();
    let file = machine.home(".docker/config.json");
    assert_eq!(json(&file)["auths"][&host], serde_json::json!({}));
    assert!(read(&machine.path("log")).contains("store {"));
    assert!(docker.state().unwrap().serves_key(&host));
    machine.apply(docker.plan_remove().unwrap());
    assert_eq!(json(&file), serde_json::json!({"auths": {&host: {}}}));
}

#[test]
fn skopeo_asks_us_for_every_registry_and_for_one() {
    let (machine, host) = (Machine::new(), registry());
    helper(&machine, &host);
    let podman = machine.handover.podman();
    skopeo_inspect(&machine, &host).unwrap_err();
    machine.apply(podman.plan_every(true).unwrap());
    assert!(skopeo_inspect(&machine, &host).unwrap().contains("layers"));
    machine.apply(podman.plan_every(false).unwrap());
    skopeo_inspect(&machine, &host).unwrap_err();
    machine.apply(
        podman
            .plan_enable(std::slice::from_ref(&host), Replace::Never)
            .unwrap(),
    );
    skopeo_inspect(&machine, &host).unwrap();
    assert!(
        read(&machine.path("log"))
            .lines()
            .all(|line| line == format!("get {host}"))
    );
    machine.apply(podman.plan_remove().unwrap());
    skopeo_inspect(&machine, &host).unwrap_err();
}

#[test]
fn skopeo_heeds_what_docker_was_told() {
    let (machine, host) = (Machine::new(), registry());
    helper(&machine, &host);
    machine.apply(
        machine
            .handover
            .docker()
            .plan_enable(&keys([host.as_str()]), Replace::Never)
            .unwrap(),
    );
    skopeo_inspect(&machine, &host).unwrap();
}

#[tokio::test]
async fn real_tools_are_discovered() {
    let machine =
        Machine::with(|environment| environment.with("PATH", std::env::var_os("PATH").unwrap()));
    let tools = Discovery::default()
        .tools(machine.handover.environment())
        .await;
    for name in ["docker", "skopeo"] {
        let tool = tools.iter().find(|tool| tool.name == name).unwrap();
        assert!(tool.path.is_some() && tool.version.is_some(), "{tool:?}");
    }
}
