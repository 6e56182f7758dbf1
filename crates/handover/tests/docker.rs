//! Docker's configuration, written and undone.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use proptest::prelude::*;
use registrar_handover::{Conflict, Docker, HandoverError, Replace, Sign, Status};
use serde_json::json;
use support::{Machine, json, keys, read};

const TABS: &str = "{\n\t\"auths\": {\n\t\t\"quay.io\": {\n\t\t\t\"auth\": \"aHVudGVyMg==\"\n\t\t}\n\t},\n\t\"mine\": [1,  2],\n\t\"credHelpers\": {\n\t\t\"ecr\": \"ecr-login\"\n\t}\n}";

fn enable(machine: &Machine, names: &[String]) {
    machine.apply(
        machine
            .handover
            .docker()
            .plan_enable(names, Replace::Never)
            .unwrap(),
    );
}

fn remove(machine: &Machine) {
    machine.apply(machine.handover.docker().plan_remove().unwrap());
}

#[test]
fn a_registry_is_one_more_line_and_gone_again() {
    let machine = Machine::new();
    let file = machine.docker_config(TABS);
    let before = "\t\t\"ecr\": \"ecr-login\"\n";
    let after = "\t\t\"ecr\": \"ecr-login\",\n\t\t\"ghcr.io\": \"registrar\"\n";
    enable(&machine, &keys(["ghcr.io"]));
    assert_eq!(read(&file), TABS.replace(before, after));
    enable(&machine, &[Docker::key("docker.io").unwrap()]);
    assert_eq!(
        json(&file)["credHelpers"]["https://index.docker.io/v1/"],
        "registrar"
    );
    let docker = machine.handover.docker();
    machine.apply(
        docker
            .plan_disable(&keys(["https://index.docker.io/v1/"]))
            .unwrap(),
    );
    assert_eq!(read(&file), TABS.replace(before, after));
    machine.apply(docker.plan_disable(&keys(["ghcr.io"])).unwrap());
    assert_eq!(read(&file), TABS);
    assert!(
        !machine.ledger().contains("aHVudGVyMg"),
        "the ledger holds no secret"
    );
}

#[test]
fn the_diff_shows_the_change_and_no_secret() {
    let machine = Machine::new();
    machine.docker_config(TABS);
    let plan = machine
        .handover
        .docker()
        .plan_enable(&keys(["ghcr.io"]), Replace::Never)
        .unwrap();
    let lines = plan.changes[0].diff();
    let added: Vec<_> = lines
        .iter()
        .filter(|line| line.sign == Sign::Added)
        .map(|line| line.text.trim())
        .collect();
    assert_eq!(
        added,
        ["\"ecr\": \"ecr-login\",", "\"ghcr.io\": \"registrar\""]
    );
    let one_line = r#"{"auths":{"quay.io":{"auth":"aHVudGVyMg=="}},"HttpHeaders":{"X":"hunter2"}}"#;
    machine.docker_config(one_line);
    let plan = machine
        .handover
        .docker()
        .plan_enable(&keys(["ghcr.io"]), Replace::Never)
        .unwrap();
    let shown = format!("{:?} {plan:?}", plan.changes[0].diff());
    assert!(
        shown.contains("registrar") && !shown.contains("aHVud") && !shown.contains("hunter2"),
        "{shown}"
    );
}

#[test]
fn where_there_was_nothing_nothing_is_left() {
    let machine = Machine::new();
    enable(&machine, &keys(["ghcr.io"]));
    let file = machine.home(".docker/config.json");
    assert_eq!(
        read(&file),
        "{\n\t\"credHelpers\": {\n\t\t\"ghcr.io\": \"registrar\"\n\t}\n}\n"
    );
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(machine.home(".docker"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o700
    );
    remove(&machine);
    assert!(!machine.home(".docker").exists());
}

#[test]
fn layouts_of_people_are_kept() {
    let cases = [
        (
            "",
            "{\n\t\"credHelpers\": {\n\t\t\"h\": \"registrar\"\n\t}\n}\n",
        ),
        (
            "{}",
            "{\n\t\"credHelpers\": {\n\t\t\"h\": \"registrar\"\n\t}\n}",
        ),
        (
            "{\"a\":1}",
            "{\"a\":1,\"credHelpers\":{\"h\":\"registrar\"}}",
        ),
        (
            "{ \"a\": 1 }\n",
            "{ \"a\": 1, \"credHelpers\": {\"h\": \"registrar\"} }\n",
        ),
        (
            "{\r\n  \"a\": 1\r\n}\r\n",
            "{\r\n  \"a\": 1,\r\n  \"credHelpers\": {\r\n    \"h\": \"registrar\"\r\n  }\r\n}\r\n",
        ),
        (
            "{\n  \"credHelpers\": {},\n  \"a\": 1\n}",
            "{\n  \"credHelpers\": {\n    \"h\": \"registrar\"\n  },\n  \"a\": 1\n}",
        ),
        (
            "{\"credHelpers\":null}",
            "{\"credHelpers\":{\"h\":\"registrar\"}}",
        ),
        (
            "{\"CREDHELPERS\":{\"x\":\"y\"}}",
            "{\"CREDHELPERS\":{\"x\":\"y\",\"h\":\"registrar\"}}",
        ),
    ];
    for (before, after) in cases {
        let machine = Machine::new();
        let file = machine.docker_config(before);
        enable(&machine, &keys(["h"]));
        assert_eq!(read(&file), after);
        remove(&machine);
        assert_eq!(read(&file), before);
    }
}

#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    let machine = Machine::new();
    let real = machine.write("dotfiles/docker.json", TABS);
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    fs::create_dir(machine.home(".docker")).unwrap();
    let link = machine.home(".docker/config.json");
    symlink("../../dotfiles/docker.json", &link).unwrap();
    enable(&machine, &keys(["ghcr.io"]));
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(json(&real)["credHelpers"]["ghcr.io"], "registrar");
    assert_eq!(
        fs::metadata(&real).unwrap().permissions().mode() & 0o777,
        0o640
    );
    remove(&machine);
    assert_eq!(read(&real), TABS);
    assert_eq!(
        fs::read_dir(machine.path("dotfiles")).unwrap().count(),
        1,
        "nothing left behind"
    );
}

#[test]
fn docker_s_own_folder_is_heeded() {
    let folder = tempfile::tempdir().unwrap();
    let machine = Machine::with(|environment| environment.with("DOCKER_CONFIG", folder.path()));
    enable(&machine, &keys(["h"]));
    assert_eq!(
        json(&folder.path().join("config.json"))["credHelpers"]["h"],
        "registrar"
    );
}

#[test]
fn another_helper_is_replaced_only_when_agreed_and_comes_back() {
    let machine = Machine::new();
    let text = r#"{"credsStore":"desktop","credHelpers":{"ecr":"ecr-login"},"x":0}"#;
    let file = machine.docker_config(text);
    let docker = machine.handover.docker();
    let plan = docker.plan_enable(&keys(["ecr"]), Replace::Never).unwrap();
    let conflict = Conflict {
        key: Some("ecr".to_owned()),
        helper: "ecr-login".to_owned(),
    };
    assert_eq!((plan.changes.len(), plan.conflicts), (0, vec![conflict]));
    assert_eq!(
        docker.plan_every(true, Replace::Never).unwrap().conflicts[0].helper,
        "desktop"
    );
    machine.apply(docker.plan_enable(&keys(["ecr"]), Replace::Agreed).unwrap());
    machine.apply(docker.plan_every(true, Replace::Agreed).unwrap());
    let ours = r#"{"credsStore":"registrar","credHelpers":{"ecr":"registrar"},"x":0}"#;
    assert_eq!(read(&file), ours);
    // After somebody else's edit, what we replaced still comes back.
    machine.docker_config(&ours.replace('0', "1"));
    machine.apply(docker.plan_remove().unwrap());
    assert_eq!(read(&file), text.replace('0', "1"));
}

#[test]
fn a_program_that_overwrote_ours_is_noticed_and_repaired() {
    let machine = Machine::new();
    let docker = machine.handover.docker();
    let file = machine.docker_config("{\n\t\"credsStore\": \"pass\"\n}");
    enable(&machine, &keys(["ghcr.io", "quay.io"]));
    machine.apply(docker.plan_every(true, Replace::Agreed).unwrap());
    assert!(!docker.state().unwrap().needs_repair());
    machine.docker_config(
        "{\n  \"credHelpers\": {\n    \"ghcr.io\": \"gh\"\n  },\n  \"credsStore\": \"desktop\"\n}",
    );
    let state = docker.state().unwrap();
    let statuses: Vec<_> = state.slots.iter().map(|slot| slot.status.clone()).collect();
    let taken = |by: &str| Status::Taken(by.to_owned());
    assert_eq!(statuses, [taken("desktop"), taken("gh"), Status::Missing]);
    machine.apply(docker.plan_repair().unwrap());
    assert!(!docker.state().unwrap().needs_repair() && docker.state().unwrap().serves_every());
    let theirs = json!({"credHelpers": {"ghcr.io": "gh"}, "credsStore": "desktop"});
    remove(&machine);
    assert_eq!(json(&file), theirs);
    assert!(docker.state().unwrap().slots.is_empty());
}

#[test]
fn a_file_rewritten_by_docker_is_undone_in_meaning() {
    let machine = Machine::new();
    let file = machine.docker_config(TABS);
    enable(&machine, &keys(["ghcr.io"]));
    let rewritten =
        r#"{"auths":{"ghcr.io":{}},"credHelpers":{"ecr":"ecr-login","ghcr.io":"registrar"}}"#;
    machine.docker_config(rewritten);
    enable(&machine, &keys(["ghcr.io"]));
    assert_eq!(read(&file), rewritten, "what is as wanted is not touched");
    remove(&machine);
    assert_eq!(
        read(&file),
        r#"{"auths":{"ghcr.io":{}},"credHelpers":{"ecr":"ecr-login"}}"#
    );
}

#[test]
fn a_broken_file_is_reported_and_left_alone() {
    let cases = [
        ("{\n\t\"auths\": {\n\t\t\"x\" 1\n\t}\n}", 3, 7),
        ("{\n\t\"credHelpers\": [1]\n}", 2, 17),
        ("{\"credHelpers\": {\"h\": 3}}", 1, 23),
        ("{\"credsStore\": \"a\", \"credsstore\": \"b\"}", 1, 21),
        ("[]", 1, 1),
        ("{\"é\": tru }", 1, 10),
        ("{} x", 1, 4),
        ("\u{FEFF}{}", 1, 1),
    ];
    for (text, line, column) in cases {
        let machine = Machine::new();
        let file = machine.docker_config(text);
        let error = machine
            .handover
            .docker()
            .plan_enable(&keys(["h"]), Replace::Never)
            .unwrap_err();
        let HandoverError::Broken {
            line: at_line,
            column: at_column,
            ..
        } = &error
        else {
            panic!("{text}: {error}");
        };
        assert_eq!((*at_line, *at_column), (line, column), "{text}: {error}");
        assert!(machine.handover.docker().state().is_err());
        assert_eq!(read(&file), text);
    }
}

#[test]
fn not_utf8_too_deep_and_too_big_are_refused() {
    let machine = Machine::new();
    let file = machine.docker_config("");
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    for bytes in [
        b"{\"a\":\"\xff\"}".to_vec(),
        deep.into_bytes(),
        vec![b' '; 4 * 1024 * 1024 + 1],
    ] {
        fs::write(&file, bytes).unwrap();
        machine.handover.docker().state().unwrap_err();
    }
}

#[test]
fn a_read_only_file_is_refused_and_unchanged() {
    let machine = Machine::new();
    let file = machine.docker_config(TABS);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
    let plan = machine
        .handover
        .docker()
        .plan_enable(&keys(["h"]), Replace::Never)
        .unwrap();
    assert!(matches!(
        machine.handover.apply(plan),
        Err(HandoverError::Write { .. })
    ));
    assert_eq!(read(&file), TABS);
}

#[test]
fn a_plan_for_another_content_is_refused() {
    let machine = Machine::new();
    let file = machine.docker_config(TABS);
    let plan = machine
        .handover
        .docker()
        .plan_enable(&keys(["h"]), Replace::Never)
        .unwrap();
    machine.docker_config("{}");
    assert!(matches!(
        machine.handover.apply(plan),
        Err(HandoverError::Overtaken { .. })
    ));
    assert_eq!(read(&file), "{}");
}

#[test]
fn a_crash_between_ledger_and_file_costs_nothing() {
    let machine = Machine::new();
    let file = machine.docker_config(TABS);
    let ledger = machine.path("data/handover.json");
    let name = file.display().to_string();
    enable(&machine, &keys(["ghcr.io"]));
    let (first, settled) = (read(&file), json(&ledger));
    enable(&machine, &keys(["quay.io"]));
    // As the second change leaves it: announced, but the file not yet exchanged.
    let mut announced = settled.clone();
    let next = json(&ledger)["files"][&name][0].clone();
    announced["files"][&name].as_array_mut().unwrap().push(next);
    for found in [&first, &read(&file)] {
        fs::write(&file, found).unwrap();
        fs::write(&ledger, announced.to_string()).unwrap();
        assert!(!machine.handover.docker().state().unwrap().needs_repair());
        remove(&machine);
        assert_eq!(read(&file), TABS);
    }
}

#[test]
fn changes_at_once_lose_nothing() {
    let machine = Machine::new();
    let file = machine.docker_config(TABS);
    let enable_soon = |name: String| loop {
        let docker = machine.handover.docker();
        let plan = docker
            .plan_enable(std::slice::from_ref(&name), Replace::Never)
            .unwrap();
        match machine.handover.apply(plan) {
            Err(HandoverError::Overtaken { .. }) => {}
            done => break done.unwrap(),
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || (0..5).for_each(|i| enable_soon(format!("h{thread}-{i}"))));
        }
    });
    assert_eq!(json(&file)["credHelpers"].as_object().unwrap().len(), 21);
    remove(&machine);
    assert_eq!(read(&file), TABS);
}

#[test]
fn what_another_program_removed_already_can_be_let_go() {
    let machine = Machine::new();
    let docker = machine.handover.docker();
    machine.docker_config("{\"x\":1}");
    enable(&machine, &keys(["a", "b"]));
    let theirs = r#"{"credHelpers":{"a":"registrar"},"x":1}"#;
    let file = machine.docker_config(theirs);
    assert!(docker.state().unwrap().needs_repair());
    let plan = docker.plan_disable(&keys(["b"])).unwrap();
    assert!(plan.changes.is_empty() && !plan.is_empty());
    machine.apply(plan);
    assert!(!docker.state().unwrap().needs_repair());
    assert_eq!(read(&file), theirs);
    machine.docker_config("{\"x\":1}");
    remove(&machine);
    assert!(docker.state().unwrap().slots.is_empty() && docker.plan_remove().unwrap().is_empty());
}

#[test]
fn what_a_person_wrote_by_hand_counts() {
    let machine = Machine::new();
    let file = machine.docker_config(r#"{"credHelpers":{"a":"registrar"}}"#);
    enable(&machine, &keys(["b"]));
    assert_eq!(
        read(&file),
        r#"{"credHelpers":{"a":"registrar","b":"registrar"}}"#
    );
    machine.apply(
        machine
            .handover
            .docker()
            .plan_disable(&keys(["a"]))
            .unwrap(),
    );
    assert_eq!(json(&file)["credHelpers"], json!({"b": "registrar"}));
}

fn document() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|it| json!(it)),
        any::<i32>().prop_map(|it| json!(it)),
        ".*".prop_map(|it| json!(it)),
    ];
    let value = leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|it| json!(it)),
            prop::collection::btree_map("[^a-zA-Z]{0,3}|[a-z\"\\\\]{1,6}", inner, 0..4)
                .prop_map(|it| json!(it)),
        ]
    });
    let helpers = prop::option::of(prop::collection::btree_map(
        "[a-z.:/]{1,8}",
        "[a-q]{1,5}",
        0..4,
    ));
    let rest = prop::collection::btree_map("[a-b\"\\\\é]{1,6}", value, 0..4);
    (rest, helpers, prop::option::of("[a-q]{1,5}")).prop_map(|(rest, helpers, store)| {
        let mut all = json!(rest);
        if let Some(helpers) = helpers {
            all["credHelpers"] = json!(helpers);
        }
        if let Some(store) = store {
            all["credsStore"] = json!(store);
        }
        all
    })
}

/// The document in one of the layouts that programs and people write.
fn layout(document: &serde_json::Value, which: usize) -> String {
    let pretty = serde_json::to_string_pretty(document).unwrap();
    match which {
        0 => document.to_string(),
        1 => pretty,
        2 => pretty.replace('\n', "\r\n") + "\r\n",
        3 => pretty.replace("  ", "\t") + "\n\n",
        _ => format!("  {} \n", pretty.replace('\n', "\n\n  ")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn enabling_says_what_was_asked_and_disabling_gives_the_same_bytes(
        document in document(), which in 0usize..5, hosts in prop::collection::vec("[a-z.:/\"\\\\]{1,8}", 1..4), every: bool,
    ) {
        let machine = Machine::new();
        let text = layout(&document, which);
        let file = machine.docker_config(&text);
        let docker = machine.handover.docker();
        for host in &hosts {
            machine.apply(docker.plan_enable(std::slice::from_ref(host), Replace::Agreed).unwrap());
        }
        machine.apply(docker.plan_every(every, Replace::Agreed).unwrap());
        let mut expected = document.clone();
        for host in &hosts { expected["credHelpers"][host] = json!("registrar"); }
        if every { expected["credsStore"] = json!("registrar"); }
        prop_assert_eq!(json(&file), expected);
        remove(&machine);
        prop_assert_eq!(read(&file), text);
    }
}

#[test]
fn a_diff_says_where_lines_are_left_out() {
    let machine = Machine::new();
    let many = |name: &str| {
        let lines = (0..9).map(|n| format!("  \"{name}{n}\": {n},"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let text = format!(
        "{{\n{}\n  \"credHelpers\": {{\n    \"a\": \"b\"\n  }},\n{}\n  \"z\": 1\n}}\n",
        many("x"),
        many("y")
    );
    machine.docker_config(&text);
    let docker = machine.handover.docker();
    let plan = docker.plan_enable(&keys(["h"]), Replace::Never).unwrap();
    let signs: Vec<_> = plan.changes[0]
        .diff()
        .iter()
        .map(|line| line.sign)
        .collect();
    let (same, gap) = (Sign::Same, Sign::Gap);
    let changed = [Sign::Removed, Sign::Added, Sign::Added];
    let around = [&[gap, same, same][..], &changed, &[same, same, gap]].concat();
    assert_eq!(signs, around);
}

#[test]
fn another_helper_for_all_registries_is_named() {
    let machine = Machine::new();
    machine.docker_config(r#"{"credsStore":"desktop","credHelpers":{"h":"pass"}}"#);
    let others = || machine.handover.docker().state().unwrap().others;
    let conflict = |key: Option<&str>, helper: &str| Conflict {
        key: key.map(str::to_owned),
        helper: helper.to_owned(),
    };
    assert_eq!(
        others(),
        [conflict(None, "desktop"), conflict(Some("h"), "pass")]
    );
    let docker = machine.handover.docker();
    machine.apply(docker.plan_every(true, Replace::Agreed).unwrap());
    assert_eq!(others(), [conflict(Some("h"), "pass")]);
}

#[test]
fn docker_s_key_is_a_host() {
    assert_eq!(Docker::key("ghcr.io/acme/*").unwrap(), "ghcr.io");
    assert_eq!(
        Docker::key("docker.io/acme").unwrap(),
        "https://index.docker.io/v1/"
    );
    assert_eq!(Docker::key("LOCALHOST:5000").unwrap(), "localhost:5000");
}
