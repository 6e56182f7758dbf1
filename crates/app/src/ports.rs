//! What the use cases need from the program around them, and who gives it.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use registrar_cloud::Machine;
use registrar_registry::Secret;
use url::Url;

use crate::wire::{AppEvent, ExportFormat, FilePurpose, ImageFilePurpose};

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
    /// Asks for a file with certificates, a key or registries; `None` where the person chose none.
    fn choose(&self, purpose: FilePurpose) -> PortFuture<Option<PathBuf>>;
    /// Asks for a folder to save into; `None` where the person chose none.
    fn choose_folder(&self) -> PortFuture<Option<PathBuf>>;
    /// Asks where to write an export of the activity; `None` where the person chose nothing.
    fn save_activity(&self, format: ExportFormat) -> PortFuture<Option<PathBuf>>;
    /// Asks for files to publish to the registry of this name; none where the person chose none.
    fn choose_packages(&self, registry: &str) -> PortFuture<Vec<PathBuf>>;
    /// Asks where to write a file of a package, called `name` there; `None` where the person chose
    /// nothing.
    fn save_package(&self, name: &str) -> PortFuture<Option<PathBuf>>;
    /// Asks where to write a backup, called `name` there; `None` where the person chose nothing.
    fn save_backup(&self, name: &str) -> PortFuture<Option<PathBuf>>;
    /// Asks where to write the authority of this computer, called `name` there; `None` where the person
    /// chose nothing.
    fn save_authority(&self, name: &str) -> PortFuture<Option<PathBuf>>;
    /// Asks where to write an export of registries; `None` where the person chose nothing.
    fn save_registries(&self) -> PortFuture<Option<PathBuf>>;
    /// Asks for a folder or an archive of images, to read or to write; an archive to write is called
    /// `name` where nothing else is chosen. `None` where the person chose nothing.
    fn choose_image(&self, purpose: ImageFilePurpose, name: &str) -> PortFuture<Option<PathBuf>>;
}

/// The system's notifications, for what the person should hear of while they do something else.
pub trait Notifier: Send + Sync + 'static {
    /// Shows a notification, unless the window is in front: it says the same itself. A system
    /// that shows none is no error. May block for a moment.
    fn notify(&self, title: &str, body: &str);
}

/// A page could not be opened; the message is the system's.
#[derive(Debug, thiserror::Error)]
#[error("The browser could not be opened: {0}")]
pub struct LinkError(pub String);

/// The system's browser.
pub trait Links: Send + Sync + 'static {
    /// Opens a page. The address is never one that came from the window or a network.
    /// May block for a moment.
    fn open(&self, page: &Url) -> Result<(), LinkError>;
}

/// All of them.
pub struct Ports {
    /// Takes events to the window.
    pub events: Box<dyn EventSink>,
    /// The system's clipboard.
    pub clipboard: Box<dyn Clipboard>,
    /// The system's dialogs for files.
    pub dialogs: Box<dyn FileDialogs>,
    /// The system's notifications.
    pub notifier: Box<dyn Notifier>,
    /// The system's browser.
    pub links: Box<dyn Links>,
    /// This computer, as the clouds' own tools see it.
    pub machine: Machine,
}

impl Ports {
    /// The ports of a program without a window: events and notifications go nowhere, dialogs
    /// choose nothing, clipboard and browser say that there is none.
    pub fn silent() -> Self {
        Self {
            events: Box::new(Silent),
            clipboard: Box::new(Silent),
            dialogs: Box::new(Silent),
            notifier: Box::new(Silent),
            links: Box::new(Silent),
            machine: Machine::system(),
        }
    }
}

struct Silent;

const NO_WINDOW: &str = "this program has no window";

impl EventSink for Silent {
    fn send(&self, _: AppEvent) {}
}

impl Clipboard for Silent {
    fn put(&self, _: &Secret) -> Result<(), ClipboardError> {
        Err(ClipboardError(NO_WINDOW.to_owned()))
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        Ok(())
    }
}

impl FileDialogs for Silent {
    fn choose(&self, _: FilePurpose) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn choose_folder(&self) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn save_activity(&self, _: ExportFormat) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn choose_packages(&self, _: &str) -> PortFuture<Vec<PathBuf>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    fn save_package(&self, _: &str) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn save_backup(&self, _: &str) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn save_authority(&self, _: &str) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn save_registries(&self) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }

    fn choose_image(&self, _: ImageFilePurpose, _: &str) -> PortFuture<Option<PathBuf>> {
        Box::pin(std::future::ready(None))
    }
}

impl Notifier for Silent {
    fn notify(&self, _: &str, _: &str) {}
}

impl Links for Silent {
    fn open(&self, _: &Url) -> Result<(), LinkError> {
        Err(LinkError(NO_WINDOW.to_owned()))
    }
}
