//! Azure: from an Entra token to a refresh token of the registry.

mod entra;

use jiff::SignedDuration;
use registrar_net::clean;
use registrar_registry::{Cloud, CloudWay, ContainerHost, Secret};
use serde::Deserialize;
use url::Url;

use crate::clouds::Ask;
use crate::failure::{Failure, FailureKind};
use crate::jwt;
use crate::oauth::{form, post};
use crate::token::Token;
use crate::wire::{Wire, json};

/// How long a refresh token is good that does not say it.
const LASTS: SignedDuration = SignedDuration::from_hours(3);

/// One of Azure's clouds: the common one, China's and the American government's.
pub(crate) struct Place {
    /// Who signs people and programs in.
    pub(crate) authority: &'static str,
    /// What the tokens are for: all registries of that cloud.
    pub(crate) resource: &'static str,
}

impl Place {
    fn of(host: &ContainerHost) -> Self {
        let (authority, resource) = match host.name().rsplit('.').next() {
            Some("cn") => (
                "login.chinacloudapi.cn",
                "https://containerregistry.azure.cn",
            ),
            Some("us") => (
                "login.microsoftonline.us",
                "https://containerregistry.azure.us",
            ),
            _ => (
                "login.microsoftonline.com",
                "https://containerregistry.azure.net",
            ),
        };
        Self {
            authority,
            resource,
        }
    }
}

#[derive(Deserialize)]
struct Exchanged {
    refresh_token: Secret,
}

/// A token for the registry of `ask`.
pub(crate) async fn token(wire: &Wire, ask: &Ask) -> Result<Token, Failure> {
    let place = Place::of(&ask.host);
    let entra = match ask.sign_in.way {
        CloudWay::AzurePrincipal => entra::principal(wire, &place, &entered(ask)?).await?,
        _ => entra::machine(wire, &place).await?,
    };
    exchange(wire, &ask.host, &entra).await
}

/// The service principal that the person entered.
fn entered(ask: &Ask) -> Result<entra::Principal, Failure> {
    let (tenant, id) = (ask.sign_in.tenant.clone(), ask.user.clone());
    let missing = || {
        let raw = "tenant, application ID or client secret is missing";
        Failure::new(Cloud::Azure, FailureKind::Refused, raw)
    };
    Ok(entra::Principal {
        tenant: tenant.ok_or_else(missing)?,
        id: id.ok_or_else(missing)?,
        secret: ask.secret.clone().ok_or_else(missing)?,
    })
}

/// Shows the Entra token to the registry itself, which gives its own for it.
async fn exchange(wire: &Wire, host: &ContainerHost, entra: &Secret) -> Result<Token, Failure> {
    let obtained = wire.machine.now();
    let address = format!("https://{}/oauth2/exchange", host.name());
    let bad = |raw: String| Failure::new(Cloud::Azure, FailureKind::BadAnswer, raw);
    let url = Url::parse(&address).map_err(|error| bad(error.to_string()))?;
    let body = form(&[
        ("grant_type", b"access_token"),
        ("service", host.name().as_bytes()),
        ("access_token", entra.expose()),
    ]);
    let answer = post(wire, Cloud::Azure, url, &body).await?;
    if !answer.status.is_success() {
        let kind = match answer.status.as_u16() {
            401 | 403 => FailureKind::NotAllowed,
            429 | 500.. => FailureKind::Unreachable,
            _ => FailureKind::BadAnswer,
        };
        let raw = clean(
            &format!("HTTP status {} at the exchange", answer.status),
            200,
        );
        return Err(Failure::new(Cloud::Azure, kind, raw));
    }
    let token = json::<Exchanged>(Cloud::Azure, &answer)?.refresh_token;
    if token.is_empty() {
        return Err(bad("the refresh token is empty".to_owned()));
    }
    Ok(Token {
        user: Cloud::Azure.user(),
        expires: jwt::end(&token).unwrap_or(obtained + LASTS),
        secret: token,
        obtained,
    })
}
