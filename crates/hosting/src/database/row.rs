//! Reading columns: what the database holds is checked here and nowhere else.

use jiff::Timestamp;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::error::HostError;

/// Columns by name, in the crate's own types.
pub(crate) trait Columns {
    /// A number that counts something.
    fn count(&self, column: &str) -> Result<u64, HostError>;
    /// A time.
    fn time(&self, column: &str) -> Result<Timestamp, HostError>;
    /// A time that may not be there.
    fn maybe_time(&self, column: &str) -> Result<Option<Timestamp>, HostError>;
    /// Bytes of a known length.
    fn bytes<const N: usize>(&self, column: &str) -> Result<[u8; N], HostError>;
    /// JSON of a known form.
    fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, HostError>;
}

impl Columns for SqliteRow {
    fn count(&self, column: &str) -> Result<u64, HostError> {
        let number: i64 = self.try_get(column)?;
        u64::try_from(number).map_err(|_| damaged(column))
    }

    fn time(&self, column: &str) -> Result<Timestamp, HostError> {
        Timestamp::from_millisecond(self.try_get(column)?).map_err(|_| damaged(column))
    }

    fn maybe_time(&self, column: &str) -> Result<Option<Timestamp>, HostError> {
        let millis: Option<i64> = self.try_get(column)?;
        let time = millis.map(Timestamp::from_millisecond).transpose();
        time.map_err(|_| damaged(column))
    }

    fn bytes<const N: usize>(&self, column: &str) -> Result<[u8; N], HostError> {
        let bytes: &[u8] = self.try_get(column)?;
        bytes.try_into().map_err(|_| damaged(column))
    }

    fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T, HostError> {
        let text: &str = self.try_get(column)?;
        Ok(serde_json::from_str(text)?)
    }
}

/// A column holds what it never should.
pub(crate) fn damaged(column: &str) -> HostError {
    HostError::Damaged(format!("the column {column}"))
}

/// A count as the database keeps it.
pub(crate) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
