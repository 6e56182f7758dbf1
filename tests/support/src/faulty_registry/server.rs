//! How the faulty registry answers.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_RANGE, CONTENT_TYPE, HeaderValue, LOCATION, RANGE, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::{Faults, Store};
use crate::oci_image::digest;

type Shared = Arc<Mutex<Store>>;
type Answered = io::Result<Response<Piece>>;

/// A body that says how long it is and may end before that.
pub(super) struct Piece {
    bytes: Option<Bytes>,
    missing: u64,
}

impl Body for Piece {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            _ if self.missing > 0 => Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into()))),
            _ => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.bytes.as_ref().map_or(0, Bytes::len) as u64;
        SizeHint::with_exact(length + self.missing)
    }
}

pub(super) async fn serve(stream: TcpStream, shared: Shared) {
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { answer(request, &shared).await }
    });
    // A client that goes away is no reason to complain.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn with<T>(shared: &Shared, act: impl FnOnce(&mut Store) -> T) -> T {
    act(&mut shared.lock().unwrap_or_else(PoisonError::into_inner))
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Answered {
    let range = request.headers().get(RANGE).and_then(|r| r.to_str().ok());
    let line = format!("{} {}", request.method(), request.uri());
    let noted = format!("{line} {}", range.unwrap_or_default());
    let limited = with(shared, |store| {
        store.seen.push(noted.trim_end().to_owned());
        let limited = store.faults.limited > 0;
        store.faults.limited = store.faults.limited.saturating_sub(1);
        limited.then_some(store.faults.retry_after)
    });
    if let Some(seconds) = limited {
        return Ok(headed(429, &[(RETRY_AFTER.as_str(), &seconds.to_string())]));
    }
    let path = request.uri().path().to_owned();
    let (method, last) = (request.method().clone(), last_of(&path));
    if path.contains("/blobs/uploads/") {
        return upload(request, shared, &last).await;
    }
    if path.ends_with("/tags/list") {
        return Ok(with(shared, |store| tags(store)));
    }
    if path.contains("/referrers/") {
        return Ok(with(shared, |store| referrers(store, &last)));
    }
    if path.contains("/manifests/") {
        let kind = request.headers().get(CONTENT_TYPE).cloned();
        let body = request.into_body().collect().await;
        let body = body.map_err(io::Error::other)?.to_bytes();
        return Ok(with(shared, |store| {
            manifest(store, &method, &last, kind, &body)
        }));
    }
    let from = range.and_then(|range| {
        range
            .trim_start_matches("bytes=")
            .trim_end_matches('-')
            .parse()
            .ok()
    });
    Ok(with(shared, |store| blob(store, &method, &last, from)))
}

fn last_of(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

fn headed(status: u16, headers: &[(&str, &str)]) -> Response<Piece> {
    whole(status, headers, Bytes::new())
}

fn whole(status: u16, headers: &[(&str, &str)], bytes: Bytes) -> Response<Piece> {
    let body = Piece {
        bytes: Some(bytes),
        missing: 0,
    };
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body).expect("headers of a test")
}

fn json_of(kind: &str, body: &Value) -> Response<Piece> {
    whole(200, &[("content-type", kind)], body.to_string().into())
}

fn tags(store: &Store) -> Response<Piece> {
    let mut tags: Vec<_> = store
        .manifests
        .keys()
        .filter(|name| !name.contains(':'))
        .collect();
    tags.sort();
    json_of("application/json", &json!({"name": "app", "tags": tags}))
}

fn referrers(store: &Store, subject: &str) -> Response<Piece> {
    if !store.faults.knows_referrers {
        return headed(404, &[]);
    }
    let found = store.manifests.iter().filter(|(name, (_, bytes))| {
        let manifest: Value = serde_json::from_slice(bytes).unwrap_or_default();
        name.contains(':') && manifest["subject"]["digest"] == subject
    });
    let found = found.map(
        |(digest, (kind, bytes))| json!({"mediaType": kind, "digest": digest, "size": bytes.len()}),
    );
    let kind = "application/vnd.oci.image.index.v1+json";
    let manifests: Vec<_> = found.collect();
    json_of(
        kind,
        &json!({"schemaVersion": 2, "mediaType": kind, "manifests": manifests}),
    )
}

fn manifest(
    store: &mut Store,
    method: &Method,
    name: &str,
    kind: Option<HeaderValue>,
    body: &Bytes,
) -> Response<Piece> {
    let said = |digest: &str| [("docker-content-digest", digest.to_owned())];
    match *method {
        Method::PUT => {
            let kind = kind.and_then(|kind| Some(kind.to_str().ok()?.to_owned()));
            let digest = store.keep(name, &kind.unwrap_or_default(), body);
            let subject: Value = serde_json::from_slice(body).unwrap_or_default();
            let subject = subject["subject"]["digest"].as_str().unwrap_or_default();
            let mut headers = said(&digest).map(|(name, value)| (name, value)).to_vec();
            if store.faults.knows_referrers && !subject.is_empty() {
                headers.push(("oci-subject", subject.to_owned()));
            }
            let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
            headed(201, &headers)
        }
        Method::DELETE if store.faults.keeps_all => {
            let error = json!({"errors": [{"code": "UNSUPPORTED"}]}).to_string();
            whole(405, &[], error.into())
        }
        Method::DELETE => {
            let known = store.manifests.remove(name).is_some();
            headed(if known { 202 } else { 404 }, &[])
        }
        _ => match store.manifests.get(name) {
            Some((kind, bytes)) => {
                let digest = digest(bytes);
                let headers = [
                    ("content-type", &**kind),
                    ("docker-content-digest", &*digest),
                ];
                whole(200, &headers, bytes.clone().into())
            }
            None => headed(404, &[]),
        },
    }
}

fn blob(store: &Store, method: &Method, name: &str, from: Option<usize>) -> Response<Piece> {
    let Some(bytes) = store.blobs.get(name) else {
        return headed(404, &[]);
    };
    let mut bytes = bytes.clone();
    let faults = &store.faults;
    if *method == Method::HEAD {
        return whole(200, &[], bytes.into());
    }
    if let Some(last) = bytes.last_mut().filter(|_| faults.wrong_bytes) {
        *last ^= 1;
    }
    if faults.short_blobs {
        bytes.pop();
    }
    let from = from.filter(|_| !faults.ignores_ranges);
    let range = from.map(|from| format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len()));
    let part = bytes.split_off(from.unwrap_or_default());
    let sent = faults.cut_downloads.unwrap_or(usize::MAX).min(part.len());
    let body = Piece {
        missing: (part.len() - sent) as u64,
        bytes: Some(Bytes::from(part).slice(..sent)),
    };
    let mut response = Response::new(body);
    if let Some(range) = range {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let range = range.parse().expect("a header");
        response.headers_mut().insert(CONTENT_RANGE, range);
    }
    response
}

/// Begins an upload, tells how far it is, or takes more of it and ends it.
async fn upload(request: Request<Incoming>, shared: &Shared, id: &str) -> Answered {
    let path = request.uri().path().to_owned();
    let wanted = request
        .uri()
        .query()
        .and_then(|query| query.split_once("digest="));
    let wanted = wanted.map(|(_, digest)| digest.replace("%3A", ":"));
    match *request.method() {
        Method::POST => Ok(with(shared, |store| {
            let id = format!("upload-{}", store.uploads.len());
            let place = store.faults.uploads_at.clone();
            let place = place.unwrap_or_else(|| format!("{path}{id}?state=1"));
            store.uploads.insert(id, Vec::new());
            headed(202, &[(LOCATION.as_str(), &place)])
        })),
        Method::GET => Ok(with(shared, |store| match store.uploads.get(id) {
            Some(known) => {
                let range = format!("0-{}", known.len().saturating_sub(1));
                headed(204, &[(LOCATION.as_str(), &path), (RANGE.as_str(), &range)])
            }
            None => headed(404, &[]),
        })),
        _ => {
            let range = request.headers().get(CONTENT_RANGE).cloned();
            let from = range.and_then(|r| r.to_str().ok()?.split_once('-')?.0.parse().ok());
            let faults = with(shared, |store| store.faults.clone());
            take(
                request.into_body(),
                shared,
                id,
                &faults,
                from.unwrap_or_default(),
            )
            .await?;
            Ok(with(shared, |store| {
                finish(store, id, &wanted.unwrap_or_default())
            }))
        }
    }
}

/// Takes bytes of an upload, as many as the faults let through.
async fn take(
    mut body: Incoming,
    shared: &Shared,
    id: &str,
    faults: &Faults,
    from: usize,
) -> io::Result<()> {
    let mut left = faults.cut_uploads.unwrap_or(usize::MAX);
    with(shared, |store| {
        let kept = store.uploads.entry(id.to_owned()).or_default();
        kept.truncate(from);
    });
    while let Some(frame) = body.frame().await {
        let data = frame.map_err(io::Error::other)?.into_data();
        let data = data.unwrap_or_default();
        let taken = left.min(data.len());
        left -= taken;
        with(shared, |store| {
            let kept = store.uploads.entry(id.to_owned()).or_default();
            kept.extend_from_slice(&data[..taken]);
        });
        if taken < data.len() {
            if faults.forgets_uploads {
                with(shared, |store| store.uploads.remove(id));
            }
            return Err(io::ErrorKind::BrokenPipe.into());
        }
    }
    Ok(())
}

fn finish(store: &mut Store, id: &str, wanted: &str) -> Response<Piece> {
    let bytes = store.uploads.remove(id).unwrap_or_default();
    if digest(&bytes) != wanted {
        return headed(400, &[]);
    }
    store.blobs.insert(wanted.to_owned(), bytes);
    headed(201, &[("docker-content-digest", wanted)])
}
