//! The log: one file per day, two weeks of them. Never a secret: secrets have no `Display`.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// How many daily files are kept.
const KEPT_FILES: usize = 14;

/// What is logged where `$REGISTRAR_LOG` says nothing else.
const DEFAULT_FILTER: &str = "warn,registrar=info";

/// Logs to `folder` from now on. Where that cannot be written, Registrar runs without a log.
pub(crate) fn start(folder: &Path) {
    // The appender looks for old files before it makes the folder, and complains.
    let _ = fs_err::create_dir_all(folder);
    let Ok(file) = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("registrar")
        .filename_suffix("log")
        .max_log_files(KEPT_FILES)
        .build(folder)
    else {
        return;
    };
    // Each line is written at once: what a crash would swallow is what one looks for after it.
    tracing_subscriber::fmt()
        .with_env_filter(filter())
        .with_ansi(false)
        .with_writer(file)
        .init();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "Registrar starts");
}

/// Targets by prefix: `registrar` is every crate of ours.
fn filter() -> EnvFilter {
    EnvFilter::try_from_env("REGISTRAR_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER))
}
