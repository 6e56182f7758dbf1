//! What a devfile registry answers on its paths.

use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::wire::Reply;

/// How many stacks the data has.
pub const STACKS: u32 = 31;
/// How many samples the data has.
pub const SAMPLES: u32 = 5;
/// How many stacks the huge index has.
pub const HUGE: u32 = 5000;

static INDEX: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let text = std::fs::read(folder().join("v2index.json")).expect("the fixture's index");
    serde_json::from_slice(&text).expect("the fixture's index is JSON")
});

/// What a devfile registry, as its documentation has it, answers on `path`.
pub(super) fn answer(path: &str) -> Reply {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    match parts[..] {
        [""] => Reply::redirect("/index"),
        ["health"] => Reply::json(200, &json!({"message": "the server is up and running"})),
        ["index"] => index("stack", v1),
        ["index", kind] => index(kind, v1),
        ["v2index"] => index("stack", Value::clone),
        ["v2index", kind] => index(kind, Value::clone),
        ["devfiles", name] => devfile(name, "default"),
        ["devfiles", name, version] => devfile(name, version),
        _ => Reply::json(404, &json!({"status": "page not found"})),
    }
}

/// An index of [`HUGE`] stacks.
pub(super) fn huge() -> Reply {
    let mut model = INDEX[1].clone();
    if let Some(versions) = model["versions"].as_array_mut() {
        versions.truncate(2);
    }
    let stacks = (0..HUGE).map(|i| {
        let mut stack = model.clone();
        stack["name"] = json!(format!("stack-{i:05}"));
        stack
    });
    Reply::json(200, &Value::Array(stacks.collect()))
}

fn index(kind: &str, shape: impl Fn(&Value) -> Value) -> Reply {
    if !["stack", "sample", "all"].contains(&kind) {
        let status = format!("the devfile with {kind} type doesn't exist");
        return Reply::json(404, &json!({ "status": status }));
    }
    let wanted = INDEX.iter().filter(|e| kind == "all" || e["type"] == kind);
    Reply::json(200, &Value::Array(wanted.map(shape).collect()))
}

/// An entry in the shape of version 1: its default version spread over it.
fn v1(entry: &Value) -> Value {
    let mut flat: Map<String, Value> = entry.as_object().cloned().unwrap_or_default();
    flat.remove("versions");
    if let Some(Value::Object(version)) = find_version(entry, "default") {
        for (key, value) in version {
            if key != "default" {
                flat.entry(key.clone()).or_insert_with(|| value.clone());
            }
        }
    }
    Value::Object(flat)
}

fn devfile(name: &str, version: &str) -> Reply {
    let Some(entry) = INDEX.iter().find(|entry| entry["name"] == name) else {
        let status = format!("the devfile of {name} didn't exist");
        return Reply::json(404, &json!({ "status": status }));
    };
    let Some(found) = find_version(entry, version) else {
        let status = format!("version: {version} not found in stack {name}");
        return Reply::json(404, &json!({ "status": status }));
    };
    let stack = folder().join("stacks").join(name);
    let version = found["version"].as_str().unwrap_or_default();
    let files = [
        stack.join(version).join("devfile.yaml"),
        stack.join("devfile.yaml"),
    ];
    match files.iter().find_map(|file| std::fs::read(file).ok()) {
        Some(text) => Reply::new(200, "text/plain; charset=utf-8", text),
        None => Reply::json(
            500,
            &json!({"status": format!("failed to pull the devfile of {name}")}),
        ),
    }
}

fn find_version<'a>(entry: &'a Value, wanted: &str) -> Option<&'a Value> {
    let versions = entry["versions"].as_array()?;
    match wanted {
        "default" => versions.iter().find(|v| v["default"] == true),
        "latest" => versions.first(),
        _ => versions.iter().find(|v| v["version"] == wanted),
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/devfile-registry")
}
