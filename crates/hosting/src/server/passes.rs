//! Passes: what a client gets for its token, to show it instead for some minutes.
//!
//! Clients of container registries fetch one before they ask for anything, without a token too. A
//! pass says which token it stands for, sealed with a key that is made at each start and never
//! leaves the memory. It can do what the token can do at the moment at which it is shown.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use jiff::Timestamp;
use registrar_registry::Secret;
use zeroize::Zeroizing;

/// How long a pass is good, in seconds.
pub(super) const LIFETIME: i64 = 300;
const NONCE: usize = 24;
/// When it ends, and the token's hash.
const CONTENT: usize = 8 + 32;
/// The hash of no token: a pass for somebody who has none.
const NOBODY: [u8; 32] = [0; 32];

/// Makes passes and reads them.
#[derive(Default)]
pub(super) struct Passes(OnceLock<XChaCha20Poly1305>);

/// For whom a pass is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearer {
    /// Somebody without a token.
    Nobody,
    /// Whoever has the token whose secret has this hash.
    Token([u8; 32]),
}

impl Passes {
    /// A pass that begins now; `None` where the system has no random bytes.
    pub(super) fn issue(&self, bearer: Bearer, now: Timestamp) -> Option<Secret> {
        let hash = match bearer {
            Bearer::Nobody => NOBODY,
            Bearer::Token(hash) => hash,
        };
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).ok()?;
        let content = [&(now.as_second() + LIFETIME).to_be_bytes()[..], &hash].concat();
        let sealed = self.cipher()?.encrypt(&XNonce::from(nonce), &content[..]);
        let pass = [&nonce[..], &sealed.ok()?].concat();
        Some(Secret::new(URL_SAFE_NO_PAD.encode(pass)))
    }

    /// For whom a pass is; `None` for what is none of ours, or no longer good.
    pub(super) fn read(&self, pass: &[u8], now: Timestamp) -> Option<Bearer> {
        let pass = URL_SAFE_NO_PAD.decode(pass).ok()?;
        let (nonce, sealed) = pass.split_first_chunk::<NONCE>()?;
        let content = self.0.get()?.decrypt(&XNonce::from(*nonce), sealed).ok()?;
        let content: [u8; CONTENT] = content.try_into().ok()?;
        let (end, hash) = content.split_first_chunk::<8>()?;
        if i64::from_be_bytes(*end) <= now.as_second() {
            return None;
        }
        let hash: [u8; 32] = hash.try_into().ok()?;
        Some(if hash == NOBODY {
            Bearer::Nobody
        } else {
            Bearer::Token(hash)
        })
    }

    fn cipher(&self) -> Option<&XChaCha20Poly1305> {
        if self.0.get().is_none() {
            let mut key = Zeroizing::new([0; 32]);
            getrandom::fill(&mut key[..]).ok()?;
            let cipher = XChaCha20Poly1305::new_from_slice(&key[..]).ok()?;
            // Another request may have been first: its key counts.
            let _ = self.0.set(cipher);
        }
        self.0.get()
    }
}

#[cfg(test)]
mod tests {
    use super::{Bearer, LIFETIME, Passes};
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_pass_is_good_for_a_while_and_for_one_bearer() {
        let (passes, now) = (Passes::default(), Timestamp::now());
        for bearer in [Bearer::Nobody, Bearer::Token([7; 32])] {
            let pass = passes.issue(bearer, now).unwrap();
            let read = |seconds| {
                let later = now + SignedDuration::from_secs(seconds);
                passes.read(pass.expose(), later)
            };
            assert_eq!(read(0), Some(bearer));
            assert_eq!(read(LIFETIME - 1), Some(bearer));
            assert_eq!(read(LIFETIME), None);
        }
    }

    #[test]
    fn a_changed_or_foreign_pass_is_none() {
        let (passes, other, now) = (Passes::default(), Passes::default(), Timestamp::now());
        let pass = passes.issue(Bearer::Token([7; 32]), now).unwrap();
        assert_eq!(other.read(pass.expose(), now), None);
        for at in 0..pass.expose().len() {
            let mut changed = pass.expose().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(passes.read(&changed, now), None, "{at}");
        }
        for none in [&b""[..], b"bkua_x", b"AAAA", &[0xff; 90]] {
            assert_eq!(passes.read(none, now), None);
        }
    }
}
