//! The program that tools call for a credential. The name it is called by says which protocol:
//! `docker-credential-registrar` is docker's.

mod caller;
mod docker;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use registrar_handover::docker_protocol::PROGRAM;

/// Serves one protocol: the arguments without the program's name.
type Protocol = fn(&[OsString]) -> io::Result<ExitCode>;

fn main() -> ExitCode {
    let mut arguments = env::args_os();
    let name = arguments.next().unwrap_or_default();
    let served = match protocol(&name) {
        Some(serve) => serve(&arguments.collect::<Vec<_>>()),
        None => unknown(&name),
    };
    // A tool that closed its end wants no answer.
    served.unwrap_or(ExitCode::FAILURE)
}

/// The protocol of the program called `name`, a path or a bare name.
fn protocol(name: &OsStr) -> Option<Protocol> {
    let file = Path::new(name).file_name()?.to_str()?;
    match file.strip_suffix(env::consts::EXE_SUFFIX)? {
        PROGRAM => Some(docker::serve),
        _ => None,
    }
}

fn unknown(name: &OsStr) -> io::Result<ExitCode> {
    let name = name.to_string_lossy();
    writeln!(
        io::stderr(),
        "Registrar's helper does not know what “{name}” is to do: call it by the name {PROGRAM}."
    )?;
    Ok(ExitCode::FAILURE)
}

#[cfg(test)]
mod tests {
    use super::{PROGRAM, protocol};

    #[test]
    fn the_name_says_the_protocol() {
        let program = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
        for name in [program.clone(), format!("/usr/bin/{program}")] {
            assert!(protocol(name.as_ref()).is_some(), "{name}");
        }
        for name in ["", "/", "helper", "cargo-credential-registrar"] {
            assert!(protocol(name.as_ref()).is_none(), "{name}");
        }
    }
}
