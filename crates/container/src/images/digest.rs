//! Whether bytes are what their digest says.

use registrar_registry::Digest;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// The digest of `bytes`, SHA-256, in hexadecimal digits after `sha256:`.
pub(crate) fn of(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

/// Whether `bytes` have this digest.
pub(crate) fn is_of(digest: &Digest, bytes: &[u8]) -> bool {
    let actual = match digest.algorithm() {
        "sha256" => hex(&Sha256::digest(bytes)),
        "sha384" => hex(&Sha384::digest(bytes)),
        "sha512" => hex(&Sha512::digest(bytes)),
        _ => return false,
    };
    digest.as_str().split_once(':').map(|(_, hex)| hex) == Some(actual.as_str())
}

/// In hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_algorithm_and_refuses_another_content() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let long = "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
                    47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";
        assert_eq!(of(b""), empty);
        for digest in [empty, long] {
            let digest = Digest::parse(digest).unwrap();
            assert!(is_of(&digest, b"") && !is_of(&digest, b"x"));
        }
    }
}
