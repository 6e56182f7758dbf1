//! What a token may do.

use std::fmt;

/// One permission. The names are Buildkite's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// See and download packages.
    ReadPackages,
    /// Publish packages.
    WritePackages,
    /// Delete packages.
    DeletePackages,
    /// See registries and their tokens' descriptions.
    ReadRegistries,
    /// Make and change registries and their tokens.
    WriteRegistries,
    /// Delete registries.
    DeleteRegistries,
    /// Read the audit log.
    ReadAuditEvents,
    /// Make and delete API tokens, look after the storage. Buildkite has no name for it.
    AdministerServer,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ReadPackages,
        Self::WritePackages,
        Self::DeletePackages,
        Self::ReadRegistries,
        Self::WriteRegistries,
        Self::DeleteRegistries,
        Self::ReadAuditEvents,
        Self::AdministerServer,
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadPackages => "read_packages",
            Self::WritePackages => "write_packages",
            Self::DeletePackages => "delete_packages",
            Self::ReadRegistries => "read_registries",
            Self::WriteRegistries => "write_registries",
            Self::DeleteRegistries => "delete_registries",
            Self::ReadAuditEvents => "read_audit_events",
            Self::AdministerServer => "administer_server",
        }
    }

    /// The scope that is written so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// What it allows, to follow “may not”.
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::ReadPackages => "read packages (scope read_packages)",
            Self::WritePackages => "publish packages (scope write_packages)",
            Self::DeletePackages => "delete packages (scope delete_packages)",
            Self::ReadRegistries => "see registries (scope read_registries)",
            Self::WriteRegistries => "change registries (scope write_registries)",
            Self::DeleteRegistries => "delete registries (scope delete_registries)",
            Self::ReadAuditEvents => "read the audit log (scope read_audit_events)",
            Self::AdministerServer => "manage API tokens and the storage (scope administer_server)",
        }
    }
}

/// A set of scopes. As text: their names with spaces between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// Everything.
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Reading packages, and nothing else.
    pub fn read_packages() -> Self {
        Self::from_iter([Scope::ReadPackages])
    }

    /// Whether a scope is among them.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & bit(scope) != 0
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of these are among `others`.
    pub fn are_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Each of them, in the order of [`Scope::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }

    /// From text; words that are no scopes are passed over.
    pub fn parse(text: &str) -> Self {
        text.split_whitespace().filter_map(Scope::parse).collect()
    }
}

fn bit(scope: Scope) -> u8 {
    1 << (scope as u8)
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | bit(scope)))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Scope::as_str).collect();
        f.write_str(&names.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Scopes};

    #[test]
    fn scopes_come_back_from_their_text() {
        let some = Scopes::from_iter([Scope::DeletePackages, Scope::ReadPackages]);
        assert_eq!(some.to_string(), "read_packages delete_packages");
        assert_eq!(Scopes::parse(&some.to_string()), some);
        assert_eq!(Scopes::parse("read_suites"), Scopes::default());
        assert!(some.are_within(Scopes::all()) && !Scopes::all().are_within(some));
    }
}
