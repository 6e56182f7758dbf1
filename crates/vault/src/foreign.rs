//! What another program keeps in the keychain.

/// Names a secret that belongs to another program which uses `go-keyring`, such as odo. It lies in
/// the keychain in that library's form, so that the program finds it:
///
/// - Linux: the attributes `service` and `username` and no others, in the collection `login`, or in
///   the default one where there is no such collection
/// - macOS: a generic password; its text is `go-keyring-base64:` and the secret in base64
/// - Windows: the target `<service>:<user>`, the secret's bytes as they are, at most 2,560
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ForeignItem {
    /// The service.
    pub service: String,
    /// The user.
    pub user: String,
}

impl ForeignItem {
    /// What odo keeps for the registry of this name.
    pub fn of_odo(registry: &str) -> Self {
        Self {
            service: format!("odo-{registry}"),
            user: "default".to_owned(),
        }
    }
}
