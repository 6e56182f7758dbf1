//! From what a record says to a token that a registry takes.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use registrar_net::Settings;
use registrar_registry::{Cloud, CloudSignIn, ContainerHost, Secret};
use tokio::time::timeout;

use crate::cache::Cache;
use crate::failure::{Failure, FailureKind};
use crate::machine::Machine;
use crate::token::Token;
use crate::wire::Wire;
use crate::{aws, azure, google};

/// How long getting a token may take, with all that it needs: roles, programs, several requests.
const LIMIT: Duration = Duration::from_secs(45);

/// Who asks for a token, and for which registry.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The registry.
    pub host: ContainerHost,
    /// How the token is got.
    pub sign_in: CloudSignIn,
    /// The access key's or application's id.
    pub user: Option<String>,
    /// The long-lived secret, where the way has one.
    pub secret: Option<Secret>,
}

/// The clouds. Cloning it is cheap and shares its tokens.
#[derive(Clone)]
pub struct Clouds {
    wire: Arc<Wire>,
    cache: Arc<Cache>,
}

impl Clouds {
    /// The clouds as `machine` sees them, reached by `settings`, with the tokens in `cache`.
    pub fn new(settings: Settings, machine: Machine, cache: Arc<Cache>) -> Self {
        Self {
            wire: Arc::new(Wire::new(settings, machine)),
            cache,
        }
    }

    /// A token that is good now: the one that is known, until half of its life is over; then
    /// another one, or the old one while it is good where no other can be had. Dropping the
    /// future ends what it has begun.
    ///
    /// # Errors
    /// Every [`FailureKind`].
    pub async fn token(&self, ask: &Ask) -> Result<Token, Failure> {
        let slot = self.cache.slot(ask);
        let mut known = slot.lock().await;
        let now = self.wire.machine.now();
        if let Some(token) = known.as_ref().filter(|token| !token.is_due(now)) {
            return Ok(token.clone());
        }
        match self.fetch(ask).await {
            Ok(token) => {
                *known = Some(token.clone());
                Ok(token)
            }
            Err(failure) => match known.as_ref().filter(|token| token.is_good(now)) {
                Some(token) => {
                    tracing::warn!(%failure, "the token was not renewed; the old one is still good");
                    Ok(token.clone())
                }
                None => Err(failure),
            },
        }
    }

    /// A new token, whatever is known: what the credentials are worth at this moment.
    ///
    /// # Errors
    /// Every [`FailureKind`].
    pub async fn new_token(&self, ask: &Ask) -> Result<Token, Failure> {
        let token = self.fetch(ask).await?;
        *self.cache.slot(ask).lock().await = Some(token.clone());
        Ok(token)
    }

    /// When the token that is known ends, whatever secret it was made of; `None` where none is,
    /// or one is being fetched.
    pub fn known_until(&self, ask: &Ask) -> Option<Timestamp> {
        let now = self.wire.machine.now();
        self.cache.until(ask).filter(|end| *end > now)
    }

    async fn fetch(&self, ask: &Ask) -> Result<Token, Failure> {
        let cloud = ask.sign_in.way.cloud();
        if Cloud::of(&ask.host) != Some(cloud) {
            let raw = format!("{} is none of its registries", ask.host);
            return Err(Failure::new(cloud, FailureKind::OtherHost, raw));
        }
        let fetching = async {
            match cloud {
                Cloud::Aws => aws::token(&self.wire, ask).await,
                Cloud::Azure => azure::token(&self.wire, ask).await,
                Cloud::Google => google::token(&self.wire).await,
            }
        };
        let fetched = timeout(LIMIT, Box::pin(fetching)).await;
        fetched.unwrap_or_else(|_| {
            let raw = format!("no token within {} s", LIMIT.as_secs());
            Err(Failure::new(cloud, FailureKind::Unreachable, raw))
        })
    }
}
