//! Indexes on their way to a client: compressed where it can read that, not sent where it has them.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Call;
use super::blob::matches_any;
use crate::indexes::Index;

/// Sends an index. `vary` names the request's headers that decided which form it is.
pub fn send(call: &Call, index: &Index, vary: &'static str) -> Response {
    let gzip = index.gzip.as_ref().filter(|_| reads_gzip(call.headers()));
    let etag = if gzip.is_some() {
        &index.gzip_etag
    } else {
        &index.etag
    };
    let mut answer = Response::new(Body::empty());
    let headers = answer.headers_mut();
    let insert = |headers: &mut HeaderMap, name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    insert(headers, header::ETAG, etag);
    headers.insert(header::CONTENT_TYPE, index.content_type.clone());
    headers.insert(header::VARY, HeaderValue::from_static(vary));
    // To be asked about every time: what was published a second ago is seen.
    let kept = if call.registry().public {
        "public, no-cache"
    } else {
        "private, no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    if matches_any(call.headers(), header::IF_NONE_MATCH, etag) {
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        return answer;
    }
    let body = gzip.unwrap_or(&index.body);
    if gzip.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    insert(headers, header::CONTENT_LENGTH, &body.len().to_string());
    if *call.method() != Method::HEAD {
        *answer.body_mut() = Body::from(body.clone());
        if let Some(file) = index.file {
            call.host().count_download(file);
        }
    }
    answer
}

fn reads_gzip(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .any(|value| {
            let listed = value.to_str().unwrap_or_default().split(',');
            let mut codings = listed.map(|one| {
                let (name, weight) = one.split_once(';').unwrap_or((one, "q=1"));
                (name.trim(), weight.replace(' ', ""))
            });
            codings.any(|(name, weight)| {
                let refused = matches!(weight.as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
                name.eq_ignore_ascii_case("gzip") && !refused
            })
        })
}

/// A time as HTTP writes it, `Wed, 25 Nov 2026 08:00:00 GMT`.
pub fn http_date(time: Timestamp) -> String {
    let time = time.to_zoned(TimeZone::UTC);
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
