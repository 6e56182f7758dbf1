//! Connections that break, registries that err, and transfers that are broken off.

use std::fs;
use std::sync::Mutex;

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::faulty_registry::FaultyRegistry;
use acceptance_support::scripted_registry::{Answer, ScriptedRegistry};
use registrar_container::FailureKind;

use super::*;

/// How large a layer is here.
const LAYER: usize = 5_000_000;

struct Ends {
    from: FaultyRegistry,
    to: FaultyRegistry,
    digest: String,
    layer: String,
}

/// A registry with an image of one layer, and an empty one.
fn ends() -> Ends {
    let from = FaultyRegistry::start();
    let layer = filler(LAYER, 1);
    Ends {
        digest: from.image("1", std::slice::from_ref(&layer)),
        layer: acceptance_support::oci_image::digest(&layer),
        to: FaultyRegistry::start(),
        from,
    }
}

impl Ends {
    fn copy(&self) -> Move {
        let to = registry(&self.to.host(), "copy:1");
        whole(&registry(&self.from.host(), "app:1"), &to)
    }

    fn save(&self, to: &End) -> Move {
        whole(&registry(&self.from.host(), "app:1"), to)
    }

    fn arrived(&self) -> bool {
        self.to.manifest("1") == self.from.manifest("1") && self.to.has(&self.layer)
    }

    /// How often the layer was asked for, and from where on.
    fn asked(&self) -> Vec<usize> {
        let path = format!("GET /v2/app/blobs/{}", self.layer);
        let seen = self.from.seen().into_iter();
        let asked = seen.filter_map(|line| Some(line.strip_prefix(&path)?.trim().to_owned()));
        let from = |range: String| {
            range
                .trim_start_matches("bytes=")
                .trim_end_matches('-')
                .parse()
        };
        asked.map(|range| from(range).unwrap_or_default()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_cut_at_every_tenth_goes_on_where_it_was() {
    let ends = ends();
    ends.from
        .faults(|faults| faults.cut_downloads = Some(LAYER / 10 + 1));
    let folder = tempfile::tempdir().unwrap();
    let place = at(&folder, "image");
    carried(ends.save(&layout(&place, None))).await.unwrap();
    assert_eq!(
        seen_by_skopeo(&format!("oci:{}:1", text(&place))),
        ends.digest
    );
    let expected: Vec<_> = (0..10).map(|part| part * (LAYER / 10 + 1)).collect();
    assert_eq!(ends.asked(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_always_sends_the_whole_is_understood() {
    let ends = ends();
    ends.from.faults(|faults| {
        faults.cut_downloads = Some(LAYER / 2 + 1);
        faults.ignores_ranges = true;
    });
    let copying = tokio::spawn(carried(ends.copy()));
    // Nothing but a whole answer gets any further here.
    while ends.asked().len() < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    ends.from.faults(|faults| faults.cut_downloads = None);
    copying.await.unwrap().unwrap();
    assert!(ends.arrived());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_goes_on_whichever_side_breaks() {
    let ends = ends();
    ends.from
        .faults(|faults| faults.cut_downloads = Some(LAYER / 10 + 1));
    ends.to
        .faults(|faults| faults.cut_uploads = Some(LAYER / 10 + 7));
    carried(ends.copy()).await.unwrap();
    assert!(ends.arrived());
    let begun = ends
        .to
        .seen()
        .iter()
        .filter(|line| line.starts_with("POST"))
        .count();
    assert_eq!(
        begun, 2,
        "an upload each of the layer and of the configuration"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_forgotten_begins_anew() {
    let ends = ends();
    ends.to.faults(|faults| {
        faults.cut_uploads = Some(LAYER / 2);
        faults.forgets_uploads = true;
    });
    let copying = tokio::spawn(carried(ends.copy()));
    while !ends
        .to
        .seen()
        .iter()
        .any(|line| line.starts_with("GET /v2/copy/blobs/uploads"))
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    ends.to.faults(|faults| faults.cut_uploads = None);
    copying.await.unwrap().unwrap();
    assert!(ends.arrived());
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_bytes_never_arrive() {
    for short in [false, true] {
        let ends = ends();
        ends.from.faults(|faults| {
            faults.wrong_bytes = !short;
            faults.short_blobs = short;
        });
        let failure = carried(ends.copy()).await.unwrap_err();
        assert!(
            matches!(failure, MoveFailure::WrongContent(_)),
            "{failure:?}"
        );
        assert!(!failure.can_retry());
        assert!(!ends.to.has(&ends.layer) && ends.to.manifest("1").is_none());
        let folder = tempfile::tempdir().unwrap();
        let place = at(&folder, "image");
        let failure = carried(ends.save(&layout(&place, None))).await.unwrap_err();
        assert!(
            matches!(failure, MoveFailure::WrongContent(_)),
            "{failure:?}"
        );
        assert!(!place.exists());
        // The registry is mended: what came before does not stand in the way.
        ends.from
            .faults(|faults| *faults = acceptance_support::faulty_registry::Faults::default());
        carried(ends.save(&layout(&place, None))).await.unwrap();
        assert_eq!(
            seen_by_skopeo(&format!("oci:{}:1", text(&place))),
            ends.digest
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_asks_to_wait_is_waited_for_and_that_is_told() {
    let ends = ends();
    let plan = planned(&ends.copy()).await.unwrap();
    ends.from.faults(|faults| {
        faults.limited = 2;
        faults.retry_after = 1;
    });
    let told = Mutex::new(Vec::new());
    let note = |progress: Progress| told.lock().unwrap().extend(progress.retrying);
    moving::carry(&plan, &note).await.unwrap();
    assert!(ends.arrived());
    let told = told.into_inner().unwrap();
    assert!(!told.is_empty() && told.iter().all(|one| one.wait >= Duration::from_secs(1)));
    let limited = |failure: &MoveFailure| match failure {
        MoveFailure::From(failure) => failure.kind == FailureKind::RateLimited,
        _ => false,
    };
    assert!(limited(&told[0].failure), "{:?}", told[0]);
    // An hour is nothing to sit out: the person is told instead.
    ends.from.faults(|faults| {
        faults.limited = 1000;
        faults.retry_after = 3600;
    });
    let folder = tempfile::tempdir().unwrap();
    let failure = carried(ends.save(&layout(at(&folder, "x"), None)))
        .await
        .unwrap_err();
    assert!(limited(&failure) && failure.can_retry(), "{failure:?}");
    assert_eq!(failure.wait(), Some(3600));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_was_broken_off_goes_on_with_what_it_has() {
    let ends = ends();
    let folder = tempfile::tempdir().unwrap();
    for (name, to) in [
        ("image", layout(at(&folder, "image"), None)),
        ("image.tar", archive(at(&folder, "image.tar"), None)),
    ] {
        let plan = planned(&ends.save(&to)).await.unwrap();
        ends.from
            .faults(|faults| faults.cut_downloads = Some(LAYER / 2));
        // Until the registry has broken off for the first time.
        let (stop, mut stopped) = tokio::sync::watch::channel(false);
        let note = |progress: Progress| {
            let _ = stop.send(progress.retrying.is_some());
        };
        tokio::select! {
            outcome = moving::carry(&plan, &note) => panic!("{outcome:?}"),
            _ = stopped.wait_for(|stop| *stop) => {}
        }
        assert!(
            !at(&folder, name).exists(),
            "nothing can be seen before it is whole"
        );
        assert!(at(&folder, &format!("{name}.partial")).exists());
        ends.from.faults(|faults| faults.cut_downloads = None);
        let before = ends.asked().len();
        let moved = carried(ends.save(&to)).await.unwrap();
        assert!(moved.bytes_already_there >= (LAYER / 2) as u64, "{moved:?}");
        assert_eq!(ends.asked()[before..], [LAYER / 2]);
        assert!(!at(&folder, &format!("{name}.partial")).exists());
    }
    let folder_seen = seen_by_skopeo(&format!("oci:{}:1", text(&at(&folder, "image"))));
    assert_eq!(folder_seen, ends.digest);
    let archive_seen = seen_by_skopeo(&format!("oci-archive:{}", text(&at(&folder, "image.tar"))));
    assert_eq!(archive_seen, ends.digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_has_left_damaged_is_fetched_anew() {
    let ends = ends();
    let folder = tempfile::tempdir().unwrap();
    let place = at(&folder, "image");
    let partial = at(&folder, "image.partial").join("blobs/sha256");
    fs::create_dir_all(&partial).unwrap();
    let name = ends.layer.trim_start_matches("sha256:");
    fs::write(partial.join(format!("{name}.partial")), vec![7; LAYER / 3]).unwrap();
    fs::write(partial.join("0".repeat(64)), "of another image").unwrap();
    carried(ends.save(&layout(&place, None))).await.unwrap();
    assert_eq!(
        seen_by_skopeo(&format!("oci:{}:1", text(&place))),
        ends.digest
    );
    assert_eq!(ends.asked(), [LAYER / 3, 0]);
    assert_eq!(fs::read_dir(place.join("blobs/sha256")).unwrap().count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_transfers_to_one_place_do_not_mix() {
    let ends = ends();
    let folder = tempfile::tempdir().unwrap();
    let to = layout(at(&folder, "image"), None);
    let plan = planned(&ends.save(&to)).await.unwrap();
    let other = planned(&ends.save(&to)).await.unwrap();
    ends.from.faults(|faults| faults.cut_downloads = Some(1));
    let (tell, mut told) = tokio::sync::watch::channel(false);
    let note = |progress: Progress| {
        let _ = tell.send(progress.retrying.is_some());
    };
    let mut first = Box::pin(moving::carry(&plan, &note));
    let second = tokio::select! {
        outcome = &mut first => panic!("{outcome:?}"),
        second = async {
            let _ = told.wait_for(|waits| *waits).await;
            moving::carry(&other, &|_| {}).await
        } => second,
    };
    ends.from.faults(|faults| faults.cut_downloads = None);
    match second {
        Err(MoveFailure::InUse(_)) => {}
        other => panic!("{other:?}"),
    }
    first.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_is_killed_in_the_middle_and_comes_back_gets_the_image() {
    let from = FaultyRegistry::start();
    let layers: Vec<_> = (0..6).map(|seed| filler(LAYER, seed)).collect();
    let digest = from.image("1", &layers);
    let to = DockerRegistry::builder().start();
    let at = to.host();
    let what = whole(&registry(&from.host(), "app:1"), &registry(&at, "app:1"));
    let plan = planned(&what).await.unwrap();
    let victim = Mutex::new(Some(to));
    let survivor = Mutex::new(None);
    let note = |progress: Progress| {
        if progress.bytes_done > plan.bytes_total / 3
            && let Some(mut registry) = victim.lock().unwrap().take()
        {
            registry.kill_and_restart();
            *survivor.lock().unwrap() = Some(registry);
        }
    };
    moving::carry(&plan, &note).await.unwrap();
    assert!(survivor.lock().unwrap().is_some(), "it was killed");
    assert_eq!(seen_by_skopeo(&format!("docker://{at}/app:1")), digest);
    let folder = tempfile::tempdir().unwrap();
    let copy = format!("oci:{}", text(folder.path()));
    let there = format!("docker://{at}/app:1");
    skopeo(&["copy", "--quiet", "--src-tls-verify=false", &there, &copy]);
}

#[tokio::test]
async fn a_registry_that_sends_elsewhere_gets_nothing() {
    let ends = ends();
    let other = ScriptedRegistry::start(|_, _| Answer::new(201, ""));
    let elsewhere = format!("http://{}/v2/x/blobs/uploads/1", other.host());
    ends.to.faults(|faults| faults.uploads_at = Some(elsewhere));
    let failure = carried(ends.copy()).await.unwrap_err();
    assert!(
        matches!(failure, MoveFailure::To(_)) && !failure.can_retry(),
        "{failure:?}"
    );
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn manifests_without_end_and_indexes_without_ground_are_refused() {
    let giant = ScriptedRegistry::start(|_, _| Answer::new(200, vec![b' '; 9 << 20]));
    let to = registry("localhost:1", "app:1");
    let failure = planned(&whole(&registry(&giant.host(), "app:1"), &to))
        .await
        .unwrap_err();
    assert!(matches!(failure, MoveFailure::From(_)), "{failure:?}");

    let deep = FaultyRegistry::start();
    let index = "application/vnd.oci.image.index.v1+json";
    let mut below = deep.image("0", &[]);
    for level in 1..8 {
        let size = deep.manifest(&below).unwrap().len();
        let entry = serde_json::json!({"mediaType": index, "digest": below, "size": size});
        let text =
            serde_json::json!({"schemaVersion": 2, "mediaType": index, "manifests": [entry]});
        below = deep.keep(&level.to_string(), index, text.to_string().as_bytes());
    }
    let failure = planned(&whole(&registry(&deep.host(), "app:7"), &to))
        .await
        .unwrap_err();
    assert!(matches!(failure, MoveFailure::TooLarge(_)), "{failure:?}");
}
