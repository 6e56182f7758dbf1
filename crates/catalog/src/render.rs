//! From a record to the lines of its table.

use std::{fmt::Write, path::Path};

use jiff::Timestamp;
use registrar_registry::AwsRole;

use crate::record::Record;

/// The keys of an entry in the order in which they are written.
pub(crate) const KEYS: [&str; 23] = [
    "id",
    "kind",
    "name",
    "url",
    "type",
    "user",
    "created",
    "updated",
    "added_by",
    "token",
    "expires",
    "allow_http",
    "insecure",
    "ca_file",
    "trusted_certificate",
    "client_certificate",
    "client_key",
    "token_server",
    "credentials",
    "aws_profile",
    "aws_role",
    "aws_external_id",
    "azure_tenant",
];

/// The record's values as TOML, in the order of [`KEYS`]; `None` where there is nothing to write.
pub(crate) fn values(record: &Record) -> [Option<String>; KEYS.len()] {
    let options = &record.container;
    let client = options.client_certificate.as_ref();
    let cloud = options.cloud.as_ref();
    let role = cloud.and_then(|cloud| cloud.role.as_ref());
    let fingerprint = record
        .tls
        .trusted_certificate
        .map(|sha256| sha256.to_string());
    [
        Some(quoted(&record.id.to_string())),
        Some(quoted(record.kind.as_str())),
        Some(quoted(record.name.as_str())),
        Some(quoted(&record.url.text())),
        options.provider.map(|provider| quoted(provider.as_str())),
        record.user.as_deref().map(quoted),
        Some(time(record.created)),
        Some(time(record.updated)),
        options.added_by.as_deref().map(quoted),
        flag(record.token),
        record.expires.map(|day| quoted(&day.to_string())),
        flag(record.allow_http),
        flag(options.insecure),
        record.tls.ca_file.as_deref().map(path),
        fingerprint.as_deref().map(quoted),
        client.map(|files| path(&files.certificate)),
        client.map(|files| path(&files.key)),
        options
            .token_server
            .as_ref()
            .map(|url| quoted(url.as_str())),
        cloud.map(|cloud| quoted(cloud.way.as_str())),
        cloud.and_then(|cloud| cloud.profile.as_deref()).map(quoted),
        role.map(|role| quoted(role.arn())),
        role.and_then(AwsRole::external_id).map(quoted),
        cloud.and_then(|cloud| cloud.tenant.as_deref()).map(quoted),
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

fn path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
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
