//! What the use cases need from the program around them, and who gives it.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use registrar_registry::Secret;

use crate::wire::{AppEvent, ExportFormat};

/// A future that a port returns.
pub type PortFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Takes events to the window.
pub trait EventSink: Send + Sync + 'static {
    /// Sends one event; a window that is gone is no error.
    fn send(&self, event: AppEvent);
}

/// The clipboard could not be used; the message is the system's.
#[derive(Debug, thiserror::Error)]
#[error("The clipboard could not be used: {0}")]
pub struct ClipboardError(pub String);

/// The system's clipboard. Calls may block for a moment.
pub trait Clipboard: Send + Sync + 'static {
    /// Puts the secret there, marked as not to be kept by clipboard histories where the
    /// system knows such a mark.
    fn put(&self, secret: &Secret) -> Result<(), ClipboardError>;
    /// Clears the clipboard if it still holds what [`Clipboard::put`] put there last.
    fn clear(&self) -> Result<(), ClipboardError>;
}

/// The system's dialogs for files.
pub trait FileDialogs: Send + Sync + 'static {
    /// Asks for a file with certificates; `None` where the person chose none.
    fn choose_certificates(&self) -> PortFuture<Option<PathBuf>>;
    /// Asks where to write an export of the activity; `None` where the person chose nothing.
    fn save_activity(&self, format: ExportFormat) -> PortFuture<Option<PathBuf>>;
}

/// All of them.
pub struct Ports {
    /// Takes events to the window.
    pub events: Box<dyn EventSink>,
    /// The system's clipboard.
    pub clipboard: Box<dyn Clipboard>,
    /// The system's dialogs for files.
    pub dialogs: Box<dyn FileDialogs>,
}
