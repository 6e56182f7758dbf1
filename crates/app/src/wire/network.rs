//! Sharing on the network: whether, how, and with whom.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Snippet;
use super::error::CommandError;

/// What sharing on the network does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum NetworkState {
    /// Nothing is shared, and nothing is to be.
    Off,
    /// It begins as soon as the server of this computer runs.
    Waiting,
    /// The certificate is being made and the port opened.
    Starting,
    /// Other computers can come in.
    On {
        /// The address for others that is most useful, `https://192.168.1.20:4748`.
        url: String,
    },
    /// It does not work; it is tried again by itself.
    Failed {
        /// Why, and the next step.
        error: CommandError,
        /// Who holds the port, such as `node (process 4711)`, where that is the reason and known.
        holder: Option<String>,
    },
    /// Nobody new comes in; requests under way are being finished.
    Stopping,
}

/// How to share on the network. Kept in `settings.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkSettings {
    /// Whether to share, now and after a restart.
    pub on: bool,
    /// At which port, on every address of this computer: 1,024 to 65,535.
    pub port: u16,
    /// Further names or addresses by which others reach this computer.
    pub names: Vec<String>,
    /// The person's own certificate; one is made where absent.
    pub certificate: Option<OwnCertificate>,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self {
            on: false,
            port: registrar_hosting::sharing::SHARE_PORT,
            names: Vec::new(),
            certificate: None,
        }
    }
}

/// The person's own certificate, as two files in PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OwnCertificate {
    /// The certificate, then those that lead to its authority; an absolute path.
    pub chain: String,
    /// Its private key, not encrypted; an absolute path.
    pub key: String,
}

/// Response of most commands about sharing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkSharing {
    /// What it does.
    pub state: NetworkState,
    /// How the person wants it.
    pub settings: NetworkSettings,
    /// What others see, while it is shared.
    pub shared: Option<NetworkDoor>,
    /// Who has come since the server was started, whoever came last first; at most 256.
    pub clients: Vec<NetworkClient>,
}

/// What others see of this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkDoor {
    /// The addresses for others, the most useful one first, without a slash at their ends.
    pub urls: Vec<String>,
    /// The SHA-256 of the certificate, `AB:CD:…`.
    pub fingerprint: String,
    /// When it ends.
    pub not_after: String,
    /// The authority that made it; `None` where it is the person's own.
    pub authority: Option<NetworkAuthority>,
    /// Why the certificate could not be renewed; it stays in use meanwhile.
    pub trouble: Option<String>,
    /// How another computer is made to trust the authority, client by client.
    pub instructions: Vec<Snippet>,
}

/// The authority that others have to trust.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkAuthority {
    /// The SHA-256 of its certificate, `AB:CD:…`, to compare by eye.
    pub fingerprint: String,
    /// When it ends.
    pub not_after: String,
}

/// Somebody who has come over the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkClient {
    /// From which address.
    pub address: String,
    /// What the token is for that they showed; `None` for none, or none that works.
    pub token: Option<String>,
    /// What their program called itself last.
    pub agent: Option<String>,
    /// When they came first.
    pub first_seen: String,
    /// When they came last.
    pub last_seen: String,
    /// How many requests they made.
    #[ts(type = "number")]
    pub requests: u64,
    /// How many of those showed a token that does not work.
    #[ts(type = "number")]
    pub failed: u64,
    /// How many of those were turned away because there were too many.
    #[ts(type = "number")]
    pub limited: u64,
}

/// Request of `share_on_network`.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareOnNetwork {
    /// Whether to share. Where it is on and has failed, it is tried again.
    pub on: bool,
}

/// Request of `save_network`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveNetwork {
    /// The port: 1,024 to 65,535.
    pub port: u16,
    /// Further names or addresses by which others reach this computer.
    pub names: Vec<String>,
    /// The person's own certificate; one is made where absent.
    pub certificate: Option<OwnCertificate>,
}

/// Request of `network_code`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkCode {
    /// One of the addresses at which it is shared.
    pub url: String,
}

/// A QR code, drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct QrCode {
    /// How many modules it is wide and high; the quiet zone around it is not counted.
    pub size: u32,
    /// The dark modules as the `d` of an SVG path; one module is one unit.
    pub path: String,
}

/// Where the clients run that instructions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// On this computer.
    ThisComputer,
    /// On another one of the network.
    Network,
}
