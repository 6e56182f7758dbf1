//! A server in a temporary folder, and a plain client for it.

#![expect(
    clippy::panic,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use registrar_hosting::server::{Bounds, Listening, Server, bind, listen};
use registrar_hosting::{
    Caller, Ecosystem, Host, NewRegistry, NewToken, Options, Registry, RegistryChange, Scope,
    Scopes,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::openapi;

/// The registries, below `/api/v2`.
pub(crate) const REGISTRIES: &str = "/packages/organizations/local/registries";

/// A server that listens on a free port until it is dropped.
pub(crate) struct Hosted {
    pub(crate) host: Host,
    pub(crate) server: Arc<Server>,
    pub(crate) address: SocketAddr,
    /// An API token that may do everything.
    pub(crate) token: String,
    _folder: TempDir,
    _listening: Listening,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Hosted {
    pub(crate) async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), Bounds::default()).await
    }

    /// A server with other limits.
    pub(crate) async fn start_with(bounds: Bounds) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), bounds).await
    }

    /// A server in a folder of the test's choice.
    pub(crate) async fn start_in(folder: TempDir, bounds: Bounds) -> Self {
        let path = folder.path().join("data");
        let host = Host::open(Options {
            folder: path,
            safe: None,
        })
        .await
        .unwrap();
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::with_bounds(host.clone(), address.port(), None, bounds);
        let listening = listen(listener, &server).unwrap();
        let new = NewToken {
            description: "everything".to_owned(),
            scopes: Scopes::all(),
            expires_at: None,
        };
        let (_, secret) = host.create_api_token(new, &Caller::owner()).await.unwrap();
        Self {
            token: secret.expose_text().unwrap().to_owned(),
            host,
            server,
            address,
            _folder: folder,
            _listening: listening,
        }
    }

    /// A private registry of this name.
    pub(crate) async fn registry(&self, ecosystem: Ecosystem, name: &str) -> Arc<Registry> {
        let new = NewRegistry {
            name: name.to_owned(),
            description: String::new(),
            ecosystem,
            emoji: None,
            color: None,
        };
        self.host
            .create_registry(new, &Caller::owner())
            .await
            .unwrap()
    }

    /// The same, which anybody may read.
    pub(crate) async fn public_registry(&self, ecosystem: Ecosystem, name: &str) -> Arc<Registry> {
        let made = self.registry(ecosystem, name).await;
        let change = RegistryChange {
            public: Some(true),
            ..RegistryChange::default()
        };
        self.host
            .update_registry(made.id, change, &Caller::owner())
            .await
            .unwrap()
    }

    /// An API token with these scopes.
    pub(crate) async fn token_with(&self, scopes: &[Scope]) -> String {
        let new = NewToken {
            description: "some".to_owned(),
            scopes: scopes.iter().copied().collect(),
            expires_at: None,
        };
        let made = self.host.create_api_token(new, &Caller::owner()).await;
        made.unwrap().1.expose_text().unwrap().to_owned()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where a registry's packages lie.
    #[expect(clippy::unused_self, reason = "it reads as the others do")]
    pub(crate) fn packages(&self, registry: &str) -> String {
        format!("/api/v2/packages/organizations/local/registries/{registry}/packages")
    }

    /// A request with the token that may do everything.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let with = [headers, &[("authorization", bearer.as_str())]].concat();
        self.ask_bare(method, path, body, &with).await
    }

    /// A request to the management interface, at a path below `/api/v2`.
    pub(crate) async fn manage(&self, method: &str, path: &str, body: Value) -> Answer {
        self.manage_with(&self.token, method, path, body).await
    }

    /// The same with another token, or with none where it is empty.
    pub(crate) async fn manage_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("content-type", "application/json")];
        if !token.is_empty() {
            headers.push(("authorization", &bearer));
        }
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let path = format!("/api/v2{path}");
        self.ask_bare(method, &path, body, &headers).await
    }

    /// A request with these headers and no others.
    pub(crate) async fn ask_bare(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).unwrap();
        let answer = tokio::task::spawn_blocking(move || send(request))
            .await
            .unwrap();
        openapi::check(method, path, &answer);
        answer
    }

    /// Publishes a file through the management interface, as curl does.
    pub(crate) async fn upload(&self, registry: &str, name: &str, content: &[u8]) -> Answer {
        let (kind, body) = form(&[], name, content);
        self.ask(
            "POST",
            &self.packages(registry),
            body,
            &[("content-type", &kind)],
        )
        .await
    }
}

/// A form with fields and a file, and its content type.
pub(crate) fn form(fields: &[(&str, &str)], name: &str, content: &[u8]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(
            format!("--xx\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    body.extend(format!("--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n").bytes());
    body.extend_from_slice(content);
    body.extend(b"\r\n--xx--\r\n");
    ("multipart/form-data; boundary=xx".to_owned(), body)
}

fn send(request: ureq::http::Request<Vec<u8>>) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .accept_encoding("")
        .build()
        .into();
    let mut response = agent.run(request).unwrap();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_vec()
            .unwrap(),
    }
}
