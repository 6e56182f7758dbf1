//! Which credential an image would use, and where a person makes a token.

use registrar_catalog::Record;
use registrar_registry::{self as registry, ContainerAddress, ImageReference, Provider};

use crate::app::App;
use crate::registries::row;
use crate::wire::{
    Candidate, Code, CommandError, CredentialAnswer, Done, Field, Fit, OpenTokenPage,
    WhichCredential,
};

impl App {
    /// Which registry's credential an image would be fetched with, and who would ask for it.
    ///
    /// # Errors
    /// [`Code::Invalid`] where the name of the image cannot be understood.
    pub async fn which_credential(
        &self,
        request: WhichCredential,
    ) -> Result<CredentialAnswer, CommandError> {
        let image = ImageReference::parse(&request.image)
            .map_err(|error| CommandError::invalid(Field::Image, error.to_string()))?;
        let (catalog, health) = (self.shelf().await.catalog(), self.health().await);
        let candidate = |(record, fit): (&Record, registry::Fit)| Candidate {
            row: row(record, health),
            fit: closeness(fit),
        };
        let serving = catalog.serving(&image);
        Ok(CredentialAnswer {
            image: image.to_string(),
            host: image.host().to_string(),
            candidates: serving.into_iter().map(candidate).collect(),
            asked_by: self.tools_asking_for(image.host()).await,
        })
    }

    /// Opens the page where a token for a registry is made, in the system's browser. The address
    /// is computed here; the window names only a registry and its provider.
    ///
    /// # Errors
    /// [`Code::NotFound`] where nobody knows such a page; [`Code::Internal`] where no browser
    /// could be opened.
    pub async fn open_token_page(&self, request: OpenTokenPage) -> Result<Done, CommandError> {
        let address = ContainerAddress::parse(&request.url).ok();
        let host = address.as_ref().map(ContainerAddress::host);
        let provider = request
            .provider
            .map(Provider::from)
            .or(host.map(Provider::of));
        let page = provider.and_then(|provider| provider.token_page(host));
        let page = page.ok_or_else(|| {
            let message = "It is not known where this registry makes its tokens.";
            CommandError::new(Code::NotFound, message)
                .hint("Look in the registry's own settings, or ask who runs it.")
        })?;
        let app = self.clone();
        let open = move || {
            app.0.ports.links.open(&page).map_err(|error| {
                CommandError::new(Code::Internal, "The browser could not be opened.")
                    .hint(format!("Open {page} yourself."))
                    .raw(&error)
            })
        };
        self.blocking(open).await?;
        Ok(Done {})
    }
}

fn closeness(fit: registry::Fit) -> Fit {
    match fit {
        registry::Fit::Repository => Fit::Repository,
        registry::Fit::Below { .. } => Fit::Below,
        registry::Fit::Host => Fit::Host,
    }
}
