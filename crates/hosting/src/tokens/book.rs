//! All tokens in memory, found by their secret.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, RwLock};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::{Token, hash};

/// The most temporary tokens at a time; the oldest give way.
const MOST_TEMPORARY: usize = 1024;
/// Uses are remembered to the minute.
const USE_STEP: SignedDuration = SignedDuration::from_secs(60);

/// Every token there is. The first half of the hash finds a token, the whole of it proves the
/// secret, compared in constant time.
#[derive(Default)]
pub(crate) struct TokenBook {
    lasting: RwLock<HashMap<[u8; 16], Arc<Token>>>,
    temporary: RwLock<HashMap<[u8; 16], Arc<Token>>>,
    /// When and from where tokens were used since that was last written down.
    used: Mutex<HashMap<Uuid, (Timestamp, String)>>,
}

impl TokenBook {
    pub(crate) fn new(tokens: Vec<Token>) -> Self {
        let lasting = tokens
            .into_iter()
            .map(|token| (half(&token.hash), Arc::new(token)));
        Self {
            lasting: RwLock::new(lasting.collect()),
            ..Self::default()
        }
    }

    /// The token with this secret, if it still works.
    pub(crate) fn find(&self, secret: &[u8]) -> Option<Arc<Token>> {
        self.find_by_hash(&hash(secret))
    }

    /// The token whose secret has this hash, if it still works.
    pub(crate) fn find_by_hash(&self, hash: &[u8; 32]) -> Option<Arc<Token>> {
        let key = half(hash);
        let found = self.lasting.read().get(&key).cloned();
        let found = found.or_else(|| self.temporary.read().get(&key).cloned())?;
        let proved = bool::from(found.hash.ct_eq(hash));
        (proved && found.is_good(Timestamp::now())).then_some(found)
    }

    /// Remembers that a token was used.
    pub(crate) fn use_now(&self, token: &Token, from: &str) {
        let now = Timestamp::now();
        let mut used = self.used.lock();
        let last = used
            .get(&token.id)
            .map(|(at, _)| *at)
            .or(token.last_used_at);
        if last.is_none_or(|last| now.duration_since(last) >= USE_STEP) {
            used.insert(token.id, (now, from.to_owned()));
        }
    }

    /// What is to be written down of uses. Temporary tokens are nowhere to write it.
    pub(crate) fn take_used(&self) -> Vec<(Uuid, Timestamp, String)> {
        let used = std::mem::take(&mut *self.used.lock());
        let mut lasting = self.lasting.write();
        let mut known = Vec::new();
        for token in lasting.values_mut() {
            if let Some((at, from)) = used.get(&token.id) {
                let mut newer = Token::clone(token);
                newer.last_used_at = Some(*at);
                newer.last_used_from = Some(from.clone());
                *token = Arc::new(newer);
                known.push((token.id, *at, from.clone()));
            }
        }
        known
    }

    /// The lasting tokens of one registry, or those of none; oldest first.
    pub(crate) fn of(&self, registry: Option<Uuid>) -> Vec<Arc<Token>> {
        let lasting = self.lasting.read();
        let mut tokens: Vec<_> = lasting
            .values()
            .filter(|token| token.registry == registry)
            .cloned()
            .collect();
        drop(lasting);
        tokens.sort_by_key(|token| token.id);
        tokens
    }

    /// The lasting token of this id.
    pub(crate) fn get(&self, id: Uuid) -> Option<Arc<Token>> {
        let lasting = self.lasting.read();
        lasting.values().find(|token| token.id == id).cloned()
    }

    pub(crate) fn insert(&self, token: Token) {
        self.lasting
            .write()
            .insert(half(&token.hash), Arc::new(token));
    }

    pub(crate) fn remove(&self, id: Uuid) {
        self.lasting.write().retain(|_, token| token.id != id);
    }

    /// Removes the tokens of a registry, temporary ones too.
    pub(crate) fn remove_registry(&self, registry: Uuid) {
        let others = |token: &Arc<Token>| token.registry != Some(registry);
        self.lasting.write().retain(|_, token| others(token));
        self.temporary.write().retain(|_, token| others(token));
    }

    /// A token that is kept nowhere else.
    pub(crate) fn insert_temporary(&self, token: Token) {
        let now = Timestamp::now();
        let mut temporary = self.temporary.write();
        temporary.retain(|_, token| token.is_good(now));
        if temporary.len() >= MOST_TEMPORARY {
            let oldest = temporary.iter().min_by_key(|(_, token)| token.id);
            let oldest = oldest.map(|(key, _)| *key);
            oldest.and_then(|key| temporary.remove(&key));
        }
        temporary.insert(half(&token.hash), Arc::new(token));
    }
}

fn half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

#[cfg(test)]
mod tests {
    use super::{MOST_TEMPORARY, SignedDuration, Timestamp, Token, TokenBook, Uuid, hash};
    use crate::tokens::Scopes;

    fn token(secret: &[u8], registry: Option<Uuid>, expires_at: Option<Timestamp>) -> Token {
        Token {
            id: Uuid::now_v7(),
            registry,
            description: "ci".to_owned(),
            ending: "cret".to_owned(),
            hash: hash(secret),
            scopes: Scopes::read_packages(),
            created_at: Timestamp::now(),
            created_by: "a test".to_owned(),
            expires_at,
            last_used_at: None,
            last_used_from: None,
        }
    }

    fn temporary(book: &TokenBook, registry: Uuid, secret: &[u8]) {
        book.insert_temporary(token(secret, Some(registry), None));
    }

    #[test]
    fn only_the_whole_secret_of_a_token_that_works_finds_it() {
        let hour = SignedDuration::from_hours(1);
        let (past, future) = (Timestamp::now() - hour, Timestamp::now() + hour);
        let book = TokenBook::new(vec![
            token(b"good", None, Some(future)),
            token(b"expired", None, Some(past)),
        ]);
        assert!(book.find(b"good").is_some());
        for secret in [&b"expired"[..], b"goo", b"good ", b""] {
            assert!(book.find(secret).is_none());
        }
        // The half by which it is looked up proves nothing.
        let mut forged = token(b"forged", None, None);
        forged.hash[31] ^= 1;
        book.insert(forged);
        assert!(book.find(b"forged").is_none());
    }

    #[test]
    fn a_registry_takes_all_its_tokens_with_it() {
        let (registry, other) = (Uuid::now_v7(), Uuid::now_v7());
        let lasting = [
            token(b"one", Some(registry), None),
            token(b"two", Some(other), None),
        ];
        let book = TokenBook::new(lasting.to_vec());
        temporary(&book, registry, b"three");
        temporary(&book, other, b"four");
        book.remove_registry(registry);
        let found = [&b"one"[..], b"two", b"three", b"four"].map(|one| book.find(one).is_some());
        assert_eq!(found, [false, true, false, true]);
    }

    #[test]
    fn the_oldest_temporary_token_gives_way() {
        let (book, registry) = (TokenBook::default(), Uuid::now_v7());
        for number in 0..=MOST_TEMPORARY {
            temporary(&book, registry, &number.to_le_bytes());
        }
        assert!(book.find(&0_usize.to_le_bytes()).is_none());
        assert!(book.find(&1_usize.to_le_bytes()).is_some());
        assert!(book.find(&MOST_TEMPORARY.to_le_bytes()).is_some());
    }

    #[test]
    fn a_use_is_written_down_once_a_minute() {
        let book = TokenBook::new(vec![token(b"good", None, None)]);
        for from in ["127.0.0.1", "::1"] {
            book.use_now(&book.find(b"good").unwrap(), from);
        }
        let used = book.take_used();
        assert_eq!((used.len(), used[0].2.as_str()), (1, "127.0.0.1"));
        book.use_now(&book.find(b"good").unwrap(), "::1");
        assert!(book.take_used().is_empty());
        assert!(book.find(b"good").unwrap().last_used_at.is_some());
    }
}
