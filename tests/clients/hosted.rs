//! A server of our own with one registry, and a folder to work in: what the tests of every ecosystem
//! start from.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use acceptance_support::computer::Ran;
use registrar_hosting::instructions::{Place, Purpose};
use registrar_hosting::server::{Listening, Server, bind, listen};
use registrar_hosting::{
    Caller, Ecosystem, Host, NewRegistry, NewToken, Options, Package, Registry, RegistryChange,
    Scope,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A server with one private registry, and a folder to work in.
pub(crate) struct Hosted {
    pub(crate) runtime: Runtime,
    pub(crate) host: Host,
    pub(crate) registry: Arc<Registry>,
    pub(crate) base: String,
    /// May publish.
    pub(crate) writer: String,
    /// May only read.
    pub(crate) reader: String,
    pub(crate) server: Arc<Server>,
    /// What runs a line: a shell of this computer, or of another one.
    pub(crate) shell: Vec<String>,
    /// Gives clients their environment, with the folder to work in as their home.
    environment: fn(&mut Command, &Path),
    folder: TempDir,
    _listening: Listening,
}

impl Hosted {
    /// A registry of that name; what is run in a shell gets its environment from `environment`.
    pub(crate) fn new(
        ecosystem: Ecosystem,
        name: &str,
        environment: fn(&mut Command, &Path),
    ) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        let (host, server, listening) = runtime.block_on(serve(folder.path().join("data")));
        let new = NewRegistry {
            name: name.to_owned(),
            description: String::new(),
            ecosystem,
            emoji: None,
            color: None,
        };
        let registry = runtime.block_on(host.create_registry(new, &Caller::owner()));
        let token = |scopes: &[Scope]| runtime.block_on(token(&host, scopes));
        Self {
            writer: token(&[Scope::ReadPackages, Scope::WritePackages]),
            reader: token(&[Scope::ReadPackages]),
            registry: registry.unwrap(),
            runtime,
            host,
            base: server.base().to_owned(),
            server,
            shell: ["sh", "-ec"].map(str::to_owned).to_vec(),
            environment,
            folder,
            _listening: listening,
        }
    }

    /// A new token of the owner's.
    pub(crate) fn token(&self, scopes: &[Scope]) -> String {
        self.runtime.block_on(token(&self.host, scopes))
    }

    /// Lets anybody read the registry.
    pub(crate) fn make_public(&mut self) {
        let change = RegistryChange {
            public: Some(true),
            ..RegistryChange::default()
        };
        let owner = Caller::owner();
        let changed = self.host.update_registry(self.registry.id, change, &owner);
        self.registry = self.runtime.block_on(changed).unwrap();
    }

    /// The server's address without a scheme.
    pub(crate) fn bare(&self) -> &str {
        self.base.split_once("://").unwrap().1
    }

    /// The registry's address, without a slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("{}/local/{}", self.base, self.registry.slug)
    }

    /// A file or folder within the one to work in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    /// A shell with a line to run.
    pub(crate) fn command(&self, line: &str) -> Command {
        let (program, before) = self.shell.split_first().unwrap();
        let mut command = Command::new(program);
        (self.environment)(&mut command, &self.path(""));
        command.args(before).arg(line).current_dir(self.path(""));
        command
    }

    /// Runs a line in a shell.
    pub(crate) fn shell(&self, line: &str) -> Ran {
        let output = self.command(line).stdin(Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// What the window tells a person to run for a package, or to write into a file. Without a
    /// token, what it says where none is needed.
    pub(crate) fn says(
        &self,
        purpose: Purpose,
        (client, file): (&str, Option<&str>),
        (package, version): (&str, Option<&str>),
        token: &str,
    ) -> String {
        let place = Place {
            purpose,
            base: &self.base,
            organization: "local",
            registry: &self.registry.slug,
            public: self.registry.public || token.is_empty(),
            package: Some(package),
            version,
        };
        let all = self.registry.ecosystem.format().instructions(&place);
        let found = all
            .iter()
            .filter(|one| one.client == client && one.file == file);
        let texts: Vec<_> = found.map(|one| one.with_token(token)).collect();
        assert!(!texts.is_empty(), "nothing is said about {client}");
        texts.join("\n")
    }

    /// The package of that name, with its downloads written down.
    pub(crate) fn package(&self, name: &str) -> Option<Package> {
        self.runtime.block_on(async {
            self.host.flush().await.unwrap();
            self.host.package(&self.registry, name).await.unwrap()
        })
    }

    /// Changes one byte of the only file of a package, behind the server's back.
    pub(crate) fn damage(&self, package: &str, at: usize) {
        let package = self.package(package).unwrap();
        let files = self.host.files_of_package(package.id);
        let file = self.runtime.block_on(files).unwrap().remove(0);
        let stored = find(self.host.folder(), &file.content.sha256_hex()).unwrap();
        let mut content = fs::read(&stored).unwrap();
        content[at] ^= 1;
        fs::set_permissions(&stored, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&stored, content).unwrap();
    }

    /// How many files *Verify storage* finds that are not what they were.
    pub(crate) fn damaged(&self) -> usize {
        let verified = self.runtime.block_on(self.host.verify(None, drop));
        verified.unwrap().problems.len()
    }
}

async fn serve(folder: PathBuf) -> (Host, Arc<Server>, Listening) {
    let host = Host::open(Options { folder, safe: None }).await.unwrap();
    let listener = bind((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = Server::new(host.clone(), port, None);
    let listening = listen(listener, &server).unwrap();
    (host, server, listening)
}

async fn token(host: &Host, scopes: &[Scope]) -> String {
    let new = NewToken {
        description: "tests".to_owned(),
        scopes: scopes.iter().copied().collect(),
        expires_at: None,
    };
    let made = host.create_api_token(new, &Caller::owner()).await;
    made.unwrap().1.expose_text().unwrap().to_owned()
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let mut paths = entries.map(|entry| entry.path());
    paths.find_map(|path| {
        if path.is_dir() {
            return find(&path, name);
        }
        path.ends_with(name).then_some(path)
    })
}
