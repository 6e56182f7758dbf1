//! Registrar's developer commands: `cargo xtask <command>`.
//!
//! Each does the set-up that it needs and can be run again at once. It is built before anything
//! is set up, so it depends on nothing.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line talks to its terminal"
)]

mod bench;
mod bindings;
mod check;
mod command;
mod frontend;
mod node;
mod package;
mod root;
mod run;
mod system;
mod test;

use std::process::ExitCode;

use command::Failure;

const HELP: &str = "\
cargo xtask <command>

  run [--once]       open the application; on a virtual display where there is none
  test [filter]      run every test; or `ui`, `clients`, `window`; or those whose name holds the filter
  check              formatting, lints, licences, bindings: what must hold before a commit
  bench [name ...]   measure, each figure beside its floor
  bindings           write the TypeScript bindings anew
  package            make the packages for this system in target/release/bundle

Each does its own set-up, says what it installs, and can be run again at once.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match perform(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(words: &[&str]) -> Result<(), Failure> {
    match words {
        ["run"] => run::run(false),
        ["run", "--once"] => run::run(true),
        ["test"] => test::run(None),
        ["test", filter] => test::run(Some(filter)),
        ["check"] => check::run(),
        ["bench", names @ ..] => bench::run(names),
        ["bindings"] => bindings::write(),
        ["package"] => package::run(),
        ["help" | "--help" | "-h"] | [] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(Failure::Usage(words.join(" "))),
    }
}
