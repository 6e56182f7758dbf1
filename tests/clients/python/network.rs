//! Python's clients on the network, by https with an authority of our own.

use registrar_hosting::instructions::Purpose;

use super::packages::wheel;
use crate::hosted::Hosted;
use crate::network::{OnNetwork, assert_untrusted};

/// Nothing is tried again, and pip reads its file.
const PIP: &str = "unset PIP_CONFIG_FILE; export PIP_RETRIES=0\n";

#[test]
fn twine_and_uv_publish_and_pip_and_uv_install() {
    let network = OnNetwork::new(Hosted::python());
    let hosted = &network.hosted;
    let alone = network.all_it_says("uv").swap_remove(1);
    publishes(&network, "twine", "1.0", &network.says("twine"));
    publishes(&network, "uv", "2.0", &alone);

    let pip = |token: &str| {
        let line = hosted.instructions(Purpose::Install, "pip", None, token);
        let line = line.replace("install", "install --no-cache-dir --target by-pip");
        hosted.shell(&format!("{PIP}{line}"))
    };
    assert_untrusted(&pip(&hosted.reader));
    hosted.shell(&format!("{PIP}{}", network.says("pip"))).ok();
    assert!(!pip("bkua_wrong").failed().contains("certificate"));
    pip(&hosted.reader).ok();
    assert_eq!(hosted.value("by-pip"), "uv");

    let uv = |trust: &str, token: &str| {
        let index = hosted.index(token);
        let line = format!("{trust}uv pip install --no-cache --target by-uv --default-index");
        hosted.shell(&format!("{line} {index} demo"))
    };
    let system = network.says("uv");
    assert_untrusted(&uv(&system, &hosted.reader));
    network.trust_system_wide();
    assert_untrusted(&uv("", &hosted.reader));
    assert!(!uv(&system, "bkua_wrong").failed().contains("certificate"));
    uv(&system, &hosted.reader).ok();
    assert_eq!(hosted.value("by-uv"), "uv");
}

/// Publishes a version whose value is the client's name; `trust` is what the window says of that.
fn publishes(network: &OnNetwork, client: &str, version: &str, trust: &str) {
    let hosted = &network.hosted;
    hosted.build(&[&wheel("demo", version, client, &[])]);
    let publish = |trust: &str, token: &str| {
        let line = hosted.instructions(Purpose::Publish, client, None, token);
        hosted.shell(&format!("{trust}{line}"))
    };
    assert_untrusted(&publish("", &hosted.writer));
    let wrong = publish(trust, "bkua_wrong");
    wrong.failed();
    let said = wrong.stdout + &wrong.stderr;
    assert!(said.contains("401"), "{said}");
    publish(trust, &hosted.writer).ok();
}
