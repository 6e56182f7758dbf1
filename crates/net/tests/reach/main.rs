//! Reaching registries through proxies, and by what the environment and the system say.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod environment;
mod proxies;
mod session;

use std::time::Duration;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::DevfileRegistry;
use registrar_net::{Answer, Failure, Get, Http, ProxyRule, Settings, Trace};
use registrar_registry::{Secret, TlsRules};
use url::Url;

/// Longer than anything here takes that is meant to succeed.
const AMPLE: Duration = Duration::from_secs(30);

fn http(proxy: ProxyRule) -> Http {
    Http::new(Settings {
        proxy,
        timeout: AMPLE,
        connect_timeout: AMPLE,
    })
}

/// Gets the index of the registry at `url` with the token `token`.
async fn get(
    http: &Http,
    url: &str,
    token: Option<&str>,
    tls: &TlsRules,
) -> Result<Answer, Failure> {
    let url = Url::parse(&format!("{url}/v2index")).unwrap();
    let token = token.map(Secret::new);
    let get = Get {
        url: &url,
        token: token.as_ref(),
        tls,
        accept: "application/json",
        max_body: 1_000_000,
        deadline: http.deadline(),
    };
    http.get(&get, &Trace::new(&|_| {})).await
}

fn secure(authority: &Authority) -> (DevfileRegistry, TlsRules) {
    let registry = DevfileRegistry::builder()
        .tls(authority, Quality::Good)
        .start();
    let tls = TlsRules {
        ca_file: Some(authority.file()),
        trusted_certificate: None,
    };
    (registry, tls)
}
