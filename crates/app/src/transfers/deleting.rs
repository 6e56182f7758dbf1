//! Deleting a tag, or an image with all its tags, from a container registry.

use registrar_container::moving::{self, MoveFailure, Sharing};
use registrar_registry::ImageReference;

use super::ends::Trouble;
use super::file::Words;
use super::words::explained;
use crate::app::App;
use crate::checks::Asked;
use crate::images::{Place, named};
use crate::wire::{
    AppEvent, Code, CommandError, DeleteImage, Done, Field, ImageDeletion, ReviewDeletion,
};

impl App {
    /// What goes when a tag or a digest is deleted, and which other tags name the same image.
    ///
    /// # Errors
    /// [`Code::NotFound`] where the registry is gone, [`Code::Cancelled`], what the registry says.
    pub async fn review_deletion(
        &self,
        request: ReviewDeletion,
    ) -> Result<ImageDeletion, CommandError> {
        let place = self.container_place(&request.image.registry).await?;
        let image = place.image(&request.image)?;
        let operation = request.operation.clone();
        let tell = move |done, total| {
            self.send(AppEvent::ImagesProgress {
                operation: operation.clone(),
                done: small(done),
                total: Some(small(total)),
            });
        };
        let work = async {
            let there = self
                .moving_place(&place, image.clone(), Asked::Person)
                .await;
            let there = there.map_err(|trouble| said(trouble, &image))?;
            let found = moving::sharing(&there, &tell).await;
            found.map_err(|failure| said(failure.into(), &image))
        };
        let found = self.cancellable(&request.operation, work).await??;
        Ok(deletion(&image, &request.image.reference, found))
    }

    /// Deletes a tag, or the image with all its tags.
    ///
    /// # Errors
    /// [`Code::Invalid`] where the name was not typed as it is, [`Code::ChangedElsewhere`] where the
    /// tag names another image by now, [`Code::NotFound`], what the registry says.
    pub async fn delete_image(&self, request: DeleteImage) -> Result<Done, CommandError> {
        let place = self.container_place(&request.image.registry).await?;
        let image = place.image(&request.image)?;
        if request.typed.trim() != request.image.reference {
            let message = format!("Type “{}” as it is.", request.image.reference);
            return Err(CommandError::invalid(Field::Image, message));
        }
        let deleted = self.delete_there(&place, &image, &request).await;
        let detail = Some(image.to_string());
        self.noted("image.deleted", &place.record, detail, deleted)
            .await?;
        Ok(Done {})
    }

    async fn delete_there(
        &self,
        place: &Place,
        image: &ImageReference,
        request: &DeleteImage,
    ) -> Result<(), CommandError> {
        let reader = self.reader(place).await.map_err(|failure| {
            CommandError::new(Code::Internal, "The registry could not be asked.")
                .hint("Check the registry, then try again.")
                .raw(&failure.raw)
        })?;
        let there = reader
            .manifest(image)
            .await
            .map_err(|failure| said(MoveFailure::To(failure).into(), image))?;
        if there.digest.as_str() != request.digest {
            let message = format!("{image} is another image by now, so nothing was deleted.");
            return Err(CommandError::new(Code::ChangedElsewhere, message)
                .hint("Look at the image again before you delete it."));
        }
        let what = if request.whole {
            named(image, &request.digest)?
        } else {
            image.clone()
        };
        let target = self.moving_place(place, what, Asked::Person).await;
        let target = target.map_err(|trouble| said(trouble, image))?;
        let deleted = moving::delete(&target).await;
        deleted.map_err(|failure| said(failure.into(), image))
    }
}

fn deletion(image: &ImageReference, reference: &str, found: Sharing) -> ImageDeletion {
    let others = found.tags.into_iter().filter(|tag| tag != reference);
    ImageDeletion {
        name: image.to_string(),
        digest: found.digest.to_string(),
        shared: others.collect(),
        more: found.more,
    }
}

fn said(trouble: Trouble, image: &ImageReference) -> CommandError {
    match trouble {
        Trouble::Locked => CommandError::new(Code::VaultLocked, "The vault is locked.")
            .hint("Unlock it, then try again."),
        Trouble::Refused(error) => error,
        Trouble::Broken(failure) => explained(&failure, &words(image)),
    }
}

fn words(image: &ImageReference) -> Words {
    let name = image.to_string();
    Words {
        name: name.clone(),
        from: name.clone(),
        to: name,
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
