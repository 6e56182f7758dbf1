//! Uploads as twine, uv and Poetry send them: a form whose parts come in any order.

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::TryStreamExt as _;
use hyper::ext::ReasonPhrase;
use multer::{Constraints, Field, Multipart, SizeLimit};

use super::claims::Claims;
use crate::error::HostError;
use crate::publish::MAX_FILE;
use crate::server::{Call, Problem};
use crate::store::Staged;
use crate::tokens::Scope;

/// The most bytes of a part that is not the file.
const MAX_FIELD: u64 = 16 * 1024 * 1024;
/// The most bytes of a part that is kept.
const MAX_CLAIM: usize = 4 * 1024;
/// The most parts, and the most bytes of all that are not the file.
const MAX_FIELDS: usize = 20_000;
const MAX_FIELDS_BYTES: u64 = 64 * 1024 * 1024;
/// The most characters of a sentence in a status line.
const MAX_REASON: usize = 300;

/// Answers an upload. It is read only for somebody who may publish.
pub(super) async fn serve(call: &Call) -> Response {
    match publish(call).await {
        Ok(()) => (StatusCode::OK, "Published.\n").into_response(),
        Err(problem) => refuse(problem),
    }
}

async fn publish(call: &Call) -> Result<(), Problem> {
    call.demand(Scope::WritePackages)?;
    let (claims, name, staged) = receive(call).await?;
    claims.check_digests(staged.content())?;
    let (host, registry) = (call.host(), call.registry());
    let (release, staged) = host.inspect(registry.ecosystem, &name, staged).await?;
    claims.check(&release)?;
    let published = host
        .publish(registry, release, staged, claims.how(), call.caller())
        .await;
    match published {
        Ok(_) => Ok(()),
        // These words are what clients look for that shall pass over what is there.
        Err(error @ HostError::Exists { .. }) => {
            Err(Problem::Conflict(format!("File already exists. {error}")))
        }
        // To those it is not there: nothing may be passed over.
        Err(error @ HostError::Retired { .. }) => Err(Problem::Bad(error.to_string().into())),
        Err(error) => Err(error.into()),
    }
}

/// Takes in all parts of the form.
async fn receive(call: &Call) -> Result<(Claims, String, Staged), Problem> {
    let kind = call.header(header::CONTENT_TYPE).unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(|_| {
        Problem::Bad("Send the package as multipart/form-data, as twine and uv do.".into())
    })?;
    let sizes = SizeLimit::new()
        .whole_stream(MAX_FILE + MAX_FIELDS_BYTES)
        .per_field(MAX_FIELD)
        .for_field("content", MAX_FILE + 1)
        .for_field("file", MAX_FILE + 1);
    let limits = Constraints::new().size_limit(sizes);
    let mut form = Multipart::with_constraints(call.take_body(), boundary, limits);
    let mut claims = Claims::default();
    let mut file: Option<(String, Staged)> = None;
    let (mut fields, mut bytes) = (0, 0);
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        fields += 1;
        if fields > MAX_FIELDS || bytes > MAX_FIELDS_BYTES {
            return Err(Problem::TooLarge("The form has too many parts.".to_owned()));
        }
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "content" | "file" if file.is_some() => {
                return Err(Problem::Bad(
                    "The form has two files; send one at a time.".into(),
                ));
            }
            "content" | "file" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                file = Some((name, call.host().stage(field.map_err(error_of)).await?));
            }
            name if Claims::knows(name) => {
                let value = short(&mut field, &mut bytes).await?;
                claims.add(name, &value)?;
            }
            _ => while next(&mut field, &mut bytes).await?.is_some() {},
        }
    }
    claims.demand_upload()?;
    let missing =
        || Problem::Bad("The form has no file in its part \u{201c}content\u{201d}.".into());
    let (name, staged) = file.ok_or_else(missing)?;
    Ok((claims, name, staged))
}

/// The next piece of a part.
async fn next(field: &mut Field<'_>, bytes: &mut u64) -> Result<Option<Bytes>, Problem> {
    let piece = field.chunk().await.map_err(broken)?;
    *bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
    Ok(piece)
}

/// A part that is kept.
async fn short(field: &mut Field<'_>, bytes: &mut u64) -> Result<String, Problem> {
    let mut value = Vec::new();
    while let Some(piece) = next(field, bytes).await? {
        value.extend_from_slice(&piece);
        if value.len() > MAX_CLAIM {
            let text = format!("A field of the form is longer than {MAX_CLAIM} bytes.");
            return Err(Problem::Bad(text.into()));
        }
    }
    String::from_utf8(value).map_err(|_| Problem::Bad("A field of the form is not UTF-8.".into()))
}

fn broken(error: multer::Error) -> Problem {
    error_of(error).into()
}

fn error_of(error: multer::Error) -> HostError {
    match error {
        multer::Error::FieldSizeExceeded { limit, .. }
        | multer::Error::StreamSizeExceeded { limit } => HostError::TooLarge { limit },
        error => {
            tracing::debug!(%error, "an upload ended early");
            HostError::Interrupted
        }
    }
}

/// The sentence stands in the status line too: it is all that twine shows.
fn refuse(problem: Problem) -> Response {
    let problem = match problem {
        Problem::Unprocessable { message, .. } => Problem::Bad(message.into()),
        problem => problem,
    };
    let plain = |letter: char| match letter {
        '\u{201c}' | '\u{201d}' => '"',
        ' '..='~' => letter,
        _ => '?',
    };
    let reason: String = problem
        .message()
        .chars()
        .map(plain)
        .take(MAX_REASON)
        .collect();
    let mut answer = problem.plain();
    if let Ok(reason) = ReasonPhrase::try_from(reason) {
        answer.extensions_mut().insert(reason);
    }
    answer
}
