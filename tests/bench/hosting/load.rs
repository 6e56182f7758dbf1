//! Asking as fast as a server answers.

use std::error::Error;
use std::process::Command;
use std::time::Instant;

/// How long each address is asked, and by how many connections.
const DURATION: &str = "4s";
const CONNECTIONS: &str = "8";

/// Microseconds per request, by `hey`. Every answer must be a success.
pub(super) fn micros_per_request(url: &str, headers: &[&str]) -> Result<f64, Box<dyn Error>> {
    let mut command = Command::new("hey");
    command.args(["-z", DURATION, "-c", CONNECTIONS, "-disable-compression"]);
    for header in headers {
        command.args(["-H", header]);
    }
    let output = command.arg(url).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    // The counts of the histogram before it stand in brackets as well.
    let (_, codes) = text
        .split_once("Status code distribution")
        .unwrap_or_default();
    let failed = text.contains("Error distribution") || !codes.contains("[200]");
    if failed || codes.contains("[4") || codes.contains("[5") {
        return Err(format!("{url} did not answer well:\n{text}").into());
    }
    let line = text.lines().find(|line| line.contains("Requests/sec:"));
    let rate = line.and_then(|line| line.split_whitespace().last());
    let rate: f64 = rate
        .ok_or("hey did not say how many requests there were")?
        .parse()?;
    Ok(1_000_000.0 / rate)
}

/// How long something takes, in milliseconds.
pub(super) fn millis<T>(
    work: impl FnOnce() -> Result<T, Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
