//! Real pip, twine and uv, against a registry of our own.

mod installing;
mod packages;
mod place;
mod publishing;
