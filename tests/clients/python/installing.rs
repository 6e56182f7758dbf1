//! Installing with pip and uv.

use std::fs;

use registrar_hosting::instructions::Purpose;

use super::packages::{sdist, wheel};
use crate::hosted::Hosted;

#[test]
fn every_client_installs_as_the_window_says() {
    let hosted = Hosted::python();
    hosted.publish(&[
        &wheel("demo", "1.0", "hello", &["helper>=1"]),
        &wheel("helper", "1.5", "help", &[]),
    ]);
    let line = hosted.instructions(Purpose::Install, "pip", None, &hosted.reader);
    hosted
        .shell(&line.replace("pip install", "pip install --no-cache-dir --target by-pip"))
        .ok();
    assert_eq!(hosted.value("by-pip"), "hello");
    let conf = hosted.instructions(Purpose::Install, "pip", Some("pip.conf"), &hosted.reader);
    fs::write(hosted.path("pip.conf"), conf).unwrap();
    hosted
        .shell("PIP_CONFIG_FILE=pip.conf pip install --no-cache-dir --target by-conf demo")
        .ok();
    assert_eq!(hosted.value("by-conf"), "hello");
    let index = hosted.instructions(
        Purpose::Install,
        "uv",
        Some("pyproject.toml"),
        &hosted.reader,
    );
    let project = format!(
        "[project]\nname = \"mine\"\nversion = \"0\"\nrequires-python = \">=3.9\"\n\n{index}"
    );
    fs::create_dir(hosted.path("mine")).unwrap();
    fs::write(hosted.path("mine/pyproject.toml"), project).unwrap();
    let add = hosted.instructions(Purpose::Install, "uv", None, &hosted.reader);
    let add = format!("unset UV_NO_CONFIG; cd mine; {add}");
    hosted.shell(&add).ok();
    let ran = hosted
        .shell("mine/.venv/bin/python -c 'import demo, helper; print(demo.value, helper.value)'");
    assert_eq!(ran.ok().trim(), "hello help");
    let locked = fs::read_to_string(hosted.path("mine/uv.lock")).unwrap();
    assert!(
        !locked.contains(&hosted.reader),
        "a token is in the lock file"
    );
}

#[test]
fn a_private_registry_is_open_to_its_tokens_and_a_public_one_to_all() {
    let mut hosted = Hosted::python();
    hosted.publish(&[&wheel("demo", "1.0", "hello", &[])]);
    let (reader, writer) = (hosted.reader.clone(), hosted.writer.clone());
    for (at, token) in ["", "bkua_wrong"].iter().enumerate() {
        hosted.pip(&format!("no-pip-{at}"), token, "demo").failed();
        hosted.uv(&format!("no-uv-{at}"), token, "demo").failed();
    }
    for (at, token) in [&reader, &writer].iter().enumerate() {
        hosted.pip(&format!("pip-{at}"), token, "demo").ok();
        hosted.uv(&format!("uv-{at}"), token, "demo").ok();
        assert_eq!(hosted.value(&format!("uv-{at}")), "hello");
    }
    hosted.make_public();
    hosted.pip("open-pip", "", "demo").ok();
    hosted.uv("open-uv", "", "demo").ok();
    assert_eq!(hosted.value("open-pip"), "hello");
}

#[test]
fn a_yanked_version_is_taken_only_by_those_who_ask_for_it() {
    let hosted = Hosted::python();
    hosted.publish(&[
        &wheel("demo", "0.9", "old", &[]),
        &wheel("demo", "1.0", "new", &[]),
    ]);
    let yank = format!(
        "curl --fail -X POST -u buildkite:{} {}pypi/demo/1.0/yank -d '{{\"reason\": \"burns\"}}'",
        hosted.writer,
        hosted.upload()
    );
    hosted.shell(&yank).ok();
    hosted.pip("pip-any", &hosted.reader, "demo").ok();
    hosted.uv("uv-any", &hosted.reader, "demo").ok();
    assert_eq!(
        (hosted.value("pip-any"), hosted.value("uv-any")),
        ("old".to_owned(), "old".to_owned())
    );
    let pip = hosted.pip("pip-exact", &hosted.reader, "demo==1.0");
    let uv = hosted.uv("uv-exact", &hosted.reader, "demo==1.0");
    pip.ok();
    uv.ok();
    assert!(
        pip.stderr.contains("burns") && uv.stderr.contains("burns"),
        "{pip:?} {uv:?}"
    );
    assert_eq!(hosted.value("uv-exact"), "new");
    let back = yank.replace("-X POST", "-X DELETE");
    hosted.shell(&back).ok();
    hosted.uv("uv-back", &hosted.reader, "demo").ok();
    assert_eq!(hosted.value("uv-back"), "new");
}

#[test]
fn a_resolution_needs_no_wheel() {
    let hosted = Hosted::python();
    hosted.publish(&[
        &wheel("demo", "1.0", "hello", &["helper>=1"]),
        &wheel("helper", "1.5", "help", &[]),
    ]);
    let index = hosted.index(&hosted.reader);
    let line =
        format!("echo demo | uv pip compile --no-cache --no-header --default-index {index} -");
    let resolved = hosted.shell(&line);
    assert!(resolved.ok().contains("helper==1.5"), "{resolved:?}");
    let dry =
        format!("pip install --no-cache-dir --dry-run --ignore-installed --index-url {index} demo");
    assert!(hosted.shell(&dry).ok().contains("helper-1.5"));
    assert_eq!(hosted.package("demo").unwrap().downloads, 0);
    hosted.uv("here", &hosted.reader, "demo").ok();
    assert_eq!(hosted.package("demo").unwrap().downloads, 1);
}

#[test]
fn a_wheel_and_a_source_distribution_of_one_version_stand_side_by_side() {
    let hosted = Hosted::python();
    hosted.publish(&[
        &wheel("demo", "1.0", "wheel", &[]),
        &sdist("demo", "1.0", "source"),
    ]);
    assert_eq!(hosted.package("demo").unwrap().versions, 1);
    hosted.pip("wheel", &hosted.reader, "demo").ok();
    hosted
        .pip("pip-source", &hosted.reader, "--no-binary demo demo")
        .ok();
    hosted
        .uv("uv-source", &hosted.reader, "--no-binary demo demo")
        .ok();
    let values = ["wheel", "pip-source", "uv-source"].map(|folder| hosted.value(folder));
    assert_eq!(values, ["wheel", "source", "source"]);
}

#[test]
fn a_file_that_is_not_what_the_index_says_is_not_installed() {
    let hosted = Hosted::python();
    hosted.publish(&[&wheel("demo", "1.0", "hello", &[])]);
    // The first entry's time, which no checksum of the archive covers.
    hosted.damage("demo", 11);
    let pip = hosted.pip("by-pip", &hosted.reader, "demo");
    assert!(pip.failed().contains("HASHES"), "{pip:?}");
    let uv = hosted.uv("by-uv", &hosted.reader, "demo");
    assert!(uv.failed().contains("Hash mismatch"), "{uv:?}");
    assert_eq!(hosted.damaged(), 1);
}
