//! The helper within reach: found on the `PATH` that tools see, or linked into it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    docker_protocol::PROGRAM,
    error::HandoverError,
    plan::{Body, FileChange, Handover, Plan},
    program,
};

/// The link `~/.local/bin/docker-credential-registrar`.
#[derive(Debug, Clone)]
pub struct HelperLink<'a>(pub(crate) &'a Handover);

impl HelperLink<'_> {
    /// Where the link is, or would be.
    pub fn path(&self) -> PathBuf {
        self.0.environment.home().join(".local/bin").join(PROGRAM)
    }

    /// Whether that folder is on the `PATH`. Where it is not, a link there helps no tool until
    /// the person adds the folder or signs in anew.
    pub fn is_on_path(&self) -> bool {
        let folders = self.0.environment.search_path();
        self.path()
            .parent()
            .is_some_and(|folder| folders.iter().any(|other| other == folder))
    }

    /// Whether the link leads to `helper`.
    pub fn leads_to(&self, helper: &Path) -> bool {
        matches!(self.target(), Ok(Some(target)) if target == helper)
    }

    /// The helper that a tool with this environment would run.
    pub fn found(&self) -> Option<PathBuf> {
        program::find(&self.0.environment, PROGRAM)
    }

    /// Links `helper`, an absolute path, into `~/.local/bin`. A link that leads nowhere is replaced.
    ///
    /// # Errors
    /// [`HandoverError::InTheWay`] where something else lies there.
    pub fn plan(&self, helper: &Path) -> Result<Plan, HandoverError> {
        let path = self.path();
        let before = self.target()?;
        match &before {
            Some(target) if target == helper => return Ok(Plan::default()),
            Some(_) if path.exists() => return Err(HandoverError::InTheWay { path }),
            _ => {}
        }
        Ok(self.change(before, Some(helper.to_owned())))
    }

    /// Removes the link to `helper`; another's is left alone.
    ///
    /// # Errors
    /// [`HandoverError::Read`] where the link cannot be read.
    pub fn plan_remove(&self, helper: &Path) -> Result<Plan, HandoverError> {
        match self.target() {
            Ok(Some(target)) if target == helper => Ok(self.change(Some(target), None)),
            Ok(_) | Err(HandoverError::InTheWay { .. }) => Ok(Plan::default()),
            Err(error) => Err(error),
        }
    }

    fn target(&self) -> Result<Option<PathBuf>, HandoverError> {
        let path = self.path();
        if fs::symlink_metadata(&path).is_err() {
            return Ok(None);
        }
        fs::read_link(&path)
            .map(Some)
            .map_err(|_| HandoverError::InTheWay { path })
    }

    fn change(&self, before: Option<PathBuf>, after: Option<PathBuf>) -> Plan {
        let change = FileChange {
            path: self.path(),
            before: before.map(Body::Link),
            after: after.map(Body::Link),
            record: None,
            backup: None,
        };
        Plan {
            changes: vec![change],
            ..Plan::default()
        }
    }
}
