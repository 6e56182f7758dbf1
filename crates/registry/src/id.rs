//! Who a registry is, whatever it is called.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::{Uuid, Version};

/// The id of a registry: a `UUIDv7`, so ids sort by the time they were made.
///
/// As text: 36 lower-case characters with hyphens. It is also the account of the
/// registry's secret in the keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Uuid", into = "Uuid")]
pub struct RegistryId(Uuid);

/// The text is not the id of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is a UUID of version 7, like 01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e55")]
pub struct IdError;

impl RegistryId {
    /// A new id, later than every id made by this process before.
    #[expect(clippy::new_without_default, reason = "every call gives another id")]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// An id that depends only on `seed`, for an entry whose own id cannot be written down.
    ///
    /// It has the form of a `UUIDv7` of the year 1970, so it never meets a [`RegistryId::new`].
    pub fn derived(seed: &[u8]) -> Self {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(seed);
        let random = std::array::from_fn(|i| digest[i]);
        Self(uuid::Builder::from_unix_timestamp_millis(0, &random).into_uuid())
    }
}

impl TryFrom<Uuid> for RegistryId {
    type Error = IdError;

    fn try_from(uuid: Uuid) -> Result<Self, IdError> {
        match uuid.get_version() {
            Some(Version::SortRand) => Ok(Self(uuid)),
            _ => Err(IdError),
        }
    }
}

impl From<RegistryId> for Uuid {
    fn from(id: RegistryId) -> Self {
        id.0
    }
}

impl FromStr for RegistryId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // The parser knows other forms as well (braces, URN); one form is enough.
        if text.len() != uuid::fmt::Hyphenated::LENGTH {
            return Err(IdError);
        }
        Uuid::try_parse(text).map_err(|_| IdError)?.try_into()
    }
}

impl fmt::Display for RegistryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::RegistryId;

    #[test]
    fn ids_sort_by_age_and_come_back_from_text() {
        let (older, newer) = (RegistryId::new(), RegistryId::new());
        assert!(older < newer);
        assert_eq!(older.to_string().parse(), Ok(older));
        assert_eq!(older.to_string().to_uppercase().parse(), Ok(older));
        let json = serde_json::to_string(&older).unwrap();
        assert_eq!(json, format!("\"{older}\""));
        assert_eq!(serde_json::from_str::<RegistryId>(&json).unwrap(), older);
    }

    #[test]
    fn only_version_7_with_hyphens_is_an_id() {
        for text in [
            "",
            "x",
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "{01927f5e-6c3a-7d10-8a4e-3f0b9c2d1e55}",
            "01927f5e6c3a7d108a4e3f0b9c2d1e55",
        ] {
            assert!(text.parse::<RegistryId>().is_err(), "{text}");
        }
        assert!(
            serde_json::from_str::<RegistryId>("\"67e55044-10b1-426f-9247-bb680e5fe0c8\"").is_err()
        );
    }

    #[test]
    fn a_derived_id_is_stable_and_an_id() {
        let id = RegistryId::derived(b"a");
        assert_eq!(id, RegistryId::derived(b"a"));
        assert_ne!(id, RegistryId::derived(b"b"));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id < RegistryId::new());
    }
}
