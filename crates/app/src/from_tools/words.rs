//! The words that a tool shows.

use registrar_handover::docker_protocol::Refusal;

use crate::wire::{Code, CommandError, VaultKind};

const UNLOCK_THE_VAULT: &str =
    "Registrar's passphrase vault is locked: open Registrar, unlock the vault and try again.";

/// One sentence: what happened, why, and the next step.
pub(super) fn refusal(error: &CommandError, vault: VaultKind) -> Refusal {
    // What another process unlocked is open to that process alone.
    if vault == VaultKind::Passphrase && error.code == Code::VaultLocked {
        return Refusal(UNLOCK_THE_VAULT.to_owned());
    }
    let Some(hint) = &error.hint else {
        return Refusal(error.message.clone());
    };
    let said = error.message.trim_end_matches('.');
    Refusal(format!("{said}: {}", going_on(hint)))
}

/// `hint` as it stands after a colon. What begins with a name or an abbreviation keeps its capital.
fn going_on(hint: &str) -> String {
    let mut letters = hint.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() && !hint.starts_with("Registrar") => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::refusal;
    use crate::wire::{Code, CommandError, VaultKind};

    fn locked() -> CommandError {
        CommandError::new(Code::VaultLocked, "GNOME Keyring is locked.")
            .hint("Unlock the Login keyring, then try again.")
    }

    #[test]
    fn what_happened_and_the_next_step_are_one_sentence() {
        let said = refusal(&locked(), VaultKind::Keychain).to_string();
        let expected = "GNOME Keyring is locked: unlock the Login keyring, then try again.";
        assert_eq!(said, expected);
    }

    #[test]
    fn a_passphrase_vault_is_unlocked_in_the_window() {
        let said = refusal(&locked(), VaultKind::Passphrase).to_string();
        assert!(said.contains("open Registrar"), "{said}");
    }

    #[test]
    fn without_a_hint_the_message_stands_alone() {
        let said = refusal(&CommandError::cancelled(), VaultKind::Keychain);
        assert_eq!(said.to_string(), "Cancelled.");
    }
}
