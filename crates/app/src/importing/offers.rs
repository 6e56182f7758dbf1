//! What can be imported, as the window shows it.

use registrar_catalog::{Address, Catalog, Record};
use registrar_handover::docker_protocol::Key;
use registrar_handover::import::{Found, Place};
use registrar_registry::ContainerAddress;

use crate::wire::{Code, CommandError, ImportExisting, ImportPlace, ImportRow};

/// A credential that was found.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    /// What the window calls it.
    pub(super) key: String,
    pub(super) found: Found,
    /// The registry; `None` where it cannot be understood.
    pub(super) address: Option<ContainerAddress>,
}

/// What was found, plaintext first. `search` sets its keys apart from those of other searches.
pub(super) fn of(mut found: Vec<Found>, search: u64) -> Vec<Offer> {
    found.sort_by_key(|found| found.place != Place::Plaintext);
    let offer = |(number, found): (usize, Found)| Offer {
        key: format!("{search}.{number}"),
        address: address(&found.key),
        found,
    };
    found.into_iter().enumerate().map(offer).collect()
}

/// The registry that a tool's key means. Its first part is always a host, while a person who types
/// `acme/app` means Docker Hub: there the host needs its port to be told from that.
fn address(key: &str) -> Option<ContainerAddress> {
    let key = Key::parse(key).ok()?;
    let host = key.as_str().split('/').next().unwrap_or_default();
    let host = ContainerAddress::parse(host).ok()?;
    let address = ContainerAddress::parse(key.as_str()).ok();
    let address = address.filter(|address| address.host() == host.host());
    address.or_else(|| ContainerAddress::parse(&format!("https://{key}")).ok())
}

pub(super) fn rows(offers: &[Offer], catalog: &Catalog) -> Vec<ImportRow> {
    offers.iter().map(|offer| row(offer, catalog)).collect()
}

fn row(offer: &Offer, catalog: &Catalog) -> ImportRow {
    let Found {
        file,
        key,
        user,
        place,
    } = &offer.found;
    let address = offer.address.as_ref();
    let existing = address.and_then(|address| existing(catalog, address, user.as_deref()));
    ImportRow {
        key: offer.key.clone(),
        registry: address.map_or_else(|| key.clone(), ToString::to_string),
        user: user.clone(),
        file: file.display().to_string(),
        place: match place {
            Place::Plaintext => ImportPlace::Plaintext,
            Place::Helper(name) => ImportPlace::Helper { name: name.clone() },
        },
        existing: existing.map(|record| ImportExisting {
            id: record.id.to_string(),
            name: record.name.to_string(),
            user: record.user.clone(),
            has_token: record.token,
        }),
        problem: address.is_none().then(|| not_understood().message),
    }
}

/// The record with just this address; of several, the one with this user, else the first.
pub(super) fn existing<'a>(
    catalog: &'a Catalog,
    address: &ContainerAddress,
    user: Option<&str>,
) -> Option<&'a Record> {
    let same =
        |record: &&Record| matches!(&record.url, Address::Container(other) if other == address);
    let mut records = catalog.records.iter().filter(same);
    let mut of_user = records
        .clone()
        .filter(|record| record.user.as_deref() == user);
    of_user.next().or_else(|| records.next())
}

pub(super) fn not_understood() -> CommandError {
    CommandError::new(
        Code::Invalid,
        "This is not the address of a container registry, so it cannot be imported.",
    )
    .hint("Add the registry by hand.")
}

/// The answer to a key that no offer has.
pub(super) fn forgotten() -> CommandError {
    CommandError::new(
        Code::NotFound,
        "This credential was found by an earlier search.",
    )
    .hint("Search again.")
}
