//! Figures for Prometheus. They name no registry, package or token, so anybody may see them.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::{Problem, Server};
use crate::model::RegistryCounts;

/// What is counted while the server runs.
#[derive(Default)]
pub(super) struct Metrics {
    /// Answers by the first digit of their status.
    answers: [AtomicU64; 6],
}

impl Metrics {
    pub(super) fn count(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100);
        if let Some(counter) = self.answers.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The figures in Prometheus' text format.
pub(super) async fn show(State(server): State<Arc<Server>>) -> Response {
    match text(&server).await {
        Ok(text) => {
            let kind = (
                header::CONTENT_TYPE,
                "text/plain; version=0.0.4; charset=utf-8",
            );
            ([kind], text).into_response()
        }
        Err(problem) => problem.plain(),
    }
}

async fn text(server: &Server) -> Result<String, Problem> {
    let counts = server.host.counts().await?;
    let sum = |of: fn(&RegistryCounts) -> u64| counts.values().map(of).sum::<u64>();
    let used = server.host.used_bytes().await?;
    let mut text = String::new();
    for (name, help, value) in [
        ("registries", "Source registries.", counts.len() as u64),
        ("packages", "Packages (names).", sum(|one| one.packages)),
        ("versions", "Versions of packages.", sum(|one| one.versions)),
        ("files", "Files of versions.", sum(|one| one.files)),
        (
            "downloads_total",
            "Downloads of files.",
            sum(|one| one.downloads),
        ),
        (
            "stored_bytes",
            "Bytes of all blobs, each counted once.",
            used,
        ),
        (
            "changing_requests",
            "Requests under way that change something.",
            server.changing().into(),
        ),
    ] {
        figure(&mut text, name, help, value);
    }
    if let Some(free) = server.host.free_bytes() {
        figure(
            &mut text,
            "free_bytes",
            "Bytes free on the disk of the packages.",
            free,
        );
    }
    answers(&mut text, &server.metrics);
    Ok(text)
}

/// A figure with what Prometheus wants to know of it. A name that ends in `_total` only grows.
fn figure(text: &mut String, name: &str, help: &str, value: u64) {
    let kind = if name.ends_with("_total") {
        "counter"
    } else {
        "gauge"
    };
    let _ = write!(
        text,
        "# HELP registrar_{name} {help}\n# TYPE registrar_{name} {kind}\nregistrar_{name} {value}\n"
    );
}

fn answers(text: &mut String, metrics: &Metrics) {
    text.push_str("# HELP registrar_answers_total Answers by the class of their status.\n");
    text.push_str("# TYPE registrar_answers_total counter\n");
    for (class, count) in metrics.answers.iter().enumerate().skip(2) {
        let count = count.load(Ordering::Relaxed);
        let _ = writeln!(
            text,
            "registrar_answers_total{{class=\"{class}xx\"}} {count}"
        );
    }
}
