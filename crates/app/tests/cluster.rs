//! Devfile registries of a cluster, which is only pretended: see `acceptance_support::kubernetes`.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod support;

use std::sync::Arc;

use acceptance_support::devfile_registry::{DevfileRegistry, Mode as Devfile};
use acceptance_support::kubernetes::{CONTEXT, Kubernetes, Mode, NAMESPACE, registry};
use registrar_app::Paths;
use registrar_app::wire::*;
use registrar_cluster::Kubeconfigs;
use registrar_vault::MemoryStore;
use serde_json::json;
use support::{TestApp, draft, reference};

/// An application whose kubeconfig is that of `cluster`.
async fn app(cluster: &Kubernetes) -> TestApp {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let kubeconfig = folder.path().join("kubeconfig");
    std::fs::write(&kubeconfig, cluster.kubeconfig()).unwrap();
    let config = folder.path().join("config");
    std::fs::create_dir(&config).unwrap();
    std::fs::write(config.join("registries.toml"), "version = 1\n").unwrap();
    let paths = Paths::new(config, folder.path().join("data"))
        .with_kubeconfigs(Kubeconfigs::at([kubeconfig]));
    TestApp::at(paths, folder, Arc::new(MemoryStore::new())).await
}

async fn ask(test: &TestApp, anew: bool) -> ClusterPage {
    test.app.read_cluster(ReadCluster { anew }).await.unwrap()
}

async fn load(test: &TestApp) -> Vec<StackSource> {
    let request = LoadStacks {
        refresh: Refresh::All,
        operation: "load".to_owned(),
    };
    test.app.load_stacks(request).await.unwrap().sources
}

fn names(sources: &[StackSource]) -> Vec<(&str, Option<&str>)> {
    let sources = sources.iter();
    sources
        .map(|source| (source.name.as_str(), source.cluster.as_deref()))
        .collect()
}

fn own(prefix: &str) -> DevfileRegistry {
    let mode = Devfile::Own(prefix.to_owned());
    DevfileRegistry::builder().mode(mode).start()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_cluster_names_comes_first_and_is_browsed_like_the_rest() {
    let (mine, theirs) = (own("mine"), own("theirs"));
    let lists = Mode::Lists(json!([registry("Team", &theirs.url())]), json!([]));
    let cluster = Kubernetes::start(lists);
    let test = app(&cluster).await;
    let mut own = draft("Mine", &mine.url());
    own.allow_http = true;
    test.add(own).await.unwrap();
    assert_eq!(names(&load(&test).await), [("Mine", None)]);

    let page = ask(&test, false).await;
    assert_eq!(page.context.as_deref(), Some(CONTEXT));
    assert_eq!(page.namespace.as_deref(), Some(NAMESPACE));
    assert_eq!(page.registries[0].scope, ClusterScope::Namespace);
    let sources = load(&test).await;
    assert_eq!(names(&sources), [("Team", Some(CONTEXT)), ("Mine", None)]);
    assert!(
        sources
            .iter()
            .all(|source| source.state == SourceState::Ready)
    );
    let stack = StackRef {
        registry: page.registries[0].id.clone(),
        kind: StackKind::Stack,
        name: "theirs-0".to_owned(),
    };
    assert_eq!(
        test.app.get_stack(stack).await.unwrap().registry.name,
        "Team"
    );
    // The catalog knows nothing of it, and neither does the cluster's server of tokens of ours.
    assert_eq!(test.names().await, ["Mine"]);
    assert_eq!(theirs.authorizations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_copied_but_never_changed_here() {
    let all = json!([registry("Company", "http://all.example/devfiles")]);
    let cluster = Kubernetes::start(Mode::Lists(json!([]), all));
    let test = app(&cluster).await;
    let id = ask(&test, false).await.registries[0].id.clone();
    assert!(test.delete(&id).await.is_err());
    assert!(test.app.get_registry(reference(&id)).await.is_err());
    let moved = MoveRegistry {
        id: id.clone(),
        before: None,
    };
    assert!(test.app.move_registry(moved).await.is_err());
    for name in ["Company", "Company 2"] {
        let copied = test.app.copy_from_cluster(reference(&id)).await.unwrap();
        assert_eq!(
            (copied.row.name.as_str(), copied.row.tls),
            (name, Tls::PlainHttp)
        );
        assert_ne!(copied.row.id, id);
    }
    assert_eq!(test.names().await, ["Company", "Company 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_hangs_delays_no_other_registry_and_keeps_what_it_said() {
    let mine = own("mine");
    let lists = Mode::Lists(json!([registry("Team", "https://team.example")]), json!([]));
    let cluster = Kubernetes::start(lists);
    let test = app(&cluster).await;
    let mut own = draft("Mine", &mine.url());
    own.allow_http = true;
    test.add(own).await.unwrap();
    assert_eq!(ask(&test, false).await.problem, None);

    cluster.set_mode(Mode::Hangs);
    let asking = tokio::spawn({
        let app = test.app.clone();
        async move { app.read_cluster(ReadCluster { anew: true }).await.unwrap() }
    });
    let ids = test.app.stack_sources(Nothing {}).await.unwrap().sources;
    let mine = ids.iter().find(|source| source.name == "Mine").unwrap();
    let request = LoadStacks {
        refresh: Refresh::Some {
            ids: vec![mine.id.clone()],
        },
        operation: "mine".to_owned(),
    };
    let loaded = test.app.load_stacks(request).await.unwrap();
    assert_eq!(loaded.sources[1].state, SourceState::Ready);
    let page = asking.await.unwrap();
    assert_eq!(page.registries.len(), 1);
    let problem = page.problem.unwrap();
    assert_eq!(
        problem.message,
        "The cluster did not answer within 2 seconds."
    );

    // Not asked again a moment later, and told what is true once it answers.
    let asked = cluster.requests().len();
    assert!(ask(&test, false).await.problem.is_some());
    assert_eq!(cluster.requests().len(), asked);
    cluster.set_mode(Mode::Fails(403));
    let page = ask(&test, true).await;
    assert_eq!(page.registries, []);
    assert!(page.problem.unwrap().raw.unwrap().contains("forbidden"));
    cluster.set_mode(Mode::NoLists);
    assert_eq!(ask(&test, true).await, ClusterPage::default());
}

#[tokio::test]
async fn without_a_kubeconfig_there_is_nothing_to_say() {
    let test = TestApp::new().await;
    assert_eq!(ask(&test, true).await, ClusterPage::default());
}
