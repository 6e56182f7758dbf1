//! The repositories of a registry.

use registrar_container::images::{Names, NoList, Repositories};
use registrar_registry::ImageReference;

use super::{Place, failed, small};
use crate::app::App;
use crate::wire::{
    AppEvent, CheckFailure, CommandError, Done, ListRepositories, RepositoryList, RepositoryPage,
    RepositoryRef,
};

impl App {
    /// The repositories of a container registry.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] where the registry is gone, [`crate::wire::Code::Cancelled`].
    /// That the registry does not answer, or has no list, is part of the answer.
    pub async fn list_repositories(
        &self,
        request: ListRepositories,
    ) -> Result<RepositoryPage, CommandError> {
        let place = self.container_place(&request.registry).await?;
        let operation = request.operation.clone();
        let found = self
            .cancellable(&request.operation, self.repositories(&place, operation))
            .await?;
        let (app, id) = (self.clone(), place.record.id);
        let remembered = self
            .blocking(move || Ok(app.0.images.remembered.of(id)))
            .await?;
        Ok(RepositoryPage {
            remembered,
            ..page(&place, found)
        })
    }

    async fn repositories(
        &self,
        place: &Place,
        operation: String,
    ) -> Result<Repositories, CheckFailure> {
        let reader = self.reader(place).await?;
        let tell = |done| {
            self.send(AppEvent::ImagesProgress {
                operation: operation.clone(),
                done: small(done),
                total: None,
            });
        };
        let found = reader.repositories(place.address.host(), &tell).await;
        found.map_err(failed)
    }

    /// Forgets that a repository was opened.
    ///
    /// # Errors
    /// The file system's.
    pub async fn forget_repository(&self, request: RepositoryRef) -> Result<Done, CommandError> {
        let place = self.container_place(&request.registry).await?;
        let (app, id) = (self.clone(), place.record.id);
        self.blocking(move || {
            let images = &app.0.images;
            Ok(images.remembered.forget(id, &request.repository)?)
        })
        .await?;
        Ok(Done {})
    }

    /// Remembers that a repository was opened. Failing to is logged: it costs typing its name.
    pub(super) async fn remember_repository(&self, place: &Place, image: &ImageReference) {
        let catalog = self.shelf().await.catalog();
        let known: Vec<_> = catalog.records.iter().map(|record| record.id).collect();
        let (app, id) = (self.clone(), place.record.id);
        let name = image.repository().to_owned();
        let added = self
            .blocking(move || Ok(app.0.images.remembered.add(id, &name, &known)?))
            .await;
        if let Err(error) = added {
            tracing::warn!(message = error.message, "a repository was not remembered");
        }
    }
}

fn page(place: &Place, found: Result<Repositories, CheckFailure>) -> RepositoryPage {
    let (list, names, failure) = match found {
        Ok(Repositories::Listed(names)) => (RepositoryList::Listed, names, None),
        Ok(Repositories::NoList(NoList::NotOffered)) => {
            (RepositoryList::NotOffered, Names::default(), None)
        }
        Ok(Repositories::NoList(NoList::NotAllowed)) => {
            (RepositoryList::NotAllowed, Names::default(), None)
        }
        Err(failure) => (RepositoryList::Failed, Names::default(), Some(failure)),
    };
    let own = |name: &String| place.repository(name).is_ok();
    let mut repositories: Vec<String> = names.names.into_iter().filter(own).collect();
    repositories.sort();
    RepositoryPage {
        name: place.record.name.to_string(),
        host: place.address.host().to_string(),
        path: place.address.path().map(ToOwned::to_owned),
        is_hub: place.address.host().is_hub(),
        list,
        repositories,
        left_out: names.left_out,
        more: names.more,
        remembered: Vec::new(),
        failure,
    }
}
