//! A registry of AWS in the window: signed in to with what AWS's own tools have on this computer.

use acceptance_support::clouds::{Clouds, KEY, Mode};
use acceptance_support::window::Window;

use crate::containers::{begin, empty};

const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
/// 2100, in seconds since 1970.
const FAR: i64 = 4_102_444_800;

#[test]
fn an_ecr_is_signed_in_to_with_this_computers_own_credentials() {
    let apis = Clouds::start(HOST, FAR);
    let options = empty()
        .env("AWS_ENDPOINT_URL_ECR", &apis.url())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    let window = Window::open(options);
    window.wait_for_text("No registries yet");
    begin(&window, HOST);
    window
        .find_by_role("radio", "This computer’s AWS sign-in")
        .wait();
    assert!(window.axe().is_empty(), "{:?}", window.axe());
    window.screenshot("container-cloud-form");
    let refusal = r#"{"__type":"AccessDeniedException","message":"no"}"#;
    apis.set(Mode::Fails(400, refusal.to_owned()));
    window.button("Test").click();
    window
        .find_by_role("heading", "The cloud gave no token")
        .wait();
    window.wait_for_text("ecr:GetAuthorizationToken");
    window.screenshot("container-cloud-refused");
    window.button("Save anyway").click();
    window.wait_for_text("Cloud sign-in");
}
