//! What a devfile registry answers on its paths.

use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::parcels;
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
        ["devfiles", name, "starter-projects", project] => starter(name, "default", project),
        ["devfiles", name, version, "starter-projects", project] => starter(name, version, project),
        ["v2", "devfile-catalog", name, "manifests", version] => parcels::manifest(name, version),
        ["v2", "devfile-catalog", name, "blobs", digest] => parcels::blob(name, digest),
        ["icons", name] => parcels::icon(name),
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

/// An index of one stack whose icons lie at `icon`.
pub(super) fn with_icon(icon: &str) -> Reply {
    let mut stack = INDEX
        .iter()
        .find(|entry| entry["name"] == "go")
        .cloned()
        .unwrap_or_default();
    stack["icon"] = json!(icon);
    Reply::json(200, &Value::Array(vec![stack]))
}

/// An index of a few stacks that are nowhere else, all called after `prefix`.
pub(super) fn own(prefix: &str) -> Reply {
    let model = INDEX
        .iter()
        .find(|entry| entry["name"] == "go")
        .cloned()
        .unwrap_or_default();
    let stacks = (0..3).map(|number| {
        let mut stack = model.clone();
        stack["name"] = json!(format!("{prefix}-{number}"));
        stack["displayName"] = json!(format!("{prefix} {number}"));
        stack
    });
    let all = stacks.chain([model.clone()]);
    Reply::json(200, &Value::Array(all.collect()))
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

/// A starter project as a zip file, with the status that registries give it.
fn starter(name: &str, version: &str, project: &str) -> Reply {
    let entry = INDEX.iter().find(|entry| entry["name"] == name);
    let found = entry.and_then(|entry| find_version(entry, version));
    let projects = found.and_then(|found| found["starterProjects"].as_array());
    if projects.is_some_and(|projects| projects.iter().any(|one| one == project)) {
        let file = format!("attachment; filename=\"{project}.zip\"");
        let reply = Reply::new(202, "application/zip", parcels::starter_zip(project));
        return reply.with("content-disposition", file);
    }
    let status =
        format!("the starter project named {project} does not exist in the {name} devfile");
    Reply::json(404, &json!({ "status": status }))
}

/// The files of a version, by their names: its folder below the fixtures.
pub(super) fn files_of(name: &str, version: &str) -> Option<PathBuf> {
    let entry = INDEX.iter().find(|entry| entry["name"] == name)?;
    let version = find_version(entry, version)?["version"].as_str()?;
    let stack = folder().join("stacks").join(name);
    [stack.join(version), stack]
        .into_iter()
        .find(|folder| folder.join("devfile.yaml").is_file())
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
