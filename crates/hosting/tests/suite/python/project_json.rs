//! Projects as JSON.

use serde_json::json;

use super::hosted;
use super::packages::{sdist, wheel, wheel_with};

const MORE: &str = "Summary: Does things\nAuthor-email: Ada <ada@example.org>\nLicense-Expression: MIT\n\
Classifier: Programming Language :: Python :: 3\nProject-URL: Homepage, https://example.org/\n\
Requires-Dist: left (>=1.0)\nRequires-Dist: right[fast]~=2.0; extra == \"all\"\nProvides-Extra: all\n\
Requires-Python: >=3.8\nDescription-Content-Type: text/markdown; charset=UTF-8\n\n# Demo\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_there_as_json() {
    let hosted = hosted().await;
    hosted.publish(&wheel("demo", "0.9")).await;
    hosted.publish(&wheel_with("demo", "1.0", MORE)).await;
    hosted.publish(&sdist("demo", "1.0")).await;
    let document = hosted.pypi("pypi/Demo/json").await.json();
    let info = &document["info"];
    assert_eq!(
        (&info["name"], &info["version"]),
        (&json!("demo"), &json!("1.0"))
    );
    assert_eq!(info["summary"], "Does things");
    assert_eq!(info["author_email"], "Ada <ada@example.org>");
    assert_eq!(info["license_expression"], "MIT");
    assert_eq!(
        info["requires_dist"],
        json!(["left (>=1.0)", "right[fast]~=2.0; extra == \"all\""])
    );
    assert_eq!(
        info["project_urls"],
        json!({"Homepage": "https://example.org/"})
    );
    assert_eq!(info["description"], "# Demo\n");
    assert_eq!(document["urls"].as_array().unwrap().len(), 2);
    assert_eq!(document["releases"].as_object().unwrap().len(), 2);
    let url = document["urls"][0]["url"].as_str().unwrap();
    let path = url.strip_prefix(&*hosted.url("")).unwrap();
    let file = hosted.ask("GET", path, vec![], &[]).await;
    assert_eq!(file.status, 200);
    assert_eq!(document["urls"][0]["size"], file.body.len());
    let old = hosted.pypi("pypi/demo/0.9.0/json").await.json();
    assert_eq!(old["info"]["version"], "0.9");
    assert!(old.get("releases").is_none());
    for nothing in ["pypi/other/json", "pypi/demo/3.0/json"] {
        assert_eq!(hosted.pypi(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_package_says_of_itself_is_kept_for_its_page() {
    let hosted = hosted().await;
    hosted.publish(&wheel_with("demo", "1.0", MORE)).await;
    let registry = hosted.host.registry("py").unwrap();
    let package = hosted
        .host
        .package(&registry, "demo")
        .await
        .unwrap()
        .unwrap();
    let version = hosted
        .host
        .version(&registry, package.id, "1.0.0")
        .await
        .unwrap()
        .unwrap();
    let about = version.about;
    assert_eq!(about.summary, "Does things");
    let fact = |label: &str| {
        about
            .facts
            .iter()
            .find(|fact| fact.label == label)
            .map(|fact| fact.value.as_str())
    };
    assert_eq!(fact("License"), Some("MIT"));
    assert_eq!(fact("Requires Python"), Some(">=3.8"));
    assert_eq!(fact("Author"), Some("Ada <ada@example.org>"));
    assert_eq!(fact("Homepage"), Some("https://example.org/"));
    let needs: Vec<_> = about
        .dependencies
        .iter()
        .map(|one| {
            (
                one.name.as_str(),
                one.requirement.as_str(),
                one.group.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        needs,
        [
            ("left", "(>=1.0)", None),
            ("right", "[fast]~=2.0; extra == \"all\"", Some("all"))
        ]
    );
    let readme = about.readme.unwrap();
    assert_eq!(readme.format, registrar_hosting::ReadmeFormat::Markdown);
    assert_eq!(readme.text, "# Demo\n");
}
