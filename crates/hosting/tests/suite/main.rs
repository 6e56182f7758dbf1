//! The host over the network, as clients see it. One program, so that it links once.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod files;
mod guard;
mod limits;
mod load;
mod management;
mod npm;
mod oci;
mod openapi;
mod paths;
mod python;
mod sharing;
mod storage;
mod support;
mod wire;
