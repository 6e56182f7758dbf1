//! `settings.toml`: the person's settings, beside the catalog. Comments and unknown keys stay.

mod network;

use std::io;
use std::path::{Path, PathBuf};

use fs_err as fs;
use parking_lot::RwLock;
use toml_edit::{DocumentMut, Item, Value};
use url::Url;

use crate::files;
use crate::wire::{Code, CommandError, Field, Proxy, Settings, Theme, VaultKind};

const MAX_BYTES: u64 = 256 * 1024;
/// Ports below need the administrator.
pub(crate) const LOWEST_PORT: u16 = 1024;

/// The settings, read once and written whenever they change.
pub(crate) struct SettingsFile {
    path: PathBuf,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    document: DocumentMut,
    settings: Settings,
    vault: Option<VaultKind>,
    /// Whether the file cannot be understood; it is kept under another name before it is replaced.
    broken: bool,
}

impl SettingsFile {
    /// Reads the file. One that cannot be read or understood means the defaults, and stays
    /// beside the new one when settings are saved.
    pub(crate) fn open(path: PathBuf) -> Self {
        let read = read_document(&path).inspect_err(|error| {
            tracing::warn!(%error, "the settings cannot be understood; the defaults are used");
        });
        let broken = read.is_err();
        let document = read.unwrap_or_default();
        let state = State {
            settings: read_settings(&document),
            vault: read_vault(&document),
            document,
            broken,
        };
        Self {
            path,
            state: RwLock::new(state),
        }
    }

    pub(crate) fn get(&self) -> Settings {
        self.state.read().settings.clone()
    }

    /// Which vault the person chose; the keychain where they never chose.
    pub(crate) fn vault(&self) -> VaultKind {
        self.state.read().vault.unwrap_or(VaultKind::Keychain)
    }

    pub(crate) fn save(&self, settings: &Settings) -> Result<(), CommandError> {
        let settings = validated(settings)?;
        let mut state = self.state.write();
        let mut document = state.document.clone();
        write_settings(&mut document, &settings);
        self.write(&mut state, document)?;
        state.settings = settings;
        Ok(())
    }

    pub(crate) fn save_vault(&self, vault: VaultKind) -> Result<(), CommandError> {
        let mut state = self.state.write();
        let mut document = state.document.clone();
        set(&mut document, "vault", vault_word(vault));
        self.write(&mut state, document)?;
        state.vault = Some(vault);
        Ok(())
    }

    fn write(&self, state: &mut State, document: DocumentMut) -> io::Result<()> {
        if state.broken {
            fs::rename(&self.path, self.path.with_extension("toml.broken"))?;
            state.broken = false;
        }
        files::write_whole(&self.path, document.to_string().as_bytes())?;
        state.document = document;
        Ok(())
    }
}

fn read_document(path: &Path) -> io::Result<DocumentMut> {
    let bytes = files::read_bounded(path, MAX_BYTES)?.unwrap_or_default();
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    text.parse().map_err(io::Error::other)
}

fn validated(settings: &Settings) -> Result<Settings, CommandError> {
    let mut settings = settings.clone();
    settings.timeout_seconds = settings.timeout_seconds.clamp(2, 120);
    settings.lock_after_minutes = settings.lock_after_minutes.min(240);
    if settings.check_every_minutes > 0 {
        settings.check_every_minutes = settings.check_every_minutes.clamp(5, 1440);
    }
    settings.zoom = settings.zoom.clamp(75, 200);
    if settings.hosting_port < LOWEST_PORT {
        settings.hosting_port = Settings::default().hosting_port;
    }
    if let Proxy::Manual { url } = &mut settings.proxy {
        *url = canonical_proxy(url)?;
    }
    Ok(settings)
}

/// `http://host:port` from what the person typed, with or without a scheme.
fn canonical_proxy(text: &str) -> Result<String, CommandError> {
    let text = text.trim();
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let wrong = |message: &str| CommandError {
        field: Some(Field::Proxy),
        ..CommandError::new(Code::Invalid, message)
            .hint("Write it as http://proxy.example.com:8080.")
    };
    let url = Url::parse(&with_scheme).map_err(|_| wrong("This is not a proxy's address."))?;
    if url.scheme() != "http" {
        return Err(wrong("A proxy's address begins with http://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(
            "The proxy's address must not hold a user or password.",
        ));
    }
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| wrong("The proxy's address has no host."))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("A proxy's address ends after the port."));
    }
    Ok(format!(
        "http://{host}:{}",
        url.port_or_known_default().unwrap_or(80)
    ))
}

fn read_settings(document: &DocumentMut) -> Settings {
    let defaults = Settings::default();
    let number = |key: &str, default: u32| {
        let found = document.get(key).and_then(Item::as_integer);
        found
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(default)
    };
    let flag = |key: &str, default: bool| {
        let found = document.get(key).and_then(Item::as_bool);
        found.unwrap_or(default)
    };
    let settings = Settings {
        theme: match document.get("theme").and_then(Item::as_str) {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        },
        proxy: match document.get("proxy").and_then(Item::as_str) {
            None | Some("system") => Proxy::System,
            Some("direct") => Proxy::Direct,
            Some(url) => Proxy::Manual {
                url: url.to_owned(),
            },
        },
        timeout_seconds: number("timeout_seconds", defaults.timeout_seconds),
        lock_after_minutes: number("lock_after_minutes", defaults.lock_after_minutes),
        check_every_minutes: number("check_every_minutes", defaults.check_every_minutes),
        hosting: flag("hosting", defaults.hosting),
        hosting_port: u16::try_from(number("hosting_port", 0)).unwrap_or(0),
        zoom: number("zoom", defaults.zoom),
        welcomed: flag("welcomed", defaults.welcomed),
    };
    validated(&settings).unwrap_or(Settings {
        proxy: Proxy::System,
        ..settings
    })
}

fn write_settings(document: &mut DocumentMut, settings: &Settings) {
    let theme = match settings.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let proxy = match &settings.proxy {
        Proxy::System => "system",
        Proxy::Direct => "direct",
        Proxy::Manual { url } => url.as_str(),
    };
    set(document, "theme", theme);
    set(document, "proxy", proxy);
    set(
        document,
        "timeout_seconds",
        i64::from(settings.timeout_seconds),
    );
    set(
        document,
        "lock_after_minutes",
        i64::from(settings.lock_after_minutes),
    );
    set(
        document,
        "check_every_minutes",
        i64::from(settings.check_every_minutes),
    );
    set(document, "hosting", settings.hosting);
    set(document, "hosting_port", i64::from(settings.hosting_port));
    set(document, "zoom", i64::from(settings.zoom));
    set(document, "welcomed", settings.welcomed);
}

/// Sets a key and keeps what stands around its value: spaces and a comment behind it.
fn set(document: &mut DocumentMut, key: &str, new: impl Into<Value>) {
    let mut new = new.into();
    if let Some(old) = document.get(key).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    document[key] = Item::Value(new);
}

fn read_vault(document: &DocumentMut) -> Option<VaultKind> {
    match document.get("vault").and_then(Item::as_str)? {
        "passphrase" => Some(VaultKind::Passphrase),
        "keychain" => Some(VaultKind::Keychain),
        _ => None,
    }
}

fn vault_word(vault: VaultKind) -> &'static str {
    match vault {
        VaultKind::Keychain => "keychain",
        VaultKind::Passphrase => "passphrase",
    }
}

#[cfg(test)]
mod tests {
    use super::{SettingsFile, canonical_proxy};
    use crate::wire::{Code, Proxy, Settings, Theme, VaultKind};

    #[test]
    fn settings_come_back_and_comments_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, "# mine\ntheme = \"light\" # bright\nunknown = 1\n").unwrap();
        let file = SettingsFile::open(path.clone());
        assert_eq!(file.get().theme, Theme::Light);
        let settings = Settings {
            theme: Theme::Dark,
            timeout_seconds: 500,
            zoom: 110,
            ..file.get()
        };
        file.save(&settings).unwrap();
        file.save_vault(VaultKind::Passphrase).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("# mine\ntheme = \"dark\" # bright\nunknown = 1\n"),
            "{text}"
        );
        let again = SettingsFile::open(path);
        assert_eq!(
            again.get(),
            Settings {
                timeout_seconds: 120,
                ..settings
            }
        );
        assert_eq!(again.vault(), VaultKind::Passphrase);
    }

    #[test]
    fn a_broken_file_means_the_defaults_and_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, "theme = [").unwrap();
        let file = SettingsFile::open(path.clone());
        assert_eq!(file.get(), Settings::default());
        file.save(&Settings {
            welcomed: true,
            ..file.get()
        })
        .unwrap();
        assert!(SettingsFile::open(path.clone()).get().welcomed);
        let kept = std::fs::read_to_string(path.with_extension("toml.broken")).unwrap();
        assert_eq!(kept, "theme = [");
    }

    #[test]
    fn a_proxy_may_be_typed_in_short() {
        assert_eq!(
            canonical_proxy(" proxy.corp:3128 ").unwrap(),
            "http://proxy.corp:3128"
        );
        assert_eq!(canonical_proxy("http://[::1]/").unwrap(), "http://[::1]:80");
    }

    #[test]
    fn a_proxy_with_a_password_or_another_scheme_is_refused() {
        for wrong in [
            "http://u:p@h:1",
            "socks5://h:1",
            "http://",
            "h:1/path",
            "h:99999",
            "",
        ] {
            assert_eq!(
                canonical_proxy(wrong).unwrap_err().code,
                Code::Invalid,
                "{wrong}"
            );
        }
        let proxy = Proxy::Manual {
            url: "ftp://x".to_owned(),
        };
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::open(folder.path().join("settings.toml"));
        assert!(
            file.save(&Settings {
                proxy,
                ..Settings::default()
            })
            .is_err()
        );
        assert!(!folder.path().join("settings.toml").exists());
    }
}
