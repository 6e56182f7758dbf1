//! Who asks, and whether they may.

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use crate::audit::{Actor, Context};
use crate::error::HostError;
use crate::model::Registry;
use crate::tokens::{Scope, Token};

/// Who asks for something.
#[derive(Debug, Clone)]
pub struct Caller {
    identity: Identity,
    address: Option<IpAddr>,
    agent: Option<String>,
}

#[derive(Debug, Clone)]
enum Identity {
    /// The person at the window, or the server's own work.
    Owner,
    /// Somebody with a token that works.
    Token(Arc<Token>),
    /// Somebody without a token, or with one that does not work.
    Stranger,
}

/// Whether a caller may do something with a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// They may.
    Allowed,
    /// They have to say who they are first. What they asked for may exist or not.
    Unknown,
    /// To them it does not exist.
    Hidden,
    /// They may see it, but not do this.
    Forbidden(Scope),
}

impl Caller {
    /// The person at this computer's window.
    pub fn owner() -> Self {
        Self {
            identity: Identity::Owner,
            address: None,
            agent: None,
        }
    }

    /// Somebody on the network.
    pub(crate) fn remote(
        token: Option<Arc<Token>>,
        address: IpAddr,
        agent: Option<String>,
    ) -> Self {
        Self {
            identity: token.map_or(Identity::Stranger, Identity::Token),
            address: Some(address),
            agent,
        }
    }

    /// Whether they may do what `scope` says with `registry`, which need not exist. For a caller to
    /// whom a private registry is not open, it looks like one that does not exist.
    pub fn may(&self, scope: Scope, registry: Option<&Registry>) -> Verdict {
        let public = registry.is_some_and(|registry| registry.public);
        if public && scope == Scope::ReadPackages {
            return Verdict::Allowed;
        }
        let token = match &self.identity {
            Identity::Owner if registry.is_some() => return Verdict::Allowed,
            Identity::Owner => return Verdict::Hidden,
            Identity::Stranger => return Verdict::Unknown,
            Identity::Token(token) => token,
        };
        let reaches = match (token.registry, registry) {
            // Said before it is known whether there is such a registry: it gives nothing away.
            (None, _) if !token.scopes.has(scope) => return Verdict::Forbidden(scope),
            (None, Some(_)) => true,
            (Some(own), Some(registry)) => own == registry.id,
            (_, None) => false,
        };
        match (reaches, token.scopes.has(scope)) {
            (true, true) => Verdict::Allowed,
            (true, false) => Verdict::Forbidden(scope),
            (false, _) if public => Verdict::Forbidden(scope),
            (false, _) => Verdict::Hidden,
        }
    }

    /// Whether they may do what `scope` says with what concerns no single registry.
    pub fn may_generally(&self, scope: Scope) -> Verdict {
        match &self.identity {
            Identity::Owner => Verdict::Allowed,
            Identity::Stranger => Verdict::Unknown,
            Identity::Token(token) if token.registry.is_none() && token.scopes.has(scope) => {
                Verdict::Allowed
            }
            Identity::Token(_) => Verdict::Forbidden(scope),
        }
    }

    /// The same as an error, for code that is called by the window too.
    pub(crate) fn demand(&self, scope: Scope, registry: &Registry) -> Result<(), HostError> {
        match self.may(scope, Some(registry)) {
            Verdict::Allowed => Ok(()),
            Verdict::Unknown | Verdict::Hidden => Err(HostError::NotFound("registry")),
            Verdict::Forbidden(scope) => Err(HostError::Forbidden(scope.in_words())),
        }
    }

    /// The same for what concerns no single registry.
    pub(crate) fn demand_generally(&self, scope: Scope) -> Result<(), HostError> {
        match self.may_generally(scope) {
            Verdict::Allowed => Ok(()),
            _ => Err(HostError::Forbidden(scope.in_words())),
        }
    }

    /// The token that they have shown.
    pub fn token(&self) -> Option<&Arc<Token>> {
        match &self.identity {
            Identity::Token(token) => Some(token),
            Identity::Owner | Identity::Stranger => None,
        }
    }

    /// In words, for the page of a package: “this window”, or what a token is called.
    pub(crate) fn in_words(&self) -> String {
        match &self.identity {
            Identity::Owner => "this window".to_owned(),
            Identity::Token(token) => token.description.clone(),
            Identity::Stranger => "somebody without a token".to_owned(),
        }
    }

    /// The name that clients are shown when they ask who they are.
    pub fn login(&self) -> Option<String> {
        match &self.identity {
            Identity::Owner => Some("owner".to_owned()),
            Identity::Token(token) => Some(token.description.clone()),
            Identity::Stranger => None,
        }
    }

    pub(crate) fn actor(&self) -> Actor {
        let (kind, id): (&str, Option<Uuid>) = match &self.identity {
            Identity::Owner => ("OWNER", None),
            Identity::Stranger => ("ANONYMOUS", None),
            Identity::Token(token) => {
                let kind = match (token.registry, token.expires_at) {
                    (None, _) => "API_TOKEN",
                    (Some(_), Some(_)) => "TEMPORARY_TOKEN",
                    (Some(_), None) => "REGISTRY_TOKEN",
                };
                (kind, Some(token.id))
            }
        };
        Actor {
            kind: kind.to_owned(),
            id,
            name: self.in_words(),
        }
    }

    pub(crate) fn context(&self) -> Context {
        Context {
            request_ip_address: self.address.map(|address| address.to_string()),
            request_user_agent: self.agent.clone(),
        }
    }
}
