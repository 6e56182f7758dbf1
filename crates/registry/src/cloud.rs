//! Signing in with a cloud's own credentials.

mod ecr;
mod role;

use std::fmt;
use std::str::FromStr;

use crate::{ContainerHost, Provider};

pub use ecr::EcrHost;
pub use role::{AwsRole, RoleError};

/// The most characters of a tenant.
const MAX_TENANT: usize = 255;

/// Whose credentials a registry takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cloud {
    /// Amazon's: ECR and ECR Public.
    Aws,
    /// Microsoft's: Azure Container Registry.
    Azure,
    /// Google's: Artifact Registry and `gcr.io`.
    Google,
}

impl Cloud {
    /// The cloud that the registry at `host` belongs to, by its whole name: one that only looks
    /// like it, or has a port of its own, is nobody's. What a person calls a registry does not
    /// count, because a cloud's token goes there.
    pub fn of(host: &ContainerHost) -> Option<Self> {
        match Provider::of(host) {
            Provider::Ecr | Provider::EcrPublic => Some(Self::Aws),
            Provider::Acr => Some(Self::Azure),
            Provider::Google => Some(Self::Google),
            _ => None,
        }
    }

    /// The user of its tokens.
    pub fn user(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "00000000-0000-0000-0000-000000000000",
            Self::Google => "oauth2accesstoken",
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Azure => "Azure",
            Self::Google => "Google Cloud",
        }
    }
}

/// From what the short-lived tokens of a registry are made. As text: `aws_machine` and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloudWay {
    /// From what AWS's own tools have on this computer.
    AwsMachine,
    /// From an access key: the user is its id, the secret its secret, and on a second line its
    /// session token where it is a temporary one.
    AwsKeys,
    /// From what Azure's own tools have on this computer.
    AzureMachine,
    /// From a service principal: the user is its application's id, the secret its client secret.
    AzurePrincipal,
    /// From what Google's own tools have on this computer.
    GoogleMachine,
}

/// The text is none of the ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the credentials must be one of aws_machine, aws_keys, azure_machine, azure_principal and google_machine"
)]
pub struct CloudWayError;

impl CloudWay {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::AwsMachine,
        Self::AwsKeys,
        Self::AzureMachine,
        Self::AzurePrincipal,
        Self::GoogleMachine,
    ];

    /// The way as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwsMachine => "aws_machine",
            Self::AwsKeys => "aws_keys",
            Self::AzureMachine => "azure_machine",
            Self::AzurePrincipal => "azure_principal",
            Self::GoogleMachine => "google_machine",
        }
    }

    /// The only cloud whose registries it is for.
    pub fn cloud(self) -> Cloud {
        match self {
            Self::AwsMachine | Self::AwsKeys => Cloud::Aws,
            Self::AzureMachine | Self::AzurePrincipal => Cloud::Azure,
            Self::GoogleMachine => Cloud::Google,
        }
    }

    /// Whether it takes a secret that the person enters.
    pub fn has_secret(self) -> bool {
        matches!(self, Self::AwsKeys | Self::AzurePrincipal)
    }
}

impl FromStr for CloudWay {
    type Err = CloudWayError;

    fn from_str(text: &str) -> Result<Self, CloudWayError> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or(CloudWayError)
    }
}

impl fmt::Display for CloudWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How short-lived tokens are got for one registry; no secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CloudSignIn {
    /// From what.
    pub way: CloudWay,
    /// The profile of AWS's configuration, where it is not the default one.
    pub profile: Option<String>,
    /// The role to take on, at AWS.
    pub role: Option<AwsRole>,
    /// The directory of a service principal, at Azure: a GUID or a domain.
    pub tenant: Option<String>,
}

/// The text is no directory of Azure's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "A tenant is an id like 72f988bf-86f1-41af-91ab-2d7cd011db47, or a domain like contoso.onmicrosoft.com."
)]
pub struct TenantError;

impl CloudSignIn {
    /// That `way` without anything else.
    pub fn new(way: CloudWay) -> Self {
        Self {
            way,
            profile: None,
            role: None,
            tenant: None,
        }
    }

    /// Checks a tenant as it was typed, which becomes a part of an address.
    ///
    /// # Errors
    /// [`TenantError`] for anything but letters, digits, hyphens and single dots.
    pub fn tenant(text: &str) -> Result<String, TenantError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let label = |label: &str| !label.is_empty() && label.chars().all(plain);
        let text = text.trim();
        if text.len() <= MAX_TENANT && text.split('.').all(label) {
            Ok(text.to_ascii_lowercase())
        } else {
            Err(TenantError)
        }
    }
}

#[cfg(test)]
mod tests;
