//! Clients of container registries that come from `PyPI`: oras, and helm's own library, installed once
//! into an environment beside the built programs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::installed::{installed, run};

/// What is installed. One that changes makes a new environment.
const PACKAGES: [&str; 2] = ["oras==0.2.43", "cffi==2.0.0"];
/// Says that it needs a newer Python than Debian's, and does not.
const HELM: &str = "helm-sdkpy==0.1.32";

/// The folder of the `python` that has them; installs them the first time.
pub fn oci_tools() -> PathBuf {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(install).clone()
}

fn install() -> PathBuf {
    let [oras, cffi] = PACKAGES;
    let home = installed("oci-clients", &[oras, cffi, HELM], |home| {
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
        let python = home.join("bin/python");
        run(Command::new(&python).args(pip).args(PACKAGES));
        let as_it_is = ["--no-deps", "--ignore-requires-python", HELM];
        run(Command::new(&python).args(pip).args(as_it_is));
    });
    home.join("bin")
}

/// A program's own environment variables and nothing of the person's who runs the tests: no login of
/// theirs, no storage.
pub fn oci_environment(command: &mut Command, home: &Path) {
    let path = std::env::var("PATH").unwrap_or_default();
    command
        .env_clear()
        .env("PATH", format!("{}:{path}", oci_tools().display()))
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("DOCKER_CONFIG", home.join("docker"))
        .env("REGISTRY_AUTH_FILE", home.join("auth.json"))
        .env("XDG_RUNTIME_DIR", home.join("run"));
}
