//! How long a tool waits for a credential: our helper against the reference helper, on the same
//! keyring, and against `secret-tool lookup`, the keyring's own program, which does no more than
//! connect to the bus, open a session, find the item and read it.

use std::env;
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use acceptance_support::computer::Computer;

use crate::figure::{Figure, median};

/// How many times each is called; the median counts.
const RUNS: usize = 101;
/// Half of the reference helper.
const PEER_AIM: f64 = 0.5;
/// Hardly more than the keyring's own program.
const KEYRING_AIM: f64 = 1.2;
/// A stranger is answered without the keyring.
const STRANGER_AIM: f64 = 0.2;

const PEER: &str = "docker-credential-secretservice";
const KNOWN: &str = "registry.example.com";
const STRANGER: &str = "docker.io";
const ID: &str = "01935a00-0000-7000-8000-000000000001";

pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let ours = helper()?;
    let computer = Computer::new(&ours);
    computer.register(1, KNOWN, "ada", "hunter2");
    let login = format!(r#"{{"ServerURL":"{KNOWN}","Username":"ada","Secret":"hunter2"}}"#);
    computer.feed(PEER, &["store"], login.as_bytes()).ok();
    let ours = ours.display().to_string();
    let lookup = ["lookup", "service", "registrar", "username", ID];
    let calls: [(&str, &[&str], &str); 4] = [
        (&ours, &["get"], KNOWN),
        (PEER, &["get"], KNOWN),
        ("secret-tool", &lookup, ""),
        (&ours, &["get"], STRANGER),
    ];
    let mut times = calls.map(|_| Vec::new());
    for _ in 0..RUNS {
        // In turn, so that whatever disturbs the computer disturbs all alike.
        for (times, (program, arguments, input)) in times.iter_mut().zip(calls) {
            times.push(call(&computer, program, arguments, input)?);
        }
    }
    let [known, peer, keyring, stranger] = times.map(median);
    let figure = |what: &str, ours, floor, floor_is, aim| Figure {
        what: what.to_owned(),
        unit: "ms",
        ours,
        floor,
        floor_is,
        aim,
    };
    Ok(vec![
        figure("helper get", known, peer, PEER, PEER_AIM),
        figure(
            "helper get",
            known,
            keyring,
            "secret-tool lookup",
            KEYRING_AIM,
        ),
        figure("helper get, stranger", stranger, peer, PEER, STRANGER_AIM),
    ])
}

/// `$HELPER_BIN`, or the helper beside this program.
fn helper() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(named) = env::var_os("HELPER_BIN") {
        return Ok(PathBuf::from(named));
    }
    let own = env::current_exe()?;
    let folder = own.parent().unwrap_or(Path::new("."));
    Ok(folder.join("docker-credential-registrar"))
}

/// From the start of the program to its end; milliseconds.
fn call(
    computer: &Computer,
    program: &str,
    arguments: &[&str],
    input: &str,
) -> Result<f64, Box<dyn Error>> {
    let mut command = computer.command(program);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let began = Instant::now();
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    child.wait()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
