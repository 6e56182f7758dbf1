//! What tools have stored: found, taken over, removed.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{fs, path::Path};

use registrar_handover::{
    Docker, HandoverError, Replace,
    import::{Findings, Found, Place, search, take},
};
use support::{Machine, json, keys, read};

/// `ada:hunter2`
const AUTH: &str = "YWRhOmh1bnRlcjI=";

async fn searched(machine: &Machine) -> Findings {
    search(machine.handover.environment()).await
}

fn found(file: &Path, key: &str, user: Option<&str>, place: Place) -> Found {
    Found {
        file: file.to_owned(),
        key: key.to_owned(),
        user: user.map(str::to_owned),
        place,
    }
}

async fn taken(machine: &Machine, found: &Found) -> (String, String) {
    let credential = take(machine.handover.environment(), found).await.unwrap();
    (
        credential.user,
        credential.secret.expose_text().unwrap().to_owned(),
    )
}

#[tokio::test]
async fn every_file_is_read_in_podman_s_order() {
    let folder = tempfile::tempdir().unwrap();
    let machine = Machine::with(|environment| environment.with("XDG_RUNTIME_DIR", folder.path()));
    let auths = |key: &str| format!(r#"{{"auths":{{"{key}":{{"auth":"{AUTH}"}}}}}}"#);
    let runtime = folder.path().join("containers/auth.json");
    fs::create_dir(runtime.parent().unwrap()).unwrap();
    fs::write(&runtime, auths("quay.io/org")).unwrap();
    let lasting = machine.write("home/.config/containers/auth.json", &auths("quay.io"));
    let docker = machine.docker_config(&format!(
        r#"{{"auths":{{"https://index.docker.io/v1/":{{"auth":"{AUTH}"}},"mark":{{}},"odd":{{"auth":"%"}},
        "acr":{{"auth":"x","identitytoken":"tok"}},"plain":{{"username":"u","password":"p"}},
        "https://index.docker.io/v1/access-token":{{"auth":"{AUTH}"}}}}}}"#
    ));
    let old = machine.write(
        "home/.dockercfg",
        &format!(r#"{{"old":{{"auth":"{AUTH}","email":"e"}}}}"#),
    );
    let findings = searched(&machine).await;
    assert!(findings.failures.is_empty(), "{:?}", findings.failures);
    let plain = |file: &Path, key: &str, user: &str| found(file, key, Some(user), Place::Plaintext);
    let expected = [
        plain(&runtime, "quay.io/org", "ada"),
        plain(&lasting, "quay.io", "ada"),
        plain(&docker, "https://index.docker.io/v1/", "ada"),
        plain(&docker, "acr", "<token>"),
        plain(&docker, "plain", "u"),
        plain(&old, "old", "ada"),
    ];
    assert_eq!(findings.found, expected);
    let secrets = ["hunter2", "hunter2", "hunter2", "tok", "p", "hunter2"];
    for (found, secret) in expected.iter().zip(secrets) {
        assert_eq!(
            taken(&machine, found).await,
            (found.user.clone().unwrap(), secret.to_owned())
        );
    }
    let shown = format!(
        "{findings:?}{}",
        serde_json::to_string(&findings.found).unwrap()
    );
    assert!(!shown.contains("hunter2") && !shown.contains(AUTH) && !shown.contains("tok\""));
}

#[tokio::test]
async fn a_broken_file_does_not_hide_the_others() {
    let machine = Machine::new();
    machine.write("home/.config/containers/auth.json", "{");
    machine.docker_config(&format!(r#"{{"auths":{{"h":{{"auth":"{AUTH}"}}}}}}"#));
    let findings = searched(&machine).await;
    assert_eq!((findings.found.len(), findings.failures.len()), (1, 1));
}

#[tokio::test]
async fn helpers_list_what_they_serve_and_give_one_secret() {
    let machine = Machine::new();
    let file = machine.docker_config(
        r#"{"credsStore":"store","credHelpers":{"one":"single","ours":"registrar","slow":"slow","bad":"../bad"}}"#,
    );
    machine.program(
        "docker-credential-store",
        r#"echo "$1" >> "${0%/*}/../calls"
        case $1 in
        list) echo '{"Registry credentials for https://quay.io":"ada","one":"not-asked"}';;
        get) read key; [ "$key" = https://quay.io ] && echo '{"ServerURL":"","Username":"ada","Secret":"hunter2"}' ||
          { echo credentials not found in native keychain; exit 1; };;
        esac"#,
    );
    machine.program(
        "docker-credential-single",
        r#"echo '{"one":"bob","two":"x"}'"#,
    );
    machine.program("docker-credential-slow", "exec sleep 60");
    machine.program(
        "docker-credential-registrar",
        "touch \"${0%/*}/../asked-ourselves\"",
    );
    let findings = searched(&machine).await;
    let helper = |name: &str| Place::Helper(name.to_owned());
    let quay = found(&file, "https://quay.io", Some("ada"), helper("store"));
    let one = found(&file, "one", Some("bob"), helper("single"));
    assert_eq!(findings.found, [one, quay.clone()]);
    let failures: Vec<_> = findings.failures.iter().collect();
    assert!(
        matches!(
            failures[..],
            [HandoverError::HelperName, HandoverError::Slow { .. }]
        ),
        "{failures:?}"
    );
    assert_eq!(
        read(&machine.path("calls")),
        "list\n",
        "no secret is asked for before it is chosen"
    );
    assert!(!machine.path("asked-ourselves").exists());
    assert_eq!(
        taken(&machine, &quay).await,
        ("ada".to_owned(), "hunter2".to_owned())
    );
    let gone = Found {
        key: "gone".to_owned(),
        ..quay
    };
    let error = take(machine.handover.environment(), &gone)
        .await
        .unwrap_err();
    assert!(matches!(error, HandoverError::Gone), "{error}");
}

#[tokio::test]
async fn plain_text_is_removed_and_nothing_else() {
    let machine = Machine::new();
    let text = format!(
        "{{\n\t\"auths\": {{\n\t\t\"a\": {{\n\t\t\t\"auth\": \"{AUTH}\"\n\t\t}},\n\t\t\"b\": {{\"email\": \"e\", \"auth\": \"{AUTH}\"}}\n\t}},\n\t\"x\": [ 1 ]\n}}\n"
    );
    let file = machine.docker_config(&text);
    for found in searched(&machine).await.found {
        let plan = machine
            .handover
            .plan_scrub(std::slice::from_ref(&found))
            .unwrap();
        assert!(!format!("{:?}", plan.changes[0].diff()).contains(AUTH));
        machine.apply(plan);
        assert!(matches!(
            machine.handover.plan_scrub(std::slice::from_ref(&found)),
            Err(HandoverError::Gone)
        ));
    }
    let expected = "{\n\t\"auths\": {\n\t\t\"a\": {},\n\t\t\"b\": {\"email\": \"e\"}\n\t},\n\t\"x\": [ 1 ]\n}\n";
    assert_eq!(read(&file), expected);
    assert!(searched(&machine).await.found.is_empty());

    let auth = machine.write("home/.config/containers/auth.json", &text);
    for found in searched(&machine).await.found {
        machine.apply(
            machine
                .handover
                .plan_scrub(std::slice::from_ref(&found))
                .unwrap(),
        );
    }
    assert_eq!(json(&auth), serde_json::json!({"auths": {}, "x": [1]}));
}

#[tokio::test]
async fn handing_over_and_removing_plain_text_go_together() {
    let machine = Machine::new();
    let file = machine.docker_config(&format!(
        r#"{{"auths":{{"h":{{"auth":"{AUTH}"}}}}, "x":1}}"#
    ));
    let docker = machine.handover.docker();
    let key = Docker::key("h").unwrap();
    machine.apply(docker.plan_enable(&[key], Replace::Never).unwrap());
    let found = searched(&machine).await.found.remove(0);
    machine.apply(
        machine
            .handover
            .plan_scrub(std::slice::from_ref(&found))
            .unwrap(),
    );
    assert_eq!(json(&file)["credHelpers"]["h"], "registrar");
    machine.apply(docker.plan_disable(&keys(["h"])).unwrap());
    assert_eq!(read(&file), r#"{"auths":{"h":{}}, "x":1}"#);
}

#[tokio::test]
async fn helm_s_own_file_is_searched_and_cleaned() {
    let folder = tempfile::tempdir().unwrap();
    let chosen = folder.path().join("helm.json");
    let usual = Machine::with(|environment| environment.with("XDG_CONFIG_HOME", folder.path()));
    let other = Machine::with(|environment| environment.with("HELM_REGISTRY_CONFIG", &chosen));
    let text = format!(r#"{{"auths":{{"charts.example":{{"auth":"{AUTH}"}},"x":{{}}}}}}"#);
    let file = folder.path().join("helm/registry/config.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    for (machine, file) in [(usual, &file), (other, &chosen)] {
        fs::write(file, &text).unwrap();
        let findings = searched(&machine).await.found;
        let expected = found(file, "charts.example", Some("ada"), Place::Plaintext);
        assert_eq!(findings, [expected]);
        machine.apply(machine.handover.plan_scrub(&findings).unwrap());
        assert_eq!(json(file), serde_json::json!({"auths": {"x": {}}}));
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_file_of_podman_without_a_session_is_searched() {
    let machine = Machine::new();
    let user = rustix::process::getuid().as_raw();
    let file = machine.write(
        &format!("root/run/containers/{user}/auth.json"),
        &format!(r#"{{"auths":{{"quay.io":{{"auth":"{AUTH}"}}}}}}"#),
    );
    let expected = found(&file, "quay.io", Some("ada"), Place::Plaintext);
    assert_eq!(searched(&machine).await.found, [expected]);
}

#[tokio::test]
async fn several_credentials_of_one_file_go_at_once() {
    let machine = Machine::new();
    let entry = format!(r#"{{"auth":"{AUTH}"}}"#);
    let file = machine.docker_config(&format!(
        r#"{{"auths":{{"a":{entry},"b":{entry},"c":{entry}}}}}"#
    ));
    let old = machine.write("home/.dockercfg", &format!(r#"{{"d":{entry}}}"#));
    let found = searched(&machine).await.found;
    let chosen: Vec<_> = found.into_iter().filter(|found| found.key != "b").collect();
    let plan = machine.handover.plan_scrub(&chosen).unwrap();
    assert_eq!(plan.changes.len(), 2, "each file is written once");
    machine.apply(plan);
    assert_eq!(
        read(&file),
        format!(r#"{{"auths":{{"a":{{}},"b":{entry},"c":{{}}}}}}"#)
    );
    assert_eq!(read(&old), "{}");
}
