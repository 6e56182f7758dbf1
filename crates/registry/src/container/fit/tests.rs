use proptest::prelude::*;

use super::*;

fn address(text: &str) -> ContainerAddress {
    ContainerAddress::parse(text).expect(text)
}

fn image(text: &str) -> ImageReference {
    ImageReference::parse(text).expect(text)
}

#[test]
fn serves_what_it_names() {
    for (record, wanted) in [
        ("docker.io/library/centos", "docker.io/library/centos"),
        ("docker.io", "docker.io/centos"),
        ("docker.io", "docker.io/myuser/myrepo"),
        ("docker.io/library/*", "docker.io/library/centos"),
        ("docker.io/*", "docker.io/library/centos"),
        ("gcr.io/myproject/*", "gcr.io/myproject/myuser/myrepo"),
        // Beyond what Anchore does: short names, paths without an asterisk, ports.
        ("docker.io/library/*", "nginx"),
        ("docker.io/nginx", "nginx"),
        ("gcr.io/proj", "gcr.io/proj/app"),
        ("my-registry.com:443", "my-registry.com/app"),
    ] {
        assert!(
            address(record).fit(&image(wanted)).is_some(),
            "{record} {wanted}"
        );
    }
}

#[test]
fn serves_nothing_else() {
    for (record, wanted) in [
        ("docker.io", "gcr.io/myproject/myuser"),
        ("docker.io/*", "gcr.io/myproject/myuser"),
        ("docker.io/library/*", "docker.io/myuser/myrepo"),
        ("docker.io/myuser/myrepo", "docker.io/myuser/myrepo2"),
        ("gcr.io/proj/*", "gcr.io/proj"),
        ("gcr.io/proj/*", "gcr.io/project/app"),
        ("registry.example.com", "registry.example.com.evil/x"),
        ("registry.example.com:5000", "registry.example.com/x"),
        ("quay.io/nginx", "quay.io/library/nginx"),
    ] {
        assert_eq!(
            address(record).fit(&image(wanted)),
            None,
            "{record} {wanted}"
        );
    }
}

#[test]
fn the_closest_address_wins_in_any_order() {
    let records = [
        "h.io",
        "h.io/*",
        "h.io/a",
        "h.io/a/*",
        "h.io/a/b",
        "h.io/a/b/*",
    ];
    for (wanted, expected) in [
        ("h.io/x", "h.io/*"),
        ("h.io/a", "h.io/a"),
        ("h.io/a/x", "h.io/a/*"),
        ("h.io/a/b", "h.io/a/b"),
        ("h.io/a/b/c", "h.io/a/b/*"),
    ] {
        let mut addresses = records.map(address);
        for _ in 0..addresses.len() {
            addresses.rotate_left(1);
            let found = ContainerAddress::serving(&addresses, &image(wanted));
            assert_eq!(found.map(ToString::to_string).as_deref(), Some(expected));
        }
    }
    assert_eq!(ContainerAddress::serving(&[], &image("h.io/x")), None);
}

#[test]
fn answers_for_the_keys_of_tools() {
    let below = |parts, wildcard| Some(Fit::Below { parts, wildcard });
    for (record, key, expected) in [
        ("h.io", "h.io", Some(Fit::Repository)),
        (
            "docker.io",
            "https://index.docker.io/v1/",
            Some(Fit::Repository),
        ),
        ("h.io/a/b", "h.io/a/b", Some(Fit::Repository)),
        (
            "docker.io/nginx",
            "docker.io/library/nginx",
            Some(Fit::Repository),
        ),
        ("h.io/a/*", "h.io/a", below(1, true)),
        ("h.io/*", "h.io", below(0, true)),
        ("h.io/*", "h.io/a", below(0, true)),
        ("h.io/a", "h.io/a/b/c", below(1, false)),
        ("h.io/a/b/*", "h.io/a/b/c", below(2, true)),
        ("h.io", "h.io/a", Some(Fit::Host)),
        ("h.io/a", "h.io", None),
        ("h.io/a/*", "h.io", None),
        ("h.io/a/b", "h.io/a", None),
        ("h.io/a", "h.io/ab", None),
        ("h.io/a/*", "h.io/ab", None),
        ("h.io:5000", "h.io", None),
        ("g.io", "h.io", None),
    ] {
        assert_eq!(
            address(record).fit_key(&address(key)),
            expected,
            "{record} {key}"
        );
    }
}

proptest! {
    #[test]
    fn an_image_is_served_by_every_address_above_it(
        host in "[a-z]{1,8}\\.(io|example)(:50[0-9]{2})?",
        parts in prop::collection::vec("[a-z0-9]{1,8}", 2..6),
        tag in "[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}",
    ) {
        // After a host these alone are the API's own part, as in a URL that was copied.
        prop_assume!(!["v1", "v2"].contains(&parts[0].as_str()));
        let repository = parts.join("/");
        let wanted = image(&format!("{host}/{repository}:{tag}"));
        prop_assert_eq!(address(&format!("{host}/{repository}")).fit(&wanted), Some(Fit::Repository));
        let mut before = address(&host).fit(&wanted);
        prop_assert_eq!(before, Some(Fit::Host));
        for length in 1..parts.len() {
            let path = parts[..length].join("/");
            for suffix in ["", "/*"] {
                let fit = address(&format!("{host}/{path}{suffix}")).fit(&wanted);
                prop_assert!(fit > before, "{} {}", path, suffix);
                before = fit;
            }
        }
    }
}
