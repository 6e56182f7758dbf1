//! The reference registry itself.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::docker_registry::DockerRegistry;
use registrar_net::FailureKind as Net;
use registrar_registry::ClientCertificate;
use registrar_registry::TlsRules;

use super::*;

/// `registry` by https, with `secret` for [`USER`], trusting `authority`.
fn secure(registry: &DockerRegistry, secret: &str, authority: &Authority) -> Target {
    Target {
        credentials: Some(Credentials::new(USER, Secret::new(secret))),
        tls: TlsRules {
            ca_file: Some(authority.file()),
            trusted_certificate: None,
        },
        plain_http: false,
        ..anonymous(&registry.host())
    }
}

#[tokio::test]
async fn its_passwords_are_proved() {
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .login(USER, PASSWORD)
        .tls(&authority, Quality::Good)
        .start();
    let report = check(&secure(&registry, PASSWORD, &authority)).await;
    assert_eq!(access(&report), Access::Proved);
    assert!(report.credentials_sent && report.certificate.is_some());
    let report = check(&secure(&registry, "wrong", &authority)).await;
    assert_eq!(kind(&report), FailureKind::CredentialsRefused);

    let nobody = Target {
        credentials: None,
        ..secure(&registry, "", &authority)
    };
    assert_eq!(kind(&check(&nobody).await), FailureKind::CredentialsNeeded);
    let unrelated = Authority::new();
    let stranger = secure(&registry, PASSWORD, &unrelated);
    let untrusted = FailureKind::Registry(Net::CertificateNotTrusted);
    assert_eq!(kind(&check(&stranger).await), untrusted);
}

#[tokio::test]
async fn open_and_by_plain_http() {
    let registry = DockerRegistry::builder().start();
    let target = anonymous(&registry.host());
    assert_eq!(access(&check(&target).await), Access::Anonymous);
    let known = Target {
        credentials: Some(Credentials::new(USER, Secret::new(PASSWORD))),
        ..target
    };
    let report = check(&known).await;
    assert_eq!(access(&report), Access::OpenNotChecked);
    assert!(!report.credentials_sent);
}

#[tokio::test]
async fn its_certificate_may_be_expired_or_for_another_host() {
    for (quality, expected) in [
        (Quality::Expired, Net::CertificateExpired),
        (Quality::WrongHost, Net::CertificateWrongHost),
        (Quality::SelfSigned, Net::CertificateNotTrusted),
    ] {
        let authority = Authority::new();
        let registry = DockerRegistry::builder().tls(&authority, quality).start();
        let strict = secure(&registry, PASSWORD, &authority);
        assert_eq!(kind(&check(&strict).await), FailureKind::Registry(expected));
        let insecure = Target {
            insecure: true,
            ..strict
        };
        assert_eq!(access(&check(&insecure).await), Access::OpenNotChecked);
    }
}

#[tokio::test]
async fn it_may_want_a_client_certificate() {
    let authority = Authority::new();
    let registry = DockerRegistry::builder()
        .login(USER, PASSWORD)
        .tls(&authority, Quality::Good)
        .client_certificates(&authority)
        .start();
    let without = secure(&registry, PASSWORD, &authority);
    let needed = FailureKind::ClientCertificateNeeded;
    assert_eq!(kind(&check(&without).await), needed);

    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = authority.issue(Quality::Good).write_to(folder.path());
    let with = Target {
        client_certificate: Some(ClientCertificate { certificate, key }),
        ..without.clone()
    };
    assert_eq!(access(&check(&with).await), Access::Proved);

    let (certificate, key) = Authority::new()
        .issue(Quality::Good)
        .write_to(folder.path());
    let other = Target {
        client_certificate: Some(ClientCertificate { certificate, key }),
        ..without
    };
    assert_eq!(kind(&check(&other).await), needed);
}
