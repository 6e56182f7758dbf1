//! Errors as the window sees them.

use serde::Serialize;
use ts_rs::TS;

/// What the window branches on. A code exists only if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request itself is wrong; `field` says where, the message says how.
    Invalid,
    /// The name is taken by another registry.
    NameTaken,
    /// No such registry (any more).
    NotFound,
    /// The registry was changed outside since the form was opened.
    ChangedElsewhere,
    /// The catalog file cannot be understood; see [`super::CatalogProblem`].
    CatalogBroken,
    /// The file system refused: read-only, full, no permission.
    Storage,
    /// No keychain on this system.
    VaultMissing,
    /// The keychain or vault is locked.
    VaultLocked,
    /// The person dismissed the keychain's question.
    VaultDismissed,
    /// The keychain said no.
    VaultDenied,
    /// The passphrase is not the vault's.
    WrongPassphrase,
    /// A file that was to be changed has changed since it was shown: plan anew.
    PlanOutdated,
    /// The operation was cancelled.
    Cancelled,
    /// Anything else: a bug, or something nobody foresaw.
    Internal,
}

/// A field of the registry form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// The registry's name.
    Name,
    /// The registry's address.
    Url,
    /// The token.
    Token,
    /// The user at a container registry.
    User,
    /// The last day of the token.
    Expires,
    /// The file of a certificate authority.
    CaFile,
    /// The file of a client certificate.
    ClientCertificate,
    /// The file of its key.
    ClientKey,
    /// The token server on another site.
    TokenServer,
    /// The profile of AWS's configuration.
    Profile,
    /// The role to take on.
    Role,
    /// What the role's owner wants to be told.
    ExternalId,
    /// The directory of a service principal.
    Tenant,
    /// The name of an image.
    Image,
    /// The name of a repository.
    Repository,
    /// The proxy's address, in the settings.
    Proxy,
    /// A passphrase.
    Passphrase,
    /// A description, of a source registry or a token.
    Description,
    /// A source registry's emoji.
    Emoji,
    /// The colour behind it.
    Color,
    /// What an API token may do.
    Scopes,
    /// The folder to save into.
    Folder,
    /// The file to read or write.
    File,
    /// The port on the network.
    Port,
    /// Further names of this computer.
    HostNames,
    /// The file of this computer's own certificate.
    Certificate,
    /// The file of its key.
    CertificateKey,
}

/// The error of every command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CommandError {
    /// What the window branches on.
    pub code: Code,
    /// What happened and why, one or two sentences, never a secret.
    pub message: String,
    /// The one next step, if there is one.
    pub hint: Option<String>,
    /// Whether the same request may succeed when repeated.
    pub retryable: bool,
    /// The field that is wrong, with [`Code::Invalid`] and [`Code::NameTaken`].
    pub field: Option<Field>,
    /// The underlying error as it came, for "Show the raw error"; never a secret.
    pub raw: Option<String>,
}
