//! npm, pnpm and both Yarns on the network, by https with an authority of our own.

use registrar_hosting::instructions::Purpose;
use serde_json::json;

use super::place::{CLIENTS, Client};
use crate::hosted::Hosted;
use crate::network::{OnNetwork, assert_untrusted};

const DEMO: (&str, Option<&str>) = ("demo", None);

#[test]
fn every_client_installs_and_npm_publishes() {
    let network = OnNetwork::new(Hosted::npm());
    let hosted = &network.hosted;
    let trust = network.says("npm");
    let publish = |trust: &str, token: &str| {
        let manifest = json!({"name": "demo", "version": "1.0.0"});
        hosted.source(&CLIENTS[0], &manifest, "far", token);
        let line = hosted.says(Purpose::Publish, ("npm", None), DEMO, token);
        hosted.shell(&format!("{trust}cd source; {line}"))
    };
    assert_untrusted(&publish("", &hosted.writer));
    assert!(publish(&trust, "bkua_wrong").failed().contains("E401"));
    publish(&trust, &hosted.writer).ok();

    let mine = json!({"name": "mine", "version": "0.0.0", "private": true});
    for client in &CLIENTS {
        hosted.forget_caches();
        let Client { name, shell, .. } = client;
        let folder = client.slug();
        let set_up = (Purpose::Install, "demo", hosted.reader.as_str());
        hosted.project(client, &folder, &mine, set_up);
        let line = hosted.says(Purpose::Install, (name, None), DEMO, &hosted.reader);
        let install = |trust| hosted.shell(&format!("{trust}cd {folder}; {shell}{line}"));
        assert_untrusted(&install(""));
        install(&trust).ok();
        assert_eq!(hosted.exported(&folder, "demo"), "far");
    }
}
