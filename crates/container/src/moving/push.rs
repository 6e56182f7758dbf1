//! A registry as a destination: blobs, by upload sessions (`spec.md` of the distribution
//! specification, "Push").

mod manifests;
mod session;

use bytes::Bytes;
use registrar_net::{self as net, Answer, Extra, HeaderMap, Method, Outgoing, StatusCode, header};
use registrar_registry::Digest;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

use super::checked::{Blob, Checked};
use super::end::{Place, Side};
use super::failure::MoveFailure;
use super::progress::Meter;
use super::retry::Retry;
use super::source::Source;
use crate::failure::{Failure, FailureKind};
use crate::images::Wanted;
use session::Session;

/// How long the registry may take none of the bytes.
const STALL: Duration = Duration::from_mins(1);
/// How long it may take to answer after the last byte: some copy the blob once more then.
const ANSWER: Duration = Duration::from_mins(5);

/// How often an upload that the registry has lost is begun anew.
const ANEW: u32 = 2;

/// A registry to which an image goes.
#[derive(Clone)]
pub(super) struct Push {
    place: Place,
    /// What is needed to push there.
    scope: String,
    /// The repository of the same registry from which blobs can be mounted.
    mount: Option<String>,
}

/// A blob while it is uploaded.
struct Upload {
    location: Url,
    /// Bytes that the registry has.
    at: u64,
    /// Bytes that were handed over since; how many of them it got is not known.
    sent: u64,
}

/// What the registry says when an upload is begun.
enum Begun {
    Mounted,
    Upload(Upload),
}

impl Push {
    pub(super) fn new(place: &Place, source: &Source) -> Self {
        let repository = place.image.repository();
        let mount = match source {
            Source::Registry(from) if from.image.host() == place.image.host() => {
                let from = from.image.repository();
                (from != repository).then(|| from.to_owned())
            }
            _ => None,
        };
        Self {
            scope: format!("repository:{repository}:pull,push"),
            place: place.clone(),
            mount,
        }
    }

    fn url(&self, path: &str) -> Url {
        let repository = self.place.image.repository();
        self.place.reader.url(&format!("/v2/{repository}/{path}"))
    }

    /// Brings `blob` there, as far as it is not.
    pub(super) async fn fetch(
        &self,
        source: &Source,
        blob: &Blob,
        meter: &Meter<'_>,
    ) -> Result<(), MoveFailure> {
        let mut retry = Retry::default();
        let mut checked = Checked::new(source, blob, meter);
        let (mut upload, mut session) = (None, Session::new(self));
        let (mut reached, mut anew) = (0, 0);
        loop {
            let attempt = self.attempt(&mut upload, &mut session, &mut checked, blob);
            let outcome = attempt.await;
            let failure = match outcome {
                Ok(true) => {
                    // What was sent in vain, because it was there after all.
                    checked.rewind(0);
                    meter.there(blob.size);
                    session.done();
                    return Ok(());
                }
                Ok(false) => {
                    session.done();
                    return Ok(());
                }
                // The source was asked again as often as makes sense.
                Err(failure @ MoveFailure::From(_)) => return Err(failure),
                Err(failure) => failure,
            };
            let at = upload.as_ref().map_or(0, |upload: &Upload| upload.at);
            if anew < ANEW && is_lost(&failure, at) {
                anew += 1;
                upload = None;
                continue;
            }
            let further = at > reached;
            reached = at;
            meter.wait(&mut retry, failure, further).await?;
        }
    }

    /// Uploads as much of `blob` as comes through; `true` where it is there without that.
    async fn attempt(
        &self,
        upload: &mut Option<Upload>,
        session: &mut Session<'_>,
        checked: &mut Checked<'_>,
        blob: &Blob,
    ) -> Result<bool, MoveFailure> {
        if let Some(begun) = upload.take() {
            *upload = self.resume(begun).await?;
        }
        let mut begun = match upload.take() {
            Some(begun) => begun,
            None if self.mount.is_none() && self.has(blob).await? => return Ok(true),
            None => match self.begin(blob).await? {
                Begun::Mounted => return Ok(true),
                Begun::Upload(begun) => begun,
            },
        };
        // Also where it seems to be there: the last attempt may have ended in the middle.
        session.is_at(&begun.location);
        checked.rewind(begun.at);
        let sent = self.send(&begun, checked, blob).await;
        if sent.is_err() {
            begun.sent = checked.given();
            *upload = Some(begun);
        }
        sent.map(|()| false)
    }

    async fn has(&self, blob: &Blob) -> Result<bool, MoveFailure> {
        let url = self.url(&format!("blobs/{}", blob.digest));
        let wanted = Wanted {
            head_only: true,
            ..Wanted::of(&url, &self.scope)
        };
        match self.place.reader.fetch(wanted).await {
            Ok(answer) => {
                let length = answer.headers.get(header::CONTENT_LENGTH);
                let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
                Ok(length.is_none_or(|length| length == blob.size))
            }
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(false),
            Err(failure) => Err(Side::To.failed(failure)),
        }
    }

    async fn begin(&self, blob: &Blob) -> Result<Begun, MoveFailure> {
        if let Some(from) = &self.mount
            && let Some(begun) = self.mounted(blob, from).await?
        {
            return Ok(begun);
        }
        let url = self.url("blobs/uploads/");
        let answer = self.change(Method::POST, &url, &self.scope).await?;
        upload_of(&answer).map(Begun::Upload)
    }

    /// Asks for a blob of another repository; `None` where that may not be asked for.
    async fn mounted(&self, blob: &Blob, from: &str) -> Result<Option<Begun>, MoveFailure> {
        let mut url = self.url("blobs/uploads/");
        url.query_pairs_mut()
            .append_pair("mount", blob.digest.as_str())
            .append_pair("from", from);
        let scope = format!("{} repository:{from}:pull", self.scope);
        match self.change(Method::POST, &url, &scope).await {
            Ok(answer) if answer.status == StatusCode::CREATED => Ok(Some(Begun::Mounted)),
            Ok(answer) => upload_of(&answer).map(Begun::Upload).map(Some),
            Err(failure) if failure.can_retry() => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// How far an upload is that was broken off; `None` where the registry has forgotten it.
    async fn resume(&self, upload: Upload) -> Result<Option<Upload>, MoveFailure> {
        match self
            .change(Method::GET, &upload.location, &self.scope)
            .await
        {
            Ok(answer) => {
                let range = answer.headers.get(header::RANGE);
                let at = range.and_then(|range| received(range.to_str().ok()?));
                // Where it has more than was sent, it is not the same upload.
                let at = at.filter(|at| *at <= upload.sent);
                Ok(at.and_then(|at| {
                    let begun = upload_of(&answer).ok();
                    let location = begun.map_or(upload.location, |begun| begun.location);
                    let sent = at;
                    Some(Upload { location, at, sent }).filter(|_| at > 0)
                }))
            }
            Err(failure) if failure.can_retry() => Err(failure),
            Err(_) => Ok(None),
        }
    }

    async fn send(
        &self,
        upload: &Upload,
        checked: &mut Checked<'_>,
        blob: &Blob,
    ) -> Result<(), MoveFailure> {
        let mut url = upload.location.clone();
        url.query_pairs_mut()
            .append_pair("digest", blob.digest.as_str());
        if !self.place.reader.is_known(&self.scope) {
            // The body can be sent once only, so the token must be there before.
            self.change(Method::GET, &upload.location, &self.scope)
                .await?;
        }
        let left = blob.size - upload.at;
        let (feed, body) = Outgoing::channel(left);
        let extra = extra(Method::PUT, upload.at, blob.size);
        let wanted = Wanted::of(&url, &self.scope);
        let pushing = self.place.reader.push(wanted, &extra, body);
        tokio::pin!(pushing);
        let pushed = tokio::select! {
            biased;
            early = &mut pushing => early,
            fed = feed_all(feed, checked) => {
                fed?;
                let answer = timeout(ANSWER, &mut pushing).await;
                answer.unwrap_or_else(|_| Err(silence("no answer to the blob")))
            }
        };
        let (answer, pass) = pushed.map_err(|failure| Side::To.failed(failure))?;
        if answer.status == StatusCode::UNAUTHORIZED {
            // The token has ended meanwhile: the next attempt gets another one.
            return Err(Side::To.failed(silence("the token has ended")));
        }
        let done = self.place.reader.success(answer, &pass).await;
        done.map(drop).map_err(|failure| Side::To.failed(failure))
    }

    /// The answer to a request without a body, which is a success.
    async fn change(&self, method: Method, url: &Url, scope: &str) -> Result<Answer, MoveFailure> {
        let extra = Extra {
            headers: HeaderMap::from_iter([(header::CONTENT_LENGTH, 0.into())]),
            method: Some(method),
        };
        let reader = &self.place.reader;
        let asked = reader.change(Wanted::of(url, scope), &extra, Bytes::new());
        let (answer, pass) = asked.await.map_err(|failure| Side::To.failed(failure))?;
        let answer = reader.success(answer, &pass).await;
        answer.map_err(|failure| Side::To.failed(failure))
    }
}

/// The upload that `answer` speaks of; only the same registry can have it.
fn upload_of(answer: &Answer) -> Result<Upload, MoveFailure> {
    let location = answer.headers.get(header::LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let location = location.and_then(|location| answer.url.join(location).ok());
    let mut location = location.ok_or_else(|| astray(answer, "it names no place to upload to"))?;
    // What a proxy with TLS before a registry without it gets wrong.
    if answer.url.scheme() == "https" && location.host() == answer.url.host() {
        let _ = location.set_scheme("https");
    }
    let plain = location.username().is_empty() && location.password().is_none();
    if location.origin() != answer.url.origin() || !plain {
        return Err(astray(answer, "it names another host to upload to"));
    }
    Ok(Upload {
        location,
        at: 0,
        sent: 0,
    })
}

/// Whether the registry does not know the upload any more, or not as it was: it may be another
/// process than before. `at` says how much of it was sent by earlier attempts.
fn is_lost(failure: &MoveFailure, at: u64) -> bool {
    let MoveFailure::To(Failure { status, .. }) = failure else {
        return false;
    };
    matches!(status, Some(404 | 416)) || (*status == Some(400) && at > 0)
}

/// Hands over all that is left of a blob, as fast as it is taken.
async fn feed_all(feed: net::Feed, checked: &mut Checked<'_>) -> Result<(), MoveFailure> {
    while let Some(batch) = checked.next().await? {
        for piece in batch {
            let taken = timeout(STALL, feed.send(piece)).await;
            match taken {
                Ok(true) => {}
                // The answer, or the failure, has come before the end.
                Ok(false) => return Ok(()),
                Err(_) => return Err(Side::To.failed(silence("it takes no more of the blob"))),
            }
        }
    }
    Ok(())
}

fn extra(method: Method, from: u64, size: u64) -> Extra {
    let binary = header::HeaderValue::from_static("application/octet-stream");
    let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, binary)]);
    if size == 0 {
        headers.insert(header::CONTENT_LENGTH, 0.into());
    }
    if from > 0 {
        let range = header::HeaderValue::from_str(&format!("{from}-{}", size - 1));
        headers.extend(range.ok().map(|range| (header::CONTENT_RANGE, range)));
    }
    Extra {
        method: Some(method),
        headers,
    }
}

/// How many bytes a header `Range` says were received, like `0-99`.
fn received(range: &str) -> Option<u64> {
    let range = range.trim().trim_start_matches("bytes=");
    let (first, last) = range.split_once('-')?;
    let last: u64 = last.parse().ok()?;
    // One byte and none look the same; nothing is lost with one byte.
    (first == "0").then(|| if last == 0 { 0 } else { last + 1 })
}

fn silence(raw: &str) -> Failure {
    Failure::new(FailureKind::Registry(net::FailureKind::TimedOut), raw)
}

fn astray(answer: &Answer, raw: &str) -> MoveFailure {
    let kind = FailureKind::Registry(net::FailureKind::BadRedirect);
    Side::To.failed(Failure::about(answer, kind, raw))
}

/// Whether `digest` is what the registry says it has stored, as far as it says that.
fn is_said(answer: &Answer, digest: &Digest) -> bool {
    let said = answer.headers.get("docker-content-digest");
    let said = said.and_then(|said| Digest::parse(said.to_str().ok()?).ok());
    said.is_none_or(|said| said.algorithm() != digest.algorithm() || said == *digest)
}

#[cfg(test)]
mod tests {
    use super::received;

    #[test]
    fn what_a_registry_has_received_is_understood() {
        for (range, bytes) in [
            ("0-99", Some(100)),
            ("bytes=0-99", Some(100)),
            ("0-0", Some(0)),
            ("5-99", None),
            ("", None),
            ("0-x", None),
        ] {
            assert_eq!(received(range), bytes, "{range}");
        }
    }
}
