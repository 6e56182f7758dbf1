//! AWS: from credentials to a token of ECR.

mod chain;
mod ecr;
mod export;
mod ini;
mod keys;
mod near;
mod process;
mod profile;
mod refusal;
mod sigv4;
mod sso;
mod sts;

use registrar_net::Locality;
use registrar_registry::{Cloud, CloudWay, EcrHost, Secret};
use url::Url;

use crate::clouds::Ask;
use crate::failure::{Failure, FailureKind};
use crate::token::Token;
use crate::wire::Wire;

use keys::AccessKey;

/// The region of those whose host has none.
const DEFAULT_REGION: &str = "us-east-1";

/// What reads bytes that others have made, for the fuzz target.
pub(crate) mod parsers {
    pub use super::ecr::understand_bytes as ecr;
    pub use super::ini::sections as ini;
    pub use super::process::words;
    pub use super::sts::understand_text as sts;
}

/// Where the registry's account is, and so where its roles and its API are asked.
struct Place<'a> {
    region: &'a str,
    services: &'static str,
}

impl<'a> Place<'a> {
    fn of(ecr: Option<&EcrHost<'a>>) -> Self {
        match ecr {
            Some(ecr) => Self {
                region: ecr.region(),
                services: ecr.services(),
            },
            None => Self {
                region: DEFAULT_REGION,
                services: "amazonaws.com",
            },
        }
    }
}

/// A token for the registry of `ask`.
pub(crate) async fn token(wire: &Wire, ask: &Ask) -> Result<Token, Failure> {
    let ecr = EcrHost::of(&ask.host);
    let place = Place::of(ecr.as_ref());
    let profile = ask.sign_in.profile.as_deref();
    let key = match ask.sign_in.way {
        CloudWay::AwsKeys => entered(ask)?,
        _ => chain::find(wire, &place, profile).await?,
    };
    let key = match &ask.sign_in.role {
        Some(role) => sts::assume(wire, &place, &key, &sts::Assume::of(role)).await?,
        None => key,
    };
    let fetched = ecr::token(wire, ecr.as_ref(), &key).await;
    fetched.map_err(|failure| ended(failure, ask, profile))
}

/// The access key that the person entered: the secret, and on a second line the session token.
fn entered(ask: &Ask) -> Result<AccessKey, Failure> {
    let text = ask.secret.as_ref().and_then(Secret::expose_text);
    let (Some(id), Some(text)) = (&ask.user, text) else {
        let raw = "the id of the access key or its secret is missing";
        return Err(Failure::new(Cloud::Aws, FailureKind::Refused, raw));
    };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(AccessKey {
        id: id.clone(),
        secret: Secret::new(lines.next().unwrap_or_default()),
        session: lines.next().map(Secret::new),
        expires: None,
    })
}

/// The root of the API of `service` at `host`, or what the environment names in its place, as AWS's
/// own tools take it: by https, or on this computer.
fn endpoint(wire: &Wire, host: &str, service: &str) -> Result<Url, Failure> {
    let variable = format!(
        "AWS_ENDPOINT_URL_{}",
        service.replace('-', "_").to_uppercase()
    );
    let given = wire.machine.variable(&variable);
    let given = given.or_else(|| wire.machine.variable("AWS_ENDPOINT_URL"));
    let ignored = wire.machine.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    let given = given.filter(|_| ignored.as_deref() != Some("true"));
    let text = given.unwrap_or_else(|| format!("https://{host}/"));
    let url = Url::parse(&text).ok().filter(|url| {
        url.scheme() == "https"
            || (url.scheme() == "http" && Locality::of(url) == Locality::Loopback)
    });
    url.map(|url| wire.machine.place(url)).ok_or_else(|| {
        let about = format!("{variable} is no https address");
        Failure::new(Cloud::Aws, FailureKind::BadConfiguration, about.clone()).about(about)
    })
}

/// What has ended is signed in to again where it came from.
fn ended(failure: Failure, ask: &Ask, profile: Option<&str>) -> Failure {
    if failure.kind != FailureKind::SignInEnded || failure.about.is_some() {
        return failure;
    }
    if ask.sign_in.way == CloudWay::AwsKeys {
        return Failure {
            kind: FailureKind::Refused,
            ..failure
        };
    }
    failure.about(sso::login(profile))
}
