//! The server of source registries against the servers that people use instead, and against nginx
//! sending the same bytes from a file, which is the limit. All in one run, on one computer.
//!
//! Requests per second are given as microseconds per request: eight connections ask without a pause.

mod growth;
pub(crate) mod images;
mod load;
mod nginx;
mod packages;
mod peers;
mod python;
mod server;

use std::error::Error;

use crate::figure::{Figure, median};
use load::micros_per_request;
use nginx::Nginx;
use packages::{npm_document, tarball, wheel};
use server::Server;

type Measured = Result<Vec<Figure>, Box<dyn Error>>;

/// A package manager's files are about this large, in bytes.
const FILE: usize = 1024 * 1024;
/// Metadata: five times each peer, half of nginx.
const PEER: f64 = 0.2;
const NGINX: f64 = 2.0;
/// A file of a megabyte: 0.8 times nginx.
const NGINX_FILE: f64 = 1.25;
/// How many publications the median is of.
const PUBLICATIONS: usize = 60;

/// What becomes of a server that holds very much.
pub(crate) fn growth() -> Measured {
    let mut figures = growth::versions()?;
    figures.extend(growth::memory()?);
    figures.extend(growth::layer()?);
    Ok(figures)
}

/// Container images against Debian's docker-registry.
pub(crate) fn images() -> Measured {
    images::measure()
}

fn figure(what: &str, ours: f64, floor: f64, floor_is: &'static str, aim: f64) -> Figure {
    Figure {
        what: what.to_owned(),
        unit: "us",
        ours,
        floor,
        floor_is,
        aim,
    }
}

/// npm against verdaccio, both with a private registry and a token.
pub(crate) fn npm() -> Measured {
    let ours = Server::start()?;
    ours.create("bench", "javascript")?;
    let verdaccio = peers::verdaccio()?;
    let tarball = tarball("bench-package", "1.0.0", FILE)?;
    let document = npm_document("bench-package", "1.0.0", &tarball);
    ours.put("/local/bench/npm/bench-package", &document)?;
    verdaccio.put("/bench-package", &document)?;
    let abbreviated = "Accept: application/vnd.npm.install-v1+json";
    let packument = ours.get("/local/bench/npm/bench-package", Some(abbreviated))?;
    let nginx = Nginx::start(&[("packument", &packument), ("tarball", &tarball)])?;
    let authorized = ours.authorization();
    let ask = |url: String, token: Option<&str>| {
        let headers: Vec<&str> = token.into_iter().chain([abbreviated]).collect();
        micros_per_request(&url, &headers)
    };
    let file = "bench-package/-/bench-package-1.0.0.tgz";
    let mine = ask(
        ours.url("/local/bench/npm/bench-package"),
        Some(&authorized),
    )?;
    let theirs = ask(verdaccio.url("/bench-package"), None)?;
    let limit = ask(nginx.url("/packument"), None)?;
    let my_file = ask(
        ours.url(&format!("/local/bench/npm/{file}")),
        Some(&authorized),
    )?;
    let their_file = ask(verdaccio.url(&format!("/{file}")), None)?;
    let file_limit = ask(nginx.url("/tarball"), None)?;
    Ok(vec![
        figure(
            "npm packument, abbreviated",
            mine,
            theirs,
            "verdaccio",
            PEER,
        ),
        figure("npm packument, abbreviated", mine, limit, "nginx", NGINX),
        figure("npm tarball of 1 MB", my_file, their_file, "verdaccio", 1.0),
        figure(
            "npm tarball of 1 MB",
            my_file,
            file_limit,
            "nginx",
            NGINX_FILE,
        ),
    ])
}

/// Python against pypiserver and devpi, and a plain file against nginx.
pub(crate) fn python() -> Measured {
    let ours = Server::start()?;
    ours.create("bench", "python")?;
    ours.create("things", "files")?;
    let name = "bench_package-1.0.0-py3-none-any.whl";
    let wheel = wheel("bench_package", "1.0.0", FILE)?;
    ours.upload("bench", name, &wheel)?;
    ours.upload("things", "bench-package-1.0.0.bin", &wheel)?;
    let page = ours.get("/local/bench/pypi/simple/bench-package/", None)?;
    let nginx = Nginx::start(&[("page", &page), ("wheel", &wheel)])?;
    let pypiserver = python::pypiserver(name, &wheel)?;
    let devpi = python::devpi(name, &wheel)?;
    let authorized = ours.authorization();
    let authorized = [authorized.as_str()];
    let mine = micros_per_request(
        &ours.url("/local/bench/pypi/simple/bench-package/"),
        &authorized,
    )?;
    let theirs = micros_per_request(&pypiserver.url("/simple/bench-package/"), &[])?;
    let devpis = micros_per_request(&devpi.url("/root/bench/+simple/bench-package/"), &[])?;
    let limit = micros_per_request(&nginx.url("/page"), &[])?;
    let address = python::address_of_file(&page, name).ok_or("the simple page names no file")?;
    let my_wheel = micros_per_request(
        &ours.resolve("/local/bench/pypi/simple/bench-package/", &address),
        &authorized,
    )?;
    let their_wheel = micros_per_request(&pypiserver.url(&format!("/packages/{name}")), &[])?;
    let file_limit = micros_per_request(&nginx.url("/wheel"), &[])?;
    let my_file = micros_per_request(
        &ours.url("/local/things/files/bench-package-1.0.0.bin"),
        &authorized,
    )?;
    Ok(vec![
        figure("Python simple page", mine, theirs, "pypiserver", PEER),
        figure("Python simple page", mine, devpis, "devpi", PEER),
        figure("Python simple page", mine, limit, "nginx", NGINX),
        figure(
            "Python wheel of 1 MB",
            my_wheel,
            their_wheel,
            "pypiserver",
            1.0,
        ),
        figure(
            "Python wheel of 1 MB",
            my_wheel,
            file_limit,
            "nginx",
            NGINX_FILE,
        ),
        figure(
            "plain file of 1 MB",
            my_file,
            file_limit,
            "nginx",
            NGINX_FILE,
        ),
    ])
}

/// How long a publication takes until it is acknowledged, everything synced to the disk.
pub(crate) fn publishing() -> Measured {
    let ours = Server::start()?;
    ours.create("npm", "javascript")?;
    ours.create("python", "python")?;
    ours.create("files", "files")?;
    let mut npm = Vec::new();
    let mut python = Vec::new();
    let mut files = Vec::new();
    for index in 0..PUBLICATIONS {
        let version = format!("1.0.{index}");
        let tarball = tarball("bench-package", &version, 20_000)?;
        let document = npm_document("bench-package", &version, &tarball);
        npm.push(load::millis(|| {
            ours.put("/local/npm/npm/bench-package", &document)
        })?);
        let wheel = wheel("bench_package", &version, 20_000)?;
        let name = format!("bench_package-{version}-py3-none-any.whl");
        python.push(load::millis(|| ours.upload("python", &name, &wheel))?);
        let name = format!("bench-package-{version}.bin");
        files.push(load::millis(|| ours.upload("files", &name, &wheel))?);
    }
    let figure = |what: &str, times| Figure {
        what: what.to_owned(),
        unit: "ms",
        ours: median(times),
        floor: 10.0,
        floor_is: "what it may take",
        aim: 1.0,
    };
    Ok(vec![
        figure("npm publish, synced", npm),
        figure("Python publish, synced", python),
        figure("file publish, synced", files),
    ])
}
