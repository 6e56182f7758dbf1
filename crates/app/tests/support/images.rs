//! An image that tests know, where it comes from and goes to, and transfers between these places.

use std::path::Path;

use registrar_app::wire::*;

use super::TestApp;

/// `team/app` of a registry, by a tag or a digest.
pub fn image(registry: &str, reference: &str) -> ImageRef {
    ImageRef {
        registry: registry.to_owned(),
        repository: "team/app".to_owned(),
        reference: reference.to_owned(),
        platform: None,
    }
}

/// The same as a place to move from or to.
pub fn at(registry: &str, reference: &str) -> TransferPlace {
    TransferPlace::Registry {
        registry: registry.to_owned(),
        repository: "team/app".to_owned(),
        reference: reference.to_owned(),
    }
}

/// A folder or an archive.
pub fn file(form: ImageForm, path: &Path) -> TransferPlace {
    TransferPlace::File {
        form,
        path: path.display().to_string(),
        image: None,
    }
}

/// All platforms, with what belongs to the image.
pub fn whole(from: TransferPlace, to: TransferPlace) -> NewTransfer {
    NewTransfer {
        from,
        to,
        platforms: None,
        referrers: true,
    }
}

/// Puts a transfer into the queue; its id.
pub async fn start(app: &TestApp, wanted: NewTransfer) -> String {
    app.app.start_transfer(wanted).await.unwrap().id
}
