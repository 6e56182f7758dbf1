//! Numbers within bytes, lowest byte first.

use crate::error::Rejection;

/// What has not been read yet of some bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next `length` bytes.
    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8], Rejection> {
        let ended = || Rejection::new("The archive's directory ends in the middle.");
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(ended)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self, length: usize) -> Result<u64, Rejection> {
        let bytes = self.bytes(length)?.iter().rev();
        Ok(bytes.fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// Two bytes.
    pub(crate) fn short(&mut self) -> Result<u64, Rejection> {
        self.number(2)
    }

    /// Two bytes, as a length.
    pub(crate) fn length(&mut self) -> Result<usize, Rejection> {
        // Two bytes fit everywhere.
        Ok(usize::try_from(self.number(2)?).unwrap_or(usize::MAX))
    }

    /// Four bytes.
    pub(crate) fn long(&mut self) -> Result<u64, Rejection> {
        self.number(4)
    }

    /// Eight bytes.
    pub(crate) fn huge(&mut self) -> Result<u64, Rejection> {
        self.number(8)
    }
}
