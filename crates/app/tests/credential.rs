//! Which credential an image would use, who asks for it, and where tokens are made.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use registrar_app::wire::*;
use support::{TestApp, container, reference, signed_in};

async fn ask(app: &TestApp, image: &str) -> CredentialAnswer {
    let image = image.to_owned();
    let answer = app.app.which_credential(WhichCredential { image }).await;
    answer.unwrap()
}

fn names(answer: &CredentialAnswer) -> Vec<(&str, Fit)> {
    let candidates = answer.candidates.iter();
    candidates
        .map(|candidate| (candidate.row.name.as_str(), candidate.fit))
        .collect()
}

async fn open(app: &TestApp, url: &str, provider: Option<Provider>) -> Result<Done, CommandError> {
    let url = url.to_owned();
    app.app
        .open_token_page(OpenTokenPage { url, provider })
        .await
}

#[tokio::test]
async fn the_closest_registry_serves_an_image() {
    let app = TestApp::new().await;
    for (name, url) in [
        ("Everything", "ghcr.io"),
        ("Team", "ghcr.io/acme/*"),
        ("App", "ghcr.io/acme/app"),
        ("Hub", "docker.io"),
    ] {
        app.add(signed_in(name, url, "me", "secret")).await.unwrap();
    }
    let answer = ask(&app, "ghcr.io/acme/app:1").await;
    let expected = [
        ("App", Fit::Repository),
        ("Team", Fit::Below),
        ("Everything", Fit::Host),
    ];
    assert_eq!(names(&answer), expected);
    let answer = ask(&app, "ghcr.io/acme/other").await;
    assert_eq!(names(&answer)[0], ("Team", Fit::Below));
    let answer = ask(&app, " nginx ").await;
    assert_eq!(
        (answer.image.as_str(), answer.host.as_str()),
        ("docker.io/library/nginx:latest", "docker.io")
    );
    assert_eq!(names(&answer), [("Hub", Fit::Host)]);
    assert!(answer.candidates[0].row.has_token);
    assert_eq!(names(&ask(&app, "quay.io/acme/app").await), []);
}

#[tokio::test]
async fn what_is_no_image_is_said_at_its_field() {
    let app = TestApp::new().await;
    for image in ["", "https://ghcr.io/acme/app", "ghcr.io/Acme/app", "a b"] {
        let image = image.to_owned();
        let answer = app.app.which_credential(WhichCredential { image }).await;
        let error = answer.unwrap_err();
        assert_eq!(
            (error.code, error.field),
            (Code::Invalid, Some(Field::Image))
        );
    }
}

#[tokio::test]
async fn the_tools_that_ask_for_it_are_named() {
    let app = TestApp::new().await;
    let added = app
        .add(signed_in("Team", "ghcr.io/acme", "me", "secret"))
        .await
        .unwrap();
    assert!(added.used_by.is_empty());
    assert!(ask(&app, "ghcr.io/acme/app").await.asked_by.is_empty());
    let home = app.folder.path().join("data/home");
    std::fs::create_dir_all(home.join(".docker")).unwrap();
    let config = r#"{"credHelpers": {"ghcr.io": "registrar", "quay.io": "desktop"}}"#;
    std::fs::write(home.join(".docker/config.json"), config).unwrap();
    assert_eq!(ask(&app, "ghcr.io/acme/app").await.asked_by, ["docker"]);
    assert!(ask(&app, "quay.io/acme/app").await.asked_by.is_empty());
    let details = app
        .app
        .get_registry(reference(&added.row.id))
        .await
        .unwrap();
    assert_eq!(details.used_by, ["docker"]);
    std::fs::write(home.join(".docker/config.json"), "{ broken").unwrap();
    let details = app
        .app
        .get_registry(reference(&added.row.id))
        .await
        .unwrap();
    assert!(
        details.used_by.is_empty(),
        "a file that cannot be read asks for nothing"
    );
}

#[tokio::test]
async fn the_page_for_tokens_opens_where_one_is_known() {
    let app = TestApp::new().await;
    open(&app, "ghcr.io/acme", None).await.unwrap();
    open(&app, "", Some(Provider::DockerHub)).await.unwrap();
    open(
        &app,
        "https://registry.example.com/team",
        Some(Provider::Harbor),
    )
    .await
    .unwrap();
    let opened = app.world.opened.lock().unwrap().clone();
    assert_eq!(opened.len(), 3);
    assert!(
        opened[0].starts_with("https://github.com/settings/tokens"),
        "{opened:?}"
    );
    assert!(
        opened[1].starts_with("https://app.docker.com/"),
        "{opened:?}"
    );
    assert_eq!(opened[2], "https://registry.example.com/harbor/projects");
    for (url, provider) in [
        ("registry.example.com", None),
        ("", None),
        ("", Some(Provider::Harbor)),
    ] {
        assert_eq!(
            open(&app, url, provider).await.unwrap_err().code,
            Code::NotFound
        );
    }
    assert_eq!(
        app.world.opened.lock().unwrap().len(),
        3,
        "nothing else was opened"
    );
}

#[tokio::test]
async fn the_form_and_the_details_know_the_same_page() {
    let app = TestApp::new().await;
    let draft = container("Quay", "quay.io");
    let request = ReviewDraft {
        draft: draft.clone(),
        id: None,
    };
    let review = app.app.review_draft(request).await.unwrap();
    let added = app.add(draft).await.unwrap();
    assert!(review.token_page.is_some());
    assert_eq!(added.container.unwrap().token_page, review.token_page);
}
