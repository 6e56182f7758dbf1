//! A person's computer as command-line tools find it: a home, a keyring, Registrar's folders, and
//! Registrar's helper on the `PATH`. Nothing of the person who runs the tests is in it.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::keyring::KeyringSession;

/// The service under which Registrar keeps its secrets.
const SERVICE: &str = "registrar";
/// The name by which tools call the helper.
const HELPER: &str = "docker-credential-registrar";

/// A computer of its own for each test.
pub struct Computer {
    keyring: KeyringSession,
    folders: TempDir,
    env: Vec<(String, String)>,
}

/// What came of a program.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; -1 where a signal ended it.
    pub code: i32,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Computer {
    /// A computer with an empty, unlocked keyring, an empty catalog, and `helper` on its `PATH`.
    pub fn new(helper: &Path) -> Self {
        assert!(
            helper.is_file(),
            "{} is missing: cargo build --package registrar-helper",
            helper.display()
        );
        let folders = tempfile::Builder::new()
            .prefix("computer-")
            .tempdir()
            .expect("a temporary folder");
        let computer = Self {
            keyring: KeyringSession::start().expect("a keyring"),
            env: vec![("LANG".to_owned(), "C.UTF-8".to_owned())],
            folders,
        };
        for folder in ["bin", "config"] {
            fs::create_dir(computer.path(folder)).expect("a folder");
        }
        symlink(helper, computer.path("bin").join(HELPER)).expect("a link");
        computer.write_catalog("version = 1\n");
        computer
    }

    /// The same with one more variable in the environment of its programs.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        let value = value.as_ref().display().to_string();
        self.env.push((name.to_owned(), value));
        self
    }

    /// Its keyring.
    pub fn keyring(&self) -> &KeyringSession {
        &self.keyring
    }

    /// The person's home.
    pub fn home(&self) -> PathBuf {
        self.keyring.bus().home()
    }

    /// A file or folder beside Registrar's own: `config` and `data` are those.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folders.path().join(name)
    }

    /// Registrar's catalog, as it stands in its file.
    pub fn catalog(&self) -> String {
        fs::read_to_string(self.path("config/registries.toml")).expect("the catalog")
    }

    /// Puts `text` in the place of the catalog.
    pub fn write_catalog(&self, text: &str) {
        fs::write(self.path("config/registries.toml"), text).expect("the catalog");
    }

    /// Adds a registry that the person made, with its token in the keyring; `number` makes its id.
    pub fn register(&self, number: u8, address: &str, user: &str, token: &str) {
        let id = format!("01935a00-0000-7000-8000-{number:012x}");
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let entry = format!(
            "\n[[registry]]\nid = \"{id}\"\nkind = \"container\"\nname = \"Registry {number}\"\nurl = \"{address}\"\n\
             user = {}\ncreated = \"2026-01-01T00:00:00Z\"\nupdated = \"2026-01-01T00:00:00Z\"\ntoken = true\n",
            quoted(user),
        );
        self.write_catalog(&(self.catalog() + &entry));
        let stored = self.keyring.store(SERVICE, &id, token.as_bytes());
        stored.expect("a token in the keyring");
    }

    /// The accounts that have a token in the keyring.
    pub fn tokens(&self) -> Vec<String> {
        self.keyring.accounts(SERVICE).expect("the keyring's items")
    }

    /// Runs a program and waits for it.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Ran {
        self.feed(program, arguments, b"")
    }

    /// Runs a program with this standard input.
    pub fn feed(&self, program: &str, arguments: &[&str], input: &[u8]) -> Ran {
        let mut child = self
            .command(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect(program);
        // It may end without having read all of it.
        let _ = child.stdin.take().expect("its input").write_all(input);
        let output = child.wait_with_output().expect("its output");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Calls the helper as a tool does.
    pub fn helper(&self, verb: &str, input: &str) -> Ran {
        let program = self.path("bin").join(HELPER);
        self.feed(&program.display().to_string(), &[verb], input.as_bytes())
    }

    /// A program with the environment of this computer and nothing else.
    pub fn command(&self, program: &str) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let path = format!("{}:{path}", self.path("bin").display());
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(self.keyring.env())
            .env("PATH", path)
            .env("REGISTRAR_CONFIG_DIR", self.path("config"))
            .env("REGISTRAR_DATA_DIR", self.path("data"))
            .envs(self.env.iter().cloned());
        command
    }

    /// The files below the home and Registrar's folders that hold one of `texts`.
    pub fn files_with(&self, texts: &[&str]) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for folder in [&self.home(), self.folders.path()] {
            search(folder, texts, &mut found);
        }
        found
    }
}

impl Ran {
    /// Its standard output, after making sure that it succeeded.
    pub fn ok(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.stdout
    }

    /// Its standard error, after making sure that it failed.
    pub fn failed(&self) -> &str {
        assert_ne!(self.code, 0, "{self:?}");
        &self.stderr
    }
}

fn search(folder: &Path, texts: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            search(&path, texts, found);
        } else if kind.is_file() {
            let content = fs::read(&path).unwrap_or_default();
            let content = String::from_utf8_lossy(&content);
            if texts.iter().any(|text| content.contains(text)) {
                found.push(path);
            }
        }
    }
}
