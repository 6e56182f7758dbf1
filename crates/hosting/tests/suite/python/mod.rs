//! Python: published, listed, downloaded, yanked; and what is refused.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod downloads;
mod hostile;
mod packages;
mod project_json;
mod simple;
mod upload;
mod yank;

use registrar_hosting::Ecosystem;

use crate::support::{Answer, Hosted};
use packages::{Built, Form};

/// A server with the private registry `py`.
async fn hosted() -> Hosted {
    let hosted = Hosted::start().await;
    hosted.registry(Ecosystem::Python, "py").await;
    hosted
}

impl Hosted {
    /// Uploads a form to `py`, as twine does.
    async fn send(&self, form: &Form) -> Answer {
        let (kind, body) = form.encode();
        let headers = [("content-type", kind.as_str())];
        self.ask("POST", "/local/py/pypi/", body, &headers).await
    }

    /// Uploads a file to `py`, which must be accepted.
    async fn publish(&self, built: &Built) {
        let answer = self.send(&Form::of(built)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// What lies below the `pypi/` of `py`.
    async fn pypi(&self, path: &str) -> Answer {
        self.pypi_as(path, &[]).await
    }

    async fn pypi_as(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let path = format!("/local/py/pypi/{path}");
        self.ask("GET", &path, vec![], headers).await
    }

    /// A project's page as JSON.
    async fn project(&self, name: &str) -> serde_json::Value {
        let accept = [("accept", "application/vnd.pypi.simple.v1+json")];
        self.pypi_as(&format!("simple/{name}/"), &accept)
            .await
            .json()
    }
}

/// A sentence of a refusal, with its status.
fn refused(answer: &Answer, status: u16, part: &str) {
    let text = answer.text();
    assert_eq!(answer.status, status, "{text}");
    assert!(text.contains(part), "{text}");
}
