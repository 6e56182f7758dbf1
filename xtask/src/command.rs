//! Other programs: shown before they run, and an error when they fail.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::node;
use crate::root::root;

/// Why a developer command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is no such command.
    Usage(String),
    /// A program could not be started, or a file not be read.
    Io(String, io::Error),
    /// A program ended with an error, which it has explained itself.
    Program(String),
    /// Something that the person has to do first.
    Needed(String),
    /// Something is not as it must be.
    Wrong(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(words) => write!(f, "there is no `{words}`; see `cargo xtask help`"),
            Self::Io(what, error) => write!(f, "{what}: {error}"),
            Self::Program(line) => write!(f, "this failed: {line}"),
            Self::Needed(text) | Self::Wrong(text) => f.write_str(text),
        }
    }
}

/// A program to run, by default in the repository's root.
pub(crate) struct Program(Command);

impl Program {
    /// A program that is looked for in the project's tools first, then in `$PATH`.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root()).env("PATH", node::path());
        Self(command)
    }

    /// `cargo`, the one that runs this.
    pub(crate) fn cargo() -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// Adds arguments.
    pub(crate) fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.0.args(args);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs in another folder.
    pub(crate) fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// Shows the line, runs it and waits for it.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        let line = self.line();
        println!("$ {line}");
        let status = self
            .0
            .status()
            .map_err(|error| Failure::Io(line.clone(), error))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::Program(line))
        }
    }

    /// Runs it in silence and gives its output, or `None` where it cannot be started or fails.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self
            .0
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    }

    fn line(&self) -> String {
        let words = std::iter::once(self.0.get_program()).chain(self.0.get_args());
        let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
        words.join(" ")
    }
}

/// Whether a program is in `$PATH`.
pub(crate) fn exists(program: &str) -> bool {
    std::env::split_paths(&node::path()).any(|folder| folder.join(program).is_file())
}

/// A step of a command: what it is called, and what it does.
pub(crate) type Step<'a> = (&'a str, &'a dyn Fn() -> Result<(), Failure>);

/// Does the steps in order, says how long each took, and stops at the first that fails.
pub(crate) fn steps(steps: &[Step<'_>]) -> Result<(), Failure> {
    let mut done = Vec::new();
    for step in steps {
        done.push(perform(*step));
        if done.last().is_some_and(|done| done.outcome.is_err()) {
            break;
        }
    }
    conclude(done)
}

/// Does every step, whatever becomes of the others, and says what became of each.
pub(crate) fn independent_steps(steps: &[Step<'_>]) -> Result<(), Failure> {
    conclude(steps.iter().map(|step| perform(*step)).collect())
}

struct Done<'a> {
    name: &'a str,
    time: Duration,
    outcome: Result<(), Failure>,
}

fn perform((name, step): Step<'_>) -> Done<'_> {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = step();
    let time = start.elapsed();
    Done {
        name,
        time,
        outcome,
    }
}

/// Shows what became of each, and gives the first failure.
fn conclude(steps: Vec<Done<'_>>) -> Result<(), Failure> {
    println!();
    for Done {
        name,
        time,
        outcome,
    } in &steps
    {
        let verdict = if outcome.is_ok() { "passed" } else { "FAILED" };
        println!("{verdict}  {:>7.1} s  {name}", time.as_secs_f64());
    }
    steps.into_iter().try_for_each(|done| done.outcome)
}
