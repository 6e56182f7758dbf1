//! Whom a host belongs to, by its name alone.

use super::Provider;
use crate::{ContainerHost, EcrHost};

/// Hosts that are a provider's own. They have no port of another's.
const HOSTS: [(&str, Provider); 11] = [
    ("docker.io", Provider::DockerHub),
    ("ghcr.io", Provider::Ghcr),
    ("quay.io", Provider::Quay),
    ("gitlab.com", Provider::Gitlab),
    ("registry.gitlab.com", Provider::Gitlab),
    ("public.ecr.aws", Provider::EcrPublic),
    ("ecr-public.aws.com", Provider::EcrPublic),
    ("gcr.io", Provider::Google),
    ("codeberg.org", Provider::Gitea),
    ("gitea.com", Provider::Gitea),
    ("registry.digitalocean.com", Provider::DigitalOcean),
];
/// How the names of a provider's customers end.
const ENDINGS: [(&str, Provider); 6] = [
    (".gcr.io", Provider::Google),
    ("-docker.pkg.dev", Provider::Google),
    (".azurecr.io", Provider::Acr),
    (".azurecr.cn", Provider::Acr),
    (".azurecr.us", Provider::Acr),
    (".jfrog.io", Provider::Jfrog),
];
/// The first part that people give the names of their own servers.
const FIRST_PARTS: [(&str, Provider); 6] = [
    ("harbor", Provider::Harbor),
    ("gitlab", Provider::Gitlab),
    ("quay", Provider::Quay),
    ("gitea", Provider::Gitea),
    ("forgejo", Provider::Gitea),
    ("artifactory", Provider::Jfrog),
];
impl Provider {
    /// Who provides the registry at `host`, as far as its name says: a service's own host, or a
    /// server of one's own whose name begins like `harbor.`.
    pub fn of(host: &ContainerHost) -> Self {
        let text = host.as_str();
        let own = HOSTS.iter().find(|(known, _)| text == *known);
        let customers = || ENDINGS.iter().find(|(ending, _)| text.ends_with(ending));
        if let Some((_, provider)) = own.or_else(customers) {
            return *provider;
        }
        if EcrHost::of(host).is_some() {
            return Self::Ecr;
        }
        let name = host.name();
        let first = name.strip_prefix("registry.").unwrap_or(name);
        let first = first.split('.').next().unwrap_or_default();
        let guess = FIRST_PARTS.iter().find(|(part, _)| first == *part);
        guess.map_or(Self::Generic, |(_, provider)| *provider)
    }
}
