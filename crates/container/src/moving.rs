//! Moving images: between registries, folders and archives, in any direction.
//!
//! [`plan`] finds out what has to move and [`carry`] moves it. Both may be called again at any
//! time, also by another process after a crash: what is there already is not moved again, and a
//! part that was begun goes on where it ended.
//!
//! Invariants:
//! - Nothing reaches its destination whose bytes do not have their digest and size.
//! - Nothing can be seen at the destination before it is whole: blobs come first, then manifests,
//!   then indexes, and the name last. A folder or file is built beside its place, with `.partial`
//!   after its name, and moved there as a whole.
//! - Memory does not grow with the image. Dropping a future cancels it.

mod carry;
mod checked;
mod choose;
mod delete;
mod end;
mod failure;
mod finish;
mod gather;
mod hash;
mod local;
mod plan;
mod progress;
mod push;
mod retry;
mod source;
mod staging;
mod work;

pub use carry::{Moved, carry};
pub use delete::{Sharing, delete, sharing};
pub use end::{End, Move, Place, Platforms, Side};
pub use failure::{Bound, MoveFailure};
#[doc(hidden)]
pub use local::{Entries, Entry, Named};
pub use plan::{Found, Plan, PlatformSize, Standing, images, plan};
pub use progress::{Progress, Retrying};
