//! One bounded question to the cluster.

use std::error::Error as StdError;

use http_body_util::{BodyExt as _, Limited};
use hyper::{Request, Response, StatusCode};
use kube::{Client, client::Body};
use serde::Deserialize;

use crate::{
    error::ClusterError,
    lists::{self, List},
};

/// The most bytes of an answer: 1 MiB.
const MAX_ANSWER: usize = 1024 * 1024;
/// The most characters of what a cluster says of an error.
const MAX_SAID: usize = 300;

/// The list at `path`; `None` where the cluster does not know such lists.
pub(crate) async fn list(client: &Client, path: &str) -> Result<Option<List>, ClusterError> {
    let request = Request::get(path)
        .header("accept", "application/json")
        .body(Body::empty())
        .map_err(|_| ClusterError::kubeconfig("the namespace has characters that none may have"))?;
    let response = client
        .send(request)
        .await
        .map_err(|error| unreachable(&error))?;
    let status = response.status();
    if status == StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let body = body(response).await;
    match status {
        StatusCode::OK => lists::parse(&body?).map(Some),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(ClusterError::Refused {
            status: status.as_u16(),
            said: body.ok().as_deref().and_then(said),
        }),
        _ => Err(ClusterError::Failed {
            status: status.as_u16(),
            said: body.ok().as_deref().and_then(said),
        }),
    }
}

async fn body(response: Response<Body>) -> Result<Vec<u8>, ClusterError> {
    let limited = Limited::new(response.into_body(), MAX_ANSWER);
    match limited.collect().await {
        Ok(collected) => Ok(collected.to_bytes().to_vec()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(ClusterError::Answer {
            message: "it is larger than 1 MiB",
        }),
        Err(error) => Err(ClusterError::Unreachable {
            reason: root(&*error),
        }),
    }
}

fn unreachable(error: &kube::Error) -> ClusterError {
    ClusterError::Unreachable {
        reason: root(error),
    }
}

/// The first cause, which says the most.
fn root(error: &(dyn StdError + 'static)) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    clipped(&cause.to_string())
}

/// What a `Status` of the cluster says.
fn said(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Status {
        message: String,
    }
    let status: Status = serde_json::from_slice(body).ok()?;
    Some(clipped(&status.message))
}

/// One line of at most [`MAX_SAID`] characters.
fn clipped(text: &str) -> String {
    let plain = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    plain.take(MAX_SAID).collect()
}
