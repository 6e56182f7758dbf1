//! This computer, as the clouds' own tools see it: variables, the home folder, the clock.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use registrar_registry::Secret;
use tokio::io::AsyncReadExt as _;
use url::Url;

/// The most bytes of a configuration file: 1 MiB.
const MAX_FILE: u64 = 1024 * 1024;

/// What the time is.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// What the system says.
    #[default]
    System,
    /// What somebody sets, in seconds since 1970.
    Set(Arc<AtomicI64>),
}

/// Where the clouds' tools have left their credentials.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// The environment; the process's own where `None`.
    variables: Option<HashMap<String, String>>,
    home: Option<PathBuf>,
    clock: Clock,
    /// Who stands in for a host.
    stand_ins: HashMap<String, Url>,
}

impl Machine {
    /// The computer that this process runs on.
    pub fn system() -> Self {
        Self {
            home: dirs::home_dir(),
            ..Self::default()
        }
    }

    /// One with just these variables and this home folder.
    pub fn of(variables: HashMap<String, String>, home: PathBuf) -> Self {
        Self {
            variables: Some(variables),
            home: Some(home),
            ..Self::default()
        }
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The same, where `url` is asked in place of the host called `name`: for tests, which cannot
    /// reach a cloud.
    #[must_use]
    pub fn with_stand_in(mut self, name: &str, url: Url) -> Self {
        self.stand_ins.insert(name.to_owned(), url);
        self
    }

    /// A variable that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        let value = match &self.variables {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var(name).ok(),
        };
        value.filter(|value| !value.is_empty())
    }

    /// All variables, where they are not the process's own.
    pub(crate) fn variables(&self) -> Option<&HashMap<String, String>> {
        self.variables.as_ref()
    }

    /// The file that `variable` names, else `path` in the home folder.
    pub(crate) fn file(&self, variable: &str, path: &str) -> Option<PathBuf> {
        let named = self.variable(variable).map(|path| self.expanded(&path));
        named.or_else(|| self.at_home(path))
    }

    /// `path` in the home folder.
    pub(crate) fn at_home(&self, path: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }

    fn expanded(&self, path: &str) -> PathBuf {
        let home = path.strip_prefix("~/").and_then(|rest| self.at_home(rest));
        home.unwrap_or_else(|| PathBuf::from(path))
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        match &self.clock {
            Clock::System => Timestamp::now(),
            Clock::Set(seconds) => {
                Timestamp::from_second(seconds.load(Ordering::Relaxed)).unwrap_or_default()
            }
        }
    }

    /// Where `url` is asked: there, but for tests.
    pub(crate) fn place(&self, url: Url) -> Url {
        let stand_in = url.host_str().and_then(|host| self.stand_ins.get(host));
        match stand_in.and_then(|place| place.join(&url[url::Position::BeforePath..]).ok()) {
            Some(place) => place,
            None => url,
        }
    }
}

/// The bytes of the file at `path`; `None` where there is none.
///
/// # Errors
/// In words, where it cannot be read or is too large.
pub(crate) async fn read(path: &Path) -> Result<Option<Secret>, String> {
    let shown = path.display();
    let file = match tokio::fs::File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{shown}: {error}")),
    };
    let mut bytes = Vec::new();
    let read = file.take(MAX_FILE + 1).read_to_end(&mut bytes).await;
    let bytes = Secret::new(bytes);
    match read {
        Err(error) => Err(format!("{shown}: {error}")),
        Ok(_) if bytes.len() as u64 > MAX_FILE => Err(format!("{shown} is larger than 1 MiB")),
        Ok(_) => Ok(Some(bytes)),
    }
}
