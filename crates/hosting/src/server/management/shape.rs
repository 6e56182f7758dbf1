//! The forms in which things are answered: Buildkite's fields, then our additions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::model::{About, Content, File, Registry, RegistryCounts, Version, hex};
use crate::server::Server;
use crate::tokens::{Scope, Token};

/// The server as a client sees it: by the address by which it came.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) server: &'a Server,
    pub(super) base: &'a str,
}

/// The address below which the organization's registries lie.
pub(super) fn registries(seen: Seen<'_>) -> String {
    let slug = &seen.server.host.organization().slug;
    format!(
        "{}/api/v2/packages/organizations/{slug}/registries",
        seen.base
    )
}

/// A registry's address in this interface.
pub(super) fn registry_url(seen: Seen<'_>, registry: &Registry) -> String {
    format!("{}/{}", registries(seen), registry.slug)
}

/// The organization's address in this interface.
pub(super) fn organization_url(seen: Seen<'_>) -> String {
    let slug = &seen.server.host.organization().slug;
    format!("{}/api/v2/organizations/{slug}", seen.base)
}

/// Where a registry's clients find it; there are no pages for people.
fn web_url(seen: Seen<'_>, registry: &Registry) -> String {
    let slug = &seen.server.host.organization().slug;
    format!("{}/{slug}/{}", seen.base, registry.slug)
}

/// An id as Buildkite's GraphQL interface writes it.
pub(super) fn graphql_id(kind: &str, id: Uuid) -> String {
    STANDARD.encode(format!("{kind}---{id}"))
}

pub(super) fn organization(seen: Seen<'_>) -> Value {
    let organization = seen.server.host.organization();
    json!({
        "id": organization.id,
        "graphql_id": graphql_id("Organization", organization.id),
        "slug": organization.slug,
        "name": organization.name,
        "url": organization_url(seen),
        "web_url": format!("{}/{}", seen.base, organization.slug),
    })
}

/// A registry as packages and tokens name it.
fn registry_reference(seen: Seen<'_>, registry: &Registry) -> Value {
    json!({
        "id": registry.id,
        "graphql_id": graphql_id("Registry", registry.id),
        "slug": registry.slug,
        "name": registry.name,
        "url": registry_url(seen, registry),
        "web_url": web_url(seen, registry),
    })
}

/// A registry. Emoji and colour are `null` where they are the ecosystem's own: a client that did not
/// choose any does not expect any.
pub(super) fn registry(seen: Seen<'_>, registry: &Registry, counts: RegistryCounts) -> Value {
    let (emoji, color) = registry.ecosystem.format().look();
    let chosen = |value: &str, usual: &str| (value != usual).then(|| value.to_owned());
    let description = Some(&registry.description).filter(|text| !text.is_empty());
    merge(
        registry_reference(seen, registry),
        json!({
            "ecosystem": registry.ecosystem.as_str(),
            "description": description,
            "emoji": chosen(&registry.emoji, emoji),
            "color": chosen(&registry.color, color),
            "public": registry.public,
            "oidc_policy": null,
            "team_ids": [],
            "type": "source",
            "created_at": registry.created_at,
            "updated_at": registry.updated_at,
            "packages": counts.packages,
            "versions": counts.versions,
            "files": counts.files,
            "size": counts.size,
            "downloads": counts.downloads,
            "pushed_at": counts.pushed_at,
        }),
    )
}

/// A version in a list: its first file's digests stand for it.
pub(super) fn package_line(
    seen: Seen<'_>,
    registry: &Registry,
    (version, name): (&Version, &str),
    first: Option<&File>,
) -> Value {
    let content = first.map(|file| &file.content);
    let url = format!("{}/packages/{}", registry_url(seen, registry), version.id);
    json!({
        "id": version.id,
        "url": url,
        "web_url": web_url(seen, registry),
        "name": name,
        "version": version.version,
        "created_at": version.created_at,
        "digests": {
            "sha256": content.map(Content::sha256_hex),
            "sha512": content.and_then(|content| content.other(|more| &more.sha512)).map(hex),
        },
        "size": version.size,
        "downloads": version.downloads,
        "withdrawn": version.withdrawn,
    })
}

/// A version with everything that is known of it.
pub(super) fn package(
    seen: Seen<'_>,
    registry: &Registry,
    (version, name): (&Version, &str),
    files: &[File],
) -> Value {
    let about = json!({
        "variant": null,
        "metadata": metadata(&version.about),
        "prerelease": version.prerelease,
        "published_by": version.published_by,
        "files": files.iter().map(file).collect::<Vec<_>>(),
        "organization": organization(seen),
        "registry": registry_reference(seen, registry),
    });
    let line = package_line(seen, registry, (version, name), files.first());
    merge(line, about)
}

fn metadata(about: &About) -> Value {
    let facts: Vec<_> = about
        .facts
        .iter()
        .map(|fact| json!({"label": fact.label, "value": fact.value}))
        .collect();
    json!({
        "summary": about.summary,
        "facts": facts,
        "dependencies": about.dependencies,
        "readme": about.readme,
    })
}

fn file(file: &File) -> Value {
    let content = &file.content;
    json!({
        "id": file.id,
        "name": file.name,
        "size": content.size,
        "digests": {
            "md5": content.other(|more| &more.md5).map(hex),
            "sha1": content.other(|more| &more.sha1).map(hex),
            "sha256": content.sha256_hex(),
            "sha512": content.other(|more| &more.sha512).map(hex),
        },
        "created_at": file.created_at,
        "downloads": file.downloads,
    })
}

/// A registry's token, without its secret.
pub(super) fn registry_token(seen: Seen<'_>, registry: &Registry, token: &Token) -> Value {
    json!({
        "id": token.id,
        "graphql_id": graphql_id("RegistryToken", token.id),
        "description": token.description,
        "url": format!("{}/tokens/{}", registry_url(seen, registry), token.id),
        "created_at": token.created_at,
        "created_by": {
            "id": null,
            "graphql_id": null,
            "name": token.created_by,
            "email": null,
            "avatar_url": null,
            "created_at": null,
        },
        "organization": organization(seen),
        "registry": registry_reference(seen, registry),
        "ending": token.ending,
        "last_used_at": token.last_used_at,
        "last_used_from": token.last_used_from,
    })
}

/// An API token, without its secret.
pub(super) fn access_token(token: &Token) -> Value {
    let scopes: Vec<_> = token.scopes.iter().map(Scope::as_str).collect();
    json!({
        "uuid": token.id,
        "description": token.description,
        "scopes": scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "created_by": token.created_by,
        "ending": token.ending,
        "last_used_at": token.last_used_at,
        "last_used_from": token.last_used_from,
    })
}

/// An object with more fields.
pub(super) fn merge(object: Value, more: Value) -> Value {
    let fields = |value| match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let mut all = fields(object);
    all.extend(fields(more));
    Value::Object(all)
}
