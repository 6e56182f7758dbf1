//! Edits that leave every other byte alone, and can be taken back to the byte.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Document, Kind, Member, Node, Problem, find, problem};

/// One edit, as it has to be known to take it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Splice {
    /// Where, in bytes from the beginning.
    pub at: usize,
    /// How many bytes are there now.
    pub inserted: usize,
    /// What was there before.
    pub removed: String,
}

/// Takes `splices` back, the last one first; `None` where they do not fit `text`.
pub(crate) fn undo(text: &str, splices: &[Splice]) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(text.to_owned());
    for splice in splices.iter().rev() {
        let range = splice.at..splice.at.checked_add(splice.inserted)?;
        text.get(range.clone())?;
        text.replace_range(range, &splice.removed);
    }
    Some(text)
}

/// A text being edited.
pub(crate) struct Editor {
    pub text: Zeroizing<String>,
    pub splices: Vec<Splice>,
}

impl Editor {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: Zeroizing::new(text.to_owned()),
            splices: Vec::new(),
        }
    }

    /// Sets the text at `path` to `value`, which is JSON; makes the objects on the way.
    pub(crate) fn set(&mut self, path: &[&str], value: &str) -> Result<(), Problem> {
        let (range, new) = {
            let document = Document::parse(&self.text)?;
            match &document.root {
                None => (
                    self.text.len()..self.text.len(),
                    fresh(&self.text, path, value),
                ),
                Some(root) => setting(&document, root, path, value)?,
            }
        };
        self.splice(range, &new);
        Ok(())
    }

    /// Removes the member at `path`, with its comma; nothing happens where there is none.
    pub(crate) fn remove(&mut self, path: &[&str]) -> Result<(), Problem> {
        let Some(range) = removal(&Document::parse(&self.text)?, path)? else {
            return Ok(());
        };
        self.splice(range, "");
        Ok(())
    }

    /// Replaces what is in the range.
    pub(crate) fn splice(&mut self, range: Range<usize>, new: &str) {
        self.splices.push(Splice {
            at: range.start,
            inserted: new.len(),
            removed: self.text[range.clone()].to_owned(),
        });
        self.text.replace_range(range, new);
    }
}

/// A file's whole content where there was none; docker itself indents by tabs.
fn fresh(before: &str, path: &[&str], value: &str) -> String {
    let style = Style::of(before, None);
    format!("{}{}", style.nested("", path, value), style.newline)
}

fn setting(
    document: &Document<'_>,
    root: &Node,
    path: &[&str],
    value: &str,
) -> Result<(Range<usize>, String), Problem> {
    let style = Style::of(document.text, Some(root));
    let mut node = root;
    let mut indent = String::new();
    for (depth, name) in path.iter().enumerate() {
        let Some(member) = find(node, name)? else {
            return Ok(addition(
                document.text,
                &style,
                node,
                &indent,
                &path[depth..],
                value,
            ));
        };
        let rest = &path[depth + 1..];
        let lead = lead(document.text, member.at);
        lead.rsplit_once('\n')
            .map_or("", |(_, indent)| indent)
            .clone_into(&mut indent);
        if rest.is_empty() || matches!(member.value.kind, Kind::Null) {
            return Ok((
                member.value.span.clone(),
                style.nested(&indent, rest, value),
            ));
        }
        node = &member.value;
    }
    Err(problem(root.span.start, "there is nothing to set here"))
}

/// The new last member of `object`, laid out like the one before it.
fn addition(
    text: &str,
    style: &Style,
    object: &Node,
    indent: &str,
    path: &[&str],
    value: &str,
) -> (Range<usize>, String) {
    let last = match &object.kind {
        Kind::Object(members) => members.last(),
        _ => None,
    };
    let Some(last) = last else {
        return (object.span.clone(), style.nested(indent, path, value));
    };
    let lead = lead(text, last.at);
    let own = lead.rfind('\n').map_or("", |at| &lead[at + 1..]);
    let break_at = lead.rfind('\n').map_or(0, |at| {
        if lead[..at].ends_with('\r') {
            at - 1
        } else {
            at
        }
    });
    let key = quoted(path[0]);
    let value = style.nested(own, &path[1..], value);
    let end = last.value.span.end;
    (
        end..end,
        format!(",{}{key}:{}{value}", &lead[break_at..], style.gap),
    )
}

/// The spaces and line breaks right before `at`.
fn lead(text: &str, at: usize) -> &str {
    let before = &text[..at];
    &before[before.trim_end_matches([' ', '\t', '\r', '\n']).len()..]
}

fn removal(document: &Document<'_>, path: &[&str]) -> Result<Option<Range<usize>>, Problem> {
    let (Some(root), Some((name, way))) = (&document.root, path.split_last()) else {
        return Ok(None);
    };
    let mut object = root;
    for step in way {
        match find(object, step)? {
            Some(member) => object = &member.value,
            None => return Ok(None),
        }
    }
    let Some(member) = find(object, name)? else {
        return Ok(None);
    };
    Ok(Some(cut(object, super::members(object)?, member)))
}

/// From where to where to cut, so that the rest is still an object.
fn cut(object: &Node, members: &[Member], member: &Member) -> Range<usize> {
    let index = members
        .iter()
        .take_while(|other| other.at < member.at)
        .count();
    match (
        index.checked_sub(1).and_then(|index| members.get(index)),
        members.get(index + 1),
    ) {
        (_, Some(next)) => member.at..next.at,
        (Some(previous), None) => previous.value.span.end..member.value.span.end,
        (None, None) => object.span.start + 1..object.span.end - 1,
    }
}

/// How a text is laid out.
struct Style {
    newline: &'static str,
    /// One step of indentation; `None` where everything is on one line.
    unit: Option<String>,
    /// What stands after a colon.
    gap: &'static str,
}

impl Style {
    fn of(text: &str, root: Option<&Node>) -> Self {
        let newline = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        };
        let first = root.and_then(|root| match &root.kind {
            Kind::Object(members) => members.first(),
            _ => None,
        });
        let Some(first) = first else {
            return Self {
                newline,
                unit: Some("\t".to_owned()),
                gap: " ",
            };
        };
        let lead = lead(text, first.at);
        let tight = text[..first.value.span.start].ends_with(':');
        Self {
            newline,
            unit: lead.rfind('\n').map(|at| lead[at + 1..].to_owned()),
            gap: if tight { "" } else { " " },
        }
    }

    /// `value` inside of one object for each step of `path`, the closing brackets at `indent`.
    fn nested(&self, indent: &str, path: &[&str], value: &str) -> String {
        let Some((name, rest)) = path.split_first() else {
            return value.to_owned();
        };
        let (key, gap) = (quoted(name), self.gap);
        match &self.unit {
            None => format!("{{{key}:{gap}{}}}", self.nested("", rest, value)),
            Some(unit) => {
                let (newline, inner) = (self.newline, format!("{indent}{unit}"));
                let value = self.nested(&inner, rest, value);
                format!("{{{newline}{inner}{key}:{gap}{value}{newline}{indent}}}")
            }
        }
    }
}

/// `text` as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
