//! Real npm, pnpm and Yarn, old and new, against a registry of our own.

mod asking;
mod changing;
mod installing;
mod network;
mod place;
mod publishing;
