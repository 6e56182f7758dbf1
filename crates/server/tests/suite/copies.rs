//! Everything in one file, and back, by the program itself.
#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::running::{PROGRAM, Running, folder, output};

const REGISTRIES: &str = "/packages/organizations/local/registries";
const TOOLS: &str = r#"{"name": "tools", "ecosystem": "files"}"#;

fn run(order: &str, data: &Path, file: &Path) -> (Option<i32>, String) {
    let done = output(&[
        order,
        "--data",
        data.to_str().unwrap(),
        file.to_str().unwrap(),
    ]);
    let said = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8(said).unwrap())
}

/// A server with one registry of this name and some files in it.
fn hosted(folder: &Path, name: &str) -> Running {
    let running = Running::start(folder);
    let body = format!("{{\"name\": \"{name}\", \"ecosystem\": \"files\"}}");
    assert_eq!(running.ask("POST", REGISTRIES, &body).0, 200);
    for number in 1..=20_u8 {
        publish(&running, name, number);
    }
    running
}

fn publish(running: &Running, name: &str, number: u8) {
    let bearer = format!("Bearer {}", running.token());
    let mut body = format!("--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tool-{number}.0.0.zip\"\r\n\r\n").into_bytes();
    body.extend([number].repeat(200_000));
    body.extend(b"\r\n--xx--\r\n");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "multipart/form-data; boundary=xx"),
    ];
    let path = format!("/api/v2{REGISTRIES}/{name}/packages");
    let (status, said) = running.ask_with("POST", &path, &body, &headers);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&said));
}

/// The registries of a folder, which must be whole.
fn state(folder: &Path) -> Vec<String> {
    let running = Running::start(folder);
    let (status, report) = running.ask("POST", "/storage/verify", "");
    assert_eq!((status, &report["whole"]), (200, &true.into()), "{report}");
    assert_eq!(report["repairs"], serde_json::json!([]));
    let (_, list) = running.ask("GET", REGISTRIES, "");
    let all = list.as_array().unwrap();
    all.iter()
        .map(|one| one["slug"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_folder_goes_into_a_file_and_comes_out_elsewhere() {
    let (here, there) = (folder(), folder());
    let running = hosted(here.path(), "tools");
    let (data, file) = (here.path().join("data"), here.path().join("all.tar"));
    let (code, said) = run("backup", &data, &file);
    assert_eq!(code, Some(3), "{said}");
    let bearer = format!("Bearer {}", running.token());
    let headers = [("authorization", bearer.as_str())];
    let (status, bytes) = running.ask_with("GET", "/api/v2/storage/backup", b"", &headers);
    assert_eq!(status, 200);
    let token = running.token();
    drop(running);
    let (code, said) = run("backup", &data, &file);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        run("backup", &data, &file).0,
        Some(2),
        "nothing is written over"
    );
    let live = here.path().join("live.tar");
    fs::write(&live, bytes).unwrap();
    for file in [live, file] {
        let target = there.path().join("data");
        let (code, said) = run("restore", &target, &file);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(state_with(there.path(), &token), ["tools"]);
    }
}

/// The same with a token of the folder that the backup is of.
fn state_with(folder: &Path, token: &str) -> Vec<String> {
    fs::write(folder.join("data/owner-token"), token).unwrap();
    state(folder)
}

/// Whenever it is killed, the folder is what it was, or what the file says.
#[test]
fn a_restoration_that_is_killed_leaves_the_old_or_the_new() {
    let (old, new) = (folder(), folder());
    drop(hosted(old.path(), "old"));
    let running = hosted(new.path(), "new");
    let token = running.token();
    drop(running);
    let file = new.path().join("all.tar");
    assert_eq!(run("backup", &new.path().join("data"), &file).0, Some(0));
    let data = old.path().join("data");
    let own = fs::read_to_string(data.join("owner-token")).unwrap();
    let mut seen = [0, 0];
    for round in 0..16_u64 {
        let mut restoring = Command::new(PROGRAM)
            .args([
                "restore",
                "--data",
                data.to_str().unwrap(),
                file.to_str().unwrap(),
            ])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // The moment of the kill is what varies; nothing is waited for.
        std::thread::sleep(Duration::from_millis(round * 12));
        let _ = restoring.kill();
        restoring.wait().unwrap();
        let is_new = fs::read(data.join("registrar.db")).unwrap();
        let is_new = is_new.windows(16).any(|part| part == b"STORAGE_RESTORED");
        let found = state_with(old.path(), if is_new { &token } else { &own });
        assert_eq!(found, [if is_new { "new" } else { "old" }], "round {round}");
        seen[usize::from(is_new)] += 1;
        if is_new {
            break;
        }
    }
    assert!(seen[0] > 0, "it was never killed before it was done");
}

/// A server that is shared; the authority's fingerprint.
fn shared(folder: &Path) -> (Running, String) {
    let running = Running::start_with(folder, &["--share", "--share-port", "0"]);
    let print = running
        .said
        .iter()
        .find_map(|line| line.strip_prefix("Authority: "));
    let print = print.unwrap().to_owned();
    (running, print)
}

/// The authority is this computer's: a backup neither brings one nor takes it away.
#[test]
fn what_is_restored_is_shared_with_the_authority_that_was_there() {
    let (here, there, fresh) = (folder(), folder(), folder());
    let file = here.path().join("all.tar");
    let (running, other) = shared(here.path());
    assert_eq!(running.ask("POST", REGISTRIES, TOOLS).0, 200);
    let token = running.token();
    drop(running);
    assert_eq!(run("backup", &here.path().join("data"), &file).0, Some(0));

    let (running, own) = shared(there.path());
    drop(running);
    for (folder, before) in [(&here, Some(&other)), (&there, Some(&own)), (&fresh, None)] {
        let data = folder.path().join("data");
        let (code, said) = run("restore", &data, &file);
        assert_eq!(code, Some(0), "{said}");
        fs::write(data.join("owner-token"), &token).unwrap();
        let (running, print) = shared(folder.path());
        match before {
            Some(before) => assert_eq!(print, *before),
            None => assert!(print != own && print != other),
        }
        let (_, list) = running.ask("GET", REGISTRIES, "");
        assert_eq!(list[0]["slug"], "tools");
    }
}
