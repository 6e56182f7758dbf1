//! Which proxy to use: the person's, the environment's, the system's, or none.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use tokio::process::Command;
use url::Url;

use crate::cache::Cache;
use crate::route::{Endpoint, ProxyServer};

/// Which proxy to use. Loopback addresses never go through one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ProxyRule {
    /// The environment's (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, also in lower
    /// case), else the operating system's.
    #[default]
    System,
    /// None.
    Direct,
    /// This one for everything: `http://host:port` or `https://host:port`.
    Manual(Url),
}

/// The variables that name a proxy.
const VARIABLES: [&str; 6] = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// How long the desktop's settings may take to answer.
const GSETTINGS_LIMIT: Duration = Duration::from_secs(1);

/// Finds the proxy of a request.
#[derive(Debug)]
pub(crate) struct Proxies {
    rule: ProxyRule,
    system: Cache<Arc<Matcher>>,
}

impl Proxies {
    pub(crate) fn new(rule: ProxyRule) -> Self {
        Self {
            rule,
            system: Cache::new(),
        }
    }

    /// The proxy that a request to `url` at `server` goes through.
    pub(crate) async fn of(&self, url: &Url, server: &Endpoint) -> Option<ProxyServer> {
        if server.is_loopback() {
            return None;
        }
        let uri: Uri = url.as_str().parse().ok()?;
        let matcher = match &self.rule {
            ProxyRule::Direct => return None,
            ProxyRule::Manual(proxy) => Arc::new(Matcher::builder().all(proxy.as_str()).build()),
            ProxyRule::System => self.system.get(load_system()).await,
        };
        ProxyServer::of(&matcher.intercept(&uri)?)
    }
}

/// The proxy that [`ProxyRule::System`] means now for registries on the internet, without
/// user and password; `None` for a direct connection. Takes at most about a second.
pub async fn system_proxy() -> Option<String> {
    let matcher = load_system().await;
    let probes = ["https://registry.invalid/", "http://registry.invalid/"];
    let mut found = probes
        .into_iter()
        .filter_map(|probe| matcher.intercept(&Uri::from_static(probe)));
    found.find_map(|i| ProxyServer::of(&i)).map(|p| p.address())
}

async fn load_system() -> Arc<Matcher> {
    let environment = VARIABLES
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let desktop = if environment || !has_desktop() {
        None
    } else {
        gsettings().await
    };
    Arc::new(desktop.unwrap_or_else(Matcher::from_system))
}

/// Whether there is a session bus, so that a desktop can have settings. Without one, asking
/// would start a bus that stays behind.
fn has_desktop() -> bool {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR");
    let own = cfg!(any(windows, target_os = "macos"));
    let bus = || runtime.is_some_and(|folder| Path::new(&folder).join("bus").exists());
    !own && (std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() || bus())
}

/// What GNOME and the desktops that share its settings say; `None` where they say nothing.
async fn gsettings() -> Option<Matcher> {
    let output = Command::new("gsettings")
        .args(["list-recursively", "org.gnome.system.proxy"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(GSETTINGS_LIMIT, output)
        .await
        .ok()?
        .ok()?;
    Desktop::parse(&String::from_utf8_lossy(&output.stdout))?.matcher()
}

/// The parts of the desktop's proxy settings that matter.
#[derive(Debug, Default, PartialEq, Eq)]
struct Desktop {
    http: Option<String>,
    https: Option<String>,
    socks: Option<String>,
    ignore: String,
}

impl Desktop {
    /// Reads lines of `schema key value`; `None` unless the mode is `manual`.
    fn parse(text: &str) -> Option<Self> {
        let value = |schema: &str, key: &str| {
            let prefix = format!("org.gnome.system.proxy{schema} {key} ");
            text.lines().find_map(|line| line.strip_prefix(&prefix))
        };
        let server = |schema: &str, scheme: &str| {
            let host = value(schema, "host")?.trim_matches('\'');
            let port = value(schema, "port")?.trim().parse::<u16>().ok()?;
            let given = !host.is_empty() && port != 0;
            given.then(|| format!("{scheme}://{host}:{port}"))
        };
        (value("", "mode")?.trim() == "'manual'").then(|| Self {
            http: server(".http", "http"),
            https: server(".https", "http"),
            socks: server(".socks", "socks5"),
            ignore: ignored_hosts(value("", "ignore-hosts").unwrap_or_default()),
        })
    }

    fn matcher(self) -> Option<Matcher> {
        if self.http.is_none() && self.https.is_none() && self.socks.is_none() {
            return None;
        }
        let matcher = Matcher::builder()
            .http(self.http.unwrap_or_default())
            .https(self.https.unwrap_or_default())
            .all(self.socks.unwrap_or_default())
            .no(self.ignore);
        Some(matcher.build())
    }
}

/// `['localhost', '*.example.com']` as a `NO_PROXY` list.
fn ignored_hosts(list: &str) -> String {
    let hosts = list.split('\'').skip(1).step_by(2);
    let hosts: Vec<_> = hosts.map(|h| h.strip_prefix('*').unwrap_or(h)).collect();
    hosts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = "org.gnome.system.proxy ignore-hosts ['localhost', '*.corp.example']
org.gnome.system.proxy mode 'manual'
org.gnome.system.proxy.http host 'proxy.example'
org.gnome.system.proxy.http port 8080
org.gnome.system.proxy.https host 'secure.example'
org.gnome.system.proxy.https port 8443
org.gnome.system.proxy.socks host ''
org.gnome.system.proxy.socks port 0
";

    fn proxy_of(url: &str) -> Option<String> {
        let matcher = Desktop::parse(MANUAL)?.matcher()?;
        let intercept = matcher.intercept(&url.parse().ok()?)?;
        Some(ProxyServer::of(&intercept)?.address())
    }

    #[test]
    fn reads_the_desktops_proxies() {
        let https = proxy_of("https://registry.example/");
        assert_eq!(https.as_deref(), Some("http://secure.example:8443"));
        let http = proxy_of("http://registry.example/");
        assert_eq!(http.as_deref(), Some("http://proxy.example:8080"));
    }

    #[test]
    fn leaves_out_the_hosts_that_the_desktop_leaves_out() {
        assert_eq!(proxy_of("https://registry.corp.example/"), None);
    }

    #[test]
    fn another_mode_than_manual_means_none() {
        assert_eq!(Desktop::parse(&MANUAL.replace("'manual'", "'none'")), None);
        assert_eq!(Desktop::parse("No such schema"), None);
    }

    #[tokio::test]
    async fn loopback_never_goes_through_a_proxy() {
        let proxies = Proxies::new(ProxyRule::Manual(Url::parse("http://proxy:1").unwrap()));
        let url = Url::parse("https://localhost:1/").unwrap();
        let server = Endpoint::of(&url).unwrap();
        assert!(proxies.of(&url, &server).await.is_none());
    }

    #[tokio::test]
    async fn a_proxys_password_is_sent_but_not_shown() {
        let rule = ProxyRule::Manual(Url::parse("http://user:hunter2@proxy.example:1").unwrap());
        let url = Url::parse("https://registry.example/").unwrap();
        let server = Endpoint::of(&url).unwrap();
        let proxy = Proxies::new(rule).of(&url, &server).await.unwrap();
        assert!(proxy.authorization.is_some());
        assert_eq!(proxy.address(), "http://proxy.example:1");
        assert!(!format!("{proxy:?}").contains("hunter2"));
    }
}
