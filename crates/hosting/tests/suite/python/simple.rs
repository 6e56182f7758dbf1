//! The simple index in all its forms.

use registrar_hosting::{Ecosystem, Scope};
use serde_json::json;

use super::hosted;
use super::packages::{sdist, wheel, wheel_with};
use crate::support::Hosted;

const JSON: &str = "application/vnd.pypi.simple.v1+json";
const HTML: &str = "application/vnd.pypi.simple.v1+html";

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_listed_with_all_that_installers_need() {
    let hosted = hosted().await;
    let (built, source) = (wheel("my_demo", "1.0"), sdist("my_demo", "1.0"));
    hosted.publish(&built).await;
    hosted.publish(&source).await;
    let answer = hosted.pypi_as("simple/my-demo/", &[("accept", JSON)]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, JSON));
    assert!(answer.header("vary").contains("Accept"));
    let page = answer.json();
    assert_eq!(page["meta"], json!({"api-version": "1.1"}));
    assert_eq!(
        (&page["name"], &page["versions"]),
        (&json!("my-demo"), &json!(["1.0"]))
    );
    let (first, second) = (&page["files"][0], &page["files"][1]);
    assert_eq!(first["filename"], built.name.as_str());
    assert_eq!(first["requires-python"], ">=3.8");
    assert_eq!(first["size"], built.content.len());
    assert_eq!(first["yanked"], false);
    assert_eq!(first["core-metadata"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(second["filename"], source.name.as_str());
    assert_eq!(second["core-metadata"], false);
    assert!(second.get("requires-python").is_none());
    let uploaded = first["upload-time"].as_str().unwrap();
    let (seconds, fraction) = uploaded.split_once('.').unwrap();
    assert_eq!((seconds.len(), fraction.len()), (19, 7), "{uploaded}");
    assert!(fraction.ends_with('Z'));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_html_page_says_the_same_and_escapes_everything() {
    let hosted = hosted().await;
    hosted
        .publish(&wheel_with("demo", "1.0", "Requires-Python: >=3.8,<4\n"))
        .await;
    let reason = br#"{"reason": "it's <b>\"bad\"</b> & old"}"#.to_vec();
    let yanked = hosted
        .ask("POST", "/local/py/pypi/pypi/demo/1.0/yank", reason, &[])
        .await;
    assert_eq!(yanked.status, 200, "{}", yanked.text());
    let html = hosted.pypi("simple/demo/").await;
    assert_eq!(html.header("content-type"), "text/html; charset=utf-8");
    let text = html.text();
    for part in [
        "<meta name=\"pypi:repository-version\" content=\"1.1\">",
        "data-requires-python=\"&gt;=3.8,&lt;4\"",
        "data-yanked=\"it&#x27;s &lt;b&gt;&quot;bad&quot;&lt;/b&gt; &amp; old\"",
        "data-core-metadata=\"sha256=",
        "data-dist-info-metadata=\"sha256=",
        "#sha256=",
        ">demo-1.0-py3-none-any.whl</a>",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let named = hosted.pypi_as("simple/demo/", &[("accept", HTML)]).await;
    assert_eq!((named.header("content-type"), named.text()), (HTML, text));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_negotiated() {
    let hosted = hosted().await;
    hosted.publish(&wheel("demo", "1.0")).await;
    for path in ["simple/", "simple/demo/"] {
        let pip = format!("{JSON}, {HTML}; q=0.1, text/html; q=0.01");
        let asked = hosted.pypi_as(path, &[("accept", &pip)]).await;
        assert_eq!(asked.header("content-type"), JSON);
        let none = hosted
            .pypi_as(path, &[("accept", "application/json")])
            .await;
        assert_eq!(none.status, 406);
        assert!(none.header("vary").contains("Accept"));
        assert!(none.text().contains(JSON));
        let by_query = hosted.pypi(&format!("{path}?format={JSON}")).await;
        assert_eq!(by_query.header("content-type"), JSON);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_spellings_lead_to_the_normal_one() {
    let hosted = hosted().await;
    hosted.publish(&wheel("my_demo", "1.0")).await;
    for (path, to) in [
        ("simple", "/local/py/pypi/simple/"),
        ("simple/my-demo", "/local/py/pypi/simple/my-demo/"),
        ("simple/My.__Demo", "/local/py/pypi/simple/my-demo/"),
        ("simple/My_Demo/", "/local/py/pypi/simple/my-demo/"),
    ] {
        let answer = hosted.pypi(path).await;
        assert_eq!(answer.status, 301, "{path}");
        let from = url::Url::parse(&hosted.url(&format!("/local/py/pypi/{path}"))).unwrap();
        let led = from.join(answer.header("location")).unwrap();
        assert_eq!(led.path(), to, "{path}");
        assert_eq!(hosted.ask("GET", led.path(), vec![], &[]).await.status, 200);
    }
    let kept = hosted.pypi(&format!("simple/My_Demo?format={JSON}")).await;
    assert!(
        kept.header("location")
            .starts_with("my-demo/?format=application")
    );
    for nothing in [
        "simple/-demo/",
        "simple/d%20emo/",
        "simple/d%2femo/",
        "simple/other/",
        "simple/demo/x/",
        "other",
    ] {
        assert_eq!(hosted.pypi(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_projects_are_listed_and_what_was_published_a_moment_ago_is_seen() {
    let hosted = hosted().await;
    let names = async |hosted: &Hosted| {
        hosted.pypi_as("simple/", &[("accept", JSON)]).await.json()["projects"].clone()
    };
    assert_eq!(names(&hosted).await, json!([]));
    hosted.publish(&wheel("Zeta", "1.0")).await;
    hosted.publish(&wheel("alpha_one", "1.0")).await;
    assert_eq!(
        names(&hosted).await,
        json!([{"name": "alpha_one"}, {"name": "Zeta"}])
    );
    let html = hosted.pypi("simple/").await.text();
    assert!(
        html.contains("<a href=\"alpha-one/\">alpha_one</a>"),
        "{html}"
    );
    let etag = hosted.pypi("simple/zeta/").await.header("etag").to_owned();
    let same = hosted
        .pypi_as("simple/zeta/", &[("if-none-match", &etag)])
        .await;
    assert_eq!((same.status, same.body.len()), (304, 0));
    hosted.publish(&wheel("Zeta", "2.0")).await;
    let new = hosted
        .pypi_as("simple/zeta/", &[("if-none-match", &etag)])
        .await;
    assert_eq!(new.status, 200);
    let head = hosted
        .ask("HEAD", "/local/py/pypi/simple/zeta/", vec![], &[])
        .await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), new.body.len().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_in_the_order_of_pep_440_and_the_newest_final_one_is_the_latest() {
    let hosted = hosted().await;
    for version in ["1.10", "1.9", "2.0rc1", "2.0.dev3", "1.9.post1", "1!0.1a1"] {
        hosted.publish(&wheel("demo", version)).await;
    }
    let page = hosted.project("demo").await;
    let expected = ["1.9", "1.9.post1", "1.10", "2.0.dev3", "2.0rc1", "1!0.1a1"];
    assert_eq!(page["versions"], json!(expected));
    let info = hosted.pypi("pypi/demo/json").await.json()["info"].clone();
    assert_eq!(info["version"], "1.10");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_index_is_there_for_those_with_a_token_only() {
    let hosted = hosted().await;
    hosted.publish(&wheel("demo", "1.0")).await;
    let reader = format!("Bearer {}", hosted.token_with(&[Scope::ReadPackages]).await);
    for path in [
        "simple/",
        "simple/demo/",
        "simple/nothing/",
        "pypi/demo/json",
        "files/demo/0123456789abcdef/x.whl",
    ] {
        let bare = hosted
            .ask_bare("GET", &format!("/local/py/pypi/{path}"), vec![], &[])
            .await;
        let nowhere = hosted
            .ask_bare("GET", &format!("/local/no/pypi/{path}"), vec![], &[])
            .await;
        assert_eq!((bare.status, nowhere.status), (401, 401), "{path}");
        assert_eq!(bare.body, nowhere.body);
    }
    let headers = [("authorization", reader.as_str())];
    let read = hosted
        .ask_bare("GET", "/local/py/pypi/simple/demo/", vec![], &headers)
        .await;
    assert_eq!(read.status, 200);
    hosted.public_registry(Ecosystem::Python, "open").await;
    let open = hosted
        .ask_bare("GET", "/local/open/pypi/simple/", vec![], &[])
        .await;
    assert_eq!(open.status, 200);
}
