//! A blank Tauri window: the floor under Registrar's own figures in `cargo xtask bench`.

use tauri::http::Response;
use tauri::{WebviewUrl, WebviewWindowBuilder};

/// One word, so that a bench can see when it is painted.
const PAGE: &str = "<!doctype html><title>Blank</title><h1>Blank</h1>";

#[expect(
    clippy::exit,
    reason = "the macro's own, for a thread that cannot be started"
)]
fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .register_uri_scheme_protocol("blank", |_, _| {
            let page = Response::builder().header("content-type", "text/html");
            page.body(PAGE.as_bytes()).unwrap_or_default()
        })
        .setup(|app| {
            let page = WebviewUrl::CustomProtocol("blank://localhost".parse()?);
            WebviewWindowBuilder::new(app, "main", page)
                .inner_size(1280.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
