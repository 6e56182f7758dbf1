//! Devfile registries that a Kubernetes cluster names.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Request of `read_cluster`.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadCluster {
    /// Whether to ask the cluster even where it has been asked a moment ago.
    pub anew: bool,
}

/// Response of `read_cluster`. Empty where there is no kubeconfig, or no such lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterPage {
    /// The kubeconfig's current context, where its cluster was asked and answered.
    pub context: Option<String>,
    /// The namespace of the context.
    pub namespace: Option<String>,
    /// The registries by priority, before all of the catalog's.
    pub registries: Vec<ClusterRegistry>,
    /// What of the lists cannot be used.
    pub left_out: Vec<ClusterLeftOut>,
    /// Why the lists could not be read just now. What was read before stays where it may still be
    /// true.
    pub problem: Option<ClusterProblem>,
}

/// A devfile registry that a cluster names. It can be browsed and copied, not changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterRegistry {
    /// An id that depends on what the cluster says; for the commands about stacks.
    pub id: String,
    /// What the cluster calls it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// For whom the cluster names it.
    pub scope: ClusterScope,
    /// Whether the list says that its certificate need not be verified; it is verified all the
    /// same.
    pub skips_tls: bool,
}

/// For whom a cluster names a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClusterScope {
    /// For the namespace of the context.
    Namespace,
    /// For everybody in the cluster.
    Cluster,
}

/// Something in a list that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterLeftOut {
    /// What it is called there; may be empty.
    pub name: String,
    /// Why.
    pub message: String,
}

/// Why a cluster's lists could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ClusterProblem {
    /// What happened.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// What the cluster itself said.
    pub raw: Option<String>,
}
