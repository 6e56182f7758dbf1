//! Manifests: pushed, pulled, deleted, and refused.

use serde_json::{Value, json};

use super::{IMAGE, INDEX, Repository, descriptor, hosted, image, index, refused, sha256, sha512};

const LAYER: &[u8] = b"a layer";

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_pulled_by_tag_and_by_digest_as_it_was_pushed() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/team/app");
    // Byte by byte: the order of the fields and the spaces are the publisher's.
    app.blob(b"{}").await;
    app.blob(LAYER).await;
    let bytes = format!("  {}\n", image(b"{}", LAYER));
    let kind = [(
        "content-type",
        "application/vnd.oci.image.manifest.v1+json; charset=utf-8",
    )];
    let pushed = app
        .send("PUT", "manifests/v1", bytes.as_bytes(), &kind)
        .await;
    let digest = sha256(bytes.as_bytes());
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    assert_eq!(
        pushed.header("location"),
        app.path(&format!("manifests/{digest}"))
    );
    assert_eq!(pushed.header("docker-content-digest"), digest);
    let long = sha512(bytes.as_bytes());
    for (reference, named) in [("v1", &digest), (&digest, &digest), (&long, &long)] {
        for method in ["GET", "HEAD"] {
            let answer = app.ask(method, &format!("manifests/{reference}")).await;
            assert_eq!(answer.status, 200, "{method} {reference}");
            assert_eq!(answer.header("content-type"), IMAGE);
            assert_eq!(answer.header("docker-content-digest"), named);
            assert_eq!(answer.header("content-length"), bytes.len().to_string());
            let expected = if method == "GET" {
                bytes.as_bytes()
            } else {
                b""
            };
            assert_eq!(answer.body, expected);
        }
    }
    let known = [("if-none-match", &*format!("\"{digest}\""))];
    let again = app.send("GET", "manifests/v1", &[], &known).await;
    assert_eq!(again.status, 304);
    for reference in ["v2", "-bad", &sha256(b"x")] {
        let missing = app.ask("GET", &format!("manifests/{reference}")).await;
        refused(&missing, 404, "MANIFEST_UNKNOWN");
    }
    refused(
        &app.ask("GET", "manifests/sha256:x").await,
        400,
        "DIGEST_INVALID",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_moves_and_a_digest_does_not() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let old = app.push("latest", b"{}", b"old").await;
    let new = app.push("latest", b"{}", b"new").await;
    let tagged = app.ask("GET", "manifests/latest").await;
    assert_eq!(tagged.text(), new.to_string());
    let digest = sha256(old.to_string().as_bytes());
    let by_digest = app.ask("GET", &format!("manifests/{digest}")).await;
    assert_eq!(by_digest.text(), old.to_string());
    let back = app.put("latest", &old).await;
    assert_eq!(back.status, 201);
    let tagged = app.ask("GET", "manifests/latest").await;
    assert_eq!(tagged.text(), old.to_string());
    let other = app.put(&digest, &new).await;
    refused(&other, 400, "DIGEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_manifest_refers_to_is_there() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let manifest = image(b"{}", LAYER);
    let missing = app.put("v1", &manifest).await;
    refused(&missing, 400, "MANIFEST_BLOB_UNKNOWN");
    let listed = &missing.json()["errors"][0]["detail"]["digests"];
    assert_eq!(listed, &json!([sha256(b"{}"), sha256(LAYER)]));
    // Nor does it help that another repository has them.
    let other = Repository(&hosted, "images/other");
    other.push("v1", b"{}", LAYER).await;
    refused(
        &app.put("v1", &manifest).await,
        400,
        "MANIFEST_BLOB_UNKNOWN",
    );
    refused(
        &app.put("v1", &index(&[&manifest])).await,
        400,
        "MANIFEST_BLOB_UNKNOWN",
    );
    app.push("v1", b"{}", LAYER).await;
    assert_eq!(app.put("all", &index(&[&manifest])).await.status, 201);
    assert_eq!(
        app.ask("HEAD", "manifests/all")
            .await
            .header("content-type"),
        INDEX
    );
    let mut wrong = manifest.clone();
    wrong["layers"][0]["size"] = 1.into();
    refused(&app.put("v2", &wrong).await, 400, "MANIFEST_INVALID");
    // What clients have from elsewhere need not be here.
    let mut foreign = image(b"{}", LAYER);
    foreign["layers"][0] = json!({
        "mediaType": "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "digest": sha256(b"elsewhere"), "size": 9, "urls": ["https://example.com/x"],
    });
    assert_eq!(app.put("foreign", &foreign).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_manifest_is_refused() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    app.push("v1", b"{}", LAYER).await;
    let good = image(b"{}", LAYER);
    let with = |field: &str, value: Value| {
        let mut changed = good.clone();
        changed[field] = value;
        changed.to_string()
    };
    for bad in [
        String::new(),
        "[]".to_owned(),
        "{\"schemaVersion\":2".to_owned(),
        with("manifests", json!([])),
        with("schemaVersion", json!(1)),
        with("mediaType", json!(INDEX)),
        with("config", json!(null)),
        with(
            "layers",
            json!([{"mediaType": "x", "digest": "sha256:../../etc/passwd", "size": 1}]),
        ),
        "[".repeat(100_000),
    ] {
        let answer = app
            .send(
                "PUT",
                "manifests/bad",
                bad.as_bytes(),
                &[("content-type", IMAGE)],
            )
            .await;
        refused(&answer, 400, "MANIFEST_INVALID");
    }
    let old = [(
        "content-type",
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
    )];
    let answer = app
        .send("PUT", "manifests/v1", good.to_string().as_bytes(), &old)
        .await;
    refused(&answer, 400, "MANIFEST_INVALID");
    for tag in ["-x", ".x", "a%20b", "a+b", &"x".repeat(129)] {
        refused(&app.put(tag, &good).await, 400, "MANIFEST_INVALID");
    }
    refused(&app.put("sha256:bad", &good).await, 400, "DIGEST_INVALID");
    refused(
        &app.ask("GET", "manifests/bad").await,
        404,
        "MANIFEST_UNKNOWN",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_has_at_most_four_mebibytes() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    app.push("v1", b"{}", LAYER).await;
    let mut manifest = image(b"{}", LAYER);
    let room = 4 * 1024 * 1024 - manifest.to_string().len() - ",\"annotations\":{\"a\":\"\"}".len();
    manifest["annotations"] = json!({"a": "x".repeat(room)});
    assert_eq!(manifest.to_string().len(), 4 * 1024 * 1024);
    assert_eq!(app.put("large", &manifest).await.status, 201);
    assert_eq!(
        app.ask("GET", "manifests/large").await.body.len(),
        4 * 1024 * 1024
    );
    manifest["annotations"] = json!({"a": "x".repeat(room + 1)});
    refused(&app.put("larger", &manifest).await, 413, "SIZE_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_by_digest_sets_tags() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let manifest = app.push("old", b"{}", LAYER).await;
    for digest in [
        sha256(manifest.to_string().as_bytes()),
        sha512(manifest.to_string().as_bytes()),
    ] {
        let pushed = app.put(&format!("{digest}?tag=a&tag=b"), &manifest).await;
        assert_eq!(pushed.status, 201);
        assert_eq!(pushed.header("docker-content-digest"), digest);
        let tags: Vec<_> = pushed.headers.get_all("oci-tag").iter().collect();
        assert_eq!(tags, ["a", "b"]);
        let bad = app.put(&format!("{digest}?tag=c&tag=-d"), &manifest).await;
        refused(&bad, 400, "MANIFEST_INVALID");
    }
    let tags = app.ask("GET", "tags/list").await.json();
    assert_eq!(tags["tags"], json!(["a", "b", "old"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_is_deleted_alone_and_a_manifest_with_its_tags() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let manifest = app.push("v1", b"{}", LAYER).await;
    app.put("v2", &manifest).await;
    let digest = sha256(manifest.to_string().as_bytes());
    assert_eq!(app.ask("DELETE", "manifests/v1").await.status, 202);
    refused(
        &app.ask("GET", "manifests/v1").await,
        404,
        "MANIFEST_UNKNOWN",
    );
    refused(
        &app.ask("DELETE", "manifests/v1").await,
        404,
        "MANIFEST_UNKNOWN",
    );
    assert_eq!(app.ask("GET", "manifests/v2").await.status, 200);
    let rest = format!("manifests/{digest}");
    assert_eq!(app.ask("DELETE", &rest).await.status, 202);
    for reference in ["v2", &digest] {
        let answer = app.ask("GET", &format!("manifests/{reference}")).await;
        refused(&answer, 404, "MANIFEST_UNKNOWN");
    }
    refused(&app.ask("DELETE", &rest).await, 404, "NAME_UNKNOWN");
    // What a digest names may come again.
    assert_eq!(app.put("v1", &manifest).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_pushers_of_one_tag_leave_one_whole_image() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let layers: Vec<_> = (0..8)
        .map(|number| format!("layer {number}").into_bytes())
        .collect();
    let pushes = layers.iter().map(|layer| app.push("latest", b"{}", layer));
    let pushed = futures_util::future::join_all(pushes).await;
    let pushed: Vec<_> = pushed.iter().map(ToString::to_string).collect();
    let found = app.ask("GET", "manifests/latest").await;
    let found = found.text();
    assert!(pushed.contains(&found));
    let layer: Value = serde_json::from_str(&found).unwrap();
    let layer = layer["layers"][0]["digest"].as_str().unwrap().to_owned();
    assert_eq!(app.ask("GET", &format!("blobs/{layer}")).await.status, 200);
    for manifest in &pushed {
        let digest = sha256(manifest.as_bytes());
        assert_eq!(
            app.ask("GET", &format!("manifests/{digest}")).await.status,
            200
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_another_manifest_is_listed_there() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let subject = image(b"{}", LAYER);
    let digest = sha256(subject.to_string().as_bytes());
    // It may come before what it is about.
    app.blob(b"{}").await;
    app.blob(LAYER).await;
    let mut about = image(b"{}", LAYER);
    about["subject"] = descriptor(IMAGE, subject.to_string().as_bytes());
    about["artifactType"] = "application/vnd.example.sbom".into();
    about["annotations"] = json!({"made": "today"});
    let pushed = app.put("sbom", &about).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    assert_eq!(pushed.header("oci-subject"), digest);
    let mut signature = about.clone();
    signature.as_object_mut().unwrap().remove("artifactType");
    app.put("signature", &signature).await;
    let all = app.ask("GET", &format!("referrers/{digest}")).await;
    assert_eq!((all.status, all.header("content-type")), (200, INDEX));
    assert_eq!(all.header("oci-filters-applied"), "");
    let listed = all.json();
    let kinds: Vec<_> = listed["manifests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["artifactType"].clone())
        .collect();
    assert_eq!(
        kinds,
        [
            "application/vnd.example.sbom",
            "application/vnd.oci.image.config.v1+json"
        ]
    );
    let first = &listed["manifests"][0];
    assert_eq!(first["annotations"], json!({"made": "today"}));
    assert_eq!(first["digest"], sha256(about.to_string().as_bytes()));
    assert_eq!(first["size"], about.to_string().len());
    let rest = format!("referrers/{digest}?artifactType=application/vnd.example.sbom");
    let some = app.ask("GET", &rest).await;
    assert_eq!(some.header("oci-filters-applied"), "artifactType");
    assert_eq!(some.json()["manifests"].as_array().unwrap().len(), 1);
    let gone = sha256(about.to_string().as_bytes());
    app.ask("DELETE", &format!("manifests/{gone}")).await;
    let left = app.ask("GET", &format!("referrers/{digest}")).await.json();
    assert_eq!(left["manifests"].as_array().unwrap().len(), 1);
    for (repository, digest) in [
        ("images/none", digest.clone()),
        ("images/app", sha512(b"x")),
    ] {
        let none = Repository(&hosted, repository)
            .ask("GET", &format!("referrers/{digest}"))
            .await;
        assert_eq!((none.status, &none.json()["manifests"]), (200, &json!([])));
    }
    refused(
        &app.ask("GET", "referrers/sha256:x").await,
        400,
        "DIGEST_INVALID",
    );
}
