//! JSON as bytes that people own: where each value lies, found without changing anything.
//!
//! `serde_json` decides whether a text is JSON; the scanner here, run only on text that is, adds
//! the places and bounds the depth.

mod edit;
mod scan;

use std::ops::Range;

use serde::de::IgnoredAny;

pub(crate) use edit::{Editor, Splice, quoted, undo};

/// What is wrong with a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// In bytes from the beginning.
    pub at: usize,
    pub message: String,
}

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Node {
    pub span: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Object(Vec<Member>),
    Array(Vec<Node>),
    Text,
    Null,
    Other,
}

/// One `"key": value` of an object.
#[derive(Debug)]
pub(crate) struct Member {
    pub key: String,
    /// Where the key's opening quote is.
    pub at: usize,
    pub value: Node,
}

/// A whole text, understood.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub text: &'a str,
    /// The outermost object; `None` for a text of nothing but spaces, which tools take for `{}`.
    pub root: Option<Node>,
}

impl<'a> Document<'a> {
    /// Reads `text`, whose outermost value has to be an object.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Problem> {
        // What else is white to Unicode is no space in JSON.
        if text.trim_matches([' ', '\t', '\r', '\n']).is_empty() {
            return Ok(Self { text, root: None });
        }
        if text.starts_with('\u{FEFF}') {
            return Err(problem(
                0,
                "it begins with a byte-order mark, which docker and podman refuse",
            ));
        }
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| located(text, &error))?;
        match scan::scan(text) {
            Some(root) if matches!(root.kind, Kind::Object(_)) => Ok(Self {
                text,
                root: Some(root),
            }),
            Some(root) => Err(problem(
                root.span.start,
                "an object, {…}, was expected here",
            )),
            None => Err(problem(
                0,
                "its values are nested more than 128 levels deep",
            )),
        }
    }

    /// The members of the object at `path`; none where something on the way is missing or null.
    pub(crate) fn members(&self, path: &[&str]) -> Result<&[Member], Problem> {
        let Some(root) = &self.root else {
            return Ok(&[]);
        };
        let mut node = root;
        for name in path {
            match find(node, name)? {
                Some(member) => node = &member.value,
                None => return Ok(&[]),
            }
        }
        members(node)
    }

    /// The text of a string; what else it may be is a problem.
    pub(crate) fn string(&self, node: &Node) -> Result<String, Problem> {
        let text = self.text.get(node.span.clone()).unwrap_or_default();
        serde_json::from_str(text).map_err(|_| problem(node.span.start, "a text was expected here"))
    }
}

/// The members of an object; null has none, as in Go.
pub(crate) fn members(node: &Node) -> Result<&[Member], Problem> {
    match &node.kind {
        Kind::Object(members) => Ok(members),
        Kind::Null => Ok(&[]),
        _ => Err(problem(
            node.span.start,
            "an object, {…}, was expected here",
        )),
    }
}

/// The member called `name`. Go's tools match the names of their own settings in any case, and
/// take the last of several: where there are several, no edit would be safe.
pub(crate) fn find<'a>(node: &'a Node, name: &str) -> Result<Option<&'a Member>, Problem> {
    let mut found = members(node)?
        .iter()
        .filter(|member| same(&member.key, name));
    let first = found.next();
    match found.next() {
        None => Ok(first),
        Some(second) => Err(problem(second.at, "this setting is there a second time")),
    }
}

fn same(key: &str, name: &str) -> bool {
    const SETTINGS: [&str; 3] = ["auths", "credHelpers", "credsStore"];
    key == name || (SETTINGS.contains(&name) && key.eq_ignore_ascii_case(name))
}

pub(crate) fn problem(at: usize, message: &str) -> Problem {
    Problem {
        at,
        message: message.to_owned(),
    }
}

/// The parser's complaint with its place in bytes; its words name no content.
fn located(text: &str, error: &serde_json::Error) -> Problem {
    let start: usize = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    let message = error.to_string();
    let words = message.split(" at line ").next().unwrap_or_default();
    problem(
        (start + error.column().saturating_sub(1)).min(text.len()),
        words,
    )
}

/// Line and column in characters, both from 1, of the byte `at`.
pub(crate) fn place(text: &str, at: usize) -> (usize, usize) {
    let at = (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let before = &text[..at.unwrap_or_default()];
    let start = before.rfind('\n').map_or(0, |line| line + 1);
    (
        before.matches('\n').count() + 1,
        before[start..].chars().count() + 1,
    )
}

/// `text` with the member at `path` set to `value`, or removed where there is none, and that with
/// the edit taken back; `None` where it is refused. For the fuzz target alone.
#[doc(hidden)]
#[must_use]
pub fn edited(text: &str, path: &[&str], value: Option<&str>) -> Option<(String, String)> {
    let mut editor = Editor::new(text);
    match value {
        Some(value) => editor.set(path, value).ok()?,
        None => editor.remove(path).ok()?,
    }
    let back = undo(&editor.text, &editor.splices)?;
    Some(((*editor.text).clone(), (*back).clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_spaces_is_an_empty_configuration_and_other_white_is_none() {
        let path = ["credHelpers", "h"];
        for empty in ["", " ", "\r\n\t "] {
            let (set, back) = edited(empty, &path, Some("\"x\"")).unwrap();
            assert!(Document::parse(&set).is_ok(), "{set:?}");
            assert_eq!(back, empty);
        }
        for other in ["\u{b}", " \u{a0} ", "\u{c}"] {
            assert_eq!(edited(other, &path, Some("\"x\"")), None, "{other:?}");
        }
    }
}
