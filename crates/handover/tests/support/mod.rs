//! A machine of its own for each test: a home, a system, a data folder.
#![expect(dead_code, unreachable_pub, reason = "each test uses some of it")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use registrar_handover::{Environment, Handover, Plan};
use tempfile::TempDir;

pub struct Machine {
    folder: TempDir,
    pub handover: Handover,
}

impl Machine {
    pub fn new() -> Self {
        Self::with(|environment| environment)
    }

    /// A machine whose environment is changed by `change`.
    pub fn with(change: impl Fn(Environment) -> Environment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (home, bin) = (folder.path().join("home"), folder.path().join("bin"));
        fs::create_dir(&home).unwrap();
        fs::create_dir(&bin).unwrap();
        let environment = Environment::bare(&home, folder.path().join("root")).with("PATH", &bin);
        let handover = Handover::new(change(environment), folder.path().join("data"));
        Self { folder, handover }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub fn home(&self, path: &str) -> PathBuf {
        self.path("home").join(path)
    }

    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub fn docker_config(&self, text: &str) -> PathBuf {
        self.write("home/.docker/config.json", text)
    }

    pub fn apply(&self, plan: Plan) {
        self.handover.apply(plan).unwrap();
    }

    pub fn ledger(&self) -> String {
        read(&self.path("data/handover.json"))
    }

    /// A program on the `PATH` that runs `lines` in a shell. A child process writes it: were it
    /// open here while another test starts a program, that one would hold it busy.
    pub fn program(&self, name: &str, lines: &str) -> PathBuf {
        let path = self.path("bin").join(name);
        let mut writer = Command::new("sh");
        writer
            .args(["-c", "cat > \"$0\" && chmod +x \"$0\""])
            .arg(&path);
        let mut writer = writer.stdin(Stdio::piped()).spawn().unwrap();
        let script = format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{lines}\n");
        writer
            .stdin
            .take()
            .unwrap()
            .write_all(script.as_bytes())
            .unwrap();
        assert!(writer.wait().unwrap().success());
        path
    }
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

pub fn keys<const N: usize>(keys: [&str; N]) -> Vec<String> {
    keys.map(str::to_owned).to_vec()
}

pub fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&read(path)).unwrap()
}
