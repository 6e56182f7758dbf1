//! How docker, podman, skopeo and helm are set up.

use crate::instructions::{MASK, Place, Purpose, Snippet};

/// What is pushed where there is no image yet.
const IMAGE: &str = "my-image";
const CHART: &str = "my-chart";

/// What each client is told, to push an image or to pull one.
pub(super) fn images(place: &Place<'_>) -> Vec<Snippet> {
    let name = place.package.unwrap_or(IMAGE);
    let image = format!("{}/{name}{}", place.bare_url(), reference(place));
    let local = format!("{name}:latest");
    let plain = is_plain(place);
    let tls = if plain { " --tls-verify=false" } else { "" };
    let mut all = logins(place, &[("docker", ""), ("podman", tls), ("skopeo", tls)]);
    let commands = match place.purpose {
        Purpose::Publish => [
            (
                "docker",
                "Push an image",
                format!("docker tag {local} {image}\ndocker push {image}"),
            ),
            (
                "podman",
                "Push an image",
                format!("podman push{tls} {local} {image}"),
            ),
            (
                "skopeo",
                "Push an image",
                skopeo(
                    place,
                    &format!("docker-daemon:{local}"),
                    &format!("docker://{image}"),
                    "dest",
                ),
            ),
        ],
        Purpose::Install => [
            ("docker", "Pull the image", format!("docker pull {image}")),
            (
                "podman",
                "Pull the image",
                format!("podman pull{tls} {image}"),
            ),
            (
                "skopeo",
                "Copy the image into a folder",
                skopeo(
                    place,
                    &format!("docker://{image}"),
                    &format!("oci:{}", last(name)),
                    "src",
                ),
            ),
        ],
    };
    all.extend(commands.map(|(client, title, text)| Snippet::shell(client, title, text)));
    // What belongs to one client stands together.
    all.sort_by_key(|snippet| {
        ["docker", "podman", "skopeo"]
            .iter()
            .position(|one| *one == snippet.client)
    });
    all
}

/// The same for charts.
pub(super) fn charts(place: &Place<'_>) -> Vec<Snippet> {
    let name = place.package.unwrap_or(CHART);
    let plain = if is_plain(place) { " --plain-http" } else { "" };
    let mut all = logins(place, &[("helm", plain)]);
    let url = format!("oci://{}", place.bare_url());
    let snippet = match place.purpose {
        Purpose::Publish => {
            let text = format!("helm package ./{name}\nhelm push {name}-1.0.0.tgz {url}{plain}");
            Snippet::shell("helm", "Push a chart", text)
        }
        Purpose::Install => {
            let which = match place.version {
                Some(version) if version.contains(':') => format!("{url}/{name}@{version}{plain}"),
                Some(version) => {
                    format!(
                        "{url}/{name} --version {}{plain}",
                        version.replace('_', "+")
                    )
                }
                None => format!("{url}/{name}{plain}"),
            };
            Snippet::shell(
                "helm",
                "Install the chart",
                format!("helm install {} {which}", last(name)),
            )
        }
    };
    all.push(snippet);
    all
}

/// How clients sign in, where they have to.
fn logins(place: &Place<'_>, clients: &[(&'static str, &str)]) -> Vec<Snippet> {
    if !place.needs_token() {
        return Vec::new();
    }
    let host = place.bare_url();
    let host = host.split('/').next().unwrap_or_default();
    let login = clients.iter().map(|(client, plain)| {
        let command = if *client == "helm" {
            "helm registry"
        } else {
            client
        };
        let text = format!(
            "echo {MASK} | {command} login{plain} {host} --username buildkite --password-stdin"
        );
        Snippet::shell(client, "Sign in", text)
    });
    login.collect()
}

fn skopeo(place: &Place<'_>, from: &str, to: &str, side: &str) -> String {
    let tls = if is_plain(place) {
        format!(" --{side}-tls-verify=false")
    } else {
        String::new()
    };
    format!("skopeo copy{tls} {from} {to}")
}

/// `:tag` or `@digest`.
fn reference(place: &Place<'_>) -> String {
    match place.version {
        Some(digest) if digest.contains(':') => format!("@{digest}"),
        Some(tag) => format!(":{tag}"),
        None => ":latest".to_owned(),
    }
}

/// Whether clients have to be told that the connection is not encrypted.
fn is_plain(place: &Place<'_>) -> bool {
    place.base.starts_with("http://")
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}
