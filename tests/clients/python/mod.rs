//! Real pip, twine and uv, against a registry of our own.

mod installing;
mod network;
mod packages;
mod place;
mod publishing;
