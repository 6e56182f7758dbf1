//! Names of repositories and tags, as the distribution specification has them.

use crate::digest::Digest;

/// The most characters of a repository's name: clients put a host before it, and have 255 in all.
const MAX_NAME: usize = 200;
/// The most characters of a tag.
const MAX_TAG: usize = 128;

/// Whether a repository may be called so: parts of lower-case letters and digits, with a dot, one or
/// two underscores, or hyphens between them, and slashes between the parts.
pub(super) fn is_repository(name: &str) -> bool {
    name.len() <= MAX_NAME && name.split('/').all(is_part)
}

fn is_part(part: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = part.as_bytes();
    let ends_well = |byte: Option<&u8>| byte.is_some_and(is_word);
    ends_well(bytes.first()) && ends_well(bytes.last()) && bytes.split(is_word).all(is_separator)
}

/// What may stand between two words; nothing between two letters of one.
fn is_separator(between: &[u8]) -> bool {
    matches!(between, b"" | b"." | b"_" | b"__") || between.iter().all(|byte| *byte == b'-')
}

/// Whether a tag may be called so: letters, digits, `_`, and behind the first of them `.` and `-`.
pub(super) fn is_tag(tag: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= MAX_TAG
        && tag.bytes().next().is_some_and(is_word)
        && tag
            .bytes()
            .all(|byte| is_word(byte) || b".-".contains(&byte))
}

/// The digest in a tag that stands for what belongs to an image: in place of the list of it, by the
/// distribution specification, or for a signature, an attestation or a list of contents by cosign.
pub(super) fn subject_of_tag(tag: &str) -> Option<Digest> {
    let rest = tag.strip_prefix("sha256-")?;
    let (digits, ending) = rest.split_once('.').unwrap_or((rest, ""));
    let known = ["", "sig", "att", "sbom"].contains(&ending);
    let digest = format!("sha256:{digits}").parse().ok();
    digest.filter(|_| known)
}

#[cfg(test)]
mod tests {
    use super::{is_repository, is_tag, subject_of_tag};

    #[test]
    fn repositories_are_called_as_the_specification_says() {
        for good in [
            "a", "app", "team/app", "a.b", "a_b", "a__b", "a-b", "a----b", "1/2/3", "a-b_c.d",
        ] {
            assert!(is_repository(good), "{good}");
        }
        for bad in [
            "",
            "/",
            "a/",
            "/a",
            "a//b",
            "A",
            "a b",
            "a..b",
            "a___b",
            "a.-b",
            "a_-b",
            "-a",
            "a-",
            ".a",
            "a.",
            "_a",
            "é",
            "a/../b",
            "a%2fb",
            "a\nb",
            &"a".repeat(201),
        ] {
            assert!(!is_repository(bad), "{bad}");
        }
    }

    #[test]
    fn tags_are_called_as_the_specification_says() {
        for good in ["latest", "1.2.3", "v1", "_x", "A-b.C_d", &"a".repeat(128)] {
            assert!(is_tag(good), "{good}");
        }
        for bad in [
            "",
            ".a",
            "-a",
            "a b",
            "a+b",
            "a/b",
            "a:b",
            "é",
            &"a".repeat(129),
        ] {
            assert!(!is_tag(bad), "{bad}");
        }
    }

    #[test]
    fn some_tags_say_what_they_belong_to() {
        let digits = "0a".repeat(32);
        for ending in ["", ".sig", ".att", ".sbom"] {
            let subject = subject_of_tag(&format!("sha256-{digits}{ending}"));
            assert_eq!(subject.unwrap().to_string(), format!("sha256:{digits}"));
        }
        for other in [
            "latest".to_owned(),
            "sha256-0a".to_owned(),
            format!("sha256-{digits}.zip"),
            format!("sha256-{digits}0a"),
            format!("sha256-{}", digits.to_uppercase()),
            format!("sha512-{digits}"),
        ] {
            assert_eq!(subject_of_tag(&other), None, "{other}");
        }
    }
}
