//! The host over the network, as clients see it. One program, so that it links once.

mod files;
mod guard;
mod management;
mod npm;
mod support;
