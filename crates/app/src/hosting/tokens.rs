//! Registry tokens, which can be shown again, and the owner's API tokens, which cannot.

use jiff::{SignedDuration, Timestamp};
use registrar_hosting::{Caller, NewToken, Registry, Token};

use super::words::{api_token, scopes};
use super::{entry, parse};
use crate::app::App;
use crate::wire::{
    ApiTokenRef, ApiTokens, CommandError, Copied, CreateApiToken, CreateRegistryToken,
    CreatedApiToken, Field, Nothing, RegistryTokenRef, RevealedToken, SourceDetails,
    UpdateRegistryToken,
};

/// How many days an API token may last.
const LASTS: std::ops::RangeInclusive<u32> = 1..=3650;

impl App {
    /// Makes a token that reads one private registry. Its secret is in the vault.
    ///
    /// # Errors
    /// The vault's, and there is no token then; [`crate::wire::Code::Invalid`] where the registry
    /// is public or the description will not do.
    pub async fn create_registry_token(
        &self,
        request: CreateRegistryToken,
    ) -> Result<SourceDetails, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        // The vault must not be exchanged for another meanwhile: the secret would stay behind.
        let _changing = self.0.changing.lock().await;
        let made = host
            .create_registry_token(&registry, &request.description, &Caller::owner())
            .await;
        let made = made.map_err(Into::into);
        self.noted_failure("registry_token.created", Some(&registry), made)
            .await?;
        self.source_details(&host, &registry).await
    }

    /// Changes what a token is said to be for.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] for a description that will not do.
    pub async fn update_registry_token(
        &self,
        request: UpdateRegistryToken,
    ) -> Result<SourceDetails, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let (id, text) = (parse(&request.token)?, &request.description);
        let changed = host
            .describe_registry_token(&registry, id, text, &Caller::owner())
            .await;
        let changed = changed.map_err(Into::into);
        self.noted_failure("registry_token.updated", Some(&registry), changed)
            .await?;
        self.source_details(&host, &registry).await
    }

    /// Deletes a token; it stops working at once.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn delete_registry_token(
        &self,
        request: RegistryTokenRef,
    ) -> Result<SourceDetails, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let id = parse(&request.token)?;
        let deleted = host
            .delete_token(Some(&registry), id, &Caller::owner())
            .await;
        let deleted = deleted.map_err(Into::into);
        self.noted_failure("registry_token.deleted", Some(&registry), deleted)
            .await?;
        self.source_details(&host, &registry).await
    }

    /// A token's secret, for the person who pressed *Show*.
    ///
    /// # Errors
    /// The vault's; [`crate::wire::Code::Invalid`] while the registry is public.
    pub async fn reveal_registry_token(
        &self,
        request: RegistryTokenRef,
    ) -> Result<RevealedToken, CommandError> {
        let secret = self
            .registry_secret(&request, "registry_token.shown")
            .await?;
        Ok(RevealedToken {
            token: secret.expose_text().unwrap_or_default().to_owned(),
            base64: false,
        })
    }

    /// Puts a token's secret on the clipboard and takes it away after 45 seconds.
    ///
    /// # Errors
    /// The vault's; [`crate::wire::Code::Internal`] where the clipboard cannot be used.
    pub async fn copy_registry_token(
        &self,
        request: RegistryTokenRef,
    ) -> Result<Copied, CommandError> {
        let secret = self
            .registry_secret(&request, "registry_token.copied")
            .await?;
        self.copy_for_a_while(secret).await
    }

    /// Takes a secret out of the vault, and notes what for.
    async fn registry_secret(
        &self,
        request: &RegistryTokenRef,
        action: &str,
    ) -> Result<registrar_registry::Secret, CommandError> {
        let (host, registry) = self.hosted(&request.source).await?;
        let id = parse(&request.token)?;
        let token = host.token(Some(registry.id), id)?;
        let secret = host.reveal_registry_token(&registry, id).await;
        let secret = secret.map_err(Into::into);
        let secret = self.noted_failure(action, Some(&registry), secret).await?;
        self.note_token(action, &registry, &token).await;
        Ok(secret)
    }

    async fn note_token(&self, action: &str, registry: &Registry, token: &Token) {
        let mut entry = entry(action, Some(registry));
        entry.detail = Some(format!(
            "\u{201c}{}\u{201d}, in this window",
            token.description
        ));
        self.note(entry).await;
    }

    /// The owner's API tokens, newest first.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the packages' folder cannot be used.
    pub async fn list_api_tokens(&self, _: Nothing) -> Result<ApiTokens, CommandError> {
        let oldest_first = self.host().await?.api_tokens();
        let newest_first = oldest_first.iter().rev();
        Ok(ApiTokens {
            tokens: newest_first.map(|token| api_token(token)).collect(),
        })
    }

    /// Makes an API token; its secret is shown this once.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] with the field.
    pub async fn create_api_token(
        &self,
        request: CreateApiToken,
    ) -> Result<CreatedApiToken, CommandError> {
        let host = self.host().await?;
        let days = request.expires_in_days;
        if days.is_some_and(|days| !LASTS.contains(&days)) {
            let message = "A token lasts from 1 to 3,650 days, or for ever.";
            return Err(CommandError::invalid(Field::Expires, message));
        }
        let lasts = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
        let new = NewToken {
            description: request.description,
            scopes: scopes(&request.scopes),
            expires_at: days.map(|days| Timestamp::now() + lasts(days)),
        };
        let made = host.create_api_token(new, &Caller::owner()).await;
        let made = made.map_err(Into::into);
        let (token, secret) = self.noted_failure("api_token.created", None, made).await?;
        Ok(CreatedApiToken {
            row: api_token(&token),
            token: secret.expose_text().unwrap_or_default().to_owned(),
        })
    }

    /// Deletes an API token; it stops working at once.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn delete_api_token(&self, request: ApiTokenRef) -> Result<ApiTokens, CommandError> {
        let host = self.host().await?;
        let deleted = host
            .delete_token(None, parse(&request.id)?, &Caller::owner())
            .await;
        let deleted = deleted.map_err(Into::into);
        self.noted_failure("api_token.deleted", None, deleted)
            .await?;
        self.list_api_tokens(Nothing {}).await
    }
}
