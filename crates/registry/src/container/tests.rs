use proptest::prelude::*;

use super::*;

/// A digest of the right length.
const DIGEST: &str = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn address(text: &str) -> ContainerAddress {
    ContainerAddress::parse(text).expect(text)
}

fn image(text: &str) -> ImageReference {
    ImageReference::parse(text).expect(text)
}

fn problem(text: &str) -> ReferenceProblem {
    ContainerAddress::parse(text).expect_err(text).problem
}

fn image_problem(text: &str) -> ReferenceProblem {
    ImageReference::parse(text).expect_err(text).problem
}

#[test]
fn whatever_is_pasted_has_one_stored_form() {
    for (typed, stored) in [
        ("registry.example.com", "registry.example.com"),
        ("  Registry.Example.COM/\n", "registry.example.com"),
        ("https://registry.example.com/v2/", "registry.example.com"),
        ("registry.example.com/v2", "registry.example.com"),
        ("HTTPS://registry.example.com:443//", "registry.example.com"),
        ("registry.example.com:443", "registry.example.com"),
        ("registry.example.com.:443", "registry.example.com"),
        ("http://registry.example.com:80/", "registry.example.com"),
        ("registry.example.com:80", "registry.example.com:80"),
        ("registry.example.com:5000", "registry.example.com:5000"),
        ("https://h.io/v2/team/app", "h.io/team/app"),
        ("ghcr.io/Org/App:v1.2", "ghcr.io/org/app"),
        ("docker://quay.io/org/app", "quay.io/org/app"),
        ("gcr.io/myproject/*", "gcr.io/myproject/*"),
        ("gcr.io/*/", "gcr.io/*"),
        ("localhost", "localhost"),
        ("localhost:5000/app", "localhost:5000/app"),
        (
            "https://[2001:DB8:0::1]:5000/team/",
            "[2001:db8::1]:5000/team",
        ),
        ("[::1]", "[::1]"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("harbor", "harbor:443"),
        ("https://harbor/v2/", "harbor:443"),
        ("http://harbor", "harbor:80"),
        ("registry:5000", "registry:5000"),
    ] {
        assert_eq!(address(typed).to_string(), stored, "{typed}");
    }
}

#[test]
fn an_image_becomes_its_repository() {
    for (typed, stored) in [
        ("nginx:1.25", "docker.io/library/nginx"),
        (&format!("nginx@{DIGEST}"), "docker.io/library/nginx"),
        ("docker.io/nginx:latest", "docker.io/library/nginx"),
        ("library/nginx", "docker.io/library/nginx"),
        (&format!("quay.io/a/b:t@{DIGEST}"), "quay.io/a/b"),
        ("host.example:5000/a/b:t", "host.example:5000/a/b"),
    ] {
        assert_eq!(address(typed).to_string(), stored, "{typed}");
    }
}

#[test]
fn all_names_of_docker_hub_are_one_registry() {
    for name in [
        "docker.io",
        "index.docker.io",
        "registry-1.docker.io",
        "registry.hub.docker.com",
        "https://index.docker.io/v1/",
        "https://registry-1.docker.io/v2/",
        "Docker.io:443",
    ] {
        assert_eq!(address(name).to_string(), "docker.io", "{name}");
    }
    let api = address("docker.io").host().api_url(false);
    assert_eq!(api.as_str(), "https://registry-1.docker.io/");
    assert!(!address("docker.io.evil.example").host().is_hub());
    assert!(!address("docker.io:5000").host().is_hub());
}

#[test]
fn says_whether_plain_http_was_meant() {
    for (typed, plain, api) in [
        ("http://h.io", true, "http://h.io/"),
        ("http://h.io:5000", true, "http://h.io:5000/"),
        ("https://h.io", false, "https://h.io/"),
        ("http://harbor", true, "http://harbor/"),
        ("harbor", false, "https://harbor/"),
    ] {
        let pasted = ContainerAddress::parse_pasted(typed).expect(typed);
        assert_eq!(pasted.plain_http, plain, "{typed}");
        assert_eq!(pasted.address.host().api_url(plain).as_str(), api);
    }
    assert_eq!(
        address("harbor").host().api_url(true).as_str(),
        "http://harbor:443/"
    );
}

#[test]
fn refuses_what_is_no_address() {
    use ReferenceProblem as P;
    for (typed, expected) in [
        (" ", P::Empty),
        ("https://", P::NoHost),
        (":5000", P::NoHost),
        ("user:pass@h.io", P::UserInfo),
        ("https://user@h.io/v2/", P::UserInfo),
        ("h.io/a@b", P::UserInfo),
        ("h.io\\a", P::BadCharacter),
        ("h.io /a", P::BadCharacter),
        ("h.io/a?b=c", P::QueryOrFragment),
        ("ftp://h.io", P::OtherScheme),
        ("h.io:0", P::BadPort),
        ("https://h.io:99999", P::BadPort),
        ("https://h.io:x", P::BadPort),
        ("http://h.io:443", P::HttpOnHttpsPort),
        ("2001:db8::1", P::BadHost),
        ("[::1", P::BadHost),
        ("my_host.example", P::BadHost),
        ("a%2eb.example", P::BadHost),
        ("-a.example", P::BadHost),
        ("h.io//a", P::BadRepository),
        ("h.io/a_-b", P::BadRepository),
        ("h.io/../a", P::BadRepository),
        ("registry.example.com*", P::BadWildcard),
        ("*.example.com", P::BadWildcard),
        ("docker.io/lib*", P::BadWildcard),
        ("h.io/*/a", P::BadWildcard),
        ("h.io/a:t/*", P::BadRepository),
        ("h.io/a:t t", P::BadCharacter),
        ("h.io/a:.t", P::BadTag),
        ("docker.io/nginx@sha256:abcdef123", P::BadDigest),
    ] {
        assert_eq!(problem(typed), expected, "{typed}");
    }
    assert_eq!(problem(&format!("h.io/{}", "a".repeat(300))), P::TooLong);
}

#[test]
fn understands_the_names_of_images() {
    for (typed, whole) in [
        ("nginx", "docker.io/library/nginx:latest"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("docker.io/library/nginx", "docker.io/library/nginx:latest"),
        (
            "index.docker.io/library/nginx",
            "docker.io/library/nginx:latest",
        ),
        ("myuser/myrepo:1", "docker.io/myuser/myrepo:1"),
        ("registry:5000", "docker.io/library/registry:5000"),
        ("registry:5000/app", "registry:5000/app:latest"),
        ("localhost/app", "localhost/app:latest"),
        ("h.io:443/app", "h.io/app:latest"),
        ("[::1]:5000/app:t", "[::1]:5000/app:t"),
        ("h.io/a/b__c/d--e.f", "h.io/a/b__c/d--e.f:latest"),
    ] {
        assert_eq!(image(typed).to_string(), whole, "{typed}");
    }
}

#[test]
fn a_digest_leaves_out_the_tag() {
    for typed in ["docker.io/library/nginx", "docker.io/nginx"] {
        let image = image(&format!("{typed}@{DIGEST}"));
        assert_eq!(image.tag(), None);
        assert_eq!(image.digest().map(Digest::as_str), Some(DIGEST));
        assert_eq!(image.repository(), "library/nginx");
    }
}

#[test]
fn refuses_what_is_no_image() {
    use ReferenceProblem as P;
    for (typed, expected) in [
        ("https://h.io/a", P::SchemeOfImage),
        ("h.io/A", P::UpperCase),
        ("h.io/a:", P::BadTag),
        ("h.io/", P::BadRepository),
        ("a/", P::BadRepository),
        ("u:p@h.io/a", P::UserInfo),
        ("h.io/a@md5:d41d8cd98f00b204e9800998ecf8427e", P::UserInfo),
        ("h.io/a@sha256:ABCDEF", P::BadDigest),
        ("docker.io/library/nginx@sha256:abcdef123", P::BadDigest),
        ("docker.io/nginx@sha256:abcdef123", P::BadDigest),
        ("h.io/*", P::BadRepository),
    ] {
        assert_eq!(image_problem(typed), expected, "{typed}");
    }
    assert_eq!(image_problem(&format!("a:{}", "t".repeat(129))), P::BadTag);
}

#[test]
fn errors_do_not_repeat_what_was_typed() {
    let error = ContainerAddress::parse("https://bob:hunter2@h.io").expect_err("user info");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

proptest! {
    #[test]
    fn the_stored_form_is_stable(text in "[a-zA-Z0-9:/.@*_ü\\[\\]-]{1,40}") {
        if let Ok(address) = ContainerAddress::parse(&text) {
            let stored = address.to_string();
            prop_assert_eq!(ContainerAddress::parse(&stored), Ok(address));
        }
        if let Ok(image) = ImageReference::parse(&text) {
            let stored = image.to_string();
            prop_assert_eq!(ImageReference::parse(&stored), Ok(image));
        }
    }

    #[test]
    fn no_text_is_too_strange(text in ".{0,80}") {
        let _ = ContainerAddress::parse(&text);
        let _ = ImageReference::parse(&text);
    }
}
