//! What people ask npm about a registry.

use std::fs;
use std::io::{Read as _, Write as _};
use std::process::{ChildStdout, Stdio};

use serde_json::{Value, json};

use super::place::CLIENTS;
use crate::hosted::Hosted;

#[test]
fn a_package_is_found_and_described() {
    let hosted = Hosted::npm();
    let manifest = json!({
        "name": "demo",
        "version": "1.2.3",
        "description": "Counts the stars",
        "keywords": ["astronomy"],
        "license": "MIT",
        "author": "Ada <ada@example.com>",
        "dependencies": {"helper": "^1.0.0"},
        "engines": {"node": ">=18"},
    });
    hosted.publish_manifest(&manifest, "hello", "");
    hosted.publish_npm("other", "1.0.0", "other");
    let found = hosted.npm_as(&hosted.reader, "search --json astronomy");
    let found: Value = serde_json::from_str(found.ok()).unwrap();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["name"], "demo");
    let seen = hosted.npm_as(&hosted.reader, "view demo --json");
    let seen: Value = serde_json::from_str(seen.ok()).unwrap();
    assert_eq!(seen["version"], "1.2.3");
    assert_eq!(seen["description"], "Counts the stars");
    assert_eq!(seen["dependencies"], json!({"helper": "^1.0.0"}));
    assert_eq!(seen["dist-tags"], json!({"latest": "1.2.3"}));
    assert_eq!(seen["versions"], json!(["1.2.3"]));
    let integrity = seen["dist"]["integrity"].as_str().unwrap();
    assert!(integrity.starts_with("sha512-"), "{seen}");
    assert!(seen["time"]["1.2.3"].is_string(), "{seen}");
    let field = hosted.npm_as(&hosted.reader, "view demo@latest license engines.node");
    assert!(field.ok().contains("MIT") && field.ok().contains(">=18"));
    hosted
        .npm_as(&hosted.reader, "view no-such-package")
        .failed();
}

#[test]
fn npm_says_who_is_signed_in() {
    let hosted = Hosted::npm();
    hosted.npm_as(&hosted.reader, "ping").ok();
    let who = hosted.npm_as(&hosted.reader, "whoami");
    assert!(!who.ok().trim().is_empty());
    hosted.npm_as("bkua_wrong", "whoami").failed();
}

#[test]
fn signing_in_takes_a_token_as_the_password() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "hello");
    fs::create_dir(hosted.path("mine")).unwrap();
    let registry = format!("{}/npm/", hosted.url());
    assert!(!log_in(&hosted, "bkua_wrong"));
    assert!(log_in(&hosted, &hosted.reader));
    let install = format!("cd mine; npm install --registry {registry} demo");
    hosted.shell(&install).ok();
    assert_eq!(hosted.exported("mine", "demo"), "hello");
    hosted
        .shell(&format!("cd mine; npm logout --registry {registry}"))
        .ok();
    hosted
        .shell(&format!("cd mine; npm view --registry {registry} demo"))
        .failed();
    // The token itself is deleted in Registrar only.
    hosted.npm_as(&hosted.reader, "view demo").ok();
}

#[test]
fn an_audit_is_answered() {
    let hosted = Hosted::npm();
    hosted.publish_npm("demo", "1.0.0", "hello");
    // Yarn 1 asks its own registry, whatever it is told.
    let lines = [(0, "npm audit"), (1, "pnpm audit"), (3, "yarn npm audit")];
    for (client, line) in lines {
        let (client, folder) = (&CLIENTS[client], CLIENTS[client].slug());
        hosted
            .install(client, &folder, ("demo", None), &hosted.reader)
            .ok();
        hosted.shell(&format!("cd {folder}; {line}")).ok();
    }
}

/// Signs in as a person does who types a name and a token; whether it worked.
fn log_in(hosted: &Hosted, token: &str) -> bool {
    let registry = format!("{}/npm/", hosted.url());
    let line = format!("cd mine; exec npm login --auth-type=legacy --registry {registry}");
    let mut command = hosted.command(&line);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut npm = command.stderr(Stdio::null()).spawn().unwrap();
    let (mut stdin, mut stdout) = (npm.stdin.take().unwrap(), npm.stdout.take().unwrap());
    for (question, answer) in [("Username: ", "me"), ("Password: ", token)] {
        wait_for(&mut stdout, question);
        writeln!(stdin, "{answer}").unwrap();
    }
    let _ = stdout.read_to_end(&mut Vec::new());
    npm.wait().unwrap().success()
}

/// Reads until a question has been asked.
fn wait_for(stdout: &mut ChildStdout, question: &str) {
    let mut said = Vec::new();
    while !said.ends_with(question.as_bytes()) {
        let mut byte = [0];
        stdout.read_exact(&mut byte).unwrap();
        said.push(byte[0]);
    }
}
