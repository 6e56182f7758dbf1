//! Tokens that a real registry accepts: JSON Web Tokens, signed with a key of which the registry
//! is told the certificate. A [`ContainerRegistry`](crate::container_registry::ContainerRegistry)
//! with [`Tokens::Signed`](crate::container_registry::Tokens::Signed) gives them away, and a
//! [`DockerRegistry`](crate::docker_registry::DockerRegistry) checks them.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{Certificate, CertificateParams, KeyPair, SigningKey};
use serde_json::{Value, json};

/// Who the tokens are from.
pub const ISSUER: &str = "tokens.test";
/// Whom they are for.
pub const SERVICE: &str = "registry.test";

/// How long a token counts, in seconds.
const LASTS: u64 = 300;
/// Half of an ES256 signature, in bytes.
const HALF: usize = 32;

/// Signs tokens. Clones share the key; its file is deleted with the last of them.
#[derive(Clone)]
pub struct Signer(Arc<Inner>);

struct Inner {
    key: KeyPair,
    certificate: Certificate,
    signed: AtomicU32,
    folder: tempfile::TempDir,
}

impl Signer {
    /// With a key of its own.
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::default()
            .self_signed(&key)
            .expect("a certificate");
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("signer.pem"), certificate.pem())
            .expect("the signer's file");
        Self(Arc::new(Inner {
            key,
            certificate,
            signed: AtomicU32::default(),
            folder,
        }))
    }

    /// The file with the certificate in PEM, for a registry's `rootcertbundle`.
    pub fn file(&self) -> PathBuf {
        self.0.folder.path().join("signer.pem")
    }

    /// A token for `user` and for `scopes`, which are separated by spaces.
    pub fn token(&self, user: &str, scopes: &str) -> String {
        let header = json!({
            "typ": "JWT",
            "alg": "ES256",
            "x5c": [STANDARD.encode(self.0.certificate.der())],
        });
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("a time after 1970").as_secs();
        let access: Vec<Value> = scopes.split_whitespace().filter_map(access).collect();
        let claims = json!({
            "iss": ISSUER,
            "aud": SERVICE,
            "sub": user,
            "iat": now,
            "nbf": now - 10,
            "exp": now + LASTS,
            "jti": self.0.signed.fetch_add(1, Ordering::Relaxed).to_string(),
            "access": access,
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(&claims));
        let signature = self.0.key.sign(text.as_bytes()).expect("a signature");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(joined(&signature)))
    }
}

impl Default for Signer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

/// `repository:team/app:pull,push` as a claim.
fn access(scope: &str) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let actions: Vec<&str> = actions.split(',').collect();
    Some(json!({"type": kind, "name": name, "actions": actions}))
}

/// The two numbers of a signature in DER one after the other, each of [`HALF`] bytes.
fn joined(der: &[u8]) -> Vec<u8> {
    // 30 <length> 02 <length> <r> 02 <length> <s>, all lengths below 128.
    let r_end = 4 + usize::from(der[3]);
    let (r, s) = (&der[4..r_end], &der[r_end + 2..]);
    [padded(r), padded(s)].concat()
}

/// A number without its sign's zero, or with zeros before it.
fn padded(number: &[u8]) -> Vec<u8> {
    let digits = &number[number.len().saturating_sub(HALF)..];
    [vec![0; HALF - digits.len()], digits.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::{access, joined};

    #[test]
    fn a_scope_becomes_a_claim() {
        let claim = access("repository:localhost:5000/team/app:pull,push").unwrap();
        assert_eq!(claim["name"], "localhost:5000/team/app");
        assert_eq!(claim["actions"], serde_json::json!(["pull", "push"]));
    }

    #[test]
    fn the_halves_of_a_signature_have_their_length() {
        let mut der = vec![0x30, 0x43, 2, 33, 0];
        der.extend([0xff; 32]);
        der.extend([2, 30]);
        der.extend([1; 30]);
        let joined = joined(&der);
        assert_eq!(joined[..32], [0xff; 32]);
        assert_eq!(
            (joined[32], joined[33], joined[34], joined.len()),
            (0, 0, 1, 64)
        );
    }
}
