//! A short-lived token, and how long it is good.

use jiff::{SignedDuration, Timestamp};
use registrar_registry::Secret;

/// How long before its end a token is not used any more: it has to arrive, and clocks differ.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// What a registry takes for some hours, as docker would send it.
#[derive(Debug, Clone)]
pub struct Token {
    /// The user: always the same at one cloud.
    pub user: &'static str,
    /// The password.
    pub secret: Secret,
    /// When it was got.
    pub obtained: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
}

impl Token {
    /// Whether it is time for another one: half of its life is over.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        let life = self.expires.duration_since(self.obtained);
        now.duration_since(self.obtained) >= life / 2 || now < self.obtained - MARGIN
    }

    /// Whether a registry still takes it.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        now + MARGIN < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_renewed_at_half_of_its_life_and_used_until_just_before_its_end() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let token = Token {
            user: "AWS",
            secret: Secret::new("s"),
            obtained: at(100_000),
            expires: at(100_000 + 12 * 3600),
        };
        for (second, due, good) in [
            (100_000, false, true),
            (100_000 + 6 * 3600 - 1, false, true),
            (100_000 + 6 * 3600, true, true),
            (100_000 + 12 * 3600 - 61, true, true),
            (100_000 + 12 * 3600 - 60, true, false),
            // The clock was put back.
            (1000, true, true),
        ] {
            assert_eq!(token.is_due(at(second)), due, "{second}");
            assert_eq!(token.is_good(at(second)), good, "{second}");
        }
    }
}
