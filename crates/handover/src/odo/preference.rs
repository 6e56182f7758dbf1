//! What odo's preference file says of registries.

use super::yaml::{self, Kind, Node};
use crate::json::{Problem, problem};

pub(super) const SETTINGS: &str = "OdoSettings";
pub(super) const LIST: &str = "RegistryList";

/// The registry that odo has where its file names none.
pub(super) const DEFAULT_NAME: &str = "DefaultDevfileRegistry";
pub(super) const DEFAULT_URL: &str = "https://registry.devfile.io";

/// A registry as odo's file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OdoEntry {
    /// Its name; odo tells names apart by case.
    pub name: String,
    /// Its address, as it is written.
    pub url: String,
    /// Whether odo has put a token into the keychain for it.
    pub secure: bool,
}

impl OdoEntry {
    pub(super) fn of_default() -> Self {
        Self {
            name: DEFAULT_NAME.to_owned(),
            url: DEFAULT_URL.to_owned(),
            secure: false,
        }
    }
}

/// A whole file, understood.
pub(super) struct Preference {
    pub root: Option<Node>,
}

impl Preference {
    /// Reads the text. Keys that mean the same but differ in case are none of odo's.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        let root = yaml::parse(text)?.filter(|root| !root.is_null());
        let this = Self { root };
        this.check()?;
        Ok(this)
    }

    fn check(&self) -> Result<(), Problem> {
        let Some(root) = &self.root else {
            return Ok(());
        };
        expect_mapping(root)?;
        if let Some(settings) = self.settings()? {
            expect_mapping(settings)?;
        }
        match self.list()? {
            Some(list) if !matches!(list.kind, Kind::Sequence { .. }) => Err(problem(
                list.span.start,
                "a list of registries was expected here",
            )),
            Some(_) | None => self.entries().map(drop),
        }
    }

    /// The settings, unless there are none.
    fn settings(&self) -> Result<Option<&Node>, Problem> {
        let Some(root) = &self.root else {
            return Ok(None);
        };
        let member = root.find(SETTINGS)?;
        Ok(member
            .map(|(_, value)| value)
            .filter(|value| !value.is_null()))
    }

    /// The list, unless there is none: then odo has its default registry.
    pub(super) fn list(&self) -> Result<Option<&Node>, Problem> {
        let Some(settings) = self.settings()? else {
            return Ok(None);
        };
        let member = settings.find(LIST)?;
        Ok(member
            .map(|(_, value)| value)
            .filter(|value| !value.is_null()))
    }

    pub(super) fn items(&self) -> Result<&[Node], Problem> {
        Ok(match self.list()?.map(|list| &list.kind) {
            Some(Kind::Sequence { items, .. }) => items,
            _ => &[],
        })
    }

    /// The registries in the file's order; none where odo has its default.
    pub(super) fn entries(&self) -> Result<Vec<OdoEntry>, Problem> {
        self.items()?.iter().map(entry).collect()
    }
}

fn expect_mapping(node: &Node) -> Result<(), Problem> {
    match node.kind {
        Kind::Mapping { .. } => Ok(()),
        _ => Err(problem(node.span.start, "settings were expected here")),
    }
}

/// One registry; what odo ignores in it is ignored.
fn entry(item: &Node) -> Result<OdoEntry, Problem> {
    expect_mapping(item)?;
    let text = |name| -> Result<String, Problem> {
        let Some((_, value)) = item.find(name)? else {
            return Ok(String::new());
        };
        let text = value.text().map(str::to_owned);
        text.ok_or_else(|| problem(value.span.start, "a text was expected here"))
    };
    Ok(OdoEntry {
        name: text("Name")?,
        url: text("URL")?,
        secure: item
            .find("secure")?
            .is_some_and(|(_, value)| value.is_true()),
    })
}
