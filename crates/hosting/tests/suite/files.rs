//! Plain files: published, downloaded, never overwritten.

use registrar_hosting::{Ecosystem, Scope};

use crate::support::{Hosted, form};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_back_as_it_was_published() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "My tools").await;
    let published = hosted.upload("my-tools", "tool-1.0.0.zip", b"hello").await;
    assert_eq!(published.status, 200, "{}", published.text());
    assert_eq!(published.json()["name"], "tool");
    let path = "/local/my-tools/files/tool-1.0.0.zip";
    let got = hosted.ask("GET", path, vec![], &[]).await;
    assert_eq!((got.status, got.body.as_slice()), (200, &b"hello"[..]));
    assert_eq!(
        got.header("content-disposition"),
        "attachment; filename=\"tool-1.0.0.zip\""
    );
    let part = hosted
        .ask("GET", path, vec![], &[("range", "bytes=1-3")])
        .await;
    assert_eq!((part.status, part.text().as_str()), (206, "ell"));
    assert_eq!(part.header("content-range"), "bytes 1-3/5");
    let etag = got.header("etag").to_owned();
    let same = hosted
        .ask("GET", path, vec![], &[("if-none-match", &etag)])
        .await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    let head = hosted.ask("HEAD", path, vec![], &[]).await;
    assert_eq!((head.status, head.header("content-length")), (200, "5"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_never_overwritten() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    assert_eq!(
        hosted
            .upload("tools", "tool-1.0.0.zip", b"one")
            .await
            .status,
        200
    );
    let again = hosted.upload("tools", "tool-1.0.0.zip", b"two").await;
    assert_eq!(again.status, 409);
    assert!(again.text().contains("never changes"), "{}", again.text());
    let other_case = hosted.upload("tools", "TOOL-1.0.0.zip", b"two").await;
    assert_eq!(other_case.status, 409);
    let wrong = hosted.upload("tools", "tool.zip", b"x").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("Invalid filename format"),
        "{}",
        wrong.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_name_is_used_again_only_when_asked_for() {
    let hosted = Hosted::start().await;
    let registry = hosted.registry(Ecosystem::Files, "tools").await;
    hosted.upload("tools", "tool-1.0.0.zip", b"one").await;
    let package = hosted
        .host
        .package(&registry, "tool")
        .await
        .unwrap()
        .unwrap();
    let owner = registrar_hosting::Caller::owner();
    hosted
        .host
        .delete_package(&registry, &package, &owner)
        .await
        .unwrap();
    let gone = hosted
        .ask("GET", "/local/tools/files/tool-1.0.0.zip", vec![], &[])
        .await;
    assert_eq!(gone.status, 404);
    let refused = hosted.upload("tools", "tool-1.0.0.zip", b"two").await;
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("deleted"), "{}", refused.text());
    let (kind, body) = form(&[("reuse_deleted", "true")], "tool-1.0.0.zip", b"two");
    let path = hosted.packages("tools");
    let reused = hosted
        .ask("POST", &path, body, &[("content-type", &kind)])
        .await;
    assert_eq!(reused.status, 200, "{}", reused.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_registry_looks_like_none_to_strangers() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "secret").await;
    hosted.public_registry(Ecosystem::Files, "open").await;
    hosted.upload("secret", "tool-1.0.0.zip", b"one").await;
    hosted.upload("open", "tool-1.0.0.zip", b"one").await;
    let get = |registry: &str| format!("/local/{registry}/files/tool-1.0.0.zip");
    let private = hosted.ask_bare("GET", &get("secret"), vec![], &[]).await;
    let unknown = hosted.ask_bare("GET", &get("nowhere"), vec![], &[]).await;
    assert_eq!((private.status, unknown.status), (401, 401));
    assert_eq!(private.body, unknown.body);
    assert_eq!(
        private.header("www-authenticate"),
        unknown.header("www-authenticate")
    );
    assert_eq!(
        hosted
            .ask_bare("GET", &get("open"), vec![], &[])
            .await
            .status,
        200
    );
    let wrong = [("authorization", "Bearer bkua_wrong")];
    assert_eq!(
        hosted
            .ask_bare("GET", &get("secret"), vec![], &wrong)
            .await
            .status,
        401
    );
    let reader = format!("Bearer {}", hosted.token_with(&[Scope::ReadPackages]).await);
    let reading = [("authorization", reader.as_str())];
    assert_eq!(
        hosted
            .ask_bare("GET", &get("secret"), vec![], &reading)
            .await
            .status,
        200
    );
    let (kind, body) = form(&[], "tool-2.0.0.zip", b"two");
    let writing = [
        ("authorization", reader.as_str()),
        ("content-type", kind.as_str()),
    ];
    let refused = hosted
        .ask_bare("POST", &hosted.packages("open"), body.clone(), &writing)
        .await;
    assert_eq!(refused.status, 403);
    let anonymous = [("content-type", kind.as_str())];
    let refused = hosted
        .ask_bare("POST", &hosted.packages("open"), body, &anonymous)
        .await;
    assert_eq!(refused.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_files_are_stored_once_and_collected_when_nothing_needs_them() {
    let hosted = Hosted::start().await;
    let one = hosted.registry(Ecosystem::Files, "one").await;
    hosted.registry(Ecosystem::Files, "two").await;
    hosted.upload("one", "tool-1.0.0.zip", b"same").await;
    hosted.upload("two", "tool-1.0.0.zip", b"same").await;
    assert_eq!(hosted.host.used_bytes().await.unwrap(), 4);
    let owner = registrar_hosting::Caller::owner();
    hosted
        .host
        .delete_registry(one.id, Some("one"), &owner)
        .await
        .unwrap();
    let kept = hosted.host.collect_now(&owner).await.unwrap();
    assert_eq!(kept.removed, 0);
    let got = hosted
        .ask("GET", "/local/two/files/tool-1.0.0.zip", vec![], &[])
        .await;
    assert_eq!(got.text(), "same");
    let two = hosted.host.registry("two").unwrap();
    hosted
        .host
        .delete_registry(two.id, Some("two"), &owner)
        .await
        .unwrap();
    let removed = hosted.host.collect_now(&owner).await.unwrap();
    assert_eq!((removed.removed, removed.bytes), (1, 4));
}
