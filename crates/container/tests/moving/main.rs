//! Moving images: with the reference registry, against skopeo, and with a registry that has every
//! fault.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

mod broken;
mod deleting;
mod files;
mod platforms;
mod real;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use registrar_container::moving::{
    self, End, Move, MoveFailure, Moved, Place, Plan, Platforms, Progress,
};
use registrar_container::{Client, ProxyRule, Settings, Target};
use registrar_registry::{ContainerAddress, ImageReference};

const CREATED: &str = "2024-05-01T10:00:00Z";

fn place(host: &str, name: &str) -> Place {
    let timeout = Duration::from_secs(30);
    let client = Client::new(Settings {
        proxy: ProxyRule::Direct,
        timeout,
        connect_timeout: timeout,
    });
    let target = Target {
        plain_http: true,
        ..Target::new(ContainerAddress::parse(host).unwrap().host().clone())
    };
    let image = ImageReference::parse(&format!("{host}/{name}")).unwrap();
    Place::new(Arc::new(client.reader(target)), image)
}

fn registry(host: &str, name: &str) -> End {
    End::Registry(place(host, name))
}

fn layout(folder: impl Into<PathBuf>, name: Option<&str>) -> End {
    End::Layout {
        folder: folder.into(),
        name: name.map(ToOwned::to_owned),
    }
}

fn archive(file: impl Into<PathBuf>, name: Option<&str>) -> End {
    End::Archive {
        file: file.into(),
        name: name.map(ToOwned::to_owned),
    }
}

fn whole(from: &End, to: &End) -> Move {
    Move {
        from: from.clone(),
        to: to.clone(),
        platforms: Platforms::All,
        referrers: false,
    }
}

async fn planned(what: &Move) -> Result<Plan, MoveFailure> {
    moving::plan(what).await
}

/// Moves in a task of its own, as the application does, and looks at every report on the way.
async fn carried(what: Move) -> Result<Moved, MoveFailure> {
    let task = tokio::spawn(async move {
        let plan = moving::plan(&what).await?;
        let total = plan.bytes_total;
        let seen = move |progress: Progress| {
            assert!(progress.bytes_done <= total, "{progress:?} of {total}");
            assert!(
                progress.bytes_already_there <= progress.bytes_done,
                "{progress:?}"
            );
        };
        moving::carry(&plan, &seen).await
    });
    task.await.unwrap()
}

async fn moved(from: &End, to: &End) -> Moved {
    carried(whole(from, to)).await.unwrap()
}

/// What skopeo says, which has to succeed.
fn skopeo(arguments: &[&str]) -> String {
    let mut command = Command::new("skopeo");
    ran(command.arg("--insecure-policy").args(arguments))
}

/// What a program says, which must not fail.
fn ran(command: &mut Command) -> String {
    let ran = command.output().unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{command:?}: {errors}");
    String::from_utf8(ran.stdout).unwrap()
}

/// The digest of what skopeo finds at `place`.
fn seen_by_skopeo(place: &str) -> String {
    let raw = skopeo(&["inspect", "--raw", "--tls-verify=false", place]);
    acceptance_support::oci_image::digest(raw.as_bytes())
}

/// Bytes that look like a layer's.
fn filler(length: usize, seed: u8) -> Vec<u8> {
    let byte = |at: usize| (at.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0];
    (0..length).map(|at| byte(at) ^ seed).collect()
}

fn at(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
