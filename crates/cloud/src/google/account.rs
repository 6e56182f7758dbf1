//! A service account, which proves itself with a signature.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use registrar_registry::{Cloud, Secret};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::failure::{Failure, FailureKind};
use crate::oauth::{Granted, form, granted as answered, post};
use crate::wire::Wire;

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How long an assertion counts, in seconds: as long as Google lets it.
const LASTS: i64 = 3600;

/// The parts of a service account's key that are needed.
#[derive(Deserialize)]
pub(crate) struct ServiceAccount {
    client_email: String,
    private_key_id: Option<String>,
    private_key: Secret,
    token_uri: String,
}

impl ServiceAccount {
    /// Whether its key and its address can be used.
    pub(crate) fn is_usable(&self) -> bool {
        self.key().is_some() && self.address().is_some()
    }

    /// Where its tokens are given. The file says so, and who has made the file might be anybody:
    /// it has to be Google's.
    fn address(&self) -> Option<Url> {
        let url = Url::parse(&self.token_uri).ok()?;
        let host = url.host_str()?;
        let google = host == "accounts.google.com"
            || host.ends_with(".googleapis.com")
            || host == "googleapis.com";
        let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        (url.scheme() == "https" && google && plain).then_some(url)
    }

    /// Its key, which is in PEM.
    fn key(&self) -> Option<RsaKeyPair> {
        let text = self.private_key.expose_text()?;
        let body = text.split("-----BEGIN PRIVATE KEY-----").nth(1)?;
        let body = body.split("-----END PRIVATE KEY-----").next()?;
        let packed = Secret::new(
            body.bytes()
                .filter(|b| !b.is_ascii_whitespace())
                .collect::<Vec<u8>>(),
        );
        let der = Secret::new(STANDARD.decode(packed.expose()).ok()?);
        RsaKeyPair::from_pkcs8(der.expose()).ok()
    }

    /// What it says of itself at the moment `now`, in seconds since 1970, with its signature.
    fn assertion(&self, now: i64) -> Option<Secret> {
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": self.private_key_id});
        let claims = json!({
            "iss": self.client_email, "scope": SCOPE, "aud": self.token_uri,
            "iat": now, "exp": now + LASTS,
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(&claims));
        let key = self.key()?;
        let mut signature = vec![0; key.public().modulus_len()];
        let random = SystemRandom::new();
        key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
            .ok()?;
        Some(Secret::new(format!(
            "{text}.{}",
            URL_SAFE_NO_PAD.encode(signature)
        )))
    }
}

/// The token of a service account.
pub(crate) async fn granted(wire: &Wire, account: &ServiceAccount) -> Result<Granted, Failure> {
    let bad = |about: &str| {
        Failure::new(Cloud::Google, FailureKind::BadConfiguration, about).about(about)
    };
    let url = account.address();
    let url = url.ok_or_else(|| bad("the key's token_uri is not Google's"))?;
    let assertion = account.assertion(wire.machine.now().as_second());
    let assertion = assertion.ok_or_else(|| bad("the key's private_key is none"))?;
    let body = form(&[
        ("grant_type", GRANT.as_bytes()),
        ("assertion", assertion.expose()),
    ]);
    let answer = post(wire, Cloud::Google, url, &body).await?;
    answered(Cloud::Google, &answer).map_err(|failure| match failure.kind {
        FailureKind::SignInEnded => Failure {
            kind: FailureKind::Refused,
            ..failure
        },
        _ => failure,
    })
}
