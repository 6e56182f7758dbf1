//! Whom to trust, and who we are, when the registry or its token server speaks TLS.

use acceptance_support::certificates::{Authority, Quality};
use registrar_net::FailureKind as Net;
use registrar_registry::ClientCertificate;
use registrar_registry::{Fingerprint, TlsRules};

use super::*;

fn secure(registry: &ContainerRegistry) -> Target {
    Target {
        plain_http: false,
        ..right(registry)
    }
}

fn start(quality: Quality) -> ContainerRegistry {
    ContainerRegistry::bearer()
        .tls(&Authority::new(), quality)
        .start()
}

#[tokio::test]
async fn says_what_is_wrong_with_a_certificate() {
    for (quality, expected) in [
        (Quality::Good, Net::CertificateNotTrusted),
        (Quality::SelfSigned, Net::CertificateNotTrusted),
    ] {
        let registry = start(quality);
        let report = check(&secure(&registry)).await;
        assert_eq!(kind(&report), FailureKind::Registry(expected));
        assert_eq!(failed_step(&report), Step::Tls);
        let shown = report.certificate.unwrap().sha256;
        assert_eq!(shown, Fingerprint::of_der(registry.certificate().unwrap()));
    }
}

#[tokio::test]
async fn a_pinned_certificate_counts_for_its_token_server_as_well() {
    let registry = start(Quality::Expired);
    let pinned = Fingerprint::of_der(registry.certificate().unwrap());
    let target = Target {
        tls: TlsRules {
            trusted_certificate: Some(pinned),
            ..TlsRules::default()
        },
        ..secure(&registry)
    };
    assert_eq!(access(&check(&target).await), Access::Proved);
}

#[tokio::test]
async fn insecure_takes_any_certificate_of_the_registrys_host_only() {
    for quality in [Quality::SelfSigned, Quality::Expired, Quality::WrongHost] {
        let registry = start(quality);
        let target = Target {
            insecure: true,
            ..secure(&registry)
        };
        assert_eq!(access(&check(&target).await), Access::Proved);
    }
    let tokens = start(Quality::SelfSigned);
    let realm = format!("{}/token", tokens.url_as("127.0.0.1"));
    let registry = ContainerRegistry::builder()
        .challenge(format!("Bearer realm=\"{realm}\",service=\"s\""))
        .tls(&Authority::new(), Quality::SelfSigned)
        .start();
    let target = Target {
        insecure: true,
        approved_realm: Some(realm.parse().unwrap()),
        ..secure(&registry)
    };
    let report = check(&target).await;
    assert_eq!(
        kind(&report),
        FailureKind::TokenServer(Net::CertificateNotTrusted)
    );
    assert!(!tokens.was_told_secrets());
}

#[tokio::test]
async fn a_realm_by_plain_http_is_refused() {
    let tokens = ContainerRegistry::bearer().start();
    let authority = Authority::new();
    let registry = ContainerRegistry::builder()
        .challenge(format!(
            "Bearer realm=\"{}/token\"",
            tokens.url_as("localhost")
        ))
        .tls(&authority, Quality::Good)
        .start();
    let target = Target {
        tls: TlsRules {
            ca_file: Some(authority.file()),
            trusted_certificate: None,
        },
        ..secure(&registry)
    };
    assert_eq!(kind(&check(&target).await), FailureKind::RealmRefused);
    assert_eq!(tokens.requests(), []);
}

#[tokio::test]
async fn the_wrong_scheme_is_noticed() {
    let registry = ContainerRegistry::basic().start();
    let report = check(&secure(&registry)).await;
    assert_eq!(
        kind(&report),
        FailureKind::Registry(Net::PlainHttpOnTlsPort)
    );
    assert!(!registry.was_told_secrets());
    let registry = start(Quality::Good);
    let report = check(&right(&registry)).await;
    assert_eq!(
        kind(&report),
        FailureKind::Registry(Net::TlsOnPlainHttpPort)
    );
}

#[tokio::test]
async fn a_client_certificate_that_cannot_be_used() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = authority.issue(Quality::Good).write_to(folder.path());
    let other = tempfile::tempdir().unwrap();
    let (_, other_key) = authority.issue(Quality::Good).write_to(other.path());
    let registry = start(Quality::Good);
    for (certificate, key, why) in [
        (folder.path().join("missing"), key.clone(), "missing"),
        (key.clone(), key.clone(), "there is no certificate in"),
        (
            certificate.clone(),
            certificate.clone(),
            "there is no private key in",
        ),
        (
            certificate.clone(),
            other_key,
            "the key does not fit the certificate",
        ),
    ] {
        let target = Target {
            client_certificate: Some(ClientCertificate { certificate, key }),
            ..secure(&registry)
        };
        let failure = check(&target).await.outcome.unwrap_err();
        assert_eq!(failure.kind, FailureKind::ClientCertificateUnusable);
        assert!(failure.raw.contains(why), "{}", failure.raw);
    }
    assert_eq!(registry.requests(), []);
}
