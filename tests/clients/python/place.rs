//! A server with a Python registry, and a folder to work in.

use std::fs;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use acceptance_support::computer::Ran;
use acceptance_support::installed_python::python_environment;
use registrar_hosting::instructions::{Place, Purpose};
use registrar_hosting::server::{Listening, Server, bind, listen};
use registrar_hosting::{
    Caller, Ecosystem, Host, NewRegistry, NewToken, Options, Package, Registry, RegistryChange,
    Scope,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::packages::Built;

/// A server with the private registry `py`, and a folder to work in.
pub(super) struct Hosted {
    pub(super) runtime: Runtime,
    pub(super) host: Host,
    pub(super) registry: Arc<Registry>,
    pub(super) base: String,
    /// May publish.
    pub(super) writer: String,
    /// May only read.
    pub(super) reader: String,
    folder: TempDir,
    _listening: Listening,
}

impl Hosted {
    pub(super) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("work/dist")).unwrap();
        let (host, base, listening) = runtime.block_on(serve(folder.path().join("data")));
        let new = NewRegistry {
            name: "py".to_owned(),
            description: String::new(),
            ecosystem: Ecosystem::Python,
            emoji: None,
            color: None,
        };
        let registry = runtime.block_on(host.create_registry(new, &Caller::owner()));
        let token = |scopes: &[Scope]| {
            let new = NewToken {
                description: "tests".to_owned(),
                scopes: scopes.iter().copied().collect(),
                expires_at: None,
            };
            let made = runtime.block_on(host.create_api_token(new, &Caller::owner()));
            made.unwrap().1.expose_text().unwrap().to_owned()
        };
        Self {
            writer: token(&[Scope::ReadPackages, Scope::WritePackages]),
            reader: token(&[Scope::ReadPackages]),
            registry: registry.unwrap(),
            runtime,
            host,
            base,
            folder,
            _listening: listening,
        }
    }

    /// Lets anybody read the registry.
    pub(super) fn make_public(&mut self) {
        let change = RegistryChange {
            public: Some(true),
            ..RegistryChange::default()
        };
        let owner = Caller::owner();
        let changed = self.host.update_registry(self.registry.id, change, &owner);
        self.registry = self.runtime.block_on(changed).unwrap();
    }

    /// A file or folder within the one to work in.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    /// Puts a file where it is published from, in the place of all others.
    pub(super) fn build(&self, built: &[&Built]) {
        let dist = self.path("dist");
        fs::remove_dir_all(&dist).unwrap();
        fs::create_dir(&dist).unwrap();
        for one in built {
            fs::write(dist.join(&one.name), &one.content).unwrap();
        }
    }

    /// Publishes files as a client does that works.
    pub(super) fn publish(&self, built: &[&Built]) {
        self.build(built);
        self.shell(&self.instructions(Purpose::Publish, "twine", None, &self.writer))
            .ok();
    }

    /// Runs a line in a shell.
    pub(super) fn shell(&self, line: &str) -> Ran {
        let mut command = Command::new("sh");
        python_environment(&mut command, &self.path(""));
        let output = command
            .args(["-c", line])
            .current_dir(self.path(""))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// What the window tells a person to run, or to write into a file.
    pub(super) fn instructions(
        &self,
        purpose: Purpose,
        client: &str,
        file: Option<&str>,
        token: &str,
    ) -> String {
        let place = Place {
            purpose,
            base: &self.base,
            organization: "local",
            registry: "py",
            public: self.registry.public,
            package: Some("demo"),
            version: None,
        };
        let all = Ecosystem::Python.format().instructions(&place);
        let mut found = all
            .iter()
            .filter(|one| one.client == client && one.file == file);
        found.next().unwrap().with_token(token)
    }

    /// The index's address with a token in it, or without.
    pub(super) fn index(&self, token: &str) -> String {
        let base = match token {
            "" => self.base.clone(),
            token => self
                .base
                .replace("http://", &format!("http://buildkite:{token}@")),
        };
        format!("{base}/local/py/pypi/simple/")
    }

    /// Where uploads go.
    pub(super) fn upload(&self) -> String {
        format!("{}/local/py/pypi/", self.base)
    }

    /// Installs with pip into a folder of that name.
    pub(super) fn pip(&self, folder: &str, token: &str, wanted: &str) -> Ran {
        let index = self.index(token);
        self.shell(&format!(
            "pip install --no-cache-dir --target {folder} --index-url {index} {wanted}"
        ))
    }

    /// The same with uv.
    pub(super) fn uv(&self, folder: &str, token: &str, wanted: &str) -> Ran {
        let index = self.index(token);
        self.shell(&format!(
            "uv pip install --no-cache --target {folder} --default-index {index} {wanted}"
        ))
    }

    /// The value of the module `demo` that was installed there.
    pub(super) fn value(&self, folder: &str) -> String {
        let program = "import demo; print(demo.value)";
        let ran = self.shell(&format!("PYTHONPATH={folder} python -c '{program}'"));
        ran.ok().trim().to_owned()
    }

    /// The package of that name, with its downloads written down.
    pub(super) fn package(&self, name: &str) -> Option<Package> {
        self.runtime.block_on(async {
            self.host.flush().await.unwrap();
            self.host.package(&self.registry, name).await.unwrap()
        })
    }
}

async fn serve(folder: PathBuf) -> (Host, String, Listening) {
    let host = Host::open(Options { folder, safe: None }).await.unwrap();
    let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Server::new(host.clone(), port, None);
    let listening = listen(listener, &server).unwrap();
    (host, server.base().to_owned(), listening)
}
