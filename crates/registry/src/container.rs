//! The vocabulary of container registries: hosts, addresses, image references, digests, and
//! which address serves an image.
//!
//! Everything has one stored form, so that two spellings of one thing compare as equal. Docker
//! Hub, which goes by many names, is `docker.io`.

mod address;
mod digest;
mod error;
mod fit;
mod host;
mod image;
mod parts;

pub use address::{ContainerAddress, Pasted};
pub use digest::Digest;
pub use error::{ReferenceError, ReferenceProblem};
pub use fit::Fit;
pub use host::ContainerHost;
pub use image::ImageReference;

#[cfg(test)]
mod tests;
