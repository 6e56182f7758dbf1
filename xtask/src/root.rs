//! Where things lie in the repository.

use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The front end.
pub(crate) fn ui() -> PathBuf {
    root().join("ui")
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Tools that the system does not have, or only in too old a version.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}
