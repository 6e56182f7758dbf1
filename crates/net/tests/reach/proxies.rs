//! A proxy that the person has set.

use std::net::TcpListener;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::DevfileRegistry;
use acceptance_support::proxy::Proxy;
use registrar_net::{FailureKind, Http, ProxyRule, Step, StepState, Trace};
use registrar_registry::TlsRules;
use url::Url;

use super::{get, http, secure};

fn through(url: &str) -> Http {
    http(ProxyRule::Manual(Url::parse(url).unwrap()))
}

#[tokio::test]
async fn https_goes_through_a_tunnel_that_sees_no_token() {
    let (authority, proxy) = (Authority::new(), Proxy::start());
    let (registry, tls) = secure(&authority);
    let url = registry.url_as("registry.test");
    let answer = get(&through(&proxy.url()), &url, Some("token"), &tls).await;
    assert!(answer.unwrap().status.is_success());
    let target = format!("CONNECT registry.test:{}", registry.port());
    assert_eq!(proxy.targets(), [target]);
    assert_eq!(registry.authorizations(), ["Bearer token"]);
    assert!(!proxy.heads().concat().contains("token"));
}

#[tokio::test]
async fn http_is_handed_to_the_proxy_without_a_token() {
    let (registry, proxy) = (DevfileRegistry::start(), Proxy::start());
    let url = registry.url_as("registry.test");
    let http = through(&proxy.url());
    let answer = get(&http, &url, Some("token"), &TlsRules::default()).await;
    assert!(answer.unwrap().status.is_success());
    assert_eq!(proxy.targets(), [format!("GET {url}/v2index")]);
    let host = registry.requests()[0].host.clone().unwrap();
    assert_eq!(host, format!("registry.test:{}", registry.port()));
    assert!(!proxy.heads().concat().contains("token"));
}

#[tokio::test]
async fn this_computer_is_never_reached_through_a_proxy() {
    let (registry, proxy) = (DevfileRegistry::start(), Proxy::start());
    for host in ["localhost", "127.0.0.1"] {
        let http = through(&proxy.url());
        let answer = get(&http, &registry.url_as(host), None, &TlsRules::default()).await;
        assert!(answer.unwrap().status.is_success());
    }
    assert!(proxy.targets().is_empty());
}

#[tokio::test]
async fn a_proxys_password_goes_to_the_proxy_alone() {
    let (authority, proxy) = (Authority::new(), Proxy::start());
    let (registry, tls) = secure(&authority);
    let http = through(&proxy.url_with_user("ann", "pass%20word"));
    let url = registry.url_as("registry.test");
    assert!(get(&http, &url, None, &tls).await.is_ok());
    // "ann:pass word" in base 64.
    let header = "Proxy-Authorization: Basic YW5uOnBhc3Mgd29yZA==";
    assert!(proxy.heads()[0].contains(header), "{:?}", proxy.heads());
    assert!(registry.authorizations().is_empty());
}

#[tokio::test]
async fn what_the_server_does_wrong_is_not_blamed_on_the_proxy() {
    let (authority, proxy) = (Authority::new(), Proxy::start());
    let (registry, _) = secure(&authority);
    let url = registry.url_as("registry.test");
    let http = through(&proxy.url());
    let failure = get(&http, &url, None, &TlsRules::default())
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::CertificateNotTrusted);

    let plain = DevfileRegistry::start();
    let url = plain.url_as("registry.test").replace("http:", "https:");
    let failure = get(&http, &url, None, &TlsRules::default())
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::PlainHttpOnTlsPort);
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_apart() {
    for status in [403, 407, 502] {
        let proxy = Proxy::refusing(status);
        let address = proxy.url();
        let http = through(&proxy.url_with_user("ann", "hunter2"));
        let failure = get(&http, "https://registry.test", None, &TlsRules::default())
            .await
            .unwrap_err();
        assert_eq!(failure.kind, FailureKind::Proxy, "{status}");
        assert_eq!(failure.status, Some(status));
        assert!(failure.raw.contains(&address), "{failure}");
        assert!(!format!("{failure:?}").contains("hunter2"));
    }
    let proxy = Proxy::refusing(407);
    let http = through(&proxy.url());
    let answer = get(&http, "http://registry.test", None, &TlsRules::default()).await;
    let failure = answer.unwrap().failure().unwrap();
    assert_eq!(failure.kind, FailureKind::Proxy);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_apart() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for proxy in [
        format!("http://127.0.0.1:{port}"),
        "http://no-such-proxy.invalid:1".to_owned(),
        "socks5://127.0.0.1:1".to_owned(),
    ] {
        let http = through(&proxy);
        let url = Url::parse("https://registry.test/").unwrap();
        let tls = TlsRules::default();
        let failure = get(&http, url.as_str(), None, &tls).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Proxy, "{proxy}");
        assert!(failure.raw.contains(&proxy), "{failure}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_no_proxy_is_told_apart() {
    let authority = Authority::new();
    let registry = DevfileRegistry::builder()
        .tls(&authority, Quality::Good)
        .start();
    // A registry in place of a proxy: it expects TLS and closes the connection.
    let http = through(&format!("http://127.0.0.1:{}", registry.port()));
    let tls = TlsRules::default();
    let failure = get(&http, "https://registry.test", None, &tls)
        .await
        .unwrap_err();
    assert_eq!(failure.kind, FailureKind::Proxy);
}

#[tokio::test]
async fn the_proxys_refusal_fails_the_step_of_connecting() {
    let proxy = Proxy::refusing(502);
    let http = through(&proxy.url());
    let trace = Trace::new(&|_| {});
    let url = Url::parse("https://registry.test/").unwrap();
    let get = registrar_net::Get {
        url: &url,
        token: None,
        tls: &TlsRules::default(),
        accept: "*/*",
        max_body: 1,
        deadline: http.deadline(),
    };
    http.get(&get, &trace).await.unwrap_err();
    let results = trace.results(true, true);
    let failed = results.iter().find(|r| r.state == StepState::Failed);
    assert_eq!(failed.map(|r| r.step), Some(Step::Connect));
    assert_eq!(results.len(), 5);
}
