//! Files, and the metadata within them.

use std::io::Read as _;
use std::sync::Arc;

use axum::response::Response;
use flate2::read::DeflateDecoder;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use super::file_name::FileName;
use super::index::{FileIndex, Place};
use super::simple::DIGITS;
use crate::error::HostError;
use crate::host::Host;
use crate::indexes::{Index, IndexKey};
use crate::model::{File, hex};
use crate::server::{Call, Problem, blob, index};
use crate::store::Opened;

const NO_FILE: Problem = Problem::NotFound("There is no such file.");
const METADATA: &str = ".metadata";

/// Answers `files/{project}/{digits of the digest}/{name}`, and the same with `.metadata`.
pub(super) async fn serve(call: &Call, project: &str, digits: &str, name: &str) -> Response {
    let answer = match name.strip_suffix(METADATA) {
        Some(name) => metadata(call, project, digits, name).await,
        None => whole(call, project, digits, name).await,
    };
    answer.unwrap_or_else(Problem::plain)
}

async fn whole(call: &Call, project: &str, digits: &str, name: &str) -> Result<Response, Problem> {
    let file = find(call, project, digits, name).await?;
    Ok(blob::attachment(call, &file).await)
}

async fn metadata(
    call: &Call,
    project: &str,
    digits: &str,
    name: &str,
) -> Result<Response, Problem> {
    let key = IndexKey {
        registry: call.registry().id,
        package: project.to_owned(),
        form: format!("metadata {digits} {name}"),
    };
    let make = || async {
        match find(call, project, digits, name).await {
            Ok(file) => Ok(read_metadata(call.host(), &file).await?),
            // A file that is not there has no metadata; it is not kept that it is not.
            Err(_) => Ok(None),
        }
    };
    let found = call.host().index(key, make).await?.ok_or(NO_FILE)?;
    Ok(index::send(call, &found, "Accept-Encoding, Authorization"))
}

/// The file of this name, spelt in whatever way, with a digest that begins so.
async fn find(call: &Call, project: &str, digits: &str, name: &str) -> Result<Arc<File>, Problem> {
    let key = FileName::parse(name)
        .ok()
        .and_then(|name| name.key(project));
    let key = key.ok_or(NO_FILE)?;
    let file = call.host().file_by_key(call.registry(), &key).await?;
    let file = file.filter(|file| {
        let digest = file.content.sha256_hex();
        file.name == name && digits.len() == DIGITS && digest.starts_with(digits)
    });
    file.ok_or(NO_FILE)
}

/// A wheel's metadata; `None` for other files.
async fn read_metadata(host: &Host, file: &File) -> Result<Option<Index>, HostError> {
    let Some(place) = FileIndex::of(file).metadata else {
        return Ok(None);
    };
    let range = place.start..place.start.saturating_add(place.packed);
    let packed = match host.read(file, range).await? {
        Opened::Whole(bytes) => bytes,
        Opened::Stream(parts) => parts.try_collect::<Vec<_>>().await?.concat().into(),
    };
    let metadata = unpack(&packed, &place)?;
    if hex(&Sha256::digest(&metadata)) != place.sha256 {
        let name = &file.name;
        return Err(HostError::Damaged(format!(
            "{name} has other metadata than it had"
        )));
    }
    Ok(Some(Index::new(metadata, "application/octet-stream")))
}

fn unpack(packed: &[u8], place: &Place) -> std::io::Result<Vec<u8>> {
    if !place.deflated {
        return Ok(packed.to_vec());
    }
    let mut metadata = Vec::new();
    DeflateDecoder::new(packed)
        .take(place.size)
        .read_to_end(&mut metadata)?;
    Ok(metadata)
}
