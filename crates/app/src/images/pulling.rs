//! How an image is pulled elsewhere: commands, a secret for Kubernetes, and what Docker Hub allows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use registrar_catalog::Record;
use registrar_registry::{ContainerAddress, ImageReference, Secret};
use serde_json::json;

use super::failed;
use crate::app::App;
use crate::draft::user_at;
use crate::wire::{
    CheckFailure, CommandError, Copied, CopyPullSecret, PullCommand, PullLimit, PullSecret,
    RegistryRef,
};

/// How docker's configuration calls Docker Hub, and Kubernetes with it.
const HUB_KEY: &str = "https://index.docker.io/v1/";
/// What stands for a secret where it is not shown.
const DOTS: &str = "••••••••";

impl App {
    /// Puts a pull secret for Kubernetes on the clipboard, and takes it away after 45 seconds. It
    /// never passes through the window.
    ///
    /// # Errors
    /// The vault's; [`crate::wire::Code::Internal`] where the clipboard cannot be used.
    pub async fn copy_pull_secret(&self, request: CopyPullSecret) -> Result<Copied, CommandError> {
        let place = self.container_place(&request.registry).await?;
        let copied = async {
            let token = self.token(place.record.id).await?;
            let text = manifest(&place.record, &place.address, &token);
            self.copy_for_a_while(text).await
        };
        let detail = Some("as a pull secret for Kubernetes".to_owned());
        let copied = copied.await;
        self.noted("token.copied", &place.record, detail, copied)
            .await
    }

    /// How many pulls are left, where the registry is Docker Hub. Asking costs none.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] where the registry is gone. That it does not answer is part
    /// of the answer.
    pub async fn pull_limit(&self, request: RegistryRef) -> Result<PullLimit, CommandError> {
        let place = self.container_place(&request.id).await?;
        if !place.address.host().is_hub() {
            return Ok(unknown(None));
        }
        let pulls = match self.reader(&place).await {
            Ok(reader) => reader.pulls().await.map_err(failed),
            Err(failure) => Err(failure),
        };
        Ok(match pulls {
            Ok(pulls) => PullLimit {
                known: true,
                limit: pulls.limit.map(|(limit, _)| limit),
                left: pulls.limit.map(|(_, left)| left),
                window_seconds: pulls.window,
                source: pulls.source,
                failure: None,
            },
            Err(failure) => unknown(Some(failure)),
        })
    }
}

fn unknown(failure: Option<CheckFailure>) -> PullLimit {
    PullLimit {
        known: false,
        limit: None,
        left: None,
        window_seconds: None,
        source: None,
        failure,
    }
}

/// What to type to pull `image`. Its parts were parsed, so that a shell finds nothing in them.
pub(super) fn commands(image: &ImageReference, record: &Record) -> Vec<PullCommand> {
    let plain = record.allow_http || record.container.insecure;
    let (podman, skopeo) = if plain {
        (" --tls-verify=false", " --src-tls-verify=false")
    } else {
        ("", "")
    };
    let name = image.repository().rsplit('/').next().unwrap_or("image");
    [
        ("docker", format!("docker pull {image}")),
        ("podman", format!("podman pull{podman} {image}")),
        (
            "skopeo",
            format!(
                "skopeo copy{skopeo} docker://{} oci:{name}",
                one_name(image)
            ),
        ),
    ]
    .map(|(tool, command)| PullCommand {
        tool: tool.to_owned(),
        command,
    })
    .into()
}

/// Skopeo takes a tag or a digest, and not both.
fn one_name(image: &ImageReference) -> String {
    match image.digest() {
        Some(digest) => format!("{}/{}@{digest}", image.host(), image.repository()),
        None => image.to_string(),
    }
}

/// How the secret will look; `None` where the registry has none.
pub(super) fn preview(record: &Record, address: &ContainerAddress) -> Option<PullSecret> {
    let name = name(address);
    record.token.then(|| PullSecret {
        preview: yaml(&name, DOTS),
        name,
    })
}

fn manifest(record: &Record, address: &ContainerAddress, token: &Secret) -> Secret {
    let (host, provider) = (address.host(), record.container.provider);
    let user = user_at(host, record.user.as_deref(), provider, Some(token));
    let key = if host.is_hub() {
        HUB_KEY
    } else {
        host.as_str()
    };
    let password = Secret::new(token.expose());
    let pair = Secret::new([user.as_bytes(), b":", password.expose()].concat());
    let auth = STANDARD.encode(pair.expose());
    let config = json!({"auths": {key: {
        "username": user,
        "password": token.expose_text().unwrap_or_default(),
        "auth": auth,
    }}});
    let data = Secret::new(STANDARD.encode(config.to_string()));
    let data = data.expose_text().unwrap_or_default();
    Secret::new(yaml(&name(address), data))
}

fn yaml(name: &str, data: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\n\
         type: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: {data}\n"
    )
}

/// A name that Kubernetes takes, after the registry's address.
fn name(address: &ContainerAddress) -> String {
    let plain = address.host().as_str().to_ascii_lowercase();
    let plain = plain.replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    format!("pull-{}", plain.trim_matches('-'))
}
