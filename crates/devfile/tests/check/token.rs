//! Where a token goes, and where it never goes.

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use registrar_devfile::{FailureKind, Step};
use registrar_registry::TlsRules;

use super::{check, failed_step, kind, with_token};

const TOKEN: &str = "tok en-5%\"&";

struct House {
    authority: Authority,
    rules: TlsRules,
}

impl House {
    fn new() -> Self {
        let authority = Authority::new();
        let rules = TlsRules {
            ca_file: Some(authority.file()),
            trusted_certificate: None,
        };
        Self { authority, rules }
    }

    fn registry(&self, mode: Mode) -> DevfileRegistry {
        let builder = DevfileRegistry::builder().mode(mode);
        builder.tls(&self.authority, Quality::Good).start()
    }
}

#[tokio::test]
async fn the_right_token_opens_the_door() {
    let house = House::new();
    let registry = house.registry(Mode::RequiresToken(TOKEN.to_owned()));
    let report = check(&with_token(&registry.url(), TOKEN, &house.rules)).await;
    assert_eq!(kind(&report), None);
    assert!(report.token_sent);
    assert_eq!(registry.authorizations(), [format!("Bearer {TOKEN}")]);
}

#[tokio::test]
async fn a_wrong_token_and_none_are_told_apart() {
    let house = House::new();
    let registry = house.registry(Mode::RequiresToken(TOKEN.to_owned()));
    let wrong = check(&with_token(&registry.url(), "wrong", &house.rules)).await;
    assert_eq!(kind(&wrong), Some(FailureKind::Unauthorized));
    assert!(wrong.token_sent);

    let mut target = with_token(&registry.url(), "", &house.rules);
    target.token = None;
    let none = check(&target).await;
    assert_eq!(kind(&none), Some(FailureKind::Unauthorized));
    assert!(!none.token_sent);
}

#[tokio::test]
async fn never_over_plain_http() {
    let registry = DevfileRegistry::builder()
        .mode(Mode::RequiresToken(TOKEN.to_owned()))
        .start();
    let report = check(&with_token(&registry.url(), TOKEN, &TlsRules::default())).await;
    assert_eq!(kind(&report), Some(FailureKind::Unauthorized));
    assert!(!report.token_sent);
    assert_eq!(registry.requests().len(), 1);
    assert!(registry.authorizations().is_empty());
}

#[tokio::test]
async fn never_where_the_certificate_is_refused() {
    let house = House::new();
    for quality in [Quality::SelfSigned, Quality::Expired, Quality::WrongHost] {
        let builder = DevfileRegistry::builder().tls(&house.authority, quality);
        let registry = builder.start();
        let report = check(&with_token(&registry.url(), TOKEN, &house.rules)).await;
        assert_eq!(failed_step(&report), Some(Step::Tls), "{quality:?}");
        assert!(!report.token_sent);
        assert!(registry.requests().is_empty());
    }
}

#[tokio::test]
async fn within_the_origin_a_redirect_keeps_it() {
    let house = House::new();
    let registry = house.registry(Mode::RedirectsWithin);
    let report = check(&with_token(&registry.url(), TOKEN, &house.rules)).await;
    assert_eq!(kind(&report), None);
    assert_eq!(registry.authorizations().len(), 2);
}

#[tokio::test]
async fn never_across_a_redirect_to_another_origin() {
    let house = House::new();
    let other = house.registry(Mode::Normal);
    let registry = house.registry(Mode::RedirectsTo(other.url()));
    let report = check(&with_token(&registry.url(), TOKEN, &house.rules)).await;
    assert_eq!(kind(&report), None);
    assert_eq!(registry.authorizations().len(), 1);
    assert_eq!(other.requests().len(), 1);
    assert!(
        other.authorizations().is_empty(),
        "another port got the token"
    );
}

#[tokio::test]
async fn not_again_after_another_origin_sent_us_back() {
    let house = House::new();
    let home = house.registry(Mode::Normal);
    let other = house.registry(Mode::RedirectsTo(format!("{}/stolen", home.url())));
    home.set_mode(Mode::RedirectsTo(other.url()));
    let report = check(&with_token(&home.url(), TOKEN, &house.rules)).await;
    assert!(report.failure.is_some());
    let carrying = |path: &str| {
        let seen = home.requests();
        let seen = seen.iter().filter(|r| r.path.starts_with(path));
        seen.filter(|r| r.authorization.is_some()).count()
    };
    assert!(carrying("/v2index") > 0);
    assert!(
        home.requests()
            .iter()
            .any(|r| r.path.starts_with("/stolen"))
    );
    assert_eq!(carrying("/stolen"), 0);
}

#[tokio::test]
async fn never_in_a_report() {
    let house = House::new();
    let token = "unmistakable-token";
    let echo = format!("http://u:{token}@localhost/{token}?t={token}");
    let modes = [
        Mode::Normal,
        Mode::RequiresToken("another".to_owned()),
        Mode::RedirectsTo(echo),
        Mode::RedirectsTo(format!("https://localhost:1/{token}")),
        Mode::BadShape,
        Mode::Truncated,
    ];
    for mode in modes {
        let registry = house.registry(mode.clone());
        let report = check(&with_token(&registry.url(), token, &house.rules)).await;
        assert!(report.token_sent, "{mode:?}");
        assert!(!format!("{report:?}").contains(token), "{mode:?}");
    }
}

#[tokio::test]
async fn a_token_that_no_header_may_have_is_not_sent() {
    let house = House::new();
    let registry = house.registry(Mode::Normal);
    let report = check(&with_token(
        &registry.url(),
        "two\r\nX: lines",
        &house.rules,
    ))
    .await;
    assert_eq!(kind(&report), Some(FailureKind::TokenUnavailable));
    assert!(!report.token_sent);
    assert!(registry.requests().is_empty());
}
