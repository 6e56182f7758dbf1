//! Sharing on the network: one press opens the registries to other computers, one closes them.

use std::fs;
use std::path::Path;
use std::process::Command;

use acceptance_support::port;
use acceptance_support::window::{By, Window};
use serde_json::json;

use crate::accessibility::audit;
use crate::steps;

/// curl's exit code where nobody listens.
const REFUSED: i32 = 7;

/// How a program that trusts `authority` alone ends that asks for the server's health.
fn curl(authority: &Path, port: u16) -> i32 {
    let mut command = Command::new("curl");
    command
        .args(["--silent", "--fail", "--noproxy", "*", "--cacert"])
        .arg(authority)
        .arg(format!("https://127.0.0.1:{port}/health"));
    let output = command.output().expect("curl");
    output.status.code().expect("an end of its own")
}

fn fetch_authority(window: &Window) -> std::path::PathBuf {
    let url = format!("http://127.0.0.1:{}/ca.pem", window.hosting_port());
    let mut answer = ureq::get(url).call().expect("the authority");
    let pem = answer.body_mut().read_to_vec().expect("its certificate");
    let file = window.home().join("authority.pem");
    fs::write(&file, pem).expect("a file");
    file
}

/// What a phone that is held before the window reads, in both themes.
#[track_caller]
fn assert_scanned(window: &Window) {
    let code = window.find(By::css("figure svg"));
    let label = code.wait().attribute("aria-label").expect("a name");
    for dark in [true, false] {
        window.theme(dark);
        let into_view = "document.querySelector('figure svg').scrollIntoView({ block: 'center' })";
        window.execute(into_view, &json!([]));
        let mut command = Command::new("zbarimg");
        command.args(["--quiet", "--raw"]);
        command.arg(window.screenshot(if dark { "code dark" } else { "code light" }));
        let output = command.output().expect("zbarimg");
        let read = String::from_utf8(output.stdout).expect("text");
        assert!(read.starts_with("https://"), "{read}");
        assert!(label.ends_with(read.trim()), "{read} for {label}");
    }
}

#[test]
fn the_network_is_let_in_by_one_press_and_shut_out_by_another() {
    let port = port::free().expect("a port");
    let settings = format!("welcomed = true\nshare_port = {port}\n");
    let window = Window::open(steps::options().settings(settings));
    steps::go(&window, "Settings");
    window.button("Share on the network…").click();
    let switch = window.find_by_role("switch", "Share the registries on the network");
    switch.click();
    window.button("Export the authority…").wait();
    window.wait_for_text(&format!(":{port}"));
    assert_scanned(&window);
    // Another address is chosen by the keys of such lists, and its code is drawn.
    let code = window.find(By::css("figure svg"));
    let first = code.attribute("aria-label");
    window.execute(
        "document.querySelector('[role=switch]').focus()",
        &json!([]),
    );
    window.press("Tab");
    window.press("ArrowDown");
    let ring = "return getComputedStyle(document.activeElement.nextElementSibling).outlineStyle";
    assert_eq!(window.execute(ring, &json!([])), json!("solid"));
    window.wait_until("another code", || code.attribute("aria-label") != first);
    assert_scanned(&window);
    let mark = window.button("Shared on the network");
    mark.wait();
    let authority = fetch_authority(&window);
    assert_eq!(curl(&authority, port), 0);
    window.wait_for_text("curl/");
    audit(&window, "shared on the network");

    // From wherever the person is, the mark leads back.
    steps::go(&window, "Registries");
    mark.click();
    switch.click();
    mark.wait_gone();
    window.wait_until("nobody to be let in", || curl(&authority, port) == REFUSED);
}
