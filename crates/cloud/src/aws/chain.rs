//! Where AWS's own tools look for credentials, in their order: the environment, the profile, a
//! container's or an instance's role.

use registrar_registry::{Cloud, Secret};

use super::keys::AccessKey;
use super::profile::{Files, Profile};
use super::{Place, export, near, process, sso, sts};
use crate::failure::{Failure, FailureKind};
use crate::machine::{Machine, read};
use crate::wire::Wire;

/// How many profiles may lead from one to the next.
const MAX_PROFILES: usize = 5;
const DEFAULT: &str = "default";

/// The access key that this computer has. A profile that is named goes before the environment.
pub(crate) async fn find(
    wire: &Wire,
    place: &Place<'_>,
    profile: Option<&str>,
) -> Result<AccessKey, Failure> {
    let machine = &wire.machine;
    let named = profile
        .map(str::to_owned)
        .or_else(|| machine.variable("AWS_PROFILE"))
        .or_else(|| machine.variable("AWS_DEFAULT_PROFILE"));
    if named.is_none()
        && let Some(key) = environment(machine)
    {
        return Ok(key);
    }
    let files = Files::load(machine).await?;
    let name = named.as_deref().unwrap_or(DEFAULT);
    match files.profile(name) {
        Some(profile) => {
            let found = Box::pin(of_profile(wire, place, &files, &profile, 0)).await?;
            if let Some(key) = found {
                return key.still_good(machine.now());
            }
        }
        None if named.is_some() => return Err(no_profile(name)),
        None => {}
    }
    of_surroundings(wire, place).await
}

fn environment(machine: &Machine) -> Option<AccessKey> {
    Some(AccessKey {
        id: machine.variable("AWS_ACCESS_KEY_ID")?,
        secret: Secret::new(machine.variable("AWS_SECRET_ACCESS_KEY")?),
        session: machine.variable("AWS_SESSION_TOKEN").map(Secret::new),
        expires: None,
    })
}

fn no_profile(name: &str) -> Failure {
    let about = format!("it has no profile {name}");
    Failure::new(Cloud::Aws, FailureKind::BadConfiguration, about.clone()).about(about)
}

/// What `profile` says; `None` where it says nothing about credentials.
async fn of_profile(
    wire: &Wire,
    place: &Place<'_>,
    files: &Files,
    profile: &Profile,
    depth: usize,
) -> Result<Option<AccessKey>, Failure> {
    if depth >= MAX_PROFILES {
        return Err(profile.bad("leads to itself, or over more than five others"));
    }
    if let Some(role) = profile.get("role_arn") {
        return of_role(wire, place, files, profile, role, depth)
            .await
            .map(Some);
    }
    if let Some(key) = sso::key(wire, files, profile).await? {
        return Ok(Some(key));
    }
    if let Some(key) = profile.key() {
        return Ok(Some(key));
    }
    if let Some(command) = profile.get("credential_process") {
        return process::key(&wire.machine, command).await.map(Some);
    }
    if profile.get("login_session").is_some() {
        return export::key(&wire.machine, profile).await.map(Some);
    }
    Ok(None)
}

/// The temporary key of the role that a profile names.
async fn of_role(
    wire: &Wire,
    place: &Place<'_>,
    files: &Files,
    profile: &Profile,
    role: &str,
    depth: usize,
) -> Result<AccessKey, Failure> {
    if let Some(file) = profile.get("web_identity_token_file") {
        return with_token_file(wire, place, role, file).await;
    }
    if profile.get("mfa_serial").is_some() {
        // The code is asked for in a terminal; AWS's own tool keeps what it got for it.
        return export::key(&wire.machine, profile).await;
    }
    let base = base(wire, place, files, profile, depth).await?;
    let assume = sts::Assume {
        role,
        external_id: profile.get("external_id"),
        session_name: profile.get("role_session_name").unwrap_or("registrar"),
    };
    sts::assume(wire, place, &base, &assume).await
}

/// Who takes on the role.
async fn base(
    wire: &Wire,
    place: &Place<'_>,
    files: &Files,
    profile: &Profile,
    depth: usize,
) -> Result<AccessKey, Failure> {
    if let Some(source) = profile.get("source_profile") {
        if source == profile.name {
            return profile.key().ok_or_else(|| profile.bad("leads to itself"));
        }
        let source = files.profile(source).ok_or_else(|| no_profile(source))?;
        let found = Box::pin(of_profile(wire, place, files, &source, depth + 1)).await?;
        return found.ok_or_else(|| source.bad("has no credentials"));
    }
    let found = match profile.get("credential_source") {
        Some("Environment") => environment(&wire.machine),
        Some("EcsContainer") => near::container(wire).await?,
        Some("Ec2InstanceMetadata") => near::instance(wire).await?,
        Some(_) => return Err(profile.bad("has a credential_source that nobody knows")),
        None => {
            return Err(profile.bad("has a role, and neither source_profile nor credential_source"));
        }
    };
    found.ok_or_else(|| profile.bad("has a credential_source that has no credentials"))
}

async fn with_token_file(
    wire: &Wire,
    place: &Place<'_>,
    role: &str,
    file: &str,
) -> Result<AccessKey, Failure> {
    let bad = |what: String| {
        Failure::new(Cloud::Aws, FailureKind::BadConfiguration, what.clone()).about(what)
    };
    let token = read(file.as_ref()).await.map_err(bad)?;
    let token = token.ok_or_else(|| bad(format!("there is no file {file}")))?;
    sts::assume_with_token(wire, place, role, &token).await
}

/// What a container or an instance gives to the programs on it.
async fn of_surroundings(wire: &Wire, place: &Place<'_>) -> Result<AccessKey, Failure> {
    let machine = &wire.machine;
    let role = machine.variable("AWS_ROLE_ARN");
    if let (Some(role), Some(file)) = (role, machine.variable("AWS_WEB_IDENTITY_TOKEN_FILE")) {
        return with_token_file(wire, place, &role, &file).await;
    }
    if let Some(key) = near::container(wire).await? {
        return Ok(key);
    }
    let raw = "neither the environment, nor a profile, nor a container or instance has any";
    let found = near::instance(wire).await?;
    found.ok_or_else(|| Failure::new(Cloud::Aws, FailureKind::NoCredentials, raw))
}
