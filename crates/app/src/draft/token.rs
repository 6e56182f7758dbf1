//! What a token must be like.

use registrar_registry::Secret;

use crate::wire::{CommandError, Field, TokenChange};

/// Refuses a token that no registry could get.
pub(super) fn check_token(token: &TokenChange) -> Result<(), CommandError> {
    let TokenChange::Set { token } = token else {
        return Ok(());
    };
    if token.is_empty() {
        return Err(CommandError::invalid(Field::Token, "The token is empty.")
            .hint("Type or paste the token, or save without one."));
    }
    if token.len() > Secret::MAX_BYTES {
        return Err(CommandError::invalid(
            Field::Token,
            "The token is longer than 64 KiB.",
        ));
    }
    Ok(())
}

/// Refuses what no header can carry, for registries that get the token as it is.
pub(super) fn check_sendable(token: &TokenChange) -> Result<(), CommandError> {
    let TokenChange::Set { token } = token else {
        return Ok(());
    };
    let sendable = |byte: &u8| *byte >= 0x20 && *byte != 0x7f;
    if token.expose().iter().all(sendable) {
        return Ok(());
    }
    Err(CommandError::invalid(
        Field::Token,
        "The token holds a line break or another control character, which cannot be sent.",
    )
    .hint("Copy it again, without anything before or after it."))
}
