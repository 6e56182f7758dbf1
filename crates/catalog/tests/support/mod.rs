//! What the tests of the catalog share.

use jiff::Timestamp;
use registrar_catalog::{Address, ContainerOptions, Record};
use registrar_registry::{DevfileUrl, RegistryId, RegistryKind, RegistryName, TlsRules};

/// A devfile registry of this name.
pub(crate) fn record(name: &str) -> Record {
    let now = Timestamp::from_microsecond(Timestamp::now().as_microsecond()).unwrap();
    Record {
        id: RegistryId::new(),
        kind: RegistryKind::Devfile,
        name: RegistryName::parse(name).unwrap(),
        url: Address::Devfile(DevfileUrl::parse("https://registry.example/p").unwrap()),
        user: None,
        created: now,
        updated: now,
        token: false,
        expires: None,
        allow_http: false,
        tls: TlsRules::default(),
        container: ContainerOptions::default(),
    }
}
