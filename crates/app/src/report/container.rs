//! What a check of a container registry found, in the wire's words.

use registrar_container::{self as found, Failure, Step};

use super::{certificate, kind, millis, step_result};
use crate::wire::{Access, CheckFailure, CheckReport, CheckStep, FailureKind};

/// The container client's report in the wire's words.
pub(crate) fn of_container(report: found::CheckReport) -> CheckReport {
    let steps = report.steps.into_iter();
    CheckReport {
        checked_at: report.checked_at.to_string(),
        answer_millis: report.answer_time.map(millis),
        token_sent: report.credentials_sent,
        access: report.outcome.as_ref().ok().map(|outcome| access(*outcome)),
        failure: report.outcome.err().map(failure),
        certificate: report.certificate.map(certificate),
        steps: steps
            .map(|one| step_result(step(one.step), one.state, one.took))
            .collect(),
        stacks: 0,
        samples: 0,
        stack_names: Vec::new(),
    }
}

/// The step in the wire's words.
pub(crate) fn step(step: Step) -> CheckStep {
    match step {
        Step::Resolve => CheckStep::Resolve,
        Step::Connect => CheckStep::Connect,
        Step::Tls => CheckStep::Tls,
        Step::Answer => CheckStep::Answer,
        Step::Credentials => CheckStep::Credentials,
    }
}

fn access(access: found::Access) -> Access {
    match access {
        found::Access::Proved => Access::Proved,
        found::Access::Anonymous => Access::Anonymous,
        found::Access::OpenNotChecked => Access::OpenNotChecked,
    }
}

pub(crate) fn failure(failure: Failure) -> CheckFailure {
    let (kind, realm) = failure_kind(&failure.kind);
    CheckFailure {
        kind,
        status: failure.status,
        redirected_to: failure.redirected_to,
        seconds: failure.seconds,
        at_token_server: matches!(failure.kind, found::FailureKind::TokenServer(_)),
        realm,
        said: None,
        hint: None,
        raw: failure.raw,
    }
}

/// Why, and the token server that is to be approved, where that is why.
fn failure_kind(why: &found::FailureKind) -> (FailureKind, Option<String>) {
    macro_rules! same {
        ($($name:ident),* $(,)?) => {
            match why {
                found::FailureKind::Registry(why) | found::FailureKind::TokenServer(why) => {
                    (kind(*why), None)
                }
                found::FailureKind::RealmNotApproved { realm } => {
                    (FailureKind::RealmNotApproved, Some(realm.to_string()))
                }
                $(found::FailureKind::$name => (FailureKind::$name, None),)*
            }
        };
    }
    same!(
        NotARegistry,
        CredentialsNeeded,
        CredentialsRefused,
        CredentialsUnusable,
        IdentityTokenUnsupported,
        ClientCertificateUnusable,
        ClientCertificateNeeded,
        Forbidden,
        RateLimited,
        ChallengeNotUnderstood,
        RealmRefused,
        BadToken,
        NotFound,
        WrongDigest,
        NotUnderstood,
    )
}
