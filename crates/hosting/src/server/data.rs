//! Packages: `/{organization}/{registry}/…`, answered by the registry's ecosystem.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use parking_lot::Mutex;
use percent_encoding::percent_decode_str;

use super::{Call, Problem, RootCall, Server, credentials};
use crate::access::{Caller, Verdict};
use crate::ecosystems::{Ecosystem, Format};
use crate::model::Registry;
use crate::tokens::Scope;

/// The most characters that are kept of what a client calls itself.
const MAX_AGENT: usize = 256;
/// The most segments of a path.
const MAX_SEGMENTS: usize = 64;

/// Who a request comes from.
pub(super) fn caller(server: &Server, headers: &HeaderMap, from: SocketAddr) -> Caller {
    let secret = credentials::secret(headers);
    let agent = agent(headers);
    let secret = secret.as_ref().map(registrar_registry::Secret::expose);
    server.host.caller(secret, from.ip(), agent)
}

/// What a client calls itself.
pub(super) fn agent(headers: &HeaderMap) -> Option<String> {
    let agent = headers.get(header::USER_AGENT)?.to_str().ok()?;
    Some(agent.chars().take(MAX_AGENT).collect())
}

/// Answers a request to a registry. Whoever may not read it cannot tell whether it is there.
pub(super) async fn serve(State(server): State<Arc<Server>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Some(mut path) = decode(parts.uri.path()) else {
        return Problem::Bad("The path is not well-formed.".into()).plain();
    };
    if let Some(format) = rooted(&path) {
        let rest = path.split_off(1);
        return format
            .serve_root(RootCall::new(server, parts, rest, body))
            .await;
    }
    if path.len() < 2 {
        return Problem::NotFound("Registries lie at /{organization}/{registry}/.").plain();
    }
    let rest = path.split_off(2);
    let registry = find(&server, &path[0], &path[1]);
    let from = super::listen::peer(&parts.extensions);
    let caller = caller(&server, &parts.headers, from);
    let verdict = caller.may(Scope::ReadPackages, registry.as_deref());
    let segments: Vec<_> = rest.iter().map(String::as_str).collect();
    let Some(registry) = registry else {
        return refuse(verdict, &segments);
    };
    let format = registry.ecosystem.format();
    if verdict != Verdict::Allowed && !format.admits(&parts.method, &segments) {
        return refuse(verdict, &segments);
    }
    drop(segments);
    format
        .serve(Call {
            server,
            registry,
            caller,
            parts,
            rest,
            body: Mutex::new(body),
        })
        .await
}

/// The ecosystem whose clients look below this path's first part for all of its registries.
fn rooted(path: &[String]) -> Option<&'static dyn Format> {
    let first = path.first()?;
    let mut formats = Ecosystem::ALL.into_iter().map(Ecosystem::format);
    formats.find(|format| format.root() == Some(first))
}

/// The registry that a path names.
pub(super) fn find(server: &Server, organization: &str, registry: &str) -> Option<Arc<Registry>> {
    let known = organization == server.host.organization().slug;
    server.host.registry(registry).filter(|_| known)
}

/// A refusal in the form that the clients read whose path this is.
fn refuse(verdict: Verdict, segments: &[&str]) -> Response {
    let problem = match Problem::of(verdict) {
        Err(problem) => problem,
        Ok(()) => Problem::NotFound("There is no such registry."),
    };
    let mut ecosystems = Ecosystem::ALL.into_iter();
    let form = ecosystems.find_map(|one| one.format().refusal(segments));
    form.unwrap_or(Problem::plain)(problem)
}

/// The path's segments, each decoded once; `None` where one is no text that a name could be.
fn decode(path: &str) -> Option<Vec<String>> {
    let mut decoded = Vec::new();
    let path = path.strip_prefix('/')?;
    if path.split('/').count() > MAX_SEGMENTS {
        return None;
    }
    for segment in path.split('/') {
        let text = percent_decode_str(segment).decode_utf8().ok()?;
        let climbs = text.split('/').any(|part| matches!(part, "." | ".."));
        let odd = |letter: char| letter.is_control() || letter == '\\';
        if climbs || text.contains(odd) || !is_well_escaped(segment) {
            return None;
        }
        decoded.push(text.into_owned());
    }
    Some(decoded)
}

/// Whether every per cent sign begins an escape.
fn is_well_escaped(segment: &str) -> bool {
    let mut parts = segment.split('%');
    parts.next();
    parts.all(|part| {
        let bytes = part.as_bytes();
        bytes.len() >= 2 && bytes[..2].iter().all(u8::is_ascii_hexdigit)
    })
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_path_is_decoded_once() {
        let parts = |path: &str| decode(path).map(|parts| parts.join("|"));
        assert_eq!(
            parts("/local/a/npm/@b%2fc").as_deref(),
            Some("local|a|npm|@b/c")
        );
        assert_eq!(parts("/local/a%2525/x").as_deref(), Some("local|a%25|x"));
        assert_eq!(
            parts("/local/a/simple/").as_deref(),
            Some("local|a|simple|")
        );
    }

    #[test]
    fn paths_that_climb_or_hide_something_are_refused() {
        for path in [
            "/local/../x",
            "/local/%2e%2e/x",
            "/local/a/..%2f..%2fetc",
            "/local/a%00b",
            "/local/a%5cb",
            "/local/a%zz",
            "/local/a%2",
            "/local/%ff",
            "/local/./x",
            "/local/a%0d%0ab",
        ] {
            assert_eq!(decode(path), None, "{path}");
        }
    }
}
