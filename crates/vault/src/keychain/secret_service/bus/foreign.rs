//! Items as go-keyring keeps them, which odo uses.
//!
//! It looks in the collection `login` where there is one, else in the default one, by exactly two
//! attributes; what it finds first is the secret. Secrets go plain over the session bus, as it and
//! [`at_once`](super::super::at_once) do.

use std::collections::HashMap;

use registrar_registry::Secret;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use super::{Bus, COLLECTION_INTERFACE, ITEM_INTERFACE, SERVICE_INTERFACE, SERVICE_PATH};
use crate::{ForeignItem, VaultError};

const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const CONTENT_TYPE: &str = "text/plain; charset=utf8";

/// A secret as the service gives and takes it: session, parameters, value, content type.
type Carried = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

impl Bus {
    /// The collection that go-keyring uses.
    pub(in super::super) fn foreign_collection(&self) -> Result<OwnedObjectPath, VaultError> {
        let collections: Vec<OwnedObjectPath> =
            self.property(&self.path(SERVICE_PATH)?, SERVICE_INTERFACE, "Collections")?;
        let login = collections.into_iter().find(|path| path.as_str() == LOGIN);
        login.map_or_else(|| self.default_collection(), Ok)
    }

    /// The secret of an item; `None` where there is no such item.
    pub(in super::super) fn foreign(
        &self,
        item: &ForeignItem,
    ) -> Result<Option<Secret>, VaultError> {
        let found = self.foreign_items(item)?;
        let Some(first) = found.first() else {
            return Ok(None);
        };
        let session = self.plain_session()?;
        let (_, _, kept, _): Carried =
            self.call(first.as_str(), ITEM_INTERFACE, "GetSecret", &session)?;
        Ok(Some(Secret::new(kept)))
    }

    /// Makes the item, or gives the one that is there another secret.
    pub(in super::super) fn set_foreign(
        &self,
        item: &ForeignItem,
        secret: &Secret,
    ) -> Result<(), VaultError> {
        let label = format!("Password for '{}' on '{}'", item.user, item.service);
        let properties = HashMap::from([
            ("org.freedesktop.Secret.Item.Label", Value::from(label)),
            (
                "org.freedesktop.Secret.Item.Attributes",
                Value::from(attributes(item)),
            ),
        ]);
        let session = self.plain_session()?;
        let no_parameters: &[u8] = &[];
        let carried = (session, no_parameters, secret.expose(), CONTENT_TYPE);
        let collection = self.foreign_collection()?;
        let _: (OwnedObjectPath, OwnedObjectPath) = self.call(
            collection.as_str(),
            COLLECTION_INTERFACE,
            "CreateItem",
            &(properties, carried, true),
        )?;
        Ok(())
    }

    /// Removes the item; whether there was one.
    pub(in super::super) fn delete_foreign(&self, item: &ForeignItem) -> Result<bool, VaultError> {
        let found = self.foreign_items(item)?;
        for path in &found {
            let _: OwnedObjectPath = self.call(path.as_str(), ITEM_INTERFACE, "Delete", &())?;
        }
        Ok(!found.is_empty())
    }

    fn foreign_items(&self, item: &ForeignItem) -> Result<Vec<OwnedObjectPath>, VaultError> {
        let collection = self.foreign_collection()?;
        let wanted = (attributes(item),);
        self.call(
            collection.as_str(),
            COLLECTION_INTERFACE,
            "SearchItems",
            &wanted,
        )
    }

    fn plain_session(&self) -> Result<OwnedObjectPath, VaultError> {
        let plain = ("plain", Value::from(""));
        let (_, session): (OwnedValue, OwnedObjectPath) =
            self.call(SERVICE_PATH, SERVICE_INTERFACE, "OpenSession", &plain)?;
        Ok(session)
    }

    fn path(&self, text: &str) -> Result<OwnedObjectPath, VaultError> {
        OwnedObjectPath::try_from(text).map_err(|error| self.failed(&error.into()))
    }
}

/// Exactly these, and no others: an item with more is not what go-keyring makes.
fn attributes(item: &ForeignItem) -> HashMap<String, String> {
    HashMap::from([
        ("service".to_owned(), item.service.clone()),
        ("username".to_owned(), item.user.clone()),
    ])
}
