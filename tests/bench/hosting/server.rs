//! Our own server, as a program of its own.

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use acceptance_support::port;
use acceptance_support::process::OwnedProcess;
use tempfile::TempDir;

use super::peers::Peer;

/// A server with a folder of its own.
pub(super) struct Server {
    running: OwnedProcess,
    peer: Peer,
    token: String,
    folder: Option<TempDir>,
}

impl Server {
    /// A server with nothing in it.
    pub(super) fn start() -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let mut server = Self::over(folder.path())?;
        server.folder = Some(folder);
        Ok(server)
    }

    /// A server over a folder that stays.
    pub(super) fn over(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let port = port::free()?;
        let program = program()?;
        let mut running = OwnedProcess::spawn(&program.display().to_string(), |command| {
            command
                .arg("--data")
                .arg(folder)
                .args(["--listen", &format!("127.0.0.1:{port}")])
                .env("REGISTRAR_LOG", "error")
                .stdout(Stdio::piped());
        })?;
        let output = running.stdout().ok_or("the server has no output")?;
        let said = BufReader::new(output).lines();
        let mut token = fs::read_to_string(folder.join("owner-token")).ok();
        for line in said {
            let line = line?;
            if let Some(path) = line.split_whitespace().find(|word| word.ends_with("token")) {
                token = fs::read_to_string(path).ok().or(token);
            }
            if line.contains(&port.to_string()) {
                break;
            }
        }
        let peer = Peer::at(port);
        peer.wait("/health")?;
        Ok(Self {
            token: token.ok_or("the server named no token")?.trim().to_owned(),
            running,
            peer,
            folder: None,
        })
    }

    /// The process.
    pub(super) fn process(&self) -> u32 {
        self.running.id()
    }

    /// A header that lets one do everything.
    pub(super) fn authorization(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    /// An address on it.
    pub(super) fn url(&self, path: &str) -> String {
        self.peer.url(path)
    }

    /// What a link on the page at `page` leads to.
    pub(super) fn resolve(&self, page: &str, link: &str) -> String {
        let base = url::Url::parse(&self.url(page));
        let resolved = base.and_then(|base| base.join(link));
        resolved.map_or_else(|_| link.to_owned(), String::from)
    }

    /// Makes a registry.
    pub(super) fn create(&self, name: &str, ecosystem: &str) -> Result<(), Box<dyn Error>> {
        let body = serde_json::json!({"name": name, "ecosystem": ecosystem});
        let path = "/api/v2/packages/organizations/local/registries";
        self.send(
            "POST",
            path,
            "application/json",
            body.to_string().as_bytes(),
        )
    }

    /// Sends an npm document.
    pub(super) fn put(&self, path: &str, document: &[u8]) -> Result<(), Box<dyn Error>> {
        self.send("PUT", path, "application/json", document)
    }

    /// Publishes a file as curl does.
    pub(super) fn upload(
        &self,
        registry: &str,
        name: &str,
        content: &[u8],
    ) -> Result<(), Box<dyn Error>> {
        let head = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), content, b"\r\n--xx--\r\n"].concat();
        let path = format!("/api/v2/packages/organizations/local/registries/{registry}/packages");
        self.send("POST", &path, "multipart/form-data; boundary=xx", &body)
    }

    /// What lies at an address.
    pub(super) fn get(&self, path: &str, header: Option<&str>) -> Result<Vec<u8>, Box<dyn Error>> {
        let authorization = self.authorization();
        let headers: Vec<&str> = header.into_iter().chain([authorization.as_str()]).collect();
        self.peer.get(path, &headers)
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<(), Box<dyn Error>> {
        let kind = format!("Content-Type: {kind}");
        self.peer
            .send(method, path, &[&kind, &self.authorization()], body)
    }
}

/// `$SERVER_BIN`, or the server beside this program.
fn program() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(named) = std::env::var_os("SERVER_BIN") {
        return Ok(PathBuf::from(named));
    }
    let own = std::env::current_exe()?;
    Ok(own.with_file_name("registrar-server"))
}
