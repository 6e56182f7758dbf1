//! What uses the space.

use registrar_hosting::Ecosystem;
use serde_json::{Value, json};

use crate::support::{Hosted, REGISTRIES};

#[tokio::test]
async fn what_is_shared_is_told_apart_from_what_goes_with_its_registry() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    hosted.registry(Ecosystem::Files, "copies").await;
    hosted.upload("tools", "a-1.0.0.zip", &[1; 1000]).await;
    hosted.upload("tools", "b-1.0.0.zip", &[2; 300]).await;
    hosted.upload("tools", "b-2.0.0.zip", &[2; 300]).await;
    hosted.upload("copies", "c-1.0.0.zip", &[1; 1000]).await;
    let usage = hosted.manage("GET", "/storage/usage", Value::Null).await;
    let usage = usage.json();
    assert_eq!(usage["used_bytes"], 1300);
    let of = |slug: &str| {
        let all = usage["registries"].as_array().unwrap();
        all.iter().find(|one| one["registry"] == slug).unwrap()
    };
    assert_eq!(of("tools")["size"], 1600);
    assert_eq!(of("tools")["stored_bytes"], 1300);
    assert_eq!(of("tools")["freed_bytes"], 300);
    assert_eq!(of("copies")["freed_bytes"], 0);
    let path = "/storage/usage?registry=tools";
    let packages = hosted.manage("GET", path, Value::Null).await.json();
    let first = &packages["packages"][0];
    assert_eq!(
        (&first["package"], &first["freed_bytes"]),
        (&json!("a"), &json!(0))
    );
    let second = &packages["packages"][1];
    assert_eq!(
        (&second["size"], &second["stored_bytes"]),
        (&json!(600), &json!(300))
    );
    assert_eq!(second["freed_bytes"], 300);
}

#[tokio::test]
async fn what_a_deletion_leaves_waits_until_it_is_collected() {
    let hosted = Hosted::start().await;
    let tools = hosted.registry(Ecosystem::Files, "tools").await;
    hosted.upload("tools", "a-1.0.0.zip", &[1; 1000]).await;
    let path = format!("{REGISTRIES}/tools/packages?name=a");
    let list = hosted.manage("GET", &path, Value::Null).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("{REGISTRIES}/{}/packages/{id}", tools.slug);
    hosted.manage("DELETE", &path, Value::Null).await;
    let before = hosted.host.usage().await.unwrap();
    assert_eq!((before.waiting.blobs, before.waiting.bytes), (1, 1000));
    hosted.manage("POST", "/storage/collect", Value::Null).await;
    let after = hosted.host.usage().await.unwrap();
    assert_eq!((after.waiting.bytes, after.used), (0, 0));
}
