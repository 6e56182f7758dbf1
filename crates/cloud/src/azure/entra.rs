//! Entra: who a person, a program or a machine is.

use registrar_net::{HeaderMap, Method};
use registrar_registry::{Cloud, CloudSignIn, Secret};
use url::Url;

use super::Place;
use crate::failure::{Failure, FailureKind};
use crate::oauth::{Granted, form, granted, post};
use crate::program::{self, Trouble};
use crate::wire::{Call, Wire, put};

/// Azure's own tool.
const TOOL: &str = if cfg!(windows) { "az.cmd" } else { "az" };
/// Where an instance is told who it is.
const INSTANCE: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

/// A program that has an identity of its own.
pub(crate) struct Principal {
    pub(crate) tenant: String,
    /// The application's id.
    pub(crate) id: String,
    pub(crate) secret: Secret,
}

/// The Entra token of a service principal.
pub(crate) async fn principal(
    wire: &Wire,
    place: &Place,
    principal: &Principal,
) -> Result<Secret, Failure> {
    let tenant = CloudSignIn::tenant(&principal.tenant);
    let address = tenant
        .map(|tenant| format!("https://{}/{tenant}/oauth2/v2.0/token", place.authority))
        .map_err(|error| error.to_string());
    let url = address.and_then(|text| Url::parse(&text).map_err(|error| error.to_string()));
    let url = url.map_err(|raw| Failure::new(Cloud::Azure, FailureKind::Refused, raw))?;
    let scope = format!("{}/.default", place.resource);
    let body = form(&[
        ("client_id", principal.id.as_bytes()),
        ("client_secret", principal.secret.expose()),
        ("grant_type", b"client_credentials"),
        ("scope", scope.as_bytes()),
    ]);
    let answer = post(wire, Cloud::Azure, url, &body).await?;
    Ok(granted(Cloud::Azure, &answer)?.access_token)
}

/// The Entra token that this computer can get: by its environment, by Azure's own tool, or as an
/// instance that has an identity.
pub(crate) async fn machine(wire: &Wire, place: &Place) -> Result<Secret, Failure> {
    if let Some(known) = environment(wire) {
        return principal(wire, place, &known).await;
    }
    match tool(wire, place).await {
        Ok(token) => Ok(token),
        Err(failure) => match instance(wire, place).await {
            Some(token) => Ok(token),
            None => Err(failure),
        },
    }
}

fn environment(wire: &Wire) -> Option<Principal> {
    Some(Principal {
        tenant: wire.machine.variable("AZURE_TENANT_ID")?,
        id: wire.machine.variable("AZURE_CLIENT_ID")?,
        secret: Secret::new(wire.machine.variable("AZURE_CLIENT_SECRET")?),
    })
}

/// The token that `az account get-access-token` gives.
async fn tool(wire: &Wire, place: &Place) -> Result<Secret, Failure> {
    let arguments = [
        "account",
        "get-access-token",
        "--output",
        "json",
        "--resource",
        place.resource,
    ];
    let arguments: Vec<String> = arguments.map(str::to_owned).into();
    let fail = |kind, raw: String| Failure::new(Cloud::Azure, kind, raw);
    let output = program::output(&wire.machine, TOOL, &arguments).await;
    let output = output.map_err(|trouble| match trouble {
        Trouble::Missing => fail(
            FailureKind::NoCredentials,
            "neither the environment, nor az, nor an instance has any".to_owned(),
        ),
        Trouble::Failed(why) => {
            fail(FailureKind::SignInEnded, format!("az gave no token: {why}")).about("az login")
        }
    })?;
    let found = serde_json::from_slice::<Granted>(output.expose());
    found.map(|found| found.access_token).map_err(|_| {
        let raw = "it printed something else than a token".to_owned();
        fail(FailureKind::ProgramFailed, raw).about(TOOL)
    })
}

/// The token of the instance that this runs on; `None` where it runs on none.
async fn instance(wire: &Wire, place: &Place) -> Option<Secret> {
    let mut url = Url::parse(INSTANCE).ok()?;
    url.query_pairs_mut()
        .append_pair("api-version", "2019-08-01")
        .append_pair("resource", place.resource);
    let mut headers = HeaderMap::new();
    put(&mut headers, "metadata", "true");
    let call = Call {
        url,
        method: Method::GET,
        headers,
        body: None,
    };
    let answer = wire.send_near(Cloud::Azure, call).await.ok()?;
    Some(granted(Cloud::Azure, &answer).ok()?.access_token)
}
