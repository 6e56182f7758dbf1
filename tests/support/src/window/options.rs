//! What a window is opened with.

/// The file of the person's settings.
pub(super) const SETTINGS: &str = "settings.toml";

/// The keyring that the application meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Keyring {
    /// One that is unlocked.
    #[default]
    Unlocked,
    /// One that is locked.
    Locked,
    /// None on this system.
    Missing,
}

/// What the window is opened with; by default the first start on a system with a keyring.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub(super) keyring: Keyring,
    pub(super) files: Vec<(&'static str, String)>,
    pub(super) env: Vec<(String, String)>,
}

impl Options {
    /// With this keyring.
    #[must_use]
    pub fn keyring(mut self, keyring: Keyring) -> Self {
        self.keyring = keyring;
        self
    }

    /// With this content of `registries.toml`.
    #[must_use]
    pub fn catalog(self, content: impl Into<String>) -> Self {
        self.file("registries.toml", content.into())
    }

    /// With this content of `settings.toml`, after the port of the world's own that it begins with.
    #[must_use]
    pub fn settings(self, content: impl Into<String>) -> Self {
        self.file(SETTINGS, content.into())
    }

    /// With this environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    fn file(mut self, name: &'static str, content: String) -> Self {
        self.files.push((name, content));
        self
    }
}
