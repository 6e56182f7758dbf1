//! Importing what tools have stored: found, moved into the vault, checked, removed as plaintext.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{ContainerRegistry, PASSWORD, Registry, USER};
use registrar_app::wire::*;
use registrar_vault::Failure;
use support::machine::{Machine, read};

/// `ada:hunter2` and `bob:other`
const ADA: &str = "YWRhOmh1bnRlcjI=";
const BOB: &str = "Ym9iOm90aGVy";

fn auths(entries: &[(&str, &str)]) -> String {
    let entries = entries
        .iter()
        .map(|(key, auth)| format!(r#""{key}":{{"auth":"{auth}"}}"#));
    format!(
        r#"{{"auths":{{{}}}}}"#,
        entries.collect::<Vec<_>>().join(",")
    )
}

async fn machine_with(catalog: &str) -> Machine {
    Machine::with(catalog, |environment| environment).await
}

fn record(number: u32, name: &str, url: &str, more: &str) -> String {
    format!(
        "[[registry]]\nid = \"01927f5e-6c3a-7d10-8a4e-00000000000{number}\"\nkind = \"container\"\n\
         name = \"{name}\"\nurl = \"{url}\"\ncreated = 2026-01-01T00:00:00Z\n\
         updated = 2026-01-01T00:00:00Z\n{more}\n"
    )
}

fn row<'a>(findings: &'a ImportFindings, registry: &str) -> &'a ImportRow {
    let mut rows = findings.rows.iter();
    rows.find(|row| row.registry == registry).unwrap()
}

async fn user_and_token(machine: &Machine, name: &str) -> (Option<String>, Option<String>) {
    let details = machine.app.details(name).await;
    let token = machine.app.token(&details.row.id);
    (details.row.user, token)
}

fn of(user: &str, token: &str) -> (Option<String>, Option<String>) {
    (Some(user.to_owned()), Some(token.to_owned()))
}

/// Runs a real tool with the machine's home and this on its standard input. On its `PATH` there is
/// nothing else: docker would give the credential to any helper that it finds.
fn run(machine: &Machine, program: &str, arguments: &[&str], input: &str) {
    let path = std::env::var_os("PATH").unwrap();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(program));
    let real = places.find(|place| place.is_file()).unwrap();
    let mut command = Command::new(real);
    command.args(arguments).env_clear();
    command.env("PATH", machine.path("bin"));
    command.env("HOME", machine.home(""));
    command.env("XDG_RUNTIME_DIR", machine.home("run"));
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {said}");
}

async fn scrub(machine: &Machine, rows: &[&ImportRow]) -> Result<ToolPlan, CommandError> {
    let keys = rows.iter().map(|row| row.key.clone()).collect();
    machine.app.app.plan_tools(ToolChange::Scrub { keys }).await
}

/// A machine with `Lab` in the catalog, at which docker and skopeo are signed in.
async fn signed_in(host: &str) -> Machine {
    let catalog = record(1, "Lab", host, "allow_http = true\n");
    let machine = Machine::with(&format!("version = 1\n\n{catalog}"), |environment| {
        let run = environment.home().join("run");
        environment.with("XDG_RUNTIME_DIR", run)
    })
    .await;
    std::fs::create_dir(machine.home("run")).unwrap();
    let user = ["-u", USER, "--password-stdin", host];
    run(
        &machine,
        "docker",
        &[&["login"], &user[..]].concat(),
        PASSWORD,
    );
    let login = ["login", "--tls-verify=false"];
    run(&machine, "skopeo", &[&login, &user[..]].concat(), PASSWORD);
    machine
}

#[tokio::test(flavor = "multi_thread")]
async fn what_docker_and_skopeo_stored_is_found_moved_and_proved() {
    let registry = ContainerRegistry::basic().start();
    let host = registry.host();
    let machine = signed_in(&host).await;
    let findings = machine.search().await;
    assert!(findings.failures.is_empty(), "{:?}", findings.failures);
    let files = findings.rows.iter().map(|row| Path::new(&row.file));
    let podman = machine.home("run/containers/auth.json");
    let docker = machine.docker_config();
    assert_eq!(files.collect::<Vec<_>>(), [&podman, &docker]);
    for row in &findings.rows {
        assert_eq!(
            (row.registry.as_str(), row.user.as_deref()),
            (host.as_str(), Some(USER))
        );
        assert_eq!(row.existing.as_ref().unwrap().name, "Lab");
        assert_eq!((&row.place, &row.problem), (&ImportPlace::Plaintext, &None));
    }
    let rows: Vec<_> = findings.rows.iter().collect();
    let result = machine.import(&rows).await.unwrap();
    assert!(!result.cancelled);
    for one in &result.imported {
        let report = one.report.as_ref().unwrap();
        assert_eq!(
            (&report.failure, report.access),
            (&None, Some(Access::Proved))
        );
        assert!(one.can_scrub && one.error.is_none());
    }
    assert_eq!(user_and_token(&machine, "Lab").await, of(USER, PASSWORD));
    let all_done = |event: &AppEvent| match event {
        AppEvent::CheckProgress {
            operation,
            done,
            total,
            ..
        } => (operation.as_str(), *done, *total) == ("import", 1, 1),
        _ => false,
    };
    machine.app.event(all_done).await;
    assert!(!format!("{findings:?}{result:?}").contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn plaintext_is_removed_once_its_credential_is_proved() {
    let registry = ContainerRegistry::basic().start();
    let machine = signed_in(&registry.host()).await;
    let findings = machine.search().await;
    let rows: Vec<_> = findings.rows.iter().collect();
    let refused = scrub(&machine, &rows).await.unwrap_err();
    assert_eq!(
        refused.code,
        Code::Invalid,
        "not before it is imported and checked"
    );
    machine.import(&rows).await.unwrap();
    let plan = scrub(&machine, &rows).await.unwrap();
    assert_eq!(plan.files.len(), 2);
    machine.apply(&plan).await.unwrap();
    assert!(machine.search().await.rows.is_empty());
    for row in &findings.rows {
        assert!(
            !read(Path::new(&row.file)).contains("auth\""),
            "{}",
            row.file
        );
    }
    let activity = machine.activity("tool.changed").await;
    assert!(activity.len() == 2 && activity[0].starts_with("2 plaintext credentials removed"));
    assert!(!format!("{plan:?}{activity:?}").contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_of_what_was_imported_can_be_cancelled() {
    let registry = ContainerRegistry::builder()
        .registry(Registry::Drips)
        .start();
    let host = registry.host();
    let catalog = format!(
        "version = 1\n\n{}",
        record(1, "Lab", &host, "allow_http = true\n")
    );
    let machine = machine_with(&catalog).await;
    machine.write(".docker/config.json", &auths(&[(&host, ADA)]));
    let findings = machine.search().await;
    let cancel = async {
        while registry.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        machine.cancel_import().await;
    };
    let rows = [&findings.rows[0]];
    let (result, ()) = tokio::join!(machine.import(&rows), cancel);
    let result = result.unwrap();
    let one = &result.imported[0];
    assert!(result.cancelled && one.id.is_some() && one.error.is_none());
    assert!(one.report.is_none() && !one.can_scrub, "nothing is proved");
    assert_eq!(user_and_token(&machine, "Lab").await, of("ada", "hunter2"));
}

#[tokio::test]
async fn what_is_found_is_shown_without_asking_for_a_secret() {
    let catalog = record(1, "Mine", "quay.io", "user = \"bob\"\ntoken = true\n")
        + &record(2, "Ada's", "quay.io", "user = \"ada\"\n");
    let machine = machine_with(&format!("version = 1\n\n{catalog}")).await;
    machine.program(
        "docker-credential-store",
        r#"echo "$1" >> "${0%/*}/../calls"
        echo '{"https://index.docker.io/v1/":"ada"}'"#,
    );
    machine.program(
        "docker-credential-registrar",
        "touch \"${0%/*}/../asked-ourselves\"",
    );
    machine.program("docker-credential-odd", "echo no; exit 1");
    let text = auths(&[
        ("https://quay.io/v2/", ADA),
        ("acme/app", ADA),
        ("no host", ADA),
    ]);
    let helpers = r#""credsStore":"store","credHelpers":{"a":"registrar","b":"odd","c":"missing"}"#;
    let text = format!("{},{helpers}}}", text.strip_suffix('}').unwrap());
    machine.write(".docker/config.json", &text);
    machine.write(".config/containers/auth.json", "{");

    let findings = machine.search().await;
    let shown = findings
        .rows
        .iter()
        .map(|row| (row.registry.as_str(), &row.place));
    let plaintext = ImportPlace::Plaintext;
    let helper = ImportPlace::Helper {
        name: "store".to_owned(),
    };
    let expected = [
        ("quay.io", &plaintext),
        ("acme:443/app", &plaintext),
        ("no host", &plaintext),
        ("docker.io", &helper),
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    let existing = row(&findings, "quay.io").existing.clone().unwrap();
    assert_eq!(
        (existing.name.as_str(), existing.has_token),
        ("Ada's", false),
        "the same user's"
    );
    assert!(row(&findings, "no host").problem.is_some());
    assert_eq!(findings.failures.len(), 3, "{:?}", findings.failures);
    let auth = machine
        .home(".config/containers/auth.json")
        .display()
        .to_string();
    for word in [&auth, "docker-credential-odd", "docker-credential-missing"] {
        let named = |failure: &&String| failure.starts_with(word) && failure.ends_with('.');
        assert_eq!(findings.failures.iter().filter(named).count(), 1, "{word}");
    }
    assert_eq!(read(&machine.path("calls")), "list\n");
    assert!(!machine.path("asked-ourselves").exists());
}

#[tokio::test]
async fn a_registry_that_only_the_tool_knew_is_added_under_its_address() {
    let taken = record(1, "ghcr.io", "example.com", "");
    let machine = machine_with(&format!("version = 1\n\n{taken}")).await;
    machine.program(
        "docker-credential-store",
        r#"case $1 in
        list) echo '{"https://ghcr.io":"ada"}';;
        get) echo '{"ServerURL":"https://ghcr.io","Username":"<token>","Secret":"hunter2"}';;
        esac"#,
    );
    machine.write(".docker/config.json", r#"{"credsStore":"store"}"#);
    let findings = machine.search().await;
    let result = machine.import(&[row(&findings, "ghcr.io")]).await.unwrap();
    let [one] = &result.imported[..] else {
        panic!("{result:?}")
    };
    let details = machine.app.details("ghcr.io 2").await;
    assert_eq!(one.id.as_ref(), Some(&details.row.id));
    assert_eq!(details.row.url, "ghcr.io");
    assert_eq!(
        user_and_token(&machine, "ghcr.io 2").await,
        of("<token>", "hunter2")
    );
    assert!(!one.can_scrub, "there is no plaintext to remove");
    assert_eq!(machine.activity("registry.added").await, ["ghcr.io"]);
    let catalog = machine.app.catalog_text();
    assert!(
        !catalog.contains("hunter2") && !catalog.contains("added_by"),
        "{catalog}"
    );
}

#[tokio::test]
async fn only_user_and_token_of_a_known_registry_are_replaced() {
    let authority = Authority::new();
    let registry = ContainerRegistry::basic()
        .tls(&authority, Quality::Good)
        .start();
    let host = registry.host();
    let more = format!(
        "user = \"old\"\ntype = \"harbor\"\nca_file = \"{}\"\nadded_by = \"docker\"\nmine = 1\n",
        authority.file().display()
    );
    let machine = machine_with(&format!(
        "version = 1\n\n{}",
        record(1, "Lab", &host, &more)
    ))
    .await;
    machine.write(".dockercfg", &format!(r#"{{"{host}":{{"auth":"{ADA}"}}}}"#));
    let findings = machine.search().await;
    let result = machine.import(&[row(&findings, &host)]).await.unwrap();
    assert_eq!(user_and_token(&machine, "Lab").await, of("ada", "hunter2"));
    let catalog = machine.app.catalog_text();
    for kept in [
        "type = \"harbor\"",
        "ca_file = ",
        "added_by = \"docker\"",
        "mine = 1",
    ] {
        assert!(catalog.contains(kept), "{kept} in {catalog}");
    }
    let one = &result.imported[0];
    let failure = one.report.as_ref().unwrap().failure.as_ref().unwrap();
    assert_eq!(failure.kind, FailureKind::CredentialsRefused);
    assert!(!one.can_scrub && one.error.is_none());
    let refused = scrub(&machine, &[row(&findings, &host)]).await.unwrap_err();
    assert_eq!(refused.code, Code::Invalid);
}

#[tokio::test]
async fn of_two_credentials_for_one_registry_the_first_counts() {
    let registry = ContainerRegistry::builder().start();
    let host = registry.host();
    let catalog = format!(
        "version = 1\n\n{}",
        record(1, "Lab", &host, "allow_http = true\n")
    );
    let machine = machine_with(&catalog).await;
    machine.write(".config/containers/auth.json", &auths(&[(&host, ADA)]));
    machine.write(".docker/config.json", &auths(&[(&host, BOB)]));
    machine.write(".dockercfg", &format!(r#"{{"{host}":{{"auth":"{ADA}"}}}}"#));
    let findings = machine.search().await;
    let rows: Vec<_> = findings.rows.iter().collect();
    let result = machine.import(&rows).await.unwrap();
    let ids: Vec<_> = result.imported.iter().map(|one| one.id.is_some()).collect();
    assert_eq!(
        ids,
        [true, false, true],
        "the third says what the first says"
    );
    let error = result.imported[1].error.as_ref().unwrap();
    assert!(
        error.message.contains(&host) && error.hint.is_some(),
        "{error:?}"
    );
    assert_eq!(user_and_token(&machine, "Lab").await, of("ada", "hunter2"));
    assert_eq!(machine.app.names().await, ["Lab"]);
    machine.import(&rows[1..2]).await.unwrap();
    assert_eq!(
        user_and_token(&machine, "Lab").await,
        of("bob", "other"),
        "alone it is imported"
    );
}

#[tokio::test]
async fn what_fails_is_said_of_its_credential_and_the_others_come() {
    let machine = Machine::new().await;
    machine.program(
        "docker-credential-store",
        r#"read key; case "$1 $key" in
        list*) echo '{"gone.example":"a","odd.example":"b","colon.example":"c","good.example":"d"}';;
        *gone*) echo credentials not found in native keychain; exit 1;;
        *odd*) echo hunter2; exit 1;;
        *colon*) echo '{"Username":"a:b","Secret":"hunter2"}';;
        *) echo '{"Username":"d","Secret":"hunter2"}';;
        esac"#,
    );
    machine.write(".docker/config.json", r#"{"credsStore":"store"}"#);
    let findings = machine.search().await;
    let mut rows: Vec<_> = findings.rows.iter().collect();
    let stale = ImportRow {
        key: "0.0".to_owned(),
        ..rows[0].clone()
    };
    rows.push(&stale);
    let result = machine.import(&rows).await.unwrap();
    let errors = rows.iter().zip(&result.imported).map(|(row, one)| {
        assert_eq!(row.key, one.key, "in the order of the request");
        let error = one.error.as_ref();
        assert_eq!(
            (error.is_none(), one.report.is_some()),
            (one.id.is_some(), one.id.is_some())
        );
        assert!(error.is_none_or(|error| error.hint.is_some()), "{error:?}");
        (row.registry.as_str(), error.map(|error| error.code))
    });
    let (missing, internal, invalid) = (Code::NotFound, Code::Internal, Code::Invalid);
    let expected = [
        ("colon.example", Some(invalid)),
        ("gone.example", Some(missing)),
        ("good.example", None),
        ("odd.example", Some(internal)),
        (rows[4].registry.as_str(), Some(missing)),
    ];
    assert_eq!(errors.collect::<Vec<_>>(), expected);
    assert!(!format!("{result:?}").contains("hunter2"));
    assert_eq!(machine.app.names().await, ["good.example"]);
}

#[tokio::test]
async fn a_locked_vault_is_said_at_once_and_leaves_everything_as_it_was() {
    let machine = Machine::new().await;
    let file = machine.write(".docker/config.json", &auths(&[("quay.invalid", ADA)]));
    let before = (machine.app.catalog_text(), read(&file));
    machine.app.keychain.fail(Some(Failure::Locked));
    let findings = machine.search().await;
    let error = machine.import(&[&findings.rows[0]]).await.unwrap_err();
    assert_eq!(error.code, Code::VaultLocked);
    assert_eq!((machine.app.catalog_text(), read(&file)), before);
    machine.app.keychain.fail(None);
    assert!(machine.app.accounts().is_empty());
    let result = machine.import(&[&findings.rows[0]]).await.unwrap();
    assert!(result.imported[0].id.is_some());
    assert_eq!(
        user_and_token(&machine, "quay.invalid").await,
        of("ada", "hunter2")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_helper_that_asks_the_person_can_be_waited_for_no_longer() {
    let machine = Machine::new().await;
    machine.program(
        "docker-credential-store",
        r#"case $1 in
        list) echo '{"good.invalid":"d","slow.invalid":"s"}';;
        get) read key; [ $key = slow.invalid ] && { touch "${0%/*}/../asked"; exec sleep 60; }
          echo '{"Username":"d","Secret":"hunter2"}';;
        esac"#,
    );
    machine.write(".docker/config.json", r#"{"credsStore":"store"}"#);
    let findings = machine.search().await;
    let rows: Vec<_> = findings.rows.iter().collect();
    let cancel = async {
        while !machine.path("asked").exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        machine.cancel_import().await;
    };
    let (result, ()) = tokio::join!(machine.import(&rows), cancel);
    let result = result.unwrap();
    assert!(result.cancelled);
    let [good, slow] = &result.imported[..] else {
        panic!("{result:?}")
    };
    assert!(
        good.id.is_some() && good.report.is_none(),
        "what is imported stays"
    );
    assert_eq!(
        slow.error.as_ref().map(|error| error.code),
        Some(Code::Cancelled)
    );
    assert_eq!(machine.app.names().await, ["good.invalid"]);
}

#[tokio::test]
async fn plaintext_that_has_changed_since_stays() {
    let registry = ContainerRegistry::basic().start();
    let host = registry.host();
    let catalog = format!(
        "version = 1\n\n{}",
        record(1, "Lab", &host, "allow_http = true\n")
    );
    let machine = machine_with(&catalog).await;
    let plain = serde_json::json!({"auths": {&host: {"username": USER, "password": PASSWORD}}});
    let file = machine.write(".docker/config.json", &plain.to_string());
    let findings = machine.search().await;
    let row = &findings.rows[0];
    assert!(machine.import(&[row]).await.unwrap().imported[0].can_scrub);
    let text = auths(&[(&host, BOB)]);
    machine.write(".docker/config.json", &text);
    let refused = scrub(&machine, &[row]).await.unwrap_err();
    assert!(refused.hint.is_some(), "{refused:?}");
    assert_eq!(read(&file), text);
    // What was proved counts until the next search.
    machine.write(".docker/config.json", &plain.to_string());
    scrub(&machine, &[row]).await.unwrap();
    machine.search().await;
    scrub(&machine, &[row]).await.unwrap_err();
}
