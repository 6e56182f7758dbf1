//! AWS's single sign-on (IAM Identity Center), as `aws sso login` leaves it.

use jiff::Timestamp;
use registrar_net::{HeaderMap, Method};
use registrar_registry::{Cloud, Secret};
use ring::digest;
use serde::Deserialize;
use url::Url;

use super::export;
use super::keys::AccessKey;
use super::profile::{Files, Profile};
use super::refusal::{self, Refusal};
use super::sigv4::hex;
use crate::failure::{Failure, FailureKind};
use crate::machine::read;
use crate::wire::{Call, Wire, json, put_secret};

/// What `aws sso login` writes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    access_token: Secret,
    expires_at: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answered {
    role_credentials: RoleKey,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleKey {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Secret,
    /// Milliseconds since 1970.
    expiration: i64,
}

/// What a profile says about the sign-on.
struct SignOn<'a> {
    /// By what the file with the token is named.
    name: &'a str,
    region: &'a str,
    account: &'a str,
    role: &'a str,
}

/// What to run to sign in for `profile` again.
pub(crate) fn login(profile: Option<&str>) -> String {
    match profile {
        None | Some("default") => "aws sso login".to_owned(),
        Some(profile) => format!("aws sso login --profile {profile}"),
    }
}

/// The access key of the account and role that `profile` names; `None` where it names none.
pub(crate) async fn key(
    wire: &Wire,
    files: &Files,
    profile: &Profile,
) -> Result<Option<AccessKey>, Failure> {
    let Some(sign_on) = sign_on(files, profile)? else {
        return Ok(None);
    };
    match token(wire, &sign_on, profile).await? {
        Some(token) => ask(wire, &sign_on, &token, profile).await.map(Some),
        // It lasts an hour, and is renewed by the tool that has it.
        None => export::key(&wire.machine, profile).await.map(Some),
    }
}

fn sign_on<'a>(files: &'a Files, profile: &'a Profile) -> Result<Option<SignOn<'a>>, Failure> {
    let (name, region) = if let Some(name) = profile.get("sso_session") {
        let session = files.session(name);
        let session =
            session.ok_or_else(|| profile.bad("names a sso_session that is not there"))?;
        (name, session.get("sso_region").map(String::as_str))
    } else if let Some(start) = profile.get("sso_start_url") {
        (start, profile.get("sso_region"))
    } else {
        return Ok(None);
    };
    let all = (
        region,
        profile.get("sso_account_id"),
        profile.get("sso_role_name"),
    );
    let (Some(region), Some(account), Some(role)) = all else {
        return Err(profile.bad("lacks sso_region, sso_account_id or sso_role_name"));
    };
    if !region
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return Err(profile.bad("has a sso_region that is none"));
    }
    Ok(Some(SignOn {
        name,
        region,
        account,
        role,
    }))
}

/// The token that `aws sso login` has left, while it is good.
async fn token(
    wire: &Wire,
    sign_on: &SignOn<'_>,
    profile: &Profile,
) -> Result<Option<Secret>, Failure> {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, sign_on.name.as_bytes());
    let path = format!(".aws/sso/cache/{}.json", hex(digest.as_ref()));
    let Some(path) = wire.machine.at_home(&path) else {
        return Ok(None);
    };
    let kept = read(&path).await.map_err(|what| profile.bad(&what))?;
    let kept = kept.and_then(|kept| serde_json::from_slice::<Kept>(kept.expose()).ok());
    // Old versions write `UTC` for `Z`.
    let end = |kept: &Kept| {
        kept.expires_at
            .replace("UTC", "Z")
            .parse::<Timestamp>()
            .ok()
    };
    let now = wire.machine.now();
    let good = kept.filter(|kept| end(kept).is_some_and(|end| end > now));
    Ok(good.map(|kept| kept.access_token))
}

async fn ask(
    wire: &Wire,
    sign_on: &SignOn<'_>,
    token: &Secret,
    profile: &Profile,
) -> Result<AccessKey, Failure> {
    let domain = if sign_on.region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    let host = format!(
        "https://portal.sso.{}.{domain}/federation/credentials",
        sign_on.region
    );
    let mut url = Url::parse(&host).map_err(|_| profile.bad("has a sso_region that is none"))?;
    url.query_pairs_mut()
        .append_pair("role_name", sign_on.role)
        .append_pair("account_id", sign_on.account);
    let mut headers = HeaderMap::new();
    put_secret(&mut headers, "x-amz-sso_bearer_token", token.expose());
    let call = Call {
        url,
        method: Method::GET,
        headers,
        body: None,
    };
    let answer = wire.send(Cloud::Aws, call).await?;
    if !answer.status.is_success() {
        let failure = refusal::failure(&answer, &Refusal::default(), wire.machine.now());
        return Err(match answer.status.as_u16() {
            401 => Failure {
                kind: FailureKind::SignInEnded,
                ..failure
            }
            .about(login(Some(&profile.name))),
            403 => Failure {
                kind: FailureKind::RoleRefused,
                ..failure
            }
            .about(sign_on.role),
            _ => failure,
        });
    }
    let found = json::<Answered>(Cloud::Aws, &answer)?.role_credentials;
    Ok(AccessKey {
        id: found.access_key_id,
        secret: found.secret_access_key,
        session: Some(found.session_token),
        expires: Timestamp::from_millisecond(found.expiration).ok(),
    })
}
