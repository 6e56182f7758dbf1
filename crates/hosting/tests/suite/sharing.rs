//! Sharing on the network, as curl sees it: the real thing speaks TLS and judges certificates.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use registrar_hosting::Ecosystem;
use registrar_hosting::server::Bounds;
use registrar_hosting::sharing::{Identity, ShareError, Shared, Sharing, share};
use tempfile::TempDir;

use crate::support::Hosted;

/// curl's exit codes: nobody listens; the certificate does not convince.
const REFUSED: i32 = 7;
const UNTRUSTED: i32 = 60;

/// A server that is shared, and a client that has its authority in a file.
struct OnNetwork {
    hosted: Hosted,
    shared: Shared,
    folder: TempDir,
    port: u16,
}

struct Said {
    code: i32,
    status: u16,
    text: String,
}

fn any_port() -> Sharing {
    Sharing {
        port: 0,
        ..Sharing::default()
    }
}

impl OnNetwork {
    async fn start() -> Self {
        Self::start_with(Bounds::default()).await
    }

    async fn start_with(bounds: Bounds) -> Self {
        let hosted = Hosted::start_with(bounds).await;
        let shared = share(&hosted.server, any_port()).await.unwrap();
        let state = hosted.server.shared().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let authority = state.authority.unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.pem).unwrap();
        Self {
            hosted,
            shared,
            folder,
            port: state.port,
        }
    }

    fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    async fn get(&self, path: &str, more: &[&str]) -> Said {
        curl(&self.ca(), &[&[self.url(path).as_str()], more].concat()).await
    }
}

/// What curl says with this authority: the answer's header and body, its status, its own exit code.
async fn curl(ca: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new("curl");
    command
        .args(["--silent", "--include", "--noproxy", "*", "--cacert"])
        .arg(ca)
        .args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let status = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Said {
        code: output.status.code().unwrap(),
        status: status.unwrap_or_default(),
        text,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_read_and_publish_with_a_token_and_are_told_the_address_that_they_used() {
    let network = OnNetwork::start().await;
    let hosted = &network.hosted;
    hosted.public_registry(Ecosystem::Files, "open").await;
    hosted.registry(Ecosystem::Files, "closed").await;
    hosted.upload("open", "tool-1.0.0.zip", b"one").await;
    let open = network.get("/local/open/files/tool-1.0.0.zip", &[]).await;
    assert_eq!((open.status, open.text.ends_with("one")), (200, true));
    let bearer = format!("Authorization: Bearer {}", hosted.token);
    let form = "file=@-;filename=tool-2.0.0.zip";
    let path = hosted.packages("closed");
    for (header, expected) in [
        ("X-None: 1", 401),
        ("Authorization: Bearer x", 401),
        (&bearer, 200),
    ] {
        let said = network.get(&path, &["-H", header, "-F", form]).await;
        assert_eq!(said.status, expected, "{header}: {}", said.text);
        if expected == 200 {
            assert!(
                said.text.contains(&network.url("/api/v2/")),
                "{}",
                said.text
            );
            assert!(!said.text.contains("http://"), "{}", said.text);
        }
    }
    let closed = "/local/closed/files/tool-2.0.0.zip";
    assert_eq!(network.get(closed, &[]).await.status, 401);
    assert_eq!(network.get(closed, &["-H", &bearer]).await.status, 200);
    let challenge = network.get("/v2/", &[]).await;
    let realm = format!("realm=\"{}\"", network.url("/v2/token"));
    assert!(challenge.text.contains(&realm), "{}", challenge.text);
    // The door on this computer says what it always said.
    let own = hosted.ask_bare("GET", "/v2/", vec![], &[]).await;
    assert!(
        own.header("www-authenticate")
            .contains("realm=\"http://127.0.0.1:")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_trusts_this_authority_for_these_names_and_nothing_else() {
    let network = OnNetwork::start().await;
    assert_eq!(network.get("/health", &[]).await.status, 200);
    let other = OnNetwork::start().await;
    let strange = curl(&other.ca(), &[&network.url("/health")]).await;
    assert_eq!(strange.code, UNTRUSTED);
    // The same server, by a name that somebody has pointed here.
    let at = format!("evil.example:{}:127.0.0.1", network.port);
    let url = format!("https://evil.example:{}/health", network.port);
    let resolve = ["--resolve", at.as_str(), url.as_str()];
    assert_eq!(curl(&network.ca(), &resolve).await.code, UNTRUSTED);
    let insecure = [&resolve[..], &["--insecure"]].concat();
    assert_eq!(curl(&network.ca(), &insecure).await.status, 421);
    for header in [
        "Origin: https://evil.example",
        "Sec-Fetch-Site: cross-site",
        "Origin: null",
    ] {
        assert_eq!(
            network.get("/health", &["-H", header]).await.status,
            403,
            "{header}"
        );
    }
    // Each door knows its own names alone.
    let own = network.hosted.address.to_string();
    assert_eq!(
        network
            .get("/health", &["-H", &format!("Host: {own}")])
            .await
            .status,
        421
    );
    let name = format!("127.0.0.1:{}", network.port);
    let crossed = network
        .hosted
        .ask_bare("GET", "/health", vec![], &[("host", &name)])
        .await;
    assert_eq!(crossed.status, 421);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_is_offered_while_shared_and_stays_the_same() {
    let network = OnNetwork::start().await;
    let offered = network.get("/ca.pem", &["--insecure"]).await;
    let pem = std::fs::read_to_string(network.ca()).unwrap();
    assert!(offered.text.ends_with(&pem), "{}", offered.text);
    assert!(!offered.text.contains("PRIVATE"));
    let OnNetwork {
        hosted,
        shared,
        folder,
        port,
    } = network;
    shared.end().await;
    let url = format!("https://127.0.0.1:{port}/health");
    let ca = folder.path().join("ca.pem");
    assert_eq!(curl(&ca, &[&url]).await.code, REFUSED);
    assert_eq!(hosted.server.shared(), None);
    assert_eq!(
        hosted.ask_bare("GET", "/ca.pem", vec![], &[]).await.status,
        404
    );
    assert_eq!(
        hosted.ask_bare("GET", "/health", vec![], &[]).await.status,
        200
    );
    let _again = share(&hosted.server, any_port()).await.unwrap();
    let state = hosted.server.shared().unwrap();
    assert_eq!(state.authority.unwrap().pem, pem);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_under_load_drops_nothing() {
    let network = Arc::new(OnNetwork::start().await);
    let before = network.hosted.server.shared().unwrap().fingerprint;
    let over = Arc::new(AtomicBool::new(false));
    let asking = (0..4).map(|_| {
        let (network, over) = (network.clone(), over.clone());
        tokio::spawn(async move {
            // One connection for twenty requests, and a new one for the next twenty.
            let urls = vec![network.url("/ca.pem"); 20];
            let urls: Vec<_> = urls.iter().map(String::as_str).collect();
            let mut rounds = 0;
            while !over.load(Ordering::Relaxed) || rounds == 0 {
                let said = curl(&network.ca(), &urls).await;
                assert_eq!(said.code, 0);
                assert_eq!(said.text.matches("HTTP/1.1 200").count(), 20);
                rounds += 1;
            }
        })
    });
    let asking: Vec<_> = asking.collect();
    for _ in 0..20 {
        network.shared.renewal().renew(true).await.unwrap();
        assert_eq!(network.get("/health", &[]).await.status, 200);
    }
    over.store(true, Ordering::Relaxed);
    for one in asking {
        one.await.unwrap();
    }
    let after = network.hosted.server.shared().unwrap().fingerprint;
    assert_ne!(before, after);
    // Without need the certificate stays.
    network.shared.renewal().renew(false).await.unwrap();
    assert_eq!(network.hosted.server.shared().unwrap().fingerprint, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_everybody_is_seen() {
    let network = OnNetwork::start_with(Bounds {
        network_failures: 3,
        ..Bounds::default()
    })
    .await;
    let hosted = &network.hosted;
    hosted.public_registry(Ecosystem::Files, "open").await;
    hosted.upload("open", "tool-1.0.0.zip", b"one").await;
    let wrong = ["-H", "Authorization: Bearer guess"];
    for _ in 0..3 {
        assert_eq!(
            network.get("/api/v2/access-token", &wrong).await.status,
            401
        );
    }
    let limited = network.get("/api/v2/access-token", &wrong).await;
    assert_eq!(limited.status, 429);
    assert!(limited.text.contains("retry-after: "), "{}", limited.text);
    assert_eq!(
        network
            .get("/local/open/files/tool-1.0.0.zip", &[])
            .await
            .status,
        200
    );
    // A token that works keeps working, for the same address too.
    let right = format!("Authorization: Bearer {}", hosted.token);
    let seen = network
        .get("/api/v2/sharing", &["-H", &right, "-A", "npm/11"])
        .await;
    assert_eq!(seen.status, 200);
    let (_, body) = seen.text.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let clients = body["clients"].as_array().unwrap();
    assert_eq!(clients.len(), 2, "{body}");
    assert_eq!(clients[0]["token"]["description"], "everything");
    assert_eq!(clients[0]["user_agent"], "npm/11");
    assert_eq!(clients[0]["address"], "127.0.0.1");
    assert_eq!(
        (&clients[1]["requests"], &clients[1]["failed"]),
        (&5.into(), &3.into())
    );
    assert_eq!(clients[1]["limited"], 1);
    let shown = body["shared"]["instructions"].to_string();
    let print = body["shared"]["authority"]["sha256"].as_str().unwrap();
    assert!(
        shown.contains(print) && shown.contains("NODE_EXTRA_CA_CERTS"),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_ones_own_is_checked_before_it_is_used() {
    let hosted = Hosted::start().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let made = |name: &str, hosts: &[&str], until: i32| {
        let hosts: Vec<_> = hosts.iter().map(|&host| host.to_owned()).collect();
        let mut params = CertificateParams::new(hosts).unwrap();
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let key = write(&format!("{name}.key"), &key.serialize_pem());
        (write(&format!("{name}.pem"), &certificate.pem()), key)
    };
    let (good, key) = made("good", &["127.0.0.1", "box.example"], 2090);
    let (expired, expired_key) = made("expired", &["127.0.0.1"], 2020);
    let (nameless, nameless_key) = made("nameless", &["*.example"], 2090);
    let locked = write(
        "locked.key",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    );
    let missing = folder.path().join("missing.pem");
    let own = |chain: &Path, key: &Path| Sharing {
        identity: Identity::Own {
            chain: chain.to_owned(),
            key: key.to_owned(),
        },
        ..any_port()
    };
    for (chain, key, expected) in [
        (&good, &expired_key, "does not belong"),
        (&expired, &expired_key, "ended on 2020-01-01"),
        (&nameless, &nameless_key, "names no host"),
        (&good, &locked, "is encrypted"),
        (&good, &good, "no private key"),
        (&key, &key, "no certificate"),
        (&missing, &key, "cannot be read"),
    ] {
        let refused = share(&hosted.server, own(chain, key)).await.err().unwrap();
        assert!(matches!(refused, ShareError::Certificate(_)), "{refused:?}");
        assert!(refused.to_string().contains(expected), "{refused}");
        assert_eq!(hosted.server.shared(), None);
    }
    let _shared = share(&hosted.server, own(&good, &key)).await.unwrap();
    let state = hosted.server.shared().unwrap();
    assert_eq!(state.authority, None);
    let port = state.port;
    assert_eq!(state.urls(), [format!("https://box.example:{port}")]);
    let url = format!("https://127.0.0.1:{port}/health");
    assert_eq!(curl(&good, &[&url]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_said() {
    let network = OnNetwork::start().await;
    let other = Hosted::start().await;
    let sharing = Sharing {
        port: network.port,
        ..Sharing::default()
    };
    let refused = share(&other.server, sharing).await.err().unwrap();
    assert!(refused.to_string().contains("already using"), "{refused}");
    assert_eq!(other.server.shared(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_speaks_plain_http_is_told_to_use_https() {
    let network = OnNetwork::start().await;
    let url = format!("http://127.0.0.1:{}/health", network.port);
    let said = curl(&network.ca(), &[&url]).await;
    assert_eq!((said.code, said.status), (0, 400), "{}", said.text);
    assert!(said.text.ends_with("with https.\n"), "{}", said.text);
    // Something longer than a header is answered as well.
    let body = "x".repeat(20_000);
    assert_eq!(curl(&network.ca(), &[&url, "-d", &body]).await.status, 400);
    assert_eq!(network.get("/health", &[]).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_hears_of_every_change_and_of_what_could_not_be_renewed() {
    let hosted = Hosted::start().await;
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("a.pem"), folder.path().join("a.key"));
    let made = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["box.example".to_owned()]).unwrap();
    let certificate = certificate.self_signed(&made).unwrap().pem();
    std::fs::write(&chain, &certificate).unwrap();
    std::fs::write(&key, made.serialize_pem()).unwrap();
    let (names, _) = registrar_hosting::sharing::check(&chain, &key).unwrap();
    assert_eq!(names.hosts, ["box.example"]);
    let sharing = Sharing {
        identity: Identity::Own {
            chain: chain.clone(),
            key,
        },
        ..any_port()
    };
    let server = hosted.server.clone();
    let first = tokio::spawn(async move { server.shared_otherwise(None).await });
    let shared = share(&hosted.server, sharing).await.unwrap();
    let state = first.await.unwrap().unwrap();
    assert_eq!(state.trouble, None);
    std::fs::write(&chain, "nothing").unwrap();
    let refused = shared.renewal().renew(false).await.unwrap_err();
    let troubled = hosted.server.shared_otherwise(Some(&state)).await.unwrap();
    assert_eq!(troubled.trouble, Some(refused.to_string()));
    assert_eq!(troubled.fingerprint, state.fingerprint);
    std::fs::write(&chain, &certificate).unwrap();
    shared.renewal().renew(false).await.unwrap();
    let server = &hosted.server;
    assert_eq!(server.shared_otherwise(Some(&troubled)).await, Some(state));
    shared.end().await;
    assert_eq!(server.shared(), None);
}
