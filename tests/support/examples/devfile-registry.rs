//! A devfile registry to try the window with by hand.
//!
//! `cargo run -p acceptance-support --example devfile-registry -- --mode slow:3000 --port 8080`
//! prints its address and serves until it is stopped. `--tls QUALITY` makes it speak https and
//! prints the file of its certificate authority.

#![expect(clippy::print_stdout, reason = "it is a command")]

use std::error::Error;

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode};

fn main() -> Result<(), Box<dyn Error>> {
    let authority = Authority::new();
    let mut builder = DevfileRegistry::builder();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        builder = match name.as_str() {
            "--mode" => builder.mode(value.parse::<Mode>()?),
            "--port" => builder.port(value.parse()?),
            "--tls" => {
                println!("authority: {}", authority.file().display());
                builder.tls(&authority, quality(&value)?)
            }
            _ => return Err("usage: [--mode MODE[:VALUE]] [--tls QUALITY] [--port PORT]".into()),
        };
    }
    let registry = builder.start();
    println!("{}", registry.url());
    loop {
        std::thread::park();
    }
}

fn quality(name: &str) -> Result<Quality, Box<dyn Error>> {
    let named = Quality::NAMED.into_iter().find(|(known, _)| *known == name);
    let (_, quality) = named.ok_or_else(|| format!("unknown quality {name}"))?;
    Ok(quality)
}
