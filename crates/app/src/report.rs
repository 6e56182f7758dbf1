//! From what a check found to what the window shows and the cache keeps.

mod container;

use std::time::Duration;

use jiff::Timestamp;
use registrar_registry::RegistryKind;

pub(crate) use container::{failure as container_failure, of_container, step as container_step};

use crate::wire::{
    CertificateFacts, CheckFailure, CheckReport, CheckStep, CommandError, FailureKind, StepResult,
    StepState,
};

/// The report on a check that could not begin, because the vault did not give the token.
pub(crate) fn token_unavailable(kind: RegistryKind, error: &CommandError) -> CheckReport {
    not_begun(
        steps_of(kind),
        FailureKind::TokenUnavailable,
        &error.message,
    )
}

/// The report on a check that could not begin, because the cloud gave no token.
pub(crate) fn no_cloud_token(failure: &registrar_cloud::Failure) -> CheckReport {
    let steps = steps_of(RegistryKind::Container);
    let mut report = not_begun(steps, FailureKind::NoCloudToken, &failure.raw);
    report.failure = Some(cloud_gave_none(failure));
    report
}

/// Nothing was sent, because the cloud gave no token.
pub(crate) fn cloud_gave_none(failure: &registrar_cloud::Failure) -> CheckFailure {
    CheckFailure {
        said: Some(failure.message()),
        hint: Some(failure.hint()),
        ..bare(FailureKind::NoCloudToken, &failure.raw)
    }
}

/// The report on a registry of a kind that cannot be checked.
pub(crate) fn not_checked() -> CheckReport {
    let raw = "Registrar cannot check registries of this kind";
    not_begun(&[], FailureKind::NotARegistry, raw)
}

fn not_begun(steps: &[CheckStep], kind: FailureKind, raw: &str) -> CheckReport {
    let not_tried = |step: &CheckStep| StepResult {
        step: *step,
        state: StepState::NotTried,
        millis: None,
    };
    CheckReport {
        checked_at: Timestamp::now().to_string(),
        answer_millis: None,
        token_sent: false,
        failure: Some(bare(kind, raw)),
        certificate: None,
        steps: steps.iter().map(not_tried).collect(),
        access: None,
        stacks: 0,
        samples: 0,
        stack_names: Vec::new(),
    }
}

/// Nothing was sent, because the vault did not give the token.
pub(crate) fn no_token(error: &CommandError) -> CheckFailure {
    bare(FailureKind::TokenUnavailable, &error.message)
}

fn bare(kind: FailureKind, raw: &str) -> CheckFailure {
    CheckFailure {
        kind,
        status: None,
        redirected_to: None,
        seconds: None,
        at_token_server: false,
        realm: None,
        said: None,
        hint: None,
        raw: raw.to_owned(),
    }
}

fn steps_of(kind: RegistryKind) -> &'static [CheckStep] {
    use CheckStep::{Answer, Connect, Credentials, Index, Resolve, Tls};
    match kind {
        RegistryKind::Container => &[Resolve, Connect, Tls, Answer, Credentials],
        RegistryKind::Devfile | RegistryKind::Source => &[Resolve, Connect, Tls, Answer, Index],
    }
}

/// The devfile client's report in the wire's words.
pub(crate) fn of_devfile(found: registrar_devfile::CheckReport) -> CheckReport {
    let steps = found.steps.into_iter();
    CheckReport {
        checked_at: found.checked_at.to_string(),
        answer_millis: found.answer_time.map(millis),
        token_sent: found.token_sent,
        failure: found.failure.map(failure),
        certificate: found.certificate.map(certificate),
        steps: steps
            .map(|one| step_result(step(one.step), one.state, one.took))
            .collect(),
        access: None,
        stacks: found.stacks,
        samples: found.samples,
        stack_names: found.stack_names,
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

pub(crate) fn failure(failure: registrar_net::Failure) -> CheckFailure {
    CheckFailure {
        kind: kind(failure.kind),
        status: failure.status,
        redirected_to: failure.redirected_to,
        seconds: failure.seconds,
        at_token_server: false,
        realm: None,
        said: None,
        hint: None,
        raw: failure.raw,
    }
}

fn certificate(facts: registrar_net::CertificateFacts) -> CertificateFacts {
    CertificateFacts {
        subject: facts.subject,
        hosts: facts.hosts,
        issuer: facts.issuer,
        self_signed: facts.self_signed,
        not_before: facts.not_before.to_string(),
        not_after: facts.not_after.to_string(),
        sha256: facts.sha256.to_string(),
    }
}

pub(super) fn step_result(
    step: CheckStep,
    state: registrar_net::StepState,
    took: Option<Duration>,
) -> StepResult {
    use registrar_net::StepState as Found;
    StepResult {
        step,
        state: match state {
            Found::Passed => StepState::Passed,
            Found::Failed => StepState::Failed,
            Found::NotTried => StepState::NotTried,
        },
        millis: took.map(millis),
    }
}

/// The step in the wire's words.
pub(crate) fn step(step: registrar_net::Step) -> CheckStep {
    use registrar_net::Step;
    match step {
        Step::Resolve => CheckStep::Resolve,
        Step::Connect => CheckStep::Connect,
        Step::Tls => CheckStep::Tls,
        Step::Answer => CheckStep::Answer,
        Step::Index => CheckStep::Index,
    }
}

fn kind(kind: registrar_net::FailureKind) -> FailureKind {
    macro_rules! same {
        ($($name:ident),* $(,)?) => {
            match kind { $(registrar_net::FailureKind::$name => FailureKind::$name,)* }
        };
    }
    same!(
        NameNotResolved,
        Refused,
        Unreachable,
        TimedOut,
        ConnectionClosed,
        Proxy,
        CertificateNotTrusted,
        CertificateExpired,
        CertificateWrongHost,
        CertificateChanged,
        CaFileUnusable,
        TlsFailed,
        PlainHttpOnTlsPort,
        TlsOnPlainHttpPort,
        Unauthorized,
        Forbidden,
        NotARegistry,
        RateLimited,
        ServerError,
        BadRedirect,
        BadJson,
        TooLarge,
        TokenUnavailable,
    )
}
