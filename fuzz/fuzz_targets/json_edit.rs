//! Whatever stands in a tool's configuration: no panic, an edit changes what it is about and can be
//! taken back to the byte.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registrar_handover::edited;
use serde_json::Value;

const VALUE: &str = "\"registrar\"";

fuzz_target!(|input: (&str, &str)| {
    let (text, key) = input;
    let path = ["credHelpers", key];
    if let Some((set, back)) = edited(text, &path, Some(VALUE)) {
        assert_eq!(back, text);
        let again = edited(&set, &path, Some(VALUE)).expect("what was written can be read");
        assert_eq!(again.0, set, "{text}");
        same_but_for(text, &set, key);
    }
    if let Some((removed, back)) = edited(text, &path, None) {
        assert_eq!(back, text);
        let again = edited(&removed, &path, None).expect("what was written can be read");
        assert_eq!(again.0, removed, "{text}");
        same_but_for(text, &removed, key);
    }
});

/// Whether both texts say the same but for the helper of `key`.
fn same_but_for(before: &str, after: &str, key: &str) {
    // Numbers too great and half characters are JSON, but no `Value`.
    let Ok(before) = serde_json::from_str(before) else {
        return;
    };
    let after = serde_json::from_str(after).expect("it is still JSON");
    assert_eq!(without(before, key), without(after, key));
}

fn without(mut value: Value, key: &str) -> Value {
    if let Some(object) = value.as_object_mut() {
        let names: Vec<_> = object
            .keys()
            .filter(|name| name.eq_ignore_ascii_case("credHelpers"))
            .cloned()
            .collect();
        for name in names {
            let helpers = &mut object[&name];
            if let Some(helpers) = helpers.as_object_mut() {
                helpers.remove(key);
            }
            if helpers.is_null() || helpers.as_object().is_some_and(serde_json::Map::is_empty) {
                object.remove(&name);
            }
        }
    }
    value
}
