//! Programs that a cloud's configuration names for signing in, or that are its own tools.

use std::process::Stdio;
use std::time::Duration;

use registrar_registry::Secret;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::machine::Machine;

/// How long a program may take.
const LIMIT: Duration = Duration::from_secs(20);
/// The most bytes of its output.
const MAX_OUTPUT: u64 = 64 * 1024;

/// Why a program gave nothing.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// There is no such program.
    Missing,
    /// It failed, or took too long, or said too much; in words.
    Failed(String),
}

/// What `program` prints. It gets no terminal, so it can ask nobody anything, and ends with the
/// future.
pub(crate) async fn output(
    machine: &Machine,
    program: &str,
    arguments: &[String],
) -> Result<Secret, Trouble> {
    let run = timeout(LIMIT, run(machine, program, arguments)).await;
    run.unwrap_or_else(|_| {
        Err(Trouble::Failed(format!(
            "no end within {} s",
            LIMIT.as_secs()
        )))
    })
}

async fn run(machine: &Machine, program: &str, arguments: &[String]) -> Result<Secret, Trouble> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    if let Some(variables) = machine.variables() {
        command.env_clear().envs(variables);
    }
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Trouble::Missing,
        _ => Trouble::Failed(error.to_string()),
    };
    let mut child = command.spawn().map_err(failed)?;
    let mut bytes = Vec::with_capacity(8 * 1024);
    if let Some(stdout) = child.stdout.take() {
        stdout
            .take(MAX_OUTPUT + 1)
            .read_to_end(&mut bytes)
            .await
            .map_err(failed)?;
    }
    let output = Secret::new(bytes);
    if output.len() as u64 > MAX_OUTPUT {
        return Err(Trouble::Failed("more than 64 KiB of output".to_owned()));
    }
    let status = child.wait().await.map_err(failed)?;
    if status.success() {
        Ok(output)
    } else {
        Err(Trouble::Failed(status.to_string()))
    }
}
