//! Answers what clients ask of a repository in a registry that they may read.

use axum::http::Method;

use super::entrance::{check_repository, nowhere};
use super::refusal::{Answered, Refusal};
use super::route::{Route, parse};
use super::{blobs, lists, manifests, publish, uploads};
use crate::server::Call;

pub(super) async fn serve(call: Call) -> Answered {
    let route = parse(&call.segments());
    if let Some(repository) = route.repository() {
        check_repository(repository)?;
    }
    let method = call.method().clone();
    let reads = matches!(method, Method::GET | Method::HEAD);
    match &route {
        Route::Manifest(name, reference) if reads => manifests::send(&call, name, reference).await,
        Route::Manifest(name, reference) => match method {
            Method::PUT => publish::publish(&call, name, reference).await,
            Method::DELETE => manifests::delete(&call, name, reference).await,
            _ => Err(Refusal::method("GET, HEAD, PUT, DELETE")),
        },
        Route::Blob(name, digest) if reads => blobs::send(&call, name, digest).await,
        Route::Blob(name, digest) => match method {
            Method::DELETE => blobs::delete(&call, name, digest).await,
            _ => Err(Refusal::method("GET, HEAD, DELETE")),
        },
        Route::Uploads(name) => match method {
            Method::POST => uploads::begin(&call, name).await,
            _ => Err(Refusal::method("POST")),
        },
        Route::Upload(name, id) => match method {
            Method::GET | Method::HEAD => uploads::status(&call, name, *id),
            Method::PATCH => uploads::append(&call, name, *id).await,
            Method::PUT => uploads::finish(&call, name, *id).await,
            Method::DELETE => uploads::cancel(&call, name, *id),
            _ => Err(Refusal::method("GET, PATCH, PUT, DELETE")),
        },
        Route::Tags(name) if reads => lists::tags(&call, name).await,
        Route::Referrers(name, digest) if reads => lists::referrers(&call, name, digest).await,
        Route::Tags(_) | Route::Referrers(..) => Err(Refusal::method("GET, HEAD")),
        Route::Unknown => Err(nowhere(&route)),
    }
}
