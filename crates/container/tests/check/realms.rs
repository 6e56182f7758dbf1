//! Where a registry sends the password, and when it goes there.

use registrar_container::Failure;
use url::Url;

use super::*;

/// A registry that sends the password to `realm`.
fn sending_to(realm: &str) -> ContainerRegistry {
    let challenge = format!("Bearer realm=\"{realm}\",service=\"s\"");
    ContainerRegistry::builder().challenge(challenge).start()
}

#[tokio::test]
async fn a_relative_realm_is_the_registrys_own() {
    let registry = sending_to("/other-token");
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    assert_eq!(registry.conversation()[1], "/other-token Basic");
}

#[tokio::test]
async fn another_port_of_the_same_host_needs_no_approval() {
    let tokens = ContainerRegistry::bearer().start();
    let registry = sending_to(&format!("{}/token", tokens.url_as("localhost")));
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    assert_eq!(tokens.conversation(), ["/token Basic"]);
}

#[tokio::test]
async fn another_site_is_approved_once() {
    let tokens = ContainerRegistry::bearer().start();
    let realm = format!("{}/token", tokens.url_as("127.0.0.1"));
    let registry = sending_to(&format!("{realm}?secret=x"));
    let report = check(&right(&registry)).await;
    let expected = Box::new(Url::parse(&realm).unwrap());
    let kind = kind(&report);
    assert_eq!(
        kind,
        FailureKind::RealmNotApproved {
            realm: expected.clone()
        }
    );
    assert_eq!(
        kind.to_string(),
        "the registry sends credentials to 127.0.0.1"
    );
    assert!(tokens.requests().is_empty() && !registry.was_told_secrets());

    let approved = Target {
        approved_realm: Some(*expected),
        ..right(&registry)
    };
    assert_eq!(access(&check(&approved).await), Access::Proved);
    assert_eq!(tokens.conversation(), ["/token Basic"]);
    // Elsewhere on that site is not where it was approved.
    let moved = sending_to(&realm.replace("/token", "/other-token"));
    let target = Target {
        host: right(&moved).host,
        ..approved
    };
    assert!(matches!(
        super::kind(&check(&target).await),
        FailureKind::RealmNotApproved { .. }
    ));
    assert_eq!(tokens.requests().len(), 1);
}

#[tokio::test]
async fn who_sends_nothing_needs_no_approval() {
    use acceptance_support::container_registry::Tokens;
    let tokens = ContainerRegistry::bearer()
        .tokens(Tokens::Anonymous)
        .start();
    let registry = sending_to(&format!("{}/token", tokens.url_as("127.0.0.1")));
    let report = check(&anonymous(&registry.host())).await;
    assert_eq!(access(&report), Access::Anonymous);
}

#[tokio::test]
async fn dangerous_realms_cannot_be_approved() {
    for realm in [
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:169.254.169.254]/",
        "http://metadata.google.internal/",
        "http://100.100.100.200/",
        "{here}/v2/",
        "ftp://localhost/",
        "file:///etc/passwd",
        "http://user:pass@localhost/token",
    ] {
        let registry = sending_to(realm);
        let target = Target {
            approved_realm: Url::parse(realm).ok(),
            ..right(&registry)
        };
        for target in [target, anonymous(&registry.host())] {
            let report = check(&target).await;
            assert_eq!(kind(&report), FailureKind::RealmRefused, "{realm}");
        }
        let report = check(&right(&registry)).await;
        let Failure { raw, .. } = report.outcome.unwrap_err();
        assert!(!raw.contains("user:pass"), "{raw}");
        assert!(!registry.was_told_secrets());
    }
}
