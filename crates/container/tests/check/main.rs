//! Checks against registries on loopback: well-behaved ones, hostile ones, and a real one.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod answers;
mod docker;
mod flows;
mod hostile;
mod realms;
mod tls;
mod token_server;

use std::time::Duration;

use acceptance_support::container_registry::{ContainerRegistry, PASSWORD, USER};
use registrar_container::{
    Access, CheckReport, Client, Credentials, FailureKind, ProxyRule, Settings, Step, StepState,
    Target,
};
use registrar_registry::{ContainerAddress, Secret};

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

/// `host` by plain http, anonymously.
fn anonymous(host: &str) -> Target {
    Target {
        plain_http: true,
        ..Target::new(ContainerAddress::parse(host).unwrap().host().clone())
    }
}

/// `registry` by plain http, with `user` and `secret`.
fn target(registry: &ContainerRegistry, user: &str, secret: &str) -> Target {
    Target {
        credentials: Some(Credentials::new(user, Secret::new(secret))),
        ..anonymous(&registry.host())
    }
}

/// `registry` by plain http, with the right credentials.
fn right(registry: &ContainerRegistry) -> Target {
    target(registry, USER, PASSWORD)
}

async fn check(target: &Target) -> CheckReport {
    let report = client(AMPLE).check(target, &|_| {}).await;
    // Whatever happens, no secret and no credential that was sent is in the report.
    let shown = format!("{report:?} {:?}", report.outcome);
    assert!(
        !shown.contains(PASSWORD) && !shown.contains("granted."),
        "{shown}"
    );
    report
}

fn access(report: &CheckReport) -> Access {
    *report.outcome.as_ref().unwrap()
}

fn kind(report: &CheckReport) -> FailureKind {
    report.outcome.clone().unwrap_err().kind
}

/// The step that failed, after checking that all before it passed and none after was tried.
fn failed_step(report: &CheckReport) -> Step {
    let mut steps = report.steps.iter();
    let at = steps.position(|s| s.state == StepState::Failed).unwrap();
    let (before, after) = (&report.steps[..at], &report.steps[at + 1..]);
    assert!(before.iter().all(|s| s.state == StepState::Passed));
    assert!(after.iter().all(|s| s.state == StepState::NotTried));
    report.steps[at].step
}
