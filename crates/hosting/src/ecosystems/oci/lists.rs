//! Lists: tags, manifests about another one, repositories.

use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::ROOT;
use super::blobs::{insert, path};
use super::manifest::INDEX;
use super::manifests::package;
use super::refusal::{Answered, Refusal};
use crate::access::Verdict;
use crate::digest::Digest;
use crate::server::{Call, Problem, RootCall};
use crate::tokens::Scope;

/// The most entries of one answer.
const MOST: u32 = 10_000;
/// The most manifests about another one in one answer,
const MOST_REFERRERS: u32 = 1000;
/// and the most bytes of their descriptors: clients read no larger manifest.
const REFERRERS_BYTES: usize = 3 * 1024 * 1024;
const FILTERS: HeaderName = HeaderName::from_static("oci-filters-applied");

/// `GET …/tags/list`
pub(super) async fn tags(call: &Call, repository: &str) -> Answered {
    let package = package(call, repository).await?;
    let (limit, last) = asked(call.query("n"), call.query("last"))?;
    let mut tags = call
        .host()
        .tag_names(package.id, &last, limit + u32::from(limit > 0))
        .await?;
    let more = cut(&mut tags, limit);
    let organization = &call.host().organization().slug;
    let name = format!("{organization}/{}/{repository}", call.registry().slug);
    let mut answer = listed(json!({"name": name, "tags": tags}));
    if let Some(last) = more.then(|| tags.last()).flatten() {
        let list = path(call, &format!("{repository}/tags/list"));
        link(
            &mut answer,
            &list,
            &[("n", &limit.to_string()), ("last", last)],
        );
    }
    Ok(answer)
}

/// `GET …/referrers/{digest}`: a repository that is not there has none.
pub(super) async fn referrers(call: &Call, repository: &str, digest: &str) -> Answered {
    let subject: Digest = digest.parse()?;
    let kind = call.query("artifactType").filter(|kind| !kind.is_empty());
    let after = call
        .query("last")
        .map_or(Some(Uuid::nil()), |last| Uuid::try_parse(&last).ok());
    let after = after.ok_or_else(|| bad_page("last"))?;
    let host = call.host();
    let found = match host.package(call.registry(), repository).await? {
        Some(package) => {
            host.referrers(package.id, &subject.to_string(), after, MOST_REFERRERS + 1)
                .await?
        }
        None => Vec::new(),
    };
    let page = page(&found);
    let last = (page < found.len()).then(|| found.get(page - 1)).flatten();
    let descriptors = found.iter().take(page).filter_map(|(_, text)| {
        let descriptor: serde_json::Value = serde_json::from_str(text).ok()?;
        let own = descriptor
            .get("artifactType")
            .and_then(|kind| kind.as_str());
        let wanted = kind.as_deref().is_none_or(|kind| own == Some(kind));
        wanted.then_some(descriptor)
    });
    let descriptors: Vec<_> = descriptors.collect();
    let index = json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": descriptors});
    let mut answer = listed(index);
    insert(&mut answer, header::CONTENT_TYPE, INDEX);
    if kind.is_some() {
        insert(&mut answer, FILTERS, "artifactType");
    }
    if let Some((id, _)) = last {
        let list = path(call, &format!("{repository}/referrers/{subject}"));
        let (id, kind) = (id.to_string(), kind.unwrap_or_default());
        let mut pairs = vec![("last", id.as_str())];
        if !kind.is_empty() {
            pairs.push(("artifactType", &kind));
        }
        link(&mut answer, &list, &pairs);
    }
    Ok(answer)
}

/// How many of these fit into one answer; at least one.
fn page(found: &[(Uuid, String)]) -> usize {
    let mut bytes = 0;
    let fitting = found
        .iter()
        .take(MOST_REFERRERS as usize)
        .take_while(|(_, text)| {
            bytes += text.len();
            bytes <= REFERRERS_BYTES
        });
    fitting.count().max(1)
}

/// `GET /v2/_catalog`: the repositories of all registries that the caller may read.
pub(super) async fn catalog(call: &RootCall) -> Answered {
    if !matches!(*call.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::method("GET, HEAD"));
    }
    let caller = call.caller();
    if caller.login().is_none() && !call.has_pass() {
        return Err(Problem::Unauthorized.into());
    }
    let (limit, last) = asked(call.query("n"), call.query("last"))?;
    let host = call.host();
    let mut names = Vec::new();
    for registry in host.registries() {
        let here = registry.ecosystem.format().root() == Some(ROOT);
        if !here || caller.may(Scope::ReadPackages, Some(&registry)) != Verdict::Allowed {
            continue;
        }
        let lead = format!("{}/{}/", host.organization().slug, registry.slug);
        let behind = match last.strip_prefix(&lead) {
            Some(name) => name,
            None if lead > last => "",
            None => continue,
        };
        let found = host
            .package_names_behind(registry.id, behind, limit + 1)
            .await?;
        names.extend(found.into_iter().map(|name| format!("{lead}{name}")));
    }
    names.sort_unstable();
    let more = cut(&mut names, limit);
    let mut answer = listed(json!({"repositories": names}));
    if let Some(last) = more.then(|| names.last()).flatten() {
        link(
            &mut answer,
            "/v2/_catalog",
            &[("n", &limit.to_string()), ("last", last)],
        );
    }
    Ok(answer)
}

/// How many entries are asked for, behind which one.
fn asked(n: Option<String>, last: Option<String>) -> Result<(u32, String), Refusal> {
    let limit = match n.map(|text| text.parse::<u64>()) {
        None => MOST,
        Some(Ok(number)) => u32::try_from(number).unwrap_or(MOST).min(MOST),
        Some(Err(_)) => return Err(bad_page("n")),
    };
    Ok((limit, last.unwrap_or_default()))
}

/// Leaves at most `limit`; whether there were more. None at all were asked for is no page.
fn cut(names: &mut Vec<String>, limit: u32) -> bool {
    let more = names.len() > limit as usize && limit > 0;
    names.truncate(limit as usize);
    more
}

fn bad_page(parameter: &str) -> Refusal {
    Refusal::bad(
        "UNSUPPORTED",
        format!("The parameter {parameter} is none that this list has."),
    )
}

fn listed(body: serde_json::Value) -> Response {
    let mut answer = axum::Json(body).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// Where the next page is.
fn link(answer: &mut Response, list: &str, pairs: &[(&str, &str)]) {
    let mut next = Serializer::new(format!("{list}?"));
    for (name, value) in pairs {
        next.append_pair(name, value);
    }
    insert(
        answer,
        header::LINK,
        &format!("<{}>; rel=\"next\"", next.finish()),
    );
}
