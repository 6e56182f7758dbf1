//! The file without us, and with us.

use zeroize::Zeroizing;

use super::{HELPERS, Helpers, STORE};
use crate::{
    docker_protocol::HELPER,
    json::{self, Document, Editor, Problem},
    ledger::{self, Previous, Record, Wiring},
    plan::{Conflict, Replace},
};

/// Whether the file is there because we made it.
pub(super) fn is_made(record: &Record) -> bool {
    record.before.is_none() && record.after.is_some()
}

/// What was asked for, but for what another helper keeps and we never had.
pub(super) fn without(wanted: &Wiring, conflicts: &[Conflict], old: &Record) -> Wiring {
    let refused = |key: Option<&str>| {
        conflicts
            .iter()
            .any(|conflict| conflict.key.as_deref() == key)
    };
    let keys = wanted.keys.iter();
    Wiring {
        every: wanted.every && (old.wanted.every || !refused(None)),
        keys: keys
            .filter(|key| old.wanted.keys.contains(*key) || !refused(Some(key)))
            .cloned()
            .collect(),
    }
}

/// The file without us: to the byte where nobody else wrote it, else what is left when our
/// settings go and those that they replaced come back. Empty where there was no file.
pub(super) fn base(record: Option<&Record>, text: &str) -> Result<Zeroizing<String>, Problem> {
    let Some(record) = record else {
        return Ok(Zeroizing::new(text.to_owned()));
    };
    if let Some(base) = ledger::undone(record, text) {
        return Ok(base);
    }
    let stripped = strip(text, record)?;
    let empty = Document::parse(&stripped)?.members(&[])?.is_empty();
    Ok(if empty && is_made(record) {
        Zeroizing::default()
    } else {
        stripped
    })
}

fn strip(text: &str, record: &Record) -> Result<Zeroizing<String>, Problem> {
    let ours = Helpers::read(&Document::parse(text)?)?.ours();
    let mut editor = Editor::new(text);
    for key in &ours.keys {
        put_back(&mut editor, &[HELPERS, key], record.previous(Some(key)))?;
    }
    let emptied = Document::parse(&editor.text)?
        .members(&[HELPERS])?
        .is_empty();
    if emptied && !ours.keys.is_empty() {
        editor.remove(&[HELPERS])?;
    }
    if ours.every {
        put_back(&mut editor, &[STORE], record.previous(None))?;
    }
    Ok(editor.text)
}

fn put_back(editor: &mut Editor, path: &[&str], previous: Option<&str>) -> Result<(), Problem> {
    match previous {
        Some(helper) => editor.set(path, &json::quoted(helper)),
        None => editor.remove(path),
    }
}

/// Puts what is wanted into `base`, and takes out what a person had written there by hand and no
/// longer wants. Another helper's setting is replaced only if that was agreed, now or before.
pub(super) fn wire(
    base: &str,
    wanted: &Wiring,
    replace: Replace,
    old: &Record,
) -> Result<(Editor, Vec<Previous>, Vec<Conflict>), Problem> {
    let helpers = Helpers::read(&Document::parse(base)?)?;
    let mut editor = Editor::new(base);
    let (mut previous, mut conflicts) = (Vec::new(), Vec::new());
    let ours = helpers.ours();
    for key in ours.keys.difference(&wanted.keys) {
        editor.remove(&[HELPERS, key])?;
    }
    if ours.every && !wanted.every {
        editor.remove(&[STORE])?;
    }
    let keys = wanted.keys.iter().map(|key| Some(key.as_str()));
    for key in wanted.every.then_some(None).into_iter().chain(keys) {
        let agreed = replace == Replace::Agreed || old.previous(key).is_some();
        let owned = key.map(str::to_owned);
        match helpers.get(key) {
            Some(HELPER) => continue,
            Some(helper) if !agreed => {
                conflicts.push(Conflict {
                    key: owned,
                    helper: helper.to_owned(),
                });
                continue;
            }
            Some(helper) => previous.push(Previous {
                key: owned,
                helper: helper.to_owned(),
            }),
            None => {}
        }
        let ours = json::quoted(HELPER);
        match key {
            Some(key) => editor.set(&[HELPERS, key], &ours)?,
            None => editor.set(&[STORE], &ours)?,
        }
    }
    Ok((editor, previous, conflicts))
}
