//! Moving images in the real window: to a folder, between registries, over a restart; and deleting.

use std::process::Command;

use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::faulty_registry::FaultyRegistry;
use acceptance_support::oci_image::OciImage;
use acceptance_support::window::Window;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::containers::{empty, entry, file};
use crate::steps::{go, row, select};

const PLAIN: &str = "allow_http = true\n";

fn filled() -> DockerRegistry {
    let registry = DockerRegistry::builder().deletion().start();
    for tag in ["1.0", "latest"] {
        let image = OciImage::new(&["base", "app"], "1.0", "2024-05-01T10:00:00Z");
        image.push(&format!("{}/team/app:{tag}", registry.host()));
    }
    registry
}

/// Opens the page of the image `team/app:1.0` of the registry "Lab".
#[track_caller]
fn open_image(window: &Window) {
    row(window, "Lab");
    select(window, "Lab");
    window.button("Browse images").click();
    window.button("team/app").click();
    window.button("1.0").click();
    window.find_by_role("heading", "Layers").wait();
}

/// What skopeo reads at `place`.
#[track_caller]
fn inspect(place: &str) -> String {
    let mut skopeo = Command::new("skopeo");
    skopeo.args(["inspect", "--tls-verify=false", "--raw", place]);
    let output = skopeo.output().expect("skopeo");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn an_image_is_downloaded_copied_and_deleted() {
    let (lab, mirror) = (filled(), DockerRegistry::builder().start());
    let catalog = file(&[
        entry(1, "Lab", &lab.host(), PLAIN),
        entry(2, "Mirror", &mirror.host(), PLAIN),
    ]);
    let window = Window::open(empty().catalog(catalog));
    open_image(&window);
    audit(&window, "an image with what can be done");
    let folder = window.home().join("saved");
    window.button("Download\u{2026}").click();
    window.wait_for_text("All 2 platforms");
    window
        .find_by_label("Folder")
        .fill(&folder.display().to_string());
    audit(&window, "a download");
    window.button("Download").click();
    window.wait_for_text("Downloaded team/app:1.0");
    assert!(inspect(&format!("oci:{}:1.0", folder.display())).contains("arm64"));

    window.button("Copy to\u{2026}").click();
    window.find_by_label("Repository").fill("mirror/app");
    audit(&window, "a copy");
    window.button("Copy").click();
    window.wait_for_text("Copied team/app:1.0");
    inspect(&format!("docker://{}/mirror/app:1.0", mirror.host()));
    go(&window, "Transfers");
    window.wait_for_text("Download \u{b7} team/app:1.0");
    audit(&window, "transfers");
    window.resize(640, 480);
    assert_nothing_cut_off(&window, "transfers 640");
    window.resize(1180, 800);

    go(&window, "Registries");
    open_image(&window);
    window.button("Delete\u{2026}").click();
    window.wait_for_text("These tags mean the same image");
    window.find_by_label("The image with all its tags").click();
    window.find_by_label("Type 1.0 to confirm").fill("1.0");
    audit(&window, "a deletion");
    window.button("Delete").click();
    window.wait_for_text(&format!("Deleted {}/team/app:1.0", lab.host()));
    window.wait_for_text("No tags");
}

#[test]
fn a_window_that_is_closed_in_the_middle_goes_on_when_it_is_opened_again() {
    let registry = FaultyRegistry::start();
    registry.image("1.0", &[b"base".to_vec(), b"app".to_vec()]);
    let catalog = file(&[entry(1, "Lab", &registry.host(), PLAIN)]);
    let mut window = Window::open(empty().catalog(catalog));
    row(&window, "Lab");
    select(&window, "Lab");
    window.button("Browse images").click();
    window.find_by_label("Repository").fill("team/app");
    window.press("Enter");
    window.button("1.0").click();
    window.find_by_role("heading", "Layers").wait();
    let folder = window.home().join("saved");
    window.button("Download\u{2026}").click();
    window
        .find_by_label("Folder")
        .fill(&folder.display().to_string());
    // It is asked to wait from now on, so the download cannot be through.
    registry.faults(|faults| {
        faults.limited = u32::MAX;
        faults.retry_after = 3600;
    });
    window.button("Download").click();
    window.wait_for_text("team/app:1.0 is being downloaded");
    window.close();
    assert!(!folder.exists());
    registry.faults(|faults| faults.limited = 0);
    window.reopen();
    go(&window, "Transfers");
    window.wait_for_text("verified");
    inspect(&format!("oci:{}:1.0", folder.display()));
}
