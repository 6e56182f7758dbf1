//! How the registries of a file stand to those of the catalog.

use std::collections::HashSet;

use registrar_catalog::{Catalog, Record, portable};
use registrar_registry::{AwsRole, CloudSignIn, RegistryId, RegistryName};

use crate::wire::{Kind, SharedDifference, SharedEntry, SharedField, SharedState};

/// A registry of the file, and the one of the catalog that it means.
pub(super) struct Offer {
    pub(super) theirs: Record,
    pub(super) mine: Option<Record>,
    free_name: RegistryName,
}

/// Pairs the registries of the file with those of the catalog: by id, else by name, else by kind,
/// address and user. Each is paired at most once.
pub(super) fn pair(shared: Vec<Record>, catalog: &Catalog) -> Vec<Offer> {
    let mut mine: Vec<Option<RegistryId>> = vec![None; shared.len()];
    let mut paired = HashSet::new();
    let ways: [fn(&Catalog, &Record) -> Option<RegistryId>; 3] = [by_id, by_name, by_address];
    for way in ways {
        for (theirs, mine) in shared.iter().zip(&mut mine) {
            if mine.is_none() {
                *mine = way(catalog, theirs).filter(|id| paired.insert(*id));
            }
        }
    }
    let mut taken: HashSet<String> = shared.iter().map(|record| record.name.key()).collect();
    let offers = shared.into_iter().zip(mine);
    offers
        .map(|(theirs, mine)| Offer {
            free_name: free_name(&theirs.name, catalog, &mut taken),
            mine: mine.and_then(|id| catalog.by_id(id)).cloned(),
            theirs,
        })
        .collect()
}

fn by_id(catalog: &Catalog, theirs: &Record) -> Option<RegistryId> {
    catalog.by_id(theirs.id).map(|record| record.id)
}

fn by_name(catalog: &Catalog, theirs: &Record) -> Option<RegistryId> {
    catalog.by_name(&theirs.name).map(|record| record.id)
}

fn by_address(catalog: &Catalog, theirs: &Record) -> Option<RegistryId> {
    let same = |mine: &&Record| {
        (mine.kind, &mine.url, &mine.user) == (theirs.kind, &theirs.url, &theirs.user)
    };
    catalog.records.iter().find(same).map(|record| record.id)
}

/// The name where the catalog has none like it, else one with a number behind it. `taken` are the
/// names of the file, and those given so far.
pub(crate) fn free_name(
    name: &RegistryName,
    catalog: &Catalog,
    taken: &mut HashSet<String>,
) -> RegistryName {
    if catalog.by_name(name).is_none() {
        return name.clone();
    }
    let room = RegistryName::MAX_CHARS - " 99999".len();
    let text: String = name.as_str().chars().take(room).collect();
    let mut names =
        (2..100_000).filter_map(|number| RegistryName::parse(&format!("{text} {number}")).ok());
    let is_free =
        |name: &RegistryName| catalog.by_name(name).is_none() && !taken.contains(&name.key());
    let found = names.find(is_free).unwrap_or_else(|| name.clone());
    taken.insert(found.key());
    found
}

impl Offer {
    /// The offer as the window shows it.
    pub(super) fn entry(&self, key: usize) -> SharedEntry {
        let theirs = &self.theirs;
        SharedEntry {
            key: u32::try_from(key).unwrap_or(u32::MAX),
            kind: Kind::from(theirs.kind),
            name: theirs.name.to_string(),
            url: theirs.url.text().into_owned(),
            user: theirs.user.clone(),
            state: self.state(),
            free_name: self.free_name.to_string(),
            risks: risks(theirs),
        }
    }

    fn state(&self) -> SharedState {
        let Some(mine) = &self.mine else {
            return SharedState::New;
        };
        let fields = differences(mine, &self.theirs);
        if fields.is_empty() {
            return SharedState::Same;
        }
        SharedState::Differs {
            mine: mine.name.to_string(),
            fields,
            can_replace: mine.kind == self.theirs.kind,
            loses_token: mine.token && !goes_as_safely(mine, &self.theirs),
        }
    }
}

/// Whether a token goes to the same place, on the same terms.
pub(super) fn goes_as_safely(mine: &Record, theirs: &Record) -> bool {
    let terms = |record: &Record| {
        let Record {
            url,
            user,
            allow_http,
            tls,
            container,
            ..
        } = portable(record);
        let options = (container.insecure, container.token_server, container.cloud);
        (url, user, allow_http, tls, options)
    };
    terms(mine) == terms(theirs)
}

/// Everything that a file can say, as text.
fn said(record: &Record) -> [(SharedField, Option<String>); 10] {
    let options = &record.container;
    let on = |set: bool| set.then(|| "true".to_owned());
    let provider = options
        .provider
        .map(|provider| provider.as_str().to_owned());
    let certificate = record.tls.trusted_certificate;
    let server = options.token_server.as_ref();
    [
        (SharedField::Name, Some(record.name.to_string())),
        (SharedField::Kind, Some(record.kind.as_str().to_owned())),
        (SharedField::Address, Some(record.url.text().into_owned())),
        (SharedField::User, record.user.clone()),
        (SharedField::Provider, provider),
        (SharedField::PlainHttp, on(record.allow_http)),
        (SharedField::Unverified, on(options.insecure)),
        (
            SharedField::Certificate,
            certificate.map(|sha256| sha256.to_string()),
        ),
        (SharedField::TokenServer, server.map(ToString::to_string)),
        (SharedField::SignIn, options.cloud.as_ref().map(sign_in)),
    ]
}

/// A cloud's sign-in in one line, as the file has it.
fn sign_in(cloud: &CloudSignIn) -> String {
    let role = cloud.role.as_ref();
    let parts = [
        Some(cloud.way.as_str()),
        cloud.profile.as_deref(),
        role.map(AwsRole::arn),
        role.and_then(AwsRole::external_id),
        cloud.tenant.as_deref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

fn differences(mine: &Record, theirs: &Record) -> Vec<SharedDifference> {
    let both = said(mine).into_iter().zip(said(theirs));
    let differing = both.filter(|((_, mine), (_, theirs))| mine != theirs);
    differing
        .map(|((field, mine), (_, theirs))| SharedDifference {
            field,
            mine,
            theirs,
        })
        .collect()
}

/// What makes a connection less safe than by default.
fn risks(record: &Record) -> Vec<SharedField> {
    let risky = [
        SharedField::PlainHttp,
        SharedField::Unverified,
        SharedField::Certificate,
        SharedField::TokenServer,
    ];
    let set = said(record)
        .into_iter()
        .filter(|(_, value)| value.is_some());
    set.map(|(field, _)| field)
        .filter(|field| risky.contains(field))
        .collect()
}
