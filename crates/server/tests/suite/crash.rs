//! The server is killed while it publishes, again and again. Afterwards everything that it has
//! acknowledged is whole, and nothing is there that is not whole.
//!
//! `REGISTRAR_CRASHES` says how many times for each kind of package; 300 is the full run.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a fixture that cannot be set up fails its test, and figures are told"
)]

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::running::{Running, ask, folder};

const USUAL: u32 = 12;
const REGISTRIES: &str = "/packages/organizations/local/registries";
/// Large enough for a kill to fall into the middle of its arrival.
const PADDING: usize = 512 * 1024;

fn crashes() -> u32 {
    let number = std::env::var("REGISTRAR_CRASHES");
    number.map_or(USUAL, |number| number.parse().unwrap())
}

/// A number below `end` that nobody can foresee.
fn random(end: u128) -> u128 {
    u128::from(RandomState::new().hash_one(0)) % end.max(1)
}

/// Method, path, content type and body.
type Request = (&'static str, String, &'static str, Vec<u8>);

/// A kind of package: how one is published, and where it lies then.
trait Kind: Copy + Send + 'static {
    const ECOSYSTEM: &str;
    /// The bytes of the file that clients get of a version.
    fn file(self, number: u32) -> Vec<u8>;
    /// What publishes it: the last of these does, the others come before.
    fn requests(self, number: u32) -> Vec<Request>;
    fn path(self, number: u32) -> String;

    /// Which number a version has that is listed.
    fn number(item: &Value) -> u32 {
        let (number, _) = item["version"].as_str().unwrap().split_once('.').unwrap();
        number.parse().unwrap()
    }
}

/// Bytes that differ from those of any other number and do not compress.
fn padding(number: u32) -> Vec<u8> {
    let mut state = u64::from(number) + 1;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        state.to_le_bytes()[7]
    };
    std::iter::repeat_with(next).take(PADDING).collect()
}

/// A tarball of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, *content).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[derive(Clone, Copy)]
struct Plain;

impl Kind for Plain {
    const ECOSYSTEM: &str = "files";

    fn file(self, number: u32) -> Vec<u8> {
        padding(number)
    }

    fn requests(self, number: u32) -> Vec<Request> {
        let head = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"thing-{number}.0.0.bin\"\r\n\r\n"
        );
        let body = [head.as_bytes(), &self.file(number), b"\r\n--xx--\r\n"].concat();
        let path = format!("/api/v2{REGISTRIES}/files/packages");
        vec![("POST", path, "multipart/form-data; boundary=xx", body)]
    }

    fn path(self, number: u32) -> String {
        format!("/local/files/files/thing-{number}.0.0.bin")
    }
}

#[derive(Clone, Copy)]
struct Npm;

impl Npm {
    fn manifest(number: u32) -> Value {
        json!({"name": "thing", "version": format!("{number}.0.0")})
    }
}

impl Kind for Npm {
    const ECOSYSTEM: &str = "javascript";

    fn file(self, number: u32) -> Vec<u8> {
        let manifest = Self::manifest(number).to_string();
        archive(&[
            ("package/package.json", manifest.as_bytes()),
            ("package/data", &padding(number)),
        ])
    }

    fn requests(self, number: u32) -> Vec<Request> {
        let (version, tarball) = (format!("{number}.0.0"), self.file(number));
        let file = format!("thing-{version}.tgz");
        let document = json!({
            "_id": "thing",
            "name": "thing",
            "dist-tags": {"latest": version},
            "versions": {version: Self::manifest(number)},
            "_attachments": {file: {
                "content_type": "application/octet-stream",
                "data": STANDARD.encode(&tarball),
                "length": tarball.len(),
            }},
        });
        let path = "/local/javascript/npm/thing".to_owned();
        vec![("PUT", path, "application/json", document.to_string().into())]
    }

    fn path(self, number: u32) -> String {
        format!("/local/javascript/npm/thing/-/thing-{number}.0.0.tgz")
    }
}

#[derive(Clone, Copy)]
struct Python;

impl Python {
    fn name(number: u32) -> String {
        format!("thing-{number}.0.0.tar.gz")
    }
}

impl Kind for Python {
    const ECOSYSTEM: &str = "python";

    fn file(self, number: u32) -> Vec<u8> {
        let folder = format!("thing-{number}.0.0");
        let about = format!("Metadata-Version: 2.1\nName: thing\nVersion: {number}.0.0\n");
        archive(&[
            (&format!("{folder}/PKG-INFO"), about.as_bytes()),
            (&format!("{folder}/data"), &padding(number)),
        ])
    }

    fn requests(self, number: u32) -> Vec<Request> {
        let (version, name) = (format!("{number}.0.0"), Self::name(number));
        let fields = [
            (":action", "file_upload"),
            ("protocol_version", "1"),
            ("metadata_version", "2.1"),
            ("filetype", "sdist"),
            ("pyversion", "source"),
            ("name", "thing"),
            ("version", &version),
        ];
        let fields = fields.map(|(name, value)| {
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let head = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"content\"; filename=\"{name}\"\r\n\r\n"
        );
        let body = [
            fields.concat().as_bytes(),
            head.as_bytes(),
            &self.file(number),
            b"\r\n--xx--\r\n",
        ]
        .concat();
        let path = "/local/python/pypi/".to_owned();
        vec![("POST", path, "multipart/form-data; boundary=xx", body)]
    }

    fn path(self, number: u32) -> String {
        let digest = Sha256::digest(self.file(number));
        let digits = registrar_hosting::hex(&digest[..8]);
        let name = Self::name(number);
        format!("/local/python/pypi/files/thing/{digits}/{name}")
    }
}

#[derive(Clone, Copy)]
struct Images;

impl Images {
    fn config(number: u32) -> Vec<u8> {
        json!({"number": number}).to_string().into()
    }

    fn digest(content: &[u8]) -> String {
        format!(
            "sha256:{}",
            registrar_hosting::hex(&Sha256::digest(content))
        )
    }

    fn descriptor(kind: &str, content: &[u8]) -> Value {
        json!({"mediaType": kind, "digest": Self::digest(content), "size": content.len()})
    }
}

impl Kind for Images {
    const ECOSYSTEM: &str = "container";

    fn file(self, number: u32) -> Vec<u8> {
        padding(number)
    }

    fn requests(self, number: u32) -> Vec<Request> {
        let kind = "application/vnd.oci.image";
        let manifest_kind = "application/vnd.oci.image.manifest.v1+json";
        let (config, layer) = (Self::config(number), self.file(number));
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": manifest_kind,
            "config": Self::descriptor(&format!("{kind}.config.v1+json"), &config),
            "layers": [Self::descriptor(&format!("{kind}.layer.v1.tar"), &layer)],
        });
        let repository = format!("/v2/local/container/thing-{number}");
        let blob = |content: Vec<u8>| {
            let digest = Self::digest(&content);
            let path = format!("{repository}/blobs/uploads/?digest={digest}");
            ("POST", path, "application/octet-stream", content)
        };
        let path = format!("{repository}/manifests/latest");
        let publication = ("PUT", path, manifest_kind, manifest.to_string().into());
        vec![blob(config), blob(layer), publication]
    }

    fn path(self, number: u32) -> String {
        let digest = Self::digest(&self.file(number));
        format!("/v2/local/container/thing-{number}/blobs/{digest}")
    }

    fn number(item: &Value) -> u32 {
        let (_, number) = item["name"].as_str().unwrap().split_once('-').unwrap();
        number.parse().unwrap()
    }
}

/// What a publisher has sent, and of that what the server has acknowledged.
#[derive(Default)]
struct Sent {
    tried: BTreeSet<u32>,
    acknowledged: BTreeSet<u32>,
    /// How long the quickest took.
    quickest: Option<Duration>,
}

impl Sent {
    fn add(&mut self, more: Self) {
        self.tried.extend(more.tried);
        self.acknowledged.extend(more.acknowledged);
        self.quickest = self.quickest.into_iter().chain(more.quickest).min();
    }
}

/// Publishes these versions, until the server is gone. Each is announced once it is ready to be sent.
fn publish<K: Kind>(
    kind: K,
    (address, token): (&str, &str),
    numbers: impl Iterator<Item = u32>,
    begins: &Sender<()>,
) -> Sent {
    let bearer = format!("Bearer {token}");
    let mut sent = Sent::default();
    for number in numbers {
        let requests = kind.requests(number);
        sent.tried.insert(number);
        // Nobody waits for any but the first.
        let _ = begins.send(());
        let begun = Instant::now();
        if !requests
            .iter()
            .all(|request| send(address, &bearer, request))
        {
            break;
        }
        sent.acknowledged.insert(number);
        let took = begun.elapsed();
        sent.quickest = Some(sent.quickest.map_or(took, |quickest| quickest.min(took)));
    }
    sent
}

/// Sends one request, which must be accepted; whether the server was there.
fn send(address: &str, bearer: &str, (method, path, content_type, body): &Request) -> bool {
    let headers = [("authorization", bearer), ("content-type", *content_type)];
    let Ok((status, answer)) = ask(address, method, path, body, &headers) else {
        return false;
    };
    assert!(
        matches!(status, 200 | 201),
        "{status}: {}",
        String::from_utf8_lossy(&answer)
    );
    true
}

/// The versions that clients can see.
fn visible<K: Kind>(running: &Running, registry: &str) -> BTreeSet<u32> {
    let mut path = format!("{REGISTRIES}/{registry}/packages?per_page=100");
    let mut seen = BTreeSet::new();
    loop {
        let (status, page) = running.ask("GET", &path, "");
        assert_eq!(status, 200, "{page}");
        for item in page["items"].as_array().unwrap() {
            assert!(seen.insert(K::number(item)), "{item} is there twice");
        }
        let Some(next) = page["links"]["next"].as_str() else {
            return seen;
        };
        next.split_once("/api/v2").unwrap().1.clone_into(&mut path);
    }
}

/// What is there must be whole, must have been sent, and must be all that was acknowledged.
fn check<K: Kind>(kind: K, running: &Running, sent: &Sent) {
    let there = visible::<K>(running, K::ECOSYSTEM);
    assert!(there.is_subset(&sent.tried), "{there:?}");
    let lost: Vec<_> = sent.acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let bearer = format!("Bearer {}", running.token());
    for number in there {
        let with = [("authorization", bearer.as_str())];
        let (status, content) = running.ask_with("GET", &kind.path(number), b"", &with);
        assert_eq!(status, 200, "version {number}");
        assert!(
            content == kind.file(number),
            "version {number} is not what was sent"
        );
    }
    let (_, report) = running.ask("POST", "/storage/verify", "");
    assert_eq!(
        (&report["whole"], &report["problems"]),
        (&json!(true), &json!([]))
    );
    let arriving = running.data.join("uploads").read_dir().unwrap();
    assert_eq!(arriving.count(), 0, "what had half arrived is removed");
}

fn survive<K: Kind>(kind: K) {
    let folder = folder();
    let mut running = Running::start(folder.path());
    let new = json!({"name": K::ECOSYSTEM, "ecosystem": K::ECOSYSTEM}).to_string();
    assert_eq!(running.ask("POST", REGISTRIES, &new).0, 200);
    // One is published in peace, to learn how long that takes.
    let mut all = publish(
        kind,
        (&running.address, &running.token()),
        1..=1,
        &channel().0,
    );
    for _ in 0..crashes() {
        let first = all.tried.last().map_or(1, |last| last + 1);
        let (address, token) = (running.address.clone(), running.token());
        let (begins, begun) = channel();
        let publisher = thread::spawn(move || publish(kind, (&address, &token), first.., &begins));
        begun.recv().unwrap();
        // Half of them die within the first publication, the others later.
        let window = all.quickest.unwrap() * 2;
        let delay = random(window.as_nanos());
        thread::sleep(Duration::from_nanos(u64::try_from(delay).unwrap()));
        running.kill();
        all.add(publisher.join().unwrap());
        running = Running::start(folder.path());
    }
    check(kind, &running, &all);
    eprintln!(
        "{}: {} kills, {} publications begun, {} acknowledged",
        K::ECOSYSTEM,
        crashes(),
        all.tried.len(),
        all.acknowledged.len(),
    );
    let number = all.tried.last().unwrap() + 1;
    let bearer = format!("Bearer {}", running.token());
    let requests = kind.requests(number);
    let mut sent = requests.iter();
    let published = sent.all(|request| send(&running.address, &bearer, request));
    assert!(published, "it publishes as before");
}

#[test]
fn plain_files_survive_a_server_that_is_killed() {
    survive(Plain);
}

#[test]
fn npm_packages_survive_a_server_that_is_killed() {
    survive(Npm);
}

#[test]
fn python_packages_survive_a_server_that_is_killed() {
    survive(Python);
}

#[test]
fn images_survive_a_server_that_is_killed() {
    survive(Images);
}
