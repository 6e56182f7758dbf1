//! Where things lie on this computer.

use std::path::{Path, PathBuf};

use registrar_cluster::Kubeconfigs;
use registrar_handover::{Environment, docker_protocol::PROGRAM};

/// The two folders that Registrar owns, and where tools have theirs.
#[derive(Debug, Clone)]
pub struct Paths {
    config: PathBuf,
    data: PathBuf,
    tools: Environment,
    helper: Option<PathBuf>,
    kubeconfigs: Kubeconfigs,
}

impl Paths {
    /// The given folders; they need not exist yet. Tools have theirs below the second, in `home`:
    /// nobody else's are touched. There is no kubeconfig.
    pub fn new(config: impl Into<PathBuf>, data: impl Into<PathBuf>) -> Self {
        let data = data.into();
        let home = data.join("home");
        Self {
            config: config.into(),
            tools: Environment::bare(&home, &home),
            helper: None,
            kubeconfigs: Kubeconfigs::at([]),
            data,
        }
    }

    /// The same folders, with the tools of `environment`.
    #[must_use]
    pub fn with_tools(self, environment: Environment) -> Self {
        Self {
            tools: environment,
            ..self
        }
    }

    /// The same folders, with the program that tools run to ask Registrar.
    #[must_use]
    pub fn with_helper(self, helper: impl Into<PathBuf>) -> Self {
        Self {
            helper: Some(helper.into()),
            ..self
        }
    }

    /// The same folders, with these kubeconfigs.
    #[must_use]
    pub fn with_kubeconfigs(self, kubeconfigs: Kubeconfigs) -> Self {
        Self {
            kubeconfigs,
            ..self
        }
    }

    /// `$REGISTRAR_CONFIG_DIR` and `$REGISTRAR_DATA_DIR`, else `registrar` in the system's
    /// folders for configuration and data; `None` where the system names none. Tools are where
    /// this process finds them.
    pub fn from_environment() -> Option<Self> {
        let config = from_variable("REGISTRAR_CONFIG_DIR")
            .or_else(|| dirs::config_dir().map(|dir| dir.join("registrar")))?;
        let data = from_variable("REGISTRAR_DATA_DIR")
            .or_else(|| dirs::data_dir().map(|dir| dir.join("registrar")))?;
        let home = dirs::home_dir()?;
        let paths = Self::new(config, data)
            .with_tools(Environment::of_this_process(home))
            .with_kubeconfigs(Kubeconfigs::of_environment());
        Some(match helper_beside_us() {
            Some(helper) => paths.with_helper(helper),
            None => paths,
        })
    }

    /// The folder of the catalog and the settings.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// What the tools on this computer see of it.
    pub fn tools(&self) -> &Environment {
        &self.tools
    }

    /// The program that tools run to ask Registrar; `None` where the installation lacks it.
    pub(crate) fn helper(&self) -> Option<PathBuf> {
        self.helper.clone()
    }

    pub(crate) fn kubeconfigs(&self) -> &Kubeconfigs {
        &self.kubeconfigs
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

    pub(crate) fn hosting(&self) -> PathBuf {
        self.data.join("hosting")
    }

    pub(crate) fn stacks(&self) -> PathBuf {
        self.data.join("stacks")
    }

    pub(crate) fn repositories(&self) -> PathBuf {
        self.data.join("repositories.json")
    }

    pub(crate) fn transfers(&self) -> PathBuf {
        self.data.join("transfers.json")
    }

    pub(crate) fn rounds(&self) -> PathBuf {
        self.data.join("health/rounds.json")
    }
}

/// The helper lies beside the window's own program.
fn helper_beside_us() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    Some(own.with_file_name(name)).filter(|helper| helper.is_file())
}

fn from_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
