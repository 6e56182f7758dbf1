//! Google's own tool, for those who have signed in with it and no further.

use jiff::Timestamp;
use registrar_registry::Secret;
use serde::Deserialize;

use crate::oauth::Granted;
use crate::program;
use crate::wire::Wire;

const TOOL: &str = if cfg!(windows) {
    "gcloud.cmd"
} else {
    "gcloud"
};

#[derive(Deserialize)]
struct Printed {
    credential: Credential,
}

#[derive(Deserialize)]
struct Credential {
    access_token: Secret,
    token_expiry: Option<String>,
}

/// The token that `gcloud` gives; `None` where it is not there or nobody is signed in.
pub(crate) async fn granted(wire: &Wire) -> Option<Granted> {
    let arguments = ["config", "config-helper", "--format=json(credential)"];
    let arguments: Vec<String> = arguments.map(str::to_owned).into();
    let output = program::output(&wire.machine, TOOL, &arguments)
        .await
        .ok()?;
    let found = serde_json::from_slice::<Printed>(output.expose())
        .ok()?
        .credential;
    let end = found
        .token_expiry
        .and_then(|end| end.parse::<Timestamp>().ok());
    let lasts = end.map(|end| end.as_second() - wire.machine.now().as_second());
    Some(Granted::new(found.access_token, lasts))
}
