//! The log: one JSON object a line, on stderr.

use std::env;
use std::io;

use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// What is logged where `$REGISTRAR_LOG` says nothing else.
const DEFAULT: &str = "info";
const VARIABLE: &str = "REGISTRAR_LOG";

/// Starts the log.
pub(crate) fn start() -> Result<(), Failure> {
    let filter = match env::var(VARIABLE) {
        Ok(text) => EnvFilter::try_new(text),
        Err(_) => EnvFilter::try_new(DEFAULT),
    };
    let filter = filter.map_err(|error| Failure::Arguments(format!("{VARIABLE}: {error}")))?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    Ok(())
}
