use std::{collections::BTreeMap, ffi::OsString};

use registrar_registry::Secret;

use super::{Answer, Credential, Credentials, Key, Refusal, serve};

/// Credentials in memory, with a switch for a locked keychain.
#[derive(Default)]
struct Shelf {
    entries: BTreeMap<Key, Credential>,
    locked: bool,
}

impl Shelf {
    fn refuse_if_locked(&self) -> Result<(), Refusal> {
        let refusal = Refusal("the keychain is locked: unlock it in Registrar".to_owned());
        if self.locked { Err(refusal) } else { Ok(()) }
    }
}

impl Credentials for Shelf {
    fn get(&mut self, key: &Key) -> Result<Option<Credential>, Refusal> {
        let found = self.entries.get(key).cloned();
        found
            .map(|found| self.refuse_if_locked().map(|()| found))
            .transpose()
    }

    fn store(&mut self, key: &Key, credential: Credential) -> Result<(), Refusal> {
        self.refuse_if_locked()?;
        self.entries.insert(key.clone(), credential);
        Ok(())
    }

    fn erase(&mut self, key: &Key) -> Result<(), Refusal> {
        self.entries.remove(key);
        Ok(())
    }

    fn list(&mut self) -> Vec<(Key, String)> {
        let entries = self.entries.iter();
        entries
            .map(|(key, credential)| (key.clone(), credential.user.clone()))
            .collect()
    }
}

fn call_with(shelf: &mut Shelf, arguments: &[&str], input: &[u8]) -> (u8, String) {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    let Answer { output, code } = serve(&arguments, input, shelf);
    (code, output.expose_text().unwrap().to_owned())
}

fn call(shelf: &mut Shelf, verb: &str, input: &str) -> (u8, String) {
    call_with(shelf, &[verb], input.as_bytes())
}

fn store(shelf: &mut Shelf, server: &str, user: &str, secret: &str) {
    let input = serde_json::json!({"ServerURL": server, "Username": user, "Secret": secret});
    assert_eq!(call(shelf, "store", &input.to_string()), (0, String::new()));
}

fn got(shelf: &mut Shelf, server: &str) -> serde_json::Value {
    let (code, output) = call(shelf, "get", server);
    assert_eq!(code, 0, "{output}");
    assert!(output.ends_with('\n'));
    serde_json::from_str(&output).unwrap()
}

#[test]
fn what_was_stored_is_got_listed_and_erased() {
    let mut shelf = Shelf::default();
    store(&mut shelf, "ghcr.io", "ada", "first");
    store(&mut shelf, "ghcr.io", "ada", "second");
    let expected =
        serde_json::json!({"ServerURL": "ghcr.io", "Username": "ada", "Secret": "second"});
    assert_eq!(got(&mut shelf, "ghcr.io\n"), expected);
    assert_eq!(
        call(&mut shelf, "list", "unused"),
        (0, "{\"ghcr.io\":\"ada\"}\n".to_owned())
    );
    assert_eq!(call(&mut shelf, "erase", "ghcr.io"), (0, String::new()));
    assert_eq!(call(&mut shelf, "list", "unused"), (0, "{}\n".to_owned()));
}

#[test]
fn nothing_there_is_said_in_the_words_that_clients_compare() {
    let mut shelf = Shelf::default();
    let (code, output) = call(&mut shelf, "get", "quay.io");
    assert_eq!(
        (code, output.trim()),
        (1, "credentials not found in native keychain")
    );
    assert_eq!(call(&mut shelf, "erase", "quay.io"), (0, String::new()));
}

#[test]
fn missing_parts_are_named_in_the_reference_helpers_words() {
    let mut shelf = Shelf::default();
    let cases = [
        ("get", "", "no credentials server URL"),
        ("get", " \n", "no credentials server URL"),
        ("get", "https://", "no credentials server URL"),
        ("erase", "\n", "no credentials server URL"),
        (
            "store",
            r#"{"Username":"u","Secret":"s"}"#,
            "no credentials server URL",
        ),
        (
            "store",
            r#"{"ServerURL":"h","Secret":"s"}"#,
            "no credentials username",
        ),
    ];
    for (verb, input, message) in cases {
        let (code, output) = call(&mut shelf, verb, input);
        assert_eq!((code, output.trim()), (1, message), "{verb} {input:?}");
    }
    assert!(shelf.entries.is_empty());
}

#[test]
fn wrong_calls_print_the_usage_or_name_the_verb() {
    let mut shelf = Shelf::default();
    let usage = "Usage: docker-credential-registrar <store|get|erase|list|version>\n";
    for arguments in [&[][..], &["get", "list"]] {
        assert_eq!(call_with(&mut shelf, arguments, b""), (1, usage.to_owned()));
    }
    assert_eq!(call(&mut shelf, "--help", ""), (0, usage.to_owned()));
    let unknown = "docker-credential-registrar: unknown action: foo\n";
    assert_eq!(call(&mut shelf, "foo", ""), (1, unknown.to_owned()));
    for verb in ["version", "--version", "-v"] {
        let (code, output) = call(&mut shelf, verb, "");
        let version = output.strip_prefix("docker-credential-registrar (");
        assert_eq!((code, version.is_some()), (0, true), "{output}");
    }
}

#[test]
fn secrets_of_every_kind_survive() {
    let mut shelf = Shelf::default();
    let long = "x".repeat(5000);
    let longest = "\u{1}".repeat(Secret::MAX_BYTES);
    for secret in [
        "a b",
        "50%",
        "\"quoted\" 'too'",
        "a&b<c>",
        "🦀",
        "line\nbreak",
        "",
        &long,
        &longest,
    ] {
        store(&mut shelf, "host:5000", "u", secret);
        assert_eq!(got(&mut shelf, "host:5000")["Secret"], secret);
    }
}

#[test]
fn an_identity_token_keeps_its_mark() {
    let mut shelf = Shelf::default();
    store(&mut shelf, "myregistry.azurecr.io", "<token>", "refresh");
    assert_eq!(
        got(&mut shelf, "myregistry.azurecr.io")["Username"],
        super::IDENTITY_TOKEN_USER
    );
}

#[test]
fn more_fields_are_tolerated_and_dropped() {
    let mut shelf = Shelf::default();
    let input = r#"{"ServerURL":"h","Username":"u","Secret":"s","Extra":{"a":[1]}}"#;
    assert_eq!(call(&mut shelf, "store", input).0, 0);
    assert_eq!(
        got(&mut shelf, "h"),
        serde_json::json!({"ServerURL":"h","Username":"u","Secret":"s"})
    );
}

#[test]
fn too_much_or_unreadable_input_is_refused_without_repeating_it() {
    let mut shelf = Shelf::default();
    let secret = "y".repeat(Secret::MAX_BYTES + 1);
    let big = serde_json::json!({"ServerURL": "h", "Username": "u", "Secret": secret}).to_string();
    let huge = "z".repeat(5 * 1024 * 1024);
    let cases: [(&str, &[u8], &str); 4] = [
        (
            "store",
            big.as_bytes(),
            "the secret is too long: it exceeds 65536 bytes",
        ),
        (
            "get",
            huge.as_bytes(),
            "the request is too long: it exceeds 1048576 bytes",
        ),
        ("get", b"h\xff", "the request is not UTF-8 text"),
        (
            "store",
            br#"{"Secret":"hunter2" oops"#,
            "the credentials to store are not the JSON that was expected",
        ),
    ];
    for (verb, input, message) in cases {
        let (code, output) = call_with(&mut shelf, &[verb], input);
        assert_eq!((code, output.trim()), (1, message));
    }
}

#[test]
fn a_secret_that_is_not_text_is_refused() {
    let mut shelf = Shelf::default();
    let credential = Credential {
        user: "u".to_owned(),
        secret: Secret::new([0xff]),
    };
    shelf.entries.insert(Key::parse("h").unwrap(), credential);
    assert_eq!(call(&mut shelf, "get", "h").0, 1);
}

#[test]
fn a_locked_keychain_stops_only_what_needs_it() {
    let mut shelf = Shelf::default();
    store(&mut shelf, "ghcr.io", "ada", "secret");
    shelf.locked = true;
    let locked = "the keychain is locked: unlock it in Registrar\n";
    assert_eq!(call(&mut shelf, "get", "ghcr.io"), (1, locked.to_owned()));
    assert_eq!(call(&mut shelf, "list", "").0, 0);
    let (code, output) = call(&mut shelf, "get", "docker.io");
    assert_eq!(
        (code, output.trim()),
        (1, "credentials not found in native keychain")
    );
}

#[test]
fn every_spelling_of_docker_hub_is_one_registry() {
    let mut shelf = Shelf::default();
    store(&mut shelf, "https://index.docker.io/v1/", "ada", "pat");
    let spellings = [
        "docker.io",
        "index.docker.io",
        "registry-1.docker.io",
        "registry.hub.docker.com",
        "https://index.docker.io/v1/",
        "https://index.docker.io/v2/",
        "http://docker.io",
        "DOCKER.IO/",
    ];
    for spelling in spellings {
        let answer = got(&mut shelf, spelling);
        assert_eq!(answer["Secret"], "pat");
        assert_eq!(
            answer["ServerURL"], spelling,
            "the client looks the answer up by its own words"
        );
    }
    let listed = "{\"https://index.docker.io/v1/\":\"ada\"}\n";
    assert_eq!(call(&mut shelf, "list", ""), (0, listed.to_owned()));
}

#[test]
fn docker_s_own_tokens_are_not_the_password_of_the_hub() {
    let mut shelf = Shelf::default();
    store(&mut shelf, "docker.io", "ada", "pat");
    for token in ["access-token", "refresh-token"] {
        let server = format!("https://index.docker.io/v1/{token}");
        assert_eq!(call(&mut shelf, "get", &server).0, 1);
        store(&mut shelf, &server, "ada", token);
        assert_eq!(got(&mut shelf, &server)["Secret"], token);
        assert!(Key::parse(&server).unwrap().is_hub_token());
    }
    assert_eq!(got(&mut shelf, "docker.io")["Secret"], "pat");
}

#[test]
fn spellings_of_other_hosts_are_one_too() {
    let cases = [
        ("https://ghcr.io/v2/", "ghcr.io"),
        ("HTTP://GHCR.IO", "ghcr.io"),
        ("localhost:5000///", "localhost:5000"),
        ("[::1]:5000/v1", "[::1]:5000"),
        ("https://quay.io/Org/Repo/", "quay.io/Org/Repo"),
        ("docker.io/library", "docker.io/library"),
        ("v2.example.com/v2", "v2.example.com"),
    ];
    for (spelling, canonical) in cases {
        assert_eq!(
            Key::parse(spelling).unwrap().as_str(),
            canonical,
            "{spelling}"
        );
    }
}

#[test]
fn a_key_that_is_read_again_is_the_same_key() {
    for spelling in ["https://http://h", "h/v1/v2/", "https:// h /v2 /"] {
        let key = Key::parse(spelling).unwrap();
        assert_eq!(key.as_str(), "h", "{spelling}");
        assert_eq!(Key::parse(key.as_str()), Ok(key));
    }
    let endless = format!("{}h", "https://".repeat(100_000));
    assert_eq!(Key::parse(&endless).unwrap().as_str(), "h");
}

#[test]
fn docker_logout_s_four_spellings_erase_one_entry() {
    for spelling in ["h:5000", "http://h:5000", "https://h:5000"] {
        let mut shelf = Shelf::default();
        store(&mut shelf, "h:5000", "u", "s");
        assert_eq!(call(&mut shelf, "erase", spelling).0, 0);
        assert!(shelf.entries.is_empty(), "{spelling}");
    }
}
