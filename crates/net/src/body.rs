//! Reading a body within bounds.

use std::io::{self, Read as _};

use flate2::read::MultiGzDecoder;
use http_body_util::BodyExt as _;
use hyper::HeaderMap;
use hyper::body::{Body as _, Incoming};
use hyper::header::CONTENT_ENCODING;

use crate::failure::{Failure, FailureKind};

/// Reads the whole `body`, and unpacks it where `headers` say that it is packed.
///
/// # Errors
/// [`FailureKind::TooLarge`] where it has more than `max` bytes, packed or not;
/// [`FailureKind::ConnectionClosed`] where it ends early.
pub(crate) async fn read(
    body: Incoming,
    headers: &HeaderMap,
    max: u64,
) -> Result<Vec<u8>, Failure> {
    let encoding = headers
        .get(CONTENT_ENCODING)
        .map_or("identity", |e| e.to_str().unwrap_or_default())
        .to_ascii_lowercase();
    let bytes = collect(body, max).await?;
    match encoding.as_str() {
        "identity" | "" => Ok(bytes),
        "gzip" | "x-gzip" => tokio::task::spawn_blocking(move || unpack(&bytes, max))
            .await
            .unwrap_or_else(|e| Err(Failure::from_error(FailureKind::ConnectionClosed, &e))),
        _ => Err(Failure::new(
            FailureKind::NotARegistry,
            "the answer is packed in a way that was not asked for",
        )),
    }
}

async fn collect(mut body: Incoming, max: u64) -> Result<Vec<u8>, Failure> {
    if body.size_hint().lower() > max {
        return Err(too_large(max));
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| Failure::from_error(FailureKind::ConnectionClosed, &e))?;
        if let Ok(data) = frame.into_data() {
            if (bytes.len() + data.len()) as u64 > max {
                return Err(too_large(max));
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

fn unpack(packed: &[u8], max: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = MultiGzDecoder::new(packed)
        .take(max.saturating_add(1))
        .read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 > max => Err(too_large(max)),
        Ok(_) => Ok(bytes),
        Err(error) => Err(damaged(&error)),
    }
}

fn damaged(error: &io::Error) -> Failure {
    let raw = format!("the packed answer is damaged: {error}");
    Failure::new(FailureKind::ConnectionClosed, raw)
}

fn too_large(max: u64) -> Failure {
    let raw = format!("the answer has more than {max} bytes");
    Failure::new(FailureKind::TooLarge, raw)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_small_packed_body_does_not_become_a_huge_one() {
        let bomb = packed(&vec![0; 10_000_000]);
        assert!(bomb.len() < 20_000);
        let failure = unpack(&bomb, 1_000_000).unwrap_err();
        assert_eq!(failure.kind, FailureKind::TooLarge);
    }

    #[test]
    fn a_packed_body_that_ends_early_is_an_error() {
        let whole = packed(b"[1, 2, 3]");
        assert_eq!(unpack(&whole, 100).unwrap(), b"[1, 2, 3]");
        let failure = unpack(&whole[..whole.len() - 4], 100).unwrap_err();
        assert_eq!(failure.kind, FailureKind::ConnectionClosed);
    }
}
