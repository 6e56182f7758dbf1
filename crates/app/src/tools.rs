//! The Tools page: what docker, podman and the like ask Registrar for.
//!
//! Nothing is written but what [`App::plan_tools`] has shown. What the tools' files say is read anew
//! each time: they belong to the person and to the tools, and change behind our back.

mod errors;
mod page;
mod plans;
mod setting;

use std::sync::OnceLock;

use jiff::Timestamp;
use parking_lot::Mutex;
use registrar_activity::Entry;
use registrar_handover::{Discovery, Environment, Tool, Watch};
use registrar_registry::ContainerHost;

use crate::app::App;
use crate::importing::Import;
use crate::wire::{
    AppEvent, ApplyPlan, Code, CommandError, Nothing, ToolChange, ToolFamily, ToolPlan, ToolsPage,
};

pub(crate) use errors::said;
pub(crate) use page::tool;
pub(crate) use plans::file as plan_file;
use plans::{Planned, Plans};

/// What is known of the tools while the application runs.
#[derive(Default)]
pub(crate) struct Tools {
    discovery: Discovery,
    plans: Mutex<Plans>,
    pub(crate) import: Mutex<Import>,
    watch: OnceLock<Watch>,
}

impl Tools {
    /// Looks for odo.
    pub(crate) async fn odo(&self, environment: &Environment) -> Tool {
        self.discovery.odo(environment).await
    }
}

impl App {
    /// The tools, the helper, and which registries the tools ask Registrar for.
    ///
    /// # Errors
    /// None; a configuration that cannot be used is part of the answer.
    pub async fn list_tools(&self, _: Nothing) -> Result<ToolsPage, CommandError> {
        let handover = &self.0.handover;
        let (docker, podman) = (handover.clone(), handover.clone());
        let (found, helper, docker, podman) = tokio::join!(
            self.0.tools.discovery.tools(handover.environment()),
            self.helper_facts(),
            self.blocking(move || Ok(page::docker(&docker))),
            self.blocking(move || Ok(page::podman(&podman))),
        );
        let catalog = self.shelf().await.catalog();
        let groups = [docker?, podman?].into_iter();
        Ok(ToolsPage {
            helper: helper?,
            groups: groups
                .map(|reading| reading.group(&found, &catalog))
                .collect(),
        })
    }

    async fn helper_facts(&self) -> Result<crate::wire::HelperFacts, CommandError> {
        let (handover, own) = (self.0.handover.clone(), self.0.paths.helper());
        self.blocking(move || Ok(page::helper(&handover.helper_link(), own.as_deref())))
            .await
    }

    /// What a change would write. Writes nothing.
    ///
    /// # Errors
    /// [`Code::Storage`] where a file cannot be read or understood; [`Code::Invalid`] for a
    /// registry that no tool can name, and for plaintext that must not be removed.
    pub async fn plan_tools(&self, change: ToolChange) -> Result<ToolPlan, CommandError> {
        let (handover, own) = (self.0.handover.clone(), self.0.paths.helper());
        let words = plans::words(&change);
        let plan = match change {
            ToolChange::Scrub { keys } => self.plan_scrub(&keys).await?,
            change => {
                let plan = move || plans::plan(&handover, own.as_deref(), change);
                self.blocking(plan).await?
            }
        };
        Ok(self.0.tools.plans.lock().keep(Planned { plan, words }))
    }

    /// Writes what a plan has shown.
    ///
    /// # Errors
    /// [`Code::PlanOutdated`] where a file has changed since, or the plan is forgotten: nothing
    /// was written. [`Code::Storage`] where the system refuses.
    pub async fn apply_plan(&self, request: ApplyPlan) -> Result<ToolsPage, CommandError> {
        let planned = self.0.tools.plans.lock().find(&request.plan);
        let planned = planned.ok_or_else(plans::outdated)?;
        let (handover, plan) = (self.0.handover.clone(), planned.plan.clone());
        let apply = move || Ok(handover.apply(plan)?);
        let outcome = self.blocking(apply).await;
        if !matches!(&outcome, Err(error) if error.retryable) {
            self.0.tools.plans.lock().forget(&request.plan);
        }
        self.note_applied(&planned, &outcome).await;
        // Even where it failed: files before the one that did may have been written.
        self.send(AppEvent::ToolsChanged);
        outcome?;
        self.list_tools(Nothing {}).await
    }

    /// A line for every file. An outdated plan has changed nothing, and is no event.
    async fn note_applied(&self, planned: &Planned, outcome: &Result<(), CommandError>) {
        let details = match outcome {
            Ok(()) => planned.details(),
            Err(error) if error.code == Code::PlanOutdated => return,
            Err(error) => vec![error.message.clone()],
        };
        for detail in details {
            self.note(Entry {
                at: Timestamp::now(),
                action: "tool.changed".to_owned(),
                registry: None,
                registry_id: None,
                ok: outcome.is_ok(),
                detail: Some(detail),
            })
            .await;
        }
    }

    /// The tools that ask Registrar for a credential for this host: `docker`, `podman`. A
    /// configuration that cannot be used asks for nothing.
    pub(crate) async fn tools_asking_for(&self, host: &ContainerHost) -> Vec<String> {
        let (handover, host) = (self.0.handover.clone(), host.to_string());
        let asking = move || {
            let readings = [page::docker(&handover), page::podman(&handover)];
            let asking = readings.into_iter().filter(|reading| reading.asks(&host));
            Ok(asking.map(|reading| name(reading.family)).collect())
        };
        self.blocking(asking).await.unwrap_or_default()
    }

    /// Tells the window when the configuration of a tool changes, from now until the end.
    pub(crate) async fn watch_tools(&self) {
        let (handover, app) = (self.0.handover.clone(), std::sync::Arc::downgrade(&self.0));
        let changed = move || {
            if let Some(inner) = app.upgrade() {
                inner.ports.events.send(AppEvent::ToolsChanged);
            }
        };
        let watch = tokio::task::spawn_blocking(move || handover.watch(changed)).await;
        match watch {
            Ok(Ok(watch)) => drop(self.0.tools.watch.set(watch)),
            Ok(Err(error)) => tracing::warn!(%error, "the tools are not watched"),
            Err(error) => tracing::warn!(%error, "the tools are not watched"),
        }
    }
}

/// What a family is called where a person reads it.
fn name(family: ToolFamily) -> String {
    match family {
        ToolFamily::Docker => "docker".to_owned(),
        ToolFamily::Podman => "podman".to_owned(),
    }
}
