//! Whether the registry can be reached at all, and for how long one waits.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use acceptance_support::devfile_registry::{DevfileRegistry, Mode, STACKS};
use registrar_devfile::{FailureKind, Step};

use super::{AMPLE, SHORT, check, client, failed_step, kind, target};

#[tokio::test]
async fn a_name_that_does_not_exist() {
    let report = check(&target("http://no-such-host.invalid")).await;
    assert_eq!(kind(&report), Some(FailureKind::NameNotResolved));
    assert_eq!(failed_step(&report), Some(Step::Resolve));
    let raw = report.failure.unwrap().raw;
    assert!(raw.contains("no-such-host.invalid"), "{raw}");
}

#[tokio::test]
async fn a_port_where_nobody_listens() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for host in ["127.0.0.1", "localhost"] {
        let report = check(&target(&format!("http://{host}:{port}"))).await;
        assert_eq!(kind(&report), Some(FailureKind::Refused), "{host}");
        assert_eq!(failed_step(&report), Some(Step::Connect));
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_in_time() {
    for mode in [Mode::Hangs, Mode::DripFeeds, Mode::Slow(AMPLE)] {
        let registry = DevfileRegistry::builder().mode(mode.clone()).start();
        let began = Instant::now();
        let report = client(SHORT).check(&target(&registry.url()), &|_| {}).await;
        assert!(
            began.elapsed() >= SHORT && began.elapsed() < SHORT * 8,
            "{mode:?}"
        );
        assert_eq!(kind(&report), Some(FailureKind::TimedOut), "{mode:?}");
        assert_eq!(report.failure.as_ref().unwrap().seconds, Some(2));
        assert!(failed_step(&report) >= Some(Step::Answer));
    }
}

#[tokio::test]
async fn a_server_that_accepts_and_never_shakes_hands_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let report = client(SHORT).check(&target(&url), &|_| {}).await;
    assert_eq!(kind(&report), Some(FailureKind::TimedOut));
    assert_eq!(failed_step(&report), Some(Step::Tls));
}

#[tokio::test]
async fn a_slow_registry_passes_within_the_limit() {
    let slow = Duration::from_millis(300);
    let registry = DevfileRegistry::builder().mode(Mode::Slow(slow)).start();
    let report = check(&target(&registry.url())).await;
    assert_eq!((kind(&report), report.stacks), (None, STACKS));
    assert!(report.answer_time.unwrap() >= slow);
}

#[tokio::test]
async fn a_connection_closed_in_the_middle() {
    let truncated = DevfileRegistry::builder().mode(Mode::Truncated).start();
    let report = check(&target(&truncated.url())).await;
    assert_eq!(kind(&report), Some(FailureKind::ConnectionClosed));
    assert_eq!(failed_step(&report), Some(Step::Index));

    let resetting = DevfileRegistry::builder().mode(Mode::Resets).start();
    for scheme in ["http", "https"] {
        let url = resetting.url().replace("http", scheme);
        let report = check(&target(&url)).await;
        assert_eq!(
            kind(&report),
            Some(FailureKind::ConnectionClosed),
            "{scheme}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_is_dropped_closes_its_connection() {
    let registry = DevfileRegistry::builder().mode(Mode::Hangs).start();
    let (client, target) = (client(AMPLE), target(&registry.url()));
    let running = tokio::spawn(async move { client.check(&target, &|_| {}).await });
    let limit = Duration::from_secs(20);
    let opened = tokio::task::block_in_place(|| registry.wait_for_connections(1, limit));
    assert!(opened);
    running.abort();
    let closed = tokio::task::block_in_place(|| registry.wait_for_connections(0, limit));
    assert!(closed, "the connection stayed open");
}
