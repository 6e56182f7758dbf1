//! From one `[[registry]]` table to a record.

use std::{fmt::Display, path::PathBuf, str::FromStr};

use jiff::{Timestamp, civil::Date};
use registrar_registry::{
    AwsRole, ClientCertificate, Cloud, CloudSignIn, CloudWay, ContainerAddress, DevfileUrl,
    Provider, RegistryId, RegistryKind, RegistryName, TlsRules,
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use url::Url;

use crate::record::{Address, ContainerOptions, Record};

/// A record, and whether all that it needs stands in the file.
pub(crate) struct Entry {
    pub(crate) record: Record,
    pub(crate) complete: bool,
}

/// Why an entry cannot be understood, and at which byte.
pub(crate) struct Flaw {
    pub(crate) at: usize,
    pub(crate) message: String,
}

/// The most characters an address or user name of the other kinds may have.
const MAX_TEXT: usize = 2048;

/// Reads the table whose header stands at `header`. An absent id is derived from the name, and an
/// absent time is `written`.
pub(crate) fn parse(header: usize, table: &DeTable<'_>, written: Timestamp) -> Result<Entry, Flaw> {
    let fields = Fields { header, table };
    let kind = fields.required("kind", RegistryKind::from_str)?;
    let name = fields.required("name", RegistryName::parse)?;
    let id = fields.optional("id", RegistryId::from_str)?;
    let created = fields.time("created")?;
    let updated = fields.time("updated")?;
    let allow_http = fields.flag("allow_http")?;
    let record = Record {
        id: id.unwrap_or_else(|| RegistryId::derived(name.key().as_bytes())),
        kind,
        name,
        url: fields.address(kind, allow_http)?,
        user: fields.optional("user", plain_text)?,
        created: created.or(updated).unwrap_or(written),
        updated: updated.or(created).unwrap_or(written),
        token: fields.flag("token")?,
        expires: fields.day("expires")?,
        allow_http,
        tls: TlsRules {
            ca_file: fields.optional("ca_file", absolute_path)?,
            trusted_certificate: fields.optional("trusted_certificate", str::parse)?,
        },
        container: fields.container(kind)?,
    };
    fields.check_cloud(&record)?;
    Ok(Entry {
        record,
        complete: id.is_some() && created.is_some() && updated.is_some(),
    })
}

struct Fields<'a> {
    header: usize,
    table: &'a DeTable<'a>,
}

impl Fields<'_> {
    /// The value of `key` as `parse` makes it of the text.
    fn optional<T, E: Display>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Flaw> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let DeValue::String(text) = value.get_ref() else {
            return Err(flaw(value, format!("`{key}` must be a text in quotes.")));
        };
        parse(text)
            .map(Some)
            .map_err(|error| flaw(value, format!("`{key}`: {error}")))
    }

    fn required<T, E: Display>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Flaw> {
        self.optional(key, parse)?.ok_or_else(|| Flaw {
            at: self.header,
            message: format!("This registry has no `{key}`; add a line {key} = \"…\"."),
        })
    }

    fn flag(&self, key: &str) -> Result<bool, Flaw> {
        match self.table.get(key) {
            None => Ok(false),
            Some(value) => match value.get_ref() {
                DeValue::Boolean(flag) => Ok(*flag),
                _ => Err(flaw(value, format!("`{key}` must be true or false."))),
            },
        }
    }

    /// A moment, as text or as TOML's own date-time.
    fn time(&self, key: &str) -> Result<Option<Timestamp>, Flaw> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let time = match value.get_ref() {
            DeValue::String(text) => text.parse().ok(),
            DeValue::Datetime(time) => time.to_string().parse().ok(),
            _ => None,
        };
        time.map(|time| Some(in_microseconds(time))).ok_or_else(|| {
            flaw(
                value,
                format!("`{key}` must be a moment like \"2025-03-09T17:00:00.000000Z\"."),
            )
        })
    }

    /// A day, as text or as TOML's own date.
    fn day(&self, key: &str) -> Result<Option<Date>, Flaw> {
        let Some(value) = self.table.get(key) else {
            return Ok(None);
        };
        let day = match value.get_ref() {
            DeValue::String(text) => text.parse().ok(),
            DeValue::Datetime(day) => day.to_string().parse().ok(),
            _ => None,
        };
        let wrong = || flaw(value, format!("`{key}` must be a day like \"2026-12-31\"."));
        day.map(Some).ok_or_else(wrong)
    }

    fn address(&self, kind: RegistryKind, allow_http: bool) -> Result<Address, Flaw> {
        let (address, plain_http) = match kind {
            RegistryKind::Devfile => {
                let url = self.required("url", DevfileUrl::parse)?;
                let plain_http = url.is_plain_http();
                (Address::Devfile(url), plain_http)
            }
            RegistryKind::Container => {
                let pasted = self.required("url", ContainerAddress::parse_pasted)?;
                (Address::Container(pasted.address), pasted.plain_http)
            }
            RegistryKind::Source => (Address::Other(self.required("url", plain_text)?), false),
        };
        if plain_http && !allow_http {
            return Err(Flaw {
                at: self
                    .table
                    .get("url")
                    .map_or(self.header, |value| value.span().start),
                message: "`url`: Everybody on the way can read along with http; write https, or \
                          add a line allow_http = true."
                    .to_owned(),
            });
        }
        Ok(address)
    }

    /// What only container registries have; others may use the same words for something else.
    fn container(&self, kind: RegistryKind) -> Result<ContainerOptions, Flaw> {
        if kind != RegistryKind::Container {
            return Ok(ContainerOptions::default());
        }
        Ok(ContainerOptions {
            provider: self.optional("type", Provider::from_str)?,
            client_certificate: self.client_certificate()?,
            insecure: self.flag("insecure")?,
            token_server: self.optional("token_server", token_server)?,
            cloud: self.cloud()?,
            added_by: self.optional("added_by", plain_text)?,
        })
    }

    fn cloud(&self) -> Result<Option<CloudSignIn>, Flaw> {
        let Some(way) = self.optional("credentials", CloudWay::from_str)? else {
            return Ok(None);
        };
        let external_id = self.optional("aws_external_id", plain_text)?;
        let role = |arn: &str| AwsRole::parse(arn, external_id.as_deref());
        Ok(Some(CloudSignIn {
            way,
            profile: self.optional("aws_profile", plain_text)?,
            role: self.optional("aws_role", role)?,
            tenant: self.optional("azure_tenant", CloudSignIn::tenant)?,
        }))
    }

    /// A cloud's token goes to that cloud's registries only, and only where the server proves who
    /// it is.
    fn check_cloud(&self, record: &Record) -> Result<(), Flaw> {
        let (Some(cloud), Address::Container(address)) = (&record.container.cloud, &record.url)
        else {
            return Ok(());
        };
        let name = cloud.way.cloud().name();
        let message = if Cloud::of(address.host()) != Some(cloud.way.cloud()) {
            format!("`credentials` is for registries of {name}, and this is none.")
        } else if record.allow_http || record.container.insecure {
            format!(
                "Credentials of {name} need a verified connection; remove allow_http and insecure."
            )
        } else {
            return Ok(());
        };
        let value = self.table.get("credentials");
        Err(Flaw {
            at: value.map_or(self.header, |value| value.span().start),
            message,
        })
    }

    fn client_certificate(&self) -> Result<Option<ClientCertificate>, Flaw> {
        let certificate = self.optional("client_certificate", absolute_path)?;
        let key = self.optional("client_key", absolute_path)?;
        let missing = match (certificate, key) {
            (Some(certificate), Some(key)) => {
                return Ok(Some(ClientCertificate { certificate, key }));
            }
            (None, None) => return Ok(None),
            (Some(_), None) => "client_key",
            (None, Some(_)) => "client_certificate",
        };
        Err(Flaw {
            at: self.header,
            message: format!(
                "A client certificate needs its key as well; add a line {missing} = \"…\"."
            ),
        })
    }
}

fn flaw(value: &Spanned<DeValue<'_>>, message: String) -> Flaw {
    Flaw {
        at: value.span().start,
        message,
    }
}

/// The moment in the whole microseconds that the file keeps.
pub(crate) fn in_microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

fn plain_text(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        Err("This is empty; write something between the quotes, or remove the line.")
    } else if text.chars().nth(MAX_TEXT).is_some() {
        Err("This is longer than 2,048 characters.")
    } else if text.chars().any(char::is_control) {
        Err("There is a line break or control character in it; remove it.")
    } else {
        Ok(text.to_owned())
    }
}

fn token_server(text: &str) -> Result<Url, &'static str> {
    let wrong = "This must be an address that begins with https://, without user, ? and #.";
    let url = Url::parse(text).map_err(|_| wrong)?;
    let proper = matches!(url.scheme(), "https" | "http")
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if proper { Ok(url) } else { Err(wrong) }
}

fn absolute_path(text: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(text);
    if path.is_absolute() && !text.contains('\0') {
        Ok(path)
    } else {
        Err("This must be an absolute path, from the root of the file system on.")
    }
}

#[cfg(test)]
mod tests;
