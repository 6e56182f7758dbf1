//! What a transfer would meet where it goes, before it begins.

use std::path::Path;

use registrar_container::moving::{self, Standing};

use super::ends::{Trouble, absolute};
use super::words::explained;
use crate::app::App;
use crate::checks::Asked;
use crate::wire::{
    Code, CommandError, Field, ImageForm, NewTransfer, ReviewTransfer, TargetState, TransferPlace,
};

impl App {
    /// What is there already where the image is to go.
    ///
    /// # Errors
    /// [`Code::Invalid`] for a name or a path that is none, or a folder with something else in it;
    /// [`Code::Cancelled`]; what the source says.
    pub async fn review_transfer(
        &self,
        request: ReviewTransfer,
    ) -> Result<TargetState, CommandError> {
        self.words_of(&request.wanted).await?;
        let work = self.target(&request.wanted);
        self.cancellable(&request.operation, work).await?
    }

    async fn target(&self, wanted: &NewTransfer) -> Result<TargetState, CommandError> {
        match &wanted.to {
            TransferPlace::File { form, path, .. } => {
                in_files(*form, &absolute(*form, path)?, tag(&wanted.from)).await
            }
            TransferPlace::Registry { .. } => self.in_registry(wanted).await,
        }
    }

    async fn in_registry(&self, wanted: &NewTransfer) -> Result<TargetState, CommandError> {
        let words = self.words_of(wanted).await?;
        let said = |trouble: Trouble| match trouble {
            Trouble::Locked => CommandError::new(Code::VaultLocked, "The vault is locked.")
                .hint("Unlock it, then try again."),
            Trouble::Refused(error) => error,
            Trouble::Broken(failure) => explained(&failure, &words),
        };
        let movement = self.movement(wanted, Asked::Person).await.map_err(said)?;
        let plan = moving::plan(&movement).await;
        let plan = plan.map_err(|failure| said(failure.into()))?;
        Ok(match plan.standing {
            Standing::Free => TargetState::Free,
            Standing::Same => TargetState::Same,
            Standing::Other(digest) => TargetState::Taken {
                digest: digest.map(|digest| digest.to_string()),
            },
        })
    }
}

fn tag(from: &TransferPlace) -> Option<&str> {
    match from {
        TransferPlace::Registry { reference, .. } if !reference.contains(':') => Some(reference),
        _ => None,
    }
}

async fn in_files(
    form: ImageForm,
    path: &Path,
    tag: Option<&str>,
) -> Result<TargetState, CommandError> {
    match form {
        ImageForm::Archive if path.is_dir() => Err(CommandError::invalid(
            Field::File,
            "This is a folder; an archive needs a file’s name.",
        )),
        ImageForm::Archive if path.exists() => Ok(TargetState::Taken { digest: None }),
        ImageForm::Folder if path.exists() && !is_empty(path) => in_folder(path, tag).await,
        ImageForm::Archive | ImageForm::Folder => Ok(TargetState::Free),
    }
}

fn is_empty(folder: &Path) -> bool {
    fs_err::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// A layout may get one more image; a folder with anything else is left alone.
async fn in_folder(folder: &Path, tag: Option<&str>) -> Result<TargetState, CommandError> {
    let found = moving::images(folder).await;
    let Ok(found) = found else {
        let message = "This folder has something else in it.";
        return Err(CommandError::invalid(Field::Folder, message)
            .hint("Choose an empty folder, or one that does not exist yet."));
    };
    let same = found.iter().find(|image| Some(image.name.as_str()) == tag);
    Ok(same.map_or(TargetState::Free, |image| TargetState::Taken {
        digest: Some(image.digest.to_string()),
    }))
}
