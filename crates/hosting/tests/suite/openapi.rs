//! Holds every answer of the management interface, whichever test asked for it, against the
//! document that describes it.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{Answer, Hosted};

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let text = include_str!("../../src/server/management/openapi.json");
    Document::new(&serde_json::from_str(text).unwrap())
});

/// What a method does at a path, and what it answers.
struct Operation {
    method: String,
    path: Vec<String>,
    /// Whether there is JSON by status, `default` for all that are not named.
    answers: HashMap<String, Option<Validator>>,
}

struct Document(Vec<Operation>);

impl Document {
    fn new(document: &Value) -> Self {
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().iter();
            methods.map(|(method, operation)| Operation {
                method: method.to_uppercase(),
                path: path.split('/').map(str::to_owned).collect(),
                answers: answers(document, operation),
            })
        });
        Self(operations.collect())
    }

    fn find(&self, method: &str, path: &str) -> Option<&Operation> {
        let parts: Vec<_> = path.split('/').collect();
        let fits = |operation: &&Operation| {
            operation.method == method
                && operation.path.len() == parts.len()
                && operation.path.iter().zip(&parts).all(|(wanted, part)| {
                    wanted == part || (wanted.starts_with('{') && !part.is_empty())
                })
        };
        let literal = |operation: &&Operation| {
            let fixed = |part: &&String| !part.starts_with('{');
            operation.path.iter().filter(fixed).count()
        };
        self.0.iter().filter(fits).max_by_key(literal)
    }
}

fn answers(document: &Value, operation: &Value) -> HashMap<String, Option<Validator>> {
    let validator = |answer: &Value| {
        let answer = match answer["$ref"].as_str() {
            Some(reference) => document.pointer(&reference[1..]).unwrap(),
            None => answer,
        };
        let schema = answer.pointer("/content/application~1json/schema")?;
        let whole = json!({"allOf": [schema], "components": document["components"]});
        let made = jsonschema::options()
            .should_validate_formats(true)
            .build(&whole);
        Some(made.unwrap())
    };
    let answers = operation["responses"].as_object().unwrap().iter();
    answers
        .map(|(status, answer)| (status.clone(), validator(answer)))
        .collect()
}

/// Fails where the document says something else.
pub(crate) fn check(method: &str, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let Some(path) = path.strip_prefix("/api/v2") else {
        return;
    };
    let Some(operation) = DOCUMENT.find(method, path) else {
        let told = answer.status >= 400 || method == "HEAD";
        assert!(told, "{method} {path} is answered, and is not described");
        return;
    };
    let status = answer.status.to_string();
    let described = operation.answers.get(&status).or_else(|| {
        assert!(answer.status >= 400, "{method} {path}: {status}");
        operation.answers.get("default")
    });
    // The guard, which comes before, says its sentence as plain text.
    let json = answer.header("content-type") == "application/json";
    if let (true, Some(Some(schema))) = (json, described) {
        let body = answer.json();
        let wrong: Vec<_> = schema
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{method} {path}: {wrong:#?}\n{body:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_there_for_everybody_with_the_address_asked_for() {
    let hosted = Hosted::start().await;
    let answer = hosted.ask_bare("GET", "/api/v2/openapi.json", vec![], &[]);
    let document = answer.await.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], hosted.url("/api/v2"));
}

#[test]
#[should_panic(expected = "is not described")]
fn what_is_not_described_is_found_out() {
    check("GET", "/api/v2/secrets", &given(200, &json!({})));
}

#[test]
#[should_panic(expected = "Additional properties")]
fn a_field_too_many_is_found_out() {
    let body = json!({"removed": 0, "bytes": 0, "more": 1});
    check("POST", "/api/v2/storage/collect", &given(200, &body));
}

fn given(status: u16, body: &Value) -> Answer {
    let mut headers = ureq::http::HeaderMap::new();
    headers.insert("content-type", "application/json".parse().unwrap());
    Answer {
        status,
        headers,
        body: body.to_string().into_bytes(),
    }
}
