//! Errors in the form and with the codes of the distribution specification.

use std::borrow::Cow;

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::digest::DigestError;
use crate::error::HostError;
use crate::images::ImageError;
use crate::server::Problem;

/// Why something was not done.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    code: &'static str,
    message: Cow<'static, str>,
    detail: Value,
    headers: Vec<(HeaderName, String)>,
}

/// What a handler answers.
pub(super) type Answered = Result<Response, Refusal>;

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            detail: Value::Null,
            headers: Vec::new(),
        }
    }

    /// The request itself is wrong.
    pub(super) fn bad(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// What was asked for is not there.
    pub(super) fn missing(code: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// The path is one for other methods.
    pub(super) fn method(allowed: &'static str) -> Self {
        let text = "This cannot be done here with this method.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "UNSUPPORTED", text)
            .with(header::ALLOW, allowed.to_owned())
    }

    /// The same with a header.
    pub(super) fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same with more about it, for programs.
    pub(super) fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    pub(super) fn answer(self) -> Response {
        let error = json!({"code": self.code, "message": self.message, "detail": self.detail});
        let mut answer = (self.status, axum::Json(json!({"errors": [error]}))).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        answer
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let status = problem.status();
        let code = match status {
            StatusCode::UNAUTHORIZED => "UNAUTHORIZED",
            StatusCode::FORBIDDEN => "DENIED",
            StatusCode::NOT_FOUND => "NAME_UNKNOWN",
            StatusCode::PAYLOAD_TOO_LARGE => "SIZE_INVALID",
            StatusCode::TOO_MANY_REQUESTS => "TOOMANYREQUESTS",
            status if status.is_server_error() => "UNKNOWN",
            _ => "UNSUPPORTED",
        };
        let refusal = Self::new(status, code, problem.message().to_owned());
        match status {
            StatusCode::TOO_MANY_REQUESTS => refusal.with(header::RETRY_AFTER, "60".to_owned()),
            _ => refusal,
        }
    }
}

impl From<HostError> for Refusal {
    fn from(error: HostError) -> Self {
        match error {
            HostError::Interrupted => Self::bad("BLOB_UPLOAD_INVALID", error.to_string()),
            HostError::Rejected(rejection) => Self::bad("MANIFEST_INVALID", rejection.0),
            error => Problem::from(error).into(),
        }
    }
}

impl From<DigestError> for Refusal {
    fn from(error: DigestError) -> Self {
        Self::bad("DIGEST_INVALID", error.to_string())
    }
}

impl From<ImageError> for Refusal {
    fn from(error: ImageError) -> Self {
        let message = error.to_string();
        match error {
            ImageError::Host(error) => error.into(),
            ImageError::Size(_) => Self::bad("MANIFEST_INVALID", message),
            ImageError::Missing(digests) => {
                let digests: Vec<_> = digests.iter().take(100).map(ToString::to_string).collect();
                Self::bad("MANIFEST_BLOB_UNKNOWN", message).detail(json!({"digests": digests}))
            }
        }
    }
}
