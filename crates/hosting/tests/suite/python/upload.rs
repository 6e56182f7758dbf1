//! Uploads: the form's parts in any order, its claims checked, nothing overwritten.

use blake2::Blake2b256;
use md5::Md5;
use registrar_hosting::{Ecosystem, Scope};
use sha2::Digest as _;

use super::packages::{Form, hex, sdist, wheel};
use super::{hosted, refused};

#[tokio::test(flavor = "multi_thread")]
async fn the_parts_of_a_form_may_come_in_any_order() {
    let hosted = hosted().await;
    for (minor, file_at) in [0, 1, usize::MAX].into_iter().enumerate() {
        let built = wheel("demo", &format!("1.{minor}"));
        let form = Form {
            file_at,
            ..Form::of(&built)
        };
        let answer = hosted.send(&form).await;
        assert_eq!(answer.status, 200, "{file_at}: {}", answer.text());
    }
    assert_eq!(
        hosted.project("demo").await["versions"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_that_clients_are_given_takes_uploads_without_a_redirect() {
    let hosted = hosted().await;
    for (minor, path) in ["pypi", "pypi/", "pypi/legacy", "pypi/legacy/"]
        .iter()
        .enumerate()
    {
        let (kind, body) = Form::of(&wheel("demo", &format!("1.{minor}"))).encode();
        let path = format!("/local/py/{path}");
        let answer = hosted
            .ask("POST", &path, body, &[("content-type", &kind)])
            .await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    for path in ["pypi/simple/", "pypi/simple/demo/"] {
        let path = format!("/local/py/{path}");
        let answer = hosted.ask("POST", &path, vec![], &[]).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"));
    }
    let answer = hosted.pypi("").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_management_interface_takes_the_same_files() {
    let hosted = hosted().await;
    let built = sdist("demo", "1.0");
    let answer = hosted.upload("py", &built.name, &built.content).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["name"], "demo");
    assert_eq!(
        hosted.project("demo").await["files"][0]["filename"],
        "demo-1.0.tar.gz"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn digests_that_were_announced_are_verified() {
    let hosted = hosted().await;
    let built = wheel("demo", "1.0");
    let right = [
        ("md5_digest", hex(&Md5::digest(&built.content))),
        (
            "blake2_256_digest",
            hex(&Blake2b256::digest(&built.content)),
        ),
    ];
    for (field, said) in [
        ("md5_digest", "MD5"),
        ("sha256_digest", "SHA-256"),
        ("blake2_256_digest", "BLAKE2b-256"),
    ] {
        for wrong in ["00", "zz", "0123456789abcdef0123456789abcdef"] {
            let answer = hosted.send(&Form::of(&built).with(field, wrong)).await;
            refused(&answer, 400, said);
        }
    }
    assert_eq!(hosted.pypi("simple/demo/").await.status, 404);
    let form = right.iter().fold(Form::of(&built), |form, (name, value)| {
        form.with(name, &value.to_uppercase())
    });
    assert_eq!(hosted.send(&form).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_claims_must_be_what_the_file_says() {
    let hosted = hosted().await;
    let built = wheel("my_demo", "1.0");
    let form = Form::of(&built);
    for (field, wrong) in [
        ("name", "other"),
        ("version", "1.1"),
        ("version", "one"),
        ("filetype", "sdist"),
        ("pyversion", "py2"),
        ("requires_python", ">=2"),
    ] {
        let answer = hosted.send(&form.clone().with(field, wrong)).await;
        refused(
            &answer,
            400,
            &format!("the {field} is \u{201c}{wrong}\u{201d}"),
        );
    }
    assert_eq!(hosted.pypi("simple/my-demo/").await.status, 404);
    let agreeing = form
        .with("name", "My.Demo")
        .with("version", "1.0.0")
        .with("filetype", "bdist_wheel")
        .with("pyversion", "py3")
        .with("requires_python", ">= 3.8");
    assert_eq!(hosted.send(&agreeing).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_no_upload_is_refused_with_a_reason() {
    let hosted = hosted().await;
    let form = Form::of(&wheel("demo", "1.0"));
    for (form, part) in [
        (form.clone().without(":action"), "no field :action"),
        (
            form.clone().with(":action", "submit"),
            "needs no registration",
        ),
        (form.clone().with("protocol_version", "2"), "version 1"),
        (form.clone().and("attestations", "[]"), "Attestations"),
        (
            form.clone().and("name", "demo").and("name", "demo"),
            "name twice",
        ),
        (
            Form {
                file: None,
                ..form.clone()
            },
            "no file",
        ),
        (form.clone().and("name", &"x".repeat(5000)), "longer than"),
    ] {
        refused(&hosted.send(&form).await, 400, part);
    }
    let plain = [("content-type", "application/json")];
    let answer = hosted
        .ask("POST", "/local/py/pypi/", b"{}".to_vec(), &plain)
        .await;
    refused(&answer, 400, "multipart/form-data");
    let (kind, mut body) = form.encode();
    body.truncate(body.len() - 30);
    let answer = hosted
        .ask("POST", "/local/py/pypi/", body, &[("content-type", &kind)])
        .await;
    refused(&answer, 400, "ended before");
    assert_eq!(hosted.pypi("simple/demo/").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_never_overwritten_however_it_is_spelt() {
    let hosted = hosted().await;
    hosted.publish(&wheel("my_demo", "1.0")).await;
    hosted.publish(&sdist("my_demo", "1.0")).await;
    for again in [
        wheel("my_demo", "1.0"),
        wheel("My.Demo", "1.0"),
        wheel("my_demo", "1.0.0"),
        sdist("my_demo", "1.0"),
        sdist("my-demo", "1.0.0"),
    ] {
        refused(
            &hosted.send(&Form::of(&again)).await,
            409,
            "File already exists",
        );
    }
    let page = hosted.project("my-demo").await;
    assert_eq!(page["versions"], serde_json::json!(["1.0"]));
    assert_eq!(page["files"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_publishers_of_one_file_exactly_one_wins() {
    let hosted = hosted().await;
    for round in 0..8 {
        let one = Form::of(&super::packages::wheel_with(
            "demo",
            &format!("1.{round}"),
            "Summary: one\n",
        ));
        let other = Form::of(&super::packages::wheel_with(
            "demo",
            &format!("1.{round}"),
            "Summary: other\n",
        ));
        let (one, other) = tokio::join!(hosted.send(&one), hosted.send(&other));
        let mut both = [one.status, other.status];
        both.sort_unstable();
        assert_eq!(both, [200, 409]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_files_name_is_used_again_only_when_asked_for() {
    let hosted = hosted().await;
    let built = wheel("demo", "1.0");
    hosted.publish(&built).await;
    let registry = hosted.host.registry("py").unwrap();
    let package = hosted
        .host
        .package(&registry, "demo")
        .await
        .unwrap()
        .unwrap();
    let owner = registrar_hosting::Caller::owner();
    hosted
        .host
        .delete_package(&registry, &package, &owner)
        .await
        .unwrap();
    assert_eq!(hosted.pypi("simple/demo/").await.status, 404);
    let form = Form::of(&built);
    // Not 409, which clients that pass over existing files take for good.
    refused(&hosted.send(&form).await, 400, "deleted");
    assert_eq!(
        hosted
            .send(&form.with("reuse_deleted", "true"))
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_may_write_publish() {
    let hosted = hosted().await;
    hosted.public_registry(Ecosystem::Python, "open").await;
    let (kind, body) = Form::of(&wheel("demo", "1.0")).encode();
    let reader = format!("Bearer {}", hosted.token_with(&[Scope::ReadPackages]).await);
    let writer = format!(
        "Bearer {}",
        hosted
            .token_with(&[Scope::ReadPackages, Scope::WritePackages])
            .await
    );
    let expected = [
        ("open", None, 401),
        ("py", None, 401),
        ("nowhere", None, 401),
        ("open", Some("Bearer bkua_wrong"), 401),
        ("open", Some(reader.as_str()), 403),
        ("py", Some(reader.as_str()), 403),
        ("py", Some(writer.as_str()), 200),
    ];
    for (registry, token, status) in expected {
        let mut headers = vec![("content-type", kind.as_str())];
        headers.extend(token.map(|token| ("authorization", token)));
        let path = format!("/local/{registry}/pypi/");
        let answer = hosted.ask_bare("POST", &path, body.clone(), &headers).await;
        assert_eq!(
            answer.status,
            status,
            "{registry} with {token:?}: {}",
            answer.text()
        );
        if status == 401 {
            assert!(answer.header("www-authenticate").starts_with("Basic"));
        }
    }
}
