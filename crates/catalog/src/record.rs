//! One registry as the catalog knows it.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use registrar_registry::{
    ClientCertificate, CloudSignIn, ContainerAddress, DevfileUrl, Provider, RegistryId,
    RegistryKind, RegistryName, TlsRules,
};
use url::Url;

/// One registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Who it is, whatever it is called.
    pub id: RegistryId,
    /// What it keeps.
    pub kind: RegistryKind,
    /// What the person calls it.
    pub name: RegistryName,
    /// Where it is.
    pub url: Address,
    /// The user name, where the kind has one.
    pub user: Option<String>,
    /// When it was added; the file keeps whole microseconds.
    pub created: Timestamp,
    /// When it was last changed by the program; the file keeps whole microseconds.
    pub updated: Timestamp,
    /// Whether a token is in the vault, under the id.
    pub token: bool,
    /// The last day on which the token is good, where the person knows it.
    pub expires: Option<Date>,
    /// Whether the person chose plain http. A container registry, whose address has no scheme,
    /// is then spoken to by http only.
    pub allow_http: bool,
    /// How its server proves who it is.
    pub tls: TlsRules,
    /// What only container registries have; as by default for the others.
    pub container: ContainerOptions,
}

impl Record {
    /// Whether somebody can be signed in with what there is: a token in the vault, or what a
    /// cloud's tools have on this computer.
    pub fn signs_in(&self) -> bool {
        let cloud = self.container.cloud.as_ref();
        self.token || cloud.is_some_and(|cloud| !cloud.way.has_secret())
    }
}

/// What only container registries have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerOptions {
    /// Who provides it (`type` in the file); `None`: whoever its address says.
    pub provider: Option<Provider>,
    /// What to present to a registry that asks who connects.
    pub client_certificate: Option<ClientCertificate>,
    /// Whether any certificate of the server will do.
    pub insecure: bool,
    /// The token server on another site that the person has approved, without query.
    pub token_server: Option<Url>,
    /// How short-lived tokens of its cloud are got; `None` where the secret is what it takes.
    pub cloud: Option<CloudSignIn>,
    /// The tool that added it, such as `docker`; `None` where the person did.
    pub added_by: Option<String>,
}

/// Where a registry is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// Of a devfile registry.
    Devfile(DevfileUrl),
    /// Of a container registry.
    Container(ContainerAddress),
    /// Of a source registry: any text on one line, at most 2,048 characters.
    Other(String),
}

impl Address {
    /// The address as it is written.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Devfile(url) => url.as_str().into(),
            Self::Container(address) => address.to_string().into(),
            Self::Other(text) => text.into(),
        }
    }
}
