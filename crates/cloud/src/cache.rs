//! The tokens in memory.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use registrar_registry::{CloudSignIn, Secret};

use crate::clouds::Ask;
use crate::token::Token;

/// The most tokens that are kept.
const MAX_TOKENS: usize = 1024;

/// Tokens in memory, for as long as they are good. They are wiped with it.
#[derive(Default)]
pub struct Cache {
    slots: Mutex<HashMap<Key, Slot>>,
    // Keyed anew in every run, so that it says nothing about a secret to anybody else.
    hasher: RandomState,
}

/// One token. Whoever fetches it holds it, so that nobody else does at the same time.
pub(crate) type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

/// Everything that a token depends on.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    host: String,
    sign_in: CloudSignIn,
    user: Option<String>,
    secret: Option<u64>,
}

impl Cache {
    /// The place of the token that `ask` is about.
    pub(crate) fn slot(&self, ask: &Ask) -> Slot {
        let key = Key {
            host: ask.host.to_string(),
            sign_in: ask.sign_in.clone(),
            user: ask.user.clone(),
            secret: ask.secret.as_ref().map(|secret| self.hash(secret)),
        };
        let mut slots = self.slots.lock();
        if slots.len() >= MAX_TOKENS && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }

    /// The end of the last token for `ask`, whatever its secret.
    pub(crate) fn until(&self, ask: &Ask) -> Option<Timestamp> {
        let host = ask.host.to_string();
        let same =
            |key: &Key| key.host == host && key.sign_in == ask.sign_in && key.user == ask.user;
        let slots = self.slots.lock();
        let same = slots.iter().filter(|(key, _)| same(key));
        let end = |slot: &Slot| slot.try_lock().ok()?.as_ref().map(|token| token.expires);
        same.filter_map(|(_, slot)| end(slot)).max()
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        self.slots.lock().clear();
    }

    fn hash(&self, secret: &Secret) -> u64 {
        self.hasher.hash_one(secret.expose())
    }
}
