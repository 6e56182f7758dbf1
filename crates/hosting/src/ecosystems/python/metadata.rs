//! Core metadata: the `METADATA` of a wheel, the `PKG-INFO` of a source distribution.

use crate::ecosystems::archive::shown;
use crate::error::Rejection;

/// The most bytes of it.
pub(super) const MAX_METADATA: u64 = 4 * 1024 * 1024;
/// The most fields.
const MAX_FIELDS: usize = 20_000;
/// What stands before each further line of a description that is a field.
const OLD_INDENT: &str = "       |";

/// Core metadata as it is written, its fields in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    fields: Vec<(String, String)>,
    description: Option<String>,
}

impl Metadata {
    /// Reads core metadata: fields as in a mail's header, then the description.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, Rejection> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Rejection::new("The package's metadata is not UTF-8."))?;
        if text.contains('\0') {
            return Err(Rejection::new("The package's metadata is no text."));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let line = line.strip_suffix('\r').unwrap_or(line);
            rest = after;
            if line.is_empty() {
                break;
            }
            match fields.last_mut() {
                Some((_, value)) if line.starts_with([' ', '\t']) => {
                    value.push('\n');
                    value.push_str(line);
                }
                _ => fields.push(field(line)?),
            }
            if fields.len() > MAX_FIELDS {
                return Err(Rejection::new(format!(
                    "The package's metadata has more than {MAX_FIELDS} fields."
                )));
            }
        }
        Ok(Self {
            fields,
            description: (!rest.trim().is_empty()).then(|| rest.to_owned()),
        })
    }

    /// The first value of a field that is not empty, on one line.
    pub(super) fn one(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// The values of a field that are not empty, each on one line.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        self.raw(name)
            .map(|value| value.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|value| !value.is_empty() && value != "UNKNOWN")
    }

    /// The value of a field that there must be once.
    ///
    /// # Errors
    /// Says that it is missing, or there twice.
    pub(super) fn sole(&self, name: &str) -> Result<String, Rejection> {
        let mut values = self.raw(name);
        match (values.next(), values.next()) {
            (Some(value), None) if !value.trim().is_empty() => Ok(value.trim().to_owned()),
            (_, Some(_)) => Err(Rejection::new(format!(
                "The package's metadata has the field {name} twice."
            ))),
            _ => Err(Rejection::new(format!(
                "The package's metadata has no field {name}."
            ))),
        }
    }

    /// What the package says at length: the text behind the fields, or else the field.
    pub(super) fn description(&self) -> Option<String> {
        let field = || {
            let value = self.raw("Description").next()?;
            let lines = value.lines().map(|line| {
                let old = line.strip_prefix(OLD_INDENT);
                old.or_else(|| line.strip_prefix("        "))
                    .unwrap_or(line)
            });
            let text = lines.collect::<Vec<_>>().join("\n");
            (!matches!(text.trim(), "" | "UNKNOWN")).then_some(text)
        };
        self.description.clone().or_else(field)
    }

    fn raw<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = move |(field, _): &&(String, String)| field.eq_ignore_ascii_case(name);
        self.fields
            .iter()
            .filter(named)
            .map(|(_, value)| value.as_str())
    }
}

fn field(line: &str) -> Result<(String, String), Rejection> {
    let is_name = |name: &str| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !name.is_empty() && name.bytes().all(good)
    };
    let parts = line.split_once(':').filter(|(name, _)| is_name(name));
    let (name, value) = parts.ok_or_else(|| {
        Rejection::new(format!(
            "The package's metadata has a line that is no field: \u{201c}{}\u{201d}.",
            shown(line)
        ))
    })?;
    Ok((name.to_owned(), value.trim_start().to_owned()))
}
