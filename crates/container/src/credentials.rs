//! Who to be at a registry.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registrar_net::Authorization;
use registrar_registry::Secret;

use crate::failure::{Failure, FailureKind};

/// The user that stands for an identity token, as docker and its helpers write it.
const IDENTITY_TOKEN_USER: &str = "<token>";

/// A credential of a container registry.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A user with a password or an access token.
    Password {
        /// The user's name.
        user: String,
        /// The password, any bytes.
        password: Secret,
    },
    /// An identity token, which is exchanged for others (OAuth 2's refresh token).
    IdentityToken(Secret),
}

impl Credentials {
    /// The credential that `user` and `secret` mean: the user `<token>` has an identity token.
    pub fn new(user: impl Into<String>, secret: Secret) -> Self {
        let user = user.into();
        if user == IDENTITY_TOKEN_USER {
            Self::IdentityToken(secret)
        } else {
            Self::Password {
                user,
                password: secret,
            }
        }
    }

    pub(crate) fn is_identity_token(&self) -> bool {
        matches!(self, Self::IdentityToken(_))
    }

    /// As Basic has it.
    pub(crate) fn basic(&self) -> Result<Authorization<'_>, Failure> {
        match self {
            Self::IdentityToken(_) => {
                let raw = "an identity token cannot be sent as a password";
                Err(Failure::new(FailureKind::IdentityTokenUnsupported, raw))
            }
            Self::Password { user, .. } if user.contains(':') => {
                let raw = "a user name with a colon cannot be sent";
                Err(Failure::new(FailureKind::CredentialsUnusable, raw))
            }
            Self::Password { user, password } => Ok(Authorization::Basic { user, password }),
        }
    }

    /// Whether `text` gives something of the secret away.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let (Self::Password {
            password: secret, ..
        }
        | Self::IdentityToken(secret)) = self;
        let decoded = percent_encoding::percent_decode_str(text).decode_utf8_lossy();
        secret.expose_text().is_some_and(|secret| {
            !secret.is_empty() && (text.contains(secret) || decoded.contains(secret))
        }) || self.blob().is_some_and(|blob| decoded.contains(&*blob))
    }

    /// The text by which Basic carries it, in case a server repeats that.
    fn blob(&self) -> Option<String> {
        let Self::Password { user, password } = self else {
            return None;
        };
        let plain = Secret::new([user.as_bytes(), b":", password.expose()].concat());
        Some(STANDARD.encode(plain.expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_itself_in_what_a_server_says() {
        let credentials = Credentials::new("Aladdin", Secret::new("open sesame"));
        for text in [
            "no open sesame",
            "no open%20sesame",
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
        ] {
            assert!(credentials.is_in(text), "{text}");
        }
        assert!(!credentials.is_in("incorrect username or password"));
        assert!(!Credentials::new("u", Secret::new("")).is_in("anything"));
    }

    #[test]
    fn the_user_of_identity_tokens_is_nobody() {
        assert!(Credentials::new("<token>", Secret::new("t")).is_identity_token());
    }
}
