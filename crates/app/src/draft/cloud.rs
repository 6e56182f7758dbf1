//! What the form says of signing in with a cloud's own credentials.

use registrar_registry::{self as registry, AwsRole, Cloud, ContainerAddress, RoleError};

use crate::wire::{self, CommandError, ContainerDraft, Field, RegistryDraft, TokenChange};

/// The most characters of a profile's name.
const MAX_PROFILE: usize = 255;

/// The sign-in that the form says, for the registry at `address`; `None` where the secret itself is
/// what the registry takes. `has_token`: whether a token would be stored.
pub(super) fn sign_in(
    draft: &RegistryDraft,
    form: &ContainerDraft,
    address: &ContainerAddress,
    has_token: bool,
) -> Result<Option<registry::CloudSignIn>, CommandError> {
    let Some(typed) = &form.cloud else {
        return Ok(None);
    };
    let way = registry::CloudWay::from(typed.way);
    check_place(draft, form, address, way)?;
    check_secret(draft, form, way, has_token)?;
    Ok(Some(registry::CloudSignIn {
        way,
        profile: profile(typed)?,
        role: role(typed)?,
        tenant: tenant(typed, way)?,
    }))
}

/// A cloud's token goes to that cloud's registries only, and only where the server proves itself.
fn check_place(
    draft: &RegistryDraft,
    form: &ContainerDraft,
    address: &ContainerAddress,
    way: registry::CloudWay,
) -> Result<(), CommandError> {
    let name = way.cloud().name();
    if Cloud::of(address.host()) != Some(way.cloud()) {
        let message =
            format!("Credentials of {name} go to its own registries only, and this is none.");
        return Err(CommandError::invalid(Field::Url, message)
            .hint("Correct the address, or sign in with a user and password."));
    }
    if draft.allow_http || form.insecure {
        let message = format!("Credentials of {name} need a connection that is verified.");
        return Err(CommandError::invalid(Field::Url, message)
            .hint("Choose “Verify its certificate” below."));
    }
    Ok(())
}

/// A secret where the way takes one, and none where it does not.
fn check_secret(
    draft: &RegistryDraft,
    form: &ContainerDraft,
    way: registry::CloudWay,
    has_token: bool,
) -> Result<(), CommandError> {
    let (id, secret) = match way.cloud() {
        Cloud::Aws => ("the access key’s ID", "the secret access key"),
        _ => ("the application’s ID", "the client secret"),
    };
    if !way.has_secret() {
        return match draft.token {
            TokenChange::Set { .. } => Err(CommandError::invalid(
                Field::Token,
                "This computer's own credentials need no secret.",
            )
            .hint("Leave the secret empty, or choose another way to sign in.")),
            TokenChange::Keep | TokenChange::Remove => Ok(()),
        };
    }
    if form.user.trim().is_empty() {
        return Err(CommandError::invalid(Field::User, format!("Enter {id}.")));
    }
    if !has_token {
        return Err(CommandError::invalid(
            Field::Token,
            format!("Enter {secret}."),
        ));
    }
    Ok(())
}

fn profile(typed: &wire::CloudSignIn) -> Result<Option<String>, CommandError> {
    let text = typed.profile.trim();
    let odd = |c: char| c.is_control() || c == '[' || c == ']';
    if text.chars().any(odd) || text.chars().nth(MAX_PROFILE).is_some() {
        let message = "This is no name of a profile.";
        return Err(CommandError::invalid(Field::Profile, message)
            .hint("Write it as it stands in ~/.aws/config after the word profile."));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn role(typed: &wire::CloudSignIn) -> Result<Option<AwsRole>, CommandError> {
    let (role, external_id) = (typed.role.trim(), typed.external_id.trim());
    if role.is_empty() {
        return Ok(None);
    }
    let external_id = Some(external_id).filter(|text| !text.is_empty());
    let role = AwsRole::parse(role, external_id);
    role.map(Some).map_err(|error| {
        let field = match error {
            RoleError::NotARole => Field::Role,
            RoleError::BadExternalId => Field::ExternalId,
        };
        CommandError::invalid(field, error.to_string())
    })
}

fn tenant(
    typed: &wire::CloudSignIn,
    way: registry::CloudWay,
) -> Result<Option<String>, CommandError> {
    if way != registry::CloudWay::AzurePrincipal {
        return Ok(None);
    }
    let tenant = registry::CloudSignIn::tenant(&typed.tenant);
    tenant
        .map(Some)
        .map_err(|error| CommandError::invalid(Field::Tenant, error.to_string()))
}

/// The sign-in of a record as the form has it.
pub(crate) fn form(sign_in: &registry::CloudSignIn) -> wire::CloudSignIn {
    let role = sign_in.role.as_ref();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    wire::CloudSignIn {
        way: sign_in.way.into(),
        profile: text(sign_in.profile.as_deref()),
        role: text(role.map(AwsRole::arn)),
        external_id: text(role.and_then(AwsRole::external_id)),
        tenant: text(sign_in.tenant.as_deref()),
    }
}

macro_rules! same {
    ($from:ty => $to:ty: $($name:ident),* $(,)?) => {
        impl From<$from> for $to {
            fn from(from: $from) -> Self {
                match from { $(<$from>::$name => Self::$name,)* }
            }
        }
    };
}

same!(wire::CloudWay => registry::CloudWay:
    AwsMachine, AwsKeys, AzureMachine, AzurePrincipal, GoogleMachine);
same!(registry::CloudWay => wire::CloudWay:
    AwsMachine, AwsKeys, AzureMachine, AzurePrincipal, GoogleMachine);
same!(Cloud => wire::Cloud: Aws, Azure, Google);
