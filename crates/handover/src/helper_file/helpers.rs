//! Which helpers a file names.

use std::collections::BTreeSet;

use super::{HELPERS, STORE};
use crate::{
    docker_protocol::HELPER,
    json::{Document, Problem, find},
    ledger::Wiring,
    plan::Conflict,
};

/// The helpers that a file names.
#[derive(Debug, Default)]
pub(crate) struct Helpers {
    pub keys: Vec<(String, String)>,
    pub every: Option<String>,
}

impl Helpers {
    pub(crate) fn read(document: &Document<'_>) -> Result<Self, Problem> {
        let members = document.members(&[HELPERS])?.iter();
        let keys = members.map(|member| Ok((member.key.clone(), document.string(&member.value)?)));
        let store = document
            .root
            .as_ref()
            .map(|root| find(root, STORE))
            .transpose()?
            .flatten();
        let every = store
            .map(|member| document.string(&member.value))
            .transpose()?;
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
            every: every.filter(|helper| !helper.is_empty()),
        })
    }

    pub(crate) fn get(&self, key: Option<&str>) -> Option<&str> {
        match key {
            None => self.every.as_deref(),
            Some(key) => self
                .keys
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, helper)| helper.as_str()),
        }
    }

    /// The same without what `helper` serves.
    pub(crate) fn without(mut self, helper: &str) -> Self {
        self.keys.retain(|(_, name)| name != helper);
        self.every = self.every.filter(|name| name != helper);
        self
    }

    /// Every helper once.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        let keys = self.keys.iter().map(|(_, helper)| helper);
        keys.chain(&self.every).map(String::as_str).collect()
    }

    /// Whether the tool asks `helper` for `key`.
    pub(crate) fn serves(&self, helper: &str, key: &str) -> bool {
        self.get(Some(key)).or(self.get(None)) == Some(helper)
    }

    /// What is another helper's, and nobody wants for Registrar.
    pub(super) fn others(&self, wanted: &Wiring) -> Vec<Conflict> {
        let every = self.every.iter().filter(|_| !wanted.every);
        let every = every.map(|helper| (None, helper));
        let keys = self.keys.iter();
        let keys = keys.filter(|(key, _)| !wanted.keys.contains(key));
        let keys = keys.map(|(key, helper)| (Some(key.clone()), helper));
        let others = every.chain(keys).filter(|(_, helper)| *helper != HELPER);
        let conflict = |(key, helper): (_, &String)| Conflict {
            key,
            helper: helper.clone(),
        };
        others.map(conflict).collect()
    }

    /// What is Registrar's.
    pub(super) fn ours(&self) -> Wiring {
        let ours = self.keys.iter().filter(|(_, helper)| helper == HELPER);
        Wiring {
            every: self.every.as_deref() == Some(HELPER),
            keys: ours.map(|(key, _)| key.clone()).collect(),
        }
    }
}
