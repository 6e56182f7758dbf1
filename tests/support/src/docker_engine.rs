//! Docker's own engine, on a socket and in a folder of its own: it keeps images, and runs nothing of
//! them. Dropping it kills it and deletes the folder.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a fixture that cannot be set up fails its test"
)]

use std::fs::File;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use crate::process::OwnedProcess;

/// Of Debian's package `docker.io`, or of Docker's own. Only root can start it.
const PROGRAM: &str = "dockerd";

/// A running engine.
pub struct DockerEngine {
    _process: OwnedProcess,
    folder: tempfile::TempDir,
}

impl DockerEngine {
    /// Starts one, without an image.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("log");
        let output = File::create(&log).expect("the log");
        let socket = format!("unix://{}", folder.path().join("socket").display());
        let process = OwnedProcess::spawn(PROGRAM, |command| {
            for (option, place) in [
                ("data-root", "data"),
                ("exec-root", "run"),
                ("pidfile", "pid"),
            ] {
                let place = folder.path().join(place);
                command.arg(format!("--{option}")).arg(place);
            }
            // No network for containers, and no file system that the kernel may not have.
            command
                .args(["--host", &socket, "--storage-driver", "vfs"])
                .args(["--bridge", "none", "--iptables=false", "--ip6tables=false"])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(output);
        });
        let mut process = process.expect("setpriv, of Debian's package util-linux");
        process.wait_for(&log, || {
            UnixStream::connect(folder.path().join("socket")).ok()
        });
        Self {
            _process: process,
            folder,
        }
    }

    /// What its clients have in `DOCKER_HOST`.
    pub fn host(&self) -> String {
        format!("unix://{}", self.folder.path().join("socket").display())
    }
}
