//! The one next step after a failure, for the desktop at hand.

use crate::{Absent, VaultError};

/// What a person's session runs under, as far as the keychain is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Desktop {
    Kde,
    OtherLinux,
    MacOs,
    Windows,
}

impl Desktop {
    fn current() -> Self {
        if cfg!(target_os = "macos") {
            return Self::MacOs;
        }
        if cfg!(windows) {
            return Self::Windows;
        }
        Self::of_session(&std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default())
    }

    /// From `XDG_CURRENT_DESKTOP`, a list of names separated by colons.
    fn of_session(names: &str) -> Self {
        if names
            .split(':')
            .any(|name| name.eq_ignore_ascii_case("KDE"))
        {
            return Self::Kde;
        }
        Self::OtherLinux
    }
}

/// The next step for a person on this computer.
pub(crate) fn hint(error: &VaultError) -> Option<String> {
    hint_on(Desktop::current(), error).map(str::to_owned)
}

fn hint_on(desktop: Desktop, error: &VaultError) -> Option<&'static str> {
    Some(match error {
        VaultError::Missing { what, .. } => missing(desktop, *what),
        VaultError::Locked { store, .. } if store == crate::passphrase::NAME => {
            "Unlock the vault with its passphrase."
        }
        VaultError::Locked { .. } => unlock(desktop),
        VaultError::Dismissed { .. } => "Try again, and answer the keychain's question.",
        VaultError::Denied { .. } => denied(desktop),
        VaultError::TimedOut { .. } => {
            "See whether a question of the keychain is still open, answer it and try again."
        }
        VaultError::WrongPassphrase => {
            "Type it again; capital letters and the keyboard layout count."
        }
        VaultError::WeakPassphrase { .. } => {
            "Use at least 8 characters; a few unrelated words are easy to remember."
        }
        VaultError::AlreadyExists => "Unlock the vault that exists with its passphrase.",
        VaultError::Empty => "Enter a token, or remove it from the registry.",
        VaultError::TooLarge { .. } => "Check that it is a token and not a file.",
        VaultError::Full => "Delete registries that are no longer used.",
        VaultError::Damaged { store, .. } if store == crate::passphrase::NAME => {
            "Put a backup of the file in its place."
        }
        VaultError::Damaged { .. } => "Enter the token again and save it.",
        VaultError::Io { .. } => "Check the file's permissions and the free space on the disk.",
        VaultError::Unexpected { .. } => "Try again, or use a passphrase vault instead.",
        VaultError::BadAccount | VaultError::NotSupported { .. } => return None,
    })
}

const fn missing(desktop: Desktop, what: Absent) -> &'static str {
    match (what, desktop) {
        (Absent::PassphraseVault, _) => "Create a passphrase vault.",
        (_, Desktop::MacOs | Desktop::Windows) => {
            "Log in at the computer itself, not over a remote shell."
        }
        (Absent::Bus, _) => "Start Registrar from a desktop session, or use a passphrase vault.",
        (Absent::Service, Desktop::Kde) => {
            "Enable KWallet in System Settings, or use a passphrase vault."
        }
        (Absent::Service, _) => {
            "Install gnome-keyring and log in again, or use a passphrase vault."
        }
        (Absent::Collection, Desktop::Kde) => {
            "Create a wallet in KWalletManager and make it the default."
        }
        (Absent::Collection, _) => {
            "Create a keyring named Login in Passwords and Keys and make it the default."
        }
    }
}

const fn unlock(desktop: Desktop) -> &'static str {
    match desktop {
        Desktop::Kde => "Open the wallet in KWalletManager, then try again.",
        Desktop::OtherLinux => "Unlock the Login keyring in Passwords and Keys, then try again.",
        Desktop::MacOs => "Unlock the login keychain in Keychain Access, then try again.",
        Desktop::Windows => "Log in to Windows, then try again.",
    }
}

const fn denied(desktop: Desktop) -> &'static str {
    match desktop {
        Desktop::Kde => "Allow Registrar in the access settings of KWallet.",
        Desktop::OtherLinux => {
            "Allow Registrar to talk to org.freedesktop.secrets, or use a passphrase vault."
        }
        Desktop::MacOs => "Allow Registrar under Access Control of the item in Keychain Access.",
        Desktop::Windows => "Log in at the computer itself, not over a remote shell.",
    }
}

#[cfg(test)]
mod tests {
    use super::{Desktop, hint_on};
    use crate::{Absent, VaultError};

    fn without_service() -> VaultError {
        VaultError::Missing {
            what: Absent::Service,
            raw: None,
        }
    }

    #[test]
    fn each_desktop_gets_its_own_next_step() {
        let on = |desktop| hint_on(desktop, &without_service()).unwrap();
        assert!(on(Desktop::Kde).contains("KWallet"));
        assert!(on(Desktop::OtherLinux).contains("gnome-keyring"));
        assert!(!on(Desktop::MacOs).contains("gnome-keyring"));
    }

    #[test]
    fn kde_is_recognised_in_a_list_of_desktops() {
        assert_eq!(Desktop::of_session("plasma:KDE"), Desktop::Kde);
        assert_eq!(Desktop::of_session("ubuntu:GNOME"), Desktop::OtherLinux);
        assert_eq!(Desktop::of_session(""), Desktop::OtherLinux);
    }

    #[test]
    fn a_locked_vault_and_a_locked_keyring_differ() {
        let locked = |store: &str| VaultError::Locked {
            store: store.to_owned(),
            raw: None,
        };
        let vault = hint_on(Desktop::OtherLinux, &locked("Passphrase vault")).unwrap();
        let keyring = hint_on(Desktop::OtherLinux, &locked("GNOME Keyring")).unwrap();
        assert!(vault.contains("passphrase"));
        assert!(keyring.contains("Login keyring"));
    }
}
