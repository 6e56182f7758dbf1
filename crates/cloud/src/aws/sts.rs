//! STS: taking on a role.

use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::Event;
use registrar_net::{Answer, HeaderMap, Method};
use registrar_registry::{AwsRole, Cloud, Secret};

use super::keys::AccessKey;
use super::refusal::{self, Refusal};
use super::sigv4::Signing;
use super::{Place, endpoint};
use crate::failure::{Failure, FailureKind};
use crate::oauth::form;
use crate::wire::{Call, Wire, put};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const VERSION: &str = "2011-06-15";
/// What the log of the role's owner calls us.
const SESSION_NAME: &str = "registrar";

/// Which role, as whom.
pub(crate) struct Assume<'a> {
    pub(crate) role: &'a str,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) session_name: &'a str,
}

impl<'a> Assume<'a> {
    pub(crate) fn of(role: &'a AwsRole) -> Self {
        Self {
            role: role.arn(),
            external_id: role.external_id(),
            session_name: SESSION_NAME,
        }
    }
}

/// The temporary key of a role that `key` takes on.
pub(crate) async fn assume(
    wire: &Wire,
    place: &Place<'_>,
    key: &AccessKey,
    assume: &Assume<'_>,
) -> Result<AccessKey, Failure> {
    let mut pairs = pairs("AssumeRole", assume.role, assume.session_name);
    if let Some(external_id) = assume.external_id {
        pairs.push(("ExternalId", external_id.as_bytes()));
    }
    let body = form(&pairs);
    ask(wire, place, Some(key), &body, assume.role).await
}

/// The temporary key of a role that a web identity's `token` takes on: nothing is signed.
pub(crate) async fn assume_with_token(
    wire: &Wire,
    place: &Place<'_>,
    role: &str,
    token: &Secret,
) -> Result<AccessKey, Failure> {
    let mut pairs = pairs("AssumeRoleWithWebIdentity", role, SESSION_NAME);
    pairs.push(("WebIdentityToken", token.expose().trim_ascii()));
    let body = form(&pairs);
    ask(wire, place, None, &body, role).await
}

/// What every form of STS has.
fn pairs<'a>(action: &'a str, role: &'a str, session: &'a str) -> Vec<(&'static str, &'a [u8])> {
    vec![
        ("Action", action.as_bytes()),
        ("Version", VERSION.as_bytes()),
        ("RoleArn", role.as_bytes()),
        ("RoleSessionName", session.as_bytes()),
    ]
}

async fn ask(
    wire: &Wire,
    place: &Place<'_>,
    key: Option<&AccessKey>,
    body: &Secret,
    role: &str,
) -> Result<AccessKey, Failure> {
    let host = format!("sts.{}.{}", place.region, place.services);
    let url = endpoint(wire, &host, "sts")?;
    let mut headers = HeaderMap::new();
    put(&mut headers, "content-type", FORM);
    if let Some(key) = key {
        let signing = Signing {
            key,
            region: place.region,
            service: "sts",
            at: wire.machine.now(),
        };
        signing.sign(&Method::POST, &url, body.expose(), &mut headers);
    }
    // STS answers in XML whatever one accepts.
    put(&mut headers, "accept", "text/xml");
    let call = Call {
        url,
        method: Method::POST,
        headers,
        body: Some(body),
    };
    let answer = wire.send(Cloud::Aws, call).await?;
    understand(&answer, role, wire.machine.now())
}

fn understand(answer: &Answer, role: &str, now: Timestamp) -> Result<AccessKey, Failure> {
    let text = std::str::from_utf8(&answer.body).unwrap_or_default();
    if answer.status.is_success() {
        let raw = "there is no key in the answer of STS";
        return key(text).ok_or_else(|| Failure::new(Cloud::Aws, FailureKind::BadAnswer, raw));
    }
    let refusal = Refusal {
        code: element(text, "Code").unwrap_or_default(),
        message: element(text, "Message").unwrap_or_default(),
    };
    let failure = refusal::failure(answer, &refusal, now);
    Err(match failure.kind {
        FailureKind::NotAllowed => Failure {
            kind: FailureKind::RoleRefused,
            ..failure
        }
        .about(role),
        _ => failure,
    })
}

fn key(text: &str) -> Option<AccessKey> {
    Some(AccessKey {
        id: element(text, "AccessKeyId")?,
        secret: Secret::new(element(text, "SecretAccessKey")?),
        session: Some(Secret::new(element(text, "SessionToken")?)),
        expires: element(text, "Expiration").and_then(|time| time.parse().ok()),
    })
}

/// The text in the first element called `name`, which holds nothing else.
fn element(text: &str, name: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if start.local_name().as_ref() == name => {
                let inner = reader.read_text(start.name()).ok()?;
                let inner = quick_xml::escape::unescape(inner.trim()).ok()?;
                return Some(inner.into_owned());
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Reads an answer of STS; says only whether there is a key in it.
#[doc(hidden)]
pub fn understand_text(text: &str) -> bool {
    key(text).is_some()
}
