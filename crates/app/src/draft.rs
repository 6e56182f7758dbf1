//! From what stands in the form to what can be stored.

mod cloud;
mod container;
mod jwt;
mod review;
mod token;

use std::borrow::Cow;
use std::path::PathBuf;
use std::str::FromStr as _;

use jiff::civil::Date;
use registrar_catalog::{Address, ContainerOptions, Record};
use registrar_registry::{CloudWay, DevfileUrl, Fingerprint, RegistryKind, RegistryName, TlsRules};

use crate::wire::{Code, CommandError, Field, Kind, RegistryDraft, TokenChange};

pub(crate) use cloud::form as cloud_form;
pub(crate) use container::user_at;
pub(crate) use review::{name_taken, review};
use token::{check_sendable, check_token};

/// A draft that has been understood.
pub(crate) struct Parsed {
    pub(crate) name: RegistryName,
    pub(crate) place: Place,
    pub(crate) expires: Option<Date>,
}

/// Where the registry is and how it is reached, which is all that a test needs besides the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) kind: RegistryKind,
    pub(crate) address: Address,
    pub(crate) user: Option<String>,
    pub(crate) allow_http: bool,
    pub(crate) tls: TlsRules,
    /// As by default but for container registries; never says who added one.
    pub(crate) container: ContainerOptions,
}

impl Place {
    /// Where the registry of a record is.
    pub(crate) fn of(record: &Record) -> Self {
        Self {
            kind: record.kind,
            address: record.url.clone(),
            user: record.user.clone(),
            allow_http: record.allow_http,
            tls: record.tls.clone(),
            container: ContainerOptions {
                added_by: None,
                ..record.container.clone()
            },
        }
    }
}

/// The draft with what it leaves out of a container registry as `old` has it, so that nothing is
/// reset by who does not know of it.
pub(crate) fn completed<'a>(
    draft: &'a RegistryDraft,
    old: Option<&Record>,
) -> Cow<'a, RegistryDraft> {
    let old = old.filter(|old| old.kind == RegistryKind::Container);
    let draft = match old {
        Some(old) if draft.kind == Kind::Container && draft.container.is_none() => {
            Cow::Owned(RegistryDraft {
                container: Some(container::form(old)),
                ..draft.clone()
            })
        }
        _ => Cow::Borrowed(draft),
    };
    if old.is_some_and(|old| keeps_for_nothing(old, &draft)) {
        return Cow::Owned(RegistryDraft {
            token: TokenChange::Remove,
            ..draft.into_owned()
        });
    }
    draft
}

/// Whether the secret of `old` would be kept where nothing needs it, or where it would be taken for
/// another one: it goes with the way in which it was used.
fn keeps_for_nothing(old: &Record, draft: &RegistryDraft) -> bool {
    let way = draft
        .container
        .as_ref()
        .and_then(|form| form.cloud.as_ref());
    let way = way.map(|cloud| CloudWay::from(cloud.way));
    let before = old.container.cloud.as_ref().map(|cloud| cloud.way);
    old.token && matches!(draft.token, TokenChange::Keep) && way != before
}

/// What a test needs. `has_token`: whether a token would be stored.
pub(crate) fn parse_place(draft: &RegistryDraft, has_token: bool) -> Result<Place, CommandError> {
    match draft.kind {
        Kind::Devfile => Ok(Place {
            kind: RegistryKind::Devfile,
            address: Address::Devfile(devfile_url(draft)?),
            user: None,
            allow_http: draft.allow_http,
            tls: tls_rules(draft)?,
            container: ContainerOptions::default(),
        }),
        Kind::Container => container::place(draft, has_token),
        Kind::Source => Err(CommandError::new(
            Code::Invalid,
            "Source registries cannot be added and changed here.",
        )
        .hint("Edit registries.toml for them.")),
    }
}

/// The whole draft. `had_token`: whether there is a token that the draft may keep.
pub(crate) fn parse(draft: &RegistryDraft, had_token: bool) -> Result<Parsed, CommandError> {
    let place = parse_place(draft, will_have_token(draft, had_token))?;
    let place = match &place.address {
        Address::Devfile(url) => {
            check_sendable(&draft.token)?;
            without_needless_http(url, &place)?
        }
        Address::Container(_) | Address::Other(_) => place,
    };
    let name = name(draft, &place.address)?;
    check_token(&draft.token)?;
    Ok(Parsed {
        name,
        expires: expires(draft)?.or_else(|| end_of_token(draft)),
        place,
    })
}

/// Whether a token is stored once the draft is saved.
pub(crate) fn will_have_token(draft: &RegistryDraft, had_token: bool) -> bool {
    match draft.token {
        TokenChange::Keep => had_token,
        TokenChange::Set { .. } => true,
        TokenChange::Remove => false,
    }
}

fn devfile_url(draft: &RegistryDraft) -> Result<DevfileUrl, CommandError> {
    DevfileUrl::parse(&draft.url)
        .map_err(|error| CommandError::invalid(Field::Url, error.to_string()))
}

/// A devfile registry's address says itself whether it is plain http.
fn without_needless_http(url: &DevfileUrl, place: &Place) -> Result<Place, CommandError> {
    if url.is_plain_http() && !place.allow_http {
        return Err(http_not_allowed());
    }
    Ok(Place {
        allow_http: url.is_plain_http(),
        ..place.clone()
    })
}

fn http_not_allowed() -> CommandError {
    CommandError::invalid(
        Field::Url,
        "http:// is not encrypted: anybody on the way can read and change what is fetched.",
    )
    .hint("Use https://, or turn on “Allow unencrypted http” for this registry.")
}

/// The name as typed. A container registry without one is called like its address, or what fits
/// of it.
fn name(draft: &RegistryDraft, address: &Address) -> Result<RegistryName, CommandError> {
    let text = match address {
        Address::Container(address) if draft.name.trim().is_empty() => {
            let text = address.to_string();
            text.chars().take(RegistryName::MAX_CHARS).collect()
        }
        _ => draft.name.clone(),
    };
    RegistryName::parse(&text)
        .map_err(|error| CommandError::invalid(Field::Name, error.to_string()))
}

/// The day as typed, `2026-12-31`.
fn expires(draft: &RegistryDraft) -> Result<Option<Date>, CommandError> {
    let text = draft.expires.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || {
        CommandError::invalid(Field::Expires, "This is not a day.")
            .hint("Write year, month and day, like 2026-12-31.")
    };
    // More would be a moment, whose hour nobody would see again.
    let day = (text.len() == "2026-12-31".len()).then(|| text.parse().ok());
    day.flatten().map(Some).ok_or_else(wrong)
}

/// The last day that a new token names itself.
fn end_of_token(draft: &RegistryDraft) -> Option<Date> {
    match &draft.token {
        TokenChange::Set { token } => jwt::last_day(token),
        TokenChange::Keep | TokenChange::Remove => None,
    }
}

fn tls_rules(draft: &RegistryDraft) -> Result<TlsRules, CommandError> {
    let trusted_certificate = draft
        .trusted_certificate
        .as_deref()
        .map(Fingerprint::from_str)
        .transpose()
        .map_err(|error| CommandError::new(Code::Invalid, error.to_string()))?;
    Ok(TlsRules {
        ca_file: file(draft.ca_file.as_deref(), Field::CaFile)?,
        trusted_certificate,
    })
}

/// A file that the form names; none where it is empty.
fn file(path: Option<&str>, field: Field) -> Result<Option<PathBuf>, CommandError> {
    let path = path
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(PathBuf::from);
    if path.as_ref().is_some_and(|path| !path.is_absolute()) {
        let whole = "The file needs its whole path.";
        return Err(CommandError::invalid(field, whole));
    }
    Ok(path)
}
