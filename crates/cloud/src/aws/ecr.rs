//! `GetAuthorizationToken` of ECR and ECR Public.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use registrar_net::{Answer, HeaderMap, Method};
use registrar_registry::{Cloud, ContainerAddress, EcrHost, Secret};
use serde::Deserialize;
use serde_json::json;

use super::keys::AccessKey;
use super::refusal::{self, Refusal};
use super::sigv4::Signing;
use super::{DEFAULT_REGION, endpoint};
use crate::failure::{Failure, FailureKind};
use crate::token::Token;
use crate::wire::{self, Call, Wire, put};

/// The only user there is.
const USER: &str = "AWS";
const JSON: &str = "application/x-amz-json-1.1";
const TARGET: &str = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
const PUBLIC_TARGET: &str = "SpencerFrontendService.GetAuthorizationToken";

/// A private ECR answers with a list, the public one with an object.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    authorization_data: Data,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Data {
    List(Vec<Authorization>),
    One(Authorization),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Authorization {
    #[serde(rename = "authorizationToken")]
    token: Secret,
    /// Seconds since 1970, with parts of one.
    expires_at: f64,
    proxy_endpoint: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refused {
    #[serde(rename = "__type")]
    kind: String,
    #[serde(alias = "Message")]
    message: String,
}

/// A token for the registry at `host`; for the public one where there is none.
pub(crate) async fn token(
    wire: &Wire,
    host: Option<&EcrHost<'_>>,
    key: &AccessKey,
) -> Result<Token, Failure> {
    let obtained = wire.machine.now();
    let answer = ask(wire, host, key, obtained).await?;
    if !answer.status.is_success() {
        let found: Refused = serde_json::from_slice(&answer.body).unwrap_or_default();
        let refusal = Refusal {
            code: found.kind,
            message: found.message,
        };
        return Err(refusal::failure(&answer, &refusal, wire.machine.now()));
    }
    let answered: Answered = wire::json(Cloud::Aws, &answer)?;
    understand(answered, host, obtained)
}

async fn ask(
    wire: &Wire,
    host: Option<&EcrHost<'_>>,
    key: &AccessKey,
    at: Timestamp,
) -> Result<Answer, Failure> {
    let public = || format!("api.ecr-public.{DEFAULT_REGION}.amazonaws.com");
    let (api, region, target, service) = host.map_or_else(
        || (public(), DEFAULT_REGION, PUBLIC_TARGET, "ecr-public"),
        |host| (host.api(), host.region(), TARGET, "ecr"),
    );
    let url = endpoint(wire, &api, service)?;
    let body = match host {
        Some(host) => json!({ "registryIds": [host.account()] }),
        None => json!({}),
    };
    let body = Secret::new(body.to_string());
    let mut headers = HeaderMap::new();
    put(&mut headers, "content-type", JSON);
    put(&mut headers, "x-amz-target", target);
    let signing = Signing {
        key,
        region,
        service,
        at,
    };
    signing.sign(&Method::POST, &url, body.expose(), &mut headers);
    let call = Call {
        url,
        method: Method::POST,
        headers,
        body: Some(&body),
    };
    wire.send(Cloud::Aws, call).await
}

fn understand(
    answered: Answered,
    host: Option<&EcrHost<'_>>,
    obtained: Timestamp,
) -> Result<Token, Failure> {
    let bad = |raw: &str| Failure::new(Cloud::Aws, FailureKind::BadAnswer, raw);
    let found = match answered.authorization_data {
        Data::List(list) => list.into_iter().next(),
        Data::One(one) => Some(one),
    };
    let found = found.ok_or_else(|| bad("there is no token in it"))?;
    if let Some(host) = host
        && !found
            .proxy_endpoint
            .as_deref()
            .is_some_and(|url| is_same(url, host))
    {
        let raw = "the token is for another registry than the one that was asked for";
        return Err(Failure::new(Cloud::Aws, FailureKind::OtherHost, raw));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what does not fit becomes the last second there is, and that is no time"
    )]
    let expires = Timestamp::from_second(found.expires_at as i64);
    Ok(Token {
        user: USER,
        secret: password(&found.token).ok_or_else(|| bad("the token has another form"))?,
        obtained,
        expires: expires.map_err(|_| bad("its end is no time"))?,
    })
}

/// The password in `AWS:password`, which comes in base64.
fn password(token: &Secret) -> Option<Secret> {
    let plain = Secret::new(STANDARD.decode(token.expose()).ok()?);
    let password = plain.expose().strip_prefix(b"AWS:")?;
    (!password.is_empty()).then(|| Secret::new(password))
}

/// Whether `url` is the registry at `host`, of which FIPS and dual-stack hosts are other names.
fn is_same(url: &str, host: &EcrHost<'_>) -> bool {
    let named = ContainerAddress::parse(url).ok();
    let named = named.as_ref().map(ContainerAddress::host);
    named.and_then(EcrHost::of).is_some_and(|named| {
        (named.account(), named.region(), named.services())
            == (host.account(), host.region(), host.services())
    })
}

/// Reads an answer of the API; says only whether there is a token in it.
#[doc(hidden)]
pub fn understand_bytes(bytes: &[u8]) -> bool {
    let answered = serde_json::from_slice::<Answered>(bytes);
    answered.is_ok_and(|answered| understand(answered, None, Timestamp::UNIX_EPOCH).is_ok())
}
