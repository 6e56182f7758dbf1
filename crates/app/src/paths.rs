//! Where things lie on this computer.

use std::path::{Path, PathBuf};

/// The two folders that Registrar owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    config: PathBuf,
    data: PathBuf,
}

impl Paths {
    /// The given folders; they need not exist yet.
    pub fn new(config: impl Into<PathBuf>, data: impl Into<PathBuf>) -> Self {
        Self {
            config: config.into(),
            data: data.into(),
        }
    }

    /// `$REGISTRAR_CONFIG_DIR` and `$REGISTRAR_DATA_DIR`, else `registrar` in the system's
    /// folders for configuration and data; `None` where the system names none.
    pub fn from_environment() -> Option<Self> {
        let config = from_variable("REGISTRAR_CONFIG_DIR")
            .or_else(|| dirs::config_dir().map(|dir| dir.join("registrar")))?;
        let data = from_variable("REGISTRAR_DATA_DIR")
            .or_else(|| dirs::data_dir().map(|dir| dir.join("registrar")))?;
        Some(Self { config, data })
    }

    /// The folder of the catalog and the settings.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// The folder of everything else.
    pub fn data(&self) -> &Path {
        &self.data
    }

    pub(crate) fn settings(&self) -> PathBuf {
        self.config.join("settings.toml")
    }

    pub(crate) fn activity(&self) -> PathBuf {
        self.data.join("activity")
    }

    pub(crate) fn pending(&self) -> PathBuf {
        self.data.join("pending")
    }

    pub(crate) fn health(&self) -> PathBuf {
        self.data.join("health")
    }
}

fn from_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
