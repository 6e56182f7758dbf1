//! Registries as a file for somebody else, and theirs for the person.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails here fails the test"
)]

mod support;

use std::path::PathBuf;

use registrar_app::wire::*;
use support::{TestApp, draft, draft_with_token, reference, signed_in};

const LAB: &str = "https://lab.example.com";

/// An application with a devfile registry and a container registry, each with a token.
async fn with_two() -> TestApp {
    let test = TestApp::with_catalog("version = 1\n").await;
    for draft in [
        draft_with_token("Lab", LAB, "s3cret-token"),
        signed_in("Images", "images.example.com", "robot", "s3cret-password"),
    ] {
        test.add(draft).await.unwrap();
    }
    test
}

/// An application without registries.
async fn empty() -> TestApp {
    TestApp::with_catalog("version = 1\n").await
}

async fn ids(test: &TestApp) -> Vec<String> {
    let rows = test.list().await.rows;
    rows.into_iter().map(|row| row.id).collect()
}

/// Exports everything into a file in the application's folder.
async fn export(test: &TestApp) -> PathBuf {
    let path = test.folder.path().join("export.toml");
    let request = ExportRegistries {
        ids: ids(test).await,
        path: path.display().to_string(),
        replace: true,
    };
    let exported = test.app.export_registries(request).await.unwrap();
    assert!(matches!(exported, RegistriesExported::Written { .. }));
    path
}

/// A file with this text.
fn file(test: &TestApp, text: &str) -> PathBuf {
    let path = test.folder.path().join("theirs.toml");
    std::fs::write(&path, text).unwrap();
    path
}

async fn read(test: &TestApp, path: &std::path::Path) -> Result<SharedReview, CommandError> {
    let path = path.display().to_string();
    test.app.read_shared(ReadShared { path }).await
}

async fn import(
    test: &TestApp,
    review: &SharedReview,
    choices: Vec<(u32, SharedTake)>,
) -> Result<SharedImported, CommandError> {
    let choices = choices.into_iter();
    let request = ImportShared {
        review: review.review.clone(),
        choices: choices
            .map(|(key, take)| SharedChoice { key, take })
            .collect(),
    };
    test.app.import_shared(request).await
}

fn add(name: &str) -> SharedTake {
    SharedTake::Add {
        name: name.to_owned(),
    }
}

/// What the first entry says of the catalog's.
fn differs(review: &SharedReview) -> (Vec<SharedField>, bool, bool) {
    match &review.entries[0].state {
        SharedState::Differs {
            fields,
            can_replace,
            loses_token,
            ..
        } => {
            let fields = fields.iter().map(|differing| differing.field);
            (fields.collect(), *can_replace, *loses_token)
        }
        other => panic!("{other:?}"),
    }
}

/// An entry of somebody else's, of the registry `name`.
fn entry(name: &str, url: &str, more: &str) -> String {
    format!(
        "export = 1\n[[registry]]\nkind = \"devfile\"\nname = \"{name}\"\nurl = \"{url}\"\n{more}\n"
    )
}

async fn last_activity(test: &TestApp) -> ActivityRow {
    let request = ListActivity {
        search: String::new(),
        offset: 0,
        limit: 1,
    };
    let mut page = test.app.list_activity(request).await.unwrap();
    page.rows.remove(0)
}

#[tokio::test]
async fn a_colleague_gets_all_but_the_secrets() {
    let (mine, theirs) = (with_two().await, empty().await);
    let path = export(&mine).await;
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(last_activity(&mine).await.action, "registries.exported");

    let review = read(&theirs, &path).await.unwrap();
    let states: Vec<_> = review.entries.iter().map(|entry| &entry.state).collect();
    assert_eq!(states, [&SharedState::New, &SharedState::New]);
    assert_eq!(theirs.names().await, Vec::<String>::new());
    let choices = vec![(0, add("Lab")), (1, add("Images"))];
    let imported = import(&theirs, &review, choices).await.unwrap();
    assert_eq!(theirs.names().await, ["Lab", "Images"]);
    assert_eq!(ids(&theirs).await, ids(&mine).await);
    let wanting: Vec<bool> = imported
        .imported
        .iter()
        .map(|one| one.wants_token)
        .collect();
    assert_eq!(wanting, [false, true]);
    assert!(theirs.list().await.rows.iter().all(|row| !row.has_token));
    let said = last_activity(&theirs).await;
    assert_eq!(said.action, "registries.imported");
    assert!(
        said.detail
            .unwrap()
            .contains("added: Lab, Images; replaced: none")
    );

    // The same file again: everything is there.
    let review = read(&theirs, &path).await.unwrap();
    assert!(
        review
            .entries
            .iter()
            .all(|entry| entry.state == SharedState::Same)
    );
}

#[tokio::test]
async fn what_differs_is_shown_field_by_field_and_the_person_chooses() {
    let test = with_two().await;
    let id = test.details("Lab").await.row.id;
    let path = file(&test, &entry("lab", "https://other.example.com", ""));
    let review = read(&test, &path).await.unwrap();
    let (fields, can_replace, loses_token) = differs(&review);
    assert_eq!(fields, [SharedField::Name, SharedField::Address]);
    assert!(can_replace && loses_token);
    assert_eq!(review.entries[0].free_name, "lab 2");

    let kept = import(&test, &review, Vec::new()).await.unwrap();
    assert_eq!((kept.imported.len(), kept.left), (0, 1));
    assert_eq!(test.details("Lab").await.row.url, LAB);

    let review = read(&test, &path).await.unwrap();
    import(&test, &review, vec![(0, add("Theirs"))])
        .await
        .unwrap();
    assert_eq!(test.names().await, ["Lab", "Images", "Theirs"]);
    assert_eq!(test.token(&id).as_deref(), Some("s3cret-token"));

    let review = read(&test, &path).await.unwrap();
    let taken = import(&test, &review, vec![(0, SharedTake::Replace)]).await;
    assert_eq!(taken.unwrap().imported[0].id, id);
    assert_eq!(
        test.details("lab").await.row.url,
        "https://other.example.com"
    );
}

#[tokio::test]
async fn a_token_does_not_go_where_a_file_says() {
    let test = with_two().await;
    let id = test.details("Lab").await.row.id;
    let path = file(&test, &entry("Lab", "https://evil.example.com", ""));
    let review = read(&test, &path).await.unwrap();
    let done = import(&test, &review, vec![(0, SharedTake::Replace)]).await;
    assert!(done.unwrap().imported[0].wants_token);
    assert!(!test.details("Lab").await.row.has_token);
    assert_eq!(test.token(&id), None);

    // Nor less safely to the same place.
    let images = test.details("Images").await.row.id;
    let text = "[[registry]]\nkind = \"container\"\nname = \"Images\"\n\
                url = \"images.example.com\"\nuser = \"robot\"\ninsecure = true\n";
    let path = file(&test, text);
    let review = read(&test, &path).await.unwrap();
    assert_eq!(
        differs(&review),
        (vec![SharedField::Unverified], true, true)
    );
    assert_eq!(review.entries[0].risks, [SharedField::Unverified]);
    import(&test, &review, vec![(0, SharedTake::Replace)])
        .await
        .unwrap();
    assert_eq!(test.token(&images), None);
}

#[tokio::test]
async fn a_new_name_alone_keeps_the_token_and_what_is_of_this_computer() {
    let test = with_two().await;
    let id = test.details("Lab").await.row.id;
    let text = test.catalog_text();
    let own = text.replacen(
        "token = true\n",
        "token = true\nca_file = \"/etc/ca.pem\" # ours\nmine = 1\n",
        1,
    );
    std::fs::write(test.catalog_path(), own).unwrap();
    test.event(|event| matches!(event, AppEvent::RegistriesChanged { outside: true, .. }))
        .await;
    let path = file(&test, &entry("Laboratory", LAB, &format!("id = \"{id}\"")));
    let review = read(&test, &path).await.unwrap();
    assert_eq!(differs(&review), (vec![SharedField::Name], true, false));
    import(&test, &review, vec![(0, SharedTake::Replace)])
        .await
        .unwrap();
    assert_eq!(test.token(&id).as_deref(), Some("s3cret-token"));
    let text = test.catalog_text();
    for kept in [
        "ca_file = \"/etc/ca.pem\" # ours",
        "mine = 1",
        "name = \"Laboratory\"",
    ] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
}

#[tokio::test]
async fn another_kind_cannot_take_a_place() {
    let test = with_two().await;
    let path = file(&test, &entry("Images", LAB, ""));
    let review = read(&test, &path).await.unwrap();
    let (fields, can_replace, _) = differs(&review);
    assert!(fields.contains(&SharedField::Kind) && !can_replace);
    let refused = import(&test, &review, vec![(0, SharedTake::Replace)]).await;
    assert_eq!(refused.unwrap_err().code, Code::ChangedElsewhere);
}

#[tokio::test]
async fn nothing_is_written_where_one_part_cannot_be() {
    let test = with_two().await;
    let text = format!(
        "{}{}",
        entry("Lab", "https://other.example.com", ""),
        entry("New", "https://new.example.com", "").replacen("export = 1\n", "", 1)
    );
    let path = file(&test, &text);
    let review = read(&test, &path).await.unwrap();
    let before = test.catalog_text();
    for (name, code) in [("images", Code::NameTaken), (" ", Code::Invalid)] {
        let choices = vec![(0, SharedTake::Replace), (1, add(name))];
        let error = import(&test, &review, choices).await.unwrap_err();
        assert_eq!(
            (error.code, error.field),
            (code, Some(Field::Name)),
            "{name}"
        );
    }
    assert_eq!(test.catalog_text(), before);
    let id = test.details("Lab").await.row.id;
    assert_eq!(test.token(&id).as_deref(), Some("s3cret-token"));
}

#[tokio::test]
async fn what_was_shown_counts_and_not_what_came_after() {
    let test = with_two().await;
    let path = file(&test, &entry("Lab", "https://other.example.com", ""));
    let review = read(&test, &path).await.unwrap();
    let old = test.details("Lab").await;
    test.update(&old, draft("Lab", "https://moved.example.com"))
        .await
        .unwrap();
    let refused = import(&test, &review, vec![(0, SharedTake::Replace)]).await;
    assert_eq!(refused.unwrap_err().code, Code::ChangedElsewhere);
    assert_eq!(
        test.details("Lab").await.row.url,
        "https://moved.example.com"
    );

    let _newer = read(&test, &path).await.unwrap();
    let refused = import(&test, &review, Vec::new()).await;
    assert_eq!(refused.unwrap_err().code, Code::ChangedElsewhere);
}

#[tokio::test]
async fn one_that_was_just_deleted_comes_back_without_the_old_token() {
    let test = with_two().await;
    let path = export(&test).await;
    let id = test.details("Lab").await.row.id;
    test.delete(&id).await.unwrap();
    let review = read(&test, &path).await.unwrap();
    let done = import(&test, &review, vec![(0, add("Lab"))]).await.unwrap();
    assert_ne!(done.imported[0].id, id);
    assert!(!test.details("Lab").await.row.has_token);
    let undone = test.app.undo_delete(reference(&id)).await;
    assert_eq!(undone.unwrap_err().code, Code::NameTaken);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_with_its_place() {
    let test = empty().await;
    let refused = async |text: &str| {
        let error = read(&test, &file(&test, text)).await.unwrap_err();
        assert_eq!(
            (error.code, error.field),
            (Code::Invalid, Some(Field::File))
        );
        assert!(error.hint.is_some());
        error.message
    };
    let message = refused("export = 1\nname = \"open\n").await;
    assert!(message.starts_with("Line 2, column 13: "), "{message}");
    assert!(refused("export = 2\n").await.contains("newer Registrar"));
    assert!(refused("").await.contains("no list of registries"));
    let absent = read(&test, &test.folder.path().join("absent.toml")).await;
    assert!(absent.unwrap_err().message.contains("There is no file"));
    let relative = read(&test, std::path::Path::new("theirs.toml")).await;
    assert!(relative.unwrap_err().message.contains("whole path"));
}

#[tokio::test]
async fn an_export_replaces_nothing_unasked_and_never_the_list_itself() {
    let test = with_two().await;
    let path = file(&test, "mine");
    let mut request = ExportRegistries {
        ids: ids(&test).await,
        path: path.display().to_string(),
        replace: false,
    };
    let taken = test.app.export_registries(request.clone()).await.unwrap();
    assert_eq!(taken, RegistriesExported::Taken);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");

    request.replace = true;
    request.path = test.catalog_path().display().to_string();
    let before = test.catalog_text();
    let own = test.app.export_registries(request.clone()).await;
    assert_eq!(own.unwrap_err().field, Some(Field::File));
    assert_eq!(test.catalog_text(), before);

    request.path = path.display().to_string();
    request.ids.clear();
    let none = test.app.export_registries(request).await;
    assert_eq!(none.unwrap_err().code, Code::Invalid);
}
