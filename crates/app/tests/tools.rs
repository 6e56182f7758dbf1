//! The Tools page: what docker and podman ask Registrar for, shown, changed and undone.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::fs;
use std::time::Duration;

use registrar_app::wire::*;
use registrar_handover::Environment;
use support::machine::{Machine, disable, enable, read};

use ToolFamily::{Docker, Podman};

const HUB: &str = "https://index.docker.io/v1/";

/// Two accounts on one host, Docker Hub, one without a credential, and one of another kind.
const CATALOG: &str = r#"version = 1

[[registry]]
id = "01927f5e-6c3a-7d10-8a4e-000000000001"
kind = "container"
name = "Acme"
url = "ghcr.io/acme/*"
user = "ada"
token = true
created = 2026-01-01T00:00:00Z
updated = 2026-01-01T00:00:00Z

[[registry]]
id = "01927f5e-6c3a-7d10-8a4e-000000000002"
kind = "container"
name = "Hub"
url = "docker.io"
user = "ada"
token = true
created = 2026-01-01T00:00:00Z
updated = 2026-01-01T00:00:00Z

[[registry]]
id = "01927f5e-6c3a-7d10-8a4e-000000000003"
kind = "container"
name = "All of GitHub"
url = "ghcr.io"
user = "bob"
token = true
created = 2026-01-01T00:00:00Z
updated = 2026-01-01T00:00:00Z

[[registry]]
id = "01927f5e-6c3a-7d10-8a4e-000000000004"
kind = "container"
name = "Anonymous"
url = "quay.io"
created = 2026-01-01T00:00:00Z
updated = 2026-01-01T00:00:00Z

[[registry]]
id = "01927f5e-6c3a-7d10-8a4e-000000000005"
kind = "devfile"
name = "Devfiles"
url = "https://registry.example"
token = true
created = 2026-01-01T00:00:00Z
updated = 2026-01-01T00:00:00Z
"#;

async fn machine() -> Machine {
    Machine::with(CATALOG, |environment| environment).await
}

fn shown<'a>(group: &'a ToolGroup) -> Vec<(&'a str, Vec<&'a str>, ToolSetting)> {
    let registries = group.registries.iter();
    let row = |registry: &'a ToolRegistry| {
        let names = registry.names.iter().map(String::as_str).collect();
        (registry.key.as_str(), names, registry.setting.clone())
    };
    registries.map(row).collect()
}

#[tokio::test]
async fn registries_with_a_credential_are_listed_as_each_tool_spells_them() {
    let machine = machine().await;
    let page = machine.page().await;
    let (off, both) = (ToolSetting::Off, vec!["Acme", "All of GitHub"]);
    let docker = [
        ("ghcr.io", both.clone(), off.clone()),
        (HUB, vec!["Hub"], off.clone()),
    ];
    let podman = [
        ("ghcr.io", both, off.clone()),
        ("docker.io", vec!["Hub"], off.clone()),
    ];
    assert_eq!(
        page.groups
            .iter()
            .map(|group| group.family)
            .collect::<Vec<_>>(),
        [Docker, Podman]
    );
    assert_eq!(shown(&page.groups[0]), docker);
    assert_eq!(shown(&page.groups[1]), podman);
    let ids = &page.groups[0].registries[0].ids;
    assert!(ids[0].ends_with('1') && ids[1].ends_with('3'), "{ids:?}");
    let group = &page.groups[0];
    assert_eq!(group.file, machine.docker_config().display().to_string());
    assert_eq!(
        (&group.every, group.needs_repair, &group.problem),
        (&off, false, &None)
    );
    assert!(!machine.home(".docker").exists(), "looking changes nothing");
}

#[tokio::test]
async fn tools_are_found_with_their_version() {
    let machine = machine().await;
    let docker = machine.program("docker", "echo Docker version 28.2.2, build x");
    let tools = machine.group(Docker).await.tools;
    assert_eq!(tools[0].path, Some(docker.display().to_string()));
    assert_eq!(tools[0].version.as_deref(), Some("28.2.2"));
    assert!(tools.iter().skip(1).all(|tool| tool.path.is_none()));
    let podman = machine.group(Podman).await.tools;
    let names: Vec<_> = podman.iter().map(|tool| tool.name.as_str()).collect();
    assert_eq!(names, ["podman", "skopeo", "buildah"]);
}

#[tokio::test]
async fn a_registry_is_handed_over_as_shown_and_taken_back_to_the_byte() {
    let machine = machine().await;
    let text = "{\n\t\"auths\": {\n\t\t\"x\": {\n\t\t\t\"auth\": \"aHVudGVyMg==\"\n\t\t}\n\t}\n}\n";
    let file = machine.write(".docker/config.json", text);
    let plan = machine.plan(enable(Docker, &["ghcr.io"])).await;
    assert_eq!(read(&file), text, "a plan writes nothing");
    let [planned] = &plan.files[..] else {
        panic!("{plan:?}")
    };
    assert_eq!(
        (planned.path.as_str(), planned.is_new),
        (file.to_str().unwrap(), false)
    );
    let added = planned
        .lines
        .iter()
        .filter(|line| line.sign == PlanSign::Added);
    let added: Vec<_> = added.map(|line| line.text.trim()).collect();
    assert!(added.contains(&"\"ghcr.io\": \"registrar\""), "{added:?}");
    assert!(!format!("{plan:?}").contains("aHVud"), "no secret is shown");

    let page = machine.apply(&plan).await.unwrap();
    assert_eq!(shown(&page.groups[0])[0].2, ToolSetting::On);
    assert!(read(&file).contains("\"ghcr.io\": \"registrar\""));
    machine
        .app
        .event(|event| matches!(event, AppEvent::ToolsChanged))
        .await;
    let activity = machine.activity("tool.changed").await;
    assert_eq!(
        activity,
        [format!(
            "docker asks Registrar for ghcr.io: {}",
            file.display()
        )]
    );

    machine.change(disable(Docker, &["ghcr.io"])).await;
    assert_eq!(read(&file), text);
    let activity = machine.activity("tool.changed").await;
    assert!(
        activity[0].starts_with("docker no longer asks Registrar for ghcr.io"),
        "{activity:?}"
    );
}

#[tokio::test]
async fn another_helper_keeps_its_setting_unless_it_may_be_replaced() {
    let machine = machine().await;
    let text = r#"{"credsStore":"desktop","credHelpers":{"ghcr.io":"pass"}}"#;
    let file = machine.write(".docker/config.json", text);
    let group = machine.group(Docker).await;
    let other = |helper: &str| ToolSetting::Other {
        helper: helper.to_owned(),
    };
    assert_eq!(group.every, other("desktop"));
    assert_eq!(shown(&group)[0].2, other("pass"));
    assert_eq!(
        shown(&group)[1].2,
        ToolSetting::Off,
        "ours would win over the store"
    );

    let plan = machine.plan(enable(Docker, &["ghcr.io"])).await;
    let conflict = PlanConflict {
        key: Some("ghcr.io".to_owned()),
        helper: "pass".to_owned(),
    };
    assert_eq!((plan.files.len(), plan.conflicts), (0, vec![conflict]));

    let replace = |on| ToolChange::Every {
        family: Docker,
        on,
        replace: true,
    };
    let page = machine.change(replace(true)).await;
    assert_eq!(page.groups[0].every, ToolSetting::On);
    assert_eq!(
        shown(&page.groups[0])[0].2,
        other("pass"),
        "docker asks that one first"
    );
    assert_eq!(shown(&page.groups[0])[1].2, ToolSetting::OnForAll);
    machine.change(replace(false)).await;
    assert_eq!(read(&file), text);
}

#[tokio::test]
async fn podman_asks_for_every_registry_before_anybody_else() {
    let machine = machine().await;
    let auth = r#"{"credHelpers":{"ghcr.io":"pass"}}"#;
    machine.write(".config/containers/auth.json", auth);
    let every = ToolChange::Every {
        family: Podman,
        on: true,
        replace: false,
    };
    let page = machine.change(every).await;
    assert_eq!(shown(&page.groups[1])[0].2, ToolSetting::OnForAll);
    let drop_in = machine.home(".config/containers/registries.conf.d/50-registrar.conf");
    assert!(read(&drop_in).contains("registrar"));
    machine.change(enable(Podman, &["docker.io"])).await;
    assert_eq!(machine.setting(Podman, "docker.io").await, ToolSetting::On);
    machine.change(ToolChange::Remove { family: Podman }).await;
    assert!(!drop_in.exists());
    assert_eq!(read(&machine.home(".config/containers/auth.json")), auth);
}

#[tokio::test]
async fn a_plan_for_another_content_is_refused_and_nothing_is_written() {
    let machine = machine().await;
    let plan = machine.plan(enable(Docker, &["ghcr.io"])).await;
    let file = machine.write(".docker/config.json", "{\"mine\":1}");
    let error = machine.apply(&plan).await.unwrap_err();
    assert_eq!(
        (error.code, error.hint.is_some()),
        (Code::PlanOutdated, true)
    );
    assert_eq!(read(&file), "{\"mine\":1}");
    assert!(
        machine.activity("tool.changed").await.is_empty(),
        "nothing has happened"
    );
    let again = machine.plan(enable(Docker, &["ghcr.io"])).await;
    machine.apply(&again).await.unwrap();
    let error = machine.apply(&again).await.unwrap_err();
    assert_eq!(error.code, Code::PlanOutdated, "a plan is good for once");
}

#[tokio::test]
async fn eight_plans_are_remembered() {
    let machine = machine().await;
    let oldest = machine.plan(enable(Docker, &["ghcr.io"])).await;
    let second = machine.plan(enable(Docker, &["ghcr.io"])).await;
    for _ in 0..7 {
        machine.plan(enable(Podman, &["ghcr.io"])).await;
    }
    assert_eq!(
        machine.apply(&oldest).await.unwrap_err().code,
        Code::PlanOutdated
    );
    machine.apply(&second).await.unwrap();
}

#[tokio::test]
async fn a_broken_configuration_is_named_and_does_not_hide_the_others() {
    let machine = machine().await;
    let file = machine.write(".docker/config.json", "{\n  \"a\": ,\n}");
    let page = machine.page().await;
    let problem = page.groups[0].problem.clone().unwrap();
    assert!(
        problem.contains(file.to_str().unwrap()) && problem.contains("line 2"),
        "{problem}"
    );
    assert!(problem.ends_with('.'), "{problem}");
    assert_eq!(shown(&page.groups[0])[0].2, ToolSetting::Off);
    assert_eq!(page.groups[1].problem, None);
    let error = machine
        .app
        .app
        .plan_tools(enable(Docker, &["ghcr.io"]))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::Storage);
    machine.change(enable(Podman, &["ghcr.io"])).await;
}

#[tokio::test]
async fn only_what_a_tool_would_ask_for_can_be_handed_over() {
    let machine = machine().await;
    for key in [
        "https://ghcr.io",
        "ghcr.io/acme",
        "GHCR.IO",
        "docker.io",
        "a b",
        "a\nb",
        "",
    ] {
        let planned = machine.app.app.plan_tools(enable(Docker, &[key])).await;
        assert_eq!(planned.unwrap_err().code, Code::Invalid, "{key:?}");
    }
    machine.plan(enable(Docker, &[HUB, "localhost:5000"])).await;
    machine.plan(enable(Podman, &["docker.io"])).await;
}

/// Waits until the window is told that a tool changed, not counting what it was told before.
async fn told_after(machine: &Machine, act: impl AsyncFnOnce()) {
    // Our own changes are reported as well, a moment later.
    tokio::time::sleep(Duration::from_millis(700)).await;
    machine.app.world.events.lock().unwrap().clear();
    act().await;
    machine
        .app
        .event(|event| matches!(event, AppEvent::ToolsChanged))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_overwrote_ours_is_noticed_and_repaired() {
    let machine = machine().await;
    machine.change(enable(Docker, &["ghcr.io", HUB])).await;
    told_after(&machine, async || {
        let text = r#"{"credHelpers":{"ghcr.io":"desktop"}}"#;
        machine.write(".docker/config.json", text);
    })
    .await;
    let group = machine.group(Docker).await;
    assert!(group.needs_repair);
    let taken = ToolSetting::Taken {
        by: "desktop".to_owned(),
    };
    assert_eq!(shown(&group)[0].2, taken);
    assert_eq!(shown(&group)[1].2, ToolSetting::Missing);

    let page = machine.change(ToolChange::Repair { family: Docker }).await;
    assert!(!page.groups[0].needs_repair);
    assert_eq!(shown(&page.groups[0])[0].2, ToolSetting::On);
    assert_eq!(shown(&page.groups[0])[1].2, ToolSetting::On);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_program_removed_can_be_let_go() {
    let machine = Machine::new().await;
    machine.change(enable(Docker, &["ghcr.io"])).await;
    assert_eq!(machine.setting(Docker, "ghcr.io").await, ToolSetting::On);
    told_after(&machine, async || {
        fs::remove_file(machine.docker_config()).unwrap();
    })
    .await;
    assert_eq!(
        machine.setting(Docker, "ghcr.io").await,
        ToolSetting::Missing
    );
    let page = machine.change(disable(Docker, &["ghcr.io"])).await;
    assert!(page.groups[0].registries.is_empty() && !page.groups[0].needs_repair);
}

#[tokio::test]
async fn the_helper_is_linked_into_reach() {
    let in_local_bin = |environment: Environment| {
        let bin = environment.home().join(".local/bin");
        environment.with("PATH", bin)
    };
    let machine = Machine::with(CATALOG, in_local_bin).await;
    let own = machine.program_at("installed/docker-credential-registrar", "exit 0");
    let helper = machine.page().await.helper;
    assert_eq!(helper.own, Some(own.display().to_string()));
    assert_eq!(
        (&helper.found, helper.linked, helper.link_on_path),
        (&None, false, true)
    );

    let page = machine.change(ToolChange::LinkHelper).await;
    assert_eq!(page.helper.found.as_ref(), Some(&page.helper.link));
    assert!(page.helper.found_is_ours && page.helper.linked);
    let page = machine.change(ToolChange::UnlinkHelper).await;
    assert!(page.helper.found.is_none() && !page.helper.linked);
    assert_eq!(machine.activity("tool.changed").await.len(), 2);
}

#[tokio::test]
async fn somebody_else_s_helper_is_told_from_ours() {
    let machine = machine().await;
    machine.program_at("installed/docker-credential-registrar", "exit 0");
    let found = machine.program("docker-credential-registrar", "exit 0");
    let helper = machine.page().await.helper;
    assert_eq!(helper.found, Some(found.display().to_string()));
    assert!(!helper.found_is_ours && !helper.link_on_path);
    let in_the_way = machine.write(".local/bin/docker-credential-registrar", "somebody's");
    let error = machine
        .app
        .app
        .plan_tools(ToolChange::LinkHelper)
        .await
        .unwrap_err();
    assert!(
        error.message.contains(in_the_way.to_str().unwrap()),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_registry_says_which_tools_ask_for_it() {
    let machine = machine().await;
    let used_by = async |name: &str| machine.app.details(name).await.used_by;
    assert!(used_by("Hub").await.is_empty());
    machine.change(enable(Docker, &[HUB])).await;
    let every = ToolChange::Every {
        family: Podman,
        on: true,
        replace: false,
    };
    machine.change(every).await;
    assert_eq!(used_by("Hub").await, ["docker", "podman"]);
    assert_eq!(used_by("Acme").await, ["podman"]);
    machine.write(".docker/config.json", "{");
    assert_eq!(
        used_by("Hub").await,
        ["podman"],
        "a broken file asks for nothing"
    );
}
