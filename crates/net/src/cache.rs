//! A value that costs time to load and may change while the application runs.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// Keeps a loaded value for [`Self::MAX_AGE`]. Several callers at once cause one load.
#[derive(Debug)]
pub(crate) struct Cache<T>(Mutex<Option<(Instant, T)>>);

impl<T: Clone> Cache<T> {
    /// Short enough that a certificate or proxy installed a moment ago counts at the next
    /// attempt, long enough that checking many registries loads it once.
    const MAX_AGE: Duration = Duration::from_secs(20);

    pub(crate) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The value, loaded by `load` where there is none or it is too old.
    pub(crate) async fn get(&self, load: impl Future<Output = T>) -> T {
        let mut slot = self.0.lock().await;
        if let Some((loaded, value)) = &*slot
            && loaded.elapsed() < Self::MAX_AGE
        {
            return value.clone();
        }
        let value = load.await;
        *slot = Some((Instant::now(), value.clone()));
        value
    }
}
