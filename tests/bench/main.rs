//! Registrar's figures, each beside its floor or a peer, measured in the same run.
//!
//! `cargo xtask bench [name ...]`. To add one: write a function that gives [`Figure`]s, and name it
//! in [`BENCHES`].
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line talks to its terminal"
)]

mod catalog;
mod checks;
mod figure;
mod helper;
mod hosting;
mod moving;
mod opening;
mod stacks;

use std::error::Error;
use std::process::ExitCode;

use figure::{Figure, table};

/// What a bench gives.
type Measured = Result<Vec<Figure>, Box<dyn Error>>;

/// A bench and the name by which the command line knows it.
type Bench = (&'static str, fn() -> Measured);

/// Every bench.
const BENCHES: [Bench; 11] = [
    ("catalog", catalog::measure),
    ("checks", checks::measure),
    ("helper", helper::measure),
    ("hosting-npm", hosting::npm),
    ("hosting-python", hosting::python),
    ("hosting-publishing", hosting::publishing),
    ("hosting-growth", hosting::growth),
    ("hosting-images", hosting::images),
    ("moving-images", moving::measure),
    ("opening", opening::measure),
    ("stacks", stacks::measure),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let chosen =
        |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| name.starts_with(wanted));
    let mut figures = Vec::new();
    for (name, measure) in BENCHES.into_iter().filter(|(name, _)| chosen(name)) {
        println!("Measuring: {name}");
        match measure() {
            Ok(measured) => figures.extend(measured),
            Err(error) => {
                eprintln!("bench {name}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("\n{}", table(&figures));
    ExitCode::SUCCESS
}
