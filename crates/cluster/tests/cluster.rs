//! Reading the lists of a cluster, which is only pretended: see `acceptance_support::kubernetes`.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

use std::{fs, path::PathBuf};

use acceptance_support::{
    certificates::Authority,
    kubernetes::{CONTEXT, Kubernetes, Mode, NAMESPACE, kubeconfig, registry},
};
use registrar_cluster::{ClusterError, Found, Kubeconfigs, Scope, read};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    async fn read(&self, text: &str) -> Result<Option<Found>, ClusterError> {
        read(&Kubeconfigs::at([self.write("config", text)])).await
    }

    async fn of(&self, cluster: &Kubernetes) -> Result<Option<Found>, ClusterError> {
        self.read(&cluster.kubeconfig()).await
    }
}

fn lists() -> Mode {
    Mode::Lists(
        json!([registry("Team", "https://team.example")]),
        json!([
            registry("Everybody", "https://all.example/devfiles"),
            json!({ "name": "Lab", "url": "http://lab.example", "skipTLSVerify": true }),
        ]),
    )
}

fn names(found: &Found) -> Vec<&str> {
    let registries = found.registries.iter();
    registries.map(|registry| registry.name.as_str()).collect()
}

#[tokio::test]
async fn the_namespace_s_come_before_the_cluster_s() {
    let cluster = Kubernetes::start(lists());
    let found = Place::new().of(&cluster).await.unwrap().unwrap();
    assert_eq!(
        (found.context.as_str(), found.namespace.as_str()),
        (CONTEXT, NAMESPACE)
    );
    assert_eq!(names(&found), ["Team", "Everybody", "Lab"]);
    let scopes: Vec<Scope> = found.registries.iter().map(|one| one.scope).collect();
    assert_eq!(scopes, [Scope::Namespace, Scope::Cluster, Scope::Cluster]);
    assert_eq!(
        found.registries[1].url.as_str(),
        "https://all.example/devfiles"
    );
    assert!(found.registries[2].skips_tls && !found.registries[0].skips_tls);
    assert_eq!(found.left_out, []);
    for (path, authorization) in cluster.requests() {
        assert!(
            path.starts_with("/apis/registry.devfile.io/v1alpha1/"),
            "{path}"
        );
        assert_eq!(authorization.as_deref(), Some("Bearer s3cret-token"));
    }
}

#[tokio::test]
async fn a_cluster_is_reached_by_tls_and_only_with_its_authority() {
    let authority = Authority::new();
    let cluster = Kubernetes::with_tls(lists(), &authority);
    let place = Place::new();
    assert_eq!(
        place.of(&cluster).await.unwrap().unwrap().registries.len(),
        3
    );
    let untrusted = kubeconfig(&cluster.url(), "    token: t\n");
    let error = place.read(&untrusted).await.unwrap_err();
    assert!(matches!(error, ClusterError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn no_kubeconfig_no_context_and_no_lists_are_quiet() {
    let place = Place::new();
    let absent = place.folder.path().join("absent");
    assert_eq!(read(&Kubeconfigs::at([absent])).await.unwrap(), None);
    assert_eq!(read(&Kubeconfigs::at([])).await.unwrap(), None);
    let no_context = "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n";
    assert_eq!(place.read(no_context).await.unwrap(), None);
    let cluster = Kubernetes::start(Mode::NoLists);
    assert_eq!(place.of(&cluster).await.unwrap(), None);
    cluster.set_mode(Mode::Lists(json!([]), json!([])));
    assert_eq!(place.of(&cluster).await.unwrap().unwrap().registries, []);
}

#[tokio::test]
async fn a_refusal_says_what_the_cluster_said_and_one_list_is_enough() {
    let cluster = Kubernetes::start(Mode::Fails(403));
    let place = Place::new();
    match place.of(&cluster).await {
        Err(ClusterError::Refused { status: 403, said }) => {
            assert!(said.unwrap().contains("cannot list"));
        }
        other => panic!("{other:?}"),
    }
    let all = json!([registry("Everybody", "https://all.example")]);
    cluster.set_mode(Mode::NamespaceRefused(403, all));
    assert_eq!(
        names(&place.of(&cluster).await.unwrap().unwrap()),
        ["Everybody"]
    );
    cluster.set_mode(Mode::Fails(500));
    let error = place.of(&cluster).await.unwrap_err();
    assert!(
        matches!(error, ClusterError::Failed { status: 500, .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_cluster_that_hangs_or_is_gone_is_given_up() {
    let cluster = Kubernetes::start(Mode::Hangs);
    let place = Place::new();
    let error = place.of(&cluster).await.unwrap_err();
    assert!(matches!(error, ClusterError::Slow { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "the cluster did not answer within 2 seconds"
    );
    let text = cluster.kubeconfig();
    drop(cluster);
    let error = place.read(&text).await.unwrap_err();
    assert!(matches!(error, ClusterError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn hostile_answers_are_bounded_and_each_entry_stands_alone() {
    let cluster = Kubernetes::start(Mode::Endless);
    let place = Place::new();
    let error = place.of(&cluster).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the cluster’s answer cannot be understood: it is larger than 1 MiB"
    );
    for text in [
        "[]",
        "{\"items\": 7}",
        "<html>",
        "{\"items\": [[]]}",
        "{\"items\": [{\"spec\": {\"devfileRegistries\": 7}}]}",
    ] {
        cluster.set_mode(Mode::Body(text.to_owned()));
        let error = place.of(&cluster).await.unwrap_err();
        assert!(
            matches!(error, ClusterError::Answer { .. }),
            "{text}: {error}"
        );
    }
    cluster.set_mode(Mode::Lists(
        json!([
            registry("Good", "https://good.example"),
            registry("Blank", " "),
            registry("No address", "not an address"),
            registry("Secret", "https://user:hunter2@bad.example"),
            registry("File", "file:///etc/passwd"),
            registry("Two\nlines", "https://lines.example"),
            json!({ "name": 7, "url": "https://seven.example" }),
            json!("not even an object"),
            registry("Good", "https://good.example"),
        ]),
        json!([]),
    ));
    let found = place.of(&cluster).await.unwrap().unwrap();
    assert_eq!(names(&found), ["Good"]);
    assert_eq!(found.left_out.len(), 7, "{:?}", found.left_out);
    assert!(!format!("{:?}", found.left_out).contains("hunter2"));
    let many: Vec<Value> = (0..300)
        .map(|number| registry(&format!("r{number}"), &format!("https://r{number}.example")))
        .collect();
    cluster.set_mode(Mode::Lists(json!(many), json!([])));
    let found = place.of(&cluster).await.unwrap().unwrap();
    assert_eq!((found.registries.len(), found.left_out.len()), (200, 20));
}

#[tokio::test]
async fn a_broken_kubeconfig_is_told_without_what_it_holds() {
    let place = Place::new();
    for text in [
        "users: s3cret-token: x: [\n",
        "- s3cret-token\n",
        "apiVersion: v1\ncurrent-context: gone\nclusters: []\ncontexts: []\nusers: []\n",
    ] {
        let error = place.read(text).await.unwrap_err();
        assert!(matches!(error, ClusterError::Kubeconfig { .. }), "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
    let big = format!("# {}\n", "x".repeat(4 * 1024 * 1024));
    let error = place.read(&big).await.unwrap_err();
    assert!(error.to_string().contains("4 MiB"), "{error}");
}

#[cfg(unix)]
mod plugins {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A user who signs in by a program that does `script`.
    fn user(place: &Place, script: &str, more: &str) -> String {
        let path = place.write("sign-in", &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        format!(
            "    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: {}\n{more}",
            path.display()
        )
    }

    const GIVES: &str = "cat <<END\n{\"kind\": \"ExecCredential\", \
                         \"apiVersion\": \"client.authentication.k8s.io/v1\", \
                         \"status\": {\"token\": \"$TOKEN\"}}\nEND";

    #[tokio::test]
    async fn the_program_of_the_kubeconfig_signs_in() {
        let (cluster, place) = (Kubernetes::start(lists()), Place::new());
        let more = "      env:\n      - name: TOKEN\n        value: from-the-program\n";
        let text = cluster.kubeconfig_of(&user(&place, GIVES, more));
        assert!(place.read(&text).await.unwrap().is_some());
        let (_, authorization) = cluster.requests().remove(0);
        assert_eq!(authorization.as_deref(), Some("Bearer from-the-program"));
    }

    #[tokio::test]
    async fn what_a_program_does_wrong_is_told_without_what_it_printed() {
        let (cluster, place) = (Kubernetes::start(lists()), Place::new());
        let always = "      interactiveMode: Always\n";
        for (script, more, said) in [
            ("exit 3", "", "ended with an error"),
            ("echo s3cret", "", "something else than an ExecCredential"),
            (
                "echo '{\"status\": {\"token\": [\"s3cret\"]}}'",
                "",
                "something else",
            ),
            ("echo '{}'", "", "gave no credentials"),
            ("yes", "", "ended with an error"),
            (GIVES, always, "in a terminal"),
        ] {
            let text = cluster.kubeconfig_of(&user(&place, script, more));
            let error = place.read(&text).await.unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("s3cret"), "{error}");
        }
        let absent = "    exec:\n      command: no-such-program-here\n";
        let error = place
            .read(&cluster.kubeconfig_of(absent))
            .await
            .unwrap_err();
        assert!(error.to_string().contains("cannot be started"), "{error}");
        assert_eq!(cluster.requests(), []);
    }

    #[tokio::test]
    async fn a_program_that_hangs_ends_with_the_limit_and_all_it_started() {
        let (cluster, place) = (Kubernetes::start(lists()), Place::new());
        let (pid, done) = (
            place.folder.path().join("pid"),
            place.folder.path().join("done"),
        );
        let script = format!(
            "(sleep 600; touch {}) & echo $! > {}\nwait",
            done.display(),
            pid.display()
        );
        let text = cluster.kubeconfig_of(&user(&place, &script, ""));
        let error = place.read(&text).await.unwrap_err();
        assert!(matches!(error, ClusterError::Slow { .. }), "{error}");
        let child = fs::read_to_string(pid).unwrap();
        let status = PathBuf::from(format!("/proc/{}/stat", child.trim()));
        for _ in 0..500 {
            // Killed: gone, or waiting to be noticed by whoever inherits it.
            let state = fs::read_to_string(&status).unwrap_or_default();
            if state.is_empty() || state.contains(") Z ") {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the program's child is still there");
    }
}
