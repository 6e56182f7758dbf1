//! Access keys, for ever or for a while.

use jiff::Timestamp;
use registrar_registry::{Cloud, Secret};
use serde::Deserialize;

use crate::failure::{Failure, FailureKind};

/// An access key.
#[derive(Debug, Clone)]
pub(crate) struct AccessKey {
    /// Its id, such as `AKIAIOSFODNN7EXAMPLE`. No secret.
    pub(crate) id: String,
    pub(crate) secret: Secret,
    /// The session token of a temporary one.
    pub(crate) session: Option<Secret>,
    /// When it ends, where that is known.
    pub(crate) expires: Option<Timestamp>,
}

/// As programs and the services of a machine write it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Given {
    access_key_id: String,
    secret_access_key: Secret,
    #[serde(alias = "Token")]
    session_token: Option<Secret>,
    expiration: Option<String>,
}

impl Given {
    /// The key that `bytes` say. The parser's own message could quote a secret, and is not shown.
    pub(crate) fn read(bytes: &[u8]) -> Option<AccessKey> {
        let given: Self = serde_json::from_slice(bytes).ok()?;
        Some(AccessKey {
            id: given.access_key_id,
            secret: given.secret_access_key,
            session: given.session_token.filter(|token| !token.is_empty()),
            expires: given.expiration.and_then(|time| time.parse().ok()),
        })
    }
}

impl AccessKey {
    /// Refuses one that has ended: to ask with it is in vain.
    pub(crate) fn still_good(self, now: Timestamp) -> Result<Self, Failure> {
        match self.expires {
            Some(end) if end <= now => {
                let raw = format!("the access key has ended at {end}");
                Err(Failure::new(Cloud::Aws, FailureKind::SignInEnded, raw))
            }
            _ => Ok(self),
        }
    }
}
