//! Uploads in three calls, as `bk` and go-buildkite make them.

use registrar_hosting::{Ecosystem, Scope};
use serde_json::{Value, json};

use crate::support::{Answer, Hosted, REGISTRIES, form};

/// What the first call answers: the fields to send, and where they are published from.
async fn begin(hosted: &Hosted, registry: &str) -> Value {
    let path = format!("{REGISTRIES}/{registry}/packages/upload");
    let answer = hosted.manage("POST", &path, Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The second call, as the first one's answer says, without any token.
async fn send(hosted: &Hosted, begun: &Value, content: &[u8]) -> Answer {
    let place = &begun["form"];
    assert_eq!(
        (&place["method"], &place["file_input"]),
        (&json!("POST"), &json!("file"))
    );
    let fields = place["data"].as_object().unwrap().iter();
    let fields: Vec<_> = fields
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .collect();
    let (kind, body) = form(&fields, "tool-1.0.0.zip", content);
    let url = place["url"].as_str().unwrap();
    let path = url.strip_prefix(&hosted.url("")).unwrap();
    hosted
        .ask_bare("POST", path, body, &[("content-type", &kind)])
        .await
}

fn package_url(begun: &Value) -> String {
    let key = begun["form"]["data"]["key"].as_str().unwrap();
    let key = key.replace("${filename}", "tool-1.0.0.zip");
    format!("{}/{key}", begun["form"]["url"].as_str().unwrap())
}

/// The third call.
async fn publish(hosted: &Hosted, registry: &str, url: &str) -> Answer {
    let body = format!(
        "--xx\r\nContent-Disposition: form-data; name=\"package_url\"\r\n\r\n{url}\r\n--xx--\r\n"
    );
    let kind = [("content-type", "multipart/form-data; boundary=xx")];
    hosted
        .ask("POST", &hosted.packages(registry), body.into(), &kind)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_without_a_token_and_published_once() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let begun = begin(&hosted, "tools").await;
    let sent = send(&hosted, &begun, b"hello").await;
    assert_eq!((sent.status, sent.body.len()), (204, 0), "{}", sent.text());
    let published = publish(&hosted, "tools", &package_url(&begun)).await;
    assert_eq!(published.status, 200, "{}", published.text());
    assert_eq!(published.json()["name"], "tool");
    let got = hosted.ask("GET", "/local/tools/files/tool-1.0.0.zip", vec![], &[]);
    assert_eq!(got.await.text(), "hello");
    let again = publish(&hosted, "tools", &package_url(&begun)).await;
    assert_eq!(again.status, 422, "what was published is no longer there");
    let refilled = send(&hosted, &begun, b"other").await;
    assert_eq!(refilled.status, 403, "the key is used up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_fills_its_own_place_and_no_other() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.registry(Ecosystem::Files, "other").await;
    let (mut one, two) = (begin(&hosted, "tools").await, begin(&hosted, "tools").await);
    let key = one["form"]["data"]["key"].take();
    one["form"]["data"]["key"] = two["form"]["data"]["key"].clone();
    assert_eq!(send(&hosted, &one, b"x").await.status, 403);
    one["form"]["data"]["key"] = key;
    assert_eq!(send(&hosted, &one, b"x").await.status, 204);
    assert_eq!(send(&hosted, &one, b"y").await.status, 403, "it is full");
    let foreign = publish(&hosted, "other", &package_url(&one)).await;
    assert_eq!(foreign.status, 422, "it was for another registry");
    for url in [
        package_url(&two),
        "file:///etc/passwd".to_owned(),
        "http://127.0.0.1:1/x".to_owned(),
    ] {
        let answer = publish(&hosted, "tools", &url).await;
        assert_eq!(answer.status, 422, "{url}");
        assert_eq!(answer.json()["errors"][0]["field"], "package_url");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_given_to_publishers_only() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let path = format!("{REGISTRIES}/tools/packages/upload");
    let reader = hosted.token_with(&[Scope::ReadPackages]).await;
    for (token, status) in [("", 401), ("bkua_wrong", 401), (reader.as_str(), 403)] {
        let answer = hosted.manage_with(token, "POST", &path, Value::Null).await;
        assert_eq!(answer.status, status);
    }
    let (kind, body) = form(&[], "tool-1.0.0.zip", b"x");
    let bare = hosted
        .ask("POST", "/uploads", body, &[("content-type", &kind)])
        .await;
    assert_eq!(bare.status, 403, "a token is no key");
}
