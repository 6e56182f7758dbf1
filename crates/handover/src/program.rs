//! Running other people's programs: found on the tool's `PATH`, bounded in time and output.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use registrar_registry::Secret;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    time::timeout,
};
use zeroize::Zeroizing;

use crate::{environment::Environment, error::HandoverError};

/// The most bytes of output that are read: 4 MiB.
const MAX_OUTPUT: u64 = 4 * 1024 * 1024;

/// The program called `name` that a tool with this environment would run.
pub(crate) fn find(environment: &Environment, name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut places = environment
        .search_path()
        .into_iter()
        .map(|folder| folder.join(&file));
    places.find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else {
        return false;
    };
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let executable = true;
    metadata.is_file() && executable
}

/// What a program printed on standard output, and whether it was content.
pub(crate) struct Output {
    pub text: Secret,
    pub success: bool,
}

/// Runs `program` with `input`, waiting at most `limit`. Whatever it started ends with it.
pub(crate) async fn run(
    program: &Path,
    arguments: &[&str],
    input: &[u8],
    environment: &Environment,
    limit: Duration,
) -> Result<Output, HandoverError> {
    let name = || {
        program
            .file_name()
            .unwrap_or(OsStr::new("the program"))
            .to_string_lossy()
            .into_owned()
    };
    let start = |source| HandoverError::Start {
        program: name(),
        source,
    };
    let mut running = Running::start(program, arguments, environment).map_err(start)?;
    match timeout(limit, running.finish(input)).await {
        Ok(output) => output.map_err(start),
        Err(_) => Err(HandoverError::Slow {
            program: name(),
            limit,
        }),
    }
}

/// A program and all that it started, killed when dropped.
struct Running(Child);

impl Running {
    fn start(
        program: &Path,
        arguments: &[&str],
        environment: &Environment,
    ) -> std::io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        for (name, value) in environment.variables() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().map(Self)
    }

    async fn finish(&mut self, input: &[u8]) -> std::io::Result<Output> {
        let stdin = self.0.stdin.take();
        let stdout = self.0.stdout.take();
        let write = async {
            if let Some(mut stdin) = stdin {
                // A program that does not read its input is none the worse for it.
                let _ = stdin.write_all(input).await;
            }
        };
        let read = async {
            let mut text = Zeroizing::new(Vec::new());
            if let Some(stdout) = stdout {
                stdout.take(MAX_OUTPUT).read_to_end(&mut text).await?;
            }
            Ok::<_, std::io::Error>(text)
        };
        let ((), text) = tokio::join!(write, read);
        let mut text = text?;
        let status = self.0.wait().await?;
        Ok(Output {
            text: Secret::new(std::mem::take(&mut *text)),
            success: status.success(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Gone from the table once it has been waited for, so this can hit nobody else.
        #[cfg(unix)]
        if let Some(group) = self
            .0
            .id()
            .and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
