//! The document that describes this interface to programs, `OpenAPI` 3.1.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::server::Server;

/// Written by hand; the tests hold every route and every answer against it.
pub(super) const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /openapi.json`: the same for everybody, but for the address by which it was asked for.
pub(super) async fn show(State(server): State<Arc<Server>>, parts: Parts) -> Response {
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap_or_default();
    document["servers"] = json!([{"url": format!("{}/api/v2", server.base_of(&parts))}]);
    Json(document).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::DOCUMENT;
    use crate::ecosystems::Ecosystem;
    use crate::server::management::table;
    use crate::tokens::Scope;

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).unwrap()
    }

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        let described = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        });
        let served = table().into_iter();
        let served = served.map(|(method, path, _)| format!("{method} {path}"));
        assert_eq!(
            described.collect::<BTreeSet<_>>(),
            served.collect::<BTreeSet<_>>()
        );
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let document = document();
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|path| path.as_object().unwrap());
        let names: Vec<_> = operations.map(|(_, one)| &one["operationId"]).collect();
        let distinct: BTreeSet<_> = names.iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn scopes_and_ecosystems_are_all_there() {
        let schemas = &document()["components"]["schemas"];
        let scopes: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        assert_eq!(schemas["Scope"]["enum"], Value::from(scopes));
        let ecosystems: Vec<_> = Ecosystem::ALL.iter().map(|one| one.as_str()).collect();
        assert_eq!(schemas["Ecosystem"]["enum"], Value::from(ecosystems));
    }
}
