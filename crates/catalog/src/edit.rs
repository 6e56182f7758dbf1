//! A change of the file under its lock.

use jiff::Timestamp;
use registrar_registry::RegistryId;

use crate::{
    catalog::{Catalog, Revision},
    entry::in_microseconds,
    error::CatalogError,
    file::CatalogFile,
    layout::{Layout, Scattered},
    lock::Lock,
    read::{self, Unreadable},
    record::Record,
    render, splice,
};

pub use crate::splice::Removed;

/// A change of the catalog that nobody else can interfere with. Nothing is written before
/// [`Edit::commit`]; dropped, it has changed nothing. Every method leaves the edit as it was
/// when it fails.
#[derive(Debug)]
pub struct Edit {
    file: CatalogFile,
    /// The file's bytes at the beginning, `None` where there was no file.
    original: Option<Vec<u8>>,
    text: String,
    catalog: Catalog,
    _lock: Lock,
}

impl Edit {
    pub(crate) fn begin(file: &CatalogFile, lock: Lock) -> Result<Self, CatalogError> {
        let original = file.read()?;
        let bytes = original.as_deref().unwrap_or_default();
        let catalog = file.parse(bytes)?;
        let text = file.text(bytes)?.to_owned();
        Ok(Self {
            file: file.clone(),
            original,
            text,
            catalog,
            _lock: lock,
        })
    }

    /// Whether there is no file yet.
    pub(crate) fn is_new(&self) -> bool {
        self.original.is_none()
    }

    /// The catalog as it would be committed now, but for its revision, which is the beginning's.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// Adds a registry at the end.
    ///
    /// Fails with [`CatalogError::NameTaken`], [`CatalogError::AlreadyThere`], or
    /// [`CatalogError::Refused`] for a record that could not be read again, such as plain http
    /// without `allow_http`.
    pub fn insert(&mut self, record: &Record) -> Result<(), CatalogError> {
        self.check_free(record)?;
        let record = readable(record)?;
        splice::append(&mut self.text, &record);
        let (key, entry) = (record.name.key(), self.catalog.entry_count);
        self.catalog.push(record, key, entry);
        self.catalog.entry_count += 1;
        Ok(())
    }

    /// Changes the registry with the record's id. Keys whose value stays are not touched.
    ///
    /// Fails as [`Edit::insert`], or with [`CatalogError::Missing`].
    pub fn replace(&mut self, record: &Record) -> Result<(), CatalogError> {
        let old = self.catalog.by_id(record.id).ok_or(CatalogError::Missing)?;
        self.check_name(record)?;
        let new = readable(record)?;
        let (layout, index) = self.locate(record.id)?;
        let text = splice::replace(&self.text, layout.blocks[index], old, &new);
        self.adopt(text.ok_or(CatalogError::Missing)?)
    }

    /// Takes a registry out of the file, with its own comments. `None` where there is none with
    /// this id.
    pub fn remove(&mut self, id: RegistryId) -> Result<Option<Removed>, CatalogError> {
        if self.catalog.by_id(id).is_none() {
            return Ok(None);
        }
        let (layout, index) = self.locate(id)?;
        let Some((text, removed)) = splice::remove(&self.text, &layout, index) else {
            return Ok(None);
        };
        self.adopt(text)?;
        Ok(Some(removed))
    }

    /// Gives a registry the place before another, or after all. Its own comments go with it.
    ///
    /// Fails with [`CatalogError::Missing`] where either is not there.
    pub fn move_before(
        &mut self,
        id: RegistryId,
        before: Option<RegistryId>,
    ) -> Result<(), CatalogError> {
        if before == Some(id) {
            return Ok(());
        }
        let (layout, index) = self.locate(id)?;
        let target = before.map(|before| self.locate(before)).transpose()?;
        let target = target.map(|(_, index)| index);
        let text = splice::move_before(&self.text, &layout, index, target);
        self.adopt(text.ok_or(CatalogError::Missing)?)
    }

    /// Puts back what [`Edit::remove`] took out, in its place.
    ///
    /// Fails as [`Edit::insert`] does.
    pub fn restore(&mut self, removed: &Removed) -> Result<(), CatalogError> {
        self.check_free(&only_record(&removed.toml)?)?;
        let layout = self.layout()?;
        self.adopt(splice::restore(&self.text, &layout, removed))
    }

    /// Gives new ids to entries without, and writes down the times of those without.
    pub(crate) fn complete(&mut self) -> Result<(), CatalogError> {
        let layout = self.layout()?;
        let registries: Vec<_> = layout
            .blocks
            .iter()
            .filter(|block| block.registry)
            .collect();
        let (mut text, mut done) = (String::with_capacity(self.text.len()), 0);
        for id in &self.catalog.incomplete {
            let old = self.catalog.by_id(*id);
            let block = self
                .catalog
                .entry_of(*id)
                .and_then(|entry| registries.get(entry));
            let (Some(old), Some(block)) = (old, block) else {
                continue;
            };
            let Some(entry) = splice::entry(&self.text, **block, old, &completed(old)) else {
                continue;
            };
            text.push_str(&self.text[done..block.start]);
            text.push_str(&entry);
            done = block.end;
        }
        text.push_str(&self.text[done..]);
        self.adopt(text)
    }

    /// Writes the change, durably, and gives the new catalog. A change of no byte writes nothing.
    ///
    /// Fails with [`CatalogError::Overtaken`] where a program that does not know the lock wrote
    /// the file meanwhile, and [`CatalogError::Write`] where the disk refuses.
    pub fn commit(mut self) -> Result<Catalog, CatalogError> {
        let content = self.text.as_bytes();
        self.catalog.revision = Revision::of(content);
        if self.original.as_deref().unwrap_or_default() == content {
            *self.file.seen() = Some(self.catalog.revision);
            return Ok(self.catalog);
        }
        let staged = self.file.stage(content)?;
        if self.file.read()? != self.original {
            return Err(CatalogError::Overtaken {
                path: self.file.path().to_owned(),
            });
        }
        self.file.commit(staged, self.catalog.revision)?;
        self.file.write_backup(content);
        Ok(self.catalog)
    }

    fn check_free(&self, record: &Record) -> Result<(), CatalogError> {
        if self.catalog.by_id(record.id).is_some() {
            return Err(CatalogError::AlreadyThere);
        }
        self.check_name(record)
    }

    /// Whether nobody else has the record's name.
    fn check_name(&self, record: &Record) -> Result<(), CatalogError> {
        match self.catalog.by_name(&record.name) {
            Some(other) if other.id != record.id => Err(CatalogError::NameTaken {
                name: other.name.to_string(),
            }),
            _ => Ok(()),
        }
    }

    fn layout(&self) -> Result<Layout, CatalogError> {
        Layout::of(&self.text).map_err(|Scattered(at)| {
            let message = "Move this table directly below the [[registry]] that it is part of.";
            self.file.broken(&self.text, Some(at), message.to_owned())
        })
    }

    /// The tables of the text, and which of them is the registry.
    fn locate(&self, id: RegistryId) -> Result<(Layout, usize), CatalogError> {
        let layout = self.layout()?;
        let entry = self.catalog.entry_of(id).ok_or(CatalogError::Missing)?;
        let index = layout.block_of(entry).ok_or(CatalogError::Missing)?;
        Ok((layout, index))
    }

    /// Takes over a changed text.
    fn adopt(&mut self, text: String) -> Result<(), CatalogError> {
        let revision = self.catalog.revision;
        self.catalog = Catalog {
            revision,
            ..self.file.parse_text(&text)?
        };
        self.text = text;
        Ok(())
    }
}

/// The record with an id of its own.
fn completed(record: &Record) -> Record {
    let derived = RegistryId::derived(record.name.key().as_bytes());
    let id = if record.id == derived {
        RegistryId::new()
    } else {
        record.id
    };
    Record {
        id,
        ..record.clone()
    }
}

/// The record as it will be read again, if it can be.
fn readable(record: &Record) -> Result<Record, CatalogError> {
    let read = only_record(&render::entry(record, "\n"))?;
    let exact = Record {
        created: in_microseconds(record.created),
        updated: in_microseconds(record.updated),
        ..record.clone()
    };
    if read == exact {
        Ok(read)
    } else {
        let message = "a part of it cannot be written down as text".to_owned();
        Err(CatalogError::Refused { message })
    }
}

/// The record of a text that is one entry and nothing else.
fn only_record(text: &str) -> Result<Record, CatalogError> {
    let refused = |message: &str| CatalogError::Refused {
        message: message.to_owned(),
    };
    let mut catalog = match read::parse(text, Timestamp::UNIX_EPOCH) {
        Ok(catalog) => catalog,
        Err(Unreadable::Broken { message, .. }) => return Err(refused(&message)),
        Err(Unreadable::Newer { .. }) => return Err(refused("it is not one entry")),
    };
    match (
        catalog.entry_count,
        catalog.records.pop(),
        catalog.problems.pop(),
    ) {
        (1, Some(record), _) => Ok(record),
        (1, None, Some(problem)) => Err(refused(&problem.message)),
        _ => Err(refused("it is not one entry")),
    }
}
