//! What a web page in a browser might try.

use registrar_hosting::Ecosystem;

use crate::support::Hosted;

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_pointed_here_is_not_ours() {
    let hosted = Hosted::start().await;
    for path in [
        "/health",
        "/metrics",
        "/local/x/files/y",
        "/api/v2/access-token",
    ] {
        for host in [
            "evil.example:80",
            "127.0.0.1.evil.example",
            "localhost",
            "127.0.0.1:1",
        ] {
            let answer = hosted.ask("GET", path, vec![], &[("host", host)]).await;
            assert_eq!(answer.status, 421, "{path} as {host}");
        }
    }
    let port = hosted.address.port();
    let ours = format!("localhost:{port}");
    assert_eq!(
        hosted
            .ask("GET", "/health", vec![], &[("host", &ours)])
            .await
            .status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn web_pages_can_neither_read_nor_write() {
    let hosted = Hosted::start().await;
    hosted.public_registry(Ecosystem::Files, "open").await;
    hosted.upload("open", "tool-1.0.0.zip", b"one").await;
    let path = "/local/open/files/tool-1.0.0.zip";
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        for method in ["GET", "POST", "OPTIONS"] {
            let answer = hosted.ask(method, path, vec![], &[(name, value)]).await;
            assert_eq!(answer.status, 403, "{method} with {name}: {value}");
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
    }
    let typed = hosted
        .ask("GET", path, vec![], &[("sec-fetch-site", "none")])
        .await;
    assert_eq!(typed.status, 200);
    assert_eq!(typed.header("x-content-type-options"), "nosniff");
}
