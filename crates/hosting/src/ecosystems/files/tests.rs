//! Names of plain files.

use super::FileName;

fn parts(name: &str) -> Option<(String, String)> {
    let name = FileName::parse(name).ok()?;
    Some((name.package().to_owned(), name.version().to_owned()))
}

fn is(name: &str, package: &str, version: &str) {
    let expected = Some((package.to_owned(), version.to_owned()));
    assert_eq!(parts(name), expected, "{name}");
}

#[test]
fn a_name_is_base_version_and_extension() {
    is("my-app-1.0.0.zip", "my-app", "1.0.0");
    is("firmware-2.3.1-beta.1.bin", "firmware", "2.3.1-beta.1");
    is("tool-1.0.0.tar.gz", "tool", "1.0.0");
    is(
        "tool-1.0.0-rc.1+build.5.tar.xz",
        "tool",
        "1.0.0-rc.1+build.5",
    );
    is("A1-0.0.1.sha256", "A1", "0.0.1");
    is("arm-64-1.2.3.bin", "arm-64", "1.2.3");
}

#[test]
fn other_names_are_refused_with_the_form_that_is_expected() {
    for name in [
        "",
        "app.zip",
        "app-1.0.zip",
        "app-1.0.0",
        "app-v1.0.0.zip",
        "-1.0.0.zip",
        "my_app-1.0.0.zip",
        "../app-1.0.0.zip",
        "app-1.0.0.",
        "app-01.0.0.zip",
        "äpp-1.0.0.zip",
    ] {
        let refused = FileName::parse(name).unwrap_err().to_string();
        assert!(
            refused.contains("{BASENAME}-{SEMVER}.{EXT}"),
            "{name}: {refused}"
        );
    }
}

#[test]
fn nothing_but_a_dot_stands_before_an_extension_of_two_parts() {
    for name in [
        "a-1.0.0/tar.gz",
        "a-1.0.0\"tar.gz",
        "a-1.0.0xtar.gz",
        "a-1.0.0\u{e9}tar.gz",
    ] {
        assert!(FileName::parse(name).is_err(), "{name}");
    }
    assert_eq!(
        FileName::parse("a-1.0.0.tar.gz").unwrap().version(),
        "1.0.0"
    );
}
