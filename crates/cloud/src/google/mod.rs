//! Google: access tokens from this computer's application-default credentials.

mod account;
mod file;
mod tool;

use jiff::SignedDuration;
use registrar_net::{HeaderMap, Method};
use registrar_registry::Cloud;
use url::Url;

use crate::failure::{Failure, FailureKind};
use crate::oauth::{Granted, granted};
use crate::token::Token;
use crate::wire::{Call, Wire, put};

/// Where an instance is told who it is.
const INSTANCE: &str = "metadata.google.internal";
const INSTANCE_PATH: &str = "computeMetadata/v1/instance/service-accounts/default/token";

#[doc(hidden)]
pub use file::understand_bytes;

/// A token for all of Google's registries.
pub(crate) async fn token(wire: &Wire) -> Result<Token, Failure> {
    let obtained = wire.machine.now();
    let found = match file::granted(wire).await? {
        Some(found) => Some(found),
        None => match tool::granted(wire).await {
            Some(found) => Some(found),
            None => instance(wire).await,
        },
    };
    let found = found.ok_or_else(|| {
        let raw = "neither a file, nor gcloud, nor an instance has any";
        Failure::new(Cloud::Google, FailureKind::NoCredentials, raw)
    })?;
    Ok(Token {
        user: Cloud::Google.user(),
        obtained,
        expires: obtained + SignedDuration::from_secs(found.lasts()),
        secret: found.access_token,
    })
}

/// The token of the instance that this runs on; `None` where it runs on none.
async fn instance(wire: &Wire) -> Option<Granted> {
    let host = wire.machine.variable("GCE_METADATA_HOST");
    let host = host.as_deref().unwrap_or(INSTANCE);
    let mut headers = HeaderMap::new();
    put(&mut headers, "metadata-flavor", "Google");
    let call = Call {
        url: Url::parse(&format!("http://{host}/{INSTANCE_PATH}")).ok()?,
        method: Method::GET,
        headers,
        body: None,
    };
    let answer = wire.send_near(Cloud::Google, call).await.ok()?;
    granted(Cloud::Google, &answer).ok()
}
