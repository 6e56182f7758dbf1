//! What changes in a file, line by line, without what may be secret.

use serde::Serialize;
use similar::{Change, ChangeTag, TextDiff};

use crate::json::{Document, Kind, Node};

/// Whether a line stays, comes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// The line stays.
    Same,
    /// The line is new.
    Added,
    /// The line goes.
    Removed,
    /// Lines that stay are left out here; the text is empty.
    Gap,
}

/// One line of a diff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffLine {
    /// What happens to the line.
    pub sign: Sign,
    /// The line without its end.
    pub text: String,
}

/// How many lines to show around a change.
const AROUND: usize = 2;

/// The changed lines and two around them, with a [`Sign::Gap`] for whatever is left out.
pub(crate) fn lines(before: &str, after: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(before, after);
    let (mut lines, mut shown) = (Vec::new(), 0);
    for group in diff.grouped_ops(AROUND) {
        let begins = group.first().map_or(0, |op| op.old_range().start);
        if begins > shown {
            lines.push(gap());
        }
        shown = group.last().map_or(shown, |op| op.old_range().end);
        let changes = group.iter().flat_map(|op| diff.iter_changes(op));
        lines.extend(changes.map(|change| line(&change)));
    }
    if !lines.is_empty() && diff.old_slice(shown).is_some() {
        lines.push(gap());
    }
    lines
}

fn gap() -> DiffLine {
    DiffLine {
        sign: Sign::Gap,
        text: String::new(),
    }
}

fn line(change: &Change<&str>) -> DiffLine {
    DiffLine {
        sign: match change.tag() {
            ChangeTag::Equal => Sign::Same,
            ChangeTag::Insert => Sign::Added,
            ChangeTag::Delete => Sign::Removed,
        },
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    }
}

/// The text with `…` for every JSON string that is not the name of a helper. What is not JSON is
/// one of the files that are ours alone, which hold nothing secret, or odo's, where an address may
/// hold a password.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = text.to_owned();
    let Ok(Document {
        root: Some(root), ..
    }) = Document::parse(text)
    else {
        return without_passwords(text);
    };
    let mut strings = Vec::new();
    collect(&root, true, &mut strings);
    for node in strings.into_iter().rev() {
        shown.replace_range(node.span.clone(), "\"…\"");
    }
    shown
}

/// The text with `…` for what stands before the `@` of an address.
fn without_passwords(text: &str) -> String {
    let mut parts = text.split("://");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str("://");
        let end = part.find(|c: char| c.is_whitespace() || "/?#\"'".contains(c));
        let (authority, rest) = part.split_at(end.unwrap_or(part.len()));
        match authority.rsplit_once('@') {
            Some((_, host)) => shown.extend(["…@", host, rest]),
            None => shown.push_str(part),
        }
    }
    shown
}

/// All strings below `node`, in order, but for the settings about helpers.
fn collect<'a>(node: &'a Node, top: bool, strings: &mut Vec<&'a Node>) {
    match &node.kind {
        Kind::Text => strings.push(node),
        Kind::Array(items) => items.iter().for_each(|item| collect(item, false, strings)),
        Kind::Object(members) => {
            let harmless = ["credHelpers", "credsStore"];
            let hidden = members
                .iter()
                .filter(|member| !(top && harmless.contains(&member.key.as_str())));
            hidden.for_each(|member| collect(&member.value, false, strings));
        }
        Kind::Null | Kind::Other => {}
    }
}
