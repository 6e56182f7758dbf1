//! Container images in a source registry: pushed by skopeo, shown by the window.

use acceptance_support::oci_image::{OciImage, push_chart};
use acceptance_support::window::Window;
use serde_json::json;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::api_tokens;
use crate::source_settings::{create_of, open, section};
use crate::steps::options;

#[test]
fn an_image_that_skopeo_pushes_is_shown_at_once() {
    let window = Window::open(options());
    api_tokens::open(&window);
    let token = api_tokens::token(&window, "skopeo", "Everything");
    create_of(&window, "OCI images (Docker)", "Images");
    window.wait_for_text("Push an image");
    audit(&window, "how images are pushed");
    window.find_by_role("tab", "Packages").click();
    window.wait_for_text("Nothing published yet");

    let place = format!("127.0.0.1:{}/local/images", window.hosting_port());
    let image = OciImage::new(&["base", "app"], "1.0", "2024-05-01T10:00:00Z");
    image.push_as(&format!("{place}/team/app:1.0"), &format!("me:{token}"));
    window.find_by_text("team/app").click();
    window.press("Enter");
    window.find_by_role("heading", "team/app").wait();
    window.find_by_role("heading", "About this version").wait();
    window.wait_for_text("linux/amd64");
    window.wait_for_text("1.0");
    audit(&window, "an image in a source registry");
    window.find_by_role("tab", "Versions 1").wait();
    window.find_by_role("tab", "Image").click();
    let layers = window.find_by_role("list", "Layers");
    window.wait_until("its layers", || layers.text().contains("COPY app /srv"));
    assert_eq!(shown_platform(&window), "linux/amd64");
    window.find_by_label("Platform").type_text("linux/arm64");
    window.wait_until("the other platform", || {
        shown_platform(&window) == "linux/arm64"
    });
    audit(&window, "what an image in a source registry is made of");
    window.resize(640, 480);
    assert_nothing_cut_off(&window, "small image in a source registry");
}

#[test]
fn an_image_comes_in_from_a_file_and_goes_out_to_one() {
    let window = Window::open(options());
    create_of(&window, "OCI images (Docker)", "Images");
    let (inbox, saved) = (window.home().join("inbox"), window.home().join("saved"));
    std::fs::create_dir_all(&inbox).expect("a folder");
    let image = OciImage::new(&["base", "app"], "1.0", "2024-05-01T10:00:00Z");
    let digest = image.write(&inbox);
    window.button("Upload an image\u{2026}").click();
    window.find_by_label("OCI layout folder").click();
    window
        .find_by_label("Folder")
        .fill(&inbox.display().to_string());
    window.button("Look inside").click();
    window.find_by_label("Repository").wait();
    assert_eq!(window.find_by_label("Repository").value(), "local/images/");
    window
        .find_by_label("Repository")
        .fill("local/images/team/app");
    window.find_by_label("Tag").fill("1.0");
    audit(&window, "an upload to a source registry");
    window.button("Upload").click();
    window.wait_for_text("Uploaded local/images/team/app:1.0");
    window.find_by_role("tab", "Packages").click();
    window.find_by_text("team/app").click();
    window.press("Enter");
    window.find_by_role("heading", "team/app").wait();
    window.wait_for_text("By");
    window.wait_for_text("this window");

    window.button("Download\u{2026}").click();
    window.wait_for_text("All 2 platforms");
    window
        .find_by_label("Folder")
        .fill(&saved.display().to_string());
    audit(&window, "a download from a source registry");
    window.button("Download").click();
    window.wait_for_text("Downloaded local/images/team/app:1.0");
    let index = std::fs::read_to_string(saved.join("index.json")).expect("its index");
    assert!(index.contains(&digest), "{index}");
}

/// What the facts of the image say.
fn shown_platform(window: &Window) -> String {
    let read = "const names = [...document.querySelectorAll('.image dt')]; \
        return names.find((name) => name.textContent === 'Platform')?.nextElementSibling.textContent ?? ''";
    let shown = window.execute(read, &json!([]));
    shown.as_str().unwrap_or_default().trim().to_owned()
}

#[test]
fn the_signature_of_an_image_is_on_its_page() {
    let window = Window::open(options());
    api_tokens::open(&window);
    let token = api_tokens::token(&window, "skopeo", "Everything");
    create_of(&window, "OCI images (Docker)", "Images");
    window.find_by_role("tab", "Packages").click();
    window.wait_for_text("Nothing published yet");
    let (place, login) = (
        format!("127.0.0.1:{}/local/images/app", window.hosting_port()),
        format!("me:{token}"),
    );
    let time = "2024-05-01T10:00:00Z";
    let digest = OciImage::new(&["app"], "1.0", time).push_as(&format!("{place}:1.0"), &login);
    let tag = format!("{}.sig", digest.replace(':', "-"));
    OciImage::new(&["signature"], "1.0", time).push_as(&format!("{place}:{tag}"), &login);
    window.find_by_text("app").click();
    window.press("Enter");
    window.find_by_role("heading", "Belongs to it").wait();
    let list = window.find_by_role("list", "Belongs to it");
    window.wait_until("the signature", || list.text().contains("Signature"));
    assert!(list.text().contains("by its tag"), "{}", list.text());
    audit(&window, "a signed image in a source registry");
}

#[test]
fn the_readme_of_a_chart_is_on_its_page() {
    let window = Window::open(options());
    api_tokens::open(&window);
    let token = api_tokens::token(&window, "helm", "Everything");
    create_of(&window, "Helm charts (OCI)", "Charts");
    window.find_by_role("tab", "Packages").click();
    window.wait_for_text("Nothing published yet");
    let place = format!(
        "127.0.0.1:{}/local/charts/cache:1.0.0",
        window.hosting_port()
    );
    let readme = "# A cache\n\nKeeps **what is dear**.\n\n- small\n- quick\n";
    push_chart(&place, &format!("me:{token}"), "cache", readme);
    window.find_by_text("cache").click();
    window.press("Enter");
    window.find_by_role("heading", "A cache").wait();
    window.wait_for_text("Keeps what is dear.");
    audit(&window, "a chart in a source registry");
}

#[test]
fn which_tags_stay_is_said_and_nonsense_is_refused_where_it_is_typed() {
    let mut window = Window::open(options());
    create_of(&window, "OCI images (Docker)", "Images");
    section(&window, "Storage");
    window.find_by_label("Keep the newest").fill("3");
    window
        .find_by_label("Let tagged versions go as well")
        .click();
    window
        .find_by_label("Except those tagged")
        .fill("latest v?");
    window.wait_for_text("\u{201c}v?\u{201d} is like no tag");
    window
        .find_by_label("Except those tagged")
        .fill("latest v*");
    window.button("Save rule").click();
    window.wait_for_text("Saved. It is followed within an hour");
    audit(&window, "what is kept of images");
    window.restart();
    open(&window);
    section(&window, "Storage");
    window.button("Keep everything").wait();
    let tags = window.find_by_label("Except those tagged");
    assert_eq!(tags.value(), "latest v*");
}
