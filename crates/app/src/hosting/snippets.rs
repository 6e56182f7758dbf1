//! How clients are set up, shown with a masked token and copied with one that works.

use std::collections::HashMap;
use std::time::Duration;

use registrar_hosting::instructions::{self, Place};
use registrar_hosting::{
    Ecosystem, Host, HostError, Registry, Scope, Scopes, TEMPORARY_SECONDS, TemporaryToken,
};
use registrar_registry::Secret;

use crate::app::App;
use crate::wire::{
    CommandError, Copied, CopySnippet, Instructions, InstructionsFor, Purpose, Snippet,
};

impl App {
    /// How to publish to a registry or install from it.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn instructions(
        &self,
        request: InstructionsFor,
    ) -> Result<Instructions, CommandError> {
        let (_, registry) = self.hosted(&request.source).await?;
        let snippets = self.snippets(&request, &registry).await?.into_iter();
        Ok(Instructions {
            snippets: snippets.map(|(id, snippet)| wired(id, snippet)).collect(),
            reach: self.base_for(request.reach).1,
            token_seconds: TEMPORARY_SECONDS,
        })
    }

    /// Puts a snippet on the clipboard, with a new temporary token where one goes.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`]; [`crate::wire::Code::Internal`] where the clipboard cannot
    /// be used.
    pub async fn copy_snippet(&self, request: CopySnippet) -> Result<Copied, CommandError> {
        let wanted = &request.instructions;
        let (host, registry) = self.hosted(&wanted.source).await?;
        let mut snippets = self.snippets(wanted, &registry).await?.into_iter();
        let found = snippets.find(|(id, _)| *id == request.snippet);
        let (_, snippet) = found.ok_or(HostError::NotFound("snippet"))?;
        if !snippet.needs_token() {
            return self.copy_lasting(Secret::new(snippet.text)).await;
        }
        let token = temporary(&host, &registry, wanted.purpose)?;
        let text = snippet.with_token(token.expose_text().unwrap_or_default());
        self.copy_for_a_while(Secret::new(text)).await
    }

    /// The snippets with their ids: the client's name, and which of that client's it is.
    async fn snippets(
        &self,
        wanted: &InstructionsFor,
        registry: &Registry,
    ) -> Result<Vec<(String, instructions::Snippet)>, CommandError> {
        let (base, _) = self.base_for(wanted.reach);
        let (package, version) = self.subject(wanted, registry).await?;
        let place = Place {
            purpose: match wanted.purpose {
                Purpose::Publish => instructions::Purpose::Publish,
                Purpose::Install => instructions::Purpose::Install,
            },
            base: &base,
            organization: registrar_hosting::ORGANIZATION,
            registry: &registry.slug,
            public: registry.public,
            package: package.as_deref(),
            version: version.as_deref(),
        };
        Ok(named(registry.ecosystem.format().instructions(&place)))
    }

    /// The package and the version as they were published: they go into commands for a shell, so
    /// what the window says is looked up first. Plain files are fetched by the file's name.
    async fn subject(
        &self,
        wanted: &InstructionsFor,
        registry: &Registry,
    ) -> Result<(Option<String>, Option<String>), CommandError> {
        let Some(name) = &wanted.package else {
            return Ok((None, None));
        };
        let found = self.found(&wanted.source, name).await?;
        let version = match &wanted.version {
            Some(version) => Some(found.version(version).await?),
            None => None,
        };
        let mut named = found.package.name.clone();
        if registry.ecosystem == Ecosystem::Files {
            let shown = match &version {
                Some(version) => version.id,
                None => found.latest().await?.id,
            };
            let files = found.host.files_of_version(shown).await?;
            named = files.into_iter().next().map_or(named, |file| file.name);
        }
        let version = match &version {
            Some(version) => Some(found.host.called(registry, version).await?),
            None => None,
        };
        Ok((Some(named), version))
    }
}

pub(super) fn named(snippets: Vec<instructions::Snippet>) -> Vec<(String, instructions::Snippet)> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    let named = snippets.into_iter().map(|snippet| {
        let number = seen.entry(snippet.client).or_default();
        *number += 1;
        (format!("{}-{number}", snippet.client), snippet)
    });
    named.collect()
}

/// A token for five minutes that may do what the instructions say.
fn temporary(host: &Host, registry: &Registry, purpose: Purpose) -> Result<Secret, HostError> {
    let scopes = match purpose {
        Purpose::Install => Scopes::read_packages(),
        Purpose::Publish => Scopes::from_iter([Scope::ReadPackages, Scope::WritePackages]),
    };
    let token = TemporaryToken {
        description: "temporary token",
        scopes,
        lifetime: Duration::from_secs(u64::from(TEMPORARY_SECONDS)),
    };
    host.temporary_token(registry, token)
}

pub(super) fn wired(id: String, snippet: instructions::Snippet) -> Snippet {
    Snippet {
        id,
        client: snippet.client.to_owned(),
        title: snippet.title.to_owned(),
        file: snippet.file.map(str::to_owned),
        needs_token: snippet.needs_token(),
        text: snippet.text,
    }
}
