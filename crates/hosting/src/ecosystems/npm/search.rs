//! `GET -/v1/search`: packages by words in their name, description and keywords.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use super::serve;
use crate::database::packages::Found;
use crate::server::{Call, Problem};

/// How many results are given where nobody says,
const SIZE: usize = 20;
/// and at most.
const MAX_SIZE: usize = 250;
/// The most words that are looked for.
const MAX_WORDS: usize = 8;

pub(super) async fn search(call: &Call) -> Result<Response, Problem> {
    let number = |name: &str| call.query(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("size").unwrap_or(SIZE).min(MAX_SIZE);
    let from = number("from").unwrap_or(0);
    let words = words(&call.query("text").unwrap_or_default());
    let mut found = call.host().find_packages(call.registry().id).await?;
    found.retain(|one| words.iter().all(|word| matches(one, word)));
    // Those that are called so come first.
    let rank = |one: &Found| {
        let named = words
            .iter()
            .filter(|word| one.name.eq_ignore_ascii_case(word));
        let mentioned = words.iter().filter(|word| one.name.contains(word.as_str()));
        std::cmp::Reverse((named.count(), mentioned.count(), one.downloads))
    };
    found.sort_by_cached_key(|one| (rank(one), one.name.clone()));
    let total = found.len();
    let page = found.iter().skip(from).take(size);
    let body = json!({
        "objects": page.map(|one| object(call, one)).collect::<Vec<_>>(),
        "total": total,
        "time": jiff::Timestamp::now().to_string(),
    });
    Ok(serve::plain(StatusCode::OK, body))
}

/// The words of a search in lower case. A qualifier such as `keywords:` narrows nothing here: what
/// it asks for is looked for everywhere.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split([' ', ',', '+']).map(|word| {
        let qualified = ["keywords:", "scope:", "author:", "maintainer:"];
        let value = qualified.iter().find_map(|key| word.strip_prefix(key));
        value.unwrap_or(word)
    });
    let words = words.filter(|word| !word.is_empty() && !word.contains(':'));
    words.take(MAX_WORDS).map(str::to_owned).collect()
}

fn matches(found: &Found, word: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(word);
    let text = |key: &str| found.indexed.get(key).and_then(Value::as_str);
    let author = found.indexed.get("author").and_then(|one| one.get("name"));
    let keywords = found.indexed.get("keywords").and_then(Value::as_array);
    let mut keywords = keywords.into_iter().flatten().filter_map(Value::as_str);
    has(&found.name)
        || text("description").is_some_and(has)
        || author.and_then(Value::as_str).is_some_and(has)
        || keywords.any(has)
}

fn object(call: &Call, found: &Found) -> Value {
    let of = |key: &str| found.indexed.get(key).cloned().unwrap_or_default();
    let publisher = json!({"username": found.published_by, "email": ""});
    let links = json!({
        "npm": format!("{}/npm/{}", call.url(), found.name),
        "homepage": of("homepage"),
        "repository": found.indexed["repository"]["url"],
        "bugs": found.indexed["bugs"]["url"],
    });
    let mut package = json!({
        "name": found.name,
        "version": found.version,
        "description": of("description"),
        "keywords": found.indexed.get("keywords").cloned().unwrap_or_else(|| json!([])),
        "date": found.created_at.to_string(),
        "links": without_nulls(links),
        "publisher": publisher,
        "maintainers": [publisher],
    });
    if let Some(author) = found.indexed.get("author") {
        package["author"] = author.clone();
    }
    let detail = json!({"quality": 1.0, "popularity": 1.0, "maintenance": 1.0});
    json!({
        "package": package,
        "downloads": {"weekly": 0, "monthly": 0, "total": found.downloads},
        "score": {"final": 1.0, "detail": detail},
        "searchScore": 1.0,
    })
}

fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(all) = &mut value {
        all.retain(|_, value| !value.is_null());
    }
    value
}
