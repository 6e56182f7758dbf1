//! Holding off the removal of blobs while somebody copies all of them.

use std::sync::atomic::Ordering;

use super::Store;

/// While this lives, no blob is removed.
pub(crate) struct Hold(Store);

impl Store {
    /// Holds off every removal. One that is under way is finished when this returns.
    pub(crate) async fn hold(&self) -> Hold {
        let _not_removing = self.0.removing.read().await;
        self.0.held.fetch_add(1, Ordering::SeqCst);
        Hold(self.clone())
    }

    pub(super) fn is_held(&self) -> bool {
        self.0.held.load(Ordering::SeqCst) > 0
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.0.held.fetch_sub(1, Ordering::SeqCst);
    }
}
