//! A registry with a private image, and a computer whose tools ask Registrar for the credential.

use std::fs;
use std::path::PathBuf;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::computer::{Computer, Ran};
use acceptance_support::container_registry::{ContainerRegistry, Tokens};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::token_server::Signer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use registrar_handover::{Environment, Handover, Replace};

use crate::image;

pub(crate) use acceptance_support::container_registry::{IDENTITY_TOKEN, PASSWORD, USER};

/// The private image.
pub(crate) const IMAGE: &str = "team/app:1";

/// A registry and a computer beside it.
pub(crate) struct Place {
    pub(crate) computer: Computer,
    pub(crate) host: String,
    pub(crate) tokens: Option<ContainerRegistry>,
    registry: DockerRegistry,
}

/// What a registry asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// User and password, by https.
    Basic,
    /// User and password, by plain http.
    BasicByHttp,
    /// A token of a token server, by https.
    Bearer,
    /// Nothing, by https.
    Nothing,
}

impl Place {
    /// A registry with [`IMAGE`] for [`USER`] with [`PASSWORD`], whose certificate the computer
    /// trusts, but which neither Registrar nor a tool knows yet.
    pub(crate) fn new(asks: Asks) -> Self {
        let (authority, signer) = (Authority::new(), Signer::new());
        let mut registry = DockerRegistry::builder();
        if asks != Asks::BasicByHttp {
            registry = registry.tls(&authority, Quality::Good);
        }
        let tokens = (asks == Asks::Bearer).then(|| token_server(&authority, &signer));
        registry = match &tokens {
            Some(tokens) => {
                registry.tokens(&format!("{}/token", tokens.url_as("localhost")), &signer)
            }
            None if asks == Asks::Nothing => registry,
            None => registry.login(USER, PASSWORD),
        };
        let registry = registry.start();
        // Go reads it; docker in its own way takes localhost for trusted anyway.
        let certificates = fs::read(authority.file()).unwrap();
        let computer = Computer::new(&helper());
        let trusted = computer.path("trusted.pem");
        fs::write(&trusted, certificates).unwrap();
        let place = Self {
            computer: computer.with("SSL_CERT_FILE", trusted),
            host: registry.host(),
            tokens,
            registry,
        };
        place.push();
        place
    }

    /// The same, known to Registrar, with its secret in the keyring and nowhere else.
    pub(crate) fn known(asks: Asks) -> Self {
        let place = Self::new(asks);
        place.computer.register(1, &place.host, USER, PASSWORD);
        place
    }

    /// The image as tools name it.
    pub(crate) fn image(&self) -> String {
        format!("{}/{IMAGE}", self.host)
    }

    /// Lets docker ask Registrar for this registry.
    pub(crate) fn hand_to_docker(&self) {
        let handover = self.handover();
        let keys = std::slice::from_ref(&self.host);
        let plan = handover.docker().plan_enable(keys, Replace::Never).unwrap();
        handover.apply(plan).unwrap();
    }

    /// Lets podman, skopeo and buildah ask Registrar for every registry.
    pub(crate) fn hand_to_podman(&self) {
        let handover = self.handover();
        handover
            .apply(handover.podman().plan_every(true).unwrap())
            .unwrap();
    }

    pub(crate) fn handover(&self) -> Handover {
        let environment = Environment::bare(self.computer.home(), self.computer.path("root"));
        Handover::new(environment, self.computer.path("data"))
    }

    /// Makes sure that no file holds the secret, in clear or as tools encode it.
    pub(crate) fn assert_secret_is_in_no_file(&self) {
        let encoded = [
            STANDARD.encode(PASSWORD),
            STANDARD.encode(format!("{USER}:{PASSWORD}")),
            STANDARD.encode(IDENTITY_TOKEN),
            serde_json::Value::from(PASSWORD).to_string(),
        ];
        let mut texts: Vec<&str> = encoded.iter().map(String::as_str).collect();
        texts.extend([PASSWORD, IDENTITY_TOKEN]);
        let found = self.computer.files_with(&texts);
        assert!(found.is_empty(), "{found:?}");
    }

    pub(crate) fn docker(&self, arguments: &[&str]) -> Ran {
        self.computer.run("docker", arguments)
    }

    pub(crate) fn docker_inspect(&self) -> Ran {
        self.docker(&["manifest", "inspect", "--insecure", &self.image()])
    }

    /// `docker login` or the like, with the password on standard input.
    pub(crate) fn log_in(&self, tool: &str, user: &str, password: &str) -> Ran {
        let arguments = ["login", "--username", user, "--password-stdin", &self.host];
        self.computer.feed(tool, &arguments, password.as_bytes())
    }

    pub(crate) fn skopeo_inspect(&self) -> Ran {
        let image = format!("docker://{}", self.image());
        self.computer.run("skopeo", &["inspect", "--raw", &image])
    }

    /// Puts the image into the registry, as somebody else would.
    fn push(&self) {
        let folder = self.computer.path("image");
        image::write(&folder);
        let (from, to) = (format!("dir:{}", folder.display()), self.image());
        let credentials = format!("{USER}:{PASSWORD}");
        let verify = self.registry.certificate().is_some();
        let verify = format!("--dest-tls-verify={verify}");
        let to = format!("docker://{to}");
        let arguments = ["copy", "--dest-creds", &credentials, &verify, &from, &to];
        self.computer.run("skopeo", &arguments).ok();
    }
}

/// A token server that also takes the identity tokens which it gives away.
fn token_server(authority: &Authority, signer: &Signer) -> ContainerRegistry {
    ContainerRegistry::builder()
        .tokens(Tokens::Signed(signer.clone()))
        .tls(authority, Quality::Good)
        .start()
}

/// `$HELPER_BIN`, or else the helper built last: it lies two folders above the test that runs.
fn helper() -> PathBuf {
    let built = || {
        let test = std::env::current_exe().ok()?;
        let target = test.ancestors().nth(2)?;
        Some(target.join("docker-credential-registrar"))
    };
    let named = std::env::var_os("HELPER_BIN").map(PathBuf::from);
    named.or_else(built).unwrap()
}
