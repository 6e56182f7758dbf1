//! The two lists: where they are, and what counts of what they say.

use registrar_registry::{DevfileUrl, RegistryName};
use serde_json::Value;

use crate::{Found, MAX_REGISTRIES, error::ClusterError};

/// The lists of the whole cluster.
pub(crate) const CLUSTER_SCOPED: &str =
    "/apis/registry.devfile.io/v1alpha1/clusterdevfileregistrieslists?limit=100";

/// The lists of a namespace.
pub(crate) fn namespaced(namespace: &str) -> String {
    format!(
        "/apis/registry.devfile.io/v1alpha1/namespaces/{namespace}/devfileregistrieslists?limit=100"
    )
}

/// The most entries about which something is said.
const MAX_LEFT_OUT: usize = 20;
/// The most characters of a name that is no registry's.
const MAX_SHOWN: usize = 80;

/// For whom a cluster names a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// For the namespace of the context.
    Namespace,
    /// For everybody in the cluster.
    Cluster,
}

/// A devfile registry that a cluster names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// What the cluster calls it.
    pub name: RegistryName,
    /// Where it is.
    pub url: DevfileUrl,
    /// For whom.
    pub scope: Scope,
    /// Whether the list says that its certificate need not be verified. Registrar verifies it all
    /// the same.
    pub skips_tls: bool,
}

/// Something in a list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is called there, at most 80 characters; empty where it has no name.
    pub name: String,
    /// Why.
    pub message: String,
}

/// The registries of an answer; each is understood, or not, by itself.
#[derive(Default)]
pub(crate) struct List(Vec<Value>);

pub(crate) fn parse(body: &[u8]) -> Result<List, ClusterError> {
    let wrong = || ClusterError::Answer {
        message: "it is no list of devfile registries",
    };
    let answer: Value = serde_json::from_slice(body).map_err(|_| wrong())?;
    let items = answer.get("items").and_then(Value::as_array);
    let mut registries = Vec::new();
    for item in items.ok_or_else(wrong)? {
        let spec = item.get("spec").and_then(Value::as_object);
        match spec.and_then(|spec| spec.get("devfileRegistries")) {
            Some(Value::Array(named)) => registries.extend_from_slice(named),
            // A list that names none yet.
            None | Some(Value::Null) if item.is_object() => {}
            _ => return Err(wrong()),
        }
    }
    Ok(List(registries))
}

impl Found {
    /// Takes what counts of a list.
    pub(crate) fn take(&mut self, list: List, scope: Scope) {
        for value in list.0 {
            match registry(&value, scope) {
                Ok(registry) if self.has(&registry) => {}
                Ok(_) if self.registries.len() == MAX_REGISTRIES => {
                    let message = format!("more than {MAX_REGISTRIES} registries are not read");
                    self.leave_out(&value, message);
                }
                Ok(registry) => self.registries.push(registry),
                Err(message) => self.leave_out(&value, message),
            }
        }
    }

    fn has(&self, registry: &Registry) -> bool {
        let mut known = self.registries.iter();
        known.any(|known| (&known.name, &known.url) == (&registry.name, &registry.url))
    }

    fn leave_out(&mut self, value: &Value, message: String) {
        if self.left_out.len() < MAX_LEFT_OUT {
            let name = value
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let plain = name.chars().filter(|letter| !letter.is_control());
            self.left_out.push(LeftOut {
                name: plain.take(MAX_SHOWN).collect(),
                message,
            });
        }
    }
}

fn registry(value: &Value, scope: Scope) -> Result<Registry, String> {
    let text = |key: &str| match value.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.as_str()),
        Some(Value::String(_)) | None => Err(format!("it has no {key}")),
        Some(_) => Err(format!("its {key} is no text")),
    };
    let (name, url) = (text("name")?, text("url")?);
    Ok(Registry {
        name: RegistryName::parse(name).map_err(|error| error.to_string())?,
        url: DevfileUrl::parse(url).map_err(|error| error.to_string())?,
        scope,
        skips_tls: value.get("skipTLSVerify") == Some(&Value::Bool(true)),
    })
}
