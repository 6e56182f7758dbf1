//! Taking the place of an instance that was just ending.
//!
//! Whoever starts Registrar while another instance runs wants that one's window in front. It is
//! asked over D-Bus; an instance in its last moments still has its name there, but answers no
//! more. The answer's failure comes out of the window's construction, after which a process cannot
//! construct another: so the program starts itself anew, in this process's place.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

/// The plugin that asks the other instance.
const PLUGIN: &str = "single-instance";
/// Counts the starts, for the next one.
const VARIABLE: &str = "REGISTRAR_STARTS";
/// The starts and the pauses between them leave the other one more time than it may take to end.
const STARTS: u32 = 60;
const PAUSE: Duration = Duration::from_millis(250);

/// Starts the program anew if `error` is that the other instance does not answer. Returns where it
/// is not, or where that has lasted for too long.
pub(crate) fn succeed(error: &tauri::Error) {
    let starts = starts();
    if !is_unanswered(error) || starts >= STARTS {
        return;
    }
    tracing::info!(%error, "the other instance is ending; starting anew");
    sleep(PAUSE);
    let Ok(program) = env::current_exe() else {
        return;
    };
    // It returns only where it has failed.
    let error = Command::new(program)
        .args(env::args_os().skip(1))
        .env(VARIABLE, (starts + 1).to_string())
        .exec();
    tracing::error!(%error, "Registrar could not start itself anew");
}

fn starts() -> u32 {
    let counted = env::var(VARIABLE).ok();
    counted.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn is_unanswered(error: &tauri::Error) -> bool {
    matches!(error, tauri::Error::PluginInitialization(plugin, _) if plugin == PLUGIN)
}

#[cfg(test)]
mod tests {
    use super::is_unanswered;

    #[test]
    fn only_an_unanswered_call_is_a_reason_to_start_anew() {
        let plugin =
            |name: &str| tauri::Error::PluginInitialization(name.to_owned(), "no reply".to_owned());
        assert!(is_unanswered(&plugin("single-instance")));
        assert!(!is_unanswered(&plugin("dialog")));
        assert!(!is_unanswered(&tauri::Error::WindowNotFound));
    }
}
