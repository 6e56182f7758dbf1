//! A role of AWS's that one takes on for a while.

use std::fmt;

/// The most characters of an ARN.
const MAX_ARN: usize = 2048;
/// The fewest and the most characters of an external id.
const EXTERNAL_ID: std::ops::RangeInclusive<usize> = 2..=1224;

/// A role, and the external id by which its owner knows who takes it on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AwsRole {
    arn: String,
    external_id: Option<String>,
}

/// Why a role cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// It is no ARN of a role.
    #[error("A role is written like arn:aws:iam::123456789012:role/name.")]
    NotARole,
    /// The external id has other characters, or too few or too many.
    #[error("An external ID has 2 to 1,224 letters, digits and any of _ + = , . @ : / -.")]
    BadExternalId,
}

impl AwsRole {
    /// Understands a role's ARN. Where no external id is given beside it, one may stand behind a
    /// semicolon, as Anchore has it.
    ///
    /// # Errors
    /// [`RoleError`].
    pub fn parse(arn: &str, external_id: Option<&str>) -> Result<Self, RoleError> {
        let mut parts = arn.trim().split(';').map(str::trim);
        let arn = parts.next().unwrap_or_default();
        if !is_role(arn) {
            return Err(RoleError::NotARole);
        }
        let given = external_id.or(parts.next());
        let external_id = given.map(str::trim).filter(|text| !text.is_empty());
        if external_id.is_some_and(|text| !is_external_id(text)) {
            return Err(RoleError::BadExternalId);
        }
        Ok(Self {
            arn: arn.to_owned(),
            external_id: external_id.map(str::to_owned),
        })
    }

    /// The role's ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// What its owner wants to be told.
    pub fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }
}

/// `arn:<partition>:iam::<account>:role/<path and name>`.
fn is_role(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [a, partition, service, "", account, role] = parts[..] else {
        return false;
    };
    let name = role.strip_prefix("role/").unwrap_or_default();
    let proper = |c: char| c.is_ascii_graphic() && c != ';';
    arn.len() <= MAX_ARN
        && (a, service) == ("arn", "iam")
        && partition.starts_with("aws")
        && partition
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'-')
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(proper)
}

fn is_external_id(text: &str) -> bool {
    let proper = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    EXTERNAL_ID.contains(&text.len()) && text.chars().all(proper)
}

impl fmt::Display for AwsRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.arn)
    }
}
