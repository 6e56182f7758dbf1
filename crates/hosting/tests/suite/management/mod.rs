//! The interface for managing registries: paths, fields, statuses and errors.

mod access;
mod audit;
mod packages;
mod registries;
mod tokens;
mod uploads;
