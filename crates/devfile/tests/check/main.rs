//! Checks against a real registry on loopback, in every mode that it has.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod connection;
mod content;
mod many;
mod redirects;
mod tls;
mod token;

use std::time::Duration;

use registrar_devfile::{
    CheckReport, Client, FailureKind, ProxyRule, Settings, Step, StepState, Target,
};
use registrar_registry::{DevfileUrl, Secret, TlsRules};

/// Longer than anything here takes that is meant to succeed.
const AMPLE: Duration = Duration::from_secs(30);
/// For what is meant to run into it.
const SHORT: Duration = Duration::from_millis(1200);

fn client(timeout: Duration) -> Client {
    Client::new(Settings {
        proxy: ProxyRule::Direct,
        timeout,
        connect_timeout: timeout,
    })
}

fn target(url: &str) -> Target {
    Target {
        url: DevfileUrl::parse(url).unwrap(),
        token: None,
        tls: TlsRules::default(),
    }
}

fn with_token(url: &str, token: &str, tls: &TlsRules) -> Target {
    Target {
        token: Some(Secret::new(token)),
        tls: tls.clone(),
        ..target(url)
    }
}

async fn check(target: &Target) -> CheckReport {
    client(AMPLE).check(target, &|_| {}).await
}

fn kind(report: &CheckReport) -> Option<FailureKind> {
    report.failure.as_ref().map(|failure| failure.kind)
}

/// The step that failed, after checking that all before it passed and none after was tried.
fn failed_step(report: &CheckReport) -> Option<Step> {
    let at = report
        .steps
        .iter()
        .position(|s| s.state == StepState::Failed)?;
    let (before, after) = (&report.steps[..at], &report.steps[at + 1..]);
    assert!(before.iter().all(|s| s.state == StepState::Passed));
    assert!(after.iter().all(|s| s.state == StepState::NotTried));
    Some(report.steps[at].step)
}
