//! Putting a registry into odo's file and taking it out, without touching anything else.
//!
//! Where it goes is found by the shape that is there: a block as odo writes it, brackets, an empty
//! list, none. What came of it is read again: an edit that says anything but what was wanted, or
//! changes anything besides, is refused.

use std::ops::Range;

use super::{
    preference::{LIST, OdoEntry, Preference, SETTINGS},
    yaml::{Kind, Node},
};
use crate::json::{Editor, Problem, problem};

const HEADER: &str = "kind: Preference\napiversion: odo.dev/v1alpha1\n";

/// Adds a registry at the end, where odo looks first. Where the file names none, the one that odo
/// has by default is written down before it, because odo would lose it otherwise.
pub(super) fn append(editor: &mut Editor, entry: &OdoEntry) -> Result<(), Problem> {
    let before = Preference::parse(&editor.text)?;
    let mut wanted = before.entries()?;
    if before.list()?.is_none() {
        wanted.push(OdoEntry::of_default());
    }
    let first_new = before.items()?.len();
    wanted.push(entry.clone());
    let (range, new) = insertion(&editor.text, &before, &wanted[first_new..])?;
    change(editor, &before, range, &new, &wanted)
}

/// Writes the registry down that odo has by default, where the file names none: only what stands
/// there can be taken out.
pub(super) fn spell_out(editor: &mut Editor) -> Result<(), Problem> {
    let before = Preference::parse(&editor.text)?;
    if before.list()?.is_some() {
        return Ok(());
    }
    let wanted = [OdoEntry::of_default()];
    let (range, new) = insertion(&editor.text, &before, &wanted)?;
    change(editor, &before, range, &new, &wanted)
}

/// Takes the registry at this place of the list out.
pub(super) fn remove(editor: &mut Editor, index: usize) -> Result<(), Problem> {
    let before = Preference::parse(&editor.text)?;
    let mut wanted = before.entries()?;
    if index >= wanted.len() {
        return Err(unsafe_edit(0));
    }
    wanted.remove(index);
    let (range, new) = removal(&editor.text, &before, index)?;
    change(editor, &before, range, &new, &wanted)
}

/// Makes one edit, if it says what was wanted and nothing else.
fn change(
    editor: &mut Editor,
    before: &Preference,
    range: Range<usize>,
    new: &str,
    wanted: &[OdoEntry],
) -> Result<(), Problem> {
    let at = range.start;
    let mut text = editor.text.clone();
    text.replace_range(range.clone(), new);
    let after = Preference::parse(&text).map_err(|_| unsafe_edit(at))?;
    if after.entries()? != wanted || !same_besides(before, &after) {
        return Err(unsafe_edit(at));
    }
    editor.splice(range, new);
    Ok(())
}

fn unsafe_edit(at: usize) -> Problem {
    problem(
        at,
        "it is written in a way that cannot be changed safely here; write it as odo does",
    )
}

/// Whether everything but the list says the same.
fn same_besides(before: &Preference, after: &Preference) -> bool {
    let rest = |preference: &Preference| -> Vec<(Node, Node)> {
        let members = preference.root.iter().flat_map(Node::members);
        members
            .flat_map(|(key, value)| match key.text() {
                Some(SETTINGS) => value
                    .members()
                    .iter()
                    .filter(|(key, _)| key.text() != Some(LIST))
                    .cloned()
                    .collect(),
                _ => vec![(key.clone(), value.clone())],
            })
            .collect()
    };
    let (before, after) = (rest(before), rest(after));
    // A file that was made anew has odo's header besides.
    let header = if before.is_empty() { 2 } else { 0 };
    let same = |((key, value), (k, v)): (&(Node, Node), &(Node, Node))| {
        key.says_the_same(k) && value.says_the_same(v)
    };
    (after.len() == before.len() || after.len() == before.len() + header)
        && before.iter().zip(&after).all(same)
}

/// Where the new entries go, and their text.
fn insertion(
    text: &str,
    before: &Preference,
    new: &[OdoEntry],
) -> Result<(Range<usize>, String), Problem> {
    let Some(root) = &before.root else {
        let settings = settings_block("", new);
        return Ok(at_end(text, &format!("{HEADER}{settings}")));
    };
    let Kind::Mapping { flow: false, .. } = root.kind else {
        return Err(unsafe_edit(root.span.start));
    };
    let Some((key, settings)) = root.find(SETTINGS)? else {
        let indent = " ".repeat(column(text, root.span.start));
        return Ok(at_end(text, &settings_block(&indent, new)));
    };
    let indent = " ".repeat(column(text, key.span.start));
    if settings.is_null() || settings.members().is_empty() {
        let list = list_block(&format!("{indent}  "), new);
        return value(text, key, settings, &list);
    }
    match settings.find(LIST)? {
        None => in_settings(text, settings, new),
        Some((key, list)) => in_list(text, (key, list), settings, new),
    }
}

/// At the end of the text, on a line of its own.
fn at_end(text: &str, new: &str) -> (Range<usize>, String) {
    let broken = text.is_empty() || text.ends_with('\n');
    let lead = if broken { "" } else { newline(text) };
    let new = new.replace('\n', newline(text));
    (text.len()..text.len(), format!("{lead}{new}"))
}

/// A block in place of a key's empty value.
fn value(
    text: &str,
    key: &Node,
    value: &Node,
    block: &str,
) -> Result<(Range<usize>, String), Problem> {
    let rest = text.get(key.span.end..).unwrap_or_default();
    let colon = rest.find(':').ok_or_else(|| unsafe_edit(key.span.end))?;
    let start = key.span.end + colon + 1;
    // What is nothing at all has no place of its own.
    let empty = value.text() == Some("") || value.span.start < start;
    let end = if empty { start } else { value.span.end };
    let block = block.trim_end_matches('\n').replace('\n', newline(text));
    Ok((start..end, format!("{}{block}", newline(text))))
}

/// A list of its own before the first of the settings: where that is, is certain.
fn in_settings(
    text: &str,
    settings: &Node,
    new: &[OdoEntry],
) -> Result<(Range<usize>, String), Problem> {
    let first = settings.members().first().map(|(key, _)| key.span.start);
    let at = first.ok_or_else(|| unsafe_edit(settings.span.start))?;
    if matches!(settings.kind, Kind::Mapping { flow: true, .. }) {
        return Ok((at..at, format!("{LIST}: [{}], ", flow(new))));
    }
    let indent = " ".repeat(column(text, at));
    let list = list_block(&indent, new).replace('\n', newline(text));
    let list = list.strip_prefix(&indent).unwrap_or(&list);
    Ok((at..at, format!("{list}{indent}")))
}

fn in_list(
    text: &str,
    (key, list): (&Node, &Node),
    settings: &Node,
    new: &[OdoEntry],
) -> Result<(Range<usize>, String), Problem> {
    let in_flow = matches!(settings.kind, Kind::Mapping { flow: true, .. });
    let Kind::Sequence {
        items,
        flow: brackets,
    } = &list.kind
    else {
        let indent = " ".repeat(column(text, key.span.start));
        return value(text, key, list, &items_block(&indent, new));
    };
    match items.last() {
        None if in_flow => Ok((list.span.clone(), format!("[{}]", flow(new)))),
        None => {
            let indent = " ".repeat(column(text, key.span.start));
            value(text, key, list, &items_block(&indent, new))
        }
        Some(last) if *brackets => {
            let at = last.span.end;
            Ok((at..at, format!(", {}", flow(new))))
        }
        Some(last) => {
            let dash = dash(text, last).ok_or_else(|| unsafe_edit(last.span.start))?;
            let indent = " ".repeat(column(text, dash));
            let end = line_end(text, last.end());
            let block = items_block(&indent, new).replace('\n', newline(text));
            if end == text.len() {
                let (_, block) = at_end(&text[..end], &items_block(&indent, new));
                return Ok((end..end, block));
            }
            Ok((end..end, block))
        }
    }
}

/// What goes with the entry at `index`, and what comes in its place.
fn removal(
    text: &str,
    before: &Preference,
    index: usize,
) -> Result<(Range<usize>, String), Problem> {
    let list = before.list()?.ok_or_else(|| unsafe_edit(0))?;
    let Kind::Sequence { items, flow } = &list.kind else {
        return Err(unsafe_edit(list.span.start));
    };
    let (item, next) = (&items[index], items.get(index + 1));
    if *flow {
        return Ok((flow_range(items, index), String::new()));
    }
    let dash_of = |item: &Node| dash(text, item).ok_or_else(|| unsafe_edit(item.span.start));
    let start = line_start(text, dash_of(item)?);
    if items.len() == 1 {
        // An empty list says that there is none; without a list odo would have its default.
        let first = dash_of(item)?;
        let end = line_end(text, item.end());
        let tail = if text[..end].ends_with('\n') {
            "\n"
        } else {
            ""
        };
        let lead = text[..first].trim_end();
        return Ok((lead.len()..end, format!(" []{tail}")));
    }
    let end = match next {
        Some(next) => line_start(text, dash_of(next)?),
        None => line_end(text, item.end()),
    };
    Ok((start..end, String::new()))
}

fn flow_range(items: &[Node], index: usize) -> Range<usize> {
    let item = &items[index].span;
    match (
        index.checked_sub(1).map(|before| &items[before]),
        items.get(index + 1),
    ) {
        (Some(before), _) => before.span.end..item.end,
        (None, Some(next)) => item.start..next.span.start,
        (None, None) => item.clone(),
    }
}

/// Where the dash of a block's item is.
fn dash(text: &str, item: &Node) -> Option<usize> {
    let lead = text.get(..item.span.start)?.trim_end();
    lead.ends_with('-').then(|| lead.len() - 1)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |line| line + 1)
}

/// The beginning of the next line, or the end of the text.
fn line_end(text: &str, at: usize) -> usize {
    // The end of a text of several lines is found behind the indentation that follows it.
    let before = text[..at].trim_end_matches([' ', '\t']);
    if before.ends_with('\n') {
        return before.len();
    }
    text[at..]
        .find('\n')
        .map_or(text.len(), |line| at + line + 1)
}

fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// How the lines of the text end.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The settings with nothing but the list, as odo itself writes them.
fn settings_block(indent: &str, entries: &[OdoEntry]) -> String {
    let list = list_block(&format!("{indent}  "), entries);
    format!("{indent}{SETTINGS}:\n{list}")
}

fn list_block(indent: &str, entries: &[OdoEntry]) -> String {
    format!("{indent}{LIST}:\n{}", items_block(indent, entries))
}

fn items_block(indent: &str, entries: &[OdoEntry]) -> String {
    let item = |OdoEntry { name, url, secure }: &OdoEntry| {
        let (name, url) = (scalar(name), scalar(url));
        format!("{indent}- Name: {name}\n{indent}  URL: {url}\n{indent}  secure: {secure}\n")
    };
    entries.iter().map(item).collect()
}

fn flow(entries: &[OdoEntry]) -> String {
    let item = |OdoEntry { name, url, secure }: &OdoEntry| {
        let (name, url) = (quoted(name), quoted(url));
        format!("{{Name: {name}, URL: {url}, secure: {secure}}}")
    };
    entries.iter().map(item).collect::<Vec<_>>().join(", ")
}

/// The text as it is where it cannot be anything else, and in quotation marks otherwise.
fn scalar(text: &str) -> String {
    let begins = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%:".contains(c);
    let word = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if begins && !word && text.chars().all(plain) && !text.ends_with(':') {
        return text.to_owned();
    }
    quoted(text)
}

/// In double quotation marks; what JSON writes there, YAML reads.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
