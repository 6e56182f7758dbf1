//! From a place in the window's words to an end of a move in the engine's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use registrar_container::images::Platform;
use registrar_container::moving::{self, End, Move, MoveFailure, Platforms};
use registrar_registry::ImageReference;

use crate::app::App;
use crate::checks::Asked;
use crate::clouds::Freshness;
use crate::draft;
use crate::images::Place;
use crate::wire::{Code, CommandError, Field, ImageForm, ImageRef, NewTransfer, TransferPlace};

/// Why a move could not begin, or broke.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The vault with the registry's secret is locked.
    Locked,
    /// The registry, the name or the path is not what it should be.
    Refused(CommandError),
    /// What the engine says.
    Broken(MoveFailure),
}

impl From<CommandError> for Trouble {
    fn from(error: CommandError) -> Self {
        match error.code {
            Code::VaultLocked | Code::VaultDismissed => Self::Locked,
            _ => Self::Refused(error),
        }
    }
}

impl From<MoveFailure> for Trouble {
    fn from(failure: MoveFailure) -> Self {
        Self::Broken(failure)
    }
}

impl App {
    /// The move that `wanted` means, with the credentials of the moment.
    pub(super) async fn movement(
        &self,
        wanted: &NewTransfer,
        asked: Asked,
    ) -> Result<Move, Trouble> {
        let from = self.end_at(&wanted.from, asked).await?;
        let to = self.end_at(&wanted.to, asked).await?;
        let platforms = wanted.platforms.as_deref();
        Ok(Move {
            from,
            to,
            platforms: platforms.map_or(Platforms::All, only),
            referrers: wanted.referrers,
        })
    }

    /// An end, with the credentials of the moment.
    pub(super) async fn end_at(&self, place: &TransferPlace, asked: Asked) -> Result<End, Trouble> {
        match place {
            TransferPlace::File { form, path, image } => {
                Ok(file_end(*form, absolute(*form, path)?, image.clone()))
            }
            TransferPlace::Registry { .. } => {
                let (place, image) = self.image_at(place).await?;
                Ok(End::Registry(
                    self.moving_place(&place, image, asked).await?,
                ))
            }
        }
    }

    /// The registry of a place, and the image there.
    pub(super) async fn image_at(
        &self,
        place: &TransferPlace,
    ) -> Result<(Place, ImageReference), CommandError> {
        let TransferPlace::Registry {
            registry,
            repository,
            reference,
        } = place
        else {
            return Err(CommandError::not_found());
        };
        let found = self.container_place(registry).await?;
        let image = found.image(&ImageRef {
            registry: registry.clone(),
            repository: repository.clone(),
            reference: reference.clone(),
            platform: None,
        })?;
        Ok((found, image))
    }

    /// An image in a registry, as the person who uses it.
    pub(super) async fn moving_place(
        &self,
        place: &Place,
        image: ImageReference,
        asked: Asked,
    ) -> Result<moving::Place, Trouble> {
        let locked = asked == Asked::Clock && place.record.token;
        if locked && self.0.vault.probe().await.is_err() {
            return Err(Trouble::Locked);
        }
        let token = self.place_token(place, asked).await?;
        let stored = draft::Place::of(&place.record);
        let shown = self.shown(&stored, token, Freshness::Good).await;
        let (shown, token) = shown.map_err(CommandError::from)?;
        let reader = self.clients().reader(&shown, &place.address, token);
        Ok(moving::Place::new(Arc::new(reader), image))
    }
}

/// An end on this computer.
pub(super) fn file_end(form: ImageForm, path: PathBuf, name: Option<String>) -> End {
    match form {
        ImageForm::Folder => End::Layout { folder: path, name },
        ImageForm::Archive => End::Archive { file: path, name },
    }
}

/// The path, where it is a whole one.
pub(super) fn absolute(form: ImageForm, path: &str) -> Result<PathBuf, CommandError> {
    let found = Path::new(path.trim());
    let climbs = found.components().any(|part| part.as_os_str() == "..");
    if found.is_absolute() && !climbs && !path.chars().any(char::is_control) {
        return Ok(found.to_owned());
    }
    let (field, what) = match form {
        ImageForm::Folder => (Field::Folder, "folder"),
        ImageForm::Archive => (Field::File, "file"),
    };
    let message = format!("Enter the whole path of a {what}, from the root on.");
    Err(CommandError::invalid(field, message))
}

fn only(names: &[String]) -> Platforms {
    Platforms::Chosen(names.iter().map(|name| platform(name)).collect())
}

/// `linux/arm64/v8`, `windows/amd64/10.0.20348.2340`: the third part is a variant where it begins
/// with a letter, else the system's version.
fn platform(name: &str) -> Platform {
    let mut parts = name.split('/').map(ToOwned::to_owned);
    let mut platform = Platform {
        os: parts.next().unwrap_or_default(),
        architecture: parts.next().unwrap_or_default(),
        ..Platform::default()
    };
    for part in parts {
        if part.starts_with(|first: char| first.is_ascii_digit()) {
            platform.os_version = part;
        } else {
            platform.variant = part;
        }
    }
    platform
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_read_as_it_is_written() {
        for name in [
            "linux/amd64",
            "linux/arm64/v8",
            "windows/amd64/10.0.20348.2340",
        ] {
            assert_eq!(platform(name).to_string(), name);
        }
    }

    #[test]
    fn a_path_is_a_whole_one() {
        assert!(absolute(ImageForm::Folder, "/home/jane/app").is_ok());
        for path in ["", "app", "/home/../etc", "/home/\u{7}"] {
            let error = absolute(ImageForm::Archive, path).unwrap_err();
            assert_eq!(error.field, Some(Field::File), "{path}");
        }
    }
}
