//! What comes in below `/v2/`: who asks, what for, and the challenge where they have to say so.

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::refusal::{Answered, Refusal};
use super::route::{self, Route};
use super::{ROOT, lists, name, serve, token};
use crate::model::Registry;
use crate::server::{Problem, RootCall};

/// What says that this is a registry, in every answer.
const VERSION: (HeaderName, &str) = (
    HeaderName::from_static("docker-distribution-api-version"),
    "registry/2.0",
);

/// What a path below `/v2/` is about.
enum Place<'a> {
    /// The server: whether it is a registry.
    Server,
    Token,
    Catalog,
    /// A registry: its organization, its slug.
    Registry(&'a str, &'a str),
    Nothing,
}

impl<'a> Place<'a> {
    fn of(segments: &[&'a str]) -> Self {
        match segments {
            [] | [""] => Self::Server,
            ["token"] => Self::Token,
            ["_catalog"] => Self::Catalog,
            [organization, registry, _, ..] => Self::Registry(organization, registry),
            _ => Self::Nothing,
        }
    }

    /// What a client has to ask to be allowed here.
    fn scope(&self, segments: &[&str], method: &Method) -> Option<String> {
        match self {
            Self::Catalog => Some("registry:catalog:*".to_owned()),
            Self::Registry(organization, registry) => {
                let route = route::parse(segments.get(2..)?);
                let actions = match *method {
                    Method::GET | Method::HEAD => "pull",
                    Method::DELETE => "delete",
                    _ => "pull,push",
                };
                let repository = route.repository()?;
                Some(format!(
                    "repository:{organization}/{registry}/{repository}:{actions}"
                ))
            }
            _ => None,
        }
    }
}

/// Whether a registry is one of those that are asked for here.
fn is_here(registry: &Registry) -> bool {
    registry.ecosystem.format().root() == Some(ROOT)
}

pub(super) async fn serve(call: RootCall) -> Response {
    let url = call.url();
    let segments = call.segments();
    let place = Place::of(&segments);
    let scope = place.scope(&segments, call.method());
    let is_token = matches!(place, Place::Token);
    let mut answer = match enter(call).await {
        Ok(answer) => answer,
        Err(refusal) if refusal.status == StatusCode::UNAUTHORIZED && !is_token => {
            let challenge = challenge(&url, scope.as_deref());
            refusal.with(header::WWW_AUTHENTICATE, challenge).answer()
        }
        Err(refusal) => refusal.answer(),
    };
    let (name, value) = VERSION;
    answer
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
    answer
}

/// Where a client gets a pass, and what to ask for there.
fn challenge(url: &str, scope: Option<&str>) -> String {
    let service = url.split_once("://").map_or(url, |(_, host)| host);
    let text = format!("Bearer realm=\"{url}/{ROOT}/token\",service=\"{service}\"");
    // A name that is none is not repeated: it may hold a quotation mark.
    match scope.filter(|scope| !scope.contains(['"', '\\'])) {
        Some(scope) => format!("{text},scope=\"{scope}\""),
        None => text,
    }
}

async fn enter(call: RootCall) -> Answered {
    match Place::of(&call.segments()) {
        Place::Server => ping(&call),
        Place::Token => token::answer(&call).await,
        Place::Catalog => lists::catalog(&call).await,
        Place::Registry(organization, registry) => {
            let caller = call.caller();
            let found = call.find(&caller, organization, registry, is_here)?;
            serve::serve(call.enter(caller, found, 2)).await
        }
        Place::Nothing => {
            // Nobody learns from this which registries there are.
            if call.caller().login().is_none() {
                return Err(Problem::Unauthorized.into());
            }
            Err(Refusal::missing(
                "NAME_UNKNOWN",
                "Images lie at /v2/{organization}/{registry}/{name}/.",
            ))
        }
    }
}

/// `GET /v2/`: a client asks this first, to learn how to say who it is.
fn ping(call: &RootCall) -> Answered {
    if !matches!(*call.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::method("GET, HEAD"));
    }
    if call.caller().login().is_none() && !call.has_pass() {
        return Err(Problem::Unauthorized.into());
    }
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(json!({}))).into_response())
}

/// A repository's name that may be one.
pub(super) fn check_repository(name: &str) -> Result<(), Refusal> {
    if name::is_repository(name) {
        return Ok(());
    }
    Err(Refusal::bad(
        "NAME_INVALID",
        "An image\u{2019}s name is made of lower-case letters and digits, with single dots, one or two \
         underscores, or hyphens between them; slashes part it.",
    ))
}

/// How a route is asked for that is none.
pub(super) fn nowhere(_: &Route) -> Refusal {
    Refusal::missing("NAME_UNKNOWN", "The specification has no such path.")
}
