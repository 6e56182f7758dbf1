//! The order of priority: the order of the catalog.

use crate::app::App;
use crate::saving::parse_id;
use crate::wire::{CommandError, Done, MoveRegistry};

impl App {
    /// Gives a registry another place in the catalog, with its comments.
    ///
    /// # Errors
    /// [`crate::wire::Code::NotFound`]; the catalog's errors. Nothing is changed then.
    pub async fn move_registry(&self, request: MoveRegistry) -> Result<Done, CommandError> {
        let _changing = self.0.changing.lock().await;
        let id = parse_id(&request.id)?;
        let before = request.before.as_deref().map(parse_id).transpose()?;
        let record = self.record(id).await?;
        let outcome = self
            .commit(move |edit| Ok(edit.move_before(id, before)?))
            .await;
        self.noted("registry.moved", &record, None, outcome).await?;
        self.announce().await;
        Ok(Done {})
    }
}
