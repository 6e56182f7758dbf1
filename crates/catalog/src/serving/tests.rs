use jiff::Timestamp;
use registrar_registry::{ContainerAddress, Fit, ImageReference};

use crate::{Catalog, Record, read};

/// A catalog of container registries, each named after its address and what is behind a space;
/// those with a `!` at the end have a token.
fn catalog(addresses: &[&str]) -> Catalog {
    let entry = |text: &&str| {
        let address = text.split(' ').next().unwrap_or_default();
        let (address, token) = (address.trim_end_matches('!'), text.ends_with('!'));
        format!(
            "[[registry]]\nkind = \"container\"\nname = \"{text}\"\nurl = \"{address}\"\ntoken = {token}\n"
        )
    };
    let text: String = addresses.iter().map(entry).collect();
    let catalog = read::parse(&text, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(catalog.problems, []);
    catalog
}

fn names<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<&'a str> {
    let names = records.into_iter().map(|record| record.name.as_str());
    names.collect()
}

fn serving<'a>(catalog: &'a Catalog, image: &str) -> Vec<&'a str> {
    let image = ImageReference::parse(image).expect(image);
    names(
        catalog
            .serving(&image)
            .into_iter()
            .map(|(record, _)| record),
    )
}

fn for_key<'a>(catalog: &'a Catalog, key: &str) -> Option<&'a str> {
    let key = ContainerAddress::parse(key).expect(key);
    catalog.for_key(&key).map(|record| record.name.as_str())
}

#[test]
fn an_image_is_served_by_what_names_it() {
    for (record, image) in [
        ("docker.io/library/centos", "docker.io/library/centos"),
        ("docker.io", "docker.io/centos"),
        ("docker.io", "docker.io/myuser/myrepo"),
        ("docker.io/library/*", "docker.io/library/centos"),
        ("docker.io/*", "docker.io/library/centos"),
        ("gcr.io/myproject/*", "gcr.io/myproject/myuser/myrepo"),
        // Where others are served by nothing: no host, no asterisk, the port of https.
        ("docker.io/library/*", "nginx"),
        ("gcr.io/project", "gcr.io/project/app"),
        ("my-registry.com", "my-registry.com:443/app"),
    ] {
        assert_eq!(serving(&catalog(&[record]), image), [record], "{image}");
    }
}

#[test]
fn an_image_is_served_by_nothing_else() {
    for (record, image) in [
        ("docker.io", "gcr.io/myproject/myuser"),
        ("docker.io/*", "gcr.io/myproject/myuser"),
        ("docker.io/library/*", "docker.io/myuser/myrepo"),
        ("docker.io/myuser/myrepo", "docker.io/myuser/myrepo2"),
        ("registry.example.com", "registry.example.com.evil/x"),
        ("registry.example.com/*", "registry.example.com.evil/x"),
        ("gcr.io/project/*", "gcr.io/project2/app"),
    ] {
        assert!(
            serving(&catalog(&[record]), image).is_empty(),
            "{record} {image}"
        );
    }
}

#[test]
fn two_projects_of_one_host_have_a_credential_each() {
    let projects = catalog(&["gcr.io/one", "gcr.io/two", "gcr.io"]);
    assert_eq!(
        serving(&projects, "gcr.io/one/app:1"),
        ["gcr.io/one", "gcr.io"]
    );
    assert_eq!(
        serving(&projects, "gcr.io/two/app:1"),
        ["gcr.io/two", "gcr.io"]
    );
    assert_eq!(serving(&projects, "gcr.io/three/app:1"), ["gcr.io"]);
}

#[test]
fn the_closest_comes_first_wherever_it_stands() {
    let mut addresses = [
        "docker.io",
        "docker.io/a/*",
        "docker.io/*",
        "docker.io/a/b",
        "docker.io/a",
    ];
    for _ in 0..addresses.len() {
        addresses.rotate_left(1);
        // A path is as long as the same with an asterisk: the tie that others leave to chance.
        assert_eq!(
            serving(&catalog(&addresses), "docker.io/a/b"),
            [
                "docker.io/a/b",
                "docker.io/a/*",
                "docker.io/a",
                "docker.io/*",
                "docker.io"
            ]
        );
    }
    let image = ImageReference::parse("docker.io/a/b/c").unwrap();
    let catalog = catalog(&addresses);
    let (_, fit) = catalog.serving(&image)[0];
    assert_eq!(
        fit,
        Fit::Below {
            parts: 2,
            wildcard: false
        }
    );
}

#[test]
fn of_equals_the_first_in_the_file_comes_first() {
    let catalog = catalog(&["quay.io work", "ghcr.io", "quay.io home"]);
    assert_eq!(
        serving(&catalog, "quay.io/a/b"),
        ["quay.io work", "quay.io home"]
    );
}

#[test]
fn of_equals_one_with_a_token_serves_an_image_as_it_serves_a_tool() {
    let records = catalog(&["h.io anonymous", "h.io first!", "h.io second!"]);
    assert_eq!(
        serving(&records, "h.io/a"),
        ["h.io first!", "h.io second!", "h.io anonymous"]
    );
}

#[test]
fn other_kinds_serve_no_image() {
    let text = "[[registry]]\nkind = \"source\"\nname = \"s\"\nurl = \"h.io\"\n\
                [[registry]]\nkind = \"devfile\"\nname = \"d\"\nurl = \"https://h.io\"\ntoken = true\n";
    let catalog = read::parse(text, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(catalog.records.len(), 2);
    assert!(serving(&catalog, "h.io/a").is_empty());
    assert_eq!(for_key(&catalog, "h.io"), None);
}

#[test]
fn a_tool_gets_the_record_with_just_its_address() {
    let catalog = catalog(&["h.io/*!", "h.io", "h.io/a!", "h.io/a/*!", "h.io/a/b"]);
    for (key, expected) in [
        ("h.io", Some("h.io")),
        ("https://H.io/v2/", Some("h.io")),
        ("h.io/a", Some("h.io/a!")),
        ("h.io/a/b", Some("h.io/a/b")),
        ("h.io/a/b/c", Some("h.io/a/b")),
        ("h.io/a/c", Some("h.io/a/*!")),
        ("h.io/c", Some("h.io/*!")),
        ("h.io:5000", None),
        ("g.io", None),
    ] {
        assert_eq!(for_key(&catalog, key), expected, "{key}");
    }
}

#[test]
fn docker_hub_is_found_by_every_name() {
    let catalog = catalog(&["docker.io!"]);
    for key in [
        "https://index.docker.io/v1/",
        "index.docker.io",
        "docker.io",
        "registry-1.docker.io",
    ] {
        assert_eq!(for_key(&catalog, key), Some("docker.io!"), "{key}");
    }
}

#[test]
fn of_two_with_one_address_a_tool_gets_the_one_with_a_token() {
    let records = catalog(&["h.io anonymous", "h.io first!", "h.io second!"]);
    assert_eq!(for_key(&records, "h.io"), Some("h.io first!"));
    let records = catalog(&["h.io/a/* x", "h.io/a/* y!", "h.io!"]);
    assert_eq!(for_key(&records, "h.io/a/b"), Some("h.io/a/* y!"));
    // Closer counts more than a token: what is said to be anonymous is.
    let records = catalog(&["h.io/a", "h.io!"]);
    assert_eq!(for_key(&records, "h.io/a/b"), Some("h.io/a"));
}

#[test]
fn a_host_stands_for_its_only_part_with_a_token() {
    let only = catalog(&["gcr.io/one!", "gcr.io/two", "quay.io/x!"]);
    assert_eq!(for_key(&only, "gcr.io"), Some("gcr.io/one!"));
    assert_eq!(for_key(&only, "gcr.io/three"), None);
    assert_eq!(for_key(&only, "ghcr.io"), None);
    let two = catalog(&["gcr.io/one!", "gcr.io/two/*!"]);
    assert_eq!(for_key(&two, "gcr.io"), None);
    let none = catalog(&["gcr.io/one"]);
    assert_eq!(for_key(&none, "gcr.io"), None);
    let whole = catalog(&["gcr.io/one!", "gcr.io"]);
    assert_eq!(for_key(&whole, "gcr.io"), Some("gcr.io"));
}
