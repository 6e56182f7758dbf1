//! An application that hosts source registries at a port of its own.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance_support::port;
use registrar_app::Paths;
use registrar_app::wire::*;
use registrar_vault::MemoryStore;
use tempfile::TempDir;

use super::TestApp;

/// How long the server may take to do what is waited for.
const LIMIT: Duration = Duration::from_secs(20);

/// An application that hosts.
pub struct Hosted {
    pub test: TestApp,
    pub port: u16,
}

/// What a server answered: status and body.
pub type Answer = (u16, Vec<u8>);

impl Hosted {
    /// One whose server answers.
    pub async fn new() -> Self {
        let hosted = Self::begin(free_port()).await;
        hosted.running().await;
        hosted
    }

    /// One that has begun to host at this port.
    pub async fn begin(port: u16) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::over(folder, Arc::new(MemoryStore::new()), port).await
    }

    /// One over these folders, at this port.
    pub async fn over(folder: Arc<TempDir>, keychain: Arc<MemoryStore>, port: u16) -> Self {
        let config = folder.path().join("config");
        fs::create_dir_all(&config).unwrap();
        let settings = format!("hosting_port = {port}\n");
        fs::write(config.join("settings.toml"), settings).unwrap();
        Self::again(folder, keychain).await
    }

    /// One over these folders, with the settings that lie there.
    pub async fn again(folder: Arc<TempDir>, keychain: Arc<MemoryStore>) -> Self {
        let paths = Paths::new(folder.path().join("config"), folder.path().join("data"));
        let test = TestApp::at(paths, folder, keychain).await;
        // The window's first question; hosting waits for its answer.
        test.list().await;
        let port = test.app.settings().hosting_port;
        Self { test, port }
    }

    /// A second application over the same folders, at another port.
    pub async fn beside(&self) -> Self {
        let (folder, keychain) = (self.test.folder.clone(), self.test.keychain.clone());
        Self::over(folder, keychain, free_port()).await
    }

    pub async fn status(&self) -> HostingStatus {
        self.test.app.hosting_status(Nothing {}).await.unwrap()
    }

    /// Waits until the server's state is one that `wanted` accepts.
    pub async fn state(&self, wanted: impl Fn(&ServerState) -> bool) -> HostingStatus {
        let began = Instant::now();
        loop {
            let status = self.status().await;
            if wanted(&status.server) {
                return status;
            }
            assert!(began.elapsed() < LIMIT, "still {:?}", status.server);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn running(&self) -> HostingStatus {
        self.state(|state| *state == ServerState::Running).await
    }

    pub async fn failed(&self) -> (CommandError, Option<String>) {
        let failed = |state: &ServerState| matches!(state, ServerState::Failed { .. });
        match self.state(failed).await.server {
            ServerState::Failed { error, holder } => (error, holder),
            other => panic!("{other:?}"),
        }
    }

    /// A private registry.
    pub async fn source(&self, ecosystem: Ecosystem, name: &str) -> SourceDetails {
        let request = CreateSource {
            name: name.to_owned(),
            description: String::new(),
            ecosystem,
            emoji: None,
            color: None,
        };
        self.test.app.create_source(request).await.unwrap()
    }

    /// A file on the person's disk.
    pub fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let folder = self.test.folder.path().join("mine");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), content).unwrap();
        folder.join(name)
    }

    /// Drops files on the window; the offers that the window then has.
    pub async fn drop_files(&self, paths: Vec<PathBuf>) -> Vec<OfferedFile> {
        self.test.world.events.lock().unwrap().clear();
        self.test.app.files_dropped(paths).await;
        let dropped = |event: &AppEvent| matches!(event, AppEvent::FilesDropped { .. });
        match self.test.event(dropped).await {
            AppEvent::FilesDropped { files } => files,
            other => panic!("{other:?}"),
        }
    }

    /// Publishes what was offered.
    pub async fn publish(&self, source: &str, offers: &[OfferedFile]) -> Vec<PublishedFile> {
        let request = PublishFiles {
            source: source.to_owned(),
            offers: offers.iter().map(|one| one.offer.clone()).collect(),
            operation: "publish".to_owned(),
        };
        self.test.app.publish_files(request).await.unwrap().files
    }

    /// Publishes one file of this name and content, which must succeed.
    pub async fn published(&self, source: &str, name: &str, content: &[u8]) {
        let offers = self.drop_files(vec![self.file(name, content)]).await;
        let files = self.publish(source, &offers).await;
        let published = matches!(files[0].result, PublishOutcome::Published { .. });
        assert!(published, "{files:?}");
    }

    /// What the server answers, to somebody with this token or to a stranger.
    pub async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let url = format!("http://127.0.0.1:{}{path}", self.port);
        let token = token.map(|token| format!("Bearer {token}"));
        let get = move || {
            let agent = ureq::Agent::config_builder()
                .http_status_as_error(false)
                .build()
                .new_agent();
            let mut request = agent.get(url);
            if let Some(token) = token {
                request = request.header("authorization", token);
            }
            let mut response = request.call().unwrap();
            let body = response.body_mut().read_to_vec().unwrap();
            (response.status().as_u16(), body)
        };
        tokio::task::spawn_blocking(get).await.unwrap()
    }

    /// What was noted of this kind, newest first: the registry's name, whether it succeeded, what
    /// is said of it. Waits until there is some.
    pub async fn activity(&self, action: &str) -> Vec<(Option<String>, bool, String)> {
        self.activities(action, 1).await
    }

    /// The same; waits until there is so much: what succeeded is noted a moment later.
    pub async fn activities(
        &self,
        action: &str,
        count: usize,
    ) -> Vec<(Option<String>, bool, String)> {
        let began = Instant::now();
        loop {
            let request = ListActivity {
                search: action.to_owned(),
                offset: 0,
                limit: 100,
            };
            let page = self.test.app.list_activity(request).await.unwrap();
            let rows = page.rows.into_iter().filter(|row| row.action == action);
            let told = |row: ActivityRow| (row.registry, row.ok, row.detail.unwrap_or_default());
            let found: Vec<_> = rows.map(told).collect();
            if found.len() >= count {
                return found;
            }
            assert!(began.elapsed() < LIMIT, "of {action} is noted {found:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The token's secret, as the window would show it.
    pub async fn secret(&self, source: &str, token: &str) -> String {
        let request = registry_token(source, token);
        let shown = self.test.app.reveal_registry_token(request).await;
        shown.unwrap().token
    }

    /// What is on the clipboard.
    pub fn clipboard(&self) -> Option<String> {
        let bytes = self.test.world.clipboard.lock().unwrap().clone()?;
        Some(String::from_utf8(bytes).unwrap())
    }
}

pub fn registry_token(source: &str, token: &str) -> RegistryTokenRef {
    RegistryTokenRef {
        source: source.to_owned(),
        token: token.to_owned(),
    }
}

pub fn source_ref(id: &str) -> SourceRef {
    SourceRef { id: id.to_owned() }
}

/// A port at which nobody listens now.
pub fn free_port() -> u16 {
    port::free().unwrap()
}
