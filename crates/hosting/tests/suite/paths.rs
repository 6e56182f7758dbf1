//! Paths and names that mean something else than they say.

use std::path::Path;

use registrar_hosting::Ecosystem;
use serde_json::Value;

use crate::support::{Hosted, REGISTRIES};
use crate::wire::{request, status};

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_a_registry() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.registry(Ecosystem::Javascript, "js").await;
    hosted.upload("tools", "tool-1.0.0.zip", b"one").await;
    let file = "tool-1.0.0.zip";
    for (path, expected) in [
        (format!("/local/tools/files/{file}"), 200),
        (format!("/local/tools/files/../files/{file}"), 400),
        (format!("/local/tools/files/%2e%2e/files/{file}"), 400),
        (format!("/local/js/../tools/files/{file}"), 400),
        ("/local/tools/files/..%2f..%2fregistrar.db".to_owned(), 400),
        ("/local/tools/files/..%5c..%5cregistrar.db".to_owned(), 400),
        (
            "/local/tools/files/%252e%252e%252fregistrar.db".to_owned(),
            404,
        ),
        (format!("/local/tools/files%2f{file}"), 404),
        (format!("/local%2ftools/files/{file}"), 404),
        (format!("/local/tools%2ffiles/{file}"), 404),
        (format!("//local/tools/files/{file}"), 404),
        (format!("/local/tools/files/{file}%00"), 400),
        (format!("/local/tools/files/{file}%00.txt"), 400),
        ("/local/tools/files/%ff".to_owned(), 400),
        ("/local/tools/files/%zz".to_owned(), 400),
        ("/local/js/npm/..%2f..%2ftools".to_owned(), 400),
        ("/local/tools/files//etc/passwd".to_owned(), 404),
        (format!("/LOCAL/tools/files/{file}"), 404),
    ] {
        let request = request(&hosted, "GET", &path);
        assert_eq!(
            status(&hosted, request.as_bytes()).await,
            expected,
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_managed_path_is_decoded_once() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let at = |rest: &str| format!("/api/v2{REGISTRIES}/{rest}");
    for (path, expected) in [
        (at("tools"), 200),
        (at("t%6fols"), 200),
        (at("t%256fols"), 404),
        (at("..%2fregistries%2ftools"), 404),
        (at("x/../tools"), 404),
        (at("tools%00"), 404),
        (at("tools%2fpackages"), 404),
        (at("tools/packages/..%2f..%2fother"), 404),
        (at("%ff"), 400),
        (format!("/api/v2/..{REGISTRIES}/tools"), 404),
        (format!("/api//v2{REGISTRIES}/tools"), 404),
    ] {
        let request = request(&hosted, "GET", &path);
        assert_eq!(
            status(&hosted, request.as_bytes()).await,
            expected,
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_an_upload_never_becomes_a_path() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    for name in [
        "../tool-1.0.0.zip",
        "/etc/tool-1.0.0.zip",
        "a/../../tool-1.0.0.zip",
        "..\\tool-1.0.0.zip",
        "tool-1.0.0.zip\0",
        "tool-1.0.0.zip/",
        "t\u{f6}\u{f6}l-1.0.0.zip",
        "t\u{43e}ol-1.0.0.zip",
        "",
    ] {
        let answer = hosted.upload("tools", name, b"x").await;
        match answer.status {
            // Of a path that some clients send, only the last part counts.
            200 => assert_eq!(
                answer.json()["files"][0]["name"],
                "tool-1.0.0.zip",
                "{name:?}"
            ),
            status => assert!(matches!(status, 400 | 409 | 422), "{name:?}: {status}"),
        }
    }
    let list = format!("{REGISTRIES}/tools/packages");
    let list = hosted.manage("GET", &list, Value::Null).await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(named_tool(hosted.host.folder().parent().unwrap()), 0);
}

/// How many files below a folder have the name of an upload.
fn named_tool(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let count = |path: std::path::PathBuf| {
        let named = path.to_string_lossy().contains("tool");
        usize::from(named) + if path.is_dir() { named_tool(&path) } else { 0 }
    };
    entries.map(count).sum()
}
