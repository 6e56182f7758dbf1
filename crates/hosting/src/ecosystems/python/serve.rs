//! What comes in below `pypi/`.

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::accept::Form;
use super::name::{is_name, normal};
use super::{download, project_json, simple, upload, yank};
use crate::indexes::IndexKey;
use crate::server::{Call, Problem, index};

const NO_PROJECT: &str = "There is no such project.";
const NOTHING: &str = "Packages lie below pypi/simple/; they are published to pypi/.";
const VARY: &str = "Accept, Accept-Encoding, Authorization";

pub(super) async fn serve(call: Call) -> Response {
    let segments = call.segments();
    let Some((&"pypi", path)) = segments.split_first() else {
        return Problem::NotFound(NOTHING).plain();
    };
    let reads = matches!(*call.method(), Method::GET | Method::HEAD);
    match *path {
        [] | ["" | "legacy"] | ["legacy", ""] => match *call.method() {
            Method::POST => upload::serve(&call).await,
            _ => Problem::Method("POST").plain(),
        },
        ["pypi", name, version, "yank"] => yank::serve(&call, name, version).await,
        ["simple" | "files" | "pypi", ..] if !reads => Problem::Method("GET, HEAD").plain(),
        ["simple"] => moved(&call, "simple/"),
        ["simple", ""] => projects(&call).await,
        ["simple", name] if is_name(name) => moved(&call, &format!("{}/", normal(name))),
        ["simple", name, ""] if is_name(name) && normal(name) != name => {
            moved(&call, &format!("../{}/", normal(name)))
        }
        ["simple", name, ""] => project(&call, name).await,
        ["files", project, digits, name] => download::serve(&call, project, digits, name).await,
        ["pypi", name, "json"] => project_json::serve(&call, name, None).await,
        ["pypi", name, version, "json"] => project_json::serve(&call, name, Some(version)).await,
        _ => Problem::NotFound(NOTHING).plain(),
    }
}

/// Sends a client to the same thing under its normal address, relative to the one it came by: the
/// name under which it knows this server stays.
fn moved(call: &Call, to: &str) -> Response {
    let query = call.query("format").map(|format| {
        let pair = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("format", &format)
            .finish();
        format!("?{pair}")
    });
    let to = format!("{to}{}", query.unwrap_or_default());
    match HeaderValue::from_str(&to) {
        Ok(to) => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response(),
        Err(_) => Problem::NotFound(NO_PROJECT).plain(),
    }
}

async fn projects(call: &Call) -> Response {
    let Some(form) = Form::asked(call) else {
        return not_acceptable();
    };
    let make = || simple::projects(call.host(), call.registry(), form);
    let found = call.host().index(key(call, "", form), make).await;
    send(call, found)
}

async fn project(call: &Call, name: &str) -> Response {
    let Some(form) = Form::asked(call) else {
        return not_acceptable();
    };
    let make = || simple::project(call.host(), call.registry(), name, form);
    let found = call.host().index(key(call, name, form), make).await;
    send(call, found)
}

fn send(
    call: &Call,
    found: Result<Option<std::sync::Arc<crate::indexes::Index>>, crate::HostError>,
) -> Response {
    match found {
        Ok(Some(found)) => index::send(call, &found, VARY),
        Ok(None) => vary(Problem::NotFound(NO_PROJECT).plain()),
        Err(error) => Problem::from(error).plain(),
    }
}

fn key(call: &Call, package: &str, form: Form) -> IndexKey {
    IndexKey {
        registry: call.registry().id,
        package: package.to_owned(),
        form: form.content_type().to_owned(),
    }
}

fn not_acceptable() -> Response {
    vary(
        Problem::NotAcceptable(
            "The index is there as text/html, application/vnd.pypi.simple.v1+html and \
             application/vnd.pypi.simple.v1+json.",
        )
        .plain(),
    )
}

fn vary(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    answer
}
