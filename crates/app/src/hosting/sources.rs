//! Source registries: looking at them, making, changing and deleting them.

use std::sync::Arc;

use registrar_hosting as hosting;
use registrar_hosting::{Caller, Host, HostError, NewRegistry, Registry, RegistryChange};

use super::parse;
use super::words::{count, registry_token, source_row};
use crate::app::App;
use crate::wire::{
    CommandError, CreateSource, DeleteSource, Done, EcosystemDefault, Nothing, ReviewSource,
    SetVisibility, SourceDetails, SourceList, SourceRef, SourceReview, UpdateSource,
};

impl App {
    /// All source registries, sorted by name.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the packages' folder cannot be used.
    pub async fn list_sources(&self, _: Nothing) -> Result<SourceList, CommandError> {
        let host = self.host().await?;
        let counts = host.counts().await?;
        let row = |registry: Arc<Registry>| {
            let counts = counts.get(&registry.id).copied().unwrap_or_default();
            source_row(&registry, &counts)
        };
        Ok(SourceList {
            rows: host.registries().into_iter().map(row).collect(),
        })
    }

    /// Everything about one.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn get_source(&self, request: SourceRef) -> Result<SourceDetails, CommandError> {
        let (host, registry) = self.hosted(&request.id).await?;
        self.source_details(&host, &registry).await
    }

    pub(super) async fn source_details(
        &self,
        host: &Host,
        registry: &Registry,
    ) -> Result<SourceDetails, CommandError> {
        let counts = host.counts().await?;
        let counts = counts.get(&registry.id).copied().unwrap_or_default();
        let tokens = host.registry_tokens(registry.id);
        Ok(SourceDetails {
            row: source_row(registry, &counts),
            url: self.source_url(&registry.slug),
            created_at: registry.created_at.to_string(),
            updated_at: registry.updated_at.to_string(),
            versions: count(counts.versions),
            files: count(counts.files),
            tokens: tokens.iter().map(|token| registry_token(token)).collect(),
        })
    }

    /// A registry's address, without a slash at its end.
    fn source_url(&self, slug: &str) -> String {
        format!("{}/{}/{slug}", self.hosting_url(), hosting::ORGANIZATION)
    }

    /// What would become of a name that is being typed.
    ///
    /// # Errors
    /// None; what is wrong with the name is part of the answer.
    pub async fn review_source(&self, request: ReviewSource) -> Result<SourceReview, CommandError> {
        let host = self.host().await?;
        let own = request.id.as_deref().map(parse).transpose()?;
        let problem = match hosting::parse_name(&request.name) {
            Err(problem) => Some(problem.to_string()),
            Ok((_, slug)) => host.taken_by(&slug, own).map(|other| {
                let name = other.name.clone();
                HostError::SlugTaken { name }.to_string()
            }),
        };
        let slug = hosting::slug(&request.name);
        Ok(SourceReview {
            url: self.source_url(&slug),
            slug,
            problem,
            defaults: hosting::Ecosystem::ALL.map(default_look).to_vec(),
        })
    }

    /// Makes a registry. It is private.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] and [`crate::wire::Code::NameTaken`] with the field.
    pub async fn create_source(
        &self,
        request: CreateSource,
    ) -> Result<SourceDetails, CommandError> {
        let host = self.host().await?;
        let new = NewRegistry {
            name: request.name,
            description: request.description,
            ecosystem: request.ecosystem.into(),
            emoji: request.emoji,
            color: request.color,
        };
        let made = host.create_registry(new, &Caller::owner()).await;
        let made = self
            .noted_failure("source.created", None, made.map_err(Into::into))
            .await?;
        self.source_details(&host, &made).await
    }

    /// Changes a registry's name, description and look.
    ///
    /// # Errors
    /// As with [`App::create_source`]; nothing is changed then.
    pub async fn update_source(
        &self,
        request: UpdateSource,
    ) -> Result<SourceDetails, CommandError> {
        let change = RegistryChange {
            name: Some(request.name),
            description: Some(request.description),
            emoji: Some(request.emoji),
            color: Some(request.color),
            public: None,
        };
        self.change_source(&request.id, change).await
    }

    /// Lets anybody on this computer read a registry, or only those with a token.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`].
    pub async fn set_source_visibility(
        &self,
        request: SetVisibility,
    ) -> Result<SourceDetails, CommandError> {
        let change = RegistryChange {
            public: Some(request.public),
            ..RegistryChange::default()
        };
        self.change_source(&request.id, change).await
    }

    async fn change_source(
        &self,
        id: &str,
        change: RegistryChange,
    ) -> Result<SourceDetails, CommandError> {
        let (host, before) = self.hosted(id).await?;
        let changed = host
            .update_registry(before.id, change, &Caller::owner())
            .await;
        let changed = self
            .noted_failure("source.updated", Some(&before), changed.map_err(Into::into))
            .await?;
        self.source_details(&host, &changed).await
    }

    /// Deletes a registry with its packages and its tokens, for good.
    ///
    /// # Errors
    /// [`crate::wire::Code::Invalid`] where the typed name is not the registry's exactly.
    pub async fn delete_source(&self, request: DeleteSource) -> Result<Done, CommandError> {
        let (host, registry) = self.hosted(&request.id).await?;
        let name = Some(request.name.as_str());
        let deleted = host
            .delete_registry(registry.id, name, &Caller::owner())
            .await;
        self.noted_failure(
            "source.deleted",
            Some(&registry),
            deleted.map_err(Into::into),
        )
        .await?;
        Ok(Done {})
    }
}

fn default_look(ecosystem: hosting::Ecosystem) -> EcosystemDefault {
    let (emoji, color) = ecosystem.format().look();
    EcosystemDefault {
        ecosystem: ecosystem.into(),
        emoji: emoji.to_owned(),
        color: color.to_owned(),
    }
}
