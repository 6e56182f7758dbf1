//! What the server says of the network, as the window has it.

use registrar_hosting::server::Client;
use registrar_hosting::sharing::{Authority, SharedState, instructions};

use crate::hosting::snippets;
use crate::wire::{NetworkAuthority, NetworkClient, NetworkDoor, Snippet};

pub(super) fn door(state: SharedState) -> NetworkDoor {
    let urls = state.urls();
    let authority = state.authority.as_ref();
    let told = authority.zip(urls.first());
    NetworkDoor {
        instructions: told.map(|(one, url)| trust(url, one)).unwrap_or_default(),
        authority: authority.map(|authority| NetworkAuthority {
            fingerprint: authority.fingerprint.clone(),
            not_after: authority.not_after.to_string(),
        }),
        fingerprint: state.fingerprint,
        not_after: state.not_after.to_string(),
        trouble: state.trouble,
        urls,
    }
}

fn trust(url: &str, authority: &Authority) -> Vec<Snippet> {
    let host = url.trim_start_matches("https://");
    let named = snippets::named(instructions(host, authority)).into_iter();
    named
        .map(|(id, snippet)| snippets::wired(id, snippet))
        .collect()
}

pub(super) fn client(client: Client) -> NetworkClient {
    NetworkClient {
        address: client.address.to_string(),
        token: client.token.map(|(_, description)| description),
        agent: client.agent,
        first_seen: client.first_seen.to_string(),
        last_seen: client.last_seen.to_string(),
        requests: client.requests,
        failed: client.failed,
        limited: client.limited,
    }
}
