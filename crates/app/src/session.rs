//! The window's first call, cancelling, and the settings.

use crate::app::App;
use crate::wire::{AppEvent, CancelOperation, CommandError, Done, Nothing, Settings, Start};

impl App {
    /// What the window needs to know at start.
    ///
    /// # Errors
    /// None.
    #[expect(clippy::unused_async, reason = "every command is asynchronous")]
    pub async fn start(&self, _: Nothing) -> Result<Start, CommandError> {
        let paths = &self.0.paths;
        Ok(Start {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config_dir: paths.config().display().to_string(),
            data_dir: paths.data().display().to_string(),
            settings: self.0.settings.get(),
        })
    }

    /// Cancels a running operation, if it still runs.
    ///
    /// # Errors
    /// None.
    #[expect(clippy::unused_async, reason = "every command is asynchronous")]
    pub async fn cancel_operation(&self, request: CancelOperation) -> Result<Done, CommandError> {
        self.0.operations.cancel(&request.operation);
        Ok(Done {})
    }

    /// What the last run left behind and was put right.
    ///
    /// # Errors
    /// None.
    pub async fn environment(&self, _: Nothing) -> Result<crate::wire::Environment, CommandError> {
        let ((), system_proxy) = tokio::join!(self.recover_once(), registrar_net::system_proxy());
        Ok(crate::wire::Environment {
            system_proxy,
            recovered: std::mem::take(&mut *self.0.recovered.lock()),
        })
    }

    /// Keeps the settings.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] for a proxy that is none, or a port at which registries are
    /// shared; what the file system says.
    pub async fn save_settings(&self, request: Settings) -> Result<Settings, CommandError> {
        let before = self.0.settings.get();
        let app = self.clone();
        let saved = match self.check_hosting_port(before.hosting_port, request.hosting_port) {
            Ok(()) => self.blocking(move || app.0.settings.save(&request)).await,
            refused => refused,
        };
        let after = self.0.settings.get();
        if saved.is_err() || worth_noting(&before, &after) {
            self.noted_general("settings.changed", None, saved).await?;
        }
        // The next check asks for a client that follows the new settings.
        *self.0.clients.lock() = None;
        self.0.settings_changed.notify_one();
        self.follow_hosting(&before, &after);
        self.send(AppEvent::SettingsChanged {
            settings: after.clone(),
        });
        Ok(after)
    }
}

/// Having seen the first page, or the size of the text, is no change that anybody looks for.
fn worth_noting(before: &Settings, after: &Settings) -> bool {
    Settings {
        zoom: after.zoom,
        welcomed: after.welcomed,
        ..before.clone()
    } != *after
}
