//! The person's kubeconfig: found, merged, and what its current context says.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use kube::{
    Client, Config,
    config::{KubeConfigOptions, Kubeconfig, KubeconfigError},
};

use crate::{error::ClusterError, plugin};

/// The most bytes of one file: 4 MiB.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Where kubeconfigs are looked for; later files add to earlier ones.
#[derive(Debug, Clone)]
pub struct Kubeconfigs(Vec<PathBuf>);

impl Kubeconfigs {
    /// Where kubectl looks: in `KUBECONFIG`, else in `~/.kube/config`.
    pub fn of_environment() -> Self {
        match env::var_os("KUBECONFIG").filter(|paths| !paths.is_empty()) {
            Some(paths) => Self(env::split_paths(&paths).collect()),
            None => Self(
                dirs::home_dir()
                    .map(|home| home.join(".kube/config"))
                    .into_iter()
                    .collect(),
            ),
        }
    }

    /// In these files.
    pub fn at(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(paths.into_iter().collect())
    }

    /// The current context. `None` where there is no file or no current context. Blocks.
    pub(crate) fn current(&self) -> Result<Option<Current>, ClusterError> {
        let mut merged: Option<Kubeconfig> = None;
        for path in self.0.iter().filter(|path| !path.as_os_str().is_empty()) {
            let Some(next) = read(path)? else { continue };
            merged = Some(match merged {
                None => next,
                Some(before) => before.merge(next).map_err(|error| said(&error))?,
            });
        }
        Ok(merged.and_then(|kubeconfig| {
            let context = kubeconfig.current_context.clone()?;
            (!context.is_empty()).then_some(Current {
                context,
                kubeconfig,
            })
        }))
    }
}

/// A file's content; `None` where there is no such file.
fn read(path: &Path) -> Result<Option<Kubeconfig>, ClusterError> {
    let unreadable = |error: io::Error| {
        ClusterError::kubeconfig(format!("{} cannot be read: {error}", path.display()))
    };
    let facts = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        facts => facts.map_err(unreadable)?,
    };
    // To open a pipe would wait for its other end.
    if !facts.is_file() || facts.len() > MAX_BYTES {
        let message = format!("{} is no file of at most 4 MiB", path.display());
        return Err(ClusterError::kubeconfig(message));
    }
    Kubeconfig::read_from(path).map(Some).map_err(|error| {
        let message = message_of(&error);
        ClusterError::kubeconfig(format!("{}: {message}", path.display()))
    })
}

fn said(error: &KubeconfigError) -> ClusterError {
    ClusterError::kubeconfig(message_of(error))
}

/// A parser's message may quote the file, and with it a token.
fn message_of(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::Parse(_) => "it is not the YAML of a kubeconfig".to_owned(),
        other => other.to_string(),
    }
}

/// The current context and the file that it is in.
pub(crate) struct Current {
    context: String,
    kubeconfig: Kubeconfig,
}

impl Current {
    /// A client of the cluster, and the name of the context.
    pub(crate) async fn connect(self) -> Result<(String, Client), ClusterError> {
        let own_proxy = self.has_own_proxy();
        let options = KubeConfigOptions::default();
        let config = Config::from_custom_kubeconfig(self.kubeconfig, &options).await;
        let mut config = config.map_err(|error| said(&error))?;
        // It would wait and try again on its own, longer than there is time.
        config.default_retry = false;
        if !own_proxy && is_loopback(config.cluster_url.host()) {
            // A proxy of the environment does not reach this computer.
            config.proxy_url = None;
        }
        if let Some(provider) = config.auth_info.auth_provider.take() {
            let name = provider.name;
            let message = format!("signing in by the old provider “{name}” is not supported");
            return Err(ClusterError::kubeconfig(message));
        }
        if let Some(exec) = config.auth_info.exec.take() {
            plugin::sign_in(&exec, &mut config.auth_info).await?;
        }
        let client = Client::try_from(config)
            .map_err(|error| ClusterError::kubeconfig(error.to_string()))?;
        Ok((self.context, client))
    }

    /// Whether the kubeconfig itself names a proxy for the cluster.
    fn has_own_proxy(&self) -> bool {
        let kubeconfig = &self.kubeconfig;
        let mut contexts = kubeconfig.contexts.iter();
        let named = contexts.find(|context| context.name == self.context);
        let cluster = named.and_then(|named| named.context.as_ref());
        let mut clusters = kubeconfig.clusters.iter();
        let named = clusters.find(|named| cluster.is_some_and(|of| of.cluster == named.name));
        let cluster = named.and_then(|named| named.cluster.as_ref());
        cluster.is_some_and(|cluster| {
            cluster
                .proxy_url
                .as_deref()
                .is_some_and(|url| !url.is_empty())
        })
    }
}

fn is_loopback(host: Option<&str>) -> bool {
    let host = host.unwrap_or_default().trim_matches(['[', ']']);
    let address: Result<std::net::IpAddr, _> = host.parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
