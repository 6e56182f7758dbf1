//! Where secrets lie, and whether they can be reached.

use registrar_registry::Secret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which store holds the secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultKind {
    /// The operating system's keychain.
    Keychain,
    /// A file sealed with the person's passphrase.
    Passphrase,
}

/// Whether the store can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// It can.
    Ready,
    /// It is locked.
    Locked,
    /// There is none on this system, or it does not answer.
    Missing,
    /// It refuses.
    Denied,
}

/// Response of `vault_status` and of every command that changes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VaultStatus {
    /// Which store is in use.
    pub kind: VaultKind,
    /// Its product name: "GNOME Keyring", "Keychain", "Credential Manager", "Passphrase vault".
    pub name: String,
    /// Whether it can be used.
    pub state: VaultState,
    /// Why not, in words, where it cannot.
    pub reason: Option<String>,
    /// The one next step, where it cannot.
    pub hint: Option<String>,
    /// The underlying error, where it cannot; never a secret.
    pub raw: Option<String>,
    /// Whether a passphrase vault exists, used or not.
    pub has_passphrase_vault: bool,
    /// How many registries have a token in it.
    pub tokens: u32,
}

/// Request of `unlock_vault` and of `create_vault` (which makes the passphrase vault, moves
/// the tokens that can be read into it, and uses it from then on).
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Passphrase {
    /// The passphrase; when creating: at least 8 characters.
    #[ts(type = "string")]
    pub passphrase: Secret,
}

/// Request of `change_passphrase`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChangePassphrase {
    /// The passphrase so far.
    #[ts(type = "string")]
    pub old: Secret,
    /// The new one: at least 8 characters.
    #[ts(type = "string")]
    pub new: Secret,
}
