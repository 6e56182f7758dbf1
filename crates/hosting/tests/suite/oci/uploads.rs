//! Blobs on their way in and out.

use registrar_hosting::Ecosystem;

use super::{Repository, hosted, refused, sha256, sha512};

const BYTES: &[u8] = b"what is in a layer";

/// The path behind `/v2/local/images/app/` of an upload that was begun.
fn place(location: &str) -> String {
    location
        .strip_prefix("/v2/local/images/app/")
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_comes_in_every_way_and_goes_out_as_it_came() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    for (number, digest_of) in [(0, sha256 as fn(&[u8]) -> String), (1, sha512)] {
        for way in ["at once", "put", "patch", "pieces"] {
            let bytes = format!("{way} {number} {}", "x".repeat(300)).into_bytes();
            let digest = digest_of(&bytes);
            let missing = app.ask("HEAD", &format!("blobs/{digest}")).await;
            assert_eq!(missing.status, 404);
            let done = if way == "at once" {
                let rest = format!("blobs/uploads/?digest={digest}");
                app.send("POST", &rest, &bytes, &[]).await
            } else {
                let begun = app.ask("POST", "blobs/uploads/").await;
                assert_eq!((begun.status, begun.header("range")), (202, "0-0"));
                let place = place(begun.header("location"));
                let finish = format!("{place}?digest={digest}");
                match way {
                    "put" => app.send("PUT", &finish, &bytes, &[]).await,
                    "patch" => {
                        let sent = app.send("PATCH", &place, &bytes, &[]).await;
                        let end = format!("0-{}", bytes.len() - 1);
                        assert_eq!((sent.status, sent.header("range")), (202, end.as_str()));
                        app.ask("PUT", &finish).await
                    }
                    _ => {
                        let piece = [("content-range", "0-99")];
                        let sent = app.send("PATCH", &place, &bytes[..100], &piece).await;
                        assert_eq!((sent.status, sent.header("range")), (202, "0-99"));
                        let range = format!("100-{}", bytes.len() - 1);
                        let last = [("content-range", range.as_str())];
                        app.send("PUT", &finish, &bytes[100..], &last).await
                    }
                }
            };
            assert_eq!(done.status, 201, "{way}: {}", done.text());
            assert_eq!(
                done.header("location"),
                app.path(&format!("blobs/{digest}"))
            );
            assert_eq!(done.header("docker-content-digest"), digest);
            let found = app.ask("GET", &format!("blobs/{digest}")).await;
            assert_eq!((found.status, &found.body), (200, &bytes));
            assert_eq!(found.header("docker-content-digest"), digest);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_is_found_by_the_digests_it_was_pushed_by() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let (short, long) = (sha256(BYTES), sha512(BYTES));
    app.blob(BYTES).await;
    let found = async |digest: &str| app.ask("HEAD", &format!("blobs/{digest}")).await.status;
    assert_eq!((found(&short).await, found(&long).await), (200, 404));

    let begun = app
        .ask("POST", "blobs/uploads/?digest-algorithm=sha512")
        .await;
    let finish = format!("{}?digest={long}", place(begun.header("location")));
    let done = app.send("PUT", &finish, BYTES, &[]).await;
    assert_eq!(done.status, 201, "{}", done.text());
    assert_eq!((found(&short).await, found(&long).await), (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_is_sent_in_parts() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let rest = format!("blobs/{}", app.blob(BYTES).await);
    for (range, status, part) in [
        ("bytes=2-4", 206, &BYTES[2..5]),
        ("bytes=-3", 206, &BYTES[BYTES.len() - 3..]),
        ("bytes=5-", 206, &BYTES[5..]),
    ] {
        let answer = app.send("GET", &rest, &[], &[("range", range)]).await;
        assert_eq!((answer.status, answer.body.as_slice()), (status, part));
    }
    for range in ["bytes=900-", "bytes=5-2"] {
        let answer = app.send("GET", &rest, &[], &[("range", range)]).await;
        assert_eq!(answer.status, 416, "{range}");
    }
    let head = app.ask("HEAD", &rest).await;
    assert_eq!(head.header("content-length"), BYTES.len().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_come_in_order_and_an_upload_goes_on_where_it_was() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let begun = app.ask("POST", "blobs/uploads/").await;
    let place = place(begun.header("location"));
    let send = |range: &'static str, bytes: &'static [u8]| {
        let place = place.clone();
        async move {
            app.send("PATCH", &place, bytes, &[("content-range", range)])
                .await
        }
    };
    assert_eq!(send("0-4", &BYTES[..5]).await.status, 202);
    for range in ["9-12", "0-4", "4-8", "x", "5", "6-5"] {
        let answer = send(range, &BYTES[5..9]).await;
        refused(&answer, 416, "BLOB_UPLOAD_INVALID");
        assert_eq!(answer.header("range"), "0-4");
        assert_eq!(answer.header("location"), begun.header("location"));
    }
    let short = send("5-8", &BYTES[5..7]).await;
    refused(&short, 400, "SIZE_INVALID");
    let status = app.ask("GET", &place).await;
    assert_eq!((status.status, status.header("range")), (204, "0-6"));
    let rest = format!("{place}?digest={}", sha256(BYTES));
    let last = format!("7-{}", BYTES.len() - 1);
    let last = [("content-range", last.as_str())];
    let wrong = app
        .send("PUT", &rest, &BYTES[7..], &[("content-range", "0-9")])
        .await;
    assert_eq!(wrong.status, 416);
    assert_eq!(app.send("PUT", &rest, &BYTES[7..], &last).await.status, 201);
    refused(&app.ask("GET", &place).await, 404, "BLOB_UPLOAD_UNKNOWN");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_was_announced_is_refused() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    for digest in [
        "sha256:baddigest",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "latest",
        "",
    ] {
        let at_once = app
            .send(
                "POST",
                &format!("blobs/uploads/?digest={digest}"),
                BYTES,
                &[],
            )
            .await;
        refused(&at_once, 400, "DIGEST_INVALID");
        if !digest.is_empty() {
            let found = app.ask("GET", &format!("blobs/{digest}")).await;
            refused(&found, 400, "DIGEST_INVALID");
        }
    }
    let other = sha256(b"other");
    let wrong = app
        .send(
            "POST",
            &format!("blobs/uploads/?digest={other}"),
            BYTES,
            &[],
        )
        .await;
    refused(&wrong, 400, "DIGEST_INVALID");
    let begun = app.ask("POST", "blobs/uploads/").await;
    let place = place(begun.header("location"));
    let wrong = app
        .send("PUT", &format!("{place}?digest={other}"), BYTES, &[])
        .await;
    refused(&wrong, 400, "DIGEST_INVALID");
    let found = app.ask("GET", &format!("blobs/{}", sha256(BYTES))).await;
    refused(&found, 404, "BLOB_UNKNOWN");
    let algorithm = app.ask("POST", "blobs/uploads/?digest-algorithm=md5").await;
    refused(&algorithm, 400, "DIGEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_cancelled_and_belongs_to_its_repository() {
    let hosted = hosted().await;
    hosted.registry(Ecosystem::Container, "others").await;
    let app = Repository(&hosted, "images/app");
    let begun = app.ask("POST", "blobs/uploads/").await;
    let place = place(begun.header("location"));
    for other in ["images/other", "others/app"] {
        let other = Repository(&hosted, other);
        refused(&other.ask("GET", &place).await, 404, "BLOB_UPLOAD_UNKNOWN");
        refused(
            &other.ask("DELETE", &place).await,
            404,
            "BLOB_UPLOAD_UNKNOWN",
        );
    }
    assert_eq!(app.ask("DELETE", &place).await.status, 204);
    for method in ["GET", "PATCH", "DELETE"] {
        refused(&app.ask(method, &place).await, 404, "BLOB_UPLOAD_UNKNOWN");
    }
    let rest = format!("{place}?digest={}", sha256(b""));
    refused(&app.ask("PUT", &rest).await, 404, "BLOB_UPLOAD_UNKNOWN");
    refused(
        &app.ask("GET", "blobs/uploads/x").await,
        404,
        "BLOB_UPLOAD_UNKNOWN",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_is_mounted_from_where_the_caller_may_read_it() {
    let hosted = hosted().await;
    let (app, other) = (
        Repository(&hosted, "images/app"),
        Repository(&hosted, "images/other"),
    );
    let digest = app.blob(BYTES).await;
    // A blob may be asked for where it was given, and nowhere else.
    refused(
        &other.ask("GET", &format!("blobs/{digest}")).await,
        404,
        "BLOB_UNKNOWN",
    );
    let from = format!("blobs/uploads/?mount={digest}&from=local/images/app");
    let mounted = other.ask("POST", &from).await;
    assert_eq!(mounted.status, 201, "{}", mounted.text());
    assert_eq!(
        mounted.header("location"),
        other.path(&format!("blobs/{digest}"))
    );
    assert_eq!(
        other.ask("GET", &format!("blobs/{digest}")).await.body,
        BYTES
    );
    let third = Repository(&hosted, "images/third");
    let anywhere = third
        .ask("POST", &format!("blobs/uploads/?mount={digest}"))
        .await;
    assert_eq!(anywhere.status, 201, "from wherever it is");
    let fourth = Repository(&hosted, "images/fourth");
    for from in [
        "local/images/none",
        "local/none/app",
        "x/images/app",
        "images/app",
        "",
    ] {
        let rest = format!("blobs/uploads/?mount={digest}&from={from}");
        let answer = fourth.ask("POST", &rest).await;
        assert_eq!(answer.status, 202, "{from}: an upload was begun instead");
    }
    let rest = "blobs/uploads/?mount=sha256:x&from=local/images/app";
    refused(&fourth.ask("POST", rest).await, 400, "DIGEST_INVALID");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_is_deleted_unless_an_image_needs_it() {
    let hosted = hosted().await;
    let app = Repository(&hosted, "images/app");
    let digest = app.blob(BYTES).await;
    assert_eq!(
        app.ask("DELETE", &format!("blobs/{digest}")).await.status,
        202
    );
    refused(
        &app.ask("DELETE", &format!("blobs/{digest}")).await,
        404,
        "BLOB_UNKNOWN",
    );
    refused(
        &app.ask("GET", &format!("blobs/{digest}")).await,
        404,
        "BLOB_UNKNOWN",
    );
    app.push("v1", b"{}", BYTES).await;
    let needed = app.ask("DELETE", &format!("blobs/{digest}")).await;
    refused(&needed, 405, "DENIED");
    assert_eq!(app.ask("GET", &format!("blobs/{digest}")).await.status, 200);
}
