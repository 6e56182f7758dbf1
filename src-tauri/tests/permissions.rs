//! What the window may ask of the shell: every command exactly once, and nothing else.
#![expect(
    clippy::expect_used,
    reason = "a file that is not there fails the test"
)]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

/// Everything of Tauri's own that the window may use.
const TAURI_PERMISSIONS: [&str; 2] = ["core:event:allow-listen", "core:event:allow-unlisten"];

macro_rules! groups {
    ($($group:ident { $($name:ident($request:ident) -> $response:ident,)* })*) => {
        fn groups() -> BTreeMap<String, Vec<String>> {
            BTreeMap::from([$((identifier(stringify!($group)), vec![$(stringify!($name).to_owned()),*])),*])
        }
    };
}
registrar_app::with_commands!(groups);

/// A group's name as Tauri writes identifiers.
fn identifier(group: &str) -> String {
    group.replace('_', "-")
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn permissions() -> BTreeMap<String, Vec<String>> {
    let files = std::fs::read_dir(root().join("src-tauri/permissions")).expect("the folder");
    files
        .flat_map(|file| permissions_of(&file.expect("an entry").path()))
        .collect()
}

fn permissions_of(file: &Path) -> Vec<(String, Vec<String>)> {
    let text = std::fs::read_to_string(file).expect("a permission file");
    let table: toml::Table = text.parse().expect("TOML");
    let permission = |entry: &toml::Value| {
        let commands = entry["commands"]["allow"]
            .as_array()
            .expect("a list of commands");
        let names = commands
            .iter()
            .map(|name| name.as_str().expect("a name").to_owned());
        (
            entry["identifier"]
                .as_str()
                .expect("an identifier")
                .to_owned(),
            names.collect(),
        )
    };
    table["permission"]
        .as_array()
        .expect("permissions")
        .iter()
        .map(permission)
        .collect()
}

fn configuration() -> Value {
    let text = std::fs::read_to_string(root().join("tauri.conf.json")).expect("tauri.conf.json");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn each_group_of_commands_has_one_permission_with_exactly_its_commands() {
    assert_eq!(permissions(), groups());
}

#[test]
fn the_window_has_every_permission_of_ours_and_no_other_window_has_any() {
    let configuration = configuration();
    let capabilities = configuration["app"]["security"]["capabilities"]
        .as_array()
        .expect("a list");
    assert_eq!(capabilities.len(), 1);
    assert_eq!(capabilities[0]["windows"], serde_json::json!(["main"]));

    let mut granted: Vec<&str> = capabilities[0]["permissions"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let groups = groups();
    let mut expected: Vec<&str> = groups.keys().map(String::as_str).collect();
    expected.extend(TAURI_PERMISSIONS);
    granted.sort_unstable();
    expected.sort_unstable();
    assert_eq!(granted, expected);
}

#[test]
fn the_page_may_load_nothing_but_its_own_files() {
    let security = &configuration()["app"]["security"];
    let policy = security["csp"].as_object().expect("a policy");
    assert_eq!(policy["default-src"], "'none'");
    for (directive, sources) in policy {
        let sources = sources.as_str().expect("sources as text");
        for source in sources.split(' ') {
            let own =
                ["'none'", "'self'", "data:", "ipc:", "http://ipc.localhost"].contains(&source);
            assert!(own, "{directive} allows {source}");
        }
    }
    assert_eq!(policy["script-src"], "'self'");
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(configuration()["app"]["withGlobalTauri"], false);
}
