//! How the server is shared on the network, and with whom: our addition.

use axum::Json;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use super::{Answer, Asked};
use crate::server::Client;
use crate::sharing::{SharedState, instructions};
use crate::tokens::Scope;

/// `GET /sharing`
pub(super) async fn show(asked: Asked) -> Answer {
    asked.demand(Scope::AdministerServer)?;
    let clients = asked.server.clients();
    let body = json!({
        "shared": asked.server.shared().as_ref().map(shared),
        "clients": clients.iter().map(client).collect::<Vec<_>>(),
    });
    Ok(Json(body).into_response())
}

fn shared(state: &SharedState) -> Value {
    let authority = state.authority.as_ref();
    let urls = state.urls();
    let snippets = authority.zip(urls.first()).map(|(authority, url)| {
        let host = url.trim_start_matches("https://");
        let all = instructions(host, authority).into_iter();
        all.map(|one| json!({"client": one.client, "title": one.title, "text": one.text}))
            .collect::<Vec<_>>()
    });
    json!({
        "port": state.port,
        "urls": urls,
        "instructions": snippets.unwrap_or_default(),
        "certificate": {"sha256": state.fingerprint, "not_after": state.not_after},
        "trouble": state.trouble,
        "authority": authority.map(|authority| json!({
            "sha256": authority.fingerprint,
            "not_after": authority.not_after,
        })),
    })
}

fn client(client: &Client) -> Value {
    let token = client.token.as_ref();
    json!({
        "address": client.address,
        "token": token.map(|(id, description)| json!({"id": id, "description": description})),
        "user_agent": client.agent,
        "first_seen_at": client.first_seen,
        "last_seen_at": client.last_seen,
        "requests": client.requests,
        "failed": client.failed,
        "limited": client.limited,
    })
}
