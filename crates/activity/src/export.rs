//! The record for other programs.

use crate::Entry;

/// A JSON array of the entries.
pub fn to_json(entries: &[Entry]) -> String {
    // Strings, booleans and times always serialise.
    serde_json::to_string_pretty(entries).unwrap_or_default()
}

/// Comma-separated values by RFC 4180, with a header line.
///
/// A cell that a spreadsheet would take for a formula gets an apostrophe in front.
pub fn to_csv(entries: &[Entry]) -> String {
    let mut text = String::from("when,action,registry,registry_id,outcome,detail\r\n");
    for entry in entries {
        let cells = [
            entry.at.to_string(),
            entry.action.clone(),
            entry.registry.clone().unwrap_or_default(),
            entry
                .registry_id
                .map(|id| id.to_string())
                .unwrap_or_default(),
            if entry.ok { "succeeded" } else { "failed" }.to_owned(),
            entry.detail.clone().unwrap_or_default(),
        ];
        let quoted: Vec<String> = cells.iter().map(|cell| quote(cell)).collect();
        text.push_str(&quoted.join(","));
        text.push_str("\r\n");
    }
    text
}

fn quote(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    if cell.contains([',', '"', '\n', '\r']) || !guard.is_empty() {
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
