//! Processes that end with the test that started them, however that ends.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How long a server may take to be ready.
const START_LIMIT: Duration = Duration::from_secs(30);

/// A process in a group of its own; the whole group is killed when this is dropped, and also
/// when the test's thread dies without dropping it.
#[derive(Debug)]
pub struct OwnedProcess(Child);

impl OwnedProcess {
    /// Starts `program`, with what `prepare` adds to its command.
    pub fn spawn(program: &str, prepare: impl FnOnce(&mut Command)) -> io::Result<Self> {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", program]);
        prepare(&mut command);
        command.process_group(0).spawn().map(Self)
    }

    /// Its id, which is its group's as well.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Its standard output, once, where that was piped.
    pub fn stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// What `ready` gives once it gives something, in thirty seconds.
    ///
    /// # Panics
    /// With what the process has written to `log`, where it ends before or takes longer.
    pub fn wait_for<T>(&mut self, log: &Path, mut ready: impl FnMut() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = ready() {
                return found;
            }
            assert!(
                self.is_running() && began.elapsed() < START_LIMIT,
                "it does not start: {}",
                fs::read_to_string(log).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for OwnedProcess {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.id()).ok().and_then(Pid::from_raw) {
            // Nobody is left to kill where all have ended by themselves.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}
