//! The surroundings of one window: display, bus, keyring, folders.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::options::{Keyring, Options, SETTINGS};
use crate::display::Display;
use crate::keyring::{BusSession, KeyringSession};
use crate::port;

/// What the application's environment holds beyond what the world itself needs: nothing of the
/// person who runs the tests, least of all their proxies.
const ENVIRONMENT: [(&str, &str); 6] = [
    ("LANG", "C.UTF-8"),
    ("TZ", "UTC"),
    ("GDK_BACKEND", "x11"),
    ("GSETTINGS_BACKEND", "memory"),
    ("RUST_BACKTRACE", "1"),
    ("TAURI_WEBVIEW_AUTOMATION", "true"),
];

/// Where tools keep their configuration, below the home.
const TOOLS: [(&str, &str); 2] = [
    ("DOCKER_CONFIG", ".docker"),
    ("REGISTRY_AUTH_FILE", ".config/containers/auth.json"),
];

/// The program that tools run to ask Registrar.
const HELPER: &str = "docker-credential-registrar";

enum Bus {
    WithKeyring(KeyringSession),
    Bare(BusSession),
}

/// Everything around a window; it outlives restarts of the application.
pub(super) struct World {
    bus: Bus,
    home: PathBuf,
    display: Display,
    folders: TempDir,
    env: Vec<(String, String)>,
    hosting_port: u16,
}

impl World {
    pub(super) fn create(options: Options) -> io::Result<Self> {
        let bus = match options.keyring {
            Keyring::Missing => Bus::Bare(BusSession::without_keyring()?),
            Keyring::Unlocked => Bus::WithKeyring(KeyringSession::start()?),
            Keyring::Locked => Bus::WithKeyring(locked()?),
        };
        let world = Self {
            home: bus.session().home(),
            bus,
            display: Display::start()?,
            folders: tempfile::Builder::new().prefix("window-").tempdir()?,
            env: options.env,
            hosting_port: port::free()?,
        };
        std::fs::create_dir(world.config_dir())?;
        // Never the port at which whoever runs the tests hosts their own registries.
        let hosting = format!("hosting_port = {}\n", world.hosting_port);
        std::fs::write(world.config_dir().join(SETTINGS), &hosting)?;
        for (name, mut content) in options.files {
            if name == SETTINGS {
                content.insert_str(0, &hosting);
            }
            std::fs::write(world.config_dir().join(name), content)?;
        }
        Ok(world)
    }

    pub(super) fn config_dir(&self) -> PathBuf {
        self.folders.path().join("config")
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        self.folders.path().join("data")
    }

    /// The port at which the window hosts source registries.
    pub(super) fn hosting_port(&self) -> u16 {
        self.hosting_port
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    pub(super) fn keyring(&self) -> Option<&KeyringSession> {
        match &self.bus {
            Bus::WithKeyring(session) => Some(session),
            Bus::Bare(_) => None,
        }
    }

    pub(super) fn display(&self) -> &Display {
        &self.display
    }

    /// The whole environment; nothing else is inherited.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let folder = |path: PathBuf| path.display().to_string();
        let mut env = self.bus.session().env();
        env.extend(ENVIRONMENT.map(|(name, value)| (name.to_owned(), value.to_owned())));
        env.push(("PATH".to_owned(), search_path(&self.home)));
        env.extend(TOOLS.map(|(name, path)| (name.to_owned(), folder(self.home.join(path)))));
        env.push(("DISPLAY".to_owned(), self.display.name().to_owned()));
        env.push(("REGISTRAR_CONFIG_DIR".to_owned(), folder(self.config_dir())));
        env.push(("REGISTRAR_DATA_DIR".to_owned(), folder(self.data_dir())));
        env.extend(self.env.iter().cloned());
        env
    }
}

impl Bus {
    fn session(&self) -> &BusSession {
        match self {
            Self::WithKeyring(keyring) => keyring.bus(),
            Self::Bare(bus) => bus,
        }
    }
}

/// The `PATH` of whoever runs the tests, after the home's own folder of programs. Whether Registrar
/// is installed there makes no difference.
fn search_path(home: &Path) -> String {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&inherited).filter(|folder| !folder.join(HELPER).exists());
    let own = home.join(".local/bin").display().to_string();
    folders.fold(own, |path, folder| format!("{path}:{}", folder.display()))
}

fn locked() -> io::Result<KeyringSession> {
    let session = KeyringSession::start()?;
    session.lock()?;
    Ok(session)
}
