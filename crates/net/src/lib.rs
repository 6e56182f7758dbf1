//! How Registrar talks to a registry: proxies, TLS rules, and why a connection failed.
//!
//! One [`Http`] serves any number of registries. A request runs step by step (resolve,
//! connect, TLS, answer, body), each reported to a [`Trace`], and ends in an [`Answer`] or
//! in a [`Failure`] whose kind comes from error codes, never from error texts.
//!
//! Invariants:
//! - A credential goes only to the origin it belongs to, only over https unless the person
//!   allows otherwise, and never across a redirect to another origin. No failure contains it.
//! - Every request is bounded in time and its body in size, also after decompression.
//! - Dropping a request's future closes its connection.

mod answer;
mod body;
mod cache;
mod certificate;
mod client;
mod connect;
mod download;
mod failure;
mod identity;
mod kept;
mod locality;
mod outgoing;
mod probe;
mod proxy;
mod redirect;
mod request;
mod route;
mod send;
mod session;
mod text;
mod tls;
mod trace;
mod trust;

pub use answer::Answer;
pub use certificate::CertificateFacts;
pub use client::{Http, Settings};
pub use download::Download;
pub use failure::{Failure, FailureKind};
pub use hyper::{HeaderMap, Method, StatusCode, header};
pub use identity::{ClientIdentity, IdentityError};
pub use locality::Locality;
pub use outgoing::{Feed, Outgoing};
pub use proxy::{ProxyRule, system_proxy};
pub use redirect::Follow;
pub use request::{Authorization, Extra, Get, Request};
pub use session::Session;
pub use text::clean;
pub use tls::Tls;
pub use trace::{Step, StepResult, StepState, Trace};
