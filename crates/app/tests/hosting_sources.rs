//! Making, changing and deleting source registries in the window.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use registrar_app::wire::*;
use support::hosted::{Hosted, free_port, source_ref};

fn update(row: &SourceRow) -> UpdateSource {
    UpdateSource {
        id: row.id.clone(),
        name: row.name.clone(),
        description: row.description.clone(),
        emoji: row.emoji.clone(),
        color: row.color.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_is_made_with_its_looks_and_answers_at_its_address() {
    let hosted = Hosted::new().await;
    let app = &hosted.test.app;
    let request = CreateSource {
        name: " Design System ".to_owned(),
        description: "Buttons".to_owned(),
        ecosystem: Ecosystem::Files,
        emoji: Some("🎨".to_owned()),
        color: Some("#AABBCC".to_owned()),
    };
    let made = app.create_source(request).await.unwrap();
    let row = &made.row;
    assert_eq!(
        (&*row.name, &*row.slug, &*row.description),
        ("Design System", "design-system", "Buttons")
    );
    assert_eq!((&*row.emoji, &*row.color), ("🎨", "#AABBCC"));
    assert!(!row.public, "private is the default");
    let url = format!("http://127.0.0.1:{}/local/design-system", hosted.port);
    assert_eq!(made.url, url);
    let changed = |event: &AppEvent| match event {
        AppEvent::SourceChanged { id } => *id == made.row.id,
        _ => false,
    };
    hosted.test.event(changed).await;
    let noted = hosted.activity("source.created").await;
    let expected = (
        Some("Design System".to_owned()),
        true,
        "by this window".to_owned(),
    );
    assert_eq!(noted, [expected]);

    hosted.source(Ecosystem::Python, "a python registry").await;
    let list = app.list_sources(Nothing {}).await.unwrap();
    let names: Vec<_> = list.rows.iter().map(|row| &*row.name).collect();
    assert_eq!(names, ["a python registry", "Design System"]);
    let python = &list.rows[0];
    let review = review(&hosted, "x", None).await;
    let default = review.defaults.into_iter();
    let mut default = default.filter(|one| one.ecosystem == Ecosystem::Python);
    let default = default.next().unwrap();
    assert_eq!(
        (&python.emoji, &python.color),
        (&default.emoji, &default.color)
    );
}

async fn review(hosted: &Hosted, name: &str, id: Option<&str>) -> SourceReview {
    let request = ReviewSource {
        name: name.to_owned(),
        id: id.map(str::to_owned),
    };
    hosted.test.app.review_source(request).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_is_shown_while_the_name_is_typed() {
    let hosted = Hosted::new().await;
    let made = hosted.source(Ecosystem::Files, "Tools").await;
    let free = review(&hosted, "My Tools!", None).await;
    assert_eq!((&*free.slug, free.problem), ("my-tools", None));
    assert!(free.url.ends_with("/local/my-tools"));
    let taken = review(&hosted, "tools", None).await;
    assert!(taken.problem.unwrap().contains("Tools"));
    let own = review(&hosted, "tools", Some(&made.row.id)).await;
    assert_eq!(own.problem, None);
    let empty = review(&hosted, " ", None).await;
    assert_eq!(&*empty.slug, "");
    assert!(empty.problem.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_names_its_field_and_changes_nothing() {
    let hosted = Hosted::new().await;
    let made = hosted.source(Ecosystem::Files, "Tools").await;
    let other = hosted.source(Ecosystem::Files, "Other").await;
    let cases = [
        ("name", Code::Invalid, Field::Name),
        ("taken", Code::NameTaken, Field::Name),
        ("description", Code::Invalid, Field::Description),
        ("emoji", Code::Invalid, Field::Emoji),
        ("color", Code::Invalid, Field::Color),
    ];
    for (wrong, code, field) in cases {
        let mut request = update(&other.row);
        match wrong {
            "name" => request.name = String::new(),
            "taken" => request.name = "TOOLS".to_owned(),
            "description" => request.description = "x".repeat(5000),
            "emoji" => request.emoji = "word".to_owned(),
            _ => request.color = "red".to_owned(),
        }
        let error = hosted.test.app.update_source(request).await.unwrap_err();
        assert_eq!((error.code, error.field), (code, Some(field)), "{wrong}");
    }
    let list = hosted.test.app.list_sources(Nothing {}).await.unwrap();
    assert_eq!(list.rows, [other.row, made.row]);
    let failures = hosted.activity("source.updated").await;
    assert!(failures.iter().all(|(_, ok, _)| !ok));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_is_a_new_address_and_the_old_one_is_gone() {
    let hosted = Hosted::new().await;
    let made = hosted.source(Ecosystem::Files, "Tools").await;
    let app = &hosted.test.app;
    hosted
        .published(&made.row.id, "tool-1.0.0.zip", b"PK")
        .await;
    let visibility = SetVisibility {
        id: made.row.id.clone(),
        public: true,
    };
    assert!(
        app.set_source_visibility(visibility)
            .await
            .unwrap()
            .row
            .public
    );
    let file = |slug: &str| format!("/local/{slug}/files/tool-1.0.0.zip");
    assert_eq!(
        hosted.get(&file("tools"), None).await,
        (200, b"PK".to_vec())
    );

    let mut request = update(&made.row);
    request.name = "Instruments".to_owned();
    let renamed = app.update_source(request).await.unwrap();
    assert_eq!(renamed.row.slug, "instruments");
    assert!(renamed.url.ends_with("/local/instruments"));
    assert_eq!(hosted.get(&file("instruments"), None).await.0, 200);
    let old = hosted.get(&file("tools"), None).await.0;
    assert!([401, 404].contains(&old), "{old}");
    let noted = hosted.activity("source.renamed").await;
    assert!(
        noted[0].2.starts_with("was \u{201c}Tools\u{201d}"),
        "{noted:?}"
    );
    hosted.activity("source.made_public").await;

    let visibility = SetVisibility {
        id: made.row.id.clone(),
        public: false,
    };
    app.set_source_visibility(visibility).await.unwrap();
    assert_eq!(hosted.get(&file("instruments"), None).await.0, 401);
    hosted.activity("source.made_private").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_is_deleted_by_its_exact_name_with_everything() {
    let hosted = Hosted::new().await;
    let made = hosted.source(Ecosystem::Files, "Tools").await;
    hosted
        .published(&made.row.id, "tool-1.0.0.zip", b"PK")
        .await;
    let app = &hosted.test.app;
    let delete = |name: &str| DeleteSource {
        id: made.row.id.clone(),
        name: name.to_owned(),
    };
    let token = CreateRegistryToken {
        source: made.row.id.clone(),
        description: "laptop".to_owned(),
    };
    app.create_registry_token(token).await.unwrap();
    assert_eq!(hosted.test.accounts().len(), 1);
    for wrong in ["tools", "", "Tool"] {
        let error = app.delete_source(delete(wrong)).await.unwrap_err();
        assert_eq!(error.code, Code::Invalid, "{wrong}");
    }
    assert_eq!(
        app.get_source(source_ref(&made.row.id))
            .await
            .unwrap()
            .files,
        1
    );
    app.delete_source(delete("Tools")).await.unwrap();
    assert!(app.list_sources(Nothing {}).await.unwrap().rows.is_empty());
    let gone = app.get_source(source_ref(&made.row.id)).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
    assert!(hosted.test.accounts().is_empty(), "its token is gone too");
    let noted = hosted.activities("source.deleted", 4).await;
    assert_eq!((noted[0].0.as_deref(), noted[0].1), (Some("Tools"), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_none_are_not_found() {
    let hosted = Hosted::new().await;
    for id in ["", "x", "../x", "01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e55"] {
        let error = hosted
            .test
            .app
            .get_source(source_ref(id))
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::NotFound, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_in_the_first_moment_is_noted() {
    for _ in 0..10 {
        let hosted = Hosted::begin(free_port()).await;
        hosted.source(Ecosystem::Python, "First").await;
        let noted = hosted.activity("source.created").await;
        assert_eq!(noted.len(), 1);
    }
}
