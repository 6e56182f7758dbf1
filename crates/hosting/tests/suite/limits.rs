//! What a client may not take too much of: headers, addresses, bodies, time.

use std::time::Duration;

use registrar_hosting::Ecosystem;
use registrar_hosting::server::Bounds;
use tokio::time::interval;

use crate::support::{Hosted, form};
use crate::wire::{Wire, request, status, status_of};

/// Short enough to be waited for, long enough for what is meant well.
const SHORT: Duration = Duration::from_millis(300);

fn impatient() -> Bounds {
    Bounds {
        header: SHORT,
        body_window: SHORT,
        linger: SHORT,
        ..Bounds::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_headers_and_addresses_are_refused() {
    let hosted = Hosted::start().await;
    let head = |more: &str| {
        let host = hosted.address;
        format!("GET /health HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{more}\r\n")
    };
    let large = format!("x: {}\r\n", "x".repeat(256 * 1024));
    let many = "x: y\r\n".repeat(120);
    for (more, expected) in [("x: y\r\n", 200), (&large, 431), (&many, 431)] {
        let length = more.len();
        assert_eq!(
            status(&hosted, head(more).as_bytes()).await,
            expected,
            "{length}"
        );
    }
    for (length, expected) in [(1024, 404), (9 * 1024, 414)] {
        let request = request(&hosted, "GET", &format!("/{}", "x".repeat(length)));
        assert_eq!(
            status(&hosted, request.as_bytes()).await,
            expected,
            "{length}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_no_file_is_bounded() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let long = "x".repeat(1024 * 1024 + 1);
    let (kind, body) = form(&[("note", &long)], "tool-1.0.0.zip", b"x");
    let path = hosted.packages("tools");
    let answer = hosted
        .ask("POST", &path, body, &[("content-type", &kind)])
        .await;
    assert_eq!(answer.status, 413, "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_does_not_end_is_cut() {
    let hosted = Hosted::start_with(impatient()).await;
    let mut wire = Wire::open(&hosted).await;
    wire.send(b"GET /health HTTP/1.1\r\nhost: ").await.unwrap();
    assert_ne!(status_of(&wire.rest().await), 200);
    let mut idle = Wire::open(&hosted).await;
    assert_eq!(idle.rest().await, b"");
}

/// The head of a publication whose body would be long, and the beginning of that body.
fn begun(hosted: &Hosted) -> Vec<u8> {
    let (kind, body) = form(&[], "tool-1.0.0.zip", b"the beginning");
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: {kind}\r\ncontent-length: 100000000\r\n\r\n",
        hosted.packages("tools"),
        hosted.address,
        hosted.token
    );
    let beginning = &body[..body.len() - 12];
    [head.as_bytes(), beginning].concat()
}

async fn nothing_is_left(hosted: &Hosted) {
    let registry = hosted.host.registry("tools").unwrap();
    let page = hosted.host.version_page(registry.id, None, None, None, 10);
    assert_eq!(page.await.unwrap().len(), 0);
    let uploads = std::fs::read_dir(hosted.host.folder().join("uploads"));
    assert_eq!(uploads.unwrap().count(), 0, "what had arrived is removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_falls_silent_is_cut() {
    let hosted = Hosted::start_with(impatient()).await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let mut wire = Wire::open(&hosted).await;
    wire.send(&begun(&hosted)).await.unwrap();
    assert_eq!(status_of(&wire.rest().await), 400);
    nothing_is_left(&hosted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_while_still_sending_hears_why() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let mut wire = Wire::open(&hosted).await;
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer wrong\r\ncontent-length: 8000000\r\n\r\n",
        hosted.packages("tools"),
        hosted.address,
    );
    wire.send(head.as_bytes()).await.unwrap();
    // The refusal is on its way, and nothing of the body has come.
    tokio::time::sleep(SHORT).await;
    for _ in 0..8 {
        wire.send(&vec![b'x'; 1_000_000]).await.unwrap();
    }
    let answer = wire.rest().await;
    assert_eq!(status_of(&answer), 401);
    assert!(String::from_utf8_lossy(&answer).contains("token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_only_trickles_is_cut() {
    let hosted = Hosted::start_with(impatient()).await;
    hosted.registry(Ecosystem::Files, "tools").await;
    let mut wire = Wire::open(&hosted).await;
    wire.send(&begun(&hosted)).await.unwrap();
    let mut tick = interval(SHORT / 30);
    let trickle = async {
        while wire.send(b"x").await.is_ok() {
            tick.tick().await;
        }
    };
    let cut = tokio::time::timeout(crate::wire::LIMIT, trickle).await;
    assert!(cut.is_ok(), "it may trickle for ever");
    nothing_is_left(&hosted).await;
}
