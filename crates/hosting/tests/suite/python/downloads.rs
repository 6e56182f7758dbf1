//! Files as the index names them, whole and in part, and the metadata within wheels.

use sha2::{Digest as _, Sha256};

use super::hosted;
use super::packages::{Built, hex, metadata, sdist, wheel, wheel_with};
use crate::support::Hosted;

/// The path below `pypi/` that the index gives for a file.
async fn listed(hosted: &Hosted, project: &str, at: usize) -> String {
    let url = hosted.project(project).await["files"][at]["url"].clone();
    url.as_str()
        .unwrap()
        .strip_prefix("../../")
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_comes_back_as_it_was_published_whole_or_in_part() {
    let hosted = hosted().await;
    let built = wheel("my_demo", "1.0+local.1");
    hosted.publish(&built).await;
    let path = listed(&hosted, "my-demo", 0).await;
    let got = hosted.pypi(&path).await;
    assert_eq!((got.status, &got.body), (200, &built.content), "{path}");
    assert_eq!(
        got.header("etag"),
        format!("\"{}\"", hex(&Sha256::digest(&built.content)))
    );
    assert!(got.header("cache-control").contains("immutable"));
    let part = hosted.pypi_as(&path, &[("range", "bytes=-22")]).await;
    let tail = built.content.len() - 22;
    assert_eq!(
        (part.status, part.body.as_slice()),
        (206, &built.content[tail..])
    );
    let etag = got.header("etag").to_owned();
    assert_eq!(
        hosted
            .pypi_as(&path, &[("if-none-match", &etag)])
            .await
            .status,
        304
    );
    let head = hosted
        .ask("HEAD", &format!("/local/py/pypi/{path}"), vec![], &[])
        .await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(
        head.header("content-length"),
        built.content.len().to_string()
    );
    assert_eq!(head.header("accept-ranges"), "bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wheels_metadata_is_there_without_the_wheel() {
    let hosted = hosted().await;
    let more = "Summary: f\u{fc}r alle\n\nA long text.\n";
    let text = metadata("demo", "1.0", more);
    hosted.publish(&wheel_with("demo", "1.0", more)).await;
    let page = hosted.project("demo").await;
    let path = listed(&hosted, "demo", 0).await;
    let got = hosted.pypi(&format!("{path}.metadata")).await;
    assert_eq!((got.status, got.text()), (200, text));
    let digest = hex(&Sha256::digest(&got.body));
    assert_eq!(page["files"][0]["core-metadata"]["sha256"], digest);
    hosted.publish(&streamed_wheel()).await;
    let path = listed(&hosted, "plain", 0).await;
    let got = hosted.pypi(&format!("{path}.metadata")).await;
    assert_eq!(got.text(), metadata("plain", "1.0", ""));
    hosted.publish(&sdist("demo", "1.0")).await;
    let path = listed(&hosted, "demo", 1).await;
    assert_eq!(hosted.pypi(&path).await.status, 200);
    assert_eq!(hosted.pypi(&format!("{path}.metadata")).await.status, 404);
}

/// A wheel that was written without knowing its sizes before.
fn streamed_wheel() -> Built {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new_stream(Vec::new());
    let text = metadata("plain", "1.0", "");
    for (name, content) in [("METADATA", text.as_str()), ("WHEEL", ""), ("RECORD", "")] {
        let options = zip::write::SimpleFileOptions::default();
        archive
            .start_file(format!("plain-1.0.dist-info/{name}"), options)
            .unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    Built {
        name: "plain-1.0-py3-none-any.whl".to_owned(),
        content: archive.finish().unwrap().into_inner(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_index_names_is_there() {
    let hosted = hosted().await;
    hosted.publish(&wheel("demo", "1.0")).await;
    hosted.publish(&wheel("other", "1.0")).await;
    let path = listed(&hosted, "demo", 0).await;
    let digits = path.split('/').nth(2).unwrap().to_owned();
    let name = "demo-1.0-py3-none-any.whl";
    for nothing in [
        format!("files/demo/0123456789abcdef/{name}"),
        format!("files/demo/{}/{name}", &digits[..8]),
        format!("files/other/{digits}/{name}"),
        format!("files/demo/{digits}/Demo-1.0-py3-none-any.whl"),
        format!("files/demo/{digits}/demo-1.0.tar.gz"),
        format!("files/demo/{digits}/{name}.metadata.metadata"),
        format!("files/demo/{digits}/..%2f{name}"),
        format!("files/{name}"),
    ] {
        let status = hosted.pypi(&nothing).await.status;
        assert!(matches!(status, 404 | 400), "{nothing}: {status}");
    }
    let post = hosted
        .ask("PUT", &format!("/local/py/pypi/{path}"), vec![], &[])
        .await;
    assert_eq!(post.status, 405);
}
