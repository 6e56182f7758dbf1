//! The roles of containers and instances, which answer on the machine or its link.

use registrar_net::{HeaderMap, Method};
use registrar_registry::{Cloud, Secret};
use url::Url;

use super::keys::{AccessKey, Given};
use crate::failure::{Failure, FailureKind};
use crate::machine::read;
use crate::wire::{Call, Wire, put, put_secret};

const CONTAINER: &str = "http://169.254.170.2";
const INSTANCE: &str = "http://169.254.169.254";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";

/// The key of the container that this runs in; `None` where it runs in none.
pub(crate) async fn container(wire: &Wire) -> Result<Option<AccessKey>, Failure> {
    let machine = &wire.machine;
    let full = machine.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    let relative = machine.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let Some(address) = relative.map(|path| format!("{CONTAINER}{path}")).or(full) else {
        return Ok(None);
    };
    let bad = |what: String| {
        Failure::new(Cloud::Aws, FailureKind::BadConfiguration, what.clone()).about(what)
    };
    let url = Url::parse(&address);
    let url =
        url.map_err(|_| bad("AWS_CONTAINER_CREDENTIALS_FULL_URI is no address".to_owned()))?;
    let token = match machine.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(file) => read(file.as_ref()).await.map_err(bad)?,
        None => machine
            .variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
            .map(Secret::new),
    };
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        put_secret(&mut headers, "authorization", token.expose().trim_ascii());
    }
    let answer = wire.send_near(Cloud::Aws, get(url, headers)).await?;
    let raw = format!("HTTP status {}: no key for this container", answer.status);
    let key = Given::read(&answer.body).filter(|_| answer.status.is_success());
    key.map(Some)
        .ok_or_else(|| Failure::new(Cloud::Aws, FailureKind::BadAnswer, raw))
}

/// The key of the instance that this runs on; `None` where it runs on none, or that has no role.
/// Only the second version of the service is asked, which no web page can be tricked into asking.
pub(crate) async fn instance(wire: &Wire) -> Result<Option<AccessKey>, Failure> {
    let machine = &wire.machine;
    let off = machine.variable("AWS_EC2_METADATA_DISABLED");
    if off.is_some_and(|off| off.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let base = machine.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    let base = base.as_deref().unwrap_or(INSTANCE);
    let Ok(base) = Url::parse(base) else {
        return Ok(None);
    };
    let Some(token) = session(wire, &base).await else {
        return Ok(None);
    };
    let Some(role) = text(wire, &base, ROLES, &token).await? else {
        return Ok(None);
    };
    let role = role
        .expose_text()
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    let key = text(wire, &base, &format!("{ROLES}{role}"), &token).await?;
    Ok(key.and_then(|key| Given::read(key.expose())))
}

/// What has to be shown with every question; `None` where nobody answers.
async fn session(wire: &Wire, base: &Url) -> Option<Secret> {
    let mut headers = HeaderMap::new();
    put(&mut headers, "x-aws-ec2-metadata-token-ttl-seconds", "60");
    let call = Call {
        method: Method::PUT,
        ..get(base.join("latest/api/token").ok()?, headers)
    };
    let answer = wire.send_near(Cloud::Aws, call).await.ok()?;
    answer.status.is_success().then(|| Secret::new(answer.body))
}

async fn text(
    wire: &Wire,
    base: &Url,
    path: &str,
    token: &Secret,
) -> Result<Option<Secret>, Failure> {
    let Ok(url) = base.join(path) else {
        return Ok(None);
    };
    let mut headers = HeaderMap::new();
    put_secret(&mut headers, "x-aws-ec2-metadata-token", token.expose());
    let answer = wire.send_near(Cloud::Aws, get(url, headers)).await?;
    Ok(answer.status.is_success().then(|| Secret::new(answer.body)))
}

fn get<'a>(url: Url, headers: HeaderMap) -> Call<'a> {
    Call {
        url,
        method: Method::GET,
        headers,
        body: None,
    }
}
