//! A profile of AWS's configuration.

use std::collections::HashMap;

use registrar_registry::{Cloud, Secret};

use super::ini::{self, Section};
use super::keys::AccessKey;
use crate::failure::{Failure, FailureKind};
use crate::machine::{Machine, read};

/// The two files of AWS's configuration.
pub(crate) struct Files {
    config: HashMap<String, Section>,
    credentials: HashMap<String, Section>,
}

/// One profile, from both files.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    values: Section,
}

impl Files {
    pub(crate) async fn load(machine: &Machine) -> Result<Self, Failure> {
        Ok(Self {
            config: load(machine, "AWS_CONFIG_FILE", ".aws/config").await?,
            credentials: load(machine, "AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials").await?,
        })
    }

    /// The profile called `name`; `None` where neither file has it. Where both say something, the
    /// credentials file counts.
    pub(crate) fn profile(&self, name: &str) -> Option<Profile> {
        let section = format!("profile {name}");
        let plain = (name == "default").then(|| self.config.get(name)).flatten();
        let config = self.config.get(&section).or(plain);
        let credentials = self.credentials.get(name);
        if config.is_none() && credentials.is_none() {
            return None;
        }
        let mut values = config.cloned().unwrap_or_default();
        values.extend(credentials.cloned().unwrap_or_default());
        let name = name.to_owned();
        Some(Profile { name, values })
    }

    /// The values of a session of AWS's single sign-on.
    pub(crate) fn session(&self, name: &str) -> Option<&Section> {
        self.config.get(&format!("sso-session {name}"))
    }
}

async fn load(
    machine: &Machine,
    variable: &str,
    path: &str,
) -> Result<HashMap<String, Section>, Failure> {
    let Some(path) = machine.file(variable, path) else {
        return Ok(HashMap::new());
    };
    let bad = |what: String| {
        Failure::new(Cloud::Aws, FailureKind::BadConfiguration, what.clone()).about(what)
    };
    let Some(bytes) = read(&path).await.map_err(bad)? else {
        return Ok(HashMap::new());
    };
    let text = bytes.expose_text();
    let text = text.ok_or_else(|| bad(format!("{} is not text", path.display())))?;
    Ok(ini::sections(text))
}

impl Profile {
    /// A value that is not empty.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let value = self.values.get(key).map(String::as_str);
        value.filter(|value| !value.is_empty())
    }

    /// The access key that stands in it.
    pub(crate) fn key(&self) -> Option<AccessKey> {
        Some(AccessKey {
            id: self.get("aws_access_key_id")?.to_owned(),
            secret: Secret::new(self.get("aws_secret_access_key")?),
            session: self.get("aws_session_token").map(Secret::new),
            expires: None,
        })
    }

    /// A failure because of what stands in it.
    pub(crate) fn bad(&self, what: &str) -> Failure {
        let about = format!("the profile {} {what}", self.name);
        Failure::new(Cloud::Aws, FailureKind::BadConfiguration, about.clone()).about(about)
    }
}
