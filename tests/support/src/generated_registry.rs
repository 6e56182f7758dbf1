//! A registry whose one image has a layer of any size, which is made while it is sent; what is
//! pushed is counted and thrown away. It stops when dropped.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::background::Background;
use crate::oci_image::digest;

/// How many bytes repeat.
const BLOCK: usize = 1 << 20;
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &[u8] = b"{}";

/// A running registry.
pub struct GeneratedRegistry {
    state: Arc<State>,
    server: Background,
}

struct State {
    block: Bytes,
    blocks: usize,
    layer: String,
    manifest: Bytes,
    received: AtomicU64,
}

/// A body of so many blocks, or of one piece.
struct Generated {
    block: Bytes,
    left: usize,
}

impl Body for Generated {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        Poll::Ready(Some(Ok(Frame::data(self.block.clone()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.left * self.block.len()) as u64)
    }
}

impl GeneratedRegistry {
    /// Starts one on a free port whose layer has `mebibytes`.
    pub fn start(mebibytes: usize) -> Self {
        let block: Vec<u8> = (0..BLOCK)
            .map(|at| (at * 31 / 7).to_le_bytes()[0])
            .collect();
        let mut hasher = Sha256::new();
        (0..mebibytes).for_each(|_| hasher.update(&block));
        let hex = hasher.finalize().iter().fold(String::new(), |hex, byte| {
            use std::fmt::Write as _;
            let mut hex = hex;
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let layer = format!("sha256:{hex}");
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.oci.empty.v1+json",
                "digest": digest(CONFIG), "size": CONFIG.len()},
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar",
                "digest": layer, "size": mebibytes * BLOCK}],
        });
        let state = Arc::new(State {
            block: block.into(),
            blocks: mebibytes,
            layer,
            manifest: manifest.to_string().into(),
            received: AtomicU64::new(0),
        });
        let shared = Arc::clone(&state);
        let serve = move |stream| {
            let state = Arc::clone(&shared);
            async move {
                let service = service_fn(|request| {
                    let state = Arc::clone(&state);
                    async move { Ok::<_, Infallible>(answer(request, &state).await) }
                });
                let io = TokioIo::new(stream);
                // A client that goes away is no reason to complain.
                let _ = http1::Builder::new().serve_connection(io, service).await;
            }
        };
        let server = Background::start(0, serve).expect("a loopback server");
        Self { state, server }
    }

    /// Its host and port, by the name `localhost`.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.server.address().port())
    }

    /// How many bytes of blobs were pushed.
    pub fn received(&self) -> u64 {
        self.state.received.load(Ordering::Relaxed)
    }
}

async fn answer(request: Request<Incoming>, state: &State) -> Response<Generated> {
    let path = request.uri().path().to_owned();
    let pushed = path.contains("/pushed/");
    let respond = |status: u16, header: (&str, &str), block: Bytes, left: usize| {
        let response = Response::builder()
            .status(status)
            .header(header.0, header.1);
        let body = Generated { block, left };
        response.body(body).expect("headers of a test")
    };
    let empty = |status: u16, header: (&str, &str)| respond(status, header, Bytes::new(), 0);
    match *request.method() {
        Method::POST => empty(202, ("location", "/v2/pushed/blobs/uploads/1")),
        Method::PUT => {
            let blob = path.contains("/blobs/");
            let mut body = request.into_body();
            while let Some(Ok(frame)) = body.frame().await {
                let length = frame.data_ref().map_or(0, Bytes::len) as u64;
                let counted = if blob { length } else { 0 };
                state.received.fetch_add(counted, Ordering::Relaxed);
            }
            empty(201, ("x-done", "1"))
        }
        _ if pushed => empty(404, ("x-none", "1")),
        _ if path.contains("/manifests/") => {
            let kind = ("content-type", MANIFEST);
            respond(200, kind, state.manifest.clone(), 1)
        }
        _ if path.ends_with(&state.layer) => {
            respond(200, ("x-layer", "1"), state.block.clone(), state.blocks)
        }
        _ => respond(200, ("x-config", "1"), Bytes::from_static(CONFIG), 1),
    }
}
