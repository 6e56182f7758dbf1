//! An image that tests know, where it comes from and goes to, and transfers between these places.

use std::path::Path;
use std::process::Command;

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

/// Waits until a transfer is through; how it stands then.
pub async fn done(app: &TestApp, id: &str) -> TransferRow {
    let ended = |event: &AppEvent| match event {
        AppEvent::TransferChanged { row } => {
            let over = matches!(
                row.state,
                TransferState::Done { .. } | TransferState::Failed { .. }
            );
            row.id == id && over
        }
        _ => false,
    };
    match app.event(ended).await {
        AppEvent::TransferChanged { row } if matches!(row.state, TransferState::Done { .. }) => row,
        other => unreachable!("{other:?}"),
    }
}

/// The digest of what a transfer that is through has moved.
pub fn digest(row: &TransferRow) -> &str {
    match &row.state {
        TransferState::Done { digest, .. } => digest,
        other => unreachable!("{other:?}"),
    }
}

/// The manifest that skopeo finds at a place.
pub fn inspect(place: &str) -> String {
    let mut skopeo = Command::new("skopeo");
    skopeo.args(["inspect", "--tls-verify=false", "--raw", place]);
    let output = skopeo.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
