//! The system's clipboard, for one secret at a time.

use std::hash::{BuildHasher, RandomState};

use arboard::Error;
use parking_lot::Mutex;
use registrar_app::ports::{Clipboard, ClipboardError};
use registrar_registry::Secret;

/// The clipboard. On X11 and Wayland its content lives in this process, so it stays open.
#[derive(Default)]
pub(crate) struct SystemClipboard(Mutex<State>);

#[derive(Default)]
struct State {
    clipboard: Option<arboard::Clipboard>,
    /// A keyed hash of what was put there last: enough to recognise it, of no use otherwise.
    last: Option<u64>,
    hasher: RandomState,
}

impl Clipboard for SystemClipboard {
    fn put(&self, secret: &Secret) -> Result<(), ClipboardError> {
        let text = secret
            .expose_text()
            .ok_or_else(|| ClipboardError("the token is not text".to_owned()))?;
        let mut state = self.0.lock();
        set_unrecorded(state.open().map_err(failed)?, text).map_err(failed)?;
        state.last = Some(state.hasher.hash_one(text));
        Ok(())
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        let mut state = self.0.lock();
        let Some(last) = state.last.take() else {
            return Ok(());
        };
        let now = match state.open().and_then(arboard::Clipboard::get_text) {
            Ok(text) => zeroize::Zeroizing::new(text),
            // Something that is no text, or nothing: not ours.
            Err(Error::ContentNotAvailable) => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        if state.hasher.hash_one(now.as_str()) == last {
            state
                .open()
                .and_then(arboard::Clipboard::clear)
                .map_err(failed)?;
        }
        Ok(())
    }
}

impl State {
    fn open(&mut self) -> Result<&mut arboard::Clipboard, Error> {
        match &mut self.clipboard {
            Some(clipboard) => Ok(clipboard),
            closed => Ok(closed.insert(arboard::Clipboard::new()?)),
        }
    }
}

/// Sets `text`, marked so that histories of the clipboard pass over it.
fn set_unrecorded(clipboard: &mut arboard::Clipboard, text: &str) -> Result<(), Error> {
    #[cfg(target_os = "macos")]
    use arboard::SetExtApple;
    #[cfg(all(unix, not(target_os = "macos")))]
    use arboard::SetExtLinux;
    #[cfg(windows)]
    use arboard::SetExtWindows;

    clipboard.set().exclude_from_history().text(text)
}

#[expect(clippy::needless_pass_by_value, reason = "passed to map_err")]
fn failed(error: Error) -> ClipboardError {
    ClipboardError(error.to_string())
}
