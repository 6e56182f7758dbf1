//! How another computer is told to trust this one, client by client.

use super::Authority;
use crate::instructions::Snippet;

/// The file that every instruction has the authority in.
const FILE: &str = "registrar-ca.pem";

/// What to run on another computer, where `host` (with its port) is how it reaches this one: fetch
/// the authority, compare its fingerprint, and make one's programs trust it.
pub fn instructions(host: &str, authority: &Authority) -> Vec<Snippet> {
    let mut all = fetch(host, authority);
    all.extend(systems(authority));
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

/// The system keeps the authorities of several computers, so each has a name of its own there.
fn systems(authority: &Authority) -> Vec<Snippet> {
    let own = own_name(authority);
    let debian = format!(
        "sudo cp {FILE} /usr/local/share/ca-certificates/{own}.crt\nsudo update-ca-certificates"
    );
    let fedora =
        format!("sudo cp {FILE} /etc/pki/ca-trust/source/anchors/{own}.pem\nsudo update-ca-trust");
    let macos = format!(
        "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain {FILE}"
    );
    vec![
        Snippet::shell(
            "Debian",
            "Debian and Ubuntu: for every program that asks the system",
            debian,
        ),
        Snippet::shell(
            "Fedora",
            "Fedora and its relatives: for every program that asks the system",
            fedora,
        ),
        Snippet::shell(
            "macOS",
            "macOS: for every program that asks the system",
            macos,
        ),
        Snippet::shell(
            "Windows",
            "Windows: for every program that asks the system, as administrator",
            format!("certutil -addstore -f Root {FILE}"),
        ),
    ]
}

/// The same for every address of a computer, and another one for another computer.
fn own_name(authority: &Authority) -> String {
    let print = authority.fingerprint.replace(':', "").to_ascii_lowercase();
    format!("registrar-{}", print.get(..8).unwrap_or(&print))
}

/// Most take a file in the place of all that they know: whoever follows such an instruction reaches
/// no public registry any more, and is told so.
fn package_managers() -> Vec<Snippet> {
    let file = |variable: &str| format!("export {variable}=\"$PWD/{FILE}\"");
    vec![
        Snippet::shell(
            "npm",
            "npm, pnpm and Yarn, in this shell",
            file("NODE_EXTRA_CA_CERTS"),
        ),
        Snippet::shell(
            "pip",
            "pip alone; before version 24.2, it then trusts nothing else",
            format!("pip config set global.cert \"$PWD/{FILE}\""),
        ),
        Snippet::shell(
            "uv",
            "uv, in this shell, once the system trusts the authority",
            "export UV_SYSTEM_CERTS=1",
        ),
        Snippet::shell(
            "uv",
            "uv, in this shell; it then trusts nothing else",
            file("SSL_CERT_FILE"),
        ),
        Snippet::shell(
            "twine",
            "twine, in this shell; it then trusts nothing else",
            file("TWINE_CERT"),
        ),
        Snippet::shell(
            "curl",
            "curl, in this shell; it then trusts nothing else",
            file("CURL_CA_BUNDLE"),
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
