//! Proving credentials: Basic, Bearer by GET and by POST, identity tokens, scopes.

use std::sync::Mutex;

use acceptance_support::container_registry::{Builder, IDENTITY_TOKEN, Registry, Tokens};

use super::*;

#[tokio::test]
async fn basic() {
    let registry = ContainerRegistry::basic().start();
    let report = check(&right(&registry)).await;
    assert_eq!(access(&report), Access::Proved);
    assert!(report.credentials_sent);
    assert_eq!(registry.conversation(), ["/v2/ -", "/v2/ Basic"]);

    let report = check(&target(&registry, USER, "wrong")).await;
    assert_eq!(kind(&report), FailureKind::CredentialsRefused);
    assert_eq!(failed_step(&report), Step::Credentials);
    assert!(
        report
            .outcome
            .unwrap_err()
            .raw
            .contains("authentication required")
    );
}

#[tokio::test]
async fn bearer_by_get_never_shows_the_password_to_the_registry() {
    let registry = ContainerRegistry::bearer().start();
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    let expected = ["/v2/ -", "/token Basic", "/v2/ Bearer"];
    assert_eq!(registry.conversation(), expected);
    assert_eq!(registry.requests()[1].path, "/token?service=test");
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    for tokens in [
        Tokens::Checked,
        Tokens::RefusesWith403,
        Tokens::RefusesWith400,
    ] {
        let registry = ContainerRegistry::bearer().tokens(tokens).start();
        let report = check(&target(&registry, USER, "wrong")).await;
        assert_eq!(kind(&report), FailureKind::CredentialsRefused);
        assert_eq!(registry.conversation(), ["/v2/ -", "/token Basic"]);
    }
}

#[tokio::test]
async fn a_token_proves_nothing_until_the_registry_takes_it() {
    let registry = ContainerRegistry::bearer()
        .tokens(Tokens::ForAnyone)
        .start();
    let report = check(&target(&registry, USER, "wrong")).await;
    assert_eq!(kind(&report), FailureKind::CredentialsRefused);
    assert_eq!(registry.conversation().last().unwrap(), "/v2/ Bearer");
}

#[tokio::test]
async fn bearer_by_post_where_get_is_refused() {
    let registry = ContainerRegistry::bearer().tokens(Tokens::PostOnly).start();
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    let expected = ["/v2/ -", "/token Basic", "/token form", "/v2/ Bearer"];
    assert_eq!(registry.conversation(), expected);
}

#[tokio::test]
async fn an_identity_token_is_exchanged() {
    let registry = ContainerRegistry::bearer().start();
    let report = check(&target(&registry, "<token>", IDENTITY_TOKEN)).await;
    assert_eq!(access(&report), Access::Proved);
    assert_eq!(
        registry.conversation(),
        ["/v2/ -", "/token form", "/v2/ Bearer"]
    );
    let report = check(&target(&registry, "<token>", "wrong")).await;
    assert_eq!(kind(&report), FailureKind::CredentialsRefused);
}

#[tokio::test]
async fn an_identity_token_where_none_is_taken_is_not_sent_as_a_password() {
    let get_only = ContainerRegistry::bearer().tokens(Tokens::GetOnly).start();
    for registry in [get_only, ContainerRegistry::basic().start()] {
        let report = check(&target(&registry, "<token>", IDENTITY_TOKEN)).await;
        assert_eq!(kind(&report), FailureKind::IdentityTokenUnsupported);
        let mut requests = registry.requests().into_iter();
        assert!(requests.all(|seen| seen.authorization.is_none()));
    }
}

#[tokio::test]
async fn a_token_may_be_called_access_token() {
    let registry = ContainerRegistry::bearer()
        .tokens(Tokens::AccessTokenOnly)
        .start();
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
}

#[tokio::test]
async fn the_scope_of_the_challenge_is_asked_for() {
    let challenge =
        "Bearer realm=\"{here}/token?a=b\",service=\"s t\",scope=\"r:x:pull r:y:pull,push\"";
    let registry = ContainerRegistry::builder().challenge(challenge).start();
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    let expected = "/token?a=b&service=s+t&scope=r%3Ax%3Apull&scope=r%3Ay%3Apull%2Cpush";
    assert_eq!(registry.requests()[1].path, expected);
}

#[tokio::test]
async fn a_scope_that_means_everything_is_passed_on() {
    let challenge = "Bearer realm=\"{here}/token\",service=\"s\",scope=\"*\"";
    let registry = ContainerRegistry::builder().challenge(challenge).start();
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    assert_eq!(registry.requests()[1].path, "/token?service=s&scope=*");
}

#[tokio::test]
async fn a_wider_scope_is_asked_for_once() {
    let registry = ContainerRegistry::bearer()
        .registry(Registry::WantsScope("registry:catalog:*"))
        .start();
    assert_eq!(access(&check(&right(&registry)).await), Access::Proved);
    let requests = registry.requests();
    assert_eq!(requests.len(), 5);
    assert!(requests[3].path.ends_with("&scope=registry%3Acatalog%3A*"));

    // A registry that is never satisfied is not asked for ever.
    let registry = ContainerRegistry::bearer()
        .registry(Registry::WantsScope("a b"))
        .start();
    let report = check(&right(&registry)).await;
    assert_eq!(kind(&report), FailureKind::CredentialsRefused);
    assert_eq!(registry.requests().len(), 5);
}

#[tokio::test]
async fn of_several_challenges_the_first_usable_one_counts() {
    let bearer = "Bearer realm=\"{here}/token\",service=\"s\"";
    let basic = "Basic realm=\"x, y\"";
    for (challenges, second) in [
        (
            vec![format!("Negotiate, {bearer}, {basic}")],
            "/token Basic",
        ),
        (vec!["Negotiate".to_owned(), basic.to_owned()], "/v2/ Basic"),
        (vec![format!("{basic}, {bearer}")], "/v2/ Basic"),
        (
            vec!["Basic realm=\"x".to_owned(), bearer.to_owned()],
            "/token Basic",
        ),
        (vec!["bAsIc ReAlM=/".to_owned()], "/v2/ Basic"),
    ] {
        let builder = ContainerRegistry::builder();
        let registry = challenges.iter().fold(builder, Builder::challenge).start();
        assert_eq!(
            access(&check(&right(&registry)).await),
            Access::Proved,
            "{challenges:?}"
        );
        assert_eq!(registry.conversation()[1], second, "{challenges:?}");
    }
}

#[tokio::test]
async fn an_identity_token_skips_basic() {
    let challenge = "Basic realm=\"x\", Bearer realm=\"{here}/token\",service=\"s\"";
    let registry = ContainerRegistry::builder().challenge(challenge).start();
    let report = check(&target(&registry, "<token>", IDENTITY_TOKEN)).await;
    assert_eq!(access(&report), Access::Proved);
}

#[tokio::test]
async fn a_user_with_a_colon_is_not_sent() {
    let registry = ContainerRegistry::basic().start();
    let report = check(&target(&registry, "a:b", "c")).await;
    assert_eq!(kind(&report), FailureKind::CredentialsUnusable);
    assert!(!registry.was_told_secrets() && !report.credentials_sent);
}

#[tokio::test]
async fn the_steps_are_told_as_they_begin() {
    let registry = ContainerRegistry::bearer().start();
    let seen = Mutex::new(Vec::new());
    let on_step = |step| seen.lock().unwrap().push(step);
    let report = client(AMPLE).check(&right(&registry), &on_step).await;
    let expected = [
        Step::Resolve,
        Step::Connect,
        Step::Answer,
        Step::Credentials,
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
    let passed = report.steps.iter().filter(|s| s.state == StepState::Passed);
    assert!(passed.map(|s| s.step).eq(expected));
}

#[tokio::test]
async fn many_registries_are_checked_at_once() {
    let client = client(AMPLE);
    let registries: Vec<_> = (0..20)
        .map(|_| ContainerRegistry::bearer().start())
        .collect();
    let checks = registries.iter().map(|registry| {
        let (client, target) = (client.clone(), right(registry));
        tokio::spawn(async move { client.check(&target, &|_| {}).await })
    });
    for check in checks.collect::<Vec<_>>() {
        assert_eq!(access(&check.await.unwrap()), Access::Proved);
    }
}
