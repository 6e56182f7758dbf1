//! Looking at one registry, whatever its kind.

use std::time::Duration;

use registrar_catalog::Address;
use registrar_container::{Credentials, Reader};
use registrar_net::ProxyRule;
use registrar_registry::{ContainerAddress, DevfileUrl, Secret};

use crate::draft::{Place, user_at};
use crate::report;
use crate::wire::{CheckReport, CheckStep, Proxy, Settings};

/// The clients of each kind of registry, which follow the settings.
pub(crate) struct Clients {
    devfile: registrar_devfile::Client,
    container: registrar_container::Client,
    net: registrar_net::Settings,
}

impl Clients {
    pub(crate) fn new(settings: Settings) -> Self {
        let settings = registrar_net::Settings {
            timeout: Duration::from_secs(u64::from(settings.timeout_seconds)),
            proxy: match settings.proxy {
                Proxy::System => ProxyRule::System,
                Proxy::Direct => ProxyRule::Direct,
                Proxy::Manual { url } => url.parse().map_or(ProxyRule::System, ProxyRule::Manual),
            },
            ..registrar_net::Settings::default()
        };
        Self {
            devfile: registrar_devfile::Client::new(settings.clone()),
            container: registrar_container::Client::new(settings.clone()),
            net: settings,
        }
    }

    /// The client of devfile registries.
    pub(crate) fn devfile(&self) -> &registrar_devfile::Client {
        &self.devfile
    }

    /// How registries are reached.
    pub(crate) fn net(&self) -> registrar_net::Settings {
        self.net.clone()
    }

    /// Reads what is in the container registry at `address`, which is that of `place`.
    pub(crate) fn reader(
        &self,
        place: &Place,
        address: &ContainerAddress,
        token: Option<Secret>,
    ) -> Reader {
        self.container.reader(container(place, address, token))
    }

    /// Checks the registry at `place` with `token`; `None` for a kind that cannot be checked.
    pub(crate) async fn check(
        &self,
        place: &Place,
        token: Option<Secret>,
        on_step: &(dyn Fn(CheckStep) + Send + Sync),
    ) -> Option<CheckReport> {
        match &place.address {
            Address::Devfile(url) => {
                let target = devfile(place, url, token);
                let on_step = |step| on_step(report::step(step));
                let found = self.devfile.check(&target, &on_step).await;
                Some(report::of_devfile(found))
            }
            Address::Container(address) => {
                let target = container(place, address, token);
                let on_step = |step| on_step(report::container_step(step));
                let found = self.container.check(&target, &on_step).await;
                Some(report::of_container(found))
            }
            Address::Other(_) => None,
        }
    }
}

fn devfile(place: &Place, url: &DevfileUrl, token: Option<Secret>) -> registrar_devfile::Target {
    registrar_devfile::Target {
        url: url.clone(),
        token,
        tls: place.tls.clone(),
    }
}

fn container(
    place: &Place,
    address: &ContainerAddress,
    token: Option<Secret>,
) -> registrar_container::Target {
    let options = &place.container;
    registrar_container::Target {
        host: address.host().clone(),
        credentials: token.map(|token| credentials(place, address, token)),
        tls: place.tls.clone(),
        client_certificate: options.client_certificate.clone(),
        insecure: options.insecure,
        plain_http: place.allow_http,
        approved_realm: options.token_server.clone(),
    }
}

fn credentials(place: &Place, address: &ContainerAddress, token: Secret) -> Credentials {
    let provider = place.container.provider;
    let user = user_at(
        address.host(),
        place.user.as_deref(),
        provider,
        Some(&token),
    );
    Credentials::new(user, token)
}
