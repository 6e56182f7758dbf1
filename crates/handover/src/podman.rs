//! Podman, skopeo and buildah, which share their configuration.
//!
//! - **All registries**: one file of our own, `50-registrar.conf`, in
//!   `~/.config/containers/registries.conf.d`. It says `credential-helpers = ["registrar", …]` and
//!   continues with what the other files said, so nothing that worked stops working. Undoing it
//!   is deleting the file. Of several files that set this, the last one read counts.
//! - **Single registries**: `credHelpers` in the `auth.json` that lasts,
//!   `$XDG_CONFIG_HOME/containers/auth.json`: the one in `$XDG_RUNTIME_DIR` is gone after a reboot.
//!   `$REGISTRY_AUTH_FILE` is the only file read where it is set, so it is then the one written.
//!   Two limits are podman's own: an entry in the runtime `auth.json` wins until `podman logout`,
//!   and helpers are asked for a host, never for a path on it.
//!
//! `$CONTAINERS_REGISTRIES_CONF` names another `registries.conf`. Podman and buildah up to version
//! 5 and 1.40 then still read the files beside the usual one, so ours still counts; newer ones read
//! no other file, and skopeo did not heed the variable before.
//!
//! Docker's `config.json` is read as well, after these; what is handed over there works in podman
//! without more.

pub(crate) mod conf;

use std::path::PathBuf;

use crate::{
    docker_protocol::{Key, Refusal},
    environment::Environment,
    error::HandoverError,
    helper_file::{HelperFile, Slot, State},
    ledger::Wiring,
    plan::{Handover, Plan, Replace},
};

/// The configuration of podman, skopeo and buildah.
#[derive(Debug, Clone)]
pub struct Podman<'a>(pub(crate) &'a Handover);

/// The `auth.json` in the person's configuration.
pub(crate) fn lasting_auth_file(environment: &Environment) -> PathBuf {
    let folder = environment.path("XDG_CONFIG_HOME");
    folder
        .unwrap_or_else(|| environment.home().join(".config"))
        .join("containers/auth.json")
}

/// The `auth.json` that podman itself writes, one per way of signing in: with a session, and
/// without one. Both are gone after a reboot. Only Linux has them.
pub(crate) fn passing_auth_files(environment: &Environment) -> Vec<PathBuf> {
    let mut files = Vec::new();
    #[cfg(target_os = "linux")]
    {
        let session = environment.path("XDG_RUNTIME_DIR");
        files.extend(session.map(|folder| folder.join("containers/auth.json")));
        let user = rustix::process::getuid().as_raw();
        files.push(environment.system(&format!("run/containers/{user}/auth.json")));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (environment, &mut files);
    files
}

pub(crate) fn auth_file(environment: &Environment) -> PathBuf {
    environment
        .path("REGISTRY_AUTH_FILE")
        .unwrap_or_else(|| lasting_auth_file(environment))
}

impl Podman<'_> {
    /// How podman spells a registry: `host[:port]`, without scheme; Docker Hub is `docker.io`.
    ///
    /// # Errors
    /// [`Refusal`] where there is no host in `registry`.
    pub fn key(registry: &str) -> Result<String, Refusal> {
        let key = Key::parse(registry)?;
        Ok(key
            .as_str()
            .split('/')
            .next()
            .unwrap_or_default()
            .to_owned())
    }

    fn file(&self) -> HelperFile<'_> {
        HelperFile {
            handover: self.0,
            path: auth_file(&self.0.environment),
        }
    }

    /// The file that settings of single registries are written to.
    pub fn path(&self) -> PathBuf {
        self.file().path
    }

    /// What podman asks Registrar for, and whether another program has undone some of it.
    ///
    /// # Errors
    /// [`HandoverError::Broken`] and the like where a file cannot be read.
    pub fn state(&self) -> Result<State, HandoverError> {
        let mut state = self.file().state()?;
        if let Some(status) = conf::status(self.0)? {
            state.slots.insert(0, Slot { key: None, status });
        }
        Ok(state)
    }

    /// Lets podman ask Registrar for `keys`, which are spelled as podman does.
    ///
    /// # Errors
    /// As [`Podman::state`].
    pub fn plan_enable(&self, keys: &[String], replace: Replace) -> Result<Plan, HandoverError> {
        let mut wanted = self.keys()?;
        wanted.keys.extend(keys.iter().cloned());
        self.file().plan(&wanted, replace)
    }

    /// Lets podman ask Registrar for `keys` no longer.
    ///
    /// # Errors
    /// As [`Podman::state`].
    pub fn plan_disable(&self, keys: &[String]) -> Result<Plan, HandoverError> {
        let mut wanted = self.keys()?;
        wanted.keys.retain(|key| !keys.contains(key));
        self.file().plan(&wanted, Replace::Never)
    }

    /// Lets podman ask Registrar before anything else, for every registry, or no longer.
    ///
    /// # Errors
    /// As [`Podman::state`].
    pub fn plan_every(&self, every: bool) -> Result<Plan, HandoverError> {
        conf::plan(self.0, every)
    }

    /// Takes everything of Registrar's out of podman's configuration.
    ///
    /// # Errors
    /// As [`Podman::state`].
    pub fn plan_remove(&self) -> Result<Plan, HandoverError> {
        let keys = self.file().plan(&Wiring::default(), Replace::Never)?;
        Ok(keys.and(self.plan_every(false)?))
    }

    /// Puts back what another program took.
    ///
    /// # Errors
    /// As [`Podman::state`].
    pub fn plan_repair(&self) -> Result<Plan, HandoverError> {
        let keys = self.file().plan(&self.keys()?, Replace::Agreed)?;
        match conf::status(self.0)? {
            Some(_) => Ok(keys.and(self.plan_every(true)?)),
            None => Ok(keys),
        }
    }

    /// The single registries. Podman does not know `credsStore`, so it is never ours here.
    fn keys(&self) -> Result<Wiring, HandoverError> {
        Ok(Wiring {
            every: false,
            ..self.file().wanted()?
        })
    }
}
