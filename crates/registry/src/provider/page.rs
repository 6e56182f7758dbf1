//! Where a person makes a token.

use url::Url;

use super::Provider;
use crate::{ContainerHost, EcrHost};

/// Where GitLab makes personal access tokens, filled in.
const GITLAB_TOKENS: &str =
    "/-/user_settings/personal_access_tokens?name=Registrar&scopes=read_registry";

impl Provider {
    /// The registry's host, for those that have only one.
    pub fn registry_host(self) -> Option<&'static str> {
        Some(match self {
            Self::DockerHub => "docker.io",
            Self::Ghcr => "ghcr.io",
            Self::Quay => "quay.io",
            Self::Gitlab => "registry.gitlab.com",
            Self::EcrPublic => "public.ecr.aws",
            Self::DigitalOcean => "registry.digitalocean.com",
            Self::Ecr
            | Self::Google
            | Self::Acr
            | Self::Harbor
            | Self::Jfrog
            | Self::Gitea
            | Self::Generic => return None,
        })
    }

    /// The https page where a person makes a token for the registry at `host`, or for the
    /// provider's own where there is none yet. `None` where nobody can know it.
    pub fn token_page(self, host: Option<&ContainerHost>) -> Option<Url> {
        let fixed = match self {
            Self::DockerHub => "https://app.docker.com/settings/personal-access-tokens",
            // A classic token, because the registry takes no other.
            Self::Ghcr => {
                "https://github.com/settings/tokens/new?scopes=read:packages&description=Registrar"
            }
            Self::Quay => return own_page(host, "/organization", Some("https://quay.io")),
            Self::Gitlab => return gitlab(host),
            Self::Ecr => aws(host)?,
            Self::EcrPublic => AWS,
            Self::Google => "https://console.cloud.google.com/iam-admin/serviceaccounts",
            Self::Acr => azure(host),
            Self::Harbor => return own_page(host, "/harbor/projects", None),
            Self::Jfrog => return own_page(host, "/ui/user_profile", None),
            Self::Gitea => return own_page(host, "/user/settings/applications", None),
            Self::DigitalOcean => "https://cloud.digitalocean.com/account/api/tokens",
            Self::Generic => return None,
        };
        Url::parse(fixed).ok()
    }
}

/// `path` on the host itself, else at `otherwise`.
fn own_page(host: Option<&ContainerHost>, path: &str, otherwise: Option<&str>) -> Option<Url> {
    let root = match host {
        Some(host) => host.api_url(false),
        None => Url::parse(otherwise?).ok()?,
    };
    root.join(path).ok()
}

/// GitLab itself is at another host than its registry, or at another port.
fn gitlab(host: Option<&ContainerHost>) -> Option<Url> {
    let name = host.map_or("gitlab.com", ContainerHost::name);
    let name = name.strip_prefix("registry.").unwrap_or(name);
    let known = name == "gitlab" || name.starts_with("gitlab.");
    let page = known.then(|| format!("https://{name}{GITLAB_TOKENS}"))?;
    Url::parse(&page).ok()
}

/// Amazon's page for one's own access keys.
const AWS: &str = "https://console.aws.amazon.com/iam/home#/security_credentials";

/// Each of Amazon's partitions has a console of its own; those that only few can reach are left
/// out.
fn aws(host: Option<&ContainerHost>) -> Option<&'static str> {
    let Some(ecr) = host.and_then(EcrHost::of) else {
        return Some(AWS);
    };
    match ecr.domain() {
        "amazonaws.com.cn" | "on.amazonwebservices.com.cn" => {
            Some("https://console.amazonaws.cn/iam/home#/security_credentials")
        }
        "amazonaws.com" | "on.aws" if ecr.region().starts_with("us-gov-") => {
            Some("https://console.amazonaws-us-gov.com/iam/home#/security_credentials")
        }
        "amazonaws.com" | "on.aws" => Some(AWS),
        _ => None,
    }
}

/// The registries of a person in the cloud that `host` is in.
fn azure(host: Option<&ContainerHost>) -> &'static str {
    let name = host.map_or("", ContainerHost::name);
    if name.ends_with(".azurecr.cn") {
        "https://portal.azure.cn/#browse/Microsoft.ContainerRegistry%2Fregistries"
    } else if name.ends_with(".azurecr.us") {
        "https://portal.azure.us/#browse/Microsoft.ContainerRegistry%2Fregistries"
    } else {
        "https://portal.azure.com/#browse/Microsoft.ContainerRegistry%2Fregistries"
    }
}
