//! registries.toml: read, watch, write without ever losing a line.
