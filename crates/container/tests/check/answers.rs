//! What `/v2/` may answer, and what that means: open, forbidden, limited, something else.

use acceptance_support::container_registry::{Builder, Registry, Tokens};
use registrar_container::Failure;
use registrar_net::FailureKind as Net;

use super::*;

fn failure(report: CheckReport) -> Failure {
    report.outcome.unwrap_err()
}

#[tokio::test]
async fn an_open_registry_is_no_proof() {
    for open in [Registry::Open, Registry::OpenAndTerse] {
        let registry = ContainerRegistry::bearer().registry(open).start();
        let report = check(&right(&registry)).await;
        assert_eq!(access(&report), Access::OpenNotChecked);
        assert!(!report.credentials_sent && !registry.was_told_secrets());
        let report = check(&anonymous(&registry.host())).await;
        assert_eq!(access(&report), Access::Anonymous);
    }
}

#[tokio::test]
async fn an_open_registry_may_be_somewhere_else() {
    let other = ContainerRegistry::builder()
        .registry(Registry::Open)
        .start();
    let elsewhere = format!("{}/v2/", other.url_as("127.0.0.1"));
    let registry = ContainerRegistry::bearer()
        .registry(Registry::RedirectsTo(elsewhere))
        .start();
    let report = check(&anonymous(&registry.host())).await;
    assert_eq!(access(&report), Access::Anonymous);
    let report = check(&right(&registry)).await;
    assert_eq!(access(&report), Access::OpenNotChecked);
    assert!(!registry.was_told_secrets() && !other.was_told_secrets());
}

#[tokio::test]
async fn an_anonymous_token_opens_a_registry_for_everybody() {
    let registry = ContainerRegistry::bearer()
        .tokens(Tokens::Anonymous)
        .start();
    let report = check(&anonymous(&registry.host())).await;
    assert_eq!(access(&report), Access::Anonymous);
    assert!(!report.credentials_sent);
    // Credentials are proved all the same, because its token server looks at them.
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    let wrong = check(&target(&registry, USER, "wrong")).await;
    assert_eq!(kind(&wrong), FailureKind::CredentialsRefused);
}

#[tokio::test]
async fn says_that_credentials_are_needed() {
    for registry in [ContainerRegistry::basic(), ContainerRegistry::bearer()] {
        let registry = registry.start();
        let report = check(&anonymous(&registry.host())).await;
        assert_eq!(kind(&report), FailureKind::CredentialsNeeded);
        assert_eq!(failed_step(&report), Step::Credentials);
    }
}

#[tokio::test]
async fn forbidden_is_not_refused() {
    let everybody = Registry::Fails(403, r#"{"errors":[{"code":"DENIED"}]}"#);
    let registry = ContainerRegistry::bearer().registry(everybody).start();
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::Forbidden);
    assert_eq!(failed_step(&report), Step::Answer);

    let registry = ContainerRegistry::bearer()
        .registry(Registry::Forbids)
        .start();
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::Forbidden);
    let failure = failure(report);
    assert_eq!(failure.status, Some(403));
    assert!(failure.raw.ends_with("requested access is denied"));
}

#[tokio::test]
async fn tells_how_long_to_wait() {
    let registry = ContainerRegistry::bearer().registry(Registry::RateLimited("42"));
    let limited = failure(check(&right(&registry.start())).await);
    assert_eq!(
        (limited.kind, limited.seconds),
        (FailureKind::RateLimited, Some(42))
    );
    let someday = ContainerRegistry::bearer().registry(Registry::RateLimited("someday"));
    let limited = failure(check(&right(&someday.start())).await);
    assert_eq!(
        (limited.kind, limited.seconds),
        (FailureKind::RateLimited, None)
    );
    let tokens = ContainerRegistry::bearer().tokens(Tokens::RateLimited("7"));
    let limited = failure(check(&right(&tokens.start())).await);
    assert_eq!(
        (limited.kind, limited.seconds),
        (FailureKind::RateLimited, Some(7))
    );
}

#[tokio::test]
async fn something_else_is_not_a_registry() {
    for other in [
        Registry::Html,
        Registry::Text,
        Registry::Fails(404, "404 page not found"),
        Registry::Fails(405, ""),
    ] {
        let registry = ContainerRegistry::bearer().registry(other.clone()).start();
        let report = check(&right(&registry)).await;
        assert_eq!(kind(&report), FailureKind::NotARegistry, "{other:?}");
        assert_eq!(failed_step(&report), Step::Answer, "{other:?}");
        assert!(!registry.was_told_secrets());
    }
}

#[tokio::test]
async fn a_registry_or_token_server_that_has_failed() {
    let registry = ContainerRegistry::bearer()
        .registry(Registry::Fails(503, ""))
        .start();
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::Registry(Net::ServerError));
    let registry = ContainerRegistry::bearer()
        .tokens(Tokens::Fails(500))
        .start();
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::TokenServer(Net::ServerError));
}

#[tokio::test]
async fn challenges_that_mean_nothing() {
    for challenge in [
        None,
        Some("Negotiate"),
        Some("Bearer service=\"x\""),
        Some("Bearer realm=\"\""),
        Some("Basic realm=\"Dev\" charset=\"UTF-8\""),
        Some("Basic realm=\"unclosed"),
        Some("Basic realm=\"x\\"),
    ] {
        let builder = ContainerRegistry::builder();
        let registry = challenge
            .into_iter()
            .fold(builder, Builder::challenge)
            .start();
        let report = check(&right(&registry)).await;
        assert_eq!(
            kind(&report),
            FailureKind::ChallengeNotUnderstood,
            "{challenge:?}"
        );
        assert!(!registry.was_told_secrets());
    }
}

#[tokio::test]
async fn answers_of_a_token_server_that_hold_no_token() {
    for tokens in [Tokens::Html, Tokens::NoToken] {
        let registry = ContainerRegistry::bearer().tokens(tokens).start();
        assert_eq!(kind(&check(&right(&registry)).await), FailureKind::BadToken);
    }
    let registry = ContainerRegistry::bearer()
        .tokens(Tokens::TokenWithLineBreak)
        .start();
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::CredentialsUnusable);
}

#[tokio::test]
async fn never_satisfied_is_refused() {
    for builder in [ContainerRegistry::basic(), ContainerRegistry::bearer()] {
        let registry = builder.registry(Registry::NeverSatisfied).start();
        let report = check(&right(&registry)).await;
        assert_eq!(kind(&report), FailureKind::CredentialsRefused);
    }
}

#[tokio::test]
async fn nobody_there() {
    let registry = ContainerRegistry::bearer().start();
    let target = right(&registry);
    drop(registry);
    let report = check(&target).await;
    assert_eq!(kind(&report), FailureKind::Registry(Net::Refused));
    assert_eq!(failed_step(&report), Step::Connect);
}
