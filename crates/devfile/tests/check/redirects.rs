//! Following redirects as far as they may be followed.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode, STACKS};
use registrar_devfile::{FailureKind, Target};
use registrar_registry::{Fingerprint, TlsRules};

use super::{check, kind, target};

#[tokio::test]
async fn to_another_registry() {
    let other = DevfileRegistry::start();
    let registry = DevfileRegistry::builder()
        .mode(Mode::RedirectsTo(other.url()))
        .start();
    let report = check(&target(&registry.url())).await;
    assert_eq!((kind(&report), report.stacks), (None, STACKS));
}

#[tokio::test]
async fn to_a_registry_that_fails_says_where_that_was() {
    let other = DevfileRegistry::builder().mode(Mode::Fails(500)).start();
    let registry = DevfileRegistry::builder()
        .mode(Mode::RedirectsTo(other.url()))
        .start();
    let failure = check(&target(&registry.url())).await.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::ServerError);
    let led = failure.redirected_to.unwrap();
    assert_eq!(led, format!("{}/v2index/all", other.url()));
}

#[tokio::test]
async fn in_a_circle_or_without_end() {
    for mode in [Mode::RedirectLoop, Mode::RedirectsForever] {
        let registry = DevfileRegistry::builder().mode(mode.clone()).start();
        let report = check(&target(&registry.url())).await;
        assert_eq!(kind(&report), Some(FailureKind::BadRedirect), "{mode:?}");
        assert!(registry.requests().len() <= 6, "{mode:?}");
    }
}

#[tokio::test]
async fn from_https_to_http_is_refused() {
    let authority = Authority::new();
    let plain = DevfileRegistry::start();
    let secure = DevfileRegistry::builder()
        .mode(Mode::RedirectsTo(plain.url()))
        .tls(&authority, Quality::Good)
        .start();
    let tls = TlsRules {
        ca_file: Some(authority.file()),
        trusted_certificate: None,
    };
    let report = check(&Target {
        tls,
        ..target(&secure.url())
    })
    .await;
    let failure = report.failure.unwrap();
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::BadRedirect, Some(302))
    );
    assert_eq!(
        failure.redirected_to,
        Some(format!("{}/v2index/all", plain.url()))
    );
    assert!(plain.requests().is_empty());
}

#[tokio::test]
async fn a_certificate_trusted_for_one_registry_is_not_trusted_elsewhere() {
    let authority = Authority::new();
    let builder = || DevfileRegistry::builder().tls(&authority, Quality::SelfSigned);
    let other = builder().start();
    let registry = builder().mode(Mode::RedirectsTo(other.url())).start();
    let own = Fingerprint::of_der(&registry.certificate().unwrap());
    let tls = TlsRules {
        ca_file: None,
        trusted_certificate: Some(own),
    };
    let report = check(&Target {
        tls,
        ..target(&registry.url())
    })
    .await;
    // Not as an untrusted certificate: trusting the other one would not help this registry.
    assert_eq!(kind(&report), Some(FailureKind::BadRedirect));
    assert_eq!(report.certificate.map(|c| c.sha256), Some(own));
    assert!(other.requests().is_empty());
}
