//! Registries as a file for somebody else, and theirs for the person.
//!
//! - A file holds no secret, and nothing that means nothing on another computer.
//! - What a file says is shown beside what the catalog has before anything is written. What is
//!   written then is what was shown: the review is kept here, and counts only while the catalog
//!   still says what it was compared with.
//! - A token never goes where somebody else's file says. Where taking their version changes the
//!   server, or how safely it is reached, the stored token is erased with the same change, and the
//!   person enters it again.

mod compare;
mod exporting;
mod importing;
mod words;

pub(crate) use compare::free_name;
pub(crate) use importing::Review;
