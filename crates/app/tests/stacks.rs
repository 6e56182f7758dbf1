//! Browsing, opening and saving stacks through the commands, against registries on loopback.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::path::Path;
use std::time::Duration;

use acceptance_support::devfile_registry::{DevfileRegistry, HUGE, Mode, SAMPLES, STACKS};
use registrar_app::wire::*;
use support::TestApp;

fn id(number: usize) -> String {
    format!("01935a00-0000-7000-8000-{number:012x}")
}

fn entry(number: usize, name: &str, url: &str) -> String {
    format!(
        "\n[[registry]]\nid = \"{}\"\nkind = \"devfile\"\nname = \"{name}\"\nurl = \"{url}\"\n\
         allow_http = true\ncreated = \"2026-01-02T03:04:05Z\"\nupdated = \"2026-01-02T03:04:05Z\"\n",
        id(number)
    )
}

async fn app_with(registries: &[(&str, &DevfileRegistry)]) -> TestApp {
    let entries = registries.iter().enumerate();
    let entries: String = entries
        .map(|(number, (name, registry))| entry(number, name, &registry.url()))
        .collect();
    TestApp::with_catalog(&format!("version = 1\n{entries}")).await
}

fn in_mode(mode: Mode) -> DevfileRegistry {
    DevfileRegistry::builder().mode(mode).start()
}

fn everything() -> StackQuery {
    StackQuery {
        text: String::new(),
        kind: None,
        registries: Vec::new(),
        languages: Vec::new(),
        project_types: Vec::new(),
        providers: Vec::new(),
        tags: Vec::new(),
        architectures: Vec::new(),
        groups: Vec::new(),
        scopes: Vec::new(),
        deprecated: DeprecatedChoice::Include,
        order: StackOrder::Priority,
    }
}

async fn find(app: &TestApp, query: StackQuery) -> StackPage {
    let request = FindStacks {
        query,
        offset: 0,
        limit: 1000,
    };
    app.app.find_stacks(request).await.unwrap()
}

async fn load(app: &TestApp, refresh: Refresh) -> Vec<StackSource> {
    let request = LoadStacks {
        refresh,
        operation: "load".to_owned(),
    };
    app.app.load_stacks(request).await.unwrap().sources
}

fn titles(page: &StackPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.title.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stacks_of_all_registries_are_one_list_in_their_order() {
    let (ours, real) = (
        in_mode(Mode::Own("ours".to_owned())),
        DevfileRegistry::start(),
    );
    let app = app_with(&[("Ours", &ours), ("Public", &real)]).await;
    let sources = load(&app, Refresh::Stale).await;
    let said: Vec<_> = sources
        .iter()
        .map(|s| (&*s.name, s.state, s.stacks, s.samples))
        .collect();
    assert_eq!(
        said,
        [
            ("Ours", SourceState::Ready, 4, 0),
            ("Public", SourceState::Ready, STACKS, SAMPLES)
        ]
    );
    let page = find(&app, everything()).await;
    assert_eq!(page.matching, 3 + STACKS + SAMPLES);
    assert_eq!(
        titles(&page)[..4],
        ["ours 0", "ours 1", "ours 2", "Go Runtime"]
    );
    // The same stack of both is one row with both sources.
    let go: Vec<_> = page.rows.iter().filter(|row| row.name == "go").collect();
    assert_eq!(go.len(), 1);
    let sources: Vec<_> = go[0].sources.iter().map(|source| &*source.name).collect();
    assert_eq!(sources, ["Ours", "Public"]);

    let only = StackQuery {
        registries: vec![id(0)],
        ..everything()
    };
    assert_eq!(find(&app, only).await.matching, 4);

    // A change of the order is a change of the list.
    let moved = MoveRegistry {
        id: id(0),
        before: None,
    };
    app.app.move_registry(moved).await.unwrap();
    assert_eq!(app.names().await, ["Public", "Ours"]);
    let page = find(&app, everything()).await;
    assert_eq!(titles(&page).last(), Some(&"ours 2"));
    let go = page.rows.iter().find(|row| row.name == "go").unwrap();
    assert_eq!(go.sources[0].name, "Public");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_hangs_keeps_nobody_waiting_and_can_be_cancelled() {
    let (real, hanging, old) = (
        DevfileRegistry::start(),
        in_mode(Mode::Hangs),
        in_mode(Mode::V1Only),
    );
    let app = app_with(&[("Hanging", &hanging), ("Real", &real), ("Old", &old)]).await;
    let loading = tokio::spawn({
        let app = app.app.clone();
        async move {
            let request = LoadStacks {
                refresh: Refresh::Stale,
                operation: "slow".to_owned(),
            };
            app.load_stacks(request).await
        }
    });
    let ready = |event: &AppEvent, number| {
        matches!(event, AppEvent::StacksChanged { sources }
            if sources.iter().any(|s| s.id == id(number) && s.state == SourceState::Ready))
    };
    app.event(|event| ready(event, 1)).await;
    app.event(|event| ready(event, 2)).await;
    assert_eq!(find(&app, everything()).await.matching, STACKS + SAMPLES);
    assert!(!loading.is_finished());

    let cancel = CancelOperation {
        operation: "slow".to_owned(),
    };
    app.app.cancel_operation(cancel).await.unwrap();
    let sources = loading.await.unwrap().unwrap();
    assert!(sources.cancelled);
    assert_eq!(sources.sources[0].state, SourceState::Waiting);
    assert!(hanging.wait_for_connections(0, Duration::from_secs(10)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_fetched_is_there_without_a_network_with_its_age() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    load(&app, Refresh::All).await;
    let devfile = || DevfileRef {
        registry: id(0),
        name: "go".to_owned(),
        version: "2.6.0".to_owned(),
        refresh: false,
    };
    let fetched = app.app.get_devfile(devfile()).await.unwrap();
    assert!(fetched.text.unwrap().contains("version: 2.6.0"));

    registry.set_mode(Mode::Resets);
    let again = app.restarted().await;
    let sources = load(&again, Refresh::All).await;
    assert_eq!(sources[0].state, SourceState::Failed);
    assert!(sources[0].failure.is_some());
    assert!(sources[0].fetched_at.is_some());
    assert_eq!(find(&again, everything()).await.matching, STACKS + SAMPLES);
    let refresh = DevfileRef {
        refresh: true,
        ..devfile()
    };
    let kept = again.app.get_devfile(refresh).await.unwrap();
    assert!(kept.failure.is_some() && kept.summary.is_some());
    assert!(kept.text.unwrap().contains("version: 2.6.0"));

    // It comes back.
    registry.set_mode(Mode::Normal);
    let some = Refresh::Some { ids: vec![id(0)] };
    let sources = load(&again, some).await;
    assert_eq!(
        (sources[0].state, &sources[0].failure),
        (SourceState::Ready, &None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_index_is_not_fetched_again_and_another_address_is() {
    let (first, second) = (
        DevfileRegistry::start(),
        in_mode(Mode::Own("other".to_owned())),
    );
    let app = app_with(&[("Real", &first)]).await;
    load(&app, Refresh::Stale).await;
    let asked = first.requests().len();
    load(&app, Refresh::Stale).await;
    assert_eq!(first.requests().len(), asked);
    load(&app, Refresh::All).await;
    assert!(first.requests().len() > asked);

    std::fs::write(
        app.catalog_path(),
        format!("version = 1\n{}", entry(0, "Real", &second.url())),
    )
    .unwrap();
    app.event(|event| matches!(event, AppEvent::RegistriesChanged { outside: true, .. }))
        .await;
    // Nothing of the old address is shown for the new one.
    assert_eq!(find(&app, everything()).await.matching, 0);
    load(&app, Refresh::Stale).await;
    assert_eq!(find(&app, everything()).await.matching, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_stacks_are_listed_and_filtered() {
    let registry = in_mode(Mode::Huge);
    let app = app_with(&[("Huge", &registry)]).await;
    load(&app, Refresh::Stale).await;
    let page = find(&app, everything()).await;
    assert_eq!(
        (page.total, page.matching, page.rows.len()),
        (HUGE, HUGE, 1000)
    );
    let one = StackQuery {
        text: "stack-04999".to_owned(),
        ..everything()
    };
    assert_eq!(find(&app, one).await.matching, 1);
}

fn reference(name: &str) -> StackRef {
    StackRef {
        registry: id(0),
        kind: StackKind::Stack,
        name: name.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_says_everything_that_the_registry_says() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    load(&app, Refresh::Stale).await;
    let go = app.app.get_stack(reference("go")).await.unwrap();
    assert_eq!((&*go.row.title, go.versions.len()), ("Go Runtime", 15));
    let version = go
        .versions
        .iter()
        .find(|version| version.is_default)
        .unwrap();
    assert_eq!(
        (&*version.version, &*version.schema_version),
        ("2.6.0", "2.2.2")
    );
    assert_eq!(version.starter_projects, ["go-starter"]);
    assert!(version.has_files && version.groups.contains(&CommandGroup::Deploy));
    let sample = StackRef {
        kind: StackKind::Sample,
        ..reference("nodejs-basic")
    };
    let sample = app.app.get_stack(sample).await.unwrap();
    let git = sample.versions[0].git.as_ref().unwrap();
    assert!(git.address.ends_with("devfile-sample.git"));
    let gone = app.app.get_stack(reference("nothing")).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn icons_are_drawn_here_and_never_fetched_from_inside() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    for (icon, drawn) in [
        ("icons/red.svg", true),
        ("icons/script.svg", true),
        ("icons/page.svg", false),
        ("icons/missing.svg", false),
        (
            "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E",
            true,
        ),
        ("http://169.254.169.254/latest/meta-data", false),
    ] {
        registry.set_mode(Mode::Icon(icon.to_owned()));
        load(&app, Refresh::All).await;
        let found = app.app.stack_icon(reference("go")).await.unwrap();
        assert_eq!(found.picture.is_some(), drawn, "{icon}");
        if let Some(picture) = found.picture {
            assert!(picture.starts_with("data:image/png;base64,iVBOR"));
        }
    }
    let asked = registry.requests().len();
    registry.set_mode(Mode::Icon("icons/red.svg".to_owned()));
    load(&app, Refresh::All).await;
    app.app.stack_icon(reference("go")).await.unwrap();
    // The index alone: the icon is kept.
    assert_eq!(registry.requests().len(), asked + 1);
}

fn save(what: SaveWhat, folder: &Path) -> SaveStack {
    SaveStack {
        registry: id(0),
        name: "go".to_owned(),
        version: "2.6.0".to_owned(),
        what,
        folder: folder.display().to_string(),
        operation: "save".to_owned(),
    }
}

fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_devfile_is_saved_and_replaces_nothing_unasked() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("new/go");
    let request = || save(SaveWhat::Devfile, &place);
    let saved = app.app.save_stack(request()).await.unwrap();
    assert_eq!(
        saved,
        SaveOutcome::Saved {
            folder: place.display().to_string(),
            files: 1
        }
    );
    let file = place.join("devfile.yaml");
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains("version: 2.6.0")
    );

    std::fs::write(&file, "mine").unwrap();
    let SaveOutcome::Taken {
        ticket,
        files,
        count,
        ..
    } = app.app.save_stack(request()).await.unwrap()
    else {
        panic!("it was replaced");
    };
    assert_eq!((files, count), (vec!["devfile.yaml".to_owned()], 1));
    let keep = FinishSave {
        ticket,
        replace: false,
    };
    assert_eq!(
        app.app.finish_save(keep).await.unwrap(),
        SaveOutcome::Discarded
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(listing(&place), ["devfile.yaml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_devfile_is_replaced_when_asked_for_once() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("devfile.yaml");
    std::fs::write(&file, "mine").unwrap();
    let request = save(SaveWhat::Devfile, home.path());
    let SaveOutcome::Taken { ticket, .. } = app.app.save_stack(request).await.unwrap() else {
        panic!("it was replaced");
    };
    let replace = FinishSave {
        ticket: ticket.clone(),
        replace: true,
    };
    assert!(matches!(
        app.app.finish_save(replace).await.unwrap(),
        SaveOutcome::Saved { .. }
    ));
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains("version: 2.6.0")
    );
    assert_eq!(listing(home.path()), ["devfile.yaml"]);
    // An answer counts once.
    let again = FinishSave {
        ticket,
        replace: true,
    };
    assert_eq!(
        app.app.finish_save(again).await.unwrap_err().code,
        Code::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_and_a_whole_stack_are_saved_with_progress() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    let home = tempfile::tempdir().unwrap();
    let project = SaveWhat::StarterProject {
        name: "go-starter".to_owned(),
    };
    app.app
        .save_stack(save(project, &home.path().join("project")))
        .await
        .unwrap();
    assert_eq!(
        listing(&home.path().join("project")),
        ["README.md", "src", "start.sh"]
    );
    app.app
        .save_stack(save(SaveWhat::Stack, &home.path().join("stack")))
        .await
        .unwrap();
    assert_eq!(
        listing(&home.path().join("stack")),
        ["devfile.yaml", "docker", "kubernetes"]
    );
    assert_eq!(listing(home.path()), ["project", "stack"]);
    app.event(|event| {
        matches!(event, AppEvent::SaveProgress { done, total: Some(total), .. } if done == total)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_leaves_nothing() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    let home = tempfile::tempdir().unwrap();
    let project = || SaveWhat::StarterProject {
        name: "go-starter".to_owned(),
    };
    for (mode, what) in [
        (Mode::WrongBlobs, SaveWhat::Stack),
        (Mode::HostileProjects, project()),
        (Mode::Fails(503), project()),
        (Mode::Truncated, project()),
    ] {
        registry.set_mode(mode.clone());
        let error = app
            .app
            .save_stack(save(what, &home.path().join("x/y")))
            .await
            .unwrap_err();
        assert!(error.hint.is_some(), "{mode:?}: {error:?}");
        assert!(listing(home.path()).is_empty(), "{mode:?}");
    }
    let relative = app
        .app
        .save_stack(save(SaveWhat::Devfile, Path::new("go")))
        .await
        .unwrap_err();
    assert_eq!(
        (relative.code, relative.field),
        (Code::Invalid, Some(Field::Folder))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_download_leaves_nothing() {
    let registry = in_mode(Mode::StallsInBlobs);
    let app = app_with(&[("Real", &registry)]).await;
    let home = tempfile::tempdir().unwrap();
    let request = save(SaveWhat::Stack, &home.path().join("go"));
    let saving = tokio::spawn({
        let app = app.app.clone();
        async move { app.save_stack(request).await }
    });
    app.event(|event| matches!(event, AppEvent::SaveProgress { done: 1.., .. }))
        .await;
    let cancel = CancelOperation {
        operation: "save".to_owned(),
    };
    app.app.cancel_operation(cancel).await.unwrap();
    let error = saving.await.unwrap().unwrap_err();
    assert_eq!(error.code, Code::Cancelled);
    assert!(listing(home.path()).is_empty());
    assert!(registry.wait_for_connections(0, Duration::from_secs(10)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_registry_leaves_nothing_in_the_cache() {
    let registry = DevfileRegistry::start();
    let app = app_with(&[("Real", &registry)]).await;
    load(&app, Refresh::Stale).await;
    let kept = app.folder.path().join("data/stacks").join(id(0));
    assert!(kept.exists());
    app.delete(&id(0)).await.unwrap();
    load(&app, Refresh::Stale).await;
    assert!(!kept.exists());
    assert_eq!(find(&app, everything()).await.total, 0);
}
