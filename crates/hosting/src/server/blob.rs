//! Files on their way to a client: whole or in part, or not at all where the client has them.

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use jiff::Timestamp;
use uuid::Uuid;

use super::{Call, Problem};
use crate::error::HostError;
use crate::model::{Content, File};
use crate::store::Opened;

/// What of a file is asked for.
enum Part {
    /// All of it.
    Whole,
    /// These bytes.
    Bytes(Range<u64>),
    /// Bytes that it does not have.
    Beyond,
}

/// A file to be kept: its name, and no browser shows it.
pub async fn attachment(call: &Call, file: &File) -> Response {
    let kept = format!("attachment; filename=\"{}\"", file.name);
    let mut answer = send(call, file, "application/octet-stream").await;
    if let Ok(kept) = HeaderValue::try_from(kept) {
        answer
            .headers_mut()
            .insert(header::CONTENT_DISPOSITION, kept);
    }
    answer
}

/// Content on its way to a client.
pub struct Sent<'a> {
    /// Which content.
    pub content: &'a Content,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Its media type.
    pub content_type: &'static str,
    /// The file whose download this is, where it is one.
    pub file: Option<Uuid>,
}

/// A file as a client of its ecosystem expects it. What a digest names never changes.
pub async fn send(call: &Call, file: &File, content_type: &'static str) -> Response {
    let sent = Sent {
        content: &file.content,
        created_at: file.created_at,
        content_type,
        file: Some(file.id),
    };
    send_content(call, &sent).await
}

/// Content that is not one file of a version.
pub async fn send_content(call: &Call, sent: &Sent<'_>) -> Response {
    if call.host().is_broken(&sent.content.sha256) {
        return Problem::from(HostError::Broken).plain();
    }
    let etag = format!("\"{}\"", sent.content.sha256_hex());
    if matches_any(call.headers(), header::IF_NONE_MATCH, &etag) {
        return facts(StatusCode::NOT_MODIFIED, call, sent, &etag);
    }
    let size = sent.content.size;
    let (status, range) = match part(call.headers(), size, &etag) {
        Part::Whole => (StatusCode::OK, 0..size),
        Part::Bytes(range) => (StatusCode::PARTIAL_CONTENT, range),
        Part::Beyond => {
            let mut answer = facts(StatusCode::RANGE_NOT_SATISFIABLE, call, sent, &etag);
            insert(
                &mut answer,
                header::CONTENT_RANGE,
                &format!("bytes */{size}"),
            );
            return answer;
        }
    };
    let mut answer = facts(status, call, sent, &etag);
    insert(
        &mut answer,
        header::CONTENT_LENGTH,
        &(range.end - range.start).to_string(),
    );
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!(
            "bytes {}-{}/{size}",
            range.start,
            range.end.saturating_sub(1)
        );
        insert(&mut answer, header::CONTENT_RANGE, &part);
    }
    if *call.method() == Method::HEAD {
        return answer;
    }
    let counts = range.start == 0;
    match call.host().open_content(sent.content, range).await {
        Ok(Some(opened)) => {
            if let Some(file) = sent.file.filter(|_| counts) {
                call.host().count_download(file);
            }
            *answer.body_mut() = match opened {
                Opened::Whole(bytes) => Body::from(bytes),
                Opened::Stream(stream) => Body::from_stream(stream),
            };
            answer
        }
        Ok(None) => {
            let file = sent.file.unwrap_or_default();
            Problem::from(HostError::Missing { file }).plain()
        }
        Err(error) => Problem::from(error).plain(),
    }
}

/// An answer with everything that is known of the content, and no body.
fn facts(status: StatusCode, call: &Call, sent: &Sent<'_>, etag: &str) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    let shared = if call.registry().public {
        "public"
    } else {
        "private"
    };
    insert(&mut answer, header::ETAG, etag);
    insert(
        &mut answer,
        header::CACHE_CONTROL,
        &format!("{shared}, max-age=31536000, immutable"),
    );
    insert(
        &mut answer,
        header::LAST_MODIFIED,
        &super::index::http_date(sent.created_at),
    );
    let headers = answer.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::VARY, HeaderValue::from_static("Authorization"));
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(sent.content_type),
    );
    answer
}

fn insert(answer: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}

/// Whether a header lists this entity tag, or any.
pub(crate) fn matches_any(headers: &HeaderMap, name: header::HeaderName, etag: &str) -> bool {
    headers.get_all(name).iter().any(|value| {
        let listed = value.to_str().unwrap_or_default().split(',');
        let mut tags = listed.map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == "*" || tag == etag)
    })
}

/// One range is understood; several are answered with everything, as is one for an older state.
fn part(headers: &HeaderMap, size: u64, etag: &str) -> Part {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let Some(asked) = text(header::RANGE).and_then(|range| range.strip_prefix("bytes=")) else {
        return Part::Whole;
    };
    if text(header::IF_RANGE).is_some_and(|tag| tag != etag) || asked.contains(',') {
        return Part::Whole;
    }
    let Some((from, to)) = asked.split_once('-') else {
        return Part::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (number(from), number(to)) {
        (Some(from), _) if from >= size => Part::Beyond,
        (Some(from), Some(to)) if to < from => Part::Beyond,
        (Some(from), Some(to)) => Part::Bytes(from..size.min(to.saturating_add(1))),
        (Some(from), None) if to.trim().is_empty() => Part::Bytes(from..size),
        (None, Some(0)) => Part::Beyond,
        (None, Some(last)) if from.trim().is_empty() && size > 0 => {
            Part::Bytes(size.saturating_sub(last)..size)
        }
        _ => Part::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, Part, header, part};

    fn asked(range: &str) -> Option<(u64, u64)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        match part(&headers, 10, "\"e\"") {
            Part::Whole => None,
            Part::Bytes(range) => Some((range.start, range.end)),
            Part::Beyond => Some((u64::MAX, u64::MAX)),
        }
    }

    #[test]
    fn a_range_is_what_http_says() {
        assert_eq!(asked("bytes=0-3"), Some((0, 4)));
        assert_eq!(asked("bytes=4-"), Some((4, 10)));
        assert_eq!(asked("bytes=-3"), Some((7, 10)));
        assert_eq!(asked("bytes=-30"), Some((0, 10)));
        assert_eq!(asked("bytes=8-99"), Some((8, 10)));
        assert_eq!(asked("bytes=10-"), Some((u64::MAX, u64::MAX)));
        assert_eq!(asked("bytes=5-2"), Some((u64::MAX, u64::MAX)));
        for whole in ["bytes=a-b", "bytes=0-1,3-4", "lines=0-1", "bytes=3"] {
            assert_eq!(asked(whole), None, "{whole}");
        }
    }
}
