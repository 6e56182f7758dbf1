//! Client of devfile registries.
