//! Docker's protocol over this process's standard input and output.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use registrar_app::{App, Paths, Ports, Stores, ToolCredentials};
use registrar_handover::docker_protocol;
use registrar_vault::{Keychain, PassphraseVault};

use crate::caller;

/// Serves one call.
pub(crate) fn serve(arguments: &[OsString]) -> io::Result<ExitCode> {
    let Some(paths) = Paths::from_environment() else {
        return answer(
            b"Registrar finds no folder for its configuration: set HOME and try again.\n",
            1,
        );
    };
    let stores = Stores {
        keychain: Arc::new(Keychain::for_one_call()),
        sealed: Arc::new(PassphraseVault::new(paths.data())),
    };
    let app = App::new(paths, Ports::silent(), stores);
    let mut credentials = ToolCredentials::beside_window(app, caller::tool());
    let served = docker_protocol::serve(arguments, io::stdin().lock(), &mut credentials);
    answer(served.output.expose(), served.code)
}

fn answer(output: &[u8], code: u8) -> io::Result<ExitCode> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(output)?;
    stdout.flush()?;
    Ok(ExitCode::from(code))
}
