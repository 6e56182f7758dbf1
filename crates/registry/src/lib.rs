//! The vocabulary: kinds, names, URLs, ids, secrets. Parse, don't validate; no I/O.

mod secret;

pub use secret::Secret;
