//! What clients of npm registries do in a place of their own.

use std::fs;

use acceptance_support::computer::Ran;
use acceptance_support::installed_npm::npm_environment;
use registrar_hosting::Ecosystem;
use registrar_hosting::instructions::Purpose;
use serde_json::{Value, json};

use crate::hosted::Hosted;

/// A client: what the window calls it, what makes it `yarn` in a shell, and its files.
pub(super) struct Client {
    pub(super) name: &'static str,
    pub(super) shell: &'static str,
    pub(super) settings: &'static str,
    pub(super) lock: &'static str,
}

/// All of them. Yarn 1 goes by the name that Yarn 4 has in the shell.
pub(super) const CLIENTS: [Client; 4] = [
    Client {
        name: "npm",
        shell: "",
        settings: ".npmrc",
        lock: "package-lock.json",
    },
    Client {
        name: "pnpm",
        shell: "",
        settings: ".npmrc",
        lock: "pnpm-lock.yaml",
    },
    Client {
        name: "Yarn 1",
        // It keeps its cache elsewhere for an administrator.
        shell: "export YARN_CACHE_FOLDER=\"$HOME/.cache/yarn-1\" PATH=\"$OLD_YARN:$PATH\"; ",
        settings: ".npmrc",
        lock: "yarn.lock",
    },
    Client {
        name: "Yarn",
        shell: "",
        settings: ".yarnrc.yml",
        lock: "yarn.lock",
    },
];

impl Client {
    /// The name as part of a folder's.
    pub(super) fn slug(&self) -> String {
        self.name.replace(' ', "-").to_lowercase()
    }
}

impl Hosted {
    /// A server with the private registry `js`.
    pub(super) fn npm() -> Self {
        Self::new(Ecosystem::Javascript, "js", npm_environment)
    }

    /// A folder with a manifest, set up for a client and a package as the window says.
    pub(super) fn project(
        &self,
        client: &Client,
        folder: &str,
        manifest: &Value,
        (purpose, package, token): (Purpose, &str, &str),
    ) {
        let path = self.path(folder);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("package.json"), manifest.to_string()).unwrap();
        // The one that it belongs to ends here.
        fs::write(path.join("yarn.lock"), "").unwrap();
        let set_up = (client.name, Some(client.settings));
        let settings = self.says(purpose, set_up, (package, None), token);
        fs::write(path.join(client.settings), settings).unwrap();
    }

    /// The folder of a package that exports `value`, to be published by a client with a token.
    pub(super) fn source(&self, client: &Client, manifest: &Value, value: &str, token: &str) {
        let package = manifest["name"].as_str().unwrap();
        let _ = fs::remove_dir_all(self.path("source"));
        let set_up = (Purpose::Publish, package, token);
        self.project(client, "source", manifest, set_up);
        let module = format!("module.exports = {value:?}\n");
        fs::write(self.path("source/index.js"), module).unwrap();
    }

    /// Publishes what lies in the folder of a package as the window says.
    pub(super) fn run_publish(&self, client: &Client, package: &str, more: &str) -> Ran {
        let line = self.says(
            Purpose::Publish,
            (client.name, None),
            (package, None),
            "unused",
        );
        // Yarn 4 publishes from projects that are installed.
        let first = if client.name == "Yarn" {
            "yarn install; "
        } else {
            ""
        };
        self.shell(&format!("cd source; {}{first}{line} {more}", client.shell))
    }

    /// Publishes a version as a client does that works.
    pub(super) fn publish_npm(&self, name: &str, version: &str, value: &str) {
        self.publish_manifest(&json!({"name": name, "version": version}), value, "");
    }

    /// The same with a manifest and more to say to npm.
    pub(super) fn publish_manifest(&self, manifest: &Value, value: &str, more: &str) {
        self.source(&CLIENTS[0], manifest, value, &self.writer);
        let package = manifest["name"].as_str().unwrap();
        self.run_publish(&CLIENTS[0], package, more).ok();
    }

    /// Installs a package into a new project with a token, as the window says.
    pub(super) fn install(
        &self,
        client: &Client,
        folder: &str,
        wanted: (&str, Option<&str>),
        token: &str,
    ) -> Ran {
        let mine = json!({"name": "mine", "version": "0.0.0", "private": true});
        self.forget_caches();
        let set_up = (Purpose::Install, wanted.0, token);
        self.project(client, folder, &mine, set_up);
        let line = self.says(Purpose::Install, (client.name, None), wanted, token);
        self.shell(&format!("cd {folder}; {}{line}", client.shell))
    }

    /// Removes what clients keep of packages: publishing leaves a tarball there, too.
    pub(super) fn forget_caches(&self) {
        for cache in ["npm-cache", ".cache", ".local", ".yarn"] {
            let _ = fs::remove_dir_all(self.path(cache));
        }
    }

    /// What an installed package exports.
    pub(super) fn exported(&self, folder: &str, package: &str) -> String {
        let ran = self.shell(&format!("cd {folder}; node -p \"require('{package}')\""));
        ran.ok().trim().to_owned()
    }

    /// Runs npm in a new folder that is set up for a package with a token.
    pub(super) fn npm_as(&self, token: &str, line: &str) -> Ran {
        let mine = json!({"name": "mine", "version": "0.0.0", "private": true});
        let set_up = (Purpose::Publish, "demo", token);
        self.project(&CLIENTS[0], "asking", &mine, set_up);
        self.shell(&format!("cd asking; npm {line}"))
    }
}
