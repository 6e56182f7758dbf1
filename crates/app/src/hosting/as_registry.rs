//! A source registry of images as a container registry among others: images are downloaded from it,
//! copied from and to it, and compared, as by any client.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use registrar_catalog::{Address, ContainerOptions, Record};
use registrar_hosting::{Ecosystem, Host, ORGANIZATION, Registry, Scope, Scopes, TemporaryToken};
use registrar_registry::{ContainerAddress, RegistryKind, RegistryName, Secret, TlsRules};

use crate::app::App;
use crate::images::Place;
use crate::wire::{Code, CommandError, ServerState};

/// Whoever signs in with a token may call themselves anything.
const USER: &str = "registrar";
/// A transfer may wait and be tried again for long.
const LIFETIME: Duration = Duration::from_hours(24);
/// How long a start may take.
const START: Duration = Duration::from_secs(20);

/// A registry that is hosted here, which gives its own tokens.
pub(crate) struct Own {
    host: Host,
    registry: Arc<Registry>,
}

impl Own {
    /// A token that reads and writes it.
    pub(crate) fn token(&self) -> Result<Secret, CommandError> {
        let token = TemporaryToken {
            description: "this window",
            scopes: Scopes::from_iter([Scope::ReadPackages, Scope::WritePackages]),
            lifetime: LIFETIME,
        };
        Ok(self.host.temporary_token(&self.registry, token)?)
    }
}

impl App {
    /// The source registry of this id, where it keeps images or charts.
    ///
    /// # Errors
    /// [`Code::NotFound`]; that nothing is hosted at the moment.
    pub(crate) async fn hosted_place(&self, id: &str) -> Result<Place, CommandError> {
        let found = self.hosted(id).await;
        let (host, registry) = found.map_err(|_| CommandError::not_found())?;
        if !matches!(
            registry.ecosystem,
            Ecosystem::Container | Ecosystem::HelmOci
        ) {
            return Err(CommandError::not_found());
        }
        // Where the server does not listen, another program may have its port: it is shown nothing.
        if !self.is_served().await {
            return Err(not_running());
        }
        let address = self.address_of(&registry)?;
        Ok(Place {
            record: record_of(&registry, address.clone())?,
            address,
            own: Some(Own { host, registry }),
        })
    }

    /// Whether the server answers. One that is being started, as when a transfer goes on at the start
    /// of the program, is waited for.
    async fn is_served(&self) -> bool {
        let serving = &self.0.hosting.serving;
        let decided = serving.until(|state| *state != ServerState::Starting);
        let decided = tokio::time::timeout(START, decided).await;
        decided == Ok(ServerState::Running)
    }

    fn address_of(&self, registry: &Registry) -> Result<ContainerAddress, CommandError> {
        let port = self.0.settings.get().hosting_port;
        let address = format!("127.0.0.1:{port}/{ORGANIZATION}/{}", registry.slug);
        ContainerAddress::parse(&address).map_err(|error| CommandError::internal(&error))
    }
}

/// The registry as the list would have it.
fn record_of(registry: &Registry, address: ContainerAddress) -> Result<Record, CommandError> {
    let id = registry.id.try_into();
    // A slug is a name where the registry's own name is none.
    let name = RegistryName::parse(&registry.name).or_else(|_| RegistryName::parse(&registry.slug));
    Ok(Record {
        id: id.map_err(|_| CommandError::not_found())?,
        kind: RegistryKind::Container,
        name: name.map_err(|error| CommandError::internal(&error))?,
        url: Address::Container(address),
        user: Some(USER.to_owned()),
        created: registry.created_at,
        updated: Timestamp::now(),
        token: false,
        expires: None,
        allow_http: true,
        tls: TlsRules::default(),
        container: ContainerOptions::default(),
    })
}

fn not_running() -> CommandError {
    CommandError::new(
        Code::Internal,
        "Your own registries are not being served at the moment.",
    )
    .hint("The status bar says why. Try again once they are.")
    .retryable()
}
