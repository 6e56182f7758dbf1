//! From a record to the lines of its table.

use std::fmt::Write;

use jiff::Timestamp;

use crate::record::Record;

/// The keys of an entry in the order in which they are written.
pub(crate) const KEYS: [&str; 11] = [
    "id",
    "kind",
    "name",
    "url",
    "user",
    "created",
    "updated",
    "token",
    "allow_http",
    "ca_file",
    "trusted_certificate",
];

/// The record's values as TOML, in the order of [`KEYS`]; `None` where there is nothing to write.
pub(crate) fn values(record: &Record) -> [Option<String>; KEYS.len()] {
    let ca_file = record
        .tls
        .ca_file
        .as_ref()
        .map(|path| quoted(&path.to_string_lossy()));
    [
        Some(quoted(&record.id.to_string())),
        Some(quoted(record.kind.as_str())),
        Some(quoted(record.name.as_str())),
        Some(quoted(record.url.as_str())),
        record.user.as_deref().map(quoted),
        Some(time(record.created)),
        Some(time(record.updated)),
        flag(record.token),
        flag(record.allow_http),
        ca_file,
        record
            .tls
            .trusted_certificate
            .map(|fingerprint| quoted(&fingerprint.to_string())),
    ]
}

/// The whole entry, each line ended by `newline`.
pub(crate) fn entry(record: &Record, newline: &str) -> String {
    let mut text = format!("[[registry]]{newline}");
    for (key, value) in KEYS.iter().zip(values(record)) {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, "{key} = {value}{newline}");
        }
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn time(time: Timestamp) -> String {
    format!("\"{time:.6}\"")
}

fn flag(set: bool) -> Option<String> {
    set.then(|| "true".to_owned())
}
