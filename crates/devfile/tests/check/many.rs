//! Many registries at once.

use std::sync::Arc;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode, STACKS};
use registrar_devfile::Target;
use registrar_registry::TlsRules;
use tokio::task::JoinSet;

use super::{AMPLE, client, kind, target};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_dead_registry_delays_no_other() {
    let authority = Authority::new();
    let registries: Vec<_> = (0..50)
        .map(|i| match i {
            7 => DevfileRegistry::builder().mode(Mode::Hangs).start(),
            _ if i % 2 == 0 => DevfileRegistry::builder()
                .tls(&authority, Quality::Good)
                .start(),
            _ => DevfileRegistry::start(),
        })
        .collect();
    let tls = TlsRules {
        ca_file: Some(authority.file()),
        trusted_certificate: None,
    };

    // Long enough that all others together cannot take as long.
    let client = client(AMPLE * 4);
    let mut checks = JoinSet::new();
    for (i, registry) in registries.iter().enumerate() {
        let target = Target {
            tls: tls.clone(),
            ..target(&registry.url())
        };
        let client = client.clone();
        checks.spawn(async move { (i, client.check(&target, &|_| {}).await) });
    }
    let mut passed = Vec::new();
    while passed.len() < 49 {
        let (i, report) = checks.join_next().await.unwrap().unwrap();
        assert_eq!(
            (kind(&report), report.stacks),
            (None, STACKS),
            "registry {i}"
        );
        passed.push(i);
    }
    assert!(!passed.contains(&7), "the dead one came back");
    assert_eq!(
        registries[7].open_connections(),
        1,
        "the dead one is still waited for"
    );
}

#[tokio::test]
async fn one_client_serves_different_rules_at_the_same_time() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let registry = DevfileRegistry::builder().tls(&ours, Quality::Good).start();
    let client = Arc::new(client(AMPLE));
    let rules = |authority: &Authority| TlsRules {
        ca_file: Some(authority.file()),
        trusted_certificate: None,
    };
    let good = Target {
        tls: rules(&ours),
        ..target(&registry.url())
    };
    let bad = Target {
        tls: rules(&theirs),
        ..target(&registry.url())
    };
    for _ in 0..3 {
        let on_step = |_| {};
        let (good, bad) = tokio::join!(client.check(&good, &on_step), client.check(&bad, &on_step));
        assert!(good.passed() && !bad.passed());
    }
}
