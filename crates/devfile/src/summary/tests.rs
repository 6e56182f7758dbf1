//! Every devfile of a real registry, and what may come instead of one.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::*;

const GO: &str =
    include_str!("../../../../tests/fixtures/devfile-registry/stacks/go/2.6.0/devfile.yaml");

#[test]
fn a_real_devfile_is_told_down_to_its_ports() {
    let go = Summary::parse(GO).unwrap();
    assert_eq!(
        (&*go.schema_version, &*go.name, &go.parent),
        ("2.2.2", "go", &None)
    );
    let [build, deploy, runtime] = &go.components[..] else {
        panic!("{go:?}")
    };
    let image = ComponentKind::Image {
        image: "go-image:latest".to_owned(),
        dockerfile: "docker/Dockerfile".to_owned(),
    };
    assert_eq!(build.kind, image);
    let manifests = ComponentKind::Manifests {
        openshift: false,
        uri: "kubernetes/deploy.yaml".to_owned(),
    };
    assert_eq!(
        (&deploy.kind, &*deploy.endpoints[0].port),
        (&manifests, "8081")
    );
    let ComponentKind::Container {
        image,
        memory_limit,
        command,
        environment,
        ..
    } = &runtime.kind
    else {
        panic!("{runtime:?}")
    };
    assert!(image.starts_with("registry.access.redhat.com/ubi9/go-toolset:"));
    assert_eq!(
        (&**memory_limit, &**command),
        ("1024Mi", "tail -f /dev/null")
    );
    assert_eq!(environment, &["DEBUG_PORT"]);
    let ports: Vec<_> = runtime
        .endpoints
        .iter()
        .map(|e| (&*e.port, &*e.exposure, &*e.protocol))
        .collect();
    assert_eq!(
        ports,
        [("8080", "public", "https"), ("5858", "none", "http")]
    );
}

#[test]
fn a_real_devfile_is_told_down_to_its_commands() {
    let go = Summary::parse(GO).unwrap();
    let run = go
        .commands
        .iter()
        .find(|command| command.id == "run")
        .unwrap();
    assert_eq!((&*run.group, run.is_default), ("run", true));
    let exec = CommandKind::Exec {
        component: "runtime".to_owned(),
        line: "./main".to_owned(),
        folder: "${PROJECT_SOURCE}".to_owned(),
        hot_reload: false,
    };
    assert_eq!(run.kind, exec);
    let deploy = go
        .commands
        .iter()
        .find(|command| command.id == "deploy")
        .unwrap();
    let composite = CommandKind::Composite {
        commands: vec!["build-image".to_owned(), "deployk8s".to_owned()],
        parallel: false,
    };
    assert_eq!(deploy.kind, composite);
    let debug = go
        .commands
        .iter()
        .find(|command| command.id == "debug")
        .unwrap();
    assert!(matches!(&debug.kind, CommandKind::Exec { line, .. } if line.contains("\\\n")));

    let starter = &go.starter_projects[0];
    assert!(starter.is_git);
    assert_eq!(
        starter.location,
        "https://github.com/devfile-samples/devfile-stack-go.git"
    );
    assert_eq!(starter.revision, "v2.6.0");
}

#[test]
fn every_devfile_of_the_real_registry_is_understood() {
    fn walk(folder: &Path, seen: &mut usize) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, seen);
            } else if path.file_name().unwrap() == "devfile.yaml" {
                let text = std::fs::read_to_string(&path).unwrap();
                let summary = Summary::parse(&text).unwrap_or_else(|e| panic!("{path:?}: {e}"));
                let has_something = !summary.components.is_empty() || summary.parent.is_some();
                assert!(has_something, "{path:?}");
                *seen += 1;
            }
        }
    }
    let mut seen = 0;
    walk(
        Path::new("../../tests/fixtures/devfile-registry/stacks"),
        &mut seen,
    );
    assert_eq!(seen, 90);
}

#[test]
fn what_is_no_devfile_is_an_error() {
    assert!(matches!(
        Summary::parse("a: [b"),
        Err(SummaryError::NotYaml(_))
    ));
    for text in ["", "hello", "- a\n- b", "a: 1", "7"] {
        let refused = Summary::parse(text);
        assert!(
            matches!(
                refused,
                Err(SummaryError::NotADevfile | SummaryError::NotYaml(_))
            ),
            "{text}: {refused:?}"
        );
    }
    assert_eq!(
        Summary::parse(&" ".repeat(MAX_BYTES + 1)),
        Err(SummaryError::TooLarge)
    );
}

#[test]
fn strange_parts_are_passed_over() {
    let text = "schemaVersion: 2.3.0\nmetadata: []\ncomponents: [1, {name: a}, {name: b, plugin: {id: x}}]\n\
                commands: {}\nstarterProjects: [{name: z, zip: {location: 'https://h/z.zip'}}]\nevents: {preStop: [x]}\n";
    let summary = Summary::parse(text).unwrap();
    assert_eq!(summary.components.len(), 1);
    assert_eq!(
        summary.components[0].kind,
        ComponentKind::Other("plugin".to_owned())
    );
    assert_eq!(summary.starter_projects[0].location, "https://h/z.zip");
    assert!(!summary.starter_projects[0].is_git);
    assert_eq!(summary.events[0].when, "preStop");
}

#[test]
fn a_small_text_does_not_become_a_huge_one() {
    let mut text = "schemaVersion: 2.2.0\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        let many = vec![alias; 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{many}]").unwrap();
    }
    assert!(matches!(
        Summary::parse(&text),
        Err(SummaryError::NotYaml(_))
    ));
    let deep = format!("schemaVersion: 2.2.0\na: {}", "[".repeat(100_000));
    assert!(matches!(
        Summary::parse(&deep),
        Err(SummaryError::NotYaml(_))
    ));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = Summary::parse(&text);
    }

    #[test]
    fn a_real_devfile_cut_anywhere_does_no_harm(end in 0..GO.len()) {
        if let Some(part) = GO.get(..end) {
            let _ = Summary::parse(part);
        }
    }
}
