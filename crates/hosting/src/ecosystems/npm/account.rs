//! Who is signed in, and what clients ask about people and rights.

use axum::http::{Method, StatusCode};
use axum::response::Response;
use registrar_registry::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Route;
use super::serve::plain;
use crate::access::Verdict;
use crate::server::{Call, Problem};
use crate::tokens::{Scope, Token};

/// The most bytes of a request to sign in.
const MAX_BODY: usize = 64 * 1024;

/// What clients send to sign in. Everything else in it means nothing here.
#[derive(Deserialize)]
struct SignIn {
    password: Secret,
}

/// `PUT -/user/org.couchdb.user:{name}`: the password is a token, and stays the one to be used.
/// What is wrong looks as a registry does that is not there.
pub(super) async fn login(call: &Call, name: &str) -> Result<Response, Problem> {
    let body = call.take_bytes(MAX_BODY).await;
    let body = body.map_err(|_| Problem::Unauthorized);
    let sent = body.and_then(|body| {
        serde_json::from_slice::<SignIn>(&body).map_err(|_| Problem::Unauthorized)
    });
    let good = sent.ok().filter(|sent| {
        let caller = call.caller_with(&sent.password);
        let verdict = caller.may(Scope::ReadPackages, Some(call.registry()));
        caller.token().is_some() && verdict == Verdict::Allowed
    });
    let token = good.as_ref().and_then(|sent| sent.password.expose_text());
    let Some(token) = token else {
        return Err(Problem::Unauthorized);
    };
    let body = json!({
        "ok": true,
        "id": format!("org.couchdb.user:{name}"),
        "rev": "1",
        "token": token,
    });
    Ok(plain(StatusCode::CREATED, body))
}

/// What is answered from memory.
pub(super) fn answer(call: &Call, route: &Route<'_>) -> Result<Response, Problem> {
    let read = matches!(*call.method(), Method::GET | Method::HEAD);
    match route {
        Route::Root if read => Ok(ok(json!({"db_name": call.registry().slug}))),
        Route::Ping if read => Ok(ok(json!({}))),
        Route::Whoami if read => Ok(ok(json!({"username": login_name(call)?}))),
        Route::Profile if read => profile(call),
        Route::Tokens if read => tokens(call),
        Route::Profile | Route::Tokens => Err(Problem::Forbidden(
            "Tokens are made and changed in Registrar.".into(),
        )),
        // Its token is also used elsewhere: it is deleted in Registrar only.
        Route::Logout if *call.method() == Method::DELETE => {
            login_name(call)?;
            Ok(ok(json!({"ok": true})))
        }
        Route::WebLogin => Err(Problem::NotFound(
            "There is no web page to sign in: use a token as the password.",
        )),
        Route::Visibility(_) if read => Ok(ok(json!({"public": call.registry().public}))),
        Route::Collaborators(_) if read => collaborators(call),
        Route::Access => Err(Problem::Forbidden(
            "Whether packages are public is decided for the whole registry, in Registrar.".into(),
        )),
        Route::Unknown => Err(Problem::NotFound("There is nothing here.")),
        _ => Err(Problem::Method(allowed(route))),
    }
}

fn allowed(route: &Route<'_>) -> &'static str {
    match route {
        Route::Package(_, None) => "GET, HEAD, PUT",
        Route::Tarball(_, _, Some(_)) | Route::Logout => "DELETE",
        Route::Package(_, Some(_)) | Route::Tag(..) => "PUT, DELETE",
        Route::User(_) => "PUT",
        Route::Advisories | Route::Audits => "POST",
        _ => "GET, HEAD",
    }
}

fn ok(body: Value) -> Response {
    plain(StatusCode::OK, body)
}

fn login_name(call: &Call) -> Result<String, Problem> {
    call.caller().login().ok_or(Problem::Unauthorized)
}

fn profile(call: &Call) -> Result<Response, Problem> {
    let name = login_name(call)?;
    Ok(ok(
        json!({"name": name, "email": "", "email_verified": true, "tfa": false}),
    ))
}

/// The one token that the caller has shown: others are none of its business.
fn tokens(call: &Call) -> Result<Response, Problem> {
    login_name(call)?;
    let own = call.caller().token();
    let all: Vec<_> = own.map(|token| described(token)).into_iter().collect();
    let total = all.len();
    Ok(ok(json!({"objects": all, "total": total, "urls": {}})))
}

fn described(token: &Token) -> Value {
    json!({
        "token": token.ending,
        "key": token.id,
        "name": token.description,
        "cidr_whitelist": null,
        "readonly": !token.scopes.has(Scope::WritePackages),
        "created": token.created_at.to_string(),
        "updated": token.created_at.to_string(),
        "expiry": token.expires_at.map(|at| at.to_string()),
    })
}

fn collaborators(call: &Call) -> Result<Response, Problem> {
    let name = login_name(call)?;
    let right = if call.may(Scope::WritePackages) {
        "read-write"
    } else {
        "read-only"
    };
    Ok(ok(json!({name: right})))
}
