//! Images, with what pushes and pulls them.

use std::fs;

use acceptance_support::docker_engine::DockerEngine;
use registrar_hosting::instructions::Purpose;

use crate::hosted::Hosted;

#[test]
fn skopeo_does_what_the_window_says() {
    let mut hosted = Hosted::images();
    let push = |token: &str| hosted.tells(Purpose::Publish, "skopeo", Some("1"), token);
    let wrong = hosted.shell(&push("bkua_wrong"));
    assert!(
        wrong.failed().contains("invalid username/password"),
        "{wrong:?}"
    );
    let reads = hosted.shell(&push(&hosted.reader));
    assert!(reads.failed().contains("denied"), "{reads:?}");
    hosted.shell(&push(&hosted.writer)).ok();
    let package = hosted.package("team/app").unwrap();
    assert_eq!(package.versions, 1);

    let pull = |token: &str| hosted.tells(Purpose::Install, "skopeo", Some("1"), token);
    fs::remove_file(hosted.path("auth.json")).unwrap();
    let stranger = hosted.shell(&pull(""));
    assert!(stranger.failed().contains("unauthorized"), "{stranger:?}");
    hosted.shell(&pull(&hosted.reader)).ok();
    assert!(hosted.path("app/index.json").is_file());
    let image = hosted.image("1");
    let listed = hosted.shell(&format!(
        "skopeo list-tags --tls-verify=false docker://{}",
        image.trim_end_matches(":1")
    ));
    assert!(listed.ok().contains("\"1\""), "{listed:?}");

    hosted.make_public();
    fs::remove_file(hosted.path("auth.json")).unwrap();
    fs::remove_dir_all(hosted.path("app")).unwrap();
    hosted
        .shell(&hosted.tells(Purpose::Install, "skopeo", Some("1"), ""))
        .ok();
    assert!(hosted.path("app/index.json").is_file());
}

#[test]
fn an_image_is_copied_in_another_form_and_deleted() {
    let hosted = Hosted::images();
    hosted.push_image();
    let (image, copy) = (hosted.image("1"), hosted.image("copy"));
    let tls = "--src-tls-verify=false --dest-tls-verify=false";
    hosted
        .shell(&format!(
            "skopeo copy {tls} --all --format oci docker://{image} docker://{copy}"
        ))
        .ok();
    let inspected = hosted.shell(&format!(
        "skopeo inspect --raw --tls-verify=false docker://{copy}"
    ));
    assert!(
        inspected.ok().contains("vnd.oci.image.manifest.v1"),
        "{inspected:?}"
    );
    let delete = format!("skopeo delete --tls-verify=false docker://{copy}");
    let writer = hosted.shell(&delete);
    assert!(writer.failed().contains("DENIED"), "{writer:?}");
    hosted.delete(&copy);
    assert_eq!(hosted.package("team/app").unwrap().versions, 1);
}

#[test]
fn docker_signs_in_and_reads() {
    let mut hosted = Hosted::images();
    hosted.push_image();
    let login = |token: &str| {
        let said = hosted.tells(Purpose::Install, "docker", Some("1"), token);
        said.lines().next().unwrap().to_owned()
    };
    let inspect = format!("docker manifest inspect --insecure {}", hosted.image("1"));
    hosted.shell(&login("bkua_wrong")).failed();
    hosted.shell(&inspect).failed();
    hosted.shell(&login(&hosted.reader)).ok();
    let found = hosted.shell(&inspect);
    assert!(found.ok().contains("layers"), "{found:?}");
    let host = hosted.bare();
    hosted.shell(&format!("docker logout {host}")).ok();
    hosted.shell(&inspect).failed();
    hosted.make_public();
    hosted.shell(&inspect).ok();
}

#[test]
fn docker_s_engine_does_what_the_window_says() {
    let (hosted, engine) = (Hosted::images(), DockerEngine::start());
    let shell = |text: &str| hosted.shell(&format!("export DOCKER_HOST={}\n{text}", engine.host()));
    let says = |purpose, token: &str| {
        let package = ("team/app", Some("1"));
        hosted.says(purpose, ("docker", None), package, token)
    };
    // A layer that cannot be compressed.
    shell("head -c 20000000 /dev/urandom > word").ok();
    shell("tar -c word | docker import - team/app:latest").ok();
    let push = |token: &str| shell(&says(Purpose::Publish, token));
    push("bkua_wrong").failed();
    let reads = push(&hosted.reader);
    assert!(reads.failed().contains("denied"), "{reads:?}");
    push(&hosted.writer).ok();
    assert_eq!(hosted.package("team/app").unwrap().versions, 1);

    // What is here already is not sent again, and goes from one repository to another by its name.
    let image = hosted.image("1");
    let again = shell(&format!("docker push {image}"));
    assert!(again.ok().contains("Layer already exists"), "{again:?}");
    let other = format!("{}/local/images/team/other:1", hosted.bare());
    let mounted = shell(&format!("docker tag {image} {other}\ndocker push {other}"));
    assert!(
        mounted.ok().contains("Mounted from local/images/team/app"),
        "{mounted:?}"
    );

    let host = hosted.bare();
    shell(&format!("docker logout {host}")).ok();
    shell("docker image rm --force $(docker image ls --quiet)").ok();
    let stranger = shell(&format!("docker pull {image}"));
    assert!(stranger.failed().contains("unauthorized"), "{stranger:?}");
    shell(&says(Purpose::Install, &hosted.reader)).ok();
    shell(&format!(
        "docker export $(docker create {image} none) | tar -x --to-stdout word | cmp - word"
    ))
    .ok();
}

#[test]
fn buildah_pulls_and_pushes() {
    pulls_and_pushes("buildah");
}

#[test]
fn podman_pulls_and_pushes() {
    pulls_and_pushes("podman");
}

fn pulls_and_pushes(program: &str) {
    let hosted = Hosted::images();
    hosted.push_image();
    let (image, pushed) = (hosted.image("1"), hosted.image("2"));
    let program = format!("{program} --storage-driver vfs --root $PWD/storage --runroot $PWD/run");
    let pull = format!("{program} pull --tls-verify=false {image}");
    hosted.shell(&pull).ok();
    let push = format!("{program} push --tls-verify=false {image} docker://{pushed}");
    hosted.shell(&push).ok();
    let tags = format!("skopeo inspect --tls-verify=false docker://{pushed}");
    assert!(hosted.shell(&tags).ok().contains("\"2\""));
}
