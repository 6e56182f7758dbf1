//! Devfile registries that the current context's cluster names: read, shown, browsed, copied.
//!
//! They are nobody's to change here. For browsing, each has a record that is in no file, whose id
//! depends on what the cluster says; it never has a token. Nothing waits for the cluster: it is
//! asked by a command of its own, which ends within the two seconds of [`registrar_cluster::LIMIT`].

use std::collections::HashSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::Mutex;
use registrar_catalog::{Address, ContainerOptions, Record};
use registrar_cluster::{ClusterError, Found, LeftOut, Registry, Scope};
use registrar_registry::{RegistryId, RegistryKind, TlsRules};

use crate::app::App;
use crate::saving::parse_id;
use crate::sharing::free_name;
use crate::shelf::sentence;
use crate::wire::{
    AddRegistry, ClusterLeftOut, ClusterPage, ClusterProblem, ClusterRegistry, ClusterScope,
    CommandError, Kind, ReadCluster, RegistryDetails, RegistryDraft, RegistryRef, TokenChange,
};

/// How long an answer counts before the cluster is asked again unasked.
const FRESH_FOR: Duration = Duration::from_mins(5);

/// What is known of the cluster.
#[derive(Default)]
pub(crate) struct Cluster {
    known: Mutex<Known>,
    /// Held while the cluster is asked, so that it is not asked twice at a time.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    asked: Option<Instant>,
    found: Option<Found>,
    records: Vec<Record>,
    problem: Option<ClusterProblem>,
}

impl App {
    /// The devfile registries that the current context's cluster names. Asks the cluster, unless
    /// it has been asked a moment ago.
    ///
    /// # Errors
    /// None; what is wrong with the kubeconfig or the cluster is part of the answer.
    pub async fn read_cluster(&self, request: ReadCluster) -> Result<ClusterPage, CommandError> {
        let cluster = &self.0.cluster;
        let _asking = cluster.asking.lock().await;
        if request.anew || !cluster.is_fresh() {
            let read = registrar_cluster::read(self.0.paths.kubeconfigs()).await;
            if cluster.take(read) {
                self.0.stacks.changed();
            }
        }
        Ok(cluster.page())
    }

    /// Copies one of the cluster's registries to the end of the catalog, as if it had been typed.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`] where the cluster does not name it (any more); as
    /// [`App::add_registry`].
    pub async fn copy_from_cluster(
        &self,
        request: RegistryRef,
    ) -> Result<RegistryDetails, CommandError> {
        let id = parse_id(&request.id)?;
        let record = self.0.cluster.record(id);
        let record = record.ok_or_else(CommandError::not_found)?;
        let catalog = self.shelf().await.catalog();
        let name = free_name(&record.name, &catalog, &mut HashSet::new());
        let draft = RegistryDraft {
            kind: Kind::Devfile,
            name: name.to_string(),
            url: record.url.text().into_owned(),
            allow_http: record.allow_http,
            token: TokenChange::Keep,
            expires: String::new(),
            ca_file: None,
            trusted_certificate: None,
            container: None,
        };
        Box::pin(self.add_registry(AddRegistry { draft, test: None })).await
    }
}

impl Cluster {
    /// The cluster's registries by priority.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.known.lock().records.clone()
    }

    /// The cluster's registry of this id.
    pub(crate) fn record(&self, id: RegistryId) -> Option<Record> {
        let known = self.known.lock();
        known.records.iter().find(|record| record.id == id).cloned()
    }

    /// The context from which the registry of this id comes; `None` for others.
    pub(crate) fn context_of(&self, id: RegistryId) -> Option<String> {
        let known = self.known.lock();
        let is_here = known.records.iter().any(|record| record.id == id);
        let found = known.found.as_ref().filter(|_| is_here)?;
        Some(found.context.clone())
    }

    fn is_fresh(&self) -> bool {
        let asked = self.known.lock().asked;
        asked.is_some_and(|asked| asked.elapsed() < FRESH_FOR)
    }

    /// Takes over what came; whether there are other registries now. A cluster that did not answer
    /// may still say what it said before.
    fn take(&self, read: Result<Option<Found>, ClusterError>) -> bool {
        let mut known = self.known.lock();
        known.asked = Some(Instant::now());
        known.problem = read.as_ref().err().map(problem);
        let found = match read {
            Err(ClusterError::Slow { .. } | ClusterError::Unreachable { .. }) => return false,
            Err(_) => None,
            Ok(found) => found,
        };
        let records = found.as_ref().map(records).unwrap_or_default();
        let changed = records != known.records;
        known.records = records;
        known.found = found;
        changed
    }

    fn page(&self) -> ClusterPage {
        let known = self.known.lock();
        let Some(found) = &known.found else {
            return ClusterPage {
                problem: known.problem.clone(),
                ..ClusterPage::default()
            };
        };
        let registries = known.records.iter().zip(&found.registries);
        ClusterPage {
            context: Some(found.context.clone()),
            namespace: Some(found.namespace.clone()),
            registries: registries.map(row).collect(),
            left_out: found.left_out.iter().map(left_out).collect(),
            problem: known.problem.clone(),
        }
    }
}

fn records(found: &Found) -> Vec<Record> {
    let registries = found.registries.iter();
    registries
        .map(|registry| record(&found.context, registry))
        .collect()
}

fn record(context: &str, registry: &Registry) -> Record {
    let Registry {
        name, url, scope, ..
    } = registry;
    let seed = format!("cluster\n{context}\n{scope:?}\n{name}\n{}", url.as_str());
    Record {
        id: RegistryId::derived(seed.as_bytes()),
        kind: RegistryKind::Devfile,
        name: name.clone(),
        allow_http: url.is_plain_http(),
        url: Address::Devfile(url.clone()),
        user: None,
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        token: false,
        expires: None,
        tls: TlsRules::default(),
        container: ContainerOptions::default(),
    }
}

fn row((record, registry): (&Record, &Registry)) -> ClusterRegistry {
    ClusterRegistry {
        id: record.id.to_string(),
        name: record.name.to_string(),
        url: record.url.text().into_owned(),
        scope: match registry.scope {
            Scope::Namespace => ClusterScope::Namespace,
            Scope::Cluster => ClusterScope::Cluster,
        },
        skips_tls: registry.skips_tls,
    }
}

fn left_out(left_out: &LeftOut) -> ClusterLeftOut {
    ClusterLeftOut {
        name: left_out.name.clone(),
        message: left_out.message.clone(),
    }
}

fn problem(error: &ClusterError) -> ClusterProblem {
    let hint = match error {
        ClusterError::Kubeconfig { .. } => {
            "Mend the file that KUBECONFIG names, or .kube/config in your home folder."
        }
        ClusterError::Plugin { .. } => "Sign in with kubectl in a terminal, then try again.",
        ClusterError::Refused { .. } => {
            "Ask whoever runs the cluster to let you list devfileregistrieslists."
        }
        ClusterError::Unreachable { .. } | ClusterError::Slow { .. } => {
            "Your other registries do not wait for it. Try again once the cluster is there."
        }
        _ => "Ask whoever runs the cluster to look at its lists of devfile registries.",
    };
    let raw = match error {
        ClusterError::Refused { said, .. } | ClusterError::Failed { said, .. } => said.clone(),
        _ => None,
    };
    ClusterProblem {
        message: sentence(&error.to_string()),
        hint: hint.to_owned(),
        raw,
    }
}
