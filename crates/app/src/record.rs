//! The Activity page.

use std::path::Path;

use registrar_activity::{Entry, to_csv, to_json};

use crate::app::App;
use crate::files;
use crate::wire::{
    ActivityPage, ActivityRow, CommandError, ExportActivity, ExportFormat, Exported, ListActivity,
};

impl App {
    /// What was done, newest first.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the record cannot be read.
    pub async fn list_activity(&self, request: ListActivity) -> Result<ActivityPage, CommandError> {
        let activity = self.0.activity.clone();
        let limit = request.limit.clamp(1, 500) as usize;
        let page = self
            .blocking(move || {
                Ok(activity.search(&request.search, request.offset as usize, limit)?)
            })
            .await?;
        Ok(ActivityPage {
            total: u32::try_from(page.total).unwrap_or(u32::MAX),
            rows: page.entries.into_iter().map(activity_row).collect(),
        })
    }

    /// Writes what matches into a file that the person chooses.
    ///
    /// # Errors
    /// [`crate::wire::Code::Storage`] where the record cannot be read or the file not written.
    pub async fn export_activity(&self, request: ExportActivity) -> Result<Exported, CommandError> {
        let Some(path) = self.0.ports.dialogs.save_activity(request.format).await else {
            return Ok(Exported {
                path: None,
                rows: 0,
            });
        };
        let activity = self.0.activity.clone();
        let shown = path.display().to_string();
        let write = move || {
            let entries = activity.search(&request.search, 0, usize::MAX)?.entries;
            export(&path, request.format, &entries)?;
            Ok(entries.len())
        };
        let rows = self.blocking(write).await?;
        Ok(Exported {
            path: Some(shown),
            rows: u32::try_from(rows).unwrap_or(u32::MAX),
        })
    }
}

fn export(path: &Path, format: ExportFormat, entries: &[Entry]) -> std::io::Result<()> {
    let text = match format {
        ExportFormat::Csv => to_csv(entries),
        ExportFormat::Json => to_json(entries),
    };
    files::write_whole(path, text.as_bytes())
}

fn activity_row(entry: Entry) -> ActivityRow {
    ActivityRow {
        at: entry.at.to_string(),
        action: entry.action,
        registry: entry.registry,
        registry_id: entry.registry_id.map(|id| id.to_string()),
        ok: entry.ok,
        detail: entry.detail,
    }
}
