//! Uploads that arrive over several requests: begun, continued, asked about, finished or given up.
//!
//! All of this is in memory, with the bytes in a file of their own: a server that ends forgets it, as
//! it forgets a client that has not been heard of for an hour.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use uuid::Uuid;

use crate::store::Partial;

/// Who has not been heard of for so long does not come back.
const LIFETIME: Duration = Duration::from_hours(1);
/// The most uploads at a time, of all registries.
const MOST: usize = 1024;

/// The uploads that were begun.
#[derive(Default, Clone)]
pub(super) struct Sessions(Arc<Mutex<HashMap<Uuid, Arc<Session>>>>);

/// An upload that was begun.
pub(crate) struct Session {
    registry: Uuid,
    /// What it is for, in the ecosystem's own words.
    name: String,
    heard: Mutex<Instant>,
    /// What has arrived; `None` once it was finished. Whoever adds to it holds the lock.
    pub(crate) partial: Arc<Mutex<Option<Partial>>>,
}

impl Sessions {
    /// Begins an upload for something in a registry; `None` where there are too many.
    pub(super) fn begin(&self, registry: Uuid, name: &str, partial: Partial) -> Option<Uuid> {
        let id = Uuid::now_v7();
        let session = Session {
            registry,
            name: name.to_owned(),
            heard: Mutex::new(Instant::now()),
            partial: Arc::new(Mutex::new(Some(partial))),
        };
        let mut all = self.0.lock();
        if all.len() >= MOST {
            return None;
        }
        all.insert(id, Arc::new(session));
        drop(all);
        self.forget_later(id);
        Some(id)
    }

    /// An upload for the same thing in the same registry. It is kept for another while.
    pub(super) fn find(&self, id: Uuid, registry: Uuid, name: &str) -> Option<Arc<Session>> {
        let found = self.0.lock().get(&id).cloned()?;
        if found.registry != registry || found.name != name {
            return None;
        }
        *found.heard.lock() = Instant::now();
        Some(found)
    }

    /// Forgets an upload, with what has arrived of it.
    pub(super) fn end(&self, id: Uuid) {
        self.0.lock().remove(&id);
    }

    /// Forgets an upload once its client has been silent for too long.
    fn forget_later(&self, id: Uuid) {
        let all = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            let mut wait = LIFETIME;
            loop {
                tokio::time::sleep(wait).await;
                let Some(all) = all.upgrade() else { return };
                let mut all = all.lock();
                let Some(session) = all.get(&id) else { return };
                let silent = session.heard.lock().elapsed();
                if silent >= LIFETIME {
                    all.remove(&id);
                    return;
                }
                wait = LIFETIME.saturating_sub(silent);
            }
        });
    }
}
