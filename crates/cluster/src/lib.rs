//! Devfile registries that a Kubernetes cluster names, as odo finds them: the lists
//! `DevfileRegistriesList` of the current namespace and `ClusterDevfileRegistriesList`, of the API
//! group `registry.devfile.io/v1alpha1`.
//!
//! - Which cluster, and as whom, the current context of the person's kubeconfig says. Nothing of
//!   the cluster is ever changed.
//! - Everything together takes at most [`LIMIT`]: a cluster that is gone costs no more. What runs
//!   then is ended.
//! - A cluster is another program's word, so every answer is bounded, and each registry is taken
//!   or left out by itself.
//! - A kubeconfig may name a program that gives the credentials. It is run: that is what kubectl
//!   does with the same file, most clusters of the large providers have no other way in, and who
//!   can write to that file can make kubectl run anything anyway. It runs without a terminal and
//!   without input, its output is bounded, and it ends with the time limit, along with all that it
//!   started. One that must talk to the person is not run.
//! - `skipTLSVerify` is passed on and never obeyed here: a cluster does not decide whom the person
//!   trusts.

mod error;
mod kubeconfig;
mod lists;
mod plugin;
mod request;

use std::time::Duration;

pub use error::ClusterError;
pub use kubeconfig::Kubeconfigs;
pub use lists::{LeftOut, Registry, Scope};

use lists::List;

/// How long everything may take together.
pub const LIMIT: Duration = Duration::from_secs(2);

/// The most registries that are taken from one cluster.
pub const MAX_REGISTRIES: usize = 200;

/// What the current context's cluster names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name of the context.
    pub context: String,
    /// Its namespace.
    pub namespace: String,
    /// The registries by priority: those of the namespace, then those of the whole cluster.
    pub registries: Vec<Registry>,
    /// What of the lists cannot be used.
    pub left_out: Vec<LeftOut>,
}

/// Reads the lists of the current context's cluster. `None` where there is no kubeconfig or no
/// current context, and where the cluster does not know such lists.
///
/// # Errors
/// All of [`ClusterError`]. Where only one of the two lists may not be read, the other counts.
pub async fn read(kubeconfigs: &Kubeconfigs) -> Result<Option<Found>, ClusterError> {
    match tokio::time::timeout(LIMIT, read_unbounded(kubeconfigs)).await {
        Ok(found) => found,
        Err(_) => Err(ClusterError::Slow { limit: LIMIT }),
    }
}

async fn read_unbounded(kubeconfigs: &Kubeconfigs) -> Result<Option<Found>, ClusterError> {
    let kubeconfigs = kubeconfigs.clone();
    let current = tokio::task::spawn_blocking(move || kubeconfigs.current());
    let current = current.await.map_err(|_| ClusterError::Kubeconfig {
        message: "reading it was broken off".to_owned(),
    })??;
    let Some(current) = current else {
        return Ok(None);
    };
    let (context, client) = current.connect().await?;
    let namespace = client.default_namespace().to_owned();
    let own = lists::namespaced(&namespace);
    let (own, general) = tokio::join!(
        request::list(&client, &own),
        request::list(&client, lists::CLUSTER_SCOPED),
    );
    let Some((own, general)) = either(own, general)? else {
        return Ok(None);
    };
    let mut found = Found {
        context,
        namespace,
        registries: Vec::new(),
        left_out: Vec::new(),
    };
    found.take(own, Scope::Namespace);
    found.take(general, Scope::Cluster);
    Ok(Some(found))
}

/// What there is of both lists; `None` where the cluster knows neither.
fn either(
    own: Result<Option<List>, ClusterError>,
    general: Result<Option<List>, ClusterError>,
) -> Result<Option<(List, List)>, ClusterError> {
    match (own, general) {
        (Ok(None), Ok(None)) => Ok(None),
        (Ok(own), Ok(general)) => Ok(Some((own.unwrap_or_default(), general.unwrap_or_default()))),
        (Ok(Some(list)), Err(ClusterError::Refused { .. })) => Ok(Some((list, List::default()))),
        (Err(ClusterError::Refused { .. }), Ok(Some(list))) => Ok(Some((List::default(), list))),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}
