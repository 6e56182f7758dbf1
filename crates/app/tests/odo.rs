//! odo: its list in its real file, its tokens in a keychain in memory. (That odo finds them in a
//! real one is proved by the vault's own tests, and by the window's.)

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use std::path::PathBuf;

use registrar_app::wire::*;
use registrar_registry::Secret;
use registrar_vault::{Failure, ForeignItem, SecretStore as _};
use support::machine::Machine;
use support::{draft, draft_with_token, reference};

const THEIRS: &str = "kind: Preference\napiversion: odo.dev/v1alpha1\nOdoSettings:\n  RegistryList:\n  - Name: DefaultDevfileRegistry\n    URL: https://registry.devfile.io\n    secure: false\n  - Name: Team # ours\n    URL: https://team.example\n    secure: true\n  Timeout: 5s\n";

async fn with_theirs() -> Machine {
    let machine = Machine::new().await;
    machine.write(".odo/preference.yaml", THEIRS);
    machine
}

fn list(machine: &Machine) -> String {
    std::fs::read_to_string(path(machine)).unwrap_or_default()
}

fn path(machine: &Machine) -> PathBuf {
    machine.home(".odo/preference.yaml")
}

fn odo_token(machine: &Machine, name: &str) -> Option<String> {
    let found = machine
        .app
        .keychain
        .foreign(&ForeignItem::of_odo(name))
        .unwrap()?;
    Some(found.expose_text().unwrap().to_owned())
}

fn give_odo(machine: &Machine, name: &str, token: &str) {
    let item = ForeignItem::of_odo(name);
    machine
        .app
        .keychain
        .set_foreign(&item, &Secret::new(token))
        .unwrap();
}

async fn lab(machine: &Machine) -> String {
    let draft = draft_with_token("Lab", "https://lab.example", "tok-1");
    machine.app.add(draft).await.unwrap().row.id
}

fn using(id: &str) -> OdoChange {
    OdoChange::Use {
        ids: vec![id.to_owned()],
        with_token: true,
        replace: false,
    }
}

async fn plan(machine: &Machine, change: OdoChange) -> OdoPlan {
    machine.app.app.plan_odo(change).await.unwrap()
}

async fn apply(machine: &Machine, plan: OdoPlan) -> Result<OdoPage, CommandError> {
    machine
        .app
        .app
        .apply_odo(ApplyPlan { plan: plan.plan })
        .await
}

async fn make(machine: &Machine, change: OdoChange) -> OdoPage {
    let plan = plan(machine, change).await;
    apply(machine, plan).await.unwrap()
}

async fn page(machine: &Machine) -> OdoPage {
    machine.app.app.odo_page(Nothing {}).await.unwrap()
}

fn setting(page: &OdoPage, name: &str) -> OdoUse {
    let mut rows = page.registries.iter();
    rows.find(|row| row.name == name).unwrap().setting.clone()
}

fn names(page: &OdoPage) -> Vec<&str> {
    page.entries
        .iter()
        .map(|entry| entry.name.as_str())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_and_its_token_go_to_odo_and_come_back() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    assert_eq!(setting(&page(&machine).await, "Lab"), OdoUse::Off);
    let shown = plan(&machine, using(&id)).await;
    assert_eq!(
        list(&machine),
        THEIRS,
        "nothing is written before it is agreed"
    );
    assert_eq!(odo_token(&machine, "Lab"), None);
    let added: Vec<_> = shown.files[0]
        .lines
        .iter()
        .filter(|line| line.sign == PlanSign::Added)
        .collect();
    assert_eq!(added.len(), 3);
    assert_eq!(shown.tokens[0].service, "odo-Lab");
    assert_eq!(shown.tokens[0].what, OdoTokenChange::Added);
    assert!(!format!("{shown:?}").contains("tok-1"));
    let backup = shown.backup.clone().unwrap();

    let page = apply(&machine, shown).await.unwrap();
    assert_eq!(setting(&page, "Lab"), OdoUse::On { with_token: true });
    assert_eq!(
        names(&page),
        ["Lab", "Team", "DefaultDevfileRegistry"],
        "the last is tried first"
    );
    assert_eq!(odo_token(&machine, "Lab").as_deref(), Some("tok-1"));
    assert_eq!(std::fs::read_to_string(backup).unwrap(), THEIRS);
    let details = machine.app.details("Lab").await;
    assert_eq!(details.used_by, ["odo"]);

    let page = make(&machine, OdoChange::Remove { ids: vec![id] }).await;
    assert_eq!(setting(&page, "Lab"), OdoUse::Off);
    assert_eq!(list(&machine), THEIRS);
    assert_eq!(odo_token(&machine, "Lab"), None);
    assert_eq!(machine.app.token(&details.row.id).as_deref(), Some("tok-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_token_odo_is_told_that_there_is_none() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    let change = OdoChange::Use {
        ids: vec![id],
        with_token: false,
        replace: false,
    };
    let page = make(&machine, change).await;
    assert_eq!(setting(&page, "Lab"), OdoUse::On { with_token: false });
    assert!(list(&machine).contains("URL: https://lab.example\n    secure: false\n"));
    assert_eq!(odo_token(&machine, "Lab"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_the_address_goes_alone_and_that_is_said() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    machine.app.keychain.fail(Some(Failure::Missing));
    let shown = plan(&machine, using(&id)).await;
    assert!(
        shown
            .token_problem
            .as_ref()
            .unwrap()
            .contains("stays in Registrar")
    );
    assert!(shown.tokens.is_empty());
    apply(&machine, shown).await.unwrap();
    assert!(list(&machine).contains("URL: https://lab.example\n    secure: false\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_written_leaves_the_keychain_as_it_was() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    give_odo(&machine, "Lab", "older");
    let shown = plan(&machine, using(&id)).await;
    assert_eq!(shown.tokens[0].what, OdoTokenChange::Replaced);
    let theirs = format!("{THEIRS}# more\n");
    std::fs::write(path(&machine), &theirs).unwrap();
    let error = apply(&machine, shown).await.unwrap_err();
    assert_eq!(error.code, Code::PlanOutdated);
    assert_eq!(list(&machine), theirs);
    assert_eq!(odo_token(&machine, "Lab").as_deref(), Some("older"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_refuses_leaves_the_list_as_it_was() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    let shown = plan(&machine, using(&id)).await;
    machine.app.keychain.fail(Some(Failure::Locked));
    let error = apply(&machine, shown).await.unwrap_err();
    assert_eq!(error.code, Code::VaultLocked);
    assert_eq!(list(&machine), THEIRS);
}

#[tokio::test(flavor = "multi_thread")]
async fn odos_own_registry_of_that_name_is_asked_about_and_comes_back() {
    let machine = with_theirs().await;
    let draft = draft("Team", "https://new.example");
    let id = machine.app.add(draft).await.unwrap().row.id;
    let before = page(&machine).await;
    let url = "https://team.example".to_owned();
    assert_eq!(
        setting(&before, "Team"),
        OdoUse::NameTaken { url: url.clone() }
    );
    let shown = plan(&machine, using(&id)).await;
    assert_eq!(
        shown.conflicts,
        [OdoConflict {
            name: "Team".to_owned(),
            url
        }]
    );
    assert!(shown.files.is_empty());
    let change = OdoChange::Use {
        ids: vec![id.clone()],
        with_token: true,
        replace: true,
    };
    make(&machine, change).await;
    assert!(list(&machine).contains("https://new.example"));
    make(&machine, OdoChange::Remove { ids: vec![id] }).await;
    assert_eq!(list(&machine), THEIRS);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_in_registrar_is_offered_to_odo_and_a_new_token_follows() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    make(&machine, using(&id)).await;
    let old = machine.app.details("Lab").await;
    let changed = draft_with_token("Laboratory", "https://lab.example", "tok-2");
    machine.app.update(&old, changed).await.unwrap();
    assert_eq!(odo_token(&machine, "Lab").as_deref(), Some("tok-2"));
    let outdated = OdoUse::Outdated {
        name: "Lab".to_owned(),
        url: "https://lab.example".to_owned(),
    };
    assert_eq!(setting(&page(&machine).await, "Laboratory"), outdated);
    assert!(
        !list(&machine).contains("Laboratory"),
        "nobody has agreed to it yet"
    );
    let shown = plan(&machine, using(&id)).await;
    let tokens: Vec<_> = shown
        .tokens
        .iter()
        .map(|token| (token.service.as_str(), token.what))
        .collect();
    assert_eq!(
        tokens,
        [
            ("odo-Lab", OdoTokenChange::Removed),
            ("odo-Laboratory", OdoTokenChange::Added)
        ]
    );
    let page = apply(&machine, shown).await.unwrap();
    assert_eq!(
        names(&page),
        ["Laboratory", "Team", "DefaultDevfileRegistry"]
    );
    assert_eq!(odo_token(&machine, "Lab"), None);
    assert_eq!(odo_token(&machine, "Laboratory").as_deref(), Some("tok-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_registry_leaves_odo_once_it_cannot_be_undone() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    make(&machine, using(&id)).await;
    machine.app.delete(&id).await.unwrap();
    assert!(list(&machine).contains("Lab"));
    machine.app.app.undo_delete(reference(&id)).await.unwrap();
    assert_eq!(odo_token(&machine, "Lab").as_deref(), Some("tok-1"));
    machine.app.delete(&id).await.unwrap();
    machine.app.app.end().await;
    assert_eq!(list(&machine), THEIRS);
    assert_eq!(odo_token(&machine, "Lab"), None);
    let query = ListActivity {
        search: "odo no longer has".to_owned(),
        offset: 0,
        limit: 10,
    };
    let activity = machine.app.app.list_activity(query).await.unwrap();
    assert_eq!(activity.rows.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_while_a_deletion_can_be_undone_leaves_nothing_in_odo() {
    let machine = with_theirs().await;
    let id = lab(&machine).await;
    make(&machine, using(&id)).await;
    assert!(list(&machine).contains("Lab"));
    // What a crash leaves at that time: the catalog without it, and its token still to be erased.
    std::fs::write(machine.app.catalog_path(), "version = 1\n").unwrap();
    let pending = machine.path(&format!("data/pending/{id}.json"));
    let erase = format!(r#"{{"id":"{id}","change":"erase"}}"#);
    std::fs::write(pending, erase).unwrap();
    let machine = machine.restarted().await;
    assert_eq!(machine.app.token(&id), None);
    assert_eq!(list(&machine), THEIRS);
    assert_eq!(odo_token(&machine, "Lab"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_entry_goes_with_its_token_when_a_person_says_so() {
    let machine = with_theirs().await;
    give_odo(&machine, "Team", "theirs");
    let page = make(
        &machine,
        OdoChange::Drop {
            name: "Team".to_owned(),
        },
    )
    .await;
    assert_eq!(names(&page), ["DefaultDevfileRegistry"]);
    assert_eq!(odo_token(&machine, "Team"), None);
    // Where the token is gone already, odo itself fails after it has written the list.
    let machine = with_theirs().await;
    make(
        &machine,
        OdoChange::Drop {
            name: "Team".to_owned(),
        },
    )
    .await;
    let gone = machine
        .app
        .app
        .plan_odo(OdoChange::Drop {
            name: "Team".to_owned(),
        })
        .await;
    assert_eq!(gone.unwrap_err().code, Code::PlanOutdated);
}

#[tokio::test(flavor = "multi_thread")]
async fn odos_default_is_below_what_is_added_and_can_go_like_any_other() {
    let machine = Machine::new().await;
    let before = page(&machine).await;
    assert!(before.is_default && before.problem.is_none());
    assert_eq!(names(&before), ["DefaultDevfileRegistry"]);
    assert_eq!(before.entries[0].url, "https://registry.devfile.io");
    assert!(!path(&machine).exists(), "looking writes nothing");

    let id = lab(&machine).await;
    let added = make(&machine, using(&id)).await;
    assert_eq!(names(&added), ["Lab", "DefaultDevfileRegistry"]);
    assert!(list(&machine).starts_with("kind: Preference\napiversion: odo.dev/v1alpha1\n"));
    // The same once more changes nothing.
    let again = plan(&machine, using(&id)).await;
    assert!(again.files.is_empty() && again.conflicts.is_empty());

    let drop = |name: &str| OdoChange::Drop {
        name: name.to_owned(),
    };
    make(&machine, drop("DefaultDevfileRegistry")).await;
    let empty = make(&machine, OdoChange::Remove { ids: vec![id] }).await;
    assert_eq!(names(&empty), [""; 0]);
    assert!(!empty.is_default, "an empty list is not none");
    let change = machine.app.app.plan_odo(drop("Lab")).await;
    assert_eq!(change.unwrap_err().code, Code::PlanOutdated);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_odo_has_is_imported_with_its_tokens() {
    let text = format!(
        "{}  - Name: Old\n    URL: https://github.com/acme/registry\n    secure: false\n  - Name: Lost\n    URL: http://192.168.1.10:30741/\n    secure: true\n  - Name: With password\n    URL: http://user:hunter2@10.0.0.1/\n",
        THEIRS.replace("  Timeout: 5s\n", "")
    );
    let machine = Machine::new().await;
    machine.write(".odo/preference.yaml", &text);
    give_odo(&machine, "Team", "theirs");
    let elsewhere = draft("Lost", "https://elsewhere.example");
    machine.app.add(elsewhere).await.unwrap();
    let default = draft("Public", "https://registry.devfile.io");
    machine.app.add(default).await.unwrap();

    let page = page(&machine).await;
    let known: Vec<_> = page
        .entries
        .iter()
        .map(|entry| entry.known_as.as_deref())
        .collect();
    assert_eq!(known, [None, None, None, None, Some("Public")]);
    let problem = |name: &str| {
        let mut entries = page.entries.iter();
        entries
            .find(|entry| entry.name == name)
            .unwrap()
            .problem
            .clone()
    };
    assert!(problem("Old").unwrap().contains("GitHub"));
    assert!(problem("With password").is_some());
    assert!(!format!("{page:?}").contains("hunter2"));
    assert_eq!(
        setting(&page, "Public"),
        OdoUse::Theirs {
            name: "DefaultDevfileRegistry".to_owned()
        }
    );

    let names = ["Team", "Lost", "Old", "Nowhere"]
        .map(str::to_owned)
        .to_vec();
    let import = machine
        .app
        .app
        .import_odo(ImportOdo { names })
        .await
        .unwrap();
    let [team, lost, old, nowhere] = &import.imported[..] else {
        panic!("{import:?}");
    };
    assert_eq!(
        machine.app.token(team.id.as_deref().unwrap()).as_deref(),
        Some("theirs")
    );
    assert_eq!(lost.added_as.as_deref(), Some("Lost 2"));
    assert!(lost.token_missing);
    assert!(old.error.as_ref().unwrap().message.contains("GitHub"));
    assert!(nowhere.error.is_some());
    assert_eq!(list(&machine), text, "odo keeps what it has");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_is_said_before_anything_is_imported() {
    let machine = with_theirs().await;
    give_odo(&machine, "Team", "theirs");
    machine.app.keychain.fail(Some(Failure::Locked));
    let names = vec!["Team".to_owned()];
    let error = machine
        .app
        .app
        .import_odo(ImportOdo { names })
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::VaultLocked);
    assert!(machine.app.names().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn odo_gets_devfile_registries_and_no_others() {
    let machine = with_theirs().await;
    let images = support::container("Images", "ghcr.io");
    let id = machine.app.add(images).await.unwrap().row.id;
    let error = machine.app.app.plan_odo(using(&id)).await.unwrap_err();
    assert_eq!(error.code, Code::Invalid);
    // GitHub in the path is another matter, and a port is none.
    for url in [
        "https://mirror.example:8443/github.com/x",
        "https://nogithub.com",
    ] {
        let id = machine.app.add(draft("Mirror", url)).await.unwrap().row.id;
        let shown = plan(&machine, using(&id)).await;
        assert!(!shown.files.is_empty(), "{url}");
        machine.app.delete(&id).await.unwrap();
    }
    assert!(page(&machine).await.registries.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_part_of_the_answer() {
    let machine = Machine::new().await;
    machine.write(".odo/preference.yaml", "OdoSettings: [\n");
    lab(&machine).await;
    let page = page(&machine).await;
    assert!(page.problem.unwrap().contains("cannot be understood"));
    assert!(page.entries.is_empty());
    let row = &page.registries[0];
    let error = machine.app.app.plan_odo(using(&row.id)).await.unwrap_err();
    assert_eq!(error.code, Code::Storage);
}
