//! Clients of Python registries, installed once from `PyPI` into an environment beside the built
//! programs.

#![expect(
    clippy::expect_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// What is installed. One that changes makes a new environment.
const PACKAGES: [&str; 3] = ["pip==26.3", "twine==7.0.0", "uv==0.13.9"];

/// The folder of `pip`, `twine`, `uv` and `python`; installs them the first time.
pub fn python_tools() -> PathBuf {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(install).clone()
}

fn install() -> PathBuf {
    let own = std::env::current_exe().expect("this program");
    // `target/debug/deps/{test}`
    let target = own.ancestors().nth(3).expect("a target folder");
    let home = target.join("tools").join("python-clients");
    fs::create_dir_all(&home).expect("a folder for tools");
    let lock = File::create(home.join("lock")).expect("a lock");
    // Another program of ours may be at it.
    lock.lock().expect("the lock");
    let (bin, installed) = (home.join("bin"), home.join("installed"));
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&installed).is_ok_and(|there| there == wanted) {
        return bin;
    }
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(&home));
    let python = bin.join("python");
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    run(Command::new(python).args(pip).args(PACKAGES));
    fs::write(&installed, wanted).expect("a note of what is installed");
    bin
}

/// Runs something that must succeed.
fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("python3");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
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
