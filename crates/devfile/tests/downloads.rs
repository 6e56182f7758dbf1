//! Devfiles, starter projects and whole stacks of a registry on loopback.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode, STARTER_FILES};
use registrar_devfile::{
    Client, FailureKind, Part, ProxyRule, SaveError, Settings, Staging, Target, UnpackError,
    Wanted, Watch,
};
use registrar_registry::{DevfileUrl, Secret, TlsRules};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Longer than anything here takes that is meant to succeed.
const AMPLE: Duration = Duration::from_secs(30);

fn client() -> Client {
    Client::new(Settings {
        proxy: ProxyRule::Direct,
        timeout: AMPLE,
        connect_timeout: AMPLE,
    })
}

fn target(registry: &DevfileRegistry) -> Target {
    Target {
        url: DevfileUrl::parse(&registry.url()).unwrap(),
        token: None,
        tls: TlsRules::default(),
    }
}

fn go() -> Wanted {
    Wanted::parse("go", "2.6.0").unwrap()
}

fn below(folder: &Path) -> Vec<String> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let below = path.strip_prefix(root).unwrap();
                found.push(below.display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

fn house() -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let place = home.path().join("go");
    (home, place)
}

#[tokio::test]
async fn a_devfile_of_any_version() {
    let registry = DevfileRegistry::start();
    let (client, target) = (client(), target(&registry));
    let text = client.devfile(&target, &go()).await.unwrap();
    assert!(text.contains("version: 2.6.0"));
    let default = Wanted::parse("go", "").unwrap();
    let default = client.devfile(&target, &default).await.unwrap();
    assert_eq!(default, text);
    let missing = Wanted::parse("go", "9.9.9").unwrap();
    let failure = client.devfile(&target, &missing).await.unwrap_err();
    assert_eq!(
        (failure.kind, failure.status),
        (FailureKind::NotARegistry, Some(404))
    );
}

#[tokio::test]
async fn a_starter_project_comes_with_progress_and_the_right_to_run() {
    let registry = DevfileRegistry::start();
    let (_home, place) = house();
    let staging = Staging::beside(&place).unwrap();
    let told = Mutex::new(Vec::new());
    let on_bytes = |done, total| told.lock().unwrap().push((done, total));
    let token = CancellationToken::new();
    let watch = Watch {
        on_bytes: &on_bytes,
        cancelled: &token,
    };
    let project = Part::parse("go-starter").unwrap();
    let (client, target) = (client(), target(&registry));
    client
        .starter_project(&target, &go(), &project, &staging, watch)
        .await
        .unwrap();
    staging.place(false).unwrap();
    assert_eq!(below(&place), STARTER_FILES);
    let (done, total) = *told.lock().unwrap().last().unwrap();
    assert_eq!(Some(done), total);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let script = std::fs::metadata(place.join("start.sh")).unwrap();
        assert_eq!(script.permissions().mode() & 0o100, 0o100);
    }
}

async fn pull(registry: &DevfileRegistry, place: &Path) -> Result<Staging, SaveError> {
    let staging = Staging::beside(place).unwrap();
    let token = CancellationToken::new();
    let watch = Watch {
        on_bytes: &|_, _| {},
        cancelled: &token,
    };
    client()
        .stack(&target(registry), &go(), &staging, watch)
        .await?;
    Ok(staging)
}

#[tokio::test]
async fn a_whole_stack_has_every_file_of_the_registry() {
    let registry = DevfileRegistry::start();
    let (_home, place) = house();
    pull(&registry, &place).await.unwrap().place(false).unwrap();
    let expected = [
        "devfile.yaml",
        "docker/Dockerfile",
        "kubernetes/deploy.yaml",
    ];
    assert_eq!(below(&place), expected);
    let real = "../../tests/fixtures/devfile-registry/stacks/go/2.6.0/docker/Dockerfile";
    assert_eq!(
        std::fs::read(place.join("docker/Dockerfile")).unwrap(),
        std::fs::read(real).unwrap()
    );
}

#[tokio::test]
async fn a_blob_with_one_wrong_byte_leaves_nothing() {
    let registry = DevfileRegistry::builder().mode(Mode::WrongBlobs).start();
    let (home, place) = house();
    let refused = pull(&registry, &place).await.unwrap_err();
    assert!(
        matches!(&refused, SaveError::Digest(title) if title == "devfile.yaml"),
        "{refused}"
    );
    assert!(below(home.path()).is_empty());
}

#[tokio::test]
async fn a_hostile_project_leaves_nothing() {
    let registry = DevfileRegistry::builder()
        .mode(Mode::HostileProjects)
        .start();
    let (home, place) = house();
    let staging = Staging::beside(&place).unwrap();
    let token = CancellationToken::new();
    let watch = Watch {
        on_bytes: &|_, _| {},
        cancelled: &token,
    };
    let project = Part::parse("go-starter").unwrap();
    let (client, target) = (client(), target(&registry));
    let refused = client
        .starter_project(&target, &go(), &project, &staging, watch)
        .await
        .unwrap_err();
    let outside = |e: &SaveError| matches!(e, SaveError::Unpack(UnpackError::UnsafePath(_)));
    assert!(outside(&refused), "{refused}");
    drop(staging);
    assert!(below(home.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_in_the_middle_of_a_download_ends_it_at_once() {
    let registry = DevfileRegistry::builder().mode(Mode::StallsInBlobs).start();
    let (home, place) = house();
    let staging = Staging::beside(&place).unwrap();
    let token = CancellationToken::new();
    // The first bytes are there when the person loses patience.
    let on_bytes = |done: u64, _| {
        if done > 0 {
            token.cancel();
        }
    };
    let watch = Watch {
        on_bytes: &on_bytes,
        cancelled: &token,
    };
    let (client, target) = (client(), target(&registry));
    let outcome = client.stack(&target, &go(), &staging, watch).await;
    assert!(matches!(outcome, Err(SaveError::Cancelled)));
    drop(staging);
    assert!(below(home.path()).is_empty());
    assert!(registry.wait_for_connections(0, AMPLE));
}

#[tokio::test]
async fn a_download_that_stalls_is_given_up() {
    let registry = DevfileRegistry::builder().mode(Mode::StallsInBlobs).start();
    let (_home, place) = house();
    let staging = Staging::beside(&place).unwrap();
    let token = CancellationToken::new();
    let watch = Watch {
        on_bytes: &|_, _| {},
        cancelled: &token,
    };
    let impatient = Client::new(Settings {
        proxy: ProxyRule::Direct,
        timeout: Duration::from_millis(800),
        connect_timeout: AMPLE,
    });
    let outcome = impatient
        .stack(&target(&registry), &go(), &staging, watch)
        .await;
    let Err(SaveError::Fetch(failure)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(failure.kind, FailureKind::TimedOut);
}

#[tokio::test]
async fn the_token_goes_along_over_https_only() {
    let authority = Authority::new();
    let mode = Mode::RequiresToken("s3cret".to_owned());
    let registry = DevfileRegistry::builder()
        .mode(mode)
        .tls(&authority, Quality::Good)
        .start();
    let target = Target {
        token: Some(Secret::new("s3cret")),
        tls: TlsRules {
            ca_file: Some(authority.file()),
            trusted_certificate: None,
        },
        ..target(&registry)
    };
    let (_home, place) = house();
    let staging = Staging::beside(&place).unwrap();
    let token = CancellationToken::new();
    let watch = Watch {
        on_bytes: &|_, _| {},
        cancelled: &token,
    };
    client()
        .stack(&target, &go(), &staging, watch)
        .await
        .unwrap();
    client().devfile(&target, &go()).await.unwrap();

    let plain = DevfileRegistry::start();
    let to_plain = Target {
        url: DevfileUrl::parse(&plain.url()).unwrap(),
        ..target
    };
    let staging = Staging::beside(&place).unwrap();
    client()
        .stack(&to_plain, &go(), &staging, watch)
        .await
        .unwrap();
    assert!(plain.authorizations().is_empty());
}
