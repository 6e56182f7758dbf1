//! From what a check found to what the window shows and the cache keeps.

use jiff::Timestamp;

use crate::wire::{
    CertificateFacts, CheckFailure, CheckReport, CheckStep, CommandError, FailureKind, StepResult,
    StepState,
};

/// The report on a check that could not begin, because the vault did not give the token.
pub(crate) fn token_unavailable(error: &CommandError) -> CheckReport {
    let not_tried = |step| StepResult {
        step,
        state: StepState::NotTried,
        millis: None,
    };
    let steps = registrar_net::Step::ALL.map(|one| not_tried(step(one)));
    CheckReport {
        checked_at: Timestamp::now().to_string(),
        answer_millis: None,
        token_sent: false,
        failure: Some(CheckFailure {
            kind: FailureKind::TokenUnavailable,
            status: None,
            redirected_to: None,
            seconds: None,
            at_token_server: false,
            realm: None,
            raw: error.message.clone(),
        }),
        certificate: None,
        steps: steps.to_vec(),
        access: None,
        stacks: 0,
        samples: 0,
        stack_names: Vec::new(),
    }
}

/// The devfile client's report in the wire's words.
pub(crate) fn report(found: registrar_devfile::CheckReport) -> CheckReport {
    CheckReport {
        checked_at: found.checked_at.to_string(),
        answer_millis: found.answer_time.map(millis),
        token_sent: found.token_sent,
        failure: found.failure.map(failure),
        certificate: found.certificate.map(certificate),
        steps: found.steps.into_iter().map(step_result).collect(),
        access: None,
        stacks: found.stacks,
        samples: found.samples,
        stack_names: found.stack_names,
    }
}

fn millis(time: std::time::Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

fn failure(failure: registrar_net::Failure) -> CheckFailure {
    CheckFailure {
        kind: kind(failure.kind),
        status: failure.status,
        redirected_to: failure.redirected_to,
        seconds: failure.seconds,
        at_token_server: false,
        realm: None,
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

fn step_result(result: registrar_net::StepResult) -> StepResult {
    StepResult {
        step: step(result.step),
        state: match result.state {
            registrar_net::StepState::Passed => StepState::Passed,
            registrar_net::StepState::Failed => StepState::Failed,
            registrar_net::StepState::NotTried => StepState::NotTried,
        },
        millis: result.took.map(millis),
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
