//! Making, showing, changing and deleting tokens.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use registrar_registry::Secret;
use serde_json::json;
use uuid::Uuid;

use crate::access::Caller;
use crate::audit::{AuditEvent, Subject};
use crate::database::tokens;
use crate::error::HostError;
use crate::host::Host;
use crate::model::Registry;
use crate::registries::now;
use crate::tokens::{Kind, Scope, Scopes, Token, generate, hash};

/// The most characters of a token's description.
const MAX_DESCRIPTION: usize = 200;
/// The most tokens of one registry, and the most API tokens.
const MOST: usize = 1000;

/// An API token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub description: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// A token to be made that is gone when the program ends, or sooner.
#[derive(Debug, Clone, Copy)]
pub struct TemporaryToken {
    /// What it is for, as it is said of what it publishes.
    pub description: &'static str,
    /// What it may do.
    pub scopes: Scopes,
    /// How long it works.
    pub lifetime: Duration,
}

impl NewToken {
    /// Whether a token may hand on all of this: a scope that it has not, and a day after its own
    /// last, are not its to give.
    fn is_within(&self, token: &Token) -> bool {
        let in_time = token
            .expires_at
            .is_none_or(|end| self.expires_at.is_some_and(|own| own <= end));
        token.registry.is_none()
            && token.scopes.has(Scope::AdministerServer)
            && self.scopes.are_within(token.scopes)
            && in_time
    }
}

impl Host {
    /// The owner's API tokens, oldest first.
    pub fn api_tokens(&self) -> Vec<Arc<Token>> {
        self.0.tokens.of(None)
    }

    /// The tokens of a registry, oldest first.
    pub fn registry_tokens(&self, registry: Uuid) -> Vec<Arc<Token>> {
        self.0.tokens.of(Some(registry))
    }

    /// A token by its id: an API token, or one of `registry`.
    ///
    /// # Errors
    /// [`HostError::NotFound`].
    pub fn token(&self, registry: Option<Uuid>, id: Uuid) -> Result<Arc<Token>, HostError> {
        let found = self
            .0
            .tokens
            .get(id)
            .filter(|token| token.registry == registry);
        found.ok_or(HostError::NotFound("token"))
    }

    /// Makes an API token. The secret is known to nobody but who gets it here.
    ///
    /// # Errors
    /// [`HostError::Invalid`] without a description or scope; [`HostError::Forbidden`] where the
    /// caller is a token that may not make tokens, or may less than the new one, or for less long.
    pub async fn create_api_token(
        &self,
        new: NewToken,
        by: &Caller,
    ) -> Result<(Arc<Token>, Secret), HostError> {
        if new.scopes.is_empty() {
            return Err(HostError::Invalid {
                field: "scopes",
                message: "Choose at least one thing that the token may do.".to_owned(),
            });
        }
        if by.token().is_some_and(|token| !new.is_within(token)) {
            return Err(HostError::Forbidden(
                "make a token that may more than itself, or for longer",
            ));
        }
        let (secret, ending) = generate(Kind::Api)?;
        let token = api_token(&new, (&secret, ending), by)?;
        self.insert_api(token.clone(), by).await?;
        Ok((Arc::new(token), secret))
    }

    /// Makes an API token that may do everything and writes it to `file`, for its owner alone, where
    /// there is no API token yet; whether it did. A server without a window begins with it.
    ///
    /// # Errors
    /// Where the file cannot be written; there is no token then.
    pub async fn create_first_token(&self, file: &Path) -> Result<bool, HostError> {
        if !self.api_tokens().is_empty() {
            return Ok(false);
        }
        let new = NewToken {
            description: "the owner\u{2019}s first token".to_owned(),
            scopes: Scopes::all(),
            expires_at: None,
        };
        let (secret, ending) = generate(Kind::Api)?;
        let token = api_token(&new, (&secret, ending), &Caller::owner())?;
        // First the file: a secret without a token opens nothing and is replaced at the next start,
        // while nobody would ever know the secret of a token without its file.
        crate::files::write_private(file, secret.expose())?;
        self.insert_api(token, &Caller::owner()).await?;
        Ok(true)
    }

    async fn insert_api(&self, token: Token, by: &Caller) -> Result<(), HostError> {
        let scopes: Vec<_> = token.scopes.iter().map(Scope::as_str).collect();
        let data = json!({ "scopes": scopes });
        self.insert(token, "API_ACCESS_TOKEN_CREATED", data, by)
            .await
    }

    /// Makes a token that reads one private registry.
    ///
    /// # Errors
    /// [`HostError::Invalid`] without a description or where the registry is public;
    /// [`HostError::Safe`] where the secret could not be kept: there is no token then.
    pub async fn create_registry_token(
        &self,
        registry: &Registry,
        text: &str,
        by: &Caller,
    ) -> Result<(Arc<Token>, Secret), HostError> {
        by.demand(Scope::WriteRegistries, registry)?;
        demand_private(registry)?;
        let (secret, ending) = generate(Kind::Registry)?;
        let token = Token {
            id: Uuid::now_v7(),
            registry: Some(registry.id),
            description: description(text)?,
            ending,
            hash: hash(secret.expose()),
            scopes: Scopes::read_packages(),
            created_at: now(),
            created_by: by.in_words(),
            expires_at: None,
            last_used_at: None,
            last_used_from: None,
        };
        // First the secret: one without a token opens nothing, a token without one cannot be shown.
        self.0.safe.keep(token.id, secret.clone()).await?;
        let data = json!({"registry": registry.slug});
        let made = self
            .insert(token.clone(), "REGISTRY_TOKEN_CREATED", data, by)
            .await;
        if let Err(error) = made {
            self.forget(token.id).await;
            return Err(error);
        }
        Ok((Arc::new(token), secret))
    }

    async fn insert(
        &self,
        token: Token,
        kind: &str,
        data: serde_json::Value,
        by: &Caller,
    ) -> Result<(), HostError> {
        if self.0.tokens.of(token.registry).len() >= MOST {
            return Err(HostError::Invalid {
                field: "description",
                message: format!("There are {MOST} tokens already. Delete some that are not used."),
            });
        }
        let subject = Subject::token(token.registry.is_some(), token.id, &token.description);
        let mut change = self.0.database.change().await?;
        tokens::insert(&mut change, &token).await?;
        let told = self
            .audit(&mut change, AuditEvent::new(by, kind, subject, data))
            .await?;
        change.commit().await?;
        let registry = token.registry;
        self.0.tokens.insert(token);
        self.tell(told, registry);
        Ok(())
    }

    /// The secret of a registry's token, to be shown or copied.
    ///
    /// # Errors
    /// [`HostError::Invalid`] while the registry is public.
    pub async fn reveal_registry_token(
        &self,
        registry: &Registry,
        id: Uuid,
    ) -> Result<Secret, HostError> {
        demand_private(registry)?;
        let token = self.token(Some(registry.id), id)?;
        let secret = self.0.safe.reveal(token.id).await?;
        secret.ok_or(HostError::NotFound(
            "secret of this token any more; delete it and make another",
        ))
    }

    /// The same for somebody on the network; that it was shown is in the audit log.
    ///
    /// # Errors
    /// As with [`Host::reveal_registry_token`]; [`HostError::Forbidden`].
    pub async fn show_registry_token(
        &self,
        registry: &Registry,
        id: Uuid,
        by: &Caller,
    ) -> Result<Secret, HostError> {
        by.demand(Scope::WriteRegistries, registry)?;
        let secret = self.reveal_registry_token(registry, id).await?;
        let token = self.token(Some(registry.id), id)?;
        let subject = Subject::token(true, id, &token.description);
        let data = json!({"registry": registry.slug});
        let mut change = self.0.database.change().await?;
        let event = AuditEvent::new(by, "REGISTRY_TOKEN_REVEALED", subject, data);
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        self.tell(told, None);
        Ok(secret)
    }

    /// Changes what a registry's token is said to be for.
    pub async fn describe_registry_token(
        &self,
        registry: &Registry,
        id: Uuid,
        text: &str,
        by: &Caller,
    ) -> Result<Arc<Token>, HostError> {
        by.demand(Scope::WriteRegistries, registry)?;
        let token = self.token(Some(registry.id), id)?;
        let mut changed = Token::clone(&token);
        changed.description = description(text)?;
        let mut change = self.0.database.change().await?;
        tokens::set_description(&mut change, id, &changed.description).await?;
        let subject = Subject::token(true, id, &changed.description);
        let data = json!({"registry": registry.slug, "description": [token.description, changed.description]});
        let event = AuditEvent::new(by, "REGISTRY_TOKEN_UPDATED", subject, data);
        let told = self.audit(&mut change, event).await?;
        change.commit().await?;
        self.0.tokens.insert(changed.clone());
        self.tell(told, Some(registry.id));
        Ok(Arc::new(changed))
    }

    /// Deletes a token; it stops working at once. `registry` is `None` for an API token.
    pub async fn delete_token(
        &self,
        registry: Option<&Registry>,
        id: Uuid,
        by: &Caller,
    ) -> Result<(), HostError> {
        match registry {
            Some(registry) => by.demand(Scope::WriteRegistries, registry)?,
            // A token may always end itself.
            None if by.token().is_some_and(|own| own.id == id) => {}
            None => by.demand_generally(Scope::AdministerServer)?,
        }
        let token = self.token(registry.map(|one| one.id), id)?;
        let subject = Subject::token(registry.is_some(), id, &token.description);
        let (kind, data) = match registry {
            Some(registry) => ("REGISTRY_TOKEN_DELETED", json!({"registry": registry.slug})),
            None => ("API_ACCESS_TOKEN_DELETED", json!({})),
        };
        let mut change = self.0.database.change().await?;
        tokens::delete(&mut change, id).await?;
        let told = self
            .audit(&mut change, AuditEvent::new(by, kind, subject, data))
            .await?;
        change.commit().await?;
        self.0.tokens.remove(id);
        if registry.is_some() {
            self.forget(id).await;
        }
        self.tell(told, token.registry);
        Ok(())
    }

    /// A token for one registry that is written nowhere.
    pub fn temporary_token(
        &self,
        registry: &Registry,
        new: TemporaryToken,
    ) -> Result<Secret, HostError> {
        let (secret, ending) = generate(Kind::Registry)?;
        let made = now();
        let token = Token {
            id: Uuid::now_v7(),
            registry: Some(registry.id),
            description: new.description.to_owned(),
            ending,
            hash: hash(secret.expose()),
            scopes: new.scopes,
            created_at: made,
            created_by: Caller::owner().in_words(),
            expires_at: Some(made + new.lifetime),
            last_used_at: None,
            last_used_from: None,
        };
        self.0.tokens.insert_temporary(token);
        Ok(secret)
    }

    /// A secret without a token opens nothing, so failing to forget it is only logged.
    async fn forget(&self, id: Uuid) {
        if let Err(error) = self.0.safe.forget(id).await {
            tracing::warn!(%error, "the secret of a token that is no more was not forgotten");
        }
    }
}

fn api_token(
    new: &NewToken,
    (secret, ending): (&Secret, String),
    by: &Caller,
) -> Result<Token, HostError> {
    Ok(Token {
        id: Uuid::now_v7(),
        registry: None,
        description: description(&new.description)?,
        ending,
        hash: hash(secret.expose()),
        scopes: new.scopes,
        created_at: now(),
        created_by: by.in_words(),
        expires_at: new.expires_at,
        last_used_at: None,
        last_used_from: None,
    })
}

fn demand_private(registry: &Registry) -> Result<(), HostError> {
    if !registry.public {
        return Ok(());
    }
    Err(HostError::Invalid {
        field: "registry",
        message: "Anybody may read a public registry, so it has no tokens. Make it private first."
            .to_owned(),
    })
}

fn description(text: &str) -> Result<String, HostError> {
    let text = text.trim();
    let message = if text.is_empty() {
        "Say what the token is for, so that you know later which one to delete.".to_owned()
    } else if text.chars().count() > MAX_DESCRIPTION || text.chars().any(char::is_control) {
        format!("The description has more than {MAX_DESCRIPTION} characters, or invisible ones.")
    } else {
        return Ok(text.to_owned());
    };
    Err(HostError::Invalid {
        field: "description",
        message,
    })
}
