use proptest::prelude::*;
use url::Url;

use super::{DevfileUrl, UrlError, UrlProblem};

fn url(text: &str) -> DevfileUrl {
    DevfileUrl::parse(text).expect(text)
}

fn error(text: &str) -> UrlError {
    DevfileUrl::parse(text).expect_err(text)
}

#[test]
fn one_address_has_one_stored_form() {
    for (typed, stored) in [
        ("https://registry.devfile.io", "https://registry.devfile.io"),
        (
            "  https://registry.devfile.io/\n",
            "https://registry.devfile.io",
        ),
        (
            "HTTPS://Registry.Devfile.IO:443//",
            "https://registry.devfile.io",
        ),
        ("http://localhost:80/", "http://localhost"),
        ("http://localhost:8080/a/b/", "http://localhost:8080/a/b"),
        ("https://h/A%20b/../C", "https://h/C"),
        (
            "https://[2001:DB8:0:0::1]:8443/p",
            "https://[2001:db8::1]:8443/p",
        ),
        ("http://127.1:5000", "http://127.0.0.1:5000"),
        (
            "https://bücher.example/ü",
            "https://xn--bcher-kva.example/%C3%BC",
        ),
        ("https://h/a@b", "https://h/a@b"),
        (
            "https://notgithub.com/github.com",
            "https://notgithub.com/github.com",
        ),
    ] {
        assert_eq!(url(typed).as_str(), stored, "{typed}");
    }
}

#[test]
fn what_is_no_address_is_refused_with_the_place() {
    use UrlProblem as P;
    let no_scheme = |suggestion: &str| P::NoScheme {
        suggestion: suggestion.to_owned(),
    };
    for (text, problem, at) in [
        ("", P::Empty, None),
        (" \n", P::Empty, None),
        (
            "registry.devfile.io/x",
            no_scheme("https://registry.devfile.io/x"),
            Some(0),
        ),
        (
            "localhost:8080",
            no_scheme("https://localhost:8080"),
            Some(0),
        ),
        ("https:/h", no_scheme("https://h"), Some(0)),
        ("h?token=s3cret", no_scheme("https://h"), Some(0)),
        ("ftp://h", P::OtherScheme, Some(0)),
        ("  file:///etc/passwd", P::OtherScheme, Some(2)),
        ("https://user:pw@h", P::UserInfo, Some(8)),
        ("user:pw@h", P::UserInfo, Some(0)),
        ("https://token@github.com/x", P::UserInfo, Some(8)),
        ("https://@h", P::UserInfo, Some(8)),
        ("https://", P::NoHost, Some(8)),
        ("https:///path", P::NoHost, Some(8)),
        ("https://:80", P::NoHost, Some(8)),
        ("https://h:99999/x", P::BadPort, Some(10)),
        ("https://h:0", P::BadPort, Some(10)),
        ("https://h:8a", P::BadPort, Some(10)),
        ("https://::1/", P::BadHost, Some(8)),
        ("https://[::1", P::BadHost, Some(8)),
        ("https://a<b", P::BadHost, Some(8)),
        ("https://256.1.1.1", P::BadHost, Some(8)),
        ("https://h/?", P::Query, Some(10)),
        ("https://h?a=b#c", P::Query, Some(9)),
        ("https://h/x#top", P::Fragment, Some(11)),
        ("https://h/a b", P::WhiteSpace, Some(11)),
        ("https://é\t.example", P::WhiteSpace, Some(9)),
        ("https://h\0", P::WhiteSpace, Some(9)),
        ("https:\\\\h", P::Backslash, Some(6)),
        (&format!("https://h/{}", "a".repeat(2039)), P::TooLong, None),
        (&format!("https://h/{}", "ä".repeat(1000)), P::TooLong, None),
    ] {
        assert_eq!(error(text), UrlError { problem, at }, "{text}");
    }
}

/// odo's own cases; it also takes a password in an address, for which there is a field here.
#[test]
fn what_odo_takes_is_taken_and_what_it_refuses_is_refused() {
    for text in [
        "http://www.example.com/",
        "http://192.168.1.10:30741/",
        "https://registry.devfile.io",
        "https://registry.devfile.io/github.com",
        "https://registry.devfile.io/raw.githubusercontent.com",
    ] {
        url(text);
    }
    for text in [
        "http://",
        "://www.example.com/",
        "http://??##",
        "$$$,,://www.example.com",
        "http://user:pass@192.168.1.10:30741/",
    ] {
        error(text);
    }
}

#[test]
fn github_is_refused_with_the_explanation_whatever_the_port() {
    for text in [
        "https://github.com/odo-devfiles/registry",
        "https://GitHub.com:443/x",
        "https://github.com:8443/x",
        "https://raw.githubusercontent.com/odo-devfiles/registry/master",
        "http://www.github.com",
        "https://github.com./x",
    ] {
        let error = error(text);
        assert_eq!(error.problem, UrlProblem::GitHub, "{text}");
        assert!(error.to_string().contains("no longer supported"));
        assert!(
            error
                .to_string()
                .contains("https://github.com/devfile/registry-support")
        );
    }
}

#[test]
fn the_error_says_what_to_do_and_keeps_the_password_to_itself() {
    assert_eq!(
        error("registry.devfile.io").to_string(),
        "The address must begin with https://; did you mean https://registry.devfile.io?"
    );
    let shown = error("https://me:hunter2@h").to_string();
    assert!(
        shown.contains("token field") && !shown.contains("hunter2"),
        "{shown}"
    );
    assert_eq!(
        error("https://h/?x").to_string(),
        "Remove the question mark and what follows it (character 11)."
    );
}

#[test]
fn an_endpoint_lies_below_the_path() {
    for (base, endpoint) in [
        ("https://h", "https://h/v2index"),
        ("https://h/p/", "https://h/p/v2index"),
        ("http://[::1]:8080/a/b", "http://[::1]:8080/a/b/v2index"),
    ] {
        assert_eq!(url(base).endpoint("v2index").as_str(), endpoint);
    }
    assert_eq!(
        url("https://h").endpoint("a/b?c").as_str(),
        "https://h/a/b%3Fc"
    );
}

#[test]
fn a_token_stays_at_its_origin() {
    let registry = url("https://h/p");
    let same = |other: &str| registry.is_same_origin(&Url::parse(other).unwrap());
    assert!(same("https://h:443/elsewhere"));
    assert!(!same("http://h/p") && !same("https://h:8443/p") && !same("https://x.h/p"));
}

#[test]
fn the_parts_can_be_asked_for() {
    let plain = url("http://[::1]/x");
    assert!(plain.is_plain_http());
    assert_eq!((plain.host(), plain.port_or_default()), ("[::1]", 80));
    assert!(!url("https://h").is_plain_http());
    assert_eq!(
        url("https://xn--bcher-kva.example:1/x").to_unicode(),
        "https://bücher.example:1/x"
    );
    assert_eq!(url("http://127.0.0.1").to_unicode(), "http://127.0.0.1");
}

/// Text that is close to an address, so that the parser is not done with it at once.
fn nearly_urls() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("https://".to_owned()),
        Just("http://".to_owned()),
        Just("github.com".to_owned()),
        "[a-z:@/?#\\[\\].%0-9]{0,6}",
        "\\PC{0,4}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_stored_form_is_its_own_stored_form(text in nearly_urls()) {
        if let Ok(url) = DevfileUrl::parse(&text) {
            prop_assert_eq!(DevfileUrl::parse(url.as_str()).unwrap(), url.clone());
            let seen = Url::parse(url.as_str()).unwrap();
            prop_assert!(seen.username().is_empty() && seen.password().is_none());
            prop_assert!(seen.query().is_none() && seen.fragment().is_none());
            prop_assert!(!url.as_str().ends_with('/'));
            prop_assert!(url.as_str().len() <= DevfileUrl::MAX_CHARS);
            let json = serde_json::to_string(&url).unwrap();
            prop_assert_eq!(serde_json::from_str::<DevfileUrl>(&json).unwrap(), url);
        }
    }

    #[test]
    fn no_user_or_password_ever_passes(
        scheme in "https?://", user in "[^/?#\\\\\\s]{0,8}", host in "[a-z]{1,8}", path in "(/[a-z@]{0,4})?"
    ) {
        let text = format!("{scheme}{user}@{host}{path}");
        let error = DevfileUrl::parse(&text);
        prop_assert!(error.is_err());
    }

    #[test]
    fn the_place_lies_in_the_text(text in nearly_urls()) {
        if let Err(UrlError { at: Some(at), .. }) = DevfileUrl::parse(&text) {
            prop_assert!(at <= text.chars().count());
        }
    }
}
