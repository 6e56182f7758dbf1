//! Clients of Python registries, installed once from `PyPI` into an environment beside the built
//! programs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::installed::{installed, run};

/// What is installed. One that changes makes a new environment.
const PACKAGES: [&str; 3] = ["pip==26.3", "twine==7.0.0", "uv==0.13.9"];

/// The folder of `pip`, `twine`, `uv` and `python`; installs them the first time.
pub fn python_tools() -> PathBuf {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(install).clone()
}

fn install() -> PathBuf {
    let home = installed("python-clients", &PACKAGES, |home| {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(home));
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        run(Command::new(home.join("bin/python"))
            .args(pip)
            .args(PACKAGES));
    });
    home.join("bin")
}

/// A program's own environment variables and nothing of the person's who runs the tests: no index
/// that they have set up, no cache.
pub fn python_environment(command: &mut Command, home: &Path) {
    let path = std::env::var("PATH").unwrap_or_default();
    command
        .env_clear()
        .env("PATH", format!("{}:{path}", python_tools().display()))
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("UV_NO_CONFIG", "1")
        .env("UV_PYTHON_DOWNLOADS", "never")
        .env("UV_CACHE_DIR", home.join("uv-cache"));
}
