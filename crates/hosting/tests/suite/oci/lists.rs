//! Lists and their pages.

use registrar_hosting::{Ecosystem, Scope};
use serde_json::{Value, json};

use super::{Repository, hosted, refused};

/// The path of the next page.
fn next(answer: &crate::support::Answer) -> Option<String> {
    let link = answer.header("link").strip_prefix('<')?;
    let (path, rest) = link.split_once('>')?;
    assert_eq!(rest, "; rel=\"next\"");
    Some(path.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_come_in_order_page_by_page() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let manifest = app.push("latest", b"{}", b"x").await;
    for tag in ["v2", "B", "a", "10", "9"] {
        app.put(tag, &manifest).await;
    }
    let all = app.ask("GET", "tags/list").await;
    let sorted = ["10", "9", "B", "a", "latest", "v2"];
    assert_eq!(
        all.json(),
        json!({"name": "local/images/app", "tags": sorted})
    );
    assert_eq!(next(&all), None);
    let (mut path, mut seen) = (Some(app.path("tags/list?n=4")), Vec::new());
    while let Some(page) = path {
        let answer = hosted.ask("GET", &page, vec![], &[]).await;
        let tags = answer.json()["tags"].clone();
        seen.extend(
            tags.as_array()
                .unwrap()
                .iter()
                .map(|tag| tag.as_str().unwrap().to_owned()),
        );
        path = next(&answer);
    }
    assert_eq!(seen, sorted);
    for (asked, expected) in [
        ("n=0", json!([])),
        ("n=6", json!(sorted)),
        ("n=2&last=B", json!(["a", "latest"])),
        ("last=a", json!(["latest", "v2"])),
        ("last=zzz", json!([])),
    ] {
        let answer = app.ask("GET", &format!("tags/list?{asked}")).await;
        assert_eq!(answer.json()["tags"], expected, "{asked}");
        assert_eq!(next(&answer).is_some(), asked == "n=2&last=B", "{asked}");
    }
    for bad in ["n=-1", "n=x", "n="] {
        let answer = app.ask("GET", &format!("tags/list?{bad}")).await;
        refused(&answer, 400, "UNSUPPORTED");
    }
    let none = Repository(&hosted, "images/none")
        .ask("GET", "tags/list")
        .await;
    refused(&none, 404, "NAME_UNKNOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_has_what_the_caller_may_read() {
    let hosted = hosted().await;
    hosted.public_registry(Ecosystem::Container, "open").await;
    hosted.registry(Ecosystem::HelmOci, "charts").await;
    for name in ["images/b", "images/a/c", "open/x", "open/a-b"] {
        Repository(&hosted, name).push("v1", b"{}", b"x").await;
    }
    let all = [
        "local/images/a/c",
        "local/images/b",
        "local/open/a-b",
        "local/open/x",
    ];
    let listed = hosted.ask("GET", "/v2/_catalog", vec![], &[]).await;
    assert_eq!(listed.json()["repositories"], json!(all));
    let (mut path, mut seen) = (Some("/v2/_catalog?n=3".to_owned()), Vec::<Value>::new());
    while let Some(page) = path {
        let answer = hosted.ask("GET", &page, vec![], &[]).await;
        seen.extend(answer.json()["repositories"].as_array().unwrap().clone());
        path = next(&answer);
    }
    assert_eq!(seen, all);
    let none = hosted.ask("GET", "/v2/_catalog?n=0", vec![], &[]).await;
    assert_eq!(
        (none.json()["repositories"].clone(), next(&none)),
        (json!([]), None)
    );
    let narrow = hosted.token_with(&[Scope::WritePackages]).await;
    let bearer = format!("Bearer {narrow}");
    let some = hosted
        .ask_bare("GET", "/v2/_catalog", vec![], &[("authorization", &bearer)])
        .await;
    assert_eq!(some.json()["repositories"], json!(all[2..]));
    let nobody = hosted.ask_bare("GET", "/v2/_catalog", vec![], &[]).await;
    refused(&nobody, 401, "UNAUTHORIZED");
    assert!(
        nobody
            .header("www-authenticate")
            .contains("scope=\"registry:catalog:*\"")
    );
}
