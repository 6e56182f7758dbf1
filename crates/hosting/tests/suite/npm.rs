//! npm's registry: what clients send and get.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use registrar_hosting::{Ecosystem, Scope};
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::support::{Answer, Hosted};

const SHORT: (&str, &str) = ("accept", "application/vnd.npm.install-v1+json; q=1.0, */*");

/// A tarball with these files.
fn tarball(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        // Also paths that the library would refuse.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        archive.append(&header, *content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// A tarball with this manifest.
pub(crate) fn package(manifest: &Value) -> Vec<u8> {
    let manifest = manifest.to_string();
    let files = [
        ("package/package.json", manifest.as_bytes()),
        ("package/README.md", b"# Hello"),
    ];
    tarball(&files)
}

/// What npm sends to publish a tarball, saying of it what `manifest` says.
fn document(manifest: &Value, tag: &str, tarball: &[u8]) -> Value {
    let (name, version) = (
        manifest["name"].as_str().unwrap(),
        manifest["version"].as_str().unwrap(),
    );
    let base = name.rsplit('/').next().unwrap();
    json!({
        "_id": name,
        "name": name,
        "dist-tags": {tag: version},
        "versions": {version: manifest},
        "_attachments": {format!("{name}-{version}.tgz"): {
            "content_type": "application/octet-stream",
            "data": STANDARD.encode(tarball),
            "length": tarball.len(),
        }},
        "access": null,
        "base": base,
    })
}

struct Npm(Hosted);

impl Npm {
    async fn start() -> Self {
        let hosted = Hosted::start().await;
        hosted.registry(Ecosystem::Javascript, "js").await;
        Self(hosted)
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            vec![]
        } else {
            body.to_string().into_bytes()
        };
        let kind = [("content-type", "application/json")];
        self.0
            .ask(method, &format!("/local/js/npm/{path}"), body, &kind)
            .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &Value::Null).await
    }

    async fn publish(&self, manifest: &Value, tag: &str) -> Answer {
        let document = document(manifest, tag, &package(manifest));
        let name = manifest["name"].as_str().unwrap().replace('/', "%2f");
        self.ask("PUT", &name, &document).await
    }

    async fn short(&self, name: &str) -> Value {
        let path = format!("/local/js/npm/{name}");
        let answer = self.0.ask("GET", &path, vec![], &[SHORT]).await;
        assert_eq!(
            answer.header("content-type"),
            "application/vnd.npm.install-v1+json"
        );
        answer.json()
    }
}

fn manifest(name: &str, version: &str) -> Value {
    json!({"name": name, "version": version, "description": "A thing", "dependencies": {"left": "^1.0.0"}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_published_listed_and_downloaded() {
    let npm = Npm::start().await;
    let published = npm
        .publish(&manifest("@team/thing", "1.2.3"), "latest")
        .await;
    assert_eq!(published.status, 201, "{}", published.text());
    for spelling in ["@team%2fthing", "@team%2Fthing", "@team/thing"] {
        let full = npm.get(spelling).await;
        assert_eq!(full.status, 200, "{spelling}");
        assert_eq!(full.json()["readme"], "# Hello");
        assert!(full.json()["time"]["1.2.3"].is_string());
    }
    let short = npm.short("@team%2fthing").await;
    assert_eq!(short["dist-tags"]["latest"], "1.2.3");
    let version = &short["versions"]["1.2.3"];
    assert_eq!(version["dependencies"]["left"], "^1.0.0");
    assert!(version.get("description").is_none() && short.get("readme").is_none());
    let address = version["dist"]["tarball"].as_str().unwrap();
    let path = address.strip_prefix(&npm.0.url("")).unwrap();
    let got = npm
        .0
        .ask("GET", path, vec![], &[("accept-encoding", "gzip")])
        .await;
    assert_eq!(got.body, package(&manifest("@team/thing", "1.2.3")));
    assert_eq!(got.header("content-encoding"), "");
    let integrity = format!(
        "sha512-{}",
        STANDARD.encode(sha2::Sha512::digest(&got.body))
    );
    assert_eq!(version["dist"]["integrity"], integrity);
    assert_eq!(
        npm.get("@team%2fthing/latest").await.json()["version"],
        "1.2.3"
    );
    assert_eq!(npm.get("@team%2fthing/9.9.9").await.status, 404);
    assert_eq!(
        npm.get("nothing").await.json()["error"],
        "There is no such package."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_packument_is_not_sent_again() {
    let npm = Npm::start().await;
    npm.publish(&manifest("thing", "1.0.0"), "latest").await;
    let first = npm.get("thing").await;
    let path = "/local/js/npm/thing";
    let tag = first.header("etag").to_owned();
    let again = npm
        .0
        .ask("GET", path, vec![], &[("if-none-match", &tag)])
        .await;
    assert_eq!(again.status, 304);
    npm.publish(&manifest("thing", "1.0.1"), "latest").await;
    let newer = npm
        .0
        .ask("GET", path, vec![], &[("if-none-match", &tag)])
        .await;
    assert_eq!(newer.json()["dist-tags"]["latest"], "1.0.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_never_published_twice() {
    let npm = Npm::start().await;
    npm.publish(&manifest("thing", "1.0.0"), "latest").await;
    let again = npm.publish(&manifest("thing", "1.0.0"), "latest").await;
    assert_eq!(again.status, 403);
    assert!(
        again.text().contains("cannot publish over"),
        "{}",
        again.text()
    );
    let other_case = npm.publish(&manifest("THING", "1.0.1"), "latest").await;
    assert_eq!(other_case.status, 422, "{}", other_case.text());
    let build = npm
        .publish(&manifest("thing", "1.0.0+other"), "latest")
        .await;
    assert!(build.status >= 400, "{}", build.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_client_says_must_agree_with_the_tarball() {
    let npm = Npm::start().await;
    let tarball = package(&manifest("thing", "1.0.0"));
    for (what, claimed) in [
        ("another name", manifest("other", "1.0.0")),
        ("another version", manifest("thing", "2.0.0")),
        (
            "other dependencies",
            json!({"name": "thing", "version": "1.0.0", "dependencies": {}}),
        ),
        (
            "a script",
            json!({"name": "thing", "version": "1.0.0", "dependencies": {"left": "^1.0.0"}, "scripts": {"postinstall": "evil"}}),
        ),
    ] {
        let document = document(&claimed, "latest", &tarball);
        let name = claimed["name"].as_str().unwrap();
        let refused = npm.ask("PUT", name, &document).await;
        assert_eq!(refused.status, 422, "{what}: {}", refused.text());
    }
    assert_eq!(npm.get("thing").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "a table of what is refused")]
async fn hostile_tarballs_are_refused() {
    let npm = Npm::start().await;
    let good = manifest("thing", "1.0.0").to_string();
    let good = good.as_bytes();
    let zeros = vec![0; 96 * 1024 * 1024];
    let bomb = tarball(&[("package/package.json", good), ("package/zeros", &zeros)]);
    assert!(bomb.len() < 1024 * 1024);
    let mut trailing = tarball(&[("package/package.json", good)]);
    trailing.extend(tarball(&[("package/package.json", b"{}")]));
    for (what, content) in [
        ("no manifest", tarball(&[("package/index.js", b"1")])),
        (
            "two manifests",
            tarball(&[
                ("package/package.json", good),
                ("package/package.json", b"{}"),
            ]),
        ),
        (
            "two folders",
            tarball(&[
                ("package/package.json", good),
                ("other/package.json", b"{}"),
            ]),
        ),
        (
            "climbing",
            tarball(&[
                ("package/package.json", good),
                ("package/../../etc/passwd", b"x"),
            ]),
        ),
        ("absolute", tarball(&[("/package.json", good)])),
        ("no JSON", tarball(&[("package/package.json", b"{")])),
        (
            "no version",
            tarball(&[("package/package.json", br#"{"name":"thing"}"#)]),
        ),
        (
            "not semver",
            tarball(&[(
                "package/package.json",
                br#"{"name":"thing","version":"1.0"}"#,
            )]),
        ),
        (
            "homoglyph",
            tarball(&[(
                "package/package.json",
                "{\"name\":\"th\u{456}ng\",\"version\":\"1.0.0\"}".as_bytes(),
            )]),
        ),
        ("bomb", bomb),
        ("trailing", trailing),
        ("empty", Vec::new()),
        ("no gzip", b"package".to_vec()),
    ] {
        let refused = npm.0.upload("js", "thing-1.0.0.tgz", &content).await;
        assert_eq!(refused.status, 422, "{what}: {}", refused.text());
    }
    let packages = npm
        .0
        .host
        .package_names(npm.0.host.registry("js").unwrap().id)
        .await;
    assert!(packages.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_point_where_they_are_told_to() {
    let npm = Npm::start().await;
    npm.publish(&manifest("thing", "1.0.0"), "latest").await;
    npm.publish(&manifest("thing", "2.0.0-rc.1"), "next").await;
    let tags = || async { npm.get("-/package/thing/dist-tags").await.json() };
    assert_eq!(
        tags().await,
        json!({"latest": "1.0.0", "next": "2.0.0-rc.1"})
    );
    let set = npm
        .ask("PUT", "-/package/thing/dist-tags/old", &json!("1.0.0"))
        .await;
    assert_eq!(set.status, 200, "{}", set.text());
    assert_eq!(tags().await["old"], "1.0.0");
    assert_eq!(
        npm.ask("DELETE", "-/package/thing/dist-tags/old", &Value::Null)
            .await
            .status,
        200
    );
    assert_eq!(
        npm.ask("DELETE", "-/package/thing/dist-tags/old", &Value::Null)
            .await
            .status,
        404
    );
    assert_eq!(
        npm.ask("DELETE", "-/package/thing/dist-tags/latest", &Value::Null)
            .await
            .status,
        403
    );
    assert_eq!(
        npm.ask("PUT", "-/package/thing/dist-tags/1.0.0", &json!("1.0.0"))
            .await
            .status,
        422
    );
    assert_eq!(
        npm.ask("PUT", "-/package/thing/dist-tags/other", &json!("9.9.9"))
            .await
            .status,
        404
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_deprecated_and_unpublished_as_npm_does() {
    let npm = Npm::start().await;
    for version in ["1.0.0", "1.1.0"] {
        npm.publish(&manifest("thing", version), "latest").await;
    }
    let mut document = npm.get("thing?write=true").await.json();
    document["versions"]["1.0.0"]["deprecated"] = json!("use 1.1");
    let deprecated = npm.ask("PUT", "thing", &document).await;
    assert_eq!(deprecated.status, 200, "{}", deprecated.text());
    assert_eq!(
        npm.short("thing").await["versions"]["1.0.0"]["deprecated"],
        "use 1.1"
    );
    let stale = npm.ask("PUT", "thing", &document).await;
    assert_eq!(
        stale.status,
        409,
        "a revision that is no longer the newest: {}",
        stale.text()
    );

    let mut document = npm.get("thing?write=true").await.json();
    document["versions"]
        .as_object_mut()
        .unwrap()
        .remove("1.1.0");
    document["dist-tags"] = json!({"latest": "1.0.0"});
    let revision = document["_rev"].as_str().unwrap().to_owned();
    let unpublished = npm
        .ask("PUT", &format!("thing/-rev/{revision}"), &document)
        .await;
    assert_eq!(unpublished.status, 200, "{}", unpublished.text());
    let revision = npm.get("thing").await.json()["_rev"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("thing/-/thing-1.1.0.tgz/-rev/{revision}");
    assert_eq!(npm.ask("DELETE", &path, &Value::Null).await.status, 200);
    assert_eq!(npm.get("thing/-/thing-1.1.0.tgz").await.status, 404);
    assert_eq!(npm.short("thing").await["dist-tags"]["latest"], "1.0.0");
    let again = npm.publish(&manifest("thing", "1.1.0"), "latest").await;
    assert_eq!(
        again.status,
        403,
        "a deleted version is not published again: {}",
        again.text()
    );

    let revision = npm.get("thing").await.json()["_rev"]
        .as_str()
        .unwrap()
        .to_owned();
    let gone = npm
        .ask("DELETE", &format!("thing/-rev/{revision}"), &Value::Null)
        .await;
    assert_eq!(gone.status, 200);
    assert_eq!(npm.get("thing").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_ask_who_they_are_and_what_there_is() {
    let npm = Npm::start().await;
    for name in ["alpha", "alpine", "beta"] {
        npm.publish(&manifest(name, "1.0.0"), "latest").await;
    }
    assert_eq!(npm.get("-/ping").await.json(), json!({}));
    assert_eq!(npm.get("-/whoami").await.json()["username"], "everything");
    let found = npm.get("-/v1/search?text=alp&size=1&from=0").await.json();
    assert_eq!(
        (&found["total"], found["objects"].as_array().unwrap().len()),
        (&json!(2), 1)
    );
    let audit = npm
        .ask(
            "POST",
            "-/npm/v1/security/advisories/bulk",
            &json!({"alpha": ["1.0.0"]}),
        )
        .await;
    assert_eq!(audit.json(), json!({}));
    assert_eq!(npm.get("-/npm/v1/keys").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_proves_a_token_and_nothing_else() {
    let npm = Npm::start().await;
    let sign_in = |registry: &str, password: &str| {
        let path = format!("/local/{registry}/npm/-/user/org.couchdb.user:me");
        let body = json!({"name": "me", "password": password})
            .to_string()
            .into_bytes();
        let hosted = &npm.0;
        async move { hosted.ask_bare("PUT", &path, body, &[]).await }
    };
    let good = sign_in("js", &npm.0.token).await;
    assert_eq!(
        (good.status, good.json()["token"].as_str()),
        (201, Some(npm.0.token.as_str()))
    );
    let wrong = sign_in("js", "wrong").await;
    let nowhere = sign_in("nowhere", &npm.0.token).await;
    assert_eq!((wrong.status, nowhere.status), (401, 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_only_reads_changes_nothing() {
    let npm = Npm::start().await;
    npm.publish(&manifest("thing", "1.0.0"), "latest").await;
    let token = format!("Bearer {}", npm.0.token_with(&[Scope::ReadPackages]).await);
    let with = [
        ("authorization", token.as_str()),
        ("content-type", "application/json"),
    ];
    let revision = npm.get("thing").await.json()["_rev"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = manifest("thing", "2.0.0");
    let publish = document(&next, "latest", &package(&next))
        .to_string()
        .into_bytes();
    for (method, path, body) in [
        ("PUT", "thing".to_owned(), publish),
        (
            "PUT",
            "-/package/thing/dist-tags/x".to_owned(),
            br#""1.0.0""#.to_vec(),
        ),
        ("DELETE", "-/package/thing/dist-tags/x".to_owned(), vec![]),
        ("DELETE", format!("thing/-rev/{revision}"), vec![]),
        (
            "DELETE",
            format!("thing/-/thing-1.0.0.tgz/-rev/{revision}"),
            vec![],
        ),
    ] {
        let path = format!("/local/js/npm/{path}");
        let refused = npm.0.ask_bare(method, &path, body, &with).await;
        assert_eq!(refused.status, 403, "{method} {path}: {}", refused.text());
    }
    let read = npm
        .0
        .ask_bare("GET", "/local/js/npm/thing", vec![], &with)
        .await;
    assert_eq!(read.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_publishers_of_one_version_one_wins() {
    let npm = Npm::start().await;
    let one = manifest("thing", "1.0.0");
    let body = document(&one, "latest", &package(&one))
        .to_string()
        .into_bytes();
    let publish = || npm.0.ask("PUT", "/local/js/npm/thing", body.clone(), &[]);
    let answers = tokio::join!(publish(), publish(), publish(), publish());
    let mut statuses = [
        answers.0.status,
        answers.1.status,
        answers.2.status,
        answers.3.status,
    ];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 403, 403, 403]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_refused_in_npms_words_whether_there_is_a_registry_or_not() {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Javascript, "secret").await;
    hosted.registry(Ecosystem::Files, "files").await;
    let mut answers = Vec::new();
    for registry in ["secret", "files", "nowhere"] {
        let path = format!("/local/{registry}/npm/demo");
        let answer = hosted.ask_bare("PUT", &path, b"{}".to_vec(), &[]).await;
        assert_eq!(answer.status, 401);
        answers.push(answer.body);
    }
    let said: Value = serde_json::from_slice(&answers[0]).unwrap();
    assert!(
        said["error"]
            .as_str()
            .unwrap()
            .starts_with("A token is needed")
    );
    assert!(answers.iter().all(|body| *body == answers[0]));
}
