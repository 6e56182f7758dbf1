//! The file with application-default credentials.

use std::path::PathBuf;

use registrar_registry::{Cloud, Secret};
use serde::Deserialize;
use url::Url;

use super::account::{self, ServiceAccount};
use crate::failure::{Failure, FailureKind};
use crate::machine::read;
use crate::oauth::{Granted, form, granted as answered, post};
use crate::wire::Wire;

const FILE: &str = "application_default_credentials.json";
const TOKENS: &str = "https://oauth2.googleapis.com/token";
const SIGN_IN: &str = "gcloud auth application-default login";

/// What `gcloud auth application-default login` writes, or a service account's key.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Credentials {
    AuthorizedUser(User),
    ServiceAccount(ServiceAccount),
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct User {
    client_id: String,
    client_secret: Secret,
    refresh_token: Secret,
}

/// The token that the file brings; `None` where there is no file.
pub(crate) async fn granted(wire: &Wire) -> Result<Option<Granted>, Failure> {
    let bad = |what: String| {
        Failure::new(Cloud::Google, FailureKind::BadConfiguration, what.clone()).about(what)
    };
    let named = wire
        .machine
        .variable("GOOGLE_APPLICATION_CREDENTIALS")
        .map(PathBuf::from);
    let Some(path) = named.clone().or_else(|| usual(wire)) else {
        return Ok(None);
    };
    let shown = path.display().to_string();
    let bytes = match read(&path).await.map_err(bad)? {
        Some(bytes) => bytes,
        None if named.is_some() => return Err(bad(format!("there is no file {shown}"))),
        None => return Ok(None),
    };
    // The parser's own message could quote a secret.
    let found: Credentials = serde_json::from_slice(bytes.expose())
        .map_err(|_| bad(format!("{shown} holds no credentials")))?;
    match found {
        Credentials::AuthorizedUser(user) => refresh(wire, &user).await.map(Some),
        Credentials::ServiceAccount(account) => account::granted(wire, &account).await.map(Some),
        Credentials::Other => Err(bad(format!("{shown} holds credentials of another type"))),
    }
}

/// Where the tool puts it.
fn usual(wire: &Wire) -> Option<PathBuf> {
    let machine = &wire.machine;
    if let Some(folder) = machine.variable("CLOUDSDK_CONFIG") {
        return Some(PathBuf::from(folder).join(FILE));
    }
    if cfg!(windows) {
        let folder = machine.variable("APPDATA").map(PathBuf::from)?;
        return Some(folder.join("gcloud").join(FILE));
    }
    machine.at_home(&format!(".config/gcloud/{FILE}"))
}

async fn refresh(wire: &Wire, user: &User) -> Result<Granted, Failure> {
    let body = form(&[
        ("grant_type", b"refresh_token"),
        ("client_id", user.client_id.as_bytes()),
        ("client_secret", user.client_secret.expose()),
        ("refresh_token", user.refresh_token.expose()),
    ]);
    let url = Url::parse(TOKENS);
    let url = url
        .map_err(|error| Failure::new(Cloud::Google, FailureKind::BadAnswer, error.to_string()))?;
    let answer = post(wire, Cloud::Google, url, &body).await?;
    answered(Cloud::Google, &answer).map_err(|failure| match failure.kind {
        FailureKind::SignInEnded => failure.about(SIGN_IN),
        _ => failure,
    })
}

/// Reads such a file; says only whether there are credentials in it.
#[doc(hidden)]
pub fn understand_bytes(bytes: &[u8]) -> bool {
    match serde_json::from_slice(bytes) {
        Ok(Credentials::ServiceAccount(account)) => account.is_usable(),
        Ok(Credentials::AuthorizedUser(_)) => true,
        Ok(Credentials::Other) | Err(_) => false,
    }
}
