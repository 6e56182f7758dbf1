//! The settings page, and what the window needs to know at start.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Which proxy to use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Proxy {
    /// The environment's, else the system's.
    #[default]
    System,
    /// None.
    Direct,
    /// This one, for every registry but `localhost`.
    Manual {
        /// `http://host:port`; no user or password.
        url: String,
    },
}

/// The person's settings. Kept in `settings.toml` beside the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Light or dark.
    pub theme: Theme,
    /// Which proxy.
    pub proxy: Proxy,
    /// How long a registry may take to answer, in seconds: 2 to 120.
    pub timeout_seconds: u32,
    /// After how many idle minutes the passphrase vault locks: 1 to 240; 0 for never.
    pub lock_after_minutes: u32,
    /// How often registries are checked in the background, in minutes: 5 to 1,440; 0 for never.
    pub check_every_minutes: u32,
    /// Whether this computer hosts source registries.
    pub hosting: bool,
    /// The port at which it does, on 127.0.0.1: 1,024 to 65,535. Lock files remember it.
    pub hosting_port: u16,
    /// How large the text is, in percent: 75 to 200.
    pub zoom: u32,
    /// Whether the first-run page has been dismissed.
    pub welcomed: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            proxy: Proxy::default(),
            timeout_seconds: 15,
            lock_after_minutes: 15,
            check_every_minutes: 60,
            hosting: true,
            hosting_port: 4747,
            zoom: 100,
            welcomed: false,
        }
    }
}

/// Response of `start`, the window's first call.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// Registrar's version.
    pub version: String,
    /// Where the configuration lies.
    pub config_dir: String,
    /// Where the data lie.
    pub data_dir: String,
    /// The settings.
    pub settings: Settings,
}

/// Response of `environment`, which may take a moment and is asked for once the list is there.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// The proxy that the system setting means now, or `None` for a direct connection.
    pub system_proxy: Option<String>,
    /// What a crash left behind and was put right at this start, in words; told once.
    pub recovered: Vec<String>,
}
