//! What is left of a window to look at: pictures, the page, the log.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::driver::target_dir;
use super::{Window, fail, must};
use crate::webdriver::{Session, WebDriverError};

impl Window {
    /// Saves what the window shows as `target/window-tests/<test>/<name>.png`, and says where.
    #[track_caller]
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let file = folder().join(format!("{name}.png"));
        // Text is invisible until its font is there.
        let painted = "document.fonts.ready.then(() => requestAnimationFrame(arguments[0]))";
        must(
            "wait for the fonts",
            self.session().execute_async(painted, &json!([])),
        );
        let picture = must("take a picture", picture(self.session()));
        match save(&file, &picture) {
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
        if let Ok(picture) = picture(driver.session()) {
            let _ = save(&folder.join("failed.png"), &picture);
        }
        if let Ok(page) = driver.session().source() {
            let _ = save(&folder.join("failed.html"), page.as_bytes());
        }
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

fn picture(session: &Session) -> Result<Vec<u8>, WebDriverError> {
    let picture = STANDARD.decode(session.screenshot()?);
    picture.map_err(|_| WebDriverError::Unexpected("a picture"))
}
