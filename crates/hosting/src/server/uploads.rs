//! Uploads in three steps: one asks for a place, one fills it, one publishes what lies there.
//!
//! A place is known by its id, which is no secret, and filled with a key, which is: whoever has it
//! may fill the place once, for a while, and do nothing else. All of this is in memory; what lies in
//! a place is removed with it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use registrar_registry::Secret;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::store::Staged;
use crate::tokens::{Kind, generate, hash};

/// How long a place is kept.
pub(super) const LIFETIME: Duration = Duration::from_hours(1);
/// The most places at a time.
const MOST: usize = 256;

/// The places that were asked for.
#[derive(Default, Clone)]
pub(super) struct Uploads(Arc<Mutex<HashMap<Uuid, Place>>>);

struct Place {
    registry: Uuid,
    key: [u8; 32],
    ends: Instant,
    state: State,
}

enum State {
    Empty,
    Filling,
    Full(Box<(String, Staged)>),
}

impl Uploads {
    /// A place for one file of a registry, and the key to fill it; `None` where there are too many.
    pub(super) fn begin(&self, registry: Uuid) -> std::io::Result<Option<(Uuid, Secret)>> {
        let (key, _) = generate(Kind::Upload)?;
        let id = Uuid::now_v7();
        let mut places = self.0.lock();
        let now = Instant::now();
        places.retain(|_, place| place.ends > now);
        if places.len() >= MOST {
            return Ok(None);
        }
        let place = Place {
            registry,
            key: hash(key.expose()),
            ends: now + LIFETIME,
            state: State::Empty,
        };
        places.insert(id, place);
        drop(places);
        self.forget_later(id);
        Ok(Some((id, key)))
    }

    /// Removes a place in time, with what lies there.
    fn forget_later(&self, id: Uuid) {
        let places = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            tokio::time::sleep(LIFETIME).await;
            if let Some(places) = places.upgrade() {
                places.lock().remove(&id);
            }
        });
    }

    /// Begins to fill a place; `None` where the key does not fit, or no longer.
    pub(super) fn fill(&self, id: Uuid, key: &[u8]) -> Option<Filling> {
        let mut places = self.0.lock();
        let place = places.get_mut(&id)?;
        let fits = bool::from(place.key.ct_eq(&hash(key)));
        let ready = matches!(place.state, State::Empty) && place.ends > Instant::now();
        if !(fits && ready) {
            return None;
        }
        place.state = State::Filling;
        Some(Filling {
            uploads: self.clone(),
            id,
        })
    }

    /// Takes what lies in a place of a registry.
    pub(super) fn take(&self, id: Uuid, registry: Uuid) -> Option<(String, Staged)> {
        let mut places = self.0.lock();
        let place = places.get(&id)?;
        let full = matches!(place.state, State::Full(_));
        if place.registry != registry || !full || place.ends <= Instant::now() {
            return None;
        }
        match places.remove(&id)?.state {
            State::Full(file) => Some(*file),
            State::Empty | State::Filling => None,
        }
    }
}

/// A place that is being filled; one that is not [`Filling::done`] can be filled again.
pub(super) struct Filling {
    uploads: Uploads,
    id: Uuid,
}

impl Filling {
    /// The file has arrived.
    pub(super) fn done(self, name: String, staged: Staged) {
        self.set(State::Full(Box::new((name, staged))));
    }

    fn set(&self, state: State) {
        if let Some(place) = self.uploads.0.lock().get_mut(&self.id) {
            place.state = state;
        }
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        let mut places = self.uploads.0.lock();
        if let Some(place) = places.get_mut(&self.id)
            && matches!(place.state, State::Filling)
        {
            place.state = State::Empty;
        }
    }
}
