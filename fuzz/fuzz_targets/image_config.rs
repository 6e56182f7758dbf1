//! Whatever a registry sends as an image's configuration: no panic, and nothing that changes a screen.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_container::images::Config;

fuzz_target!(|bytes: &[u8]| {
    let Ok(config) = Config::parse(bytes) else {
        return;
    };
    let texts = config.env.iter().chain(config.labels.values());
    for text in texts.chain(config.history.iter().map(|step| &step.created_by)) {
        assert!(!text.contains(char::is_control), "{text:?}");
    }
});
