//! Which tool calls. Docker's protocol does not say, but the system knows who started this.

/// What is said where the system does not tell: the tool whose protocol it is.
const DOCKER: &str = "docker";

/// The tools that are told apart. Others are taken for docker.
const TOOLS: [&str; 9] = [
    "buildah", "cosign", "crane", "helm", "nerdctl", "oras", "podman", "regctl", "skopeo",
];

/// The tool that started this process.
pub(crate) fn tool() -> &'static str {
    parent().map_or(DOCKER, |parent| named(&parent))
}

fn named(process: &str) -> &'static str {
    let process = process.trim_end();
    let known = TOOLS.into_iter().find(|tool| *tool == process);
    known.unwrap_or(DOCKER)
}

/// The name of the process that started this one, where that is easily known.
#[cfg(target_os = "linux")]
fn parent() -> Option<String> {
    let id = std::os::unix::process::parent_id();
    std::fs::read_to_string(format!("/proc/{id}/comm")).ok()
}

#[cfg(not(target_os = "linux"))]
const fn parent() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn known_tools_have_their_name_and_others_are_docker() {
        for (process, tool) in [
            ("skopeo\n", "skopeo"),
            ("podman\n", "podman"),
            ("docker\n", "docker"),
            ("docker-buildx\n", "docker"),
            ("my-script.sh", "docker"),
        ] {
            assert_eq!(named(process), tool);
        }
    }
}
