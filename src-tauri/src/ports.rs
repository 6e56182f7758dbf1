//! What the use cases need of a desktop: the window's events and the system's dialogs.

use std::path::PathBuf;

use registrar_app::ports::{EventSink, FileDialogs, LinkError, Links, Notifier, PortFuture, Ports};
use registrar_app::wire::{AppEvent, EVENT, ExportFormat, FilePurpose, ImageFilePurpose};
use tauri::{AppHandle, Emitter, EventTarget, Manager, Url, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder, FilePath};
use tokio::sync::oneshot;

use crate::clipboard::SystemClipboard;
use crate::notification;
use crate::window;

/// The ports of the desktop.
pub(crate) fn of(app: &AppHandle) -> Ports {
    Ports {
        machine: registrar_cloud::Machine::system(),
        events: Box::new(Window(app.clone())),
        clipboard: Box::new(SystemClipboard::default()),
        dialogs: Box::new(Window(app.clone())),
        notifier: Box::new(Window(app.clone())),
        links: Box::new(Browser),
    }
}

struct Window(AppHandle);

impl EventSink for Window {
    fn send(&self, event: AppEvent) {
        if let AppEvent::SettingsChanged { settings } = &event {
            window::set_theme(&self.0, settings.theme);
        }
        if let Err(error) = self
            .0
            .emit_to(EventTarget::webview_window(window::LABEL), EVENT, event)
        {
            tracing::warn!(%error, "an event did not reach the window");
        }
    }
}

impl FileDialogs for Window {
    fn choose(&self, purpose: FilePurpose) -> PortFuture<Option<PathBuf>> {
        let (title, kind, extensions): (_, _, &[&str]) = match purpose {
            FilePurpose::CaFile => (
                "Choose a certificate authority",
                "Certificates",
                &["pem", "crt", "cer"],
            ),
            FilePurpose::ClientCertificate => (
                "Choose a client certificate",
                "Certificates",
                &["pem", "crt", "cer", "cert"],
            ),
            FilePurpose::ClientKey => (
                "Choose the client certificate's key",
                "Keys",
                &["pem", "key"],
            ),
            FilePurpose::Registries => ("Choose a file of registries", "Registries", &["toml"]),
            FilePurpose::ServerCertificate => (
                "Choose this computer\u{2019}s certificate",
                "Certificates",
                &["pem", "crt", "cer", "cert"],
            ),
            FilePurpose::ServerKey => (
                "Choose the certificate\u{2019}s key",
                "Keys",
                &["pem", "key"],
            ),
            FilePurpose::Backup => ("Choose a backup to restore", "Backups", &["tar"]),
        };
        let dialog = self
            .dialog(title)
            .add_filter(kind, extensions)
            .add_filter("All files", &["*"]);
        path(answer(|chosen| dialog.pick_file(chosen)))
    }

    fn choose_folder(&self) -> PortFuture<Option<PathBuf>> {
        let dialog = self.dialog("Choose a folder");
        path(answer(|chosen| dialog.pick_folder(chosen)))
    }

    fn save_activity(&self, format: ExportFormat) -> PortFuture<Option<PathBuf>> {
        let (kind, extension) = match format {
            ExportFormat::Csv => ("Comma-separated values", "csv"),
            ExportFormat::Json => ("JSON", "json"),
        };
        let dialog = self
            .dialog("Export activity")
            .add_filter(kind, &[extension])
            .set_file_name(format!("registrar-activity.{extension}"));
        path(answer(|chosen| dialog.save_file(chosen)))
    }

    fn choose_packages(&self, registry: &str) -> PortFuture<Vec<PathBuf>> {
        let dialog = self.dialog(&format!("Choose files to publish to {registry}"));
        let chosen = answer(|chosen| dialog.pick_files(chosen));
        Box::pin(async { paths(chosen.await) })
    }

    fn save_package(&self, name: &str) -> PortFuture<Option<PathBuf>> {
        let dialog = self
            .dialog("Save a package\u{2019}s file")
            .set_file_name(name);
        path(answer(|chosen| dialog.save_file(chosen)))
    }

    fn save_backup(&self, name: &str) -> PortFuture<Option<PathBuf>> {
        let dialog = self
            .dialog("Back up the packages")
            .add_filter("Backups", &["tar"])
            .set_file_name(name);
        path(answer(|chosen| dialog.save_file(chosen)))
    }

    fn save_authority(&self, name: &str) -> PortFuture<Option<PathBuf>> {
        let dialog = self
            .dialog("Export the authority")
            .add_filter("Certificates", &["pem", "crt"])
            .set_file_name(name);
        path(answer(|chosen| dialog.save_file(chosen)))
    }

    fn save_registries(&self) -> PortFuture<Option<PathBuf>> {
        let dialog = self
            .dialog("Export registries")
            .add_filter("Registries", &["toml"])
            .set_file_name("registries-export.toml");
        path(answer(|chosen| dialog.save_file(chosen)))
    }

    fn choose_image(&self, purpose: ImageFilePurpose, name: &str) -> PortFuture<Option<PathBuf>> {
        let folder = |title| {
            let dialog = self.dialog(title);
            path(answer(|chosen| dialog.pick_folder(chosen)))
        };
        let archives: &[&str] = &["tar", "tgz", "gz"];
        match purpose {
            ImageFilePurpose::SaveFolder => folder("Choose a folder for the image"),
            ImageFilePurpose::OpenFolder => folder("Choose a folder with images"),
            ImageFilePurpose::SaveArchive => {
                let dialog = self
                    .dialog("Save an image")
                    .add_filter("Archives", &["tar"])
                    .set_file_name(name);
                path(answer(|chosen| dialog.save_file(chosen)))
            }
            ImageFilePurpose::OpenArchive => {
                let dialog = self
                    .dialog("Choose an archive with images")
                    .add_filter("Archives", archives)
                    .add_filter("All files", &["*"]);
                path(answer(|chosen| dialog.pick_file(chosen)))
            }
        }
    }
}

impl Notifier for Window {
    fn notify(&self, title: &str, body: &str) {
        let window = self.0.get_webview_window(window::LABEL);
        let in_front = window.is_some_and(|window| window.is_focused().unwrap_or(false));
        if !in_front {
            notification::show(&self.0.config().identifier, title, body);
        }
    }
}

struct Browser;

impl Links for Browser {
    fn open(&self, page: &Url) -> Result<(), LinkError> {
        open::that_detached(page.as_str()).map_err(|error| LinkError(error.to_string()))
    }
}

impl Window {
    /// A dialog that belongs to the window, so that it cannot be lost behind it.
    fn dialog(&self, title: &str) -> FileDialogBuilder<Wry> {
        let dialog = self.0.dialog().file().set_title(title);
        match self.0.get_webview_window(window::LABEL) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        }
    }
}

/// Shows a dialog and waits for its answer without holding a thread.
fn answer<T: Send + 'static>(
    show: impl FnOnce(Box<dyn FnOnce(Option<T>) + Send>),
) -> PortFuture<Option<T>> {
    let (sender, receiver) = oneshot::channel();
    show(Box::new(move |chosen| {
        // Nobody listens any more where the command was cancelled.
        let _ = sender.send(chosen);
    }));
    Box::pin(async { receiver.await.ok()? })
}

fn path(chosen: PortFuture<Option<FilePath>>) -> PortFuture<Option<PathBuf>> {
    Box::pin(async { chosen.await?.into_path().ok() })
}

fn paths(chosen: Option<Vec<FilePath>>) -> Vec<PathBuf> {
    let chosen = chosen.unwrap_or_default().into_iter();
    chosen.filter_map(|file| file.into_path().ok()).collect()
}
