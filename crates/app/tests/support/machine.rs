//! An application on a computer of its own: a home, a `PATH`, a helper.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use registrar_app::Paths;
use registrar_app::wire::*;
use registrar_handover::Environment;
use registrar_vault::MemoryStore;
use tempfile::TempDir;

use super::TestApp;

/// The computer.
pub struct Machine {
    pub app: TestApp,
}

impl Machine {
    /// A computer without any tool or configuration, and an empty catalog.
    pub async fn new() -> Self {
        Self::with("version = 1\n", |environment| environment).await
    }

    /// The same with this catalog, and an environment changed by `change`.
    pub async fn with(catalog: &str, change: impl Fn(Environment) -> Environment) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let at = |name: &str| folder.path().join(name);
        for name in ["home", "bin", "config", "installed"] {
            fs::create_dir(at(name)).unwrap();
        }
        fs::write(at("config/registries.toml"), catalog).unwrap();
        Self::start(folder, Arc::new(MemoryStore::new()), change).await
    }

    /// The application started again on the same computer.
    pub async fn restarted(&self) -> Self {
        let keychain = Arc::clone(&self.app.keychain);
        Self::start(Arc::clone(&self.app.folder), keychain, |same| same).await
    }

    async fn start(
        folder: Arc<TempDir>,
        keychain: Arc<MemoryStore>,
        change: impl Fn(Environment) -> Environment,
    ) -> Self {
        let at = |name: &str| folder.path().join(name);
        let environment = Environment::bare(at("home"), at("root")).with("PATH", at("bin"));
        let paths = Paths::new(at("config"), at("data"))
            .with_tools(change(environment))
            .with_helper(at("installed/docker-credential-registrar"));
        let app = TestApp::at(paths, folder, keychain).await;
        Self { app }
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.app.folder.path().join(path)
    }

    pub fn home(&self, path: &str) -> PathBuf {
        self.path("home").join(path)
    }

    pub fn docker_config(&self) -> PathBuf {
        self.home(".docker/config.json")
    }

    /// Writes a file below the home.
    pub fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.home(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A program on the `PATH` that runs `lines` in a shell.
    pub fn program(&self, name: &str, lines: &str) -> PathBuf {
        self.program_at(&format!("bin/{name}"), lines)
    }

    /// A child process writes it: were it open here while another test starts a program, that one
    /// would hold it busy.
    pub fn program_at(&self, path: &str, lines: &str) -> PathBuf {
        let path = self.path(path);
        let mut writer = Command::new("sh");
        writer.args(["-c", "cat > \"$0\" && chmod +x \"$0\""]);
        let mut writer = writer.arg(&path).stdin(Stdio::piped()).spawn().unwrap();
        let script = format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{lines}\n");
        let mut input = writer.stdin.take().unwrap();
        input.write_all(script.as_bytes()).unwrap();
        drop(input);
        assert!(writer.wait().unwrap().success());
        path
    }

    pub async fn page(&self) -> ToolsPage {
        self.app.app.list_tools(Nothing {}).await.unwrap()
    }

    pub async fn group(&self, family: ToolFamily) -> ToolGroup {
        let groups = self.page().await.groups.into_iter();
        let mut groups = groups.filter(|group| group.family == family);
        groups.next().unwrap()
    }

    pub async fn setting(&self, family: ToolFamily, key: &str) -> ToolSetting {
        let registries = self.group(family).await.registries.into_iter();
        let mut found = registries.filter(|registry| registry.key == key);
        found.next().unwrap().setting
    }

    pub async fn plan(&self, change: ToolChange) -> ToolPlan {
        self.app.app.plan_tools(change).await.unwrap()
    }

    pub async fn apply(&self, plan: &ToolPlan) -> Result<ToolsPage, CommandError> {
        let plan = plan.plan.clone();
        self.app.app.apply_plan(ApplyPlan { plan }).await
    }

    /// Plans and applies.
    pub async fn change(&self, change: ToolChange) -> ToolsPage {
        let plan = self.plan(change).await;
        self.apply(&plan).await.unwrap()
    }

    pub async fn search(&self) -> ImportFindings {
        self.app.app.search_import(Nothing {}).await.unwrap()
    }

    pub async fn import(&self, rows: &[&ImportRow]) -> Result<ImportResult, CommandError> {
        let request = ImportCredentials {
            keys: rows.iter().map(|row| row.key.clone()).collect(),
            operation: "import".to_owned(),
        };
        self.app.app.import_credentials(request).await
    }

    pub async fn cancel_import(&self) {
        let operation = "import".to_owned();
        let request = CancelOperation { operation };
        self.app.app.cancel_operation(request).await.unwrap();
    }

    /// What was done of this kind, newest first.
    pub async fn activity(&self, action: &str) -> Vec<String> {
        let request = ListActivity {
            search: action.to_owned(),
            offset: 0,
            limit: 100,
        };
        let page = self.app.app.list_activity(request).await.unwrap();
        let rows = page.rows.into_iter().filter(|row| row.action == action);
        rows.map(|row| row.detail.unwrap_or_default()).collect()
    }
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

pub fn enable(family: ToolFamily, keys: &[&str]) -> ToolChange {
    ToolChange::Enable {
        family,
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        replace: false,
    }
}

pub fn disable(family: ToolFamily, keys: &[&str]) -> ToolChange {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    ToolChange::Disable { family, keys }
}
