//! `registrar-server` as a process of its own.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_registrar-server");
/// Whatever is waited for has happened by then, or never will.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);

/// A folder for everything that a server makes.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The program with these arguments, until it ends by itself.
pub(crate) fn output(arguments: &[&str]) -> Output {
    let program = Command::new(PROGRAM).args(arguments).output();
    program.unwrap()
}

/// A server that runs until it is dropped.
pub(crate) struct Running {
    child: Child,
    /// What it has said before it was ready.
    pub(crate) said: Vec<String>,
    /// `127.0.0.1:4747`.
    pub(crate) address: String,
    pub(crate) data: PathBuf,
    log: PathBuf,
}

impl Running {
    /// A server of `folder` at a free port.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    pub(crate) fn start_with(folder: &Path, more: &[&str]) -> Self {
        let (data, log) = (folder.join("data"), folder.join("log"));
        let mut child = Command::new(PROGRAM)
            .arg("--data")
            .arg(&data)
            .args(["--listen", "127.0.0.1:0"])
            .args(more)
            .env("REGISTRAR_LOG", "debug")
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        let address = loop {
            let Some(line) = lines.next() else {
                panic!("it ended at once: {}", fs::read_to_string(&log).unwrap());
            };
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("Ready: http://") {
                break address.to_owned();
            }
            said.push(line);
        };
        Self {
            child,
            said,
            address,
            data,
            log,
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The owner's token, from the file that the server has named.
    pub(crate) fn token(&self) -> String {
        let path = self
            .said
            .iter()
            .find_map(|line| Some(line.split_once(": ")?.1));
        fs::read_to_string(path.unwrap()).unwrap()
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits until it has ended; its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(begun.elapsed() < LIMIT, "it does not end: {}", self.log());
            std::thread::yield_now();
        }
    }

    /// What the management interface answers with the owner's token: status and JSON.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let bearer = format!("Bearer {}", self.token());
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let (status, body) =
            self.ask_with(method, &format!("/api/v2{path}"), body.as_bytes(), &headers);
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub(crate) fn ask_with(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        headers: &[(&str, &str)],
    ) -> (u16, Vec<u8>) {
        ask(&self.address, method, path, body, headers).unwrap()
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What the server at an address answers: status and body.
///
/// # Errors
/// Where it ends before it has answered.
pub(crate) fn ask(
    address: &str,
    method: &str,
    path: &str,
    body: &[u8],
    headers: &[(&str, &str)],
) -> Result<(u16, Vec<u8>), ureq::Error> {
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(LIMIT))
        .build()
        .into();
    let mut answer = agent.run(request.body(body).unwrap())?;
    let mut content = Vec::new();
    answer.body_mut().as_reader().read_to_end(&mut content)?;
    Ok((answer.status().as_u16(), content))
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
