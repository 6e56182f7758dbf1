//! An application over temporary folders, a store in memory and ports that remember.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "each test binary uses its own part"
)]

pub mod hosted;
pub mod images;
pub mod machine;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use registrar_app::ports::{
    Clipboard, ClipboardError, EventSink, FileDialogs, LinkError, Links, Notifier, PortFuture,
    Ports,
};
use registrar_app::wire::*;
use registrar_app::{App, Paths, Stores};
use registrar_cloud::Machine;
use registrar_registry::Secret;
use registrar_vault::{MemoryStore, PassphraseVault};
use tempfile::TempDir;

/// An application and everything around it that a test looks at.
pub struct TestApp {
    pub app: App,
    pub keychain: Arc<MemoryStore>,
    pub sealed: Arc<PassphraseVault>,
    pub world: World,
    pub folder: Arc<TempDir>,
}

/// What the ports were told.
#[derive(Clone, Default)]
pub struct World {
    pub events: Arc<Mutex<Vec<AppEvent>>>,
    pub clipboard: Arc<Mutex<Option<Vec<u8>>>>,
    pub chosen: Arc<Mutex<Option<PathBuf>>>,
    pub notified: Arc<Mutex<Vec<(String, String)>>>,
    pub opened: Arc<Mutex<Vec<String>>>,
}

impl TestApp {
    /// A fresh application whose catalog holds what a first start writes.
    pub async fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::over(folder, Arc::new(MemoryStore::new())).await
    }

    /// The same, with this text as the catalog.
    pub async fn with_catalog(text: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let config = folder.path().join("config");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("registries.toml"), text).unwrap();
        Self::over(folder, Arc::new(MemoryStore::new())).await
    }

    /// The application started again over the same folders and keychain.
    pub async fn restarted(&self) -> Self {
        Self::over(Arc::clone(&self.folder), Arc::clone(&self.keychain)).await
    }

    async fn over(folder: Arc<TempDir>, keychain: Arc<MemoryStore>) -> Self {
        let paths = Paths::new(folder.path().join("config"), folder.path().join("data"));
        Self::at(paths, folder, keychain).await
    }

    /// The application whose things lie at `paths`.
    pub async fn at(paths: Paths, folder: Arc<TempDir>, keychain: Arc<MemoryStore>) -> Self {
        // No test asks the clouds as whom its own machine is signed in.
        Self::on(
            Machine::of(HashMap::new(), folder.path().join("home")),
            paths,
            folder,
            keychain,
        )
        .await
    }

    /// The same on a computer with other credentials of clouds.
    pub async fn on(
        machine: Machine,
        paths: Paths,
        folder: Arc<TempDir>,
        keychain: Arc<MemoryStore>,
    ) -> Self {
        // Nothing listens at the usual port where a test does not ask for it.
        let settings = paths.config().join("settings.toml");
        if !settings.exists() {
            std::fs::create_dir_all(paths.config()).unwrap();
            std::fs::write(settings, "hosting = false\n").unwrap();
        }
        let world = World::default();
        let sealed = Arc::new(PassphraseVault::new(paths.data()));
        let stores = Stores {
            keychain: keychain.clone(),
            sealed: Arc::clone(&sealed),
        };
        let ports = Ports {
            events: Box::new(world.clone()),
            clipboard: Box::new(world.clone()),
            dialogs: Box::new(world.clone()),
            notifier: Box::new(world.clone()),
            links: Box::new(world.clone()),
            machine,
        };
        let app = App::new(paths, ports, stores);
        app.begin().await;
        Self {
            app,
            keychain,
            sealed,
            world,
            folder,
        }
    }

    pub fn catalog_path(&self) -> PathBuf {
        self.folder.path().join("config/registries.toml")
    }

    pub fn catalog_text(&self) -> String {
        std::fs::read_to_string(self.catalog_path()).unwrap()
    }

    pub async fn names(&self) -> Vec<String> {
        let page = self.list().await;
        page.rows.into_iter().map(|row| row.name).collect()
    }

    pub async fn list(&self) -> RegistryPage {
        self.app
            .list_registries(ListRegistries {
                offset: 0,
                limit: None,
            })
            .await
            .unwrap()
    }

    pub async fn add(&self, draft: RegistryDraft) -> Result<RegistryDetails, CommandError> {
        self.app
            .add_registry(AddRegistry { draft, test: None })
            .await
    }

    pub async fn update(
        &self,
        old: &RegistryDetails,
        draft: RegistryDraft,
    ) -> Result<RegistryDetails, CommandError> {
        let (id, base) = (old.row.id.clone(), old.base.clone());
        self.app
            .update_registry(UpdateRegistry {
                id,
                base,
                draft,
                test: None,
            })
            .await
    }

    pub async fn delete(&self, id: &str) -> Result<Deleted, CommandError> {
        self.app.delete_registry(reference(id)).await
    }

    pub async fn details(&self, name: &str) -> RegistryDetails {
        let page = self.list().await;
        let row = page.rows.into_iter().find(|row| row.name == name).unwrap();
        self.app.get_registry(reference(&row.id)).await.unwrap()
    }

    /// The token as the keychain has it.
    pub fn token(&self, id: &str) -> Option<String> {
        use registrar_vault::SecretStore as _;
        let secret = self.keychain.get(id).unwrap()?;
        Some(secret.expose_text().unwrap().to_owned())
    }

    /// What lies in the keychain.
    pub fn accounts(&self) -> Vec<String> {
        use registrar_vault::SecretStore as _;
        self.keychain.accounts().unwrap()
    }

    /// Waits until the window was told something that `wanted` accepts.
    pub async fn event(&self, wanted: impl Fn(&AppEvent) -> bool) -> AppEvent {
        for _ in 0..500 {
            let found = self
                .world
                .events
                .lock()
                .unwrap()
                .iter()
                .find(|event| wanted(event))
                .cloned();
            if let Some(event) = found {
                return event;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no such event in {:?}", self.world.events.lock().unwrap());
    }

    /// Every file below the folders, as bytes.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        fn walk(folder: &std::path::Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else if let Ok(bytes) = std::fs::read(&path) {
                    found.push((path, bytes));
                }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path(), &mut found);
        found
    }
}

/// A draft of a devfile registry without a token.
pub fn draft(name: &str, url: &str) -> RegistryDraft {
    RegistryDraft {
        kind: Kind::Devfile,
        name: name.to_owned(),
        url: url.to_owned(),
        allow_http: false,
        token: TokenChange::Keep,
        expires: String::new(),
        ca_file: None,
        trusted_certificate: None,
        container: None,
    }
}

/// A draft of a container registry without a user.
pub fn container(name: &str, url: &str) -> RegistryDraft {
    RegistryDraft {
        kind: Kind::Container,
        container: Some(ContainerDraft::default()),
        ..draft(name, url)
    }
}

/// The same with a user and a password or token.
pub fn signed_in(name: &str, url: &str, user: &str, token: &str) -> RegistryDraft {
    RegistryDraft {
        token: TokenChange::Set {
            token: Secret::new(token),
        },
        container: Some(ContainerDraft {
            user: user.to_owned(),
            ..ContainerDraft::default()
        }),
        ..container(name, url)
    }
}

/// The same with a token.
pub fn draft_with_token(name: &str, url: &str, token: &str) -> RegistryDraft {
    RegistryDraft {
        token: TokenChange::Set {
            token: Secret::new(token),
        },
        ..draft(name, url)
    }
}

pub fn reference(id: &str) -> RegistryRef {
    RegistryRef { id: id.to_owned() }
}

impl EventSink for World {
    fn send(&self, event: AppEvent) {
        self.events.lock().unwrap().push(event);
    }
}

impl Clipboard for World {
    fn put(&self, secret: &Secret) -> Result<(), ClipboardError> {
        *self.clipboard.lock().unwrap() = Some(secret.expose().to_vec());
        Ok(())
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        *self.clipboard.lock().unwrap() = None;
        Ok(())
    }
}

impl Notifier for World {
    fn notify(&self, title: &str, body: &str) {
        let notified = (title.to_owned(), body.to_owned());
        self.notified.lock().unwrap().push(notified);
    }
}

impl Links for World {
    fn open(&self, page: &url::Url) -> Result<(), LinkError> {
        self.opened.lock().unwrap().push(page.to_string());
        Ok(())
    }
}

impl FileDialogs for World {
    fn choose_folder(&self) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }

    fn choose(&self, _: FilePurpose) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }

    fn save_activity(&self, _: ExportFormat) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }

    fn choose_packages(&self, _: &str) -> PortFuture<Vec<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen.into_iter().collect() })
    }

    fn save_package(&self, _: &str) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }

    fn save_backup(&self, _: &str) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }

    fn save_authority(&self, _: &str) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }

    fn save_registries(&self) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }

    fn choose_image(&self, _: ImageFilePurpose, _: &str) -> PortFuture<Option<PathBuf>> {
        let chosen = self.chosen.lock().unwrap().clone();
        Box::pin(async move { chosen })
    }
}
