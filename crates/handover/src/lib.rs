//! What each tool needs in its own configuration, written and undone.
//!
//! Docker, podman and everything that speaks their helper protocol ask a program called
//! `docker-credential-registrar` for a secret when they need one. This crate tells them to
//! ([`Docker`], [`Podman`]), finds them ([`Discovery`]), links the helper into a folder of the
//! `PATH` ([`HelperLink`]), takes over what they had stored ([`import`]), and speaks the helper's
//! side of the protocol ([`docker_protocol`]). odo asks nobody: its list of devfile registries is
//! written instead ([`Odo`]).
//!
//! - Nothing is written without a [`Plan`] that shows it first. [`Handover::apply`] refuses the
//!   plan if any of its files has changed since.
//! - The files belong to people: an edit is a splice, so order, indentation, unknown keys, line
//!   endings, permissions and links survive. A file that cannot be understood is never touched.
//! - What was changed is remembered in a ledger. Where nobody else wrote the file since, undoing
//!   restores it to the byte; otherwise only what is ours goes, and what we replaced comes back.
//! - The ledger holds names of helpers and hashes, never a secret. Files hold secrets, so their
//!   contents are `Secret`s here and diffs show `…` in their place.
//! - File operations block, for five seconds at most; programs are run asynchronously, within a
//!   time limit, and are killed with all they started when the future is dropped.

mod diff;
mod disk;
mod docker;
pub mod docker_protocol;
mod environment;
mod error;
mod helper_file;
pub mod import;
mod json;
mod ledger;
mod link;
mod odo;
mod plan;
mod podman;
mod program;
mod tools;
mod watch;

pub use diff::{DiffLine, Sign};
pub use docker::Docker;
pub use environment::Environment;
pub use error::HandoverError;
pub use helper_file::{Slot, State, Status};
#[doc(hidden)]
pub use json::edited;
pub use ledger::Wiring;
pub use link::HelperLink;
pub use odo::{Odo, OdoEntry, OdoRegistry, OdoState};
pub use plan::{Conflict, FileChange, Handover, Plan, Replace};
pub use podman::Podman;
pub use tools::{Discovery, Family, Tool};
pub use watch::Watch;

impl Handover {
    /// Docker's configuration.
    pub fn docker(&self) -> Docker<'_> {
        Docker(self)
    }

    /// The configuration of podman, skopeo and buildah.
    pub fn podman(&self) -> Podman<'_> {
        Podman(self)
    }

    /// odo's list of devfile registries.
    pub fn odo(&self) -> Odo<'_> {
        Odo(self)
    }

    /// The helper's link on the `PATH`.
    pub fn helper_link(&self) -> HelperLink<'_> {
        HelperLink(self)
    }
}
