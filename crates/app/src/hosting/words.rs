//! The host's forms as the window has them.

use registrar_hosting as host;

use crate::wire::{
    ApiToken, Dependency, Ecosystem, PackageFact, PackageFile, PackageRow, PackageSort, Readme,
    ReadmeFormat, RegistryToken, SourceRow, TokenScope, VersionRow,
};

impl From<Ecosystem> for host::Ecosystem {
    fn from(ecosystem: Ecosystem) -> Self {
        match ecosystem {
            Ecosystem::Files => Self::Files,
            Ecosystem::Javascript => Self::Javascript,
            Ecosystem::Python => Self::Python,
            Ecosystem::Container => Self::Container,
            Ecosystem::HelmOci => Self::HelmOci,
        }
    }
}

impl From<host::Ecosystem> for Ecosystem {
    fn from(ecosystem: host::Ecosystem) -> Self {
        match ecosystem {
            host::Ecosystem::Files => Self::Files,
            host::Ecosystem::Javascript => Self::Javascript,
            host::Ecosystem::Python => Self::Python,
            host::Ecosystem::Container => Self::Container,
            host::Ecosystem::HelmOci => Self::HelmOci,
        }
    }
}

impl From<PackageSort> for host::PackageSort {
    fn from(sort: PackageSort) -> Self {
        match sort {
            PackageSort::Pushed => Self::Pushed,
            PackageSort::Name => Self::Name,
            PackageSort::Downloads => Self::Downloads,
            PackageSort::Size => Self::Size,
        }
    }
}

/// The two lists of scopes, side by side.
const SCOPES: [(TokenScope, host::Scope); 7] = [
    (TokenScope::ReadPackages, host::Scope::ReadPackages),
    (TokenScope::WritePackages, host::Scope::WritePackages),
    (TokenScope::DeletePackages, host::Scope::DeletePackages),
    (TokenScope::ReadRegistries, host::Scope::ReadRegistries),
    (TokenScope::WriteRegistries, host::Scope::WriteRegistries),
    (TokenScope::DeleteRegistries, host::Scope::DeleteRegistries),
    (TokenScope::ReadAuditEvents, host::Scope::ReadAuditEvents),
];

/// The scopes that the window has chosen.
pub(super) fn scopes(chosen: &[TokenScope]) -> host::Scopes {
    let among = SCOPES.iter().filter(|(wire, _)| chosen.contains(wire));
    among.map(|(_, scope)| *scope).collect()
}

/// How many, as the window counts.
pub(super) fn count(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

pub(super) fn source_row(registry: &host::Registry, counts: &host::RegistryCounts) -> SourceRow {
    SourceRow {
        id: registry.id.to_string(),
        slug: registry.slug.clone(),
        name: registry.name.clone(),
        description: registry.description.clone(),
        ecosystem: registry.ecosystem.into(),
        emoji: registry.emoji.clone(),
        color: registry.color.clone(),
        public: registry.public,
        packages: count(counts.packages),
        size: counts.size,
        downloads: counts.downloads,
        last_pushed: counts.pushed_at.map(|at| at.to_string()),
    }
}

pub(super) fn package_row(package: host::Package, version: String) -> PackageRow {
    PackageRow {
        name: package.name,
        version,
        versions: count(package.versions),
        size: package.size,
        pushed_at: package.pushed_at.to_string(),
        downloads: package.downloads,
    }
}

/// A version, with the names among `tags` that point to it.
pub(super) fn version_row(version: &host::Version, tags: &[(String, uuid::Uuid)]) -> VersionRow {
    let own = tags.iter().filter(|(_, to)| *to == version.id);
    VersionRow {
        id: version.id.to_string(),
        version: version.version.clone(),
        pushed_at: version.created_at.to_string(),
        size: version.size,
        downloads: version.downloads,
        tags: own.map(|(name, _)| name.clone()).collect(),
        prerelease: version.prerelease,
        withdrawn: version.withdrawn.clone(),
        referrer: None,
    }
}

pub(super) fn package_file(file: host::File) -> PackageFile {
    let content = &file.content;
    PackageFile {
        id: file.id.to_string(),
        name: file.name,
        size: content.size,
        md5: content.other(|more| &more.md5).map(host::hex),
        sha1: content.other(|more| &more.sha1).map(host::hex),
        sha256: content.sha256_hex(),
        sha512: content.other(|more| &more.sha512).map(host::hex),
        downloads: file.downloads,
    }
}

pub(super) fn fact(fact: host::Fact) -> PackageFact {
    let url = url::Url::parse(&fact.value).ok();
    PackageFact {
        label: fact.label,
        url: url.filter(|url| url.scheme() == "https").map(Into::into),
        value: fact.value,
    }
}

pub(super) fn dependency(needed: host::Dependency) -> Dependency {
    Dependency {
        name: needed.name,
        requirement: needed.requirement,
        group: needed.group,
    }
}

pub(super) fn readme(readme: host::Readme) -> Readme {
    Readme {
        format: match readme.format {
            host::ReadmeFormat::Text => ReadmeFormat::Text,
            host::ReadmeFormat::Markdown => ReadmeFormat::Markdown,
            host::ReadmeFormat::Rst => ReadmeFormat::Rst,
        },
        text: readme.text,
    }
}

pub(super) fn registry_token(token: &host::Token) -> RegistryToken {
    RegistryToken {
        id: token.id.to_string(),
        description: token.description.clone(),
        created_at: token.created_at.to_string(),
        last_used_at: token.last_used_at.map(|at| at.to_string()),
    }
}

pub(super) fn api_token(token: &host::Token) -> ApiToken {
    let has = |(wire, scope): &(TokenScope, host::Scope)| token.scopes.has(*scope).then_some(*wire);
    ApiToken {
        id: token.id.to_string(),
        description: token.description.clone(),
        ending: token.ending.clone(),
        scopes: SCOPES.iter().filter_map(has).collect(),
        created_at: token.created_at.to_string(),
        expires_at: token.expires_at.map(|at| at.to_string()),
        last_used_at: token.last_used_at.map(|at| at.to_string()),
        last_used_from: token.last_used_from.clone(),
    }
}
