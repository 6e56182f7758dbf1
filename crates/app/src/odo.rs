//! odo: what it has, what it is given, and what is taken from it.
//!
//! odo does not ask Registrar as docker does. A registry is written into its list, and a token is
//! put where odo keeps tokens, both only after it was shown. `secure: true` stands in the list
//! exactly if the token is in the keychain, because odo fails to remove a registry otherwise. So a
//! token comes before the list is written and goes after it; where the list cannot be written, the
//! token is taken back.

mod import;
mod page;
mod plan;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use registrar_activity::Entry;
use registrar_catalog::Record;
use registrar_registry::RegistryId;

use crate::app::App;
use crate::wire::{
    AppEvent, ApplyPlan, Code, CommandError, Nothing, OdoChange, OdoPage, OdoPlan, TokenChange,
};
use plan::Planned;

/// The last plan that was shown; it holds what the file is to hold.
#[derive(Default)]
pub(crate) struct Odo(Mutex<Option<(String, Arc<Planned>)>>);

impl App {
    /// odo itself, what it has, and how the catalog's devfile registries stand in it.
    ///
    /// # Errors
    /// None; a configuration that cannot be used is part of the answer.
    pub async fn odo_page(&self, _: Nothing) -> Result<OdoPage, CommandError> {
        let handover = self.0.handover.clone();
        let (tool, state) = tokio::join!(
            self.0.tools.odo(self.0.handover.environment()),
            self.blocking(move || Ok((handover.odo().path(), handover.odo().state()))),
        );
        let (file, state) = state?;
        let catalog = self.shelf().await.catalog();
        Ok(page::page(&tool, &file, state, &catalog))
    }

    /// What a change of odo would write. Writes nothing, but may raise the keychain's question,
    /// because it looks whether a token would be replaced.
    ///
    /// # Errors
    /// [`Code::Storage`] where the file cannot be read or understood; [`Code::Invalid`] for a
    /// registry that odo refuses; the vault's.
    pub async fn plan_odo(&self, change: OdoChange) -> Result<OdoPlan, CommandError> {
        let planned = Arc::new(self.planned(change).await?);
        let plan = RegistryId::new().to_string();
        let shown = planned.shown(&plan);
        *self.0.odo.0.lock() = Some((plan, planned));
        Ok(shown)
    }

    /// Writes what a plan has shown.
    ///
    /// # Errors
    /// [`Code::PlanOutdated`] where the file has changed since, or the plan is forgotten: nothing
    /// was written. [`Code::Storage`] where the system refuses; the vault's.
    pub async fn apply_odo(&self, request: ApplyPlan) -> Result<OdoPage, CommandError> {
        let last = self.0.odo.0.lock().clone();
        let found = last.filter(|(id, _)| *id == request.plan);
        let (_, planned) = found.ok_or_else(plan::outdated)?;
        let outcome = self.make(&planned).await;
        if !matches!(&outcome, Err(error) if error.retryable) {
            *self.0.odo.0.lock() = None;
        }
        if !matches!(&outcome, Err(error) if error.code == Code::PlanOutdated) {
            self.note_odo(planned.words.clone(), &outcome).await;
        }
        self.send(AppEvent::ToolsChanged);
        outcome?;
        self.odo_page(Nothing {}).await
    }

    /// Tokens first, then the list, then the tokens that go.
    async fn make(&self, planned: &Planned) -> Result<(), CommandError> {
        let given = self.give_tokens(&planned.given).await?;
        let (handover, plan) = (self.0.handover.clone(), planned.plan.clone());
        if let Err(error) = self.blocking(move || Ok(handover.apply(plan)?)).await {
            self.take_tokens_back(given).await;
            return Err(error);
        }
        self.remove_tokens(&planned.removed).await
    }

    async fn note_odo(&self, words: String, outcome: &Result<(), CommandError>) {
        let failure = outcome.as_ref().err().map(|error| error.message.clone());
        self.note(Entry {
            at: Timestamp::now(),
            action: "tool.changed".to_owned(),
            registry: None,
            registry_id: None,
            ok: outcome.is_ok(),
            detail: Some(failure.unwrap_or(words)),
        })
        .await;
    }

    /// Whether odo has this registry from Registrar. A configuration that cannot be used has none.
    pub(crate) async fn odo_has(&self, id: RegistryId) -> bool {
        let handover = self.0.handover.clone();
        let state = self.blocking(move || Ok(handover.odo().state()?)).await;
        state.is_ok_and(|state| page::ours(&state, &id.to_string()).is_some())
    }

    /// The registry is gone for good: odo loses it, too, as the person was told.
    pub(crate) async fn leave_odo(&self, id: RegistryId) {
        if !self.odo_has(id).await {
            return;
        }
        let change = OdoChange::Remove {
            ids: vec![id.to_string()],
        };
        let outcome = match self.planned(change).await {
            Ok(planned) => {
                let outcome = self.make(&planned).await;
                self.note_odo(planned.words, &outcome).await;
                outcome
            }
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::warn!(%id, raw = ?error.raw, "odo keeps a registry: {}", error.message);
        }
        self.send(AppEvent::ToolsChanged);
    }

    /// A new token of a registry whose token odo has goes to odo as well. Name and address are
    /// written by the person's own choice only, which the page offers.
    pub(crate) async fn follow_in_odo(&self, record: &Record, token: &TokenChange) {
        let TokenChange::Set { token } = token else {
            return;
        };
        let handover = self.0.handover.clone();
        let state = self.blocking(move || Ok(handover.odo().state()?)).await;
        let Ok(state) = state else { return };
        let ours = page::ours(&state, &record.id.to_string());
        let Some(ours) = ours.filter(|ours| ours.secure) else {
            return;
        };
        if let Err(error) = self.give_token(&ours.name, token).await {
            let words = format!("odo keeps the old token of “{}”", ours.name);
            self.note_odo(words, &Err(error)).await;
        }
    }
}
