//! Clients of npm registries, installed once from npm's own beside the built programs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::installed::{installed, run};

/// What is installed, each into a folder of its own: two of them are called `yarn`. One that
/// changes makes all of them anew.
const PACKAGES: [&str; 4] = [
    "npm@11.21.2",
    "pnpm@12.21.0",
    "yarn@1.22.22",
    "@yarnpkg/cli-dist@4.18.1",
];
const FOLDERS: [&str; 4] = ["npm", "pnpm", "yarn-1", "yarn"];

/// The folder that holds a folder of programs for each client; installs them the first time.
fn npm_tools() -> PathBuf {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(install).clone()
}

fn install() -> PathBuf {
    installed("npm-clients", &PACKAGES, |home| {
        for (folder, package) in FOLDERS.iter().zip(PACKAGES) {
            let npm = ["install", "--no-audit", "--no-fund", "--no-package-lock"];
            run(Command::new("npm")
                .args(npm)
                .arg("--prefix")
                .arg(home.join(folder))
                .arg(package));
        }
    })
}

/// Where a client's programs are: `npm`, `pnpm`, `yarn` or `yarn-1`.
fn bin(folder: &str) -> PathBuf {
    npm_tools().join(folder).join("node_modules/.bin")
}

/// A program's own environment variables and nothing of the person's who runs the tests: no registry
/// that they have set up, no cache. `yarn` is Yarn 4; `$OLD_YARN` is the folder of Yarn 1's programs.
pub fn npm_environment(command: &mut Command, home: &Path) {
    let path = std::env::var("PATH").unwrap_or_default();
    let folders = ["npm", "pnpm", "yarn"].map(|folder| bin(folder).display().to_string());
    command
        .env_clear()
        .env("PATH", format!("{}:{path}", folders.join(":")))
        .env("OLD_YARN", bin("yarn-1"))
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("npm_config_globalconfig", home.join("no-npmrc"))
        // Yarn 1 looks for that file below this.
        .env("PREFIX", home.join("no-prefix"))
        .env("npm_config_cache", home.join("npm-cache"))
        .env("npm_config_update_notifier", "false")
        // What is refused stays refused; pnpm waits a minute before it asks again.
        .env("npm_config_fetch_retries", "0")
        .env("pnpm_config_fetch_retries", "0")
        .env("YARN_ENABLE_TELEMETRY", "0")
        // What is installed is looked at without Yarn.
        .env("YARN_NODE_LINKER", "node-modules");
}
