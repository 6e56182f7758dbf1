//! Digests of content.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ReferenceError, ReferenceProblem};

/// The algorithms that registries use, and how many hexadecimal digits each has.
const ALGORITHMS: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// The digest of a manifest or blob, like `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    /// Understands `algorithm:digits`. Digits in upper case are refused, as registries do.
    ///
    /// # Errors
    /// [`ReferenceProblem::BadDigest`].
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let valid = text.split_once(':').is_some_and(|(algorithm, hex)| {
            ALGORITHMS.contains(&(algorithm, hex.len()))
                && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        });
        if !valid {
            return Err(ReferenceProblem::BadDigest.into());
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, `algorithm:digits`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the colon, like `sha256`.
    pub fn algorithm(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }
}

impl FromStr for Digest {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
