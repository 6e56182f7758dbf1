//! odo's list of devfile registries, in its real file. odo itself is not here: another reader of
//! YAML, of the same origin as odo's, says what it would find.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::fs;

use registrar_handover::{HandoverError, OdoRegistry, Replace};
use support::{Machine, read};

/// The file as odo itself writes it, with what a person may have put there.
const THEIRS: &str = "# my settings\nkind: Preference\napiversion: odo.dev/v1alpha1\nOdoSettings:\n  RegistryList:\n  - Name: DefaultDevfileRegistry\n    URL: https://registry.devfile.io\n    secure: false\n  # the team's\n  - Name: Team\n    URL: https://team.example # ask Jo\n    secure: true\n  Timeout: 5s\n  Future:\n    key: [1, 2]\n";

fn registry(id: &str, name: &str, url: &str, secure: bool) -> OdoRegistry {
    OdoRegistry {
        id: id.to_owned(),
        name: name.to_owned(),
        url: url.to_owned(),
        secure,
    }
}

fn lab() -> OdoRegistry {
    registry("1", "Lab", "https://lab.example", true)
}

fn use_in_odo(machine: &Machine, registry: &OdoRegistry, replace: Replace) {
    let odo = machine.handover.odo();
    let plan = odo.plan_use(std::slice::from_ref(registry), replace);
    machine.apply(plan.unwrap());
}

fn remove(machine: &Machine, id: &str) {
    let plan = machine.handover.odo().plan_remove(&[id.to_owned()]);
    machine.apply(plan.unwrap());
}

/// Names in odo's own order, which is the file's from its end.
fn names(machine: &Machine) -> Vec<String> {
    let state = machine.handover.odo().state().unwrap();
    state.entries.into_iter().map(|entry| entry.name).collect()
}

/// The names in the file's order, as odo's parser finds them.
fn read_by_another(machine: &Machine) -> Vec<(String, bool)> {
    let text = read(&machine.home(".odo/preference.yaml"));
    let value: serde_norway::Value = serde_norway::from_str(&text).unwrap();
    let list = value["OdoSettings"]["RegistryList"].as_sequence().unwrap();
    list.iter()
        .map(|item| {
            let name = item["Name"].as_str().unwrap().to_owned();
            (name, item["secure"].as_bool().unwrap())
        })
        .collect()
}

fn with_theirs() -> Machine {
    let machine = Machine::new();
    machine.write("home/.odo/preference.yaml", THEIRS);
    machine
}

#[test]
fn looking_creates_nothing_and_finds_odos_default() {
    let machine = Machine::new();
    let state = machine.handover.odo().state().unwrap();
    assert!(state.is_default);
    assert_eq!(state.entries[0].name, "DefaultDevfileRegistry");
    assert_eq!(state.entries[0].url, "https://registry.devfile.io");
    assert!(!machine.home(".odo").exists());
}

#[test]
fn a_registry_is_shown_written_and_taken_back_to_the_byte() {
    let machine = with_theirs();
    let path = machine.home(".odo/preference.yaml");
    let plan = machine.handover.odo().plan_use(&[lab()], Replace::Never);
    let plan = plan.unwrap();
    let added: Vec<_> = plan.changes[0]
        .diff()
        .into_iter()
        .filter(|line| line.sign == registrar_handover::Sign::Added)
        .map(|line| line.text)
        .collect();
    assert_eq!(
        added,
        [
            "  - Name: Lab",
            "    URL: https://lab.example",
            "    secure: true"
        ]
    );
    assert_eq!(
        read(&path),
        THEIRS,
        "nothing is written before it is agreed"
    );
    machine.apply(plan);
    assert_eq!(names(&machine), ["Lab", "Team", "DefaultDevfileRegistry"]);
    assert_eq!(
        read_by_another(&machine).last().unwrap(),
        &("Lab".to_owned(), true)
    );
    for kept in ["# my settings", "# the team's", "# ask Jo", "key: [1, 2]"] {
        assert!(read(&path).contains(kept), "{kept}");
    }
    let backup = machine.handover.odo().backup();
    assert_eq!(read(&backup), THEIRS);
    remove(&machine, "1");
    assert_eq!(read(&path), THEIRS);
    assert!(!machine.ledger().contains("Lab"));
}

#[test]
fn where_there_was_no_file_there_is_none_again() {
    let machine = Machine::new();
    use_in_odo(&machine, &lab(), Replace::Never);
    assert_eq!(names(&machine), ["Lab", "DefaultDevfileRegistry"]);
    remove(&machine, "1");
    assert!(!machine.home(".odo").exists());
}

#[test]
fn an_entry_that_is_there_already_is_nobody_elses_to_take() {
    let machine = with_theirs();
    let same = registry("1", "Team", "https://team.example", true);
    let plan = machine.handover.odo().plan_use(&[same], Replace::Never);
    assert!(plan.unwrap().is_empty());
    // Names differ by case.
    use_in_odo(
        &machine,
        &registry("2", "team", "https://other.example", false),
        Replace::Never,
    );
    assert_eq!(names(&machine)[..2], ["team", "Team"]);
}

#[test]
fn another_of_the_same_name_is_asked_about_and_comes_back() {
    let machine = with_theirs();
    let path = machine.home(".odo/preference.yaml");
    let ours = registry("1", "Team", "https://new.example", false);
    let odo = machine.handover.odo();
    let plan = odo
        .plan_use(std::slice::from_ref(&ours), Replace::Never)
        .unwrap();
    assert!(plan.changes.is_empty());
    assert_eq!(plan.conflicts[0].key.as_deref(), Some("Team"));
    assert_eq!(plan.conflicts[0].helper, "https://team.example");
    use_in_odo(&machine, &ours, Replace::Agreed);
    assert_eq!(names(&machine), ["Team", "DefaultDevfileRegistry"]);
    assert!(read(&path).contains("https://new.example"));
    remove(&machine, "1");
    assert_eq!(read(&path), THEIRS);
}

#[test]
fn after_odo_has_written_the_file_anew_only_ours_goes_and_theirs_comes_back() {
    let machine = with_theirs();
    let path = machine.home(".odo/preference.yaml");
    use_in_odo(
        &machine,
        &registry("2", "Team", "https://new.example", false),
        Replace::Agreed,
    );
    use_in_odo(&machine, &lab(), Replace::Never);
    // As odo does: without comments, without what it does not know, and with one of its own.
    let anew = "kind: Preference\napiversion: odo.dev/v1alpha1\nOdoSettings:\n  Timeout: 5s\n  RegistryList:\n  - Name: DefaultDevfileRegistry\n    URL: https://registry.devfile.io\n    secure: false\n  - Name: Team\n    URL: https://new.example\n    secure: false\n  - Name: Lab\n    URL: https://lab.example\n    secure: true\n  - Name: Fresh\n    URL: https://fresh.example\n    secure: false\n";
    fs::write(&path, anew).unwrap();
    remove(&machine, "2");
    assert_eq!(
        names(&machine),
        ["Lab", "Team", "Fresh", "DefaultDevfileRegistry"]
    );
    remove(&machine, "1");
    assert_eq!(
        read_by_another(&machine),
        [
            ("DefaultDevfileRegistry", false),
            ("Fresh", false),
            ("Team", true)
        ]
        .map(|(name, secure)| (name.to_owned(), secure))
    );
    assert!(read(&path).contains("https://team.example"));
}

#[test]
fn a_new_name_or_address_takes_the_place_of_the_old_one() {
    let machine = with_theirs();
    use_in_odo(&machine, &lab(), Replace::Never);
    use_in_odo(
        &machine,
        &registry("1", "Laboratory", "https://lab.example:8443", false),
        Replace::Never,
    );
    assert_eq!(
        names(&machine),
        ["Laboratory", "Team", "DefaultDevfileRegistry"]
    );
    remove(&machine, "1");
    assert_eq!(read(&machine.home(".odo/preference.yaml")), THEIRS);
}

#[test]
fn somebody_elses_entry_goes_when_a_person_says_so() {
    let machine = with_theirs();
    use_in_odo(&machine, &lab(), Replace::Never);
    let plan = machine.handover.odo().plan_drop(&["Team".to_owned()]);
    machine.apply(plan.unwrap());
    assert_eq!(names(&machine), ["Lab", "DefaultDevfileRegistry"]);
    assert!(read(&machine.handover.odo().backup()).contains("Team"));
}

#[test]
fn odos_default_goes_though_it_stands_nowhere() {
    let machine = Machine::new();
    use_in_odo(&machine, &lab(), Replace::Never);
    let odo = machine.handover.odo();
    let default = ["DefaultDevfileRegistry".to_owned()];
    machine.apply(odo.plan_drop(&default).unwrap());
    assert_eq!(names(&machine), ["Lab"]);
    remove(&machine, "1");
    assert_eq!(names(&machine), [""; 0]);
    assert!(!machine.handover.odo().state().unwrap().is_default);

    let machine = Machine::new();
    let plan = machine.handover.odo().plan_drop(&default);
    machine.apply(plan.unwrap());
    assert_eq!(read_by_another(&machine), []);
    assert!(read(&machine.home(".odo/preference.yaml")).contains("RegistryList: []"));
}

#[test]
fn the_file_is_where_the_variable_says_and_an_empty_one_says_nothing() {
    let elsewhere = |machine: &Machine| machine.path("elsewhere/odo.yaml");
    let machine = Machine::with(|environment| {
        let path = environment
            .home()
            .parent()
            .unwrap()
            .join("elsewhere/odo.yaml");
        environment.with("GLOBALODOCONFIG", path)
    });
    use_in_odo(&machine, &lab(), Replace::Never);
    assert!(elsewhere(&machine).exists());
    assert!(!machine.home(".odo").exists());
    let machine = Machine::with(|environment| environment.with("GLOBALODOCONFIG", ""));
    assert_eq!(
        machine.handover.odo().path(),
        machine.home(".odo/preference.yaml")
    );
}

#[test]
fn a_password_in_an_address_is_not_shown() {
    let machine = Machine::new();
    let theirs = "OdoSettings:\n  RegistryList:\n  - Name: A\n    URL: http://user:hunter2@a.example:30741/\n";
    machine.write("home/.odo/preference.yaml", theirs);
    let plan = machine
        .handover
        .odo()
        .plan_use(&[lab()], Replace::Never)
        .unwrap();
    let shown: String = plan.changes[0]
        .diff()
        .into_iter()
        .map(|line| line.text)
        .collect();
    assert!(shown.contains("http://…@a.example:30741/"), "{shown}");
    assert!(!shown.contains("hunter2"));
    machine.apply(plan);
    assert!(read(&machine.home(".odo/preference.yaml")).contains("user:hunter2@"));
}

#[test]
fn a_broken_file_is_said_with_its_line_and_left_alone() {
    let machine = Machine::new();
    let broken = "OdoSettings:\n  RegistryList: {\n";
    let path = machine.write("home/.odo/preference.yaml", broken);
    let plan = machine.handover.odo().plan_use(&[lab()], Replace::Agreed);
    assert!(
        matches!(plan, Err(HandoverError::Broken { line: 2..=3, .. })),
        "{plan:?}"
    );
    assert_eq!(read(&path), broken);
}

#[test]
fn a_file_that_has_changed_since_is_not_written() {
    let machine = with_theirs();
    let path = machine.home(".odo/preference.yaml");
    let plan = machine
        .handover
        .odo()
        .plan_use(&[lab()], Replace::Never)
        .unwrap();
    let theirs = format!("{THEIRS}# more\n");
    fs::write(&path, &theirs).unwrap();
    let applied = machine.handover.apply(plan);
    assert!(matches!(applied, Err(HandoverError::Overtaken { .. })));
    assert_eq!(read(&path), theirs);
}
