//! The kinds of registries.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a registry keeps. As text: `devfile`, `container`, `source`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RegistryKind {
    /// Stacks and samples for developers' workspaces.
    Devfile,
    /// Container images.
    Container,
    /// Packages of source ecosystems.
    Source,
}

/// The text is none of the kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the kind must be \"devfile\", \"container\" or \"source\"")]
pub struct KindError;

impl RegistryKind {
    /// The kind as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Devfile => "devfile",
            Self::Container => "container",
            Self::Source => "source",
        }
    }
}

impl FromStr for RegistryKind {
    type Err = KindError;

    fn from_str(text: &str) -> Result<Self, KindError> {
        match text {
            "devfile" => Ok(Self::Devfile),
            "container" => Ok(Self::Container),
            "source" => Ok(Self::Source),
            _ => Err(KindError),
        }
    }
}

impl fmt::Display for RegistryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::RegistryKind;

    #[test]
    fn every_kind_comes_back_from_its_text() {
        for kind in [
            RegistryKind::Devfile,
            RegistryKind::Container,
            RegistryKind::Source,
        ] {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        assert!("Devfile".parse::<RegistryKind>().is_err());
    }
}
