//! What is left of a window to look at: pictures, the page, the log.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::driver::target_dir;
use super::{Window, fail, must};
use crate::display::SCREEN;
use crate::picture;

/// Waits for the fonts, without which text is invisible, and gives the window's size.
const PAINTED: &str = "
const done = arguments[0];
document.fonts.ready.then(() => requestAnimationFrame(() => done([innerWidth, innerHeight])));";

/// How long the screen must not change before its picture is taken, and how long to wait for that.
const QUIET: Duration = Duration::from_millis(200);
const SETTLE_LIMIT: Duration = Duration::from_secs(3);

impl Window {
    /// Saves what the window shows as `target/window-tests/<test>/<name>.png`, and says where.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let size = must(
            "wait for the fonts",
            self.session().execute_async(PAINTED, &json!([])),
        );
        let file = folder().join(format!("{name}.png"));
        let side = |index: usize| {
            size[index]
                .as_u64()
                .and_then(|side| usize::try_from(side).ok())
        };
        match self.keep_picture(
            &file,
            (side(0).unwrap_or(SCREEN.0), side(1).unwrap_or(SCREEN.1)),
        ) {
            Ok(()) => file,
            Err(error) => fail(&format!("{}: {error}", file.display())),
        }
    }

    /// What the application has logged so far.
    pub fn log(&self) -> String {
        let Ok(files) = std::fs::read_dir(self.data_dir().join("logs")) else {
            return String::new();
        };
        let read = |file: std::io::Result<std::fs::DirEntry>| {
            std::fs::read_to_string(file.ok()?.path()).ok()
        };
        files.filter_map(read).collect()
    }

    /// Saves everything, as far as it can be had. The test has failed already.
    pub(super) fn keep_evidence(&self) {
        let folder = folder();
        let _ = save(&folder.join("failed.log"), self.log().as_bytes());
        let Some(driver) = &self.driver else {
            return;
        };
        let _ = self.keep_picture(&folder.join("failed.png"), SCREEN);
        if let Ok(page) = driver.session().source() {
            let _ = save(&folder.join("failed.html"), page.as_bytes());
        }
    }

    /// What a person would see, which is what the display shows: the driver's own pictures are
    /// painted anew, and not to be had without a graphics processor.
    fn keep_picture(&self, file: &Path, (width, height): (usize, usize)) -> std::io::Result<()> {
        let display = self.world.display();
        let settled = display
            .watch(QUIET, SETTLE_LIMIT)
            .ok()
            .and_then(|mut frames| frames.pop());
        // Something that moves never settles; then any moment is as good.
        let screen = settled.map_or_else(|| display.picture(), |frame| Ok(frame.picture))?;
        picture::save(file, &screen, width, height)
    }
}

/// One folder per test; the test's thread has its name.
fn folder() -> PathBuf {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("test").replace("::", "-");
    target_dir().join("window-tests").join(test)
}

fn save(file: &Path, content: &[u8]) -> std::io::Result<()> {
    file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    std::fs::write(file, content)
}
