//! The program that a kubeconfig names for signing in: `client.authentication.k8s.io`.

use std::{path::Path, process::Stdio};

use kube::config::{AuthInfo, ExecConfig, ExecInteractiveMode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::AsyncReadExt as _,
    process::{Child, Command},
};
use zeroize::Zeroizing;

use crate::error::ClusterError;

/// The most bytes of output that are read: 1 MiB.
const MAX_OUTPUT: u64 = 1024 * 1024;

/// What the program prints.
#[derive(Deserialize)]
struct ExecCredential {
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<SecretString>,
    client_certificate_data: Option<String>,
    client_key_data: Option<SecretString>,
}

/// Runs the program and puts what it gives into `auth`. Dropped, it ends the program.
pub(crate) async fn sign_in(exec: &ExecConfig, auth: &mut AuthInfo) -> Result<(), ClusterError> {
    let command = exec.command.as_deref().unwrap_or_default();
    let failed = |message: String| ClusterError::Plugin {
        program: name_of(command),
        message,
    };
    if exec.interactive_mode == Some(ExecInteractiveMode::Always) {
        let message = "must ask you something in a terminal; sign in there with kubectl first";
        return Err(failed(message.to_owned()));
    }
    let mut running = Running::start(command, exec).map_err(|error| {
        let hint = exec
            .install_hint
            .as_deref()
            .and_then(|hint| hint.lines().next());
        let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
        failed(format!("cannot be started: {error}{hint}"))
    })?;
    let output = running.finish().await;
    let output = output.map_err(|error| failed(format!("gave no answer: {error}")))?;
    let output = output.ok_or_else(|| failed("ended with an error".to_owned()))?;
    // The parser's own message could quote a secret.
    let credential: ExecCredential = serde_json::from_slice(&output)
        .map_err(|_| failed("answered with something else than an ExecCredential".to_owned()))?;
    let status = credential.status;
    let status = status.ok_or_else(|| failed("gave no credentials".to_owned()))?;
    take(status, auth);
    Ok(())
}

fn take(status: Status, auth: &mut AuthInfo) {
    if let Some(token) = status.token {
        auth.token = Some(token);
        auth.token_file = None;
    }
    if let (Some(certificate), Some(key)) = (status.client_certificate_data, status.client_key_data)
    {
        // A kubeconfig has both in base64, the program gives both as PEM.
        auth.client_certificate_data = Some(base64(certificate.as_bytes()));
        auth.client_key_data = Some(SecretString::from(base64(key.expose_secret().as_bytes())));
        auth.client_certificate = None;
        auth.client_key = None;
    }
}

fn base64(bytes: &[u8]) -> String {
    k8s_openapi::serde_json::to_value(k8s_openapi::ByteString(bytes.to_vec()))
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn name_of(command: &str) -> String {
    let name = Path::new(command).file_name();
    name.unwrap_or_default().to_string_lossy().into_owned()
}

/// A program and all that it started, killed when dropped.
struct Running(Child);

impl Running {
    fn start(program: &str, exec: &ExecConfig) -> std::io::Result<Self> {
        let mut spec = json!({ "interactive": false });
        if let (true, Some(cluster)) = (exec.provide_cluster_info, &exec.cluster) {
            spec["cluster"] = serde_json::to_value(cluster)?;
        }
        let info = json!({
            "apiVersion": exec.api_version, "kind": "ExecCredential", "spec": spec,
        });
        let mut command = Command::new(program);
        command
            .args(exec.args.iter().flatten())
            .env("KUBERNETES_EXEC_INFO", info.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        for variable in exec.env.iter().flatten() {
            if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value")) {
                command.env(name, value);
            }
        }
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().map(Self)
    }

    /// What it printed; `None` where it was not content.
    async fn finish(&mut self) -> std::io::Result<Option<Zeroizing<Vec<u8>>>> {
        let mut output = Zeroizing::new(Vec::new());
        if let Some(stdout) = self.0.stdout.take() {
            stdout.take(MAX_OUTPUT).read_to_end(&mut output).await?;
        }
        let status = self.0.wait().await?;
        Ok(status.success().then_some(output))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Gone from the table once it has been waited for, so this can hit nobody else.
        #[cfg(unix)]
        if let Some(group) = self
            .0
            .id()
            .and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
