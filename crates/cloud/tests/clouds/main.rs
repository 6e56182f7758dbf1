//! The clouds' tokens, against their APIs on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::allow_attributes,
    reason = "a test that cannot go on fails"
)]

mod aws;
mod azure;
mod google;
mod hostile;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use acceptance_support::clouds::Clouds as Apis;
use registrar_cloud::{Ask, Cache, Clock, Clouds, Machine};
use registrar_net::{ProxyRule, Settings};
use registrar_registry::{CloudSignIn, CloudWay, ContainerAddress, ContainerHost, Secret};
use tempfile::TempDir;

/// A Tuesday in 2026, in seconds since 1970.
const NOW: i64 = 1_784_000_000;
const HOUR: i64 = 3600;

/// A computer, the clouds' APIs and what asks them.
struct World {
    apis: Apis,
    home: TempDir,
    variables: HashMap<String, String>,
    now: Arc<AtomicI64>,
    cache: Arc<Cache>,
    timeout: Duration,
}

impl World {
    fn new(host: &str) -> Self {
        Self {
            apis: Apis::start(host, NOW + 12 * HOUR),
            home: tempfile::tempdir().unwrap(),
            variables: HashMap::from([
                ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
                ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
            ]),
            now: Arc::new(AtomicI64::new(NOW)),
            cache: Arc::default(),
            timeout: Duration::from_secs(15),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Writes a file in the home folder.
    fn write(&self, path: &str, text: &str) {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A search path that begins with the home folder's programs.
    fn path(&self) -> String {
        format!("{}:/usr/bin:/bin", self.home.path().join("bin").display())
    }

    /// Puts a program there.
    #[cfg(unix)]
    fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        let path = self.home.path().join("bin").join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Lets time pass.
    fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    /// What asks; `hosts` are those that the APIs stand in for.
    fn clouds(&self, hosts: &[&str]) -> Clouds {
        let machine = Machine::of(self.variables.clone(), self.home.path().to_owned());
        let url = url::Url::parse(&self.apis.url()).unwrap();
        let clock = Clock::Set(Arc::clone(&self.now));
        let machine = hosts
            .iter()
            .fold(machine.with_clock(clock), |machine, host| {
                machine.with_stand_in(host, url.clone())
            });
        let settings = Settings {
            proxy: ProxyRule::Direct,
            timeout: self.timeout,
            ..Settings::default()
        };
        Clouds::new(settings, machine, Arc::clone(&self.cache))
    }
}

fn host(text: &str) -> ContainerHost {
    let address = ContainerAddress::parse(&format!("https://{text}")).unwrap();
    address.host().clone()
}

fn ask(host_name: &str, way: CloudWay) -> Ask {
    Ask {
        host: host(host_name),
        sign_in: CloudSignIn::new(way),
        user: None,
        secret: None,
    }
}

fn with_secret(ask: Ask, user: &str, secret: &str) -> Ask {
    Ask {
        user: Some(user.to_owned()),
        secret: Some(Secret::new(secret)),
        ..ask
    }
}

fn text(secret: &Secret) -> &str {
    secret.expose_text().unwrap()
}
