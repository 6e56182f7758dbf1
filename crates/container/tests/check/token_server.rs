//! The reference registry behind a token server, whose signature it checks itself.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{IDENTITY_TOKEN, Tokens};
use acceptance_support::docker_registry::DockerRegistry;
use acceptance_support::token_server::Signer;
use registrar_registry::TlsRules;

use super::*;

struct Behind {
    registry: DockerRegistry,
    tokens: ContainerRegistry,
    authority: Authority,
}

/// A registry by https that knows `known`, and a token server that signs as `signer`.
fn behind(known: &Signer, signer: &Signer) -> Behind {
    let authority = Authority::new();
    let tokens = ContainerRegistry::builder()
        .tokens(Tokens::Signed(signer.clone()))
        .tls(&authority, Quality::Good)
        .start();
    let registry = DockerRegistry::builder()
        .tokens(&format!("{}/token", tokens.url_as("localhost")), known)
        .tls(&authority, Quality::Good)
        .start();
    Behind {
        registry,
        tokens,
        authority,
    }
}

impl Behind {
    async fn check(&self, user: &str, secret: &str) -> CheckReport {
        let target = Target {
            credentials: Some(Credentials::new(user, Secret::new(secret))),
            tls: TlsRules {
                ca_file: Some(self.authority.file()),
                trusted_certificate: None,
            },
            plain_http: false,
            ..anonymous(&self.registry.host())
        };
        check(&target).await
    }
}

#[tokio::test]
async fn its_signed_tokens_prove_the_credentials() {
    let signer = Signer::new();
    let behind = behind(&signer, &signer);
    let report = behind.check(USER, PASSWORD).await;
    assert_eq!(access(&report), Access::Proved);
    let report = behind.check("<token>", IDENTITY_TOKEN).await;
    assert_eq!(access(&report), Access::Proved);
    for (user, secret) in [(USER, "wrong"), ("<token>", "wrong")] {
        let report = behind.check(user, secret).await;
        assert_eq!(kind(&report), FailureKind::CredentialsRefused, "{user}");
    }
    assert!(
        behind
            .tokens
            .requests()
            .iter()
            .all(|seen| seen.path.starts_with("/token"))
    );
}

#[tokio::test]
async fn a_token_that_the_registry_does_not_trust_proves_nothing() {
    let behind = behind(&Signer::new(), &Signer::new());
    let report = behind.check(USER, PASSWORD).await;
    assert!(report.outcome.is_err(), "{report:?}");
    assert_eq!(
        behind.tokens.requests().len(),
        1,
        "the password itself was right"
    );
}
