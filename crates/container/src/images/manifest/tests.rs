use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn part() -> Value {
    json!({"mediaType": "application/x", "digest": DIGEST, "size": 7})
}

fn parse(value: &Value, content_type: &str) -> Result<(Content, String), ManifestError> {
    Content::parse(value.to_string().as_bytes(), content_type)
}

#[test]
fn images_and_indexes_are_understood_in_both_formats() {
    let image = json!({"schemaVersion": 2, "config": part(), "layers": [part(), part()]});
    for kind in IMAGES {
        let (content, media_type) = parse(&image, kind).unwrap();
        assert!(matches!(content, Content::Image(image) if image.layers.len() == 2));
        assert_eq!(media_type, kind);
    }
    let mut entry = part();
    entry["platform"] = json!({"os": "linux", "architecture": "arm", "variant": "v7"});
    let index = json!({"schemaVersion": 2, "manifests": [entry, part()]});
    for kind in INDEXES {
        let (Content::Index(index), _) = parse(&index, &format!("{kind}; charset=utf-8")).unwrap()
        else {
            panic!("no index");
        };
        let platform = index.entries[0].platform.as_ref().unwrap();
        assert_eq!(platform.to_string(), "linux/arm/v7");
        assert!(index.entries[1].platform.is_none());
    }
    // Registries in front of a plain file store do not say what it is.
    assert!(parse(&image, "application/octet-stream").is_ok());
}

#[test]
fn what_two_programs_could_understand_differently_is_refused() {
    let image = json!({"mediaType": IMAGES[0], "config": part(), "layers": []});
    assert_eq!(parse(&image, IMAGES[1]), Err(ManifestError::Ambiguous));
    assert_eq!(parse(&image, INDEXES[0]), Err(ManifestError::Ambiguous));
    let both = json!({"config": part(), "layers": [], "manifests": []});
    for kind in [INDEXES[0], IMAGES[0], ""] {
        assert_eq!(parse(&both, kind), Err(ManifestError::Ambiguous), "{kind}");
    }
}

#[test]
fn what_is_none_is_refused() {
    for (value, kind) in [
        (json!([]), ""),
        (json!({}), IMAGES[0]),
        (json!({}), INDEXES[0]),
    ] {
        let error = parse(&value, kind).unwrap_err();
        assert!(matches!(error, ManifestError::NotAManifest(_)), "{value}");
    }
    let other = "application/vnd.example+json";
    assert_eq!(
        parse(&json!({"config": part()}), other),
        Err(ManifestError::OtherFormat(other.to_owned()))
    );
    let first = json!({"schemaVersion": 1, "fsLayers": []});
    assert_eq!(parse(&first, ""), Err(ManifestError::FirstFormat));
    for (digest, size) in [("md5:00", 1), ("../../x", 1), (DIGEST, u64::MAX)] {
        let bad = json!({"config": {"digest": digest, "size": size}});
        let error = parse(&bad, IMAGES[0]).unwrap_err();
        assert!(matches!(error, ManifestError::BadDescriptor(_)), "{digest}");
    }
    let many = json!({"config": part(), "layers": vec![part(); MAX_PARTS + 1]});
    assert_eq!(parse(&many, IMAGES[0]), Err(ManifestError::TooLarge));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Content::parse(&bytes, "");
    }
}
