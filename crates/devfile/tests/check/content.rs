//! What the registry answers.

use acceptance_support::devfile_registry::{DevfileRegistry, HUGE, Mode, SAMPLES, STACKS};
use registrar_devfile::{FailureKind, Step, StepState};

use super::{check, failed_step, kind, target};

async fn check_in(mode: Mode) -> registrar_devfile::CheckReport {
    let registry = DevfileRegistry::builder().mode(mode).start();
    check(&target(&registry.url())).await
}

#[tokio::test]
async fn a_registry_that_works_shows_what_it_offers() {
    let registry = DevfileRegistry::start();
    let report = check(&target(&registry.url())).await;
    assert_eq!(report.failure, None);
    assert_eq!((report.stacks, report.samples), (STACKS, SAMPLES));
    assert_eq!(report.stack_names.len(), STACKS as usize);
    assert!(report.stack_names.is_sorted());
    assert!(report.stack_names.contains(&"java-springboot".to_owned()));
    assert!(report.answer_time.is_some());
    assert_eq!(registry.requests().len(), 1);
    assert_eq!(registry.requests()[0].path, "/v2index/all");
    let agent = registry.requests()[0].user_agent.clone().unwrap();
    assert!(agent.starts_with("Registrar/"), "{agent}");
}

#[tokio::test]
async fn the_steps_are_told_in_order_and_tls_is_absent_over_http() {
    let registry = DevfileRegistry::start();
    let told = std::sync::Mutex::new(Vec::new());
    let tell = |step| told.lock().unwrap().push(step);
    let client = super::client(super::AMPLE);
    let report = client.check(&target(&registry.url()), &tell).await;
    let expected = [Step::Resolve, Step::Connect, Step::Answer, Step::Index];
    assert_eq!(*told.lock().unwrap(), expected);
    let steps: Vec<_> = report.steps.iter().map(|s| s.step).collect();
    assert_eq!(steps, expected);
    let passed = report.steps.iter().all(|s| s.state == StepState::Passed);
    assert!(passed && report.steps.iter().all(|s| s.took.is_some()));
}

#[tokio::test]
async fn an_old_registry_has_only_the_first_version_of_the_index() {
    let registry = DevfileRegistry::builder().mode(Mode::V1Only).start();
    let report = check(&target(&registry.url())).await;
    assert_eq!((kind(&report), report.stacks), (None, STACKS));
    assert_eq!(registry.requests().last().unwrap().path, "/index");
}

#[tokio::test]
async fn a_path_in_the_address_is_kept() {
    let registry = DevfileRegistry::start();
    let report = check(&target(&format!("{}/team/a", registry.url()))).await;
    assert_eq!(kind(&report), Some(FailureKind::NotARegistry));
    assert_eq!(registry.requests()[0].path, "/team/a/v2index/all");
}

#[tokio::test]
async fn an_empty_registry_passes() {
    for mode in [Mode::EmptyStatus, Mode::EmptyNull, Mode::EmptyList] {
        let report = check_in(mode.clone()).await;
        assert_eq!(report.failure, None, "{mode:?}");
        assert_eq!((report.stacks, report.samples), (0, 0), "{mode:?}");
    }
}

#[tokio::test]
async fn a_huge_index_is_counted_and_its_names_are_bounded() {
    let report = check_in(Mode::Huge).await;
    assert_eq!((kind(&report), report.stacks), (None, HUGE));
    assert_eq!(report.stack_names.len(), 500);
}

#[tokio::test]
async fn a_compressed_index_is_understood() {
    let report = check_in(Mode::Gzip).await;
    assert_eq!((kind(&report), report.stacks), (None, STACKS));
}

#[tokio::test]
async fn what_is_no_devfile_registry_is_told_apart() {
    for (mode, status, step) in [
        (Mode::NotFound, 404, Step::Answer),
        (Mode::HtmlPage, 200, Step::Index),
        (Mode::OtherJson, 200, Step::Index),
        (Mode::Fails(405), 405, Step::Answer),
    ] {
        let report = check_in(mode.clone()).await;
        assert_eq!(kind(&report), Some(FailureKind::NotARegistry), "{mode:?}");
        assert_eq!(
            report.failure.as_ref().unwrap().status,
            Some(status),
            "{mode:?}"
        );
        assert_eq!(failed_step(&report), Some(step), "{mode:?}");
        assert_eq!(report.answer_time, None);
    }
}

#[tokio::test]
async fn what_is_not_http_is_no_registry_either() {
    let report = check_in(Mode::NotHttp).await;
    assert_eq!(kind(&report), Some(FailureKind::NotARegistry));
    assert_eq!(failed_step(&report), Some(Step::Answer));
}

#[tokio::test]
async fn bad_json_is_told_with_its_place() {
    let report = check_in(Mode::BadJson).await;
    assert_eq!(kind(&report), Some(FailureKind::BadJson));
    let raw = report.failure.unwrap().raw;
    assert!(raw.contains("line 3, column 21"), "{raw}");
}

#[tokio::test]
async fn an_index_of_a_wrong_shape_or_depth_is_bad_json() {
    for mode in [Mode::BadShape, Mode::DeeplyNested] {
        let report = check_in(mode.clone()).await;
        assert_eq!(kind(&report), Some(FailureKind::BadJson), "{mode:?}");
        assert_eq!(failed_step(&report), Some(Step::Index));
    }
}

#[tokio::test]
async fn refusals_keep_their_status() {
    for (status, expected) in [
        (401, FailureKind::Unauthorized),
        (403, FailureKind::Forbidden),
        (500, FailureKind::ServerError),
        (503, FailureKind::ServerError),
    ] {
        let report = check_in(Mode::Fails(status)).await;
        assert_eq!(kind(&report), Some(expected));
        assert_eq!(report.failure.as_ref().unwrap().status, Some(status));
        assert_eq!(failed_step(&report), Some(Step::Answer));
    }
    assert_eq!(
        kind(&check_in(Mode::Forbidden).await),
        Some(FailureKind::Forbidden)
    );
}

#[tokio::test]
async fn a_limited_rate_says_how_long_to_wait() {
    let failure = check_in(Mode::RateLimited(42)).await.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::RateLimited);
    assert_eq!((failure.status, failure.seconds), (Some(429), Some(42)));
}

#[tokio::test]
async fn too_much_is_refused_promised_or_not_packed_or_not() {
    for mode in [Mode::PromisesTooMuch, Mode::Endless, Mode::GzipBomb] {
        let report = check_in(mode.clone()).await;
        assert_eq!(kind(&report), Some(FailureKind::TooLarge), "{mode:?}");
        assert_eq!(failed_step(&report), Some(Step::Index));
    }
}

#[tokio::test]
async fn a_registry_that_recovers_passes_again() {
    let registry = DevfileRegistry::builder().mode(Mode::Fails(503)).start();
    let target = target(&registry.url());
    assert_eq!(kind(&check(&target).await), Some(FailureKind::ServerError));
    registry.set_mode(Mode::Normal);
    assert_eq!(kind(&check(&target).await), None);
}
