//! How clients are set up: what to run, what to write into which file.

/// What stands where a token goes until one is filled in.
pub const MASK: &str = "bkpt_\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}\u{2022}";

/// What instructions are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To publish.
    Publish,
    /// To install.
    Install,
}

/// What instructions are about. Every part is free of characters that a shell or a configuration
/// file would take for something else, except the package's name and version, which the ecosystem
/// has checked.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// What for.
    pub purpose: Purpose,
    /// The server's address, `http://127.0.0.1:4747`.
    pub base: &'a str,
    /// The organization's slug.
    pub organization: &'a str,
    /// The registry's slug.
    pub registry: &'a str,
    /// Whether anybody may read it.
    pub public: bool,
    /// The package's name; `None` for a placeholder of the ecosystem's.
    pub package: Option<&'a str>,
    /// Its version.
    pub version: Option<&'a str>,
}

impl Place<'_> {
    /// The registry's address, without a slash at its end.
    pub fn url(&self) -> String {
        format!("{}/{}/{}", self.base, self.organization, self.registry)
    }

    /// The registry's address without a scheme.
    pub fn bare_url(&self) -> String {
        let url = self.url();
        url.split_once("://")
            .map_or(url.clone(), |(_, rest)| rest.to_owned())
    }

    /// The registry's address with the mask of a token as its password, for clients that are told
    /// so; without where none is needed.
    pub fn url_with_token(&self) -> String {
        if self.needs_token() {
            let scheme = if self.base.starts_with("https:") {
                "https"
            } else {
                "http"
            };
            format!("{scheme}://buildkite:{MASK}@{}", self.bare_url())
        } else {
            self.url()
        }
    }

    /// Whether a token has to be shown for this.
    pub fn needs_token(&self) -> bool {
        !self.public || self.purpose == Purpose::Publish
    }
}

/// One thing to run or to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The client, such as `npm`.
    pub client: &'static str,
    /// What it is, a short sentence without a full stop.
    pub title: &'static str,
    /// The file that the text goes into; `None` for a shell.
    pub file: Option<&'static str>,
    /// The text, with [`MASK`] where a token goes.
    pub text: String,
}

impl Snippet {
    /// Something to run in a shell.
    pub fn shell(client: &'static str, title: &'static str, text: impl Into<String>) -> Self {
        Self {
            client,
            title,
            file: None,
            text: text.into(),
        }
    }

    /// Something to write into a file.
    pub fn file(
        client: &'static str,
        title: &'static str,
        file: &'static str,
        text: impl Into<String>,
    ) -> Self {
        Self {
            file: Some(file),
            ..Self::shell(client, title, text)
        }
    }

    /// Whether a token goes into it.
    pub fn needs_token(&self) -> bool {
        self.text.contains(MASK)
    }

    /// The text with a token in its place.
    pub fn with_token(&self, token: &str) -> String {
        self.text.replace(MASK, token)
    }
}
