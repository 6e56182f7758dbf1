//! One connection: TLS or not, and the answers that the modes want.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Collected};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HOST, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::body::Payload;
use super::tokens::{self, Asker};
use super::{Registry, Seen, State, Tokens};

type Reply = Response<Payload>;

pub(super) async fn serve(stream: TcpStream, state: Arc<State>) {
    // A client that goes away is no reason to complain.
    let _ = connection(stream, state).await;
}

async fn connection(stream: TcpStream, state: Arc<State>) -> io::Result<()> {
    let Some(config) = state.tls.clone() else {
        return exchange(TokioIo::new(stream), state).await;
    };
    let stream = TlsAcceptor::from(config).accept(stream).await?;
    exchange(TokioIo::new(stream), state).await
}

async fn exchange<I>(io: I, state: Arc<State>) -> io::Result<()>
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + 'static,
{
    let service = service_fn(|request| answer(request, Arc::clone(&state)));
    let served = http1::Builder::new().serve_connection(io, service).await;
    served.map_err(io::Error::other)
}

async fn answer(request: Request<Incoming>, state: Arc<State>) -> Result<Reply, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(Collected::to_bytes)
        .unwrap_or_default();
    let header = |name| text(&head.headers, &name);
    let seen = Seen {
        method: head.method.to_string(),
        path: head.uri.to_string(),
        authorization: header(AUTHORIZATION),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let here = format!("{}://{}", state.scheme, header(HOST).unwrap_or_default());
    state.note(seen.clone());
    if let Registry::Slow(wait) = state.registry {
        tokio::time::sleep(wait).await;
    }
    Ok(match head.uri.path() {
        "/v2/" => registry(&state, &seen, &here),
        "/token" | "/other-token" => token(&state, &seen),
        _ => reply(404, ""),
    })
}

fn text(headers: &HeaderMap, name: &hyper::header::HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

fn registry(state: &State, seen: &Seen, here: &str) -> Reply {
    let authorization = seen.authorization.as_deref();
    let known = tokens::counts(authorization, None) || authorization == Some(&tokens::basic());
    let fine = || {
        with(
            reply(200, "{}"),
            "docker-distribution-api-version",
            "registry/2.0",
        )
    };
    let refusal = r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#;
    let ask = |body: Payload| challenge(state, here, body);
    match &state.registry {
        Registry::Guarded | Registry::Slow(_) | Registry::Echoes | Registry::DripsRefusal
            if known =>
        {
            fine()
        }
        Registry::Open => fine(),
        Registry::OpenAndTerse => reply(200, ""),
        Registry::Forbids if known => reply(
            403,
            r#"{"errors":[{"code":"DENIED","message":"requested access is denied"}]}"#,
        ),
        Registry::RedirectsKnownTo(target) if known => {
            with(reply(307, ""), LOCATION.as_str(), target)
        }
        Registry::Guarded
        | Registry::Slow(_)
        | Registry::NeverSatisfied
        | Registry::Forbids
        | Registry::RedirectsKnownTo(_) => ask(refusal.to_owned().into()),
        Registry::WantsScope(scope) => match authorization {
            _ if tokens::counts(authorization, Some(scope)) => fine(),
            Some(_) if known => {
                let more = format!(
                    "Bearer realm=\"{here}/token\",error=\"insufficient_scope\",scope=\"{scope}\""
                );
                with(reply(401, refusal), WWW_AUTHENTICATE.as_str(), &more)
            }
            _ => ask(refusal.to_owned().into()),
        },
        Registry::Fails(status, body) => reply(*status, body),
        Registry::RateLimited(wait) => with(reply(429, ""), RETRY_AFTER.as_str(), wait),
        Registry::Html => page(),
        Registry::Text => reply(200, "It works!"),
        Registry::RedirectsTo(target) => with(reply(307, ""), LOCATION.as_str(), target),
        Registry::Echoes => ask(echo(seen).into()),
        Registry::Drips => Response::new(Payload::drip()),
        Registry::DripsRefusal => ask(Payload::drip()),
        Registry::Endless => Response::new(Payload::Endless),
    }
}

/// 401 with the challenges.
fn challenge(state: &State, here: &str, body: Payload) -> Reply {
    let mut answer = Response::new(body);
    *answer.status_mut() = hyper::StatusCode::UNAUTHORIZED;
    for challenge in &state.challenges {
        let value = challenge.replace("{here}", here);
        answer = with(answer, WWW_AUTHENTICATE.as_str(), &value);
    }
    answer
}

fn token(state: &State, seen: &Seen) -> Reply {
    let asker = tokens::asker(seen);
    let posted = seen.method == "POST";
    let grant = || {
        let granted = match &state.tokens {
            Tokens::Signed(signer) => tokens::signed(seen, signer),
            _ => json!({"token": tokens::grant(seen), "expires_in": 300}),
        };
        json(200, &granted)
    };
    match &state.tokens {
        Tokens::GetOnly if posted => reply(404, ""),
        Tokens::PostOnly if !posted => reply(405, ""),
        Tokens::Fails(status) => reply(*status, ""),
        Tokens::RateLimited(wait) => with(reply(429, ""), RETRY_AFTER.as_str(), wait),
        Tokens::RedirectsTo(target) => with(reply(307, ""), LOCATION.as_str(), target),
        Tokens::Html => page(),
        Tokens::NoToken => json(200, &json!({"expires_in": 300})),
        Tokens::TokenWithLineBreak => json(200, &json!({"token": "a\nb"})),
        Tokens::Drips => Response::new(Payload::drip()),
        Tokens::Endless => Response::new(Payload::Endless),
        Tokens::AccessTokenOnly if asker == Asker::User => json(
            200,
            &json!({"token": "", "access_token": tokens::grant(seen)}),
        ),
        Tokens::Anonymous if asker == Asker::Nobody => grant(),
        _ if asker == Asker::User => grant(),
        Tokens::ForAnyone => json(200, &json!({"token": tokens::WORTHLESS})),
        Tokens::RefusesWith403 => json(403, &json!({"message": "access forbidden"})),
        Tokens::RefusesWith400 => json(400, &json!({"error": "invalid_grant"})),
        Tokens::Echoes => reply(401, &echo(seen)),
        _ => json(401, &json!({"details": "incorrect username or password"})),
    }
}

/// An explanation that repeats everything that came.
fn echo(seen: &Seen) -> String {
    let told = format!(
        "no: {:?} {} {}",
        seen.authorization,
        seen.body,
        super::PASSWORD
    );
    json!({"errors": [{"code": "UNAUTHORIZED", "message": told}]}).to_string()
}

fn reply(status: u16, body: &str) -> Reply {
    let mut answer = Response::new(body.to_owned().into());
    *answer.status_mut() = status.try_into().expect("a status");
    answer
}

fn json(status: u16, value: &serde_json::Value) -> Reply {
    with(
        reply(status, &value.to_string()),
        "content-type",
        "application/json",
    )
}

fn page() -> Reply {
    let page = reply(200, "<!doctype html>\n<title>Welcome</title>");
    with(page, "content-type", "text/html; charset=utf-8")
}

fn with(mut answer: Reply, name: &'static str, value: &str) -> Reply {
    let value = value.parse().expect("a header's value");
    answer.headers_mut().append(name, value);
    answer
}
