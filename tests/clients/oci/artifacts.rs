//! Files and what is attached to an image, with oras.

use std::fs;

use acceptance_support::computer::Ran;
use serde_json::Value;

use crate::hosted::Hosted;
use crate::network::{OnNetwork, assert_untrusted};

/// What `oras push`, `oras pull`, `oras attach` and `oras discover` do. Its library knows no command for
/// the last of these, so it is asked for what the command asks for.
const SCRIPT: &str = "\
import sys, time, oras.client, oras.oci
host, token, what, target, scheme = sys.argv[1:6]
# It waits for a minute before it believes that it is refused.
time.sleep = lambda seconds: None
plain = scheme == 'http'
client = oras.client.OrasClient(hostname=host, insecure=plain, auth_backend='token')
client.login(hostname=host, username='buildkite', password=token, tls_verify=not plain)
place = f'{host}/local/images/{target}'
name, _, reference = target.partition(':')
api = f'{scheme}://{host}/v2/local/images/{name}'
docker = 'application/vnd.docker.distribution.manifest.v2+json'
def ask(path, **headers):
    answer = client.do_request(f'{api}/{path}', headers=headers)
    assert answer.status_code == 200, answer.text
    return answer
if what == 'push':
    assert client.push(target=place, files=['note.txt']).status_code == 201
elif what == 'pull':
    client.pull(target=place, outdir='pulled', overwrite=True)
elif what == 'attach':
    image = ask(f'manifests/{reference}', Accept=docker)
    digest = image.headers['Docker-Content-Digest']
    subject = oras.oci.Subject(docker, digest, len(image.content))
    config = '/dev/null:application/vnd.example.note'
    pushed = client.push(target=f'{place}-note', files=['note.txt'], subject=subject, manifest_config=config)
    assert pushed.status_code == 201 and pushed.headers['OCI-Subject'] == digest, pushed.headers
elif what == 'discover':
    digest = ask(f'manifests/{reference}', Accept=docker).headers['Docker-Content-Digest']
    print(ask(f'referrers/{digest}').text)
";

impl Hosted {
    /// The same as [`Hosted::images`], with a note and what oras does.
    fn artifacts() -> Self {
        let hosted = Self::images();
        fs::write(hosted.path("note.txt"), "hello").unwrap();
        fs::write(hosted.path("notes.py"), SCRIPT).unwrap();
        hosted
    }

    /// Has oras do something with a target.
    fn oras(&self, token: &str, what: &str, target: &str) -> Ran {
        self.shell(&self.oras_line(token, what, target))
    }

    fn oras_line(&self, token: &str, what: &str, target: &str) -> String {
        let (scheme, host) = self.base.split_once("://").unwrap();
        format!("python notes.py {host} {token} {what} {target} {scheme}")
    }

    fn pulled(&self) -> String {
        fs::read_to_string(self.path("pulled/note.txt")).unwrap()
    }

    /// What is attached to the image, as oras sees it.
    fn attached(&self) -> Vec<Value> {
        let said = self.oras(&self.reader, "discover", "team/app:1");
        let index: Value = serde_json::from_str(said.ok()).unwrap();
        let manifests = index["manifests"].as_array();
        manifests.unwrap().clone()
    }
}

#[test]
fn oras_keeps_files() {
    let hosted = Hosted::artifacts();
    hosted.oras("bkua_wrong", "push", "notes:v1").failed();
    hosted.oras(&hosted.reader, "push", "notes:v1").failed();
    hosted.oras(&hosted.writer, "push", "notes:v1").ok();
    hosted.oras("bkua_wrong", "pull", "notes:v1").failed();
    hosted.oras(&hosted.reader, "pull", "notes:v1").ok();
    assert_eq!(hosted.pulled(), "hello");
    assert_eq!(hosted.package("notes").unwrap().versions, 1);
}

#[test]
fn what_oras_attaches_to_an_image_is_discovered_until_it_is_deleted() {
    let hosted = Hosted::artifacts();
    hosted.push_image();
    let image = hosted.image("1");
    assert!(hosted.attached().is_empty());
    hosted.oras(&hosted.writer, "attach", "team/app:1").ok();
    let attached = hosted.attached();
    assert_eq!(attached.len(), 1, "{attached:?}");
    let kind = "application/vnd.example.note";
    assert_eq!(attached[0]["artifactType"], kind);
    let digest = attached[0]["digest"].as_str().unwrap();
    let target = format!("team/app@{digest}");
    hosted.oras(&hosted.reader, "pull", &target).ok();
    assert_eq!(hosted.pulled(), "hello");
    let (name, _) = image.rsplit_once(':').unwrap();
    hosted.delete(&format!("{name}@{digest}"));
    assert!(hosted.attached().is_empty());
}

#[test]
fn oras_on_the_network_pushes_and_pulls() {
    let network = OnNetwork::new(Hosted::artifacts());
    let hosted = &network.hosted;
    assert_untrusted(&hosted.oras(&hosted.writer, "push", "notes:v1"));
    // The window says nothing of oras, whose library reads the same variable as curl.
    let trusting = |token: &str, what: &str| {
        let line = hosted.oras_line(token, what, "notes:v1");
        hosted.shell(&(network.says("curl") + &line))
    };
    let wrong = trusting("bkua_wrong", "push");
    assert!(!wrong.failed().contains("CERTIFICATE"), "{wrong:?}");
    trusting(&hosted.writer, "push").ok();
    trusting(&hosted.reader, "pull").ok();
    assert_eq!(hosted.pulled(), "hello");
}
