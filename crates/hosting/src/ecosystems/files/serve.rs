//! `GET /{org}/{registry}/files/{filename}`.

use axum::http::Method;
use axum::response::Response;

use crate::server::{Call, Problem, blob};

pub(super) async fn serve(call: Call) -> Response {
    match call.segments().as_slice() {
        ["files", name] if matches!(*call.method(), Method::GET | Method::HEAD) => {
            let key = name.to_ascii_lowercase();
            match call.host().file_by_key(call.registry(), &key).await {
                Ok(Some(file)) => blob::attachment(&call, &file).await,
                Ok(None) => Problem::NotFound("There is no such file.").plain(),
                Err(error) => Problem::from(error).plain(),
            }
        }
        ["files", _] => Problem::Method("GET, HEAD").plain(),
        _ => Problem::NotFound("Files lie below files/.").plain(),
    }
}
