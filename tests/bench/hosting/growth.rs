//! What becomes of a server that holds very much.

use std::error::Error;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::figure::{Figure, median};

use super::load::millis;
use super::packages::filler;
use super::peers::install;
use super::server::Server;

/// How many versions a registry gets, and how many publications the medians are of.
const VERSIONS: usize = 100_000;
const MEASURED: usize = 50;
/// The large file, in bytes, and what it consists of.
const LARGE: u64 = 5 * 1024 * 1024 * 1024;
const BLOCK: usize = 1024 * 1024;
const PATH: &str = "/api/v2/packages/organizations/local/registries/things/packages";

/// The 100,000th version of a registry against the first ones of another, in turn. The versions
/// between are published in memory, where syncing costs nothing, and then moved to the disk.
pub(super) fn versions() -> Result<Vec<Figure>, Box<dyn Error>> {
    let disk = tempfile::tempdir()?;
    let folder = disk.path().join("data");
    fill(&folder)?;
    let full = Server::over(&folder)?;
    let fresh = Server::start()?;
    fresh.create("things", "files")?;
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for index in 0..MEASURED {
        first.push(publish(&fresh, index)?);
        last.push(publish(&full, VERSIONS - MEASURED + index)?);
    }
    Ok(vec![Figure {
        what: "publish the 100,000th version".to_owned(),
        unit: "ms",
        ours: median(last),
        floor: median(first),
        floor_is: "the first ones",
        aim: 2.0,
    }])
}

/// How long it takes to publish one version.
fn publish(server: &Server, index: usize) -> Result<f64, Box<dyn Error>> {
    let name = format!("thing-1.0.{index}.bin");
    millis(|| server.upload("things", &name, name.as_bytes()))
}

fn fill(folder: &Path) -> Result<(), Box<dyn Error>> {
    let memory = tempfile::tempdir_in("/dev/shm")?;
    let data = memory.path().join("data");
    let server = Server::over(&data)?;
    server.create("things", "files")?;
    for index in 0..VERSIONS - MEASURED {
        let name = format!("thing-1.0.{index}.bin");
        server.upload("things", &name, name.as_bytes())?;
    }
    drop(server);
    install(Command::new("cp").arg("-a").arg(&data).arg(folder))?;
    // What the copy still has to write is no matter of the publications.
    install(&mut Command::new("sync"))
}

/// How much memory a server takes while a file of five gigabytes comes in and goes out.
pub(super) fn memory() -> Result<Vec<Figure>, Box<dyn Error>> {
    let server = Server::start()?;
    server.create("things", "files")?;
    server.upload("things", "small-1.0.0.bin", &filler(1024))?;
    let before = peak(server.process())?;
    send_large(&server)?;
    receive_large(&server)?;
    Ok(vec![Figure {
        what: "memory with a file of 5 GB".to_owned(),
        unit: "MiB",
        ours: peak(server.process())?,
        floor: before,
        floor_is: "the same server before",
        aim: 2.0,
    }])
}

/// The same while a layer of five gigabytes is pushed, pulled and deleted.
pub(super) fn layer() -> Result<Vec<Figure>, Box<dyn Error>> {
    let server = Server::start()?;
    server.create("images", "container")?;
    push_layer(&server, &mut Repeated::of(1))?;
    let before = peak(server.process())?;
    let blob = push_layer(&server, &mut Repeated::of(LARGE / BLOCK as u64))?;
    let header = server.authorization();
    let (name, value) = header.split_once(": ").ok_or("a header has a value")?;
    let answer = ureq::get(&blob).header(name, value).call()?;
    let got = std::io::copy(&mut answer.into_body().into_reader(), &mut std::io::sink())?;
    if got != LARGE {
        return Err(format!("{got} bytes came back instead of {LARGE}").into());
    }
    ureq::delete(&blob).header(name, value).call()?;
    Ok(vec![Figure {
        what: "memory with a layer of 5 GB".to_owned(),
        unit: "MiB",
        ours: peak(server.process())?,
        floor: before,
        floor_is: "the same server before",
        aim: 2.0,
    }])
}

/// Pushes a layer as clients do, in one piece; the address of its blob.
fn push_layer(server: &Server, layer: &mut Repeated) -> Result<String, Box<dyn Error>> {
    let mut hash = Sha256::new();
    for _ in 0..layer.left {
        hash.update(&layer.block);
    }
    let digest = format!("sha256:{}", registrar_hosting::hex(&hash.finalize()));
    let header = server.authorization();
    let (name, value) = header.split_once(": ").ok_or("a header has a value")?;
    let blobs = "/v2/local/images/app/blobs";
    let begun = ureq::post(server.url(&format!("{blobs}/uploads/")))
        .header(name, value)
        .send_empty()?;
    let location = begun.headers().get("location");
    let location = location.ok_or("an upload has a place")?.to_str()?;
    let place = if location.starts_with('/') {
        server.url(location)
    } else {
        location.to_owned()
    };
    let join = if place.contains('?') { '&' } else { '?' };
    ureq::put(format!("{place}{join}digest={digest}"))
        .header(name, value)
        .header("content-type", "application/octet-stream")
        .send(ureq::SendBody::from_reader(layer))?;
    Ok(server.url(&format!("{blobs}/{digest}")))
}

fn send_large(server: &Server) -> Result<(), Box<dyn Error>> {
    let head = "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large-1.0.0.bin\"\r\n\r\n";
    let body = Cursor::new(head)
        .chain(Repeated::of(LARGE / BLOCK as u64))
        .chain(Cursor::new("\r\n--xx--\r\n"));
    let header = server.authorization();
    let (name, value) = header.split_once(": ").ok_or("a header has a value")?;
    ureq::post(server.url(PATH))
        .header(name, value)
        .header("content-type", "multipart/form-data; boundary=xx")
        .send(ureq::SendBody::from_owned_reader(body))?;
    Ok(())
}

fn receive_large(server: &Server) -> Result<(), Box<dyn Error>> {
    let header = server.authorization();
    let (name, value) = header.split_once(": ").ok_or("a header has a value")?;
    let answer = ureq::get(server.url("/local/things/files/large-1.0.0.bin"))
        .header(name, value)
        .call()?;
    let got = std::io::copy(&mut answer.into_body().into_reader(), &mut std::io::sink())?;
    if got == LARGE {
        Ok(())
    } else {
        Err(format!("{got} bytes came back instead of {LARGE}").into())
    }
}

/// A block, again and again.
struct Repeated {
    block: Vec<u8>,
    left: u64,
    at: usize,
}

impl Repeated {
    fn of(blocks: u64) -> Self {
        Self {
            block: filler(BLOCK),
            left: blocks,
            at: 0,
        }
    }
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let rest = &self.block[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        if self.at == self.block.len() {
            (self.at, self.left) = (0, self.left - 1);
        }
        Ok(count)
    }
}

/// The most memory that a process has had so far, in MiB.
fn peak(process: u32) -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: f64 = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("the system does not say how much memory a process has")?
        .parse()?;
    Ok(kibibytes / 1024.0)
}
