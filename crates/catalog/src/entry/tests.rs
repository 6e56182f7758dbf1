use jiff::Timestamp;
use registrar_registry::Provider;

use crate::{Address, Catalog, ContainerOptions, Record, read};

fn catalog(text: &str) -> Catalog {
    read::parse(text, Timestamp::UNIX_EPOCH).unwrap()
}

/// A container registry with these further lines, the first of which is the file's line 5.
fn container(lines: &str) -> Catalog {
    catalog(&format!(
        "[[registry]]\nkind = \"container\"\nname = \"a\"\nurl = \"h.io\"\n{lines}\n"
    ))
}

fn only(catalog: &Catalog) -> &Record {
    assert_eq!(catalog.problems, []);
    &catalog.records[0]
}

#[test]
fn kind_name_and_url_are_enough() {
    let catalog = container("");
    let record = only(&catalog);
    assert_eq!(record.url, Address::Container("h.io".parse().unwrap()));
    assert_eq!(record.container, ContainerOptions::default());
    assert_eq!(
        (record.token, record.allow_http, record.expires),
        (false, false, None)
    );
    assert_eq!(record.user, None);
    assert_eq!(catalog.incomplete, [record.id]);
}

#[test]
fn every_key_is_read() {
    let catalog = container(
        r#"type = "gitlab"
user = "gitlab+deploy-token-1"
token = true
expires = "2027-01-31"
insecure = true
allow_http = true
client_certificate = "/etc/pki/me.crt"
client_key = "/etc/pki/me.key"
token_server = "https://login.example/jwt/auth"
added_by = "docker""#,
    );
    let record = only(&catalog);
    let options = &record.container;
    assert_eq!(options.provider, Some(Provider::Gitlab));
    assert!(options.insecure && record.allow_http && record.token);
    assert_eq!(record.expires.unwrap().to_string(), "2027-01-31");
    let files = options.client_certificate.as_ref().unwrap();
    assert_eq!(files.certificate.to_str(), Some("/etc/pki/me.crt"));
    assert_eq!(files.key.to_str(), Some("/etc/pki/me.key"));
    let server = options.token_server.as_ref().unwrap();
    assert_eq!(server.as_str(), "https://login.example/jwt/auth");
    assert_eq!(options.added_by.as_deref(), Some("docker"));
}

#[test]
fn a_day_may_be_a_date_of_toml() {
    let catalog = container("expires = 2027-01-31");
    assert_eq!(only(&catalog).expires.unwrap().to_string(), "2027-01-31");
}

#[test]
fn an_address_may_be_written_as_people_write_it() {
    for (written, address) in [
        ("https://Registry.Example.com/v2/", "registry.example.com"),
        ("index.docker.io", "docker.io"),
        ("ghcr.io/Org/App:v1", "ghcr.io/org/app"),
        ("gcr.io/project/*", "gcr.io/project/*"),
    ] {
        let text =
            format!("[[registry]]\nkind = \"container\"\nname = \"a\"\nurl = \"{written}\"\n");
        assert_eq!(only(&catalog(&text)).url.text(), address);
    }
}

#[test]
fn a_wrong_value_is_reported_with_its_line() {
    for (lines, line, needle) in [
        ("type = \"dockerhub\"", 5, "docker_hub"),
        ("type = 1", 5, "text in quotes"),
        ("insecure = \"yes\"", 5, "true or false"),
        ("\nexpires = \"soon\"", 6, "a day like"),
        ("expires = \"2027-02-30\"", 5, "a day like"),
        ("expires = 2027", 5, "a day like"),
        ("expires = 17:00:00", 5, "a day like"),
        ("client_certificate = \"me.crt\"", 5, "absolute path"),
        (
            "client_certificate = \"/me.crt\"",
            1,
            "add a line client_key = ",
        ),
        (
            "client_key = \"/me.key\"",
            1,
            "add a line client_certificate = ",
        ),
        (
            "token_server = \"login.example\"",
            5,
            "begins with https://",
        ),
        (
            "token_server = \"ftp://login.example/\"",
            5,
            "begins with https://",
        ),
        (
            "token_server = \"https://u@login.example/\"",
            5,
            "without user",
        ),
        (
            "token_server = \"https://login.example/?a\"",
            5,
            "without user, ?",
        ),
        ("token_server = \"https://login.example/#a\"", 5, "? and #"),
        ("added_by = \"\"", 5, "empty"),
        ("user = \"\"", 5, "empty"),
    ] {
        let catalog = container(lines);
        assert_eq!(catalog.records, [], "{lines}");
        let [problem] = &catalog.problems[..] else {
            panic!("{lines}: {:?}", catalog.problems)
        };
        assert_eq!(problem.line, line, "{lines}");
        assert!(
            problem.message.contains(needle),
            "{lines}: {}",
            problem.message
        );
    }
}

#[test]
fn an_address_that_is_none_is_a_problem_of_its_entry_alone() {
    for (url, needle) in [
        ("", "type something like registry.example.com"),
        ("registry.example.com*", "asterisk"),
        ("https://bob:hunter2@h.io", "user name or password"),
        ("h.io:99999", "port"),
        ("http://h.io", "allow_http = true"),
        ("http://h.io:443", "remove either"),
    ] {
        let catalog = catalog(&format!(
            "[[registry]]\nkind = \"container\"\nname = \"a\"\nurl = \"{url}\"\n\
             [[registry]]\nkind = \"container\"\nname = \"b\"\nurl = \"h.io\"\n"
        ));
        assert_eq!(catalog.records.len(), 1, "{url}");
        let [problem] = &catalog.problems[..] else {
            panic!("{url}: {:?}", catalog.problems)
        };
        assert_eq!(problem.line, 4, "{url}");
        assert!(
            problem.message.contains(needle),
            "{url}: {}",
            problem.message
        );
        assert!(!problem.message.contains("hunter2"));
    }
}

#[test]
fn plain_http_may_be_written_into_the_address() {
    let text = "[[registry]]\nkind = \"container\"\nname = \"a\"\nurl = \"http://h.io:5000\"\nallow_http = true\n";
    let catalog = catalog(text);
    assert_eq!(only(&catalog).url.text(), "h.io:5000");
    assert!(only(&catalog).allow_http);
}

#[test]
fn other_kinds_may_use_these_words_for_something_else() {
    for (kind, url) in [("devfile", "https://h.io"), ("source", "anything")] {
        let catalog = catalog(&format!(
            "[[registry]]\nkind = \"{kind}\"\nname = \"a\"\nurl = \"{url}\"\n\
             type = 1\ninsecure = \"x\"\nclient_certificate = \"x\"\ntoken_server = []\nadded_by = 1\n"
        ));
        assert_eq!(only(&catalog).container, ContainerOptions::default());
    }
}

#[test]
fn a_token_of_any_kind_may_expire() {
    let text = "[[registry]]\nkind = \"devfile\"\nname = \"a\"\nurl = \"https://h\"\nexpires = \"2027-01-31\"\n";
    assert!(only(&catalog(text)).expires.is_some());
}

/// A container registry at AWS with these further lines.
fn ecr(lines: &str) -> Catalog {
    catalog(&format!(
        "[[registry]]\nkind = \"container\"\nname = \"a\"\n\
         url = \"123456789012.dkr.ecr.eu-west-1.amazonaws.com\"\n{lines}\n"
    ))
}

#[test]
fn a_clouds_sign_in_is_read() {
    let catalog = ecr(r#"credentials = "aws_machine"
aws_profile = "work"
aws_role = "arn:aws:iam::123456789012:role/x"
aws_external_id = "ext""#);
    let record = only(&catalog);
    let cloud = record.container.cloud.as_ref().unwrap();
    let role = cloud.role.as_ref().unwrap();
    assert_eq!(cloud.profile.as_deref(), Some("work"));
    assert_eq!(role.external_id(), Some("ext"));
    assert!(record.signs_in());
    assert!(!only(&ecr("credentials = \"aws_keys\"")).signs_in());
}

#[test]
fn a_clouds_credentials_stay_with_the_cloud() {
    for (catalog, said) in [
        (
            container("credentials = \"aws_machine\""),
            "registries of AWS",
        ),
        (
            ecr("credentials = \"azure_machine\""),
            "registries of Azure",
        ),
        (
            ecr("credentials = \"aws_machine\"\ninsecure = true"),
            "verified connection",
        ),
        (
            ecr("credentials = \"aws_machine\"\nallow_http = true"),
            "verified connection",
        ),
        (ecr("credentials = \"aws\""), "must be one of"),
        (
            ecr("credentials = \"aws_machine\"\naws_role = \"x\""),
            "arn:aws:iam",
        ),
    ] {
        let problem = &catalog.problems[0];
        assert!(problem.message.contains(said), "{problem:?}");
        assert!(catalog.records.is_empty());
    }
}
