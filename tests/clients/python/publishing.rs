//! Publishing with twine, uv and curl.

use std::fs;

use registrar_hosting::instructions::Purpose;

use super::packages::{sdist, wheel};
use crate::hosted::Hosted;

#[test]
fn every_client_publishes_as_the_window_says() {
    let hosted = Hosted::python();
    let ways = [("uv", "0.1"), ("twine", "0.2")];
    for (client, version) in ways {
        let (built, source) = (
            wheel("demo", version, client, &[]),
            sdist("demo", version, client),
        );
        hosted.build(&[&built, &source]);
        hosted
            .shell(&hosted.instructions(Purpose::Publish, client, None, &hosted.writer))
            .ok();
        hosted
            .pip(client, &hosted.reader, &format!("demo=={version}"))
            .ok();
        assert_eq!(hosted.value(client), client);
    }
    let pypirc = hosted.instructions(Purpose::Publish, "twine", Some("~/.pypirc"), &hosted.writer);
    fs::write(hosted.path(".pypirc"), pypirc).unwrap();
    hosted.build(&[&wheel("demo", "0.3", "pypirc", &[])]);
    hosted.shell("twine upload --repository py dist/*").ok();
    hosted.build(&[&wheel("my_package", "1.0", "curl", &[])]);
    let curl = hosted.instructions(Purpose::Publish, "curl", None, &hosted.writer);
    hosted.shell(&format!("{curl} --fail")).ok();
    assert_eq!(hosted.package("demo").unwrap().versions, 3);
    assert_eq!(hosted.package("My-Package").unwrap().versions, 1);
}

#[test]
fn who_may_not_publish_is_told_so() {
    let mut hosted = Hosted::python();
    hosted.build(&[&wheel("demo", "1.0", "x", &[])]);
    let reader = hosted.reader.clone();
    let tokens = [("bkua_wrong", "401"), (reader.as_str(), "403")];
    for public in [false, true] {
        for (token, status) in tokens {
            refused(&hosted, token, status);
        }
        if !public {
            hosted.make_public();
        }
    }
    assert!(hosted.package("demo").is_none());
}

/// Neither client publishes with this token, and both say why.
fn refused(hosted: &Hosted, token: &str, status: &str) {
    let words = match status {
        "401" => "A token is needed",
        _ => "This token may not",
    };
    let uv = hosted.shell(&hosted.instructions(Purpose::Publish, "uv", None, token));
    assert!(uv.failed().contains(status), "{uv:?}");
    assert!(uv.stderr.contains(words), "{uv:?}");
    let line = hosted.instructions(Purpose::Publish, "twine", None, token);
    let twine = hosted.shell(&line.replace("upload ", "upload --verbose "));
    assert_ne!(twine.code, 0, "{twine:?}");
    // It wraps its lines.
    let said = twine.stdout + &twine.stderr;
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(status) && flat.contains(words), "{said}");
}

#[test]
fn what_is_published_is_passed_over_or_refused_but_never_replaced() {
    let hosted = Hosted::python();
    let first = wheel("demo", "1.0", "first", &[]);
    hosted.publish(&[&first]);
    let twine = hosted.instructions(Purpose::Publish, "twine", None, &hosted.writer);
    let uv = hosted.instructions(Purpose::Publish, "uv", None, &hosted.writer);
    let checking = uv.replace(
        "uv publish",
        &format!("uv publish --check-url {}", hosted.index(&hosted.reader)),
    );
    // The same file again.
    let again = hosted.shell(&twine);
    again.failed();
    assert!((again.stdout + &again.stderr).contains("File already exists"));
    let again = hosted.shell(&uv);
    assert!(again.failed().contains("File already exists"), "{again:?}");
    let skipped = hosted.shell(&checking);
    skipped.ok();
    assert!(skipped.stderr.contains("already exists"), "{skipped:?}");
    // Another one of that name.
    hosted.build(&[&wheel("demo", "1.0", "second", &[])]);
    hosted.shell(&twine).failed();
    assert!(hosted.shell(&checking).failed().contains("do not match"));
    hosted.pip("here", &hosted.reader, "demo").ok();
    assert_eq!(hosted.value("here"), "first");
}

#[test]
fn of_two_publishers_at_once_exactly_one_wins() {
    let hosted = Hosted::python();
    let line = hosted.instructions(Purpose::Publish, "twine", None, &hosted.writer);
    for name in ["one", "other"] {
        let built = wheel("demo", "1.0", name, &[]);
        fs::create_dir(hosted.path(name)).unwrap();
        fs::write(hosted.path(name).join(&built.name), &built.content).unwrap();
    }
    let publish = |name: &str| hosted.shell(&line.replace("dist/*", &format!("{name}/*")));
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| publish("one"));
        let other = publish("other");
        (one.join().unwrap(), other)
    });
    let winner = match (one.code, other.code) {
        (0, 1) => "one",
        (1, 0) => "other",
        _ => panic!("{one:?} {other:?}"),
    };
    hosted.pip("here", &hosted.reader, "demo").ok();
    assert_eq!(hosted.value("here"), winner);
}

#[test]
fn a_package_that_is_not_what_it_says_is_refused_with_the_reason() {
    let hosted = Hosted::python();
    let mut built = wheel("demo", "1.0", "x", &[]);
    built.name = built.name.replace("1.0", "1.1");
    hosted.build(&[&built]);
    let said = hosted.shell(&hosted.instructions(Purpose::Publish, "uv", None, &hosted.writer));
    said.failed();
    let curl = hosted.instructions(Purpose::Publish, "curl", None, &hosted.writer);
    let curl = hosted.shell(&curl.replace("my_package-1.0", "demo-1.1"));
    assert!(curl.ok().contains("Both must be the same"), "{curl:?}");
    assert!(hosted.package("demo").is_none());
}
