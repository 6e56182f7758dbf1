//! The short-lived tokens of clouds: what a registry is shown in place of what is stored.

use registrar_catalog::{Address, Record};
use registrar_cloud::{Ask, Clouds, Failure};
use registrar_registry::{Cloud, Secret};

use crate::app::App;
use crate::draft::Place;
use crate::wire::{Code, CommandError};

/// How new a token has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// One that is good.
    Good,
    /// One that was made now, of what stands in the form.
    New,
}

impl App {
    /// The clouds, which follow the settings; their tokens outlive a change of those.
    pub(crate) fn clouds(&self) -> Clouds {
        let settings = self.clients().net();
        let machine = self.0.ports.machine.clone();
        Clouds::new(settings, machine, self.0.tokens.clone())
    }

    /// The place and the secret as the registry is to see them: where a cloud makes tokens of the
    /// secret, or of what it has on this computer, such a token and its user.
    pub(crate) async fn shown(
        &self,
        place: &Place,
        secret: Option<Secret>,
        freshness: Freshness,
    ) -> Result<(Place, Option<Secret>), Failure> {
        let Some(ask) = ask(place, secret.clone()) else {
            return Ok((place.clone(), secret));
        };
        let clouds = self.clouds();
        let token = match freshness {
            Freshness::Good => clouds.token(&ask).await?,
            Freshness::New => clouds.new_token(&ask).await?,
        };
        let mut shown = place.clone();
        shown.user = Some(token.user.to_owned());
        shown.container.cloud = None;
        Ok((shown, Some(token.secret)))
    }

    /// When the short-lived token of `record` ends, where one is known.
    pub(crate) fn token_until(&self, record: &Record) -> Option<String> {
        let ask = ask(&Place::of(record), None)?;
        self.clouds().known_until(&ask).map(|end| end.to_string())
    }
}

/// What the clouds are asked for `place`; `None` where no cloud is.
fn ask(place: &Place, secret: Option<Secret>) -> Option<Ask> {
    let Address::Container(address) = &place.address else {
        return None;
    };
    let sign_in = place.container.cloud.clone()?;
    let has_secret = sign_in.way.has_secret();
    Some(Ask {
        host: address.host().clone(),
        user: place.user.clone().filter(|_| has_secret),
        secret: secret.filter(|_| has_secret),
        sign_in,
    })
}

/// The user of the short-lived tokens of `record`; `None` where it has none.
pub(crate) fn user(record: &Record) -> Option<&'static str> {
    let cloud = record.container.cloud.as_ref()?;
    Some(Cloud::user(cloud.way.cloud()))
}

impl From<Failure> for CommandError {
    fn from(failure: Failure) -> Self {
        let error = Self::new(Code::Internal, failure.message()).hint(failure.hint());
        Self {
            retryable: failure.is_retryable(),
            raw: Some(failure.raw),
            ..error
        }
    }
}
