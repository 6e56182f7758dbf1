//! Showing and copying a token: the two ways in which a person gets to see one.

use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registrar_registry::Secret;

use crate::app::App;
use crate::saving::parse_id;
use crate::wire::{Code, CommandError, Copied, RegistryRef, RevealedToken};

/// After how long a copied token leaves the clipboard.
const CLEAR_AFTER: Duration = Duration::from_secs(45);

impl App {
    /// The registry's token, for the person who pressed *Show*.
    ///
    /// # Errors
    /// The vault's; [`Code::NotFound`] where it has no token.
    pub async fn reveal_token(&self, request: RegistryRef) -> Result<RevealedToken, CommandError> {
        let record = self.record(parse_id(&request.id)?).await?;
        let token = self.token(record.id).await;
        let token = self.noted("token.shown", &record, None, token).await?;
        Ok(match token.expose_text() {
            Some(text) => RevealedToken {
                token: text.to_owned(),
                base64: false,
            },
            None => RevealedToken {
                token: STANDARD.encode(token.expose()),
                base64: true,
            },
        })
    }

    /// Puts the registry's token on the clipboard and takes it away after 45 seconds. It never
    /// passes through the window.
    ///
    /// # Errors
    /// The vault's; [`Code::Internal`] where the clipboard cannot be used.
    pub async fn copy_token(&self, request: RegistryRef) -> Result<Copied, CommandError> {
        let record = self.record(parse_id(&request.id)?).await?;
        let copied = self.copy(record.id).await;
        self.noted("token.copied", &record, None, copied).await
    }

    async fn copy(&self, id: registrar_registry::RegistryId) -> Result<Copied, CommandError> {
        let token = self.token(id).await?;
        self.copy_for_a_while(token).await
    }

    /// Puts a secret on the clipboard and takes it away after 45 seconds.
    pub(crate) async fn copy_for_a_while(&self, secret: Secret) -> Result<Copied, CommandError> {
        self.on_clipboard(move |clipboard| clipboard.put(&secret))
            .await?;
        // A later copy has its own 45 seconds, which this one must not cut short.
        let turn = self.0.copies.fetch_add(1, Ordering::Relaxed) + 1;
        let app = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(CLEAR_AFTER).await;
            if app.0.copies.load(Ordering::Relaxed) == turn {
                let _ = app.on_clipboard(crate::ports::Clipboard::clear).await;
            }
        });
        let seconds = u32::try_from(CLEAR_AFTER.as_secs()).unwrap_or(u32::MAX);
        Ok(Copied {
            clears_after_seconds: seconds,
        })
    }

    /// Puts something on the clipboard that is no secret, and leaves it there.
    pub(crate) async fn copy_lasting(&self, text: Secret) -> Result<Copied, CommandError> {
        self.on_clipboard(move |clipboard| clipboard.put(&text))
            .await?;
        self.0.copies.fetch_add(1, Ordering::Relaxed);
        Ok(Copied {
            clears_after_seconds: 0,
        })
    }

    async fn on_clipboard(
        &self,
        work: impl FnOnce(&dyn crate::ports::Clipboard) -> Result<(), crate::ports::ClipboardError>
        + Send
        + 'static,
    ) -> Result<(), CommandError> {
        let app = self.clone();
        self.blocking(move || {
            work(&*app.0.ports.clipboard)
                .map_err(|error| CommandError::new(Code::Internal, error.to_string()).retryable())
        })
        .await
    }
}
