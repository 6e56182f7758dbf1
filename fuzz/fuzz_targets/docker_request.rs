//! Whatever a tool writes to the helper: no panic, and what comes through is proper.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_handover::docker_protocol::{Key, Request};
use registrar_registry::Secret;

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let verb = ["get", "store", "erase", "list"][usize::from(choice % 4)];
    let server = match Request::read(&[verb.into()], bytes) {
        Err(refusal) => {
            assert!(!refusal.to_string().is_empty());
            return;
        }
        Ok(Request::Get { server } | Request::Erase { server }) => {
            assert!(!server.contains(['\r', '\n']) && server.trim() == server);
            server
        }
        Ok(Request::Store { server, credential }) => {
            assert!(!credential.user.is_empty());
            assert!(credential.secret.len() <= Secret::MAX_BYTES);
            server
        }
        Ok(_) => return,
    };
    assert!(!server.trim().is_empty());
    if let Ok(key) = Key::parse(&server) {
        assert_eq!(
            Key::parse(key.docker_spelling()).as_ref(),
            Ok(&key),
            "{server}"
        );
    }
});
