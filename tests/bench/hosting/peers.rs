//! The servers that ours is compared with: installed by this program, each on a free port.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use acceptance_support::port;
use acceptance_support::process::OwnedProcess;
use tempfile::TempDir;

/// The last one that runs on Node.js 18 and newer.
const VERDACCIO: &str = "6.5.2";
/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_mins(1);

/// A server on this computer, and what it needs for as long as it runs.
pub(super) struct Peer {
    port: u16,
    _running: Option<(OwnedProcess, TempDir)>,
}

impl Peer {
    /// One that somebody else runs.
    pub(super) fn at(port: u16) -> Self {
        Self {
            port,
            _running: None,
        }
    }

    /// One that this has started over a folder.
    pub(super) fn started(port: u16, process: OwnedProcess, folder: TempDir) -> Self {
        Self {
            port,
            _running: Some((process, folder)),
        }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits until an address answers well.
    pub(super) fn wait(&self, path: &str) -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        loop {
            match self.get(path, &[]) {
                Ok(_) => return Ok(()),
                Err(error) if began.elapsed() > START_LIMIT => {
                    return Err(format!("{} does not answer: {error}", self.url(path)).into());
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// What lies at an address.
    pub(super) fn get(&self, path: &str, headers: &[&str]) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut request = ureq::get(self.url(path));
        for header in headers {
            let (name, value) = header.split_once(": ").ok_or("a header has a value")?;
            request = request.header(name, value);
        }
        let mut answer = request.call()?;
        Ok(answer
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_vec()?)
    }

    /// Sends something, which must be accepted.
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[&str],
        body: &[u8],
    ) -> Result<(), Box<dyn Error>> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path));
        for header in headers {
            let (name, value) = header.split_once(": ").ok_or("a header has a value")?;
            request = request.header(name, value);
        }
        ureq::run(request.body(body)?)?;
        Ok(())
    }

    /// Sends an npm document, as somebody without a token.
    pub(super) fn put(&self, path: &str, document: &[u8]) -> Result<(), Box<dyn Error>> {
        self.send("PUT", path, &["Content-Type: application/json"], document)
    }
}

/// Where peers are installed: beside the built programs.
pub(super) fn tools() -> Result<PathBuf, Box<dyn Error>> {
    let own = std::env::current_exe()?;
    // `target/release/bench`
    let target = own
        .ancestors()
        .nth(2)
        .ok_or("this program lies in no target folder")?;
    let folder = target.join("tools").join("peers");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Runs a program that installs something, and shows what it said where it fails.
pub(super) fn install(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Verdaccio with nothing in it, open to anybody and without a registry behind it.
pub(super) fn verdaccio() -> Result<Peer, Box<dyn Error>> {
    let home = tools()?.join("verdaccio");
    let program = home.join("node_modules/.bin/verdaccio");
    if !program.is_file() {
        fs::create_dir_all(&home)?;
        // One of its packages depends on a tag that not every mirror keeps.
        let manifest = format!(
            r#"{{"private":true,"dependencies":{{"verdaccio":"{VERDACCIO}"}},"overrides":{{"node-fetch":"2.7.0"}}}}"#
        );
        fs::write(home.join("package.json"), manifest)?;
        let arguments = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
        install(Command::new("npm").args(arguments).current_dir(&home))?;
    }
    let folder = tempfile::tempdir()?;
    let storage = folder.path().join("storage");
    let config = format!(
        "storage: {}\nuplinks: {{}}\npackages:\n  '**':\n    access: $all\n    publish: $all\n\
         log: {{type: stdout, format: json, level: error}}\nmax_body_size: 100mb\n",
        storage.display()
    );
    fs::write(folder.path().join("config.yaml"), config)?;
    let port = port::free()?;
    let process = OwnedProcess::spawn(&program.display().to_string(), |command| {
        command
            .arg("--config")
            .arg(folder.path().join("config.yaml"))
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .env("NODE_ENV", "production")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    })?;
    let peer = Peer::started(port, process, folder);
    peer.wait("/-/ping")?;
    Ok(peer)
}
