//! Real curl against a registry of plain files of our own.

use std::fs;
use std::path::Path;
use std::process::Command;

use registrar_hosting::Ecosystem;
use registrar_hosting::instructions::Purpose;

use crate::hosted::Hosted;

const NAME: &str = "my-app-1.0.0.zip";

fn environment(command: &mut Command, home: &Path) {
    let path = std::env::var("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", home);
}

fn files() -> Hosted {
    Hosted::new(Ecosystem::Files, "files", environment)
}

impl Hosted {
    /// Publishes a file with that content as the window says; answers with the status.
    fn publish_file(&self, content: &str, token: &str) -> String {
        fs::write(self.path(NAME), content).unwrap();
        let line = self.says(Purpose::Publish, ("curl", None), ("my-app", None), token);
        let status = "--silent --output answer --write-out '%{http_code}'";
        self.shell(&format!("{line} {status}")).ok().to_owned()
    }

    /// Asks for the file with more to say to curl; answers with the status and the content.
    fn get_file(&self, token: &str, more: &str) -> (String, String) {
        let header = if token.is_empty() {
            String::new()
        } else {
            format!("-H 'Authorization: Bearer {token}'")
        };
        let url = format!("{}/files/{NAME}", self.url());
        let line = format!("curl -s -o got -w '%{{http_code}}' {header} {more} {url}");
        let status = self.shell(&format!("rm -f got; {line}")).ok().to_owned();
        let got = fs::read_to_string(self.path("got")).unwrap_or_default();
        (status, got)
    }
}

#[test]
fn a_file_is_published_and_downloaded_as_the_window_says() {
    let hosted = files();
    assert_eq!(hosted.publish_file("hello", &hosted.writer), "200");
    let line = hosted.says(
        Purpose::Install,
        ("curl", None),
        (NAME, None),
        &hosted.reader,
    );
    fs::remove_file(hosted.path(NAME)).unwrap();
    hosted.shell(&format!("{line} --fail")).ok();
    assert_eq!(fs::read_to_string(hosted.path(NAME)).unwrap(), "hello");
    assert_eq!(hosted.package("my-app").unwrap().downloads, 1);
}

#[test]
fn a_file_is_never_replaced_and_readers_publish_none() {
    let hosted = files();
    assert_eq!(hosted.publish_file("x", &hosted.reader), "403");
    assert_eq!(hosted.publish_file("x", "bkua_wrong"), "401");
    assert_eq!(hosted.publish_file("first", &hosted.writer), "200");
    let again = hosted.publish_file("second", &hosted.writer);
    assert!(["409", "422"].contains(&again.as_str()), "{again}");
    let got = hosted.get_file(&hosted.reader, "");
    assert_eq!(got, ("200".to_owned(), "first".to_owned()));
}

#[test]
fn a_private_file_is_nothing_to_strangers_and_a_public_one_is_for_all() {
    let mut hosted = files();
    hosted.publish_file("hello", &hosted.writer);
    for token in ["", "bkua_wrong"] {
        let (status, got) = hosted.get_file(token, "");
        assert_eq!(status, "401");
        assert!(!got.contains("hello"));
    }
    let reader = hosted.reader.clone();
    let basic = hosted.get_file("", &format!("-u anybody:{reader}"));
    assert_eq!(basic.0, "200");
    hosted.make_public();
    assert_eq!(hosted.get_file("", "").1, "hello");
}

#[test]
fn a_download_is_taken_up_where_it_broke_off() {
    let hosted = files();
    hosted.publish_file("0123456789", &hosted.writer);
    let get = |more: &str| hosted.get_file(&hosted.reader, more);
    let part = |status: &str, text: &str| (status.to_owned(), text.to_owned());
    assert_eq!(get("-r 2-4"), part("206", "234"));
    assert_eq!(get("-r -3"), part("206", "789"));
    assert_eq!(get("-r 20-").0, "416");
    let line = format!(
        "printf 0123 > got; curl -s --fail -C - -o got -H 'Authorization: Bearer {}' {}/files/{NAME}",
        hosted.reader,
        hosted.url()
    );
    hosted.shell(&line).ok();
    assert_eq!(
        fs::read_to_string(hosted.path("got")).unwrap(),
        "0123456789"
    );
}

#[test]
fn what_a_client_has_is_not_sent_again() {
    let hosted = files();
    hosted.publish_file("hello", &hosted.writer);
    let get = |more: &str| hosted.get_file(&hosted.reader, more);
    assert_eq!(get("--etag-save tag").0, "200");
    let tag = fs::read_to_string(hosted.path("tag")).unwrap();
    assert!(tag.starts_with('"') && tag.trim().ends_with('"'), "{tag}");
    assert_eq!(get("--etag-compare tag"), ("304".to_owned(), String::new()));
}
