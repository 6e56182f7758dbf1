//! Whom to trust.

use std::path::PathBuf;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, STACKS};
use registrar_devfile::{CheckReport, FailureKind, Step, Target};
use registrar_registry::{Fingerprint, TlsRules};

use super::{check, failed_step, kind, target};

fn registry(authority: &Authority, quality: Quality) -> DevfileRegistry {
    DevfileRegistry::builder().tls(authority, quality).start()
}

fn trusting(authority: &Authority) -> TlsRules {
    TlsRules {
        ca_file: Some(authority.file()),
        trusted_certificate: None,
    }
}

fn pinning(registry: &DevfileRegistry) -> TlsRules {
    TlsRules {
        ca_file: None,
        trusted_certificate: registry.certificate().map(|der| Fingerprint::of_der(&der)),
    }
}

async fn check_by(registry: &DevfileRegistry, tls: TlsRules) -> CheckReport {
    let url = registry.url();
    check(&Target {
        tls,
        ..target(&url)
    })
    .await
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_where_it_is_given() {
    let authority = Authority::new();
    let registry = registry(&authority, Quality::Good);
    let report = check_by(&registry, trusting(&authority)).await;
    assert_eq!((kind(&report), report.stacks), (None, STACKS));
    assert!(report.steps.iter().any(|s| s.step == Step::Tls));
    let facts = report.certificate.unwrap();
    assert_eq!(facts.issuer, "Registrar Test Authority");
    assert!(facts.hosts.contains(&"localhost".to_owned()));

    let report = check_by(&registry, TlsRules::default()).await;
    assert_eq!(kind(&report), Some(FailureKind::CertificateNotTrusted));
}

#[tokio::test]
async fn an_address_instead_of_a_name_is_verified_as_well() {
    let authority = Authority::new();
    let registry = registry(&authority, Quality::Good);
    let tls = trusting(&authority);
    let url = registry.url_as("127.0.0.1");
    let report = check(&Target {
        tls,
        ..target(&url)
    })
    .await;
    assert_eq!(kind(&report), None);
}

#[tokio::test]
async fn http2_works_where_the_server_speaks_nothing_else() {
    let authority = Authority::new();
    let builder = DevfileRegistry::builder().tls(&authority, Quality::Good);
    let registry = builder.http2().start();
    let report = check_by(&registry, trusting(&authority)).await;
    assert_eq!((kind(&report), report.stacks), (None, STACKS));
    let host = registry.requests()[0].host.clone().unwrap();
    assert_eq!(host, format!("localhost:{}", registry.port()));
}

#[tokio::test]
async fn a_certificate_signed_by_itself_is_shown_and_can_be_trusted() {
    let authority = Authority::new();
    for quality in [Quality::SelfSigned, Quality::SelfSignedAuthority] {
        let registry = registry(&authority, quality);
        let report = check_by(&registry, TlsRules::default()).await;
        assert_eq!(kind(&report), Some(FailureKind::CertificateNotTrusted));
        assert_eq!(failed_step(&report), Some(Step::Tls));
        assert!(registry.requests().is_empty());

        let facts = report.certificate.unwrap();
        assert!(facts.self_signed);
        assert_eq!(
            (&*facts.subject, &*facts.issuer),
            ("registry.test", "registry.test")
        );
        assert_eq!(facts.not_after.to_string(), "2099-01-01T00:00:00Z");
        assert_eq!(Some(facts.sha256), pinning(&registry).trusted_certificate);

        let tls = TlsRules {
            trusted_certificate: Some(facts.sha256),
            ..TlsRules::default()
        };
        assert_eq!(kind(&check_by(&registry, tls).await), None);
    }
}

#[tokio::test]
async fn a_trusted_certificate_may_be_of_any_date_and_name() {
    let authority = Authority::new();
    for quality in [Quality::Expired, Quality::NotYetValid, Quality::WrongHost] {
        let registry = registry(&authority, quality);
        let report = check_by(&registry, pinning(&registry)).await;
        assert_eq!(kind(&report), None, "{quality:?}");
    }
}

#[tokio::test]
async fn a_trusted_certificate_that_was_replaced_is_noticed() {
    let authority = Authority::new();
    let registry = registry(&authority, Quality::SelfSigned);
    let before = pinning(&registry);
    registry.set_certificate(&authority, Quality::SelfSigned);
    let report = check_by(&registry, before.clone()).await;
    assert_eq!(kind(&report), Some(FailureKind::CertificateChanged));
    assert_eq!(
        report.certificate.map(|c| c.sha256),
        pinning(&registry).trusted_certificate
    );

    // Also where the new one would be trusted without the choice: the choice means only this one.
    registry.set_certificate(&authority, Quality::Good);
    let both = TlsRules {
        ca_file: Some(authority.file()),
        ..before
    };
    let report = check_by(&registry, both).await;
    assert_eq!(kind(&report), Some(FailureKind::CertificateChanged));
}

#[tokio::test]
async fn dates_and_names_are_told_apart() {
    let authority = Authority::new();
    for (quality, expected) in [
        (Quality::Expired, FailureKind::CertificateExpired),
        (Quality::NotYetValid, FailureKind::CertificateExpired),
        (Quality::WrongHost, FailureKind::CertificateWrongHost),
    ] {
        let registry = registry(&authority, quality);
        let report = check_by(&registry, trusting(&authority)).await;
        assert_eq!(kind(&report), Some(expected), "{quality:?}");
        assert_eq!(failed_step(&report), Some(Step::Tls));
        assert!(report.certificate.is_some());
    }
}

#[tokio::test]
async fn an_authoritys_file_that_cannot_be_used() {
    let authority = Authority::new();
    let registry = registry(&authority, Quality::Good);
    let no_pem = authority.folder().join("empty.pem");
    std::fs::write(
        &no_pem,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let huge = authority.folder().join("huge.pem");
    std::fs::write(&huge, vec![b'\n'; 2_000_000]).unwrap();
    let folder = authority.folder().to_owned();
    for file in [PathBuf::from("/nowhere/ca.pem"), no_pem, huge, folder] {
        let tls = TlsRules {
            ca_file: Some(file.clone()),
            trusted_certificate: None,
        };
        let report = check_by(&registry, tls).await;
        assert_eq!(
            kind(&report),
            Some(FailureKind::CaFileUnusable),
            "{}",
            file.display()
        );
        assert_eq!(failed_step(&report), Some(Step::Tls));
        let raw = report.failure.unwrap().raw;
        assert!(raw.contains(file.to_str().unwrap()), "{raw}");
    }
}

#[tokio::test]
async fn plain_http_on_a_port_for_https_and_the_other_way_round() {
    let plain = DevfileRegistry::start();
    let report = check(&target(&plain.url().replace("http:", "https:"))).await;
    assert_eq!(kind(&report), Some(FailureKind::PlainHttpOnTlsPort));
    assert_eq!(failed_step(&report), Some(Step::Tls));

    let authority = Authority::new();
    let builder = || DevfileRegistry::builder().tls(&authority, Quality::SelfSigned);
    for secure in [builder().start(), builder().mute_to_plain_http().start()] {
        let report = check(&target(&secure.url().replace("https:", "http:"))).await;
        assert_eq!(kind(&report), Some(FailureKind::TlsOnPlainHttpPort));
        assert_eq!(failed_step(&report), Some(Step::Answer));
        assert!(secure.requests().is_empty());
    }
}
