//! Registries that are slow, huge, curious, or send us away.

use std::time::Instant;

use acceptance_support::container_registry::{Registry, Tokens};
use registrar_net::FailureKind as Net;

use super::*;

/// A registry that asks for Bearer and whose token server is like this.
fn with_tokens(tokens: Tokens) -> ContainerRegistry {
    ContainerRegistry::bearer().tokens(tokens).start()
}

fn with_registry(registry: Registry) -> ContainerRegistry {
    ContainerRegistry::bearer().registry(registry).start()
}

#[tokio::test]
async fn a_slow_drip_ends_in_time() {
    let drip = with_registry(Registry::Drips);
    let tokens = with_tokens(Tokens::Drips);
    for (registry, kind) in [
        (drip, FailureKind::Registry(Net::TimedOut)),
        (tokens, FailureKind::TokenServer(Net::TimedOut)),
    ] {
        let began = Instant::now();
        let report = client(SHORT).check(&right(&registry), &|_| {}).await;
        assert_eq!(super::kind(&report), kind);
        assert!(began.elapsed() < 3 * SHORT);
    }
}

#[tokio::test]
async fn a_refusal_that_never_ends_does_not_hold_up_the_check() {
    let registry = with_registry(Registry::DripsRefusal);
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
}

#[tokio::test]
async fn a_giant_answer_is_not_read() {
    let report = check(&right(&with_registry(Registry::Endless))).await;
    assert_eq!(kind(&report), FailureKind::Registry(Net::TooLarge));
    assert_eq!(failed_step(&report), Step::Answer);
    let report = check(&right(&with_tokens(Tokens::Endless))).await;
    assert_eq!(kind(&report), FailureKind::TokenServer(Net::TooLarge));
}

#[tokio::test]
async fn a_server_that_repeats_secrets_is_not_repeated() {
    // `check` looks for them in the whole report.
    let report = check(&right(&with_tokens(Tokens::Echoes))).await;
    assert_eq!(access(&report), Access::Proved);
    for registry in [
        with_tokens(Tokens::Echoes),
        ContainerRegistry::basic()
            .registry(Registry::Echoes)
            .start(),
    ] {
        let wrong = "very-wrong-password";
        let report = check(&target(&registry, USER, wrong)).await;
        assert_eq!(kind(&report), FailureKind::CredentialsRefused);
        let said: Vec<_> = registry
            .requests()
            .into_iter()
            .filter_map(|r| r.authorization)
            .collect();
        let blob = said[0].strip_prefix("Basic ").unwrap();
        let shown = format!("{report:?}");
        assert!(!shown.contains(wrong) && !shown.contains(blob), "{shown}");
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_gets_no_credentials() {
    let other = ContainerRegistry::basic().start();
    let elsewhere = format!("{}/v2/", other.url_as("127.0.0.1"));
    let registry = with_registry(Registry::RedirectsTo(elsewhere));
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::Registry(Net::BadRedirect));
    assert_eq!(other.conversation(), ["/v2/ -"]);
    assert!(!registry.was_told_secrets());
}

#[tokio::test]
async fn a_redirect_after_the_credentials_is_not_followed_to_another_host() {
    for builder in [ContainerRegistry::basic(), ContainerRegistry::bearer()] {
        let other = ContainerRegistry::builder()
            .registry(Registry::Open)
            .start();
        let elsewhere = format!("{}/v2/", other.url_as("127.0.0.1"));
        let known = Registry::RedirectsKnownTo(elsewhere);
        let registry = builder.registry(known).start();
        let report = check(&right(&registry)).await;
        assert_eq!(kind(&report), FailureKind::Registry(Net::BadRedirect));
        assert_eq!(other.requests(), []);
    }
}

#[tokio::test]
async fn a_token_server_that_redirects_gets_no_further() {
    let other = ContainerRegistry::bearer().start();
    let elsewhere = format!("{}/token", other.url_as("127.0.0.1"));
    // By GET, and by POST, which would carry the password in its body.
    for (user, secret) in [(USER, PASSWORD), ("<token>", "t")] {
        let registry = with_tokens(Tokens::RedirectsTo(elsewhere.clone()));
        let report = check(&target(&registry, user, secret)).await;
        assert_eq!(kind(&report), FailureKind::TokenServer(Net::BadRedirect));
        assert_eq!(other.requests(), []);
    }
}

#[tokio::test]
async fn a_token_server_that_goes_in_circles() {
    let registry = with_tokens(Tokens::RedirectsTo("/token?service=test".to_owned()));
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::TokenServer(Net::BadRedirect));
    assert!(registry.requests().len() <= 7);
}

#[tokio::test]
async fn redirects_within_a_registry_are_followed_until_they_go_in_circles() {
    let registry = with_registry(Registry::RedirectsTo("/v2/".to_owned()));
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::Registry(Net::BadRedirect));
    assert_eq!(registry.conversation(), ["/v2/ -"]);
}

#[tokio::test]
async fn a_dropped_check_closes_its_connection() {
    let registry = with_registry(Registry::Drips);
    let (client, target) = (client(AMPLE), right(&registry));
    let check = tokio::spawn(async move { client.check(&target, &|_| {}).await });
    wait_for_connections(&registry, 1).await;
    check.abort();
    wait_for_connections(&registry, 0).await;
}

async fn wait_for_connections(registry: &ContainerRegistry, wanted: usize) {
    let began = Instant::now();
    while registry.open_connections() != wanted {
        assert!(began.elapsed() < AMPLE, "no {wanted} connections");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
