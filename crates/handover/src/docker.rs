//! Docker and what reads docker's configuration: buildx, compose, oras, helm, nerdctl, crane.
//!
//! `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`. A single registry is a key of
//! `credHelpers`; all of them are `credsStore`, of which there is only one: it is taken by explicit
//! choice only. The credentials that the store before it kept are then out of docker's sight, but
//! stay where they are, and are in sight again when ours goes.

use std::path::PathBuf;

use crate::{
    docker_protocol::{Key, Refusal},
    environment::Environment,
    error::HandoverError,
    helper_file::{HelperFile, State},
    ledger::Wiring,
    plan::{Handover, Plan, Replace},
};

/// Docker's configuration.
#[derive(Debug, Clone)]
pub struct Docker<'a>(pub(crate) &'a Handover);

/// Where docker's configuration is.
pub(crate) fn file(environment: &Environment) -> PathBuf {
    let folder = environment.path("DOCKER_CONFIG");
    folder
        .unwrap_or_else(|| environment.home().join(".docker"))
        .join("config.json")
}

impl Docker<'_> {
    /// How docker spells a registry: Docker Hub by its address, others as `host[:port]`. A path is
    /// left out, because docker has one credential per host.
    ///
    /// # Errors
    /// [`Refusal`] where there is no host in `registry`.
    pub fn key(registry: &str) -> Result<String, Refusal> {
        let key = Key::parse(registry)?;
        let host = key.as_str().split('/').next().unwrap_or_default();
        Key::parse(host).map(|host| host.docker_spelling().to_owned())
    }

    fn file(&self) -> HelperFile<'_> {
        HelperFile {
            handover: self.0,
            path: file(&self.0.environment),
        }
    }

    /// The file that settings are written to.
    pub fn path(&self) -> PathBuf {
        self.file().path
    }

    /// What docker asks Registrar for, and whether another program has undone some of it.
    ///
    /// # Errors
    /// [`HandoverError::Broken`] and the like where the file cannot be read.
    pub fn state(&self) -> Result<State, HandoverError> {
        self.file().state()
    }

    /// Lets docker ask Registrar for `keys`, which are spelled as docker does.
    ///
    /// # Errors
    /// As [`Docker::state`].
    pub fn plan_enable(&self, keys: &[String], replace: Replace) -> Result<Plan, HandoverError> {
        let mut wanted = self.file().wanted()?;
        wanted.keys.extend(keys.iter().cloned());
        self.file().plan(&wanted, replace)
    }

    /// Lets docker ask Registrar for `keys` no longer.
    ///
    /// # Errors
    /// As [`Docker::state`].
    pub fn plan_disable(&self, keys: &[String]) -> Result<Plan, HandoverError> {
        let mut wanted = self.file().wanted()?;
        wanted.keys.retain(|key| !keys.contains(key));
        self.file().plan(&wanted, Replace::Never)
    }

    /// Lets docker ask Registrar for every registry that `credHelpers` does not name, or no longer.
    ///
    /// # Errors
    /// As [`Docker::state`].
    pub fn plan_every(&self, every: bool, replace: Replace) -> Result<Plan, HandoverError> {
        let wanted = Wiring {
            every,
            ..self.file().wanted()?
        };
        self.file().plan(&wanted, replace)
    }

    /// Takes everything of Registrar's out of docker's configuration.
    ///
    /// # Errors
    /// As [`Docker::state`].
    pub fn plan_remove(&self) -> Result<Plan, HandoverError> {
        self.file().plan(&Wiring::default(), Replace::Never)
    }

    /// Puts back what another program took.
    ///
    /// # Errors
    /// As [`Docker::state`].
    pub fn plan_repair(&self) -> Result<Plan, HandoverError> {
        self.file().plan(&self.file().wanted()?, Replace::Agreed)
    }
}
