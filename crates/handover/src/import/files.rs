//! Credentials in plain text.

use std::path::Path;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use registrar_registry::Secret;
use zeroize::Zeroizing;

use super::{Entry, Found, Layout, Place};
use crate::{
    disk,
    docker_protocol::{Credential, HELPER, IDENTITY_TOKEN_USER},
    error::HandoverError,
    helper_file::{HelperFile, Helpers, broken, text},
    json::{Document, Member, Node, Problem, find},
    plan::{Handover, Plan},
};

const AUTHS: &str = "auths";
/// What may be secret in an entry, or says whose it is.
const SECRETS: [&str; 5] = [
    "auth",
    "identitytoken",
    "registrytoken",
    "password",
    "username",
];

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub found: Vec<Found>,
    pub helpers: Helpers,
}

/// Reads the file, if there is one. Entries without a secret are docker's marks, and are skipped.
pub(super) fn read(file: &Path, layout: Layout) -> Result<Content, HandoverError> {
    let Some(bytes) = disk::read(file)? else {
        return Ok(Content::default());
    };
    let text = text(file, bytes.expose())?;
    content(file, text, layout).map_err(broken(file, text))
}

fn content(file: &Path, text: &str, layout: Layout) -> Result<Content, Problem> {
    let document = Document::parse(text)?;
    let mut found = Vec::new();
    for member in document.members(path(layout))? {
        if let Some(entry) = entry(&document, &member.value)? {
            found.push(Found {
                file: file.to_owned(),
                key: member.key.clone(),
                user: entry.user,
                place: Place::Plaintext,
            });
        }
    }
    let helpers = match layout {
        Layout::Auths => Helpers::read(&document)?.without(HELPER),
        Layout::Bare => Helpers::default(),
    };
    Ok(Content { found, helpers })
}

fn path(layout: Layout) -> &'static [&'static str] {
    match layout {
        Layout::Auths => &[AUTHS],
        Layout::Bare => &[],
    }
}

/// The credential in an entry; `None` where there is none or it cannot be decoded.
fn entry(document: &Document<'_>, node: &Node) -> Result<Option<Entry>, Problem> {
    let field = |name| -> Result<Option<Zeroizing<String>>, Problem> {
        let member: Option<&Member> = find(node, name)?;
        let value = member
            .map(|member| document.string(&member.value))
            .transpose()?;
        Ok(value.filter(|value| !value.is_empty()).map(Zeroizing::new))
    };
    if let Some(token) = field("identitytoken")? {
        return Ok(Some(Entry {
            user: Some(IDENTITY_TOKEN_USER.to_owned()),
            secret: Secret::new(token.as_bytes()),
        }));
    }
    if let Some(auth) = field("auth")? {
        return Ok(decode(&auth));
    }
    let Some(password) = field("password")? else {
        return Ok(None);
    };
    Ok(Some(Entry {
        user: field("username")?.map(|user| user.to_string()),
        secret: Secret::new(password.as_bytes()),
    }))
}

/// `user:password` in base64; zero bytes at the end are docker's filling.
fn decode(auth: &str) -> Option<Entry> {
    let bytes = Zeroizing::new(BASE64.decode(auth).ok()?);
    let colon = bytes.iter().position(|byte| *byte == b':')?;
    let password = &bytes[colon + 1..];
    let end = password
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1);
    let user = std::str::from_utf8(&bytes[..colon]).ok()?;
    Some(Entry {
        user: Some(user.to_owned()),
        secret: Secret::new(&password[..end]),
    })
}

/// Reads one credential.
pub(super) fn take(file: &Path, layout: Layout, key: &str) -> Result<Credential, HandoverError> {
    let bytes = disk::read(file)?.ok_or(HandoverError::Gone)?;
    let text = text(file, bytes.expose())?;
    let read = || -> Result<Option<Entry>, Problem> {
        let document = Document::parse(text)?;
        let mut members = document.members(path(layout))?.iter();
        let member = members.find(|member| member.key == key);
        Ok(member
            .map(|member| entry(&document, &member.value))
            .transpose()?
            .flatten())
    };
    let entry = read()
        .map_err(broken(file, text))?
        .ok_or(HandoverError::Gone)?;
    Ok(Credential {
        user: entry.user.unwrap_or_default(),
        secret: entry.secret,
    })
}

/// Removes entries of one file, or, where the empty form of one is a `mark`, what is secret in it.
pub(super) fn plan_scrub(
    handover: &Handover,
    file: &Path,
    layout: Layout,
    found: &[&Found],
    mark: bool,
) -> Result<Plan, HandoverError> {
    for found in found {
        take(file, layout, &found.key)?;
    }
    let edited = HelperFile {
        handover,
        path: file.to_owned(),
    };
    edited.plan_edit(|editor| {
        found.iter().try_for_each(|found| {
            let entry = [path(layout), &[&found.key]].concat();
            if !mark {
                return editor.remove(&entry);
            }
            SECRETS
                .iter()
                .try_for_each(|name| editor.remove(&[&entry[..], &[name]].concat()))
        })
    })
}
