//! How another computer is told to trust this one, client by client.

use super::Authority;
use crate::instructions::Snippet;

/// The file that every instruction has the authority in.
const FILE: &str = "registrar-ca.pem";

/// What to run on another computer, where `host` (with its port) is how it reaches this one: fetch
/// the authority, compare its fingerprint, and make one's programs trust it.
pub fn instructions(host: &str, authority: &Authority) -> Vec<Snippet> {
    let mut all = fetch(host, authority);
    all.extend(systems());
    all.extend(package_managers());
    all.extend(containers(host));
    all
}

fn fetch(host: &str, authority: &Authority) -> Vec<Snippet> {
    let print = &authority.fingerprint;
    vec![Snippet::shell(
        "fetch",
        "Fetch the authority and compare its fingerprint before you trust it",
        format!(
            "curl --insecure -o {FILE} https://{host}/ca.pem\n\
             openssl x509 -in {FILE} -noout -fingerprint -sha256\n# {print}"
        ),
    )]
}

fn systems() -> Vec<Snippet> {
    let debian = "sudo cp registrar-ca.pem /usr/local/share/ca-certificates/registrar.crt\nsudo update-ca-certificates";
    let fedora = "sudo cp registrar-ca.pem /etc/pki/ca-trust/source/anchors/\nsudo update-ca-trust";
    let macos = "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain registrar-ca.pem";
    vec![
        Snippet::shell("Debian", "Debian and Ubuntu: for all programs", debian),
        Snippet::shell(
            "Fedora",
            "Fedora and its relatives: for all programs",
            fedora,
        ),
        Snippet::shell("macOS", "macOS: for all programs", macos),
        Snippet::shell(
            "Windows",
            "Windows: for all programs, as administrator",
            "certutil -addstore -f Root registrar-ca.pem",
        ),
    ]
}

fn package_managers() -> Vec<Snippet> {
    vec![
        Snippet::shell(
            "npm",
            "npm alone",
            format!("npm config set cafile \"$PWD/{FILE}\""),
        ),
        Snippet::shell(
            "pip",
            "pip alone",
            format!("pip config set global.cert \"$PWD/{FILE}\""),
        ),
        Snippet::shell(
            "uv",
            "uv, in this shell",
            format!("export SSL_CERT_FILE=\"$PWD/{FILE}\""),
        ),
        Snippet::shell(
            "twine",
            "twine, in this shell",
            format!("export TWINE_CERT=\"$PWD/{FILE}\""),
        ),
        Snippet::shell(
            "curl",
            "curl, in this shell",
            format!("export CURL_CA_BUNDLE=\"$PWD/{FILE}\""),
        ),
    ]
}

fn containers(host: &str) -> Vec<Snippet> {
    let place = |folder: &str| {
        format!("sudo mkdir -p {folder}/{host}\nsudo cp {FILE} {folder}/{host}/ca.crt")
    };
    let policy = place("/etc/containers/certs.d");
    vec![
        Snippet::shell(
            "docker",
            "docker: for this registry alone",
            place("/etc/docker/certs.d"),
        ),
        Snippet::shell(
            "podman",
            "podman and buildah: for this registry alone",
            policy.clone(),
        ),
        Snippet::shell("skopeo", "skopeo: for this registry alone", policy),
        Snippet::shell(
            "helm",
            "helm, at each command",
            format!(
                "helm registry login {host} --ca-file {FILE}\nhelm pull oci://{host}/local/REGISTRY/CHART --ca-file {FILE}"
            ),
        ),
    ]
}
