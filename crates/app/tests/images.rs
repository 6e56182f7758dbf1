//! What is in container registries: a real one that skopeo has filled, and odd ones.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod support;

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::oci_image::OciImage;
use acceptance_support::scripted_registry::{Answer, ScriptedRegistry};
use registrar_app::wire::*;
use support::images::image;
use support::{TestApp, container, reference, signed_in};

const PASSWORD: &str = "p ä%2F+&=\"";

/// An application with one registry at `host`, as a user whose password is [`PASSWORD`], and its
/// id.
async fn with(host: &str) -> (TestApp, String) {
    let app = TestApp::with_catalog("version = 1\n").await;
    let draft = RegistryDraft {
        allow_http: true,
        ..signed_in("Lab", host, "jane", PASSWORD)
    };
    let id = app.add(draft).await.unwrap().row.id;
    (app, id)
}

async fn repositories(app: &TestApp, registry: &str) -> RepositoryPage {
    let request = ListRepositories {
        registry: registry.to_owned(),
        operation: "list".to_owned(),
    };
    app.app.list_repositories(request).await.unwrap()
}

fn tags_of(registry: &str, repository: &str, filter: &str, order: TagOrder) -> ListTags {
    ListTags {
        registry: registry.to_owned(),
        repository: repository.to_owned(),
        filter: filter.to_owned(),
        order,
        refresh: false,
        operation: "tags".to_owned(),
    }
}

async fn tags(app: &TestApp, request: ListTags) -> Vec<String> {
    let page = app.app.list_tags(request).await.unwrap();
    assert_eq!(page.failure, None);
    page.rows.into_iter().map(|row| row.name).collect()
}

async fn open(app: &TestApp, image: ImageRef) -> ImagePage {
    let operation = "open".to_owned();
    let request = OpenImage { image, operation };
    app.app.open_image(request).await.unwrap()
}

/// A registry with three versions of an image, of which the oldest number is the newest.
fn filled() -> DockerRegistry {
    let registry = DockerRegistry::builder().login("jane", PASSWORD).start();
    let login = format!("jane:{PASSWORD}");
    for (tag, layers, created) in [
        ("1.9", ["base", "old"], "2024-03-01T10:00:00Z"),
        ("1.10", ["base", "app"], "2024-01-01T10:00:00Z"),
        ("1.10-rc1", ["base", "candidate"], "2024-02-01T10:00:00Z"),
    ] {
        let place = format!("{}/team/app:{tag}", registry.host());
        OciImage::new(&layers, tag, created).push_as(&place, &login);
    }
    registry
}

#[tokio::test]
async fn what_skopeo_has_pushed_is_listed_opened_and_compared() {
    let registry = filled();
    let (app, id) = with(&registry.host()).await;
    let page = repositories(&app, &id).await;
    assert_eq!(page.list, RepositoryList::Listed);
    assert_eq!(page.repositories, ["team/app"]);

    let by_version = tags_of(&id, "team/app", "", TagOrder::Version);
    assert_eq!(tags(&app, by_version).await, ["1.10", "1.10-rc1", "1.9"]);
    let newest = tags_of(&id, "team/app", "", TagOrder::Newest);
    assert_eq!(tags(&app, newest).await, ["1.9", "1.10-rc1", "1.10"]);
    let some = tags_of(&id, "team/app", " RC", TagOrder::Version);
    assert_eq!(tags(&app, some).await, ["1.10-rc1"]);
    assert_eq!(repositories(&app, &id).await.remembered, ["team/app"]);

    let facts = open(&app, image(&id, "1.10")).await.image.unwrap();
    let platforms: Vec<_> = facts.platforms.iter().map(|one| &*one.name).collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64"]);
    assert_eq!(facts.layers[1].created_by, "COPY app /srv");
    assert_eq!(facts.history[1].size, Some(facts.layers[1].size));
    assert_eq!(facts.history[2].size, None);
    assert_eq!(facts.config.unwrap().user, "nobody");
    assert!(facts.referrers.is_empty() && facts.referrers_failure.is_none());
    let arm = ImageRef {
        platform: Some(facts.platforms[1].digest.clone()),
        ..image(&id, "1.10")
    };
    let other = open(&app, arm.clone()).await.image.unwrap();
    assert_eq!(other.config.unwrap().platform, "linux/arm64");
    let by_digest = open(&app, image(&id, &facts.digest)).await;
    assert_eq!(by_digest.image.unwrap().digest, facts.digest);
    let raw = app.app.raw_manifest(arm).await.unwrap();
    assert_eq!(raw.digest, Some(facts.platforms[1].digest.clone()));
    assert!(raw.text.unwrap().starts_with('{'));

    let request = CompareImages {
        left: image(&id, "1.9"),
        right: image(&id, "1.10"),
        operation: "compare".to_owned(),
    };
    let page = app.app.compare_images(request).await.unwrap();
    assert_eq!(page.left.name, format!("{}/team/app:1.9", registry.host()));
    assert_eq!(page.right.image.unwrap().layers, 2);
    let found = page.comparison.unwrap();
    let presence: Vec<_> = found.layers.iter().map(|one| one.presence).collect();
    assert_eq!(presence, [Presence::Both, Presence::Left, Presence::Right]);
    assert_eq!(found.shared, found.layers[0].layer.size);
    let different: Vec<_> = found.differences.iter().map(|one| one.part).collect();
    assert_eq!(different, [ConfigPart::Env, ConfigPart::Label]);

    let gone = open(&app, image(&id, "nothing")).await;
    let kind = gone.failure.map(|failure| failure.kind);
    assert_eq!(kind, Some(FailureKind::NotFound));
}

#[tokio::test]
async fn commands_pull_and_the_pull_secret_reaches_the_clipboard_alone() {
    let registry = filled();
    let host = registry.host();
    let (app, id) = with(&host).await;
    let facts = open(&app, image(&id, "1.10")).await.image.unwrap();
    let commands: Vec<_> = facts.commands.iter().map(|one| &*one.command).collect();
    assert_eq!(
        commands,
        [
            format!("docker pull {host}/team/app:1.10"),
            format!("podman pull --tls-verify=false {host}/team/app:1.10"),
            format!("skopeo copy --src-tls-verify=false docker://{host}/team/app:1.10 oci:app"),
        ]
    );
    let preview = facts.secret.unwrap().preview;
    assert!(preview.contains("kubernetes.io/dockerconfigjson"));
    assert!(preview.ends_with(".dockerconfigjson: ••••••••\n"));

    let request = CopyPullSecret { registry: id };
    let copied = app.app.copy_pull_secret(request).await.unwrap();
    assert_eq!(copied.clears_after_seconds, 45);
    let text = app.world.clipboard.lock().unwrap().clone().unwrap();
    let text = String::from_utf8(text).unwrap();
    let data = text.rsplit_once(": ").unwrap().1.trim();
    let config = decoded(data);
    let config: serde_json::Value = serde_json::from_str(&config).unwrap();
    let auth = &config["auths"][&*host];
    assert_eq!(auth["username"], "jane");
    assert_eq!(auth["password"], PASSWORD);
    let pair = decoded(auth["auth"].as_str().unwrap());
    assert_eq!(pair, format!("jane:{PASSWORD}"));
    let files = app.files().into_iter();
    let told = files.filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(data));
    assert_eq!(told.count(), 0);
}

fn decoded(base64: &str) -> String {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(base64);
    String::from_utf8(bytes.unwrap()).unwrap()
}

#[tokio::test]
async fn without_a_list_a_repository_is_opened_by_its_name_and_remembered() {
    let registry = ScriptedRegistry::start(|line, _| match line {
        line if line.contains("/tags/list") => Answer::json(r#"{"tags":["a","b"]}"#),
        _ => Answer::new(404, ""),
    });
    let host = registry.host();
    let (app, id) = with(&host).await;
    let page = repositories(&app, &id).await;
    assert_eq!(page.list, RepositoryList::NotOffered);
    assert!(page.failure.is_none() && page.remembered.is_empty());

    let typed = format!(" {host}/team/app:1.0 ");
    let listed = tags(&app, tags_of(&id, &typed, "", TagOrder::Version)).await;
    assert_eq!(listed, ["a", "b"]);
    for odd in ["", "Team/App", "../etc", "a b", "other.example/x y"] {
        let request = tags_of(&id, odd, "", TagOrder::Version);
        let error = app.app.list_tags(request).await.unwrap_err();
        assert_eq!(error.field, Some(Field::Repository), "{odd}");
        assert!(error.hint.is_some());
    }
    let again = app.restarted().await;
    assert_eq!(repositories(&again, &id).await.remembered, ["team/app"]);
    let forget = RepositoryRef {
        registry: id.clone(),
        repository: "team/app".to_owned(),
    };
    again.app.forget_repository(forget).await.unwrap();
    assert!(repositories(&again, &id).await.remembered.is_empty());
}

#[tokio::test]
async fn what_fails_says_why_and_what_is_no_image_is_refused() {
    let registry = ScriptedRegistry::start(|line, _| {
        if line.contains("_catalog") {
            return Answer::new(429, "").header("retry-after", "30");
        }
        Answer::new(200, "{}").header("content-type", "application/vnd.example+json")
    });
    let (app, id) = with(&registry.host()).await;
    let page = repositories(&app, &id).await;
    assert_eq!(page.list, RepositoryList::Failed);
    let failure = page.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::RateLimited);
    assert_eq!(failure.seconds, Some(30));
    let failure = open(&app, image(&id, "1.0")).await.failure.unwrap();
    assert_eq!(failure.kind, FailureKind::NotUnderstood);
    for odd in ["", "a b", "sha256:00", "x@y", "a/../b", "1.0@sha256:00"] {
        let operation = "odd".to_owned();
        let image = image(&id, odd);
        let error = app.app.open_image(OpenImage { image, operation }).await;
        assert_eq!(error.unwrap_err().code, Code::Invalid, "{odd}");
    }
    let limit = app.app.pull_limit(reference(&id)).await.unwrap();
    assert!(!limit.known && limit.failure.is_none());
}

#[tokio::test]
async fn a_long_reading_can_be_stopped() {
    let registry = ScriptedRegistry::start(|line, _| {
        let at: usize = line
            .rsplit_once("last=r")
            .map_or(0, |(_, n)| n.parse().unwrap());
        let next = format!("</v2/_catalog?last=r{}>; rel=next", at + 1);
        Answer::json(format!(r#"{{"repositories":["r{at}"]}}"#)).header("link", next)
    });
    let (app, id) = with(&registry.host()).await;
    let running = app.app.clone();
    let request = ListRepositories {
        registry: id,
        operation: "long".to_owned(),
    };
    let reading = tokio::spawn(async move { running.list_repositories(request).await });
    app.event(|event| matches!(event, AppEvent::ImagesProgress { done: 2.., .. }))
        .await;
    let operation = "long".to_owned();
    let cancel = CancelOperation { operation };
    app.app.cancel_operation(cancel).await.unwrap();
    let error = reading.await.unwrap().unwrap_err();
    assert_eq!(error.code, Code::Cancelled);
}

fn compare(left: ImageRef, right: ImageRef) -> CompareImages {
    let operation = "compare".to_owned();
    CompareImages {
        left,
        right,
        operation,
    }
}

#[tokio::test]
async fn images_of_two_registries_are_compared_for_the_same_platform() {
    let (source, mirror) = (filled(), DockerRegistry::builder().start());
    let (app, id) = with(&source.host()).await;
    let draft = RegistryDraft {
        allow_http: true,
        ..container("Mirror", &mirror.host())
    };
    let other = app.add(draft).await.unwrap().row.id;
    let place = format!("{}/elsewhere/shop:2", mirror.host());
    OciImage::new(&["base", "app"], "2", "2024-01-01T10:00:00Z").push(&place);
    let right = ImageRef {
        repository: "elsewhere/shop".to_owned(),
        ..image(&other, "2")
    };
    let facts = open(&app, image(&id, "1.10")).await.image.unwrap();
    let rows = facts.platforms.into_iter().filter(|row| row.is_image);
    for platform in rows {
        let left = ImageRef {
            platform: Some(platform.digest.clone()),
            ..image(&id, "1.10")
        };
        let wanted = compare(left, right.clone());
        let page = app.app.compare_images(wanted).await.unwrap();
        assert_eq!(page.right.name, place);
        let (one, two) = (page.left.image.unwrap(), page.right.image.unwrap());
        assert_eq!(one.digest, platform.digest);
        assert_eq!(
            (&one.platform, &two.platform),
            (&platform.name, &platform.name)
        );
        assert_eq!(two.platforms.len(), 2);
        let found = page.comparison.unwrap();
        assert!(
            found
                .layers
                .iter()
                .all(|row| row.presence == Presence::Both)
        );
        assert_eq!(found.shared, one.size);
        let labels = found.differences.iter().map(|one| &*one.name);
        assert!(
            labels.clone().any(|name| name == "VERSION"),
            "{:?}",
            labels.collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn what_cannot_be_compared_is_told_on_its_side_and_the_other_is_shown() {
    let registry = filled();
    let (app, id) = with(&registry.host()).await;
    let shown = |right| app.app.compare_images(compare(image(&id, "1.9"), right));
    let page = shown(image(&id, "9.9")).await.unwrap();
    assert!(page.comparison.is_none());
    assert_eq!(page.left.image.unwrap().platform, "linux/amd64");
    assert_eq!(page.left.failure, None);
    assert_eq!(page.right.name, format!("{}/team/app:9.9", registry.host()));
    let kind = page.right.failure.map(|failure| failure.kind);
    assert_eq!(kind, Some(FailureKind::NotFound));

    let nonsense = ImageRef {
        repository: "Team App".to_owned(),
        ..image(&id, "1.9")
    };
    let page = shown(nonsense.clone()).await.unwrap();
    assert!(page.left.image.is_some());
    assert_eq!(page.right.name, "Team App:1.9");
    let refused = page.right.refused.unwrap();
    assert_eq!(refused.field, Some(Field::Repository));
    let gone = image(&registrar_registry::RegistryId::new().to_string(), "1.9");
    let page = shown(gone).await.unwrap();
    assert_eq!(page.right.refused.unwrap().code, Code::NotFound);

    let review = |wanted| app.app.review_image(wanted);
    let named = review(image(&id, "1.9")).await.unwrap().name;
    assert_eq!(named, format!("{}/team/app:1.9", registry.host()));
    let error = review(nonsense).await.unwrap_err();
    assert_eq!(error.field, Some(Field::Repository));
    let error = review(image(&id, "a b")).await.unwrap_err();
    assert_eq!(error.field, Some(Field::Image));
    assert!(error.hint.unwrap().contains("sha256"));
}
