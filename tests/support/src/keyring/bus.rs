//! A session bus of one's own.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, connection};
use zbus::names::BusName;

const START_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(10);

/// The folders under the session's own that programs look for their files in.
const FOLDERS: [(&str, &str); 5] = [
    ("HOME", "home"),
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_CONFIG_HOME", "home/.config"),
    ("XDG_DATA_HOME", "home/.local/share"),
    ("XDG_CACHE_HOME", "home/.cache"),
];

/// A session bus with temporary folders; it and what it started are stopped when dropped.
pub struct BusSession {
    daemon: Child,
    dir: TempDir,
}

impl BusSession {
    /// A bus that starts the services that are installed on this system, when they are called.
    pub fn start() -> io::Result<Self> {
        Self::with_services("<standard_session_servicedirs/>")
    }

    /// A bus on which no service can be started, hence no keyring.
    pub fn without_keyring() -> io::Result<Self> {
        Self::with_services("")
    }

    fn with_services(services: &str) -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("bus-").tempdir()?;
        for (_, folder) in FOLDERS {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(dir.path().join(folder))?;
        }
        fs::write(
            dir.path().join("bus.conf"),
            config(&socket(dir.path()), services),
        )?;
        let daemon = spawn_daemon(dir.path())?;
        let session = Self { daemon, dir };
        wait_for(START_LIMIT, "dbus-daemon", || {
            Ok(UnixStream::connect(socket(session.dir.path())).is_ok())
        })?;
        Ok(session)
    }

    /// The environment for a process on this bus: its address, and folders of its own.
    pub fn env(&self) -> Vec<(String, String)> {
        let mut env = folders(self.dir.path());
        env.push(("DBUS_SESSION_BUS_ADDRESS".to_owned(), self.address()));
        env
    }

    /// The home folder that processes on this bus have.
    pub fn home(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    /// A connection of one's own to the bus.
    pub fn connect(&self) -> io::Result<Connection> {
        connection::Builder::address(self.address().as_str())
            .and_then(connection::Builder::build)
            .map_err(io::Error::other)
    }

    /// Whether somebody answers to `name`; starts nothing.
    pub fn has_owner(&self, name: &str) -> bool {
        let ask = || -> zbus::Result<bool> {
            let connection = self
                .connect()
                .map_err(|error| zbus::Error::Failure(error.to_string()))?;
            Ok(DBusProxy::new(&connection)?.name_has_owner(BusName::try_from(name)?)?)
        };
        ask().unwrap_or(false)
    }

    /// A command that runs on this bus without a display, and writes what it says to a log.
    pub(super) fn command(&self, program: &str) -> io::Result<Command> {
        let mut command = quiet(program, self.dir.path())?;
        command.envs(self.env());
        Ok(command)
    }

    pub(super) fn address(&self) -> String {
        format!("unix:path={}", socket(self.dir.path()).display())
    }
}

impl Drop for BusSession {
    fn drop(&mut self) {
        let started = started_by(&socket(self.dir.path()));
        // Whoever has ended by itself needs no more.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        for pid in started {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// Asks until `ready` says so, or fails after `limit`.
pub(super) fn wait_for(
    limit: Duration,
    what: &str,
    ready: impl Fn() -> io::Result<bool>,
) -> io::Result<()> {
    let start = Instant::now();
    while !ready()? {
        if start.elapsed() > limit {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("{what} did not start"),
            ));
        }
        thread::sleep(POLL);
    }
    Ok(())
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("bus")
}

fn folders(dir: &Path) -> Vec<(String, String)> {
    let folder =
        |(name, folder): (&str, &str)| (name.to_owned(), dir.join(folder).display().to_string());
    FOLDERS.into_iter().map(folder).collect()
}

fn spawn_daemon(dir: &Path) -> io::Result<Child> {
    quiet("dbus-daemon", dir)?
        .arg(format!("--config-file={}", dir.join("bus.conf").display()))
        .arg("--nofork")
        .envs(folders(dir))
        .spawn()
}

/// A command without a display, so that nothing can show a question, whose output goes to a log.
fn quiet(program: &str, dir: &Path) -> io::Result<Command> {
    let log = File::create(dir.join(format!("{program}.log")))?;
    let mut command = Command::new(program);
    command
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_STARTER_ADDRESS")
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    Ok(command)
}

fn config(socket: &Path, services: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  {services}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}

/// The processes that the bus at `socket` started: it tells each its address.
fn started_by(socket: &Path) -> Vec<Pid> {
    let mark = format!("DBUS_STARTER_ADDRESS=unix:path={}", socket.display());
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .filter_map(|process| {
            let process = process.ok()?;
            let pid: i32 = process.file_name().to_str()?.parse().ok()?;
            let env = fs::read(process.path().join("environ")).ok()?;
            let marked = env
                .split(|byte| *byte == 0)
                .any(|entry| entry.starts_with(mark.as_bytes()));
            marked.then(|| Pid::from_raw(pid))?
        })
        .collect()
}
