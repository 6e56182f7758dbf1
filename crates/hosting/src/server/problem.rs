//! What is answered when something is not done. Each ecosystem has its own form for the sentence.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::access::Verdict;
use crate::error::HostError;
use crate::tokens::Scope;

/// What is wrong with a field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its name.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Why a request is not answered with what was asked for.
#[derive(Debug)]
pub enum Problem {
    /// The request cannot be understood.
    Bad(Cow<'static, str>),
    /// Whoever asks has to say who they are.
    Unauthorized,
    /// They may not do this.
    Forbidden(Cow<'static, str>),
    /// It is not there.
    NotFound(&'static str),
    /// It is there, but not for this method; these are allowed.
    Method(&'static str),
    /// No form of the answer that the client accepts.
    NotAcceptable(&'static str),
    /// It is there already.
    Conflict(String),
    /// It is too large.
    TooLarge(String),
    /// It is understood and refused.
    Unprocessable {
        /// Why.
        message: String,
        /// Which field is wrong, where one is.
        field: Option<&'static str>,
    },
    /// It is understood and refused because of several fields.
    Fields(Vec<FieldProblem>),
    /// Too much was asked for in a minute.
    TooMany,
    /// There is no room for it.
    Full(String),
    /// Its bytes are lost or damaged.
    Lost(String),
    /// Something went wrong here; the log says what.
    Internal,
}

impl Problem {
    /// The status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unprocessable { .. } | Self::Fields(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal | Self::Lost(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        match self {
            Self::Bad(message) | Self::Forbidden(message) => message,
            Self::Unauthorized => {
                "A token is needed here: the registry is private, or this changes something. \
                 Use one of its tokens as the password, with any user name."
            }
            Self::NotFound(message) | Self::NotAcceptable(message) => message,
            Self::Method(_) => "This cannot be done here with this method.",
            Self::Conflict(message)
            | Self::TooLarge(message)
            | Self::Full(message)
            | Self::Lost(message)
            | Self::Unprocessable { message, .. } => message,
            Self::Fields(fields) => fields.first().map_or("", |field| &field.message),
            Self::TooMany => "Too many requests. Wait a minute before making more.",
            Self::Internal => "Something went wrong in the server. Its log says more.",
        }
    }

    /// The answer as plain text.
    pub fn plain(self) -> Response {
        let text = format!("{}\n", self.message());
        self.answer("text/plain; charset=utf-8", text.into())
    }

    /// The answer as JSON, in the form that `shape` gives the sentence.
    pub fn json(self, shape: impl FnOnce(&str) -> Value) -> Response {
        let text = shape(self.message()).to_string();
        self.answer("application/json", text.into())
    }

    /// The answer with this body.
    pub fn answer(self, content_type: &'static str, body: Body) -> Response {
        let mut answer = (self.status(), body).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if matches!(self, Self::Unauthorized) {
            let challenge =
                HeaderValue::from_static("Basic realm=\"Registrar\", charset=\"UTF-8\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        // Where none are named, the router says which are allowed.
        if let Self::Method(allowed) = self
            && !allowed.is_empty()
        {
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        answer
    }

    /// What a verdict means for whoever asked; nothing where they are allowed.
    pub fn of(verdict: Verdict) -> Result<(), Self> {
        match verdict {
            Verdict::Allowed => Ok(()),
            Verdict::Unknown => Err(Self::Unauthorized),
            Verdict::Hidden => Err(Self::NotFound("There is no such registry.")),
            Verdict::Forbidden(scope) => Err(Self::forbidden(scope)),
        }
    }

    fn forbidden(scope: Scope) -> Self {
        let message = format!("This token may not {}.", scope.in_words());
        Self::Forbidden(message.into())
    }
}

impl From<HostError> for Problem {
    fn from(error: HostError) -> Self {
        let message = error.to_string();
        match error {
            HostError::Name(_) | HostError::SlugTaken { .. } => Self::Unprocessable {
                message,
                field: Some("name"),
            },
            HostError::Invalid { field, .. } => Self::Unprocessable {
                message,
                field: Some(field),
            },
            HostError::Rejected(_) => Self::Unprocessable {
                message,
                field: None,
            },
            HostError::NotFound(_) => Self::NotFound("There is no such thing here."),
            HostError::Exists { .. } | HostError::Retired { .. } => Self::Conflict(message),
            HostError::TooLarge { .. } => Self::TooLarge(message),
            HostError::DiskFull => Self::Full(message),
            HostError::Interrupted | HostError::DigestMismatch { .. } => Self::Bad(message.into()),
            HostError::Forbidden(_) => Self::Forbidden(message.into()),
            HostError::Broken => Self::Lost(message),
            error => {
                tracing::error!(%error, "a request failed");
                Self::Internal
            }
        }
    }
}
