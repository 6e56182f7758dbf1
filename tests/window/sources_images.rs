//! Container images in a source registry: pushed by skopeo, shown by the window.

use acceptance_support::oci_image::OciImage;
use acceptance_support::window::Window;

use crate::accessibility::{assert_nothing_cut_off, audit};
use crate::api_tokens;
use crate::steps::{go, options};

#[test]
fn an_image_that_skopeo_pushes_is_shown_at_once() {
    let window = Window::open(options());
    api_tokens::open(&window);
    let token = api_tokens::token(&window, "skopeo", "Everything");
    go(&window, "Packages");
    window.button("New registry").click();
    window.find_by_label("Name").fill("Images");
    window.find_by_label("OCI images (Docker)").click();
    window.button("Create registry").click();
    window.find_by_role("heading", "Images").wait();
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
    window.resize(640, 480);
    assert_nothing_cut_off(&window, "small image in a source registry");
}
