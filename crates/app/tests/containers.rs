//! Drafts of container registries: what is understood, what is refused, what is saved.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use registrar_app::wire::*;
use registrar_registry::Secret;
use support::{TestApp, container, reference, signed_in};

async fn review(app: &TestApp, draft: RegistryDraft, id: Option<String>) -> DraftReview {
    let request = ReviewDraft { draft, id };
    app.app.review_draft(request).await.unwrap()
}

/// The sentences on a field.
fn on(remarks: &[FieldRemark], field: Field) -> String {
    let said = remarks.iter().filter(|remark| remark.field == field);
    let said: Vec<_> = said.map(|remark| remark.message.as_str()).collect();
    said.join(" | ")
}

fn form(draft: RegistryDraft, change: impl FnOnce(&mut ContainerDraft)) -> RegistryDraft {
    let mut container = draft.container.clone().unwrap();
    change(&mut container);
    RegistryDraft {
        container: Some(container),
        ..draft
    }
}

fn keep(draft: RegistryDraft) -> RegistryDraft {
    RegistryDraft {
        token: TokenChange::Keep,
        ..draft
    }
}

#[tokio::test]
async fn what_people_paste_is_shown_as_it_will_be_saved() {
    let app = TestApp::new().await;
    for (pasted, shown, provider) in [
        ("https://GHCR.io/v2/", "ghcr.io", Provider::Ghcr),
        (
            "registry.example.com/",
            "registry.example.com",
            Provider::Generic,
        ),
        (
            "https://index.docker.io/v1/",
            "docker.io",
            Provider::DockerHub,
        ),
        ("quay.io/acme/*", "quay.io/acme/*", Provider::Quay),
        (
            "harbor.example.com:8443/team",
            "harbor.example.com:8443/team",
            Provider::Harbor,
        ),
    ] {
        let review = review(&app, container("", pasted), None).await;
        assert_eq!(review.url.as_deref(), Some(shown), "{pasted}");
        assert_eq!(review.provider, Some(provider), "{pasted}");
        assert_eq!(review.errors, [], "{pasted}");
        assert_eq!(on(&review.warnings, Field::Url), "", "{pasted}");
    }
}

#[tokio::test]
async fn a_pasted_image_is_said_to_be_one() {
    let app = TestApp::new().await;
    for (image, saved) in [
        ("ghcr.io/acme/app:1.2", "ghcr.io/acme/app"),
        ("nginx:1.25", "docker.io/library/nginx"),
        ("localhost:5000/app:1", "localhost:5000/app"),
    ] {
        let review = review(&app, container("", image), None).await;
        assert_eq!(review.url.as_deref(), Some(saved));
        let said = on(&review.warnings, Field::Url);
        assert!(
            said.contains("That is an image") && said.contains(saved),
            "{said}"
        );
    }
    let port = review(&app, container("", "localhost:5000"), None).await;
    assert_eq!(port.warnings, []);
}

#[tokio::test]
async fn plain_http_is_asked_about_and_contradictions_are_refused() {
    let app = TestApp::new().await;
    let http = container("", "http://localhost:5000");
    assert!(review(&app, http.clone(), None).await.plain_http);
    assert_eq!(
        app.add(http.clone()).await.unwrap_err().field,
        Some(Field::Url)
    );
    let allowed = RegistryDraft {
        allow_http: true,
        ..http
    };
    let added = app.add(allowed).await.unwrap();
    assert_eq!(added.row.url, "localhost:5000");
    assert_eq!(added.row.tls, Tls::PlainHttp);
    let both = RegistryDraft {
        allow_http: true,
        ..container("", "https://example.com")
    };
    let said = on(&review(&app, both.clone(), None).await.errors, Field::Url);
    assert!(said.contains("http only"), "{said}");
    assert_eq!(app.add(both).await.unwrap_err().field, Some(Field::Url));
}

#[tokio::test]
async fn an_anonymous_registry_is_called_like_its_address() {
    let app = TestApp::new().await;
    let added = app.add(container("", "https://quay.io/v2/")).await.unwrap();
    assert_eq!(added.row.name, "quay.io");
    assert_eq!(added.row.user, None);
    assert!(!added.row.has_token);
    assert_eq!(added.row.health, Health::Unchecked);
    assert_eq!(added.row.provider, Some(Provider::Quay));
    assert_eq!(added.row.tls, Tls::Verified);
    let details = added.container.unwrap();
    assert_eq!(details.chosen_provider, None);
    assert!(details.token_page.unwrap().starts_with("https://quay.io/"));
    // The next one of that name is refused before it is saved.
    let again = review(&app, container("", "quay.io"), None).await;
    assert!(on(&again.errors, Field::Name).contains("quay.io"));
}

#[tokio::test]
async fn a_token_needs_a_user_whom_it_belongs_to() {
    let app = TestApp::new().await;
    let nobody = signed_in("", "registry.example.com", " ", "secret");
    let said = on(
        &review(&app, nobody.clone(), None).await.errors,
        Field::User,
    );
    assert!(said.contains("needs a user"), "{said}");
    assert_eq!(app.add(nobody).await.unwrap_err().field, Some(Field::User));
    assert!(
        app.accounts().is_empty(),
        "nothing is kept of what is refused"
    );
    let identity = signed_in("Identity", "registry.example.com", "<token>", "secret");
    let added = app.add(identity).await.unwrap();
    assert_eq!(added.row.user.as_deref(), Some("<token>"));
    assert_eq!(app.token(&added.row.id).as_deref(), Some("secret"));
}

#[tokio::test]
async fn a_provider_that_always_wants_the_same_user_gets_it() {
    let app = TestApp::new().await;
    let ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
    let google = "europe-west1-docker.pkg.dev/project/repository";
    for (address, token, user) in [
        (ecr, "password", "AWS"),
        (google, "ya29.token", "oauth2accesstoken"),
        ("gcr.io", "{\"type\": \"service_account\"}\n", "_json_key"),
        (
            "contoso.azurecr.io",
            "refresh",
            "00000000-0000-0000-0000-000000000000",
        ),
    ] {
        let draft = signed_in("", address, "", token);
        let review = review(&app, draft.clone(), None).await;
        assert_eq!(review.errors, [], "{address}");
        assert!(
            on(&review.warnings, Field::User).contains(user),
            "{address}"
        );
        let added = app.add(draft).await.unwrap();
        assert_eq!(added.row.user.as_deref(), Some(user), "{address}");
        assert_eq!(
            app.token(&added.row.id).as_deref(),
            Some(token),
            "byte for byte"
        );
    }
}

#[tokio::test]
async fn a_user_that_cannot_be_sent_is_refused_with_the_reason() {
    let app = TestApp::new().await;
    for (user, reason) in [("me:too", "colon"), ("me\nyou", "line break")] {
        let draft = signed_in("", "registry.example.com", user, "secret");
        let said = on(&review(&app, draft.clone(), None).await.errors, Field::User);
        assert!(said.contains(reason), "{said}");
        let error = app.add(draft).await.unwrap_err();
        assert_eq!(
            (error.code, error.field),
            (Code::Invalid, Some(Field::User))
        );
        assert!(error.message.contains(reason));
    }
    let robot = signed_in("", "quay.io", "robot$team+ci", "secret");
    assert_eq!(review(&app, robot, None).await.errors, []);
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_at_its_field() {
    let app = TestApp::new().await;
    let base = container("", "registry.example.com");
    let some = |text: &str| Some(text.to_owned());
    let cases = [
        (
            form(base.clone(), |f| f.client_certificate = some("/c.pem")),
            Field::ClientKey,
        ),
        (
            form(base.clone(), |f| f.client_key = some("/k.pem")),
            Field::ClientCertificate,
        ),
        (
            form(base.clone(), |f| {
                (f.client_certificate, f.client_key) = (some("c.pem"), some("/k.pem"));
            }),
            Field::ClientCertificate,
        ),
        (
            form(base.clone(), |f| {
                f.token_server = some("http://auth.example.com/token");
            }),
            Field::TokenServer,
        ),
        (
            form(base.clone(), |f| {
                f.token_server = some("https://u:p@auth.example.com/token");
            }),
            Field::TokenServer,
        ),
        (
            RegistryDraft {
                ca_file: some("ca.pem"),
                ..base.clone()
            },
            Field::CaFile,
        ),
        (
            RegistryDraft {
                expires: "31.12.2026".to_owned(),
                ..base.clone()
            },
            Field::Expires,
        ),
        (
            RegistryDraft {
                expires: "2026-12-31T12:00".to_owned(),
                ..base.clone()
            },
            Field::Expires,
        ),
        (container("", "registry.example.com/*/x"), Field::Url),
    ];
    for (draft, field) in cases {
        let review = review(&app, draft.clone(), None).await;
        assert_ne!(on(&review.errors, field), "", "{field:?}");
        assert_eq!(app.add(draft).await.unwrap_err().field, Some(field));
    }
}

#[tokio::test]
async fn risks_are_said_where_a_credential_is_at_stake() {
    let app = TestApp::new().await;
    let draft = signed_in("", "registry.example.com", "me", "secret\n");
    let safe = review(&app, draft.clone(), None).await;
    assert!(on(&safe.warnings, Field::Token).contains("line break"));
    let insecure = form(draft.clone(), |form| form.insecure = true);
    let said = on(
        &review(&app, insecure.clone(), None).await.warnings,
        Field::Token,
    );
    assert!(said.contains("not verified"), "{said}");
    let http = RegistryDraft {
        allow_http: true,
        ..draft
    };
    let said = on(&review(&app, http, None).await.warnings, Field::Token);
    assert!(said.contains("unencrypted"), "{said}");
    let anonymous = RegistryDraft {
        token: TokenChange::Remove,
        ..insecure
    };
    let review = review(&app, anonymous, None).await;
    assert_eq!(on(&review.warnings, Field::Token), "");
    assert!(on(&review.warnings, Field::User).contains("not used"));
}

#[tokio::test]
async fn the_same_address_twice_is_a_warning_that_names_the_way_out() {
    let app = TestApp::new().await;
    let added = app.add(container("One", "ghcr.io")).await.unwrap();
    let twice = review(&app, container("Two", "https://ghcr.io/v2/"), None).await;
    let said = on(&twice.warnings, Field::Url);
    assert!(said.contains("“One”") && said.contains("path"), "{said}");
    let itself = review(&app, container("One", "ghcr.io"), Some(added.row.id)).await;
    assert_eq!((itself.warnings, itself.errors), (vec![], vec![]));
    let beside = review(&app, container("Three", "ghcr.io/team"), None).await;
    assert_eq!(on(&beside.warnings, Field::Url), "");
}

#[tokio::test]
async fn everything_that_was_set_comes_back_after_a_restart() {
    let app = TestApp::new().await;
    let full = RegistryDraft {
        expires: "2031-12-31".to_owned(),
        ca_file: Some("/etc/ssl/lab.pem".to_owned()),
        ..form(
            signed_in("Lab", "lab.example.com/team/*", "me", "secret"),
            |form| {
                form.provider = Some(Provider::Harbor);
                form.client_certificate = Some("/home/me/cert.pem".to_owned());
                form.client_key = Some("/home/me/key.pem".to_owned());
                form.insecure = true;
                form.token_server = Some("https://auth.example.org/token".to_owned());
            },
        )
    };
    let added = app.add(full).await.unwrap();
    let found = app.restarted().await.details("Lab").await;
    assert_eq!(found.base, added.base);
    assert_eq!(found.row.url, "lab.example.com/team/*");
    assert_eq!(found.row.expires.as_deref(), Some("2031-12-31"));
    assert_eq!(found.row.tls, Tls::Insecure);
    assert_eq!(found.row.provider, Some(Provider::Harbor));
    assert_eq!(found.ca_file.as_deref(), Some("/etc/ssl/lab.pem"));
    let container = found.container.unwrap();
    assert_eq!(container.client_key.as_deref(), Some("/home/me/key.pem"));
    assert_eq!(
        container.token_server.as_deref(),
        Some("https://auth.example.org/token")
    );
    assert!(!app.catalog_text().contains("secret"));
}

#[tokio::test]
async fn an_update_changes_only_what_is_changed() {
    let text = "version = 1\n\n[[registry]]\nkind = \"container\"\nname = \"Hub\"\n\
                url = \"docker.io\"\nuser = \"me\"\ntype = \"docker_hub\"\nadded_by = \"docker\"\n\
                insecure = true # for the lab\nca_file = \"/ca.pem\"\nmine = 1\n";
    let app = TestApp::with_catalog(text).await;
    let old = app.details("Hub").await;
    assert_eq!(
        old.container.as_ref().unwrap().added_by.as_deref(),
        Some("docker")
    );
    // Who does not know of a container registry's own fields resets none of them.
    let renamed = RegistryDraft {
        container: None,
        ca_file: Some("/ca.pem".to_owned()),
        ..container("Docker Hub", "docker.io")
    };
    let new = app.update(&old, renamed).await.unwrap();
    assert_eq!(new.row.name, "Docker Hub");
    assert_eq!(new.row.user.as_deref(), Some("me"));
    let text = app.catalog_text();
    for kept in [
        "type = \"docker_hub\"",
        "added_by = \"docker\"",
        "insecure = true # for the lab",
        "mine = 1",
    ] {
        assert!(text.contains(kept), "{kept} is lost:\n{text}");
    }
}

#[tokio::test]
async fn the_token_stays_when_the_user_or_address_changes() {
    let app = TestApp::new().await;
    let added = app
        .add(signed_in("Lab", "lab.example.com", "me", "secret"))
        .await
        .unwrap();
    let moved = keep(signed_in("Lab", "new.example.com", "you", ""));
    let moved = app.update(&added, moved).await.unwrap();
    assert_eq!(moved.row.user.as_deref(), Some("you"));
    assert_eq!(app.token(&moved.row.id).as_deref(), Some("secret"));
    let nobody = keep(container("Lab", "new.example.com"));
    let error = app.update(&moved, nobody.clone()).await.unwrap_err();
    assert_eq!(
        error.field,
        Some(Field::User),
        "a kept token needs its user, too"
    );
    let anonymous = RegistryDraft {
        token: TokenChange::Remove,
        ..nobody
    };
    let anonymous = app.update(&moved, anonymous).await.unwrap();
    assert_eq!((anonymous.row.user, anonymous.row.has_token), (None, false));
    assert!(app.accounts().is_empty());
}

#[tokio::test]
async fn a_registry_does_not_change_its_kind() {
    let app = TestApp::new().await;
    let added = app.add(container("Lab", "lab.example.com")).await.unwrap();
    let devfile = support::draft("Lab", "https://lab.example.com");
    assert_eq!(
        app.update(&added, devfile).await.unwrap_err().code,
        Code::Invalid
    );
    assert_eq!(app.details("Lab").await.row.kind, Kind::Container);
}

#[tokio::test]
async fn the_end_that_a_token_names_itself_is_taken_over() {
    use base64::Engine as _;
    let encode = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let (header, claims) = (
        encode(r#"{"alg":"RS256"}"#),
        encode(r#"{"exp":1924948800}"#),
    );
    let token = format!("{header}.{claims}.c2ln");
    let app = TestApp::new().await;
    let draft = signed_in("Lab", "lab.example.com", "me", &token);
    let added = app.add(draft.clone()).await.unwrap();
    assert_eq!(added.row.expires.as_deref(), Some("2030-12-31"));
    let typed = RegistryDraft {
        expires: " 2029-01-01 ".to_owned(),
        ..draft
    };
    let typed = app.update(&added, typed).await.unwrap();
    assert_eq!(
        typed.row.expires.as_deref(),
        Some("2029-01-01"),
        "the person knows better"
    );
    let cleared = keep(signed_in("Lab", "lab.example.com", "me", ""));
    let cleared = app.update(&typed, cleared).await.unwrap();
    assert_eq!(cleared.row.expires, None);
}

#[tokio::test]
async fn saving_over_a_registry_that_is_gone_says_what_became_of_its_token() {
    let app = TestApp::new().await;
    let draft = signed_in("Lab", "lab.example.com", "me", "secret");
    let added = app.add(draft.clone()).await.unwrap();
    app.delete(&added.row.id).await.unwrap();
    let error = app.update(&added, keep(draft.clone())).await.unwrap_err();
    assert_eq!(error.code, Code::NotFound);
    assert!(error.hint.unwrap().contains("token"));
    let with_token = RegistryDraft {
        token: TokenChange::Set {
            token: Secret::new("again"),
        },
        ..draft
    };
    let error = app.update(&added, with_token).await.unwrap_err();
    assert!(!error.hint.unwrap().contains("token"));
}

#[tokio::test]
async fn a_deleted_registry_comes_back_as_it_was() {
    let app = TestApp::new().await;
    let draft = form(
        signed_in("Lab", "lab.example.com", "me", "secret"),
        |form| {
            form.insecure = true;
        },
    );
    let added = app.add(draft).await.unwrap();
    app.delete(&added.row.id).await.unwrap();
    assert_eq!(app.names().await.len(), 1, "the first one is left");
    let back = app.app.undo_delete(reference(&added.row.id)).await.unwrap();
    assert_eq!(back.base, added.base);
    assert_eq!(app.token(&added.row.id).as_deref(), Some("secret"));
}
