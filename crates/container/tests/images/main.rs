//! What is in a registry: a real one that skopeo has filled, and hostile ones.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that cannot be set up fails its test"
)]

mod hostile;
mod real;

use std::time::Duration;

use registrar_container::images::{Content, Image, Index, Manifest, Names, Repositories};
use registrar_container::{Client, Credentials, FailureKind, ProxyRule, Reader, Settings, Target};
use registrar_registry::{ContainerAddress, ContainerHost, ImageReference, Secret};

fn client() -> Client {
    let timeout = Duration::from_secs(30);
    Client::new(Settings {
        proxy: ProxyRule::Direct,
        timeout,
        connect_timeout: timeout,
    })
}

fn host(text: &str) -> ContainerHost {
    ContainerAddress::parse(text).unwrap().host().clone()
}

/// Reads the registry at `text` by plain http, as `user` where there is one.
fn reader(text: &str, user: Option<(&str, &str)>) -> Reader {
    client().reader(Target {
        plain_http: true,
        credentials: user.map(|(user, secret)| Credentials::new(user, Secret::new(secret))),
        ..Target::new(host(text))
    })
}

fn image(host: &str, name: &str) -> ImageReference {
    ImageReference::parse(&format!("{host}/{name}")).unwrap()
}

async fn repositories(reader: &Reader, text: &str) -> Result<Repositories, FailureKind> {
    let found = reader.repositories(&host(text), &|_| {}).await;
    found.map_err(|failure| failure.kind)
}

fn listed(found: Result<Repositories, FailureKind>) -> Names {
    match found.unwrap() {
        Repositories::Listed(names) => names,
        Repositories::NoList(why) => panic!("no list: {why:?}"),
    }
}

fn index(manifest: Manifest) -> Index {
    match manifest.content {
        Content::Index(index) => index,
        Content::Image(_) => panic!("an image"),
    }
}

fn parts(manifest: Manifest) -> Image {
    match manifest.content {
        Content::Image(image) => image,
        Content::Index(_) => panic!("an index"),
    }
}
