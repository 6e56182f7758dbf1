//! Source registries: the server, its ecosystems, its store and its tokens.
