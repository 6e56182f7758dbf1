//! The server: started with the window, again after a failure, anew when the settings change.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use registrar_hosting::server::{Listening, Server, bind, holder, listen};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::entry;
use super::following::Question;
use super::pause::Pause;
use crate::app::App;
use crate::wire::{CommandError, HostingStatus, Nothing, ServerState, Settings};

/// Hosting begins so long after the list was asked for, and twice as long after the start where
/// nobody asks: until then the window needs the processor to draw its first picture.
const SETTLE: Duration = Duration::from_secs(1);
/// The first pause after a failure.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// How long a restart is waited for.
const RESTART_LIMIT: Duration = Duration::from_secs(15);

/// Why the server does not run, and who is in its place.
pub(super) struct Failure {
    pub(super) error: CommandError,
    pub(super) holder: Option<String>,
}

impl Failure {
    /// What happened and who is in the place, in a sentence or two.
    pub(super) fn message(&self) -> String {
        match &self.holder {
            Some(holder) => format!("{} It is {holder}.", self.error.message),
            None => self.error.message.clone(),
        }
    }
}

impl<E: Into<CommandError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            holder: None,
        }
    }
}

impl App {
    /// Starts the server again, whatever it does now, and waits for what comes of it.
    ///
    /// # Errors
    /// None; what is wrong with the server is part of the answer.
    pub async fn restart_hosting(&self, request: Nothing) -> Result<HostingStatus, CommandError> {
        let hosts = self.0.settings.get().hosting;
        let serving = &self.0.hosting.serving;
        let news = serving.ask(hosts.then_some(ServerState::Starting));
        self.tell_hosting_if(news).await;
        let settled = serving.until(|state| *state != ServerState::Starting);
        // Where it takes longer, the window hears of the rest by an event.
        let _ = tokio::time::timeout(RESTART_LIMIT, settled).await;
        self.hosting_status(request).await
    }

    /// Follows settings that have changed.
    pub(crate) fn follow_hosting(&self, before: &Settings, after: &Settings) {
        if (before.hosting, before.hosting_port) != (after.hosting, after.hosting_port) {
            self.0.hosting.serving.ask(None);
        }
    }

    /// Begins to host, in the background.
    pub(crate) fn begin_hosting(&self) {
        let task = tokio::spawn(self.clone().keep_hosting());
        *self.0.hosting.task.lock() = Some(task);
    }

    /// Hosts for as long as the program runs and the settings say so.
    async fn keep_hosting(self) {
        let hosting = &self.0.hosting;
        let serving = &hosting.serving;
        let drawn = async {
            let _ = tokio::time::timeout(SETTLE, hosting.listed.notified()).await;
            sleep(SETTLE).await;
        };
        tokio::select! {
            () = drawn => {}
            () = hosting.needed.notified() => {}
            () = serving.asked_since(serving.question(), &hosting.ending) => {}
        }
        let mut pause = Pause::new(FIRST_PAUSE);
        while !hosting.ending.is_cancelled() {
            let question = serving.question();
            if !self.0.settings.get().hosting {
                let news = serving.answer(question, ServerState::Off);
                self.tell_hosting_if(news).await;
                self.network_waits().await;
                serving.asked_since(question, &hosting.ending).await;
                continue;
            }
            let outcome = match self.start_server(question).await {
                Ok((listening, server)) => {
                    pause.begin_anew();
                    self.serve(question, listening, server).await
                }
                Err(failure) => Err(failure),
            };
            if let Err(failure) = outcome {
                self.server_failed(question, failure).await;
                let asked = serving.asked_since(question, &hosting.ending);
                pause.after_failure(asked).await;
            }
        }
    }

    async fn start_server(&self, question: Question) -> Result<(Listening, Arc<Server>), Failure> {
        let host = self.open_host().await?;
        let port = self.0.settings.get().hosting_port;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = match bind(address).await {
            Ok(listener) => listener,
            Err(error) => {
                let taken = error.taken();
                return Err(self.held(error.into(), taken).await);
            }
        };
        let server = Server::new(host, port, None);
        let listening = listen(listener, &server)?;
        *self.0.hosting.server.lock() = Some(server.clone());
        let news = self
            .0
            .hosting
            .serving
            .answer(question, ServerState::Running);
        self.tell_hosting_if(news).await;
        self.note_server("hosting.started", true, format!("at {address}"))
            .await;
        Ok((listening, server))
    }

    /// A failure with who holds the address that is `taken`, where that is the reason.
    pub(super) async fn held(&self, mut failure: Failure, taken: Option<SocketAddr>) -> Failure {
        if let Some(address) = taken {
            let found = self.blocking(move || Ok(holder(address))).await;
            failure.holder = found.ok().flatten().map(|holder| holder.to_string());
        }
        failure
    }

    /// Lets the server answer until it is to stop, others on the network too where they may.
    ///
    /// # Errors
    /// Where it has stopped by itself.
    async fn serve(
        &self,
        question: Question,
        listening: Listening,
        server: Arc<Server>,
    ) -> Result<(), Failure> {
        let closing = CancellationToken::new();
        let answering = self.answer_until(question, listening, &closing);
        let (outcome, ()) = tokio::join!(answering, self.keep_sharing(&server, &closing));
        *self.0.hosting.server.lock() = None;
        self.network_waits().await;
        outcome
    }

    /// Answers on this computer until the server is to stop; `closing` is said then.
    async fn answer_until(
        &self,
        question: Question,
        mut listening: Listening,
        closing: &CancellationToken,
    ) -> Result<(), Failure> {
        let hosting = &self.0.hosting;
        let by_itself = tokio::select! {
            () = listening.ended() => true,
            () = hosting.serving.asked_since(question, &hosting.ending) => false,
        };
        closing.cancel();
        if by_itself {
            return Err(CommandError::internal(&"the server has ended").into());
        }
        self.stop_server(listening).await;
        Ok(())
    }

    async fn stop_server(&self, listening: Listening) {
        let settings = self.0.settings.get();
        let anew = settings.hosting && !self.0.hosting.ending.is_cancelled();
        let state = if anew {
            ServerState::Starting
        } else {
            ServerState::Stopping
        };
        let news = self.0.hosting.serving.say(state);
        self.tell_hosting_if(news).await;
        let address = listening.address();
        listening.end().await;
        self.note_server("hosting.stopped", true, format!("at {address}"))
            .await;
    }

    /// Says once that the server has failed, and why; trying again in vain is no news.
    async fn server_failed(&self, question: Question, failure: Failure) {
        let message = failure.message();
        let Failure { error, holder } = failure;
        let failed = ServerState::Failed { error, holder };
        let news = self.0.hosting.serving.answer(question, failed);
        if self.tell_hosting_if(news).await {
            self.note_server("hosting.failed", false, message).await;
        }
    }

    pub(super) async fn note_server(&self, action: &str, ok: bool, detail: String) {
        let mut entry = entry(action, None);
        (entry.ok, entry.detail) = (ok, Some(detail));
        self.note(entry).await;
    }
}
