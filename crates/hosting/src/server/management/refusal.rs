//! A problem as this interface says it.

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::error::HostError;
use crate::server::Problem;
use crate::server::problem::FieldProblem;

/// What a handler answers.
pub(super) type Answer = Result<Response, Refusal>;

/// A problem on its way out.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<HostError> for Refusal {
    fn from(error: HostError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let fields = match &self.0 {
            Problem::Fields(fields) => Some(fields.iter().map(said).collect()),
            Problem::Unprocessable {
                message,
                field: Some(field),
            } => Some(vec![json!({"field": field, "message": message})]),
            _ => None,
        };
        self.0.json(|message| match fields {
            Some(errors) => {
                let errors: Vec<Value> = errors;
                json!({"message": "Validation Failed", "errors": errors})
            }
            None => json!({ "message": message }),
        })
    }
}

fn said(problem: &FieldProblem) -> Value {
    json!({"field": problem.field, "message": problem.message})
}
