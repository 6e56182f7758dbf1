//! Sharing on the network: what the person asks for. What goes on by itself is in [`door`].

mod code;
mod door;
mod errors;
mod words;

pub(super) use door::Network;

use std::path::PathBuf;

use registrar_activity::Entry;
use registrar_hosting::HostError;
use registrar_hosting::sharing::{ShareError, check, is_name, port_is_free};

use super::entry;
use super::server::Failure;
use crate::app::App;
use crate::files;
use crate::settings::LOWEST_PORT;
use crate::wire::{
    ChosenFile, Code, CommandError, Field, NetworkCode, NetworkSettings, NetworkSharing,
    NetworkState, Nothing, OwnCertificate, QrCode, Reach, SaveNetwork, ShareOnNetwork,
};

/// What the authority's file is called where nobody chooses another name.
const AUTHORITY_FILE: &str = "registrar-ca.pem";
/// A computer has hardly more names.
const MOST_NAMES: usize = 32;

impl App {
    /// Whether and how it is shared on the network, and who has come.
    ///
    /// # Errors
    /// None; what is wrong is part of the answer.
    #[expect(clippy::unused_async, reason = "every command is asynchronous")]
    pub async fn network_sharing(&self, _: Nothing) -> Result<NetworkSharing, CommandError> {
        let server = self.0.hosting.server.lock().clone();
        let shared = server.as_ref().and_then(|server| server.shared());
        let clients = server.map(|server| server.clients()).unwrap_or_default();
        Ok(NetworkSharing {
            state: self.0.hosting.network.state(),
            settings: self.0.settings.network(),
            shared: shared.map(words::door),
            clients: clients.into_iter().map(words::client).collect(),
        })
    }

    /// Turns sharing on or off, now and after a restart, and waits for what comes of it. On once
    /// more, it tries again what has failed.
    ///
    /// # Errors
    /// [`Code::Invalid`] where nothing is hosted; what the file system says. What is wrong with
    /// sharing itself is part of the answer.
    pub async fn share_on_network(
        &self,
        request: ShareOnNetwork,
    ) -> Result<NetworkSharing, CommandError> {
        if request.on && !self.0.settings.get().hosting {
            let message = "Nothing is hosted on this computer, so there is nothing to share.";
            return Err(CommandError::new(Code::Invalid, message).hint("Turn hosting on first."));
        }
        let before = self.0.settings.network();
        if before.on != request.on {
            let on = request.on;
            self.keep_network(NetworkSettings { on, ..before }).await?;
        }
        match (request.on, self.0.hosting.network.state()) {
            (true, NetworkState::On { .. }) | (false, NetworkState::Off) => {}
            (true, _) => self.follow_network(NetworkState::Starting).await,
            (false, _) => self.follow_network(NetworkState::Stopping).await,
        }
        self.network_sharing(Nothing {}).await
    }

    /// Keeps how to share. Everything is checked first; until then the old way goes on.
    ///
    /// # Errors
    /// [`Code::Invalid`] at the field that will not do, with who holds the port where that is the
    /// reason.
    pub async fn save_network(&self, request: SaveNetwork) -> Result<NetworkSharing, CommandError> {
        let before = self.0.settings.network();
        let wanted = NetworkSettings {
            on: before.on,
            port: request.port,
            names: names(&request.names)?,
            certificate: request.certificate,
        };
        if wanted.port != before.port {
            self.check_port(wanted.port).await?;
        }
        if let Some(own) = wanted.certificate.clone() {
            self.blocking(move || checked(&own)).await?;
        }
        if wanted != before {
            let on = wanted.on;
            self.keep_network(wanted).await?;
            self.note_network("network.changed", None).await;
            if on {
                self.follow_network(NetworkState::Starting).await;
            }
        }
        self.network_sharing(Nothing {}).await
    }

    /// Makes another certificate, or reads the person's own once more. Connections that stand keep
    /// the old one.
    ///
    /// # Errors
    /// [`Code::NotFound`] where nothing is shared; why the old one stays in use.
    pub async fn renew_certificate(
        &self,
        request: Nothing,
    ) -> Result<NetworkSharing, CommandError> {
        let renewal = self.0.hosting.network.renewal();
        let renewal = renewal.ok_or_else(not_shared)?;
        let renewed = renewal.renew(true).await.map_err(CommandError::from);
        let renewed = self
            .noted_failure("network.certificate", None, renewed)
            .await;
        renewed?;
        self.note_network("network.certificate", None).await;
        self.network_sharing(request).await
    }

    /// Asks where to write the authority's certificate, which holds nothing secret, and writes it.
    ///
    /// # Errors
    /// [`Code::NotFound`] where nothing is shared with one; what the file system says.
    pub async fn export_authority(&self, _: Nothing) -> Result<ChosenFile, CommandError> {
        let server = self.0.hosting.server.lock().clone();
        let shared = server.and_then(|server| server.shared());
        let authority = shared.and_then(|shared| shared.authority);
        let pem = authority.ok_or_else(not_shared)?.pem;
        let dialogs = &self.0.ports.dialogs;
        let Some(path) = dialogs.save_authority(AUTHORITY_FILE).await else {
            return Ok(ChosenFile { path: None });
        };
        let target = path.clone();
        let written = self.blocking(move || Ok(files::write_whole(&target, pem.as_bytes())?));
        let path = path.display().to_string();
        let written = written.await;
        self.noted_failure("network.exported", None, written)
            .await?;
        self.note_network("network.exported", Some(format!("to {path}")))
            .await;
        Ok(ChosenFile { path: Some(path) })
    }

    /// An address as a QR code.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an address at which nothing is shared.
    #[expect(clippy::unused_async, reason = "every command is asynchronous")]
    pub async fn network_code(&self, request: NetworkCode) -> Result<QrCode, CommandError> {
        let server = self.0.hosting.server.lock().clone();
        let shared = server.and_then(|server| server.shared());
        let urls = shared.map(|shared| shared.urls()).unwrap_or_default();
        if !urls.contains(&request.url) {
            return Err(not_shared());
        }
        code::draw(&request.url)
    }

    /// The address that clients are told, without a slash at its end, and where they run: on the
    /// network where that is wanted or nothing is said, while it is shared. `None` where there is
    /// nothing to choose.
    pub(super) fn base_for(&self, wanted: Option<Reach>) -> (String, Option<Reach>) {
        let NetworkState::On { url } = self.0.hosting.network.state() else {
            return (self.hosting_url(), None);
        };
        match wanted {
            Some(Reach::ThisComputer) => (self.hosting_url(), wanted),
            Some(Reach::Network) | None => (url, Some(Reach::Network)),
        }
    }

    async fn keep_network(&self, network: NetworkSettings) -> Result<(), CommandError> {
        let app = self.clone();
        let kept = self.blocking(move || app.0.settings.save_network(&network));
        let kept = kept.await;
        self.noted_failure("network.changed", None, kept).await
    }

    async fn check_port(&self, port: u16) -> Result<(), CommandError> {
        if port < LOWEST_PORT {
            let message = "A port is a whole number from 1,024 to 65,535.";
            return Err(CommandError::invalid(Field::Port, message.to_owned()));
        }
        if port == self.0.settings.get().hosting_port {
            let message = format!("The programs of this computer are served at port {port}.");
            let error = CommandError::invalid(Field::Port, message);
            return Err(error.hint("Choose another one for the network."));
        }
        match port_is_free(port) {
            Ok(()) => Ok(()),
            Err(error) => {
                let failure = self.share_failure(error).await;
                let error = CommandError::invalid(Field::Port, failure.message());
                Err(error.hint("Close that program, or choose another port."))
            }
        }
    }

    /// Whether the programs of this computer can be served at another port: not at the network's, on
    /// or off, or turning it on would fail later.
    pub(crate) fn check_hosting_port(&self, before: u16, port: u16) -> Result<(), CommandError> {
        if port == before || port != self.0.settings.network().port {
            return Ok(());
        }
        let message = format!("Port {port} is the one for sharing on the network.");
        let error = CommandError::invalid(Field::Port, message);
        Err(error.hint("Choose another one, or another one for the network first."))
    }

    /// Why it cannot be shared, and who holds the port where that is the reason.
    async fn share_failure(&self, error: ShareError) -> Failure {
        let taken = match &error {
            ShareError::Listen(error) => error.taken(),
            _ => None,
        };
        self.held(error.into(), taken).await
    }

    async fn note_network(&self, action: &str, detail: Option<String>) {
        self.note(Entry {
            detail,
            ..entry(action, None)
        })
        .await;
    }
}

fn not_shared() -> CommandError {
    HostError::NotFound("address on the network").into()
}

/// Names as the person wrote them, without those that are empty or there twice.
fn names(typed: &[String]) -> Result<Vec<String>, CommandError> {
    let mut names: Vec<String> = Vec::new();
    for name in typed.iter().map(|name| name.trim().to_ascii_lowercase()) {
        if name.is_empty() || names.contains(&name) {
            continue;
        }
        if !is_name(&name) {
            let message = format!("\u{201c}{name}\u{201d} is neither a host name nor an address.");
            return Err(CommandError::invalid(Field::HostNames, message)
                .hint("Write build-box.example.com or 192.168.1.20, without https:// and port."));
        }
        names.push(name);
    }
    if names.len() > MOST_NAMES {
        let message = format!("There are more than {MOST_NAMES} names.");
        return Err(CommandError::invalid(Field::HostNames, message).hint("Leave some out."));
    }
    Ok(names)
}

/// Whether a certificate can be used.
fn checked(own: &OwnCertificate) -> Result<(), CommandError> {
    let (chain, key) = (PathBuf::from(&own.chain), PathBuf::from(&own.key));
    let checked = check(&chain, &key);
    checked.map_err(|problem| errors::of_certificate(&problem, Some(&own.key)))?;
    Ok(())
}
