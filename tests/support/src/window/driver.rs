//! `WebKitWebDriver`, which starts the application and drives it.

use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::port;
use crate::process::OwnedProcess;
use crate::webdriver::{Session, WebDriverError};

const START_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(10);

/// Another program may take the free port before the driver does.
const ATTEMPTS: usize = 3;

/// Why the window did not open.
#[derive(Debug, thiserror::Error)]
pub(super) enum DriverError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    WebDriver(#[from] WebDriverError),
    #[error("there is no {}; build it first, or use `cargo xtask test`", .0.display())]
    NoBinary(PathBuf),
}

/// The driver and the application that it has started. Both are killed when this is dropped.
pub(super) struct Driver {
    session: Session,
    process: OwnedProcess,
}

impl Driver {
    /// Starts both in exactly this environment.
    pub(super) fn start(env: &[(String, String)]) -> Result<Self, DriverError> {
        let binary = binary();
        if !binary.is_file() {
            return Err(DriverError::NoBinary(binary));
        }
        let (process, port) = listening_driver(env)?;
        let session = Session::open(port, &binary.display().to_string())?;
        Ok(Self { session, process })
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// The application's process: the driver's only child.
    pub(super) fn application(&self) -> Option<u32> {
        let id = self.process.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
        children.split_whitespace().next()?.parse().ok()
    }
}

fn binary() -> PathBuf {
    std::env::var_os("REGISTRAR_BIN")
        .map_or_else(|| target_dir().join("debug/registrar"), PathBuf::from)
}

/// Where cargo builds: two folders above the test that runs.
pub(super) fn target_dir() -> PathBuf {
    let fallback = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    let test = std::env::current_exe().ok();
    test.as_deref()
        .and_then(|test| test.ancestors().nth(3))
        .map_or_else(fallback, Path::to_owned)
}

fn listening_driver(env: &[(String, String)]) -> io::Result<(OwnedProcess, u16)> {
    for _ in 0..ATTEMPTS {
        let port = port::free()?;
        let mut process = OwnedProcess::spawn("WebKitWebDriver", |command| {
            command
                .args(["--host=127.0.0.1", &format!("--port={port}")])
                .env_clear()
                .envs(env.iter().cloned())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
        })?;
        if listens(&mut process, port) {
            return Ok((process, port));
        }
    }
    Err(io::Error::other(
        "WebKitWebDriver does not start; is webkit2gtk-driver installed?",
    ))
}

fn listens(process: &mut OwnedProcess, port: u16) -> bool {
    let deadline = Instant::now() + START_LIMIT;
    while process.is_running() && Instant::now() < deadline {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return true;
        }
        std::thread::sleep(POLL);
    }
    false
}
