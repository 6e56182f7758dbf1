//! What crosses the border to the window: one request and one response per command.
//!
//! Every type here is exported to `ui/src/bindings/` (`cargo xtask bindings`). Times are
//! RFC 3339 in UTC, durations whole milliseconds, offsets and lengths Unicode scalar values.
//! No response holds a secret except [`RevealedToken`] and [`CreatedApiToken`].

mod activity;
mod check;
mod cluster;
mod error;
mod event;
mod hosting;
mod images;
mod network;
mod odo;
mod registries;
mod settings;
mod share;
mod stacks;
mod storage;
mod tools;
mod transfers;
mod vault;

pub use activity::*;
pub use check::*;
pub use cluster::*;
pub use error::*;
pub use event::*;
pub use hosting::*;
pub use images::*;
pub use network::*;
pub use odo::*;
pub use registries::*;
pub use settings::*;
pub use share::*;
pub use stacks::*;
pub use storage::*;
pub use tools::*;
pub use transfers::*;
pub use vault::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The request of a command that needs to be told nothing.
#[derive(Debug, Clone, Copy, Default, Deserialize, TS)]
pub struct Nothing {}

/// The response of a command that has nothing to say beyond having succeeded.
#[derive(Debug, Clone, Copy, Default, Serialize, TS)]
pub struct Done {}

/// Names a running operation, so that its progress can be followed and it can be cancelled.
/// The window chooses it: any text that it uses only once.
pub type OperationId = String;

/// Request of `cancel_operation`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CancelOperation {
    /// What to cancel; unknown and finished operations are no error.
    pub operation: OperationId,
}
