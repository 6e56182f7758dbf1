//! Hosts that only look like a cloud's, and APIs that misbehave.

use std::time::Duration;

use acceptance_support::clouds::{KEY, KEY_SECRET, Mode};
use registrar_cloud::{Ask, FailureKind};
use registrar_registry::CloudWay;

use crate::{World, ask, with_secret};

const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const API: &str = "api.ecr.eu-west-1.amazonaws.com";

fn keys(host: &str) -> Ask {
    with_secret(ask(host, CloudWay::AwsKeys), KEY, KEY_SECRET)
}

#[tokio::test]
async fn nothing_is_asked_for_a_host_that_is_not_the_clouds() {
    let world = World::new(HOST);
    let clouds = world.clouds(&[API]);
    for host in [
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com:8443",
        "contoso.azurecr.io",
        "localhost:5000",
    ] {
        let failure = clouds.token(&keys(host)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::OtherHost, "{host}");
    }
    assert!(world.apis.requests().is_empty());
}

#[tokio::test]
async fn a_token_for_another_registry_is_not_used() {
    let world = World::new(HOST);
    for other in [
        "999999999999.dkr.ecr.eu-west-1.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-2.amazonaws.com",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
        "",
    ] {
        world.apis.set_registry(other);
        let failure = world.clouds(&[API]).token(&keys(HOST)).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::OtherHost, "{other}");
    }
}

#[tokio::test]
async fn another_name_of_the_same_registry_is_the_same() {
    let world = World::new(HOST);
    let clouds = world.clouds(&["ecr.eu-west-1.api.aws"]);
    let dual_stack = "123456789012.dkr-ecr.eu-west-1.on.aws";
    assert!(clouds.token(&keys(dual_stack)).await.is_ok());
}

#[tokio::test]
async fn answers_that_are_none_are_bounded_and_repeat_no_secret() {
    let mut world = World::new(HOST);
    world.timeout = Duration::from_secs(1);
    let echo = format!(r#"{{"__type":"X","message":"{KEY} and so on"}}"#);
    for (mode, kind) in [
        (Mode::Huge, FailureKind::Unreachable),
        (
            Mode::Fails(200, "<html>".to_owned()),
            FailureKind::BadAnswer,
        ),
        (
            Mode::Fails(200, r#"{"authorizationData":[]}"#.to_owned()),
            FailureKind::BadAnswer,
        ),
        (Mode::Fails(400, echo), FailureKind::BadAnswer),
        (Mode::Fails(403, String::new()), FailureKind::Refused),
        (Mode::Slow(Duration::from_mins(1)), FailureKind::Unreachable),
    ] {
        world.apis.set(mode.clone());
        let failure = world.clouds(&[API]).token(&keys(HOST)).await.unwrap_err();
        assert_eq!(failure.kind, kind, "{mode:?}");
        assert!(!format!("{failure:?}").contains(KEY_SECRET));
    }
}
