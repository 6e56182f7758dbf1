//! Changes of the file's text that touch nothing but what they are about.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

use crate::{
    layout::{Block, Layout},
    record::Record,
    render::{self, KEYS},
};

/// What the file of a first start begins with.
pub(crate) const HEADER: &str = "\
# The registries that Registrar knows, one [[registry]] each. You may edit this file by hand, also
# while Registrar is open: your comments, your order and keys of your own are kept. An entry needs
# kind, name and url; Registrar adds the rest. Tokens are in your keychain, never in this file.

version = 1
";

/// What some editors begin a file with.
pub(crate) const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// An entry taken out of the file, with its own comments, so that it can be put back in its place
/// byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The text of the entry.
    pub toml: String,
    /// Which table of the file it was, counting tables of every name, from 0.
    pub index: usize,
    /// How many bytes stood between it and the end of the table before it.
    pub gap: usize,
}

/// How the lines of `text` end.
fn newline_of(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Puts the record's entry at the end, parted by a blank line.
pub(crate) fn append(text: &mut String, record: &Record) {
    if text.trim_matches(BYTE_ORDER_MARK).trim().is_empty() {
        HEADER.clone_into(text);
    }
    let newline = newline_of(text);
    end_line(text, newline);
    if !text.ends_with("\n\n") && !text.ends_with("\n\r\n") {
        text.push_str(newline);
    }
    text.push_str(&render::entry(record, newline));
}

fn end_line(text: &mut String, newline: &str) {
    if !text.is_empty() && !text.ends_with(['\n', BYTE_ORDER_MARK]) {
        text.push_str(newline);
    }
}

/// Cuts out the `index`th block.
pub(crate) fn remove(text: &str, layout: &Layout, index: usize) -> Option<(String, Removed)> {
    let Block { start, cut, .. } = *layout.blocks.get(index)?;
    let toml = text.get(start..cut)?.to_owned();
    let gap = start - layout.end_before(index);
    let rest = [text.get(..start)?, text.get(cut..)?].concat();
    Some((rest, Removed { toml, index, gap }))
}

/// Moves the `index`th block before the `target`th, or behind the last registry; parted from its
/// neighbours by blank lines.
pub(crate) fn move_before(
    text: &str,
    layout: &Layout,
    index: usize,
    target: Option<usize>,
) -> Option<String> {
    let newline = newline_of(text);
    let block = *layout.blocks.get(index)?;
    let place = match target {
        Some(target) => layout.blocks.get(target)?.start,
        None => layout.blocks.iter().rfind(|block| block.registry)?.end,
    };
    let mut moved = text.get(block.start..block.end)?.to_owned();
    end_line(&mut moved, newline);
    let [before, after] = if place <= block.start {
        let between = text.get(place..block.start)?;
        let after = [between, text.get(block.cut..)?].concat();
        [text.get(..place)?.to_owned(), after]
    } else {
        let place = place.max(block.cut);
        let between = text.get(block.cut..place)?;
        let before = [text.get(..block.start)?, between].concat();
        [before, text.get(place..)?.to_owned()]
    };
    let mut new = before;
    end_line(&mut new, newline);
    if !new.is_empty() && !ends_blank(&new) {
        new.push_str(newline);
    }
    new.push_str(&moved);
    if !after.is_empty() && !after.starts_with(['\n', '\r']) {
        new.push_str(newline);
    }
    new.push_str(&after);
    Some(new)
}

fn ends_blank(text: &str) -> bool {
    text.ends_with("\n\n") || text.ends_with("\n\r\n") || text.ends_with(BYTE_ORDER_MARK)
}

/// Puts `removed` back: exactly where it was if nothing has changed since, else near it.
pub(crate) fn restore(text: &str, layout: &Layout, removed: &Removed) -> String {
    let newline = newline_of(text);
    let index = removed.index.min(layout.blocks.len());
    let low = layout.end_before(index);
    let high = layout
        .blocks
        .get(index)
        .map_or(text.len(), |block| block.start);
    let exact = low.saturating_add(removed.gap);
    let fits = exact <= high && (exact == low || text.as_bytes()[exact - 1] == b'\n');
    let (before, after) = text.split_at(if fits { exact } else { high });
    let mut new = before.to_owned();
    end_line(&mut new, newline);
    new.push_str(&removed.toml);
    if !after.is_empty() {
        end_line(&mut new, newline);
    }
    new.push_str(after);
    new
}

/// Turns the block's record from `old` into `new`. Lines whose value stays are not touched.
pub(crate) fn replace(text: &str, block: Block, old: &Record, new: &Record) -> Option<String> {
    let entry = entry(text, block, old, new)?;
    Some([text.get(..block.start)?, &entry, text.get(block.end..)?].concat())
}

/// The block's own text with its record turned from `old` into `new`.
pub(crate) fn entry(text: &str, block: Block, old: &Record, new: &Record) -> Option<String> {
    let mut entry = text.get(block.start..block.end)?.to_owned();
    let mut changes = changes(&entry, old, new, newline_of(text))?;
    changes.sort_by_key(|change| std::cmp::Reverse(change.place.start));
    for Change { place, text } in changes {
        entry.replace_range(place, &text);
    }
    Some(entry)
}

struct Change {
    place: Range<usize>,
    text: String,
}

/// What has to change in the text of an entry.
fn changes(entry: &str, old: &Record, new: &Record, newline: &str) -> Option<Vec<Change>> {
    let document = DeTable::parse(entry).ok()?;
    let DeValue::Array(tables) = document.get_ref().get("registry")?.get_ref() else {
        return None;
    };
    let DeValue::Table(table) = tables.first()?.get_ref() else {
        return None;
    };

    let mut changes = Vec::new();
    let mut added = Vec::new();
    let mut last = None;
    let pairs = render::values(old).into_iter().zip(render::values(new));
    for (key, (old, new)) in KEYS.into_iter().zip(pairs) {
        let present = table
            .get_key_value(key)
            .map(|(key, value)| (key.span(), value.span()));
        last = last.max(present.clone().map(|(key, value)| (value.end, key.start)));
        match (present, new) {
            (Some(_), new) if old == new => {}
            (Some((_, place)), Some(text)) => changes.push(Change { place, text }),
            (Some((key, value)), None) => {
                let place = start_of_line(entry, key.start)..end_of_line(entry, value.end);
                changes.push(Change {
                    place,
                    text: String::new(),
                });
            }
            (None, Some(value)) => added.push(format!("{key} = {value}{newline}")),
            (None, None) => {}
        }
    }
    changes.extend(addition(entry, last?, &added, newline));
    Some(changes)
}

/// The new lines, below the line whose value ends and whose key begins at `last`, indented alike.
fn addition(
    entry: &str,
    (value_end, key_start): (usize, usize),
    lines: &[String],
    newline: &str,
) -> Option<Change> {
    let before = &entry[start_of_line(entry, key_start)..key_start];
    let indent = &before[..before.len() - before.trim_start_matches([' ', '\t']).len()];
    let at = end_of_line(entry, value_end);
    let ended = if entry[..at].ends_with('\n') {
        ""
    } else {
        newline
    };
    let lines: String = lines
        .iter()
        .flat_map(|line| [indent, line.as_str()])
        .collect();
    (!lines.is_empty()).then(|| Change {
        place: at..at,
        text: format!("{ended}{lines}"),
    })
}

fn start_of_line(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |line| line + 1)
}

fn end_of_line(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |line| at + line + 1)
}

#[cfg(test)]
mod tests;
