//! `registrar-server`: source registries hosted without a window.

mod arguments;
mod copy;
mod failure;
mod log;
mod run;
mod stop;

use std::io::{self, Write as _};
use std::process::ExitCode;

use arguments::{HELP, Order};
use failure::Failure;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Where even this cannot be written, the exit code still says what happened.
            let _ = writeln!(io::stderr(), "registrar-server: {failure}");
            failure.code()
        }
    }
}

fn serve() -> Result<(), Failure> {
    match Order::parse(lexopt::Parser::from_env())? {
        Order::Help => say(HELP),
        Order::Version => say(concat!("registrar-server ", env!("CARGO_PKG_VERSION"))),
        Order::Run(settings) => run::run(&settings),
        Order::Backup(order) => copy::backup(&order),
        Order::Restore(order) => copy::restore(&order),
    }
}

/// One line for whoever has started this.
fn say(line: &str) -> Result<(), Failure> {
    let mut out = io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush())?;
    Ok(())
}
