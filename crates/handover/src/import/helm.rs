//! Where helm keeps what `helm registry login` stored, apart from docker's file.

use std::path::PathBuf;

use crate::environment::Environment;

/// `$HELM_REGISTRY_CONFIG`, else `registry/config.json` in helm's own folder. It has docker's form.
pub(super) fn file(environment: &Environment) -> PathBuf {
    let chosen = environment.path("HELM_REGISTRY_CONFIG");
    chosen.unwrap_or_else(|| folder(environment).join("registry/config.json"))
}

/// Helm's folder: as it is told, else as the system has it.
fn folder(environment: &Environment) -> PathBuf {
    if let Some(folder) = environment.path("HELM_CONFIG_HOME") {
        return folder;
    }
    let configuration = environment
        .path("XDG_CONFIG_HOME")
        .or_else(|| cfg!(windows).then(|| environment.path("APPDATA")).flatten());
    let usual = if cfg!(target_os = "macos") {
        "Library/Preferences"
    } else {
        ".config"
    };
    configuration
        .unwrap_or_else(|| environment.home().join(usual))
        .join("helm")
}
