//! Debian's `docker-registry`, the reference registry, on a free loopback port with a folder of
//! its own. Dropping it kills it and deletes the folder.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::certificates::{Authority, Issued, Quality};
use crate::process::OwnedProcess;
use crate::token_server::{self, Signer};

/// Where Debian has it.
const PROGRAM: &str = "/usr/bin/docker-registry";

/// A running registry.
pub struct DockerRegistry {
    port: u16,
    certificate: Option<Issued>,
    process: Option<OwnedProcess>,
    folder: tempfile::TempDir,
}

/// How a registry is to start.
#[derive(Default)]
pub struct Builder {
    login: Option<(String, String)>,
    tokens: Option<(String, Signer)>,
    tls: Option<(Authority, Quality)>,
    client_authority: Option<PathBuf>,
    deletion: bool,
}

impl Builder {
    /// For this user with this password only.
    #[must_use]
    pub fn login(self, user: &str, password: &str) -> Self {
        let login = Some((user.to_owned(), password.to_owned()));
        Self { login, ..self }
    }

    /// For whoever has a token from `realm`, the address of a token server, by `signer`.
    #[must_use]
    pub fn tokens(self, realm: &str, signer: &Signer) -> Self {
        let tokens = Some((realm.to_owned(), signer.clone()));
        Self { tokens, ..self }
    }

    /// With https, by a certificate of `quality` from `authority`.
    #[must_use]
    pub fn tls(self, authority: &Authority, quality: Quality) -> Self {
        let tls = Some((authority.clone(), quality));
        Self { tls, ..self }
    }

    /// For clients with a certificate from `authority` only. Needs TLS.
    #[must_use]
    pub fn client_certificates(self, authority: &Authority) -> Self {
        let client_authority = Some(authority.file());
        Self {
            client_authority,
            ..self
        }
    }

    /// With deletion of manifests, which is off otherwise.
    #[must_use]
    pub fn deletion(self) -> Self {
        let deletion = true;
        Self { deletion, ..self }
    }

    /// Starts it.
    pub fn start(self) -> DockerRegistry {
        assert!(
            Path::new(PROGRAM).exists(),
            "{PROGRAM} is missing; install Debian's package docker-registry"
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        let certificate = self
            .tls
            .as_ref()
            .map(|(authority, quality)| authority.issue(*quality));
        let config = folder.path().join("config.yml");
        let text = self.configuration(folder.path(), certificate.as_ref());
        fs::write(&config, text.to_string()).expect("the configuration");
        let (process, port) = run(folder.path());
        DockerRegistry {
            port,
            certificate,
            process: Some(process),
            folder,
        }
    }

    /// In JSON, which is YAML as well.
    fn configuration(&self, folder: &Path, certificate: Option<&Issued>) -> Value {
        let mut config = json!({
            "version": 0.1,
            "log": {"level": "info"},
            "storage": {"filesystem": {"rootdirectory": folder.join("data")}},
            "http": {"addr": "127.0.0.1:0"},
        });
        if self.deletion {
            config["storage"]["delete"] = json!({"enabled": true});
        }
        if let Some((user, password)) = &self.login {
            let file = folder.join("htpasswd");
            let hash = bcrypt::hash(password, 4).expect("a bcrypt hash");
            fs::write(&file, format!("{user}:{hash}\n")).expect("the passwords");
            config["auth"] = json!({"htpasswd": {"realm": "Registry Realm", "path": file}});
        }
        if let Some((realm, signer)) = &self.tokens {
            config["auth"] = json!({"token": {
                "realm": realm,
                "service": token_server::SERVICE,
                "issuer": token_server::ISSUER,
                "rootcertbundle": signer.file(),
            }});
        }
        if let Some(issued) = certificate {
            let (file, key) = issued.write_to(folder);
            let authorities: Vec<_> = self.client_authority.iter().collect();
            config["http"]["tls"] =
                json!({"certificate": file, "key": key, "clientcas": authorities});
        }
        config
    }
}

impl DockerRegistry {
    /// To start one.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// How many uploads it has begun and not ended, in all repositories.
    pub fn open_uploads(&self) -> usize {
        fn count(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let folders = entries
                .map(|entry| entry.path())
                .filter(|path| path.is_dir());
            // What it has forgotten leaves an empty shell.
            let open = |path: &Path| usize::from(path.join("startedat").exists());
            let within = folder.ends_with("_uploads");
            folders
                .map(|path| if within { open(&path) } else { count(&path) })
                .sum()
        }
        count(self.folder.path())
    }

    /// Its host and port, by the name `localhost`.
    pub fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// Kills it in the middle of whatever it does, and starts it again on the same port with what
    /// it had stored.
    pub fn kill_and_restart(&mut self) {
        self.process.take();
        let config = self.folder.path().join("config.yml");
        let text = fs::read_to_string(&config).expect("the configuration");
        let mut value: Value = serde_json::from_str(&text).expect("JSON");
        value["http"]["addr"] = format!("127.0.0.1:{}", self.port).into();
        fs::write(&config, value.to_string()).expect("the configuration");
        self.process = Some(run(self.folder.path()).0);
    }

    /// How long processors have worked for it.
    pub fn processor_time(&self) -> Duration {
        let id = self.process.as_ref().map_or(0, OwnedProcess::id);
        let threads = fs::read_dir(format!("/proc/{id}/task")).expect("Linux's /proc");
        let nanoseconds = threads.flatten().filter_map(|thread| {
            // A thread may end meanwhile.
            let statistics = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            statistics.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// Its certificate, where it has one.
    pub fn certificate(&self) -> Option<&Issued> {
        self.certificate.as_ref()
    }
}

/// Runs it with the configuration in `folder`; its port.
fn run(folder: &Path) -> (OwnedProcess, u16) {
    let log = folder.join("log");
    let output = File::create(&log).expect("the log");
    let process = OwnedProcess::spawn(PROGRAM, |command| {
        command
            .arg("serve")
            .arg(folder.join("config.yml"))
            .env("OTEL_TRACES_EXPORTER", "none");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output);
    });
    let mut process = process.expect("setpriv, of Debian's package util-linux");
    let port = process.wait_for(&log, || port(&fs::read_to_string(&log).ok()?));
    (process, port)
}

/// The port that the system gave it, which its log tells.
fn port(log: &str) -> Option<u16> {
    let (_, after) = log.split_once("listening on 127.0.0.1:")?;
    let end = after.find(|c: char| !c.is_ascii_digit())?;
    after[..end].parse().ok()
}
