//! The real window, as a person meets it: found by role and name, driven by mouse and keyboard.
//!
//! Each window has a display, a session bus, a keyring and folders of its own, so tests run side
//! by side. What cannot be found or done fails the test at its own line, and leaves a picture, the
//! page and the log in `target/window-tests/<test>/`.

mod audit;
mod driver;
mod evidence;
mod keys;
mod locator;
mod options;
mod world;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub use locator::{By, Locator};
pub use options::{Keyring, Options};

use crate::close::ask_to_close;
use crate::keyring::KeyringSession;
use crate::webdriver::{Session, WebDriverError};
use driver::Driver;
use world::World;

/// How long a person would wait before giving up.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How often the page is asked meanwhile.
const POLL: Duration = Duration::from_millis(25);

/// The open window.
pub struct Window {
    driver: Option<Driver>,
    world: World,
}

impl Window {
    /// Opens the application, `$REGISTRAR_BIN` or else the one built last.
    #[track_caller]
    pub fn open(options: Options) -> Self {
        let world = World::create(options).unwrap_or_else(|error| {
            fail(&format!(
                "the surroundings of the window could not be made: {error}"
            ))
        });
        let mut window = Self {
            driver: None,
            world,
        };
        window.start();
        window
    }

    /// The element that assistive technology calls a `role` named `name`.
    pub fn find_by_role(&self, role: &str, name: &str) -> Locator<'_> {
        self.find(By::role(role, name))
    }

    /// The field whose label is `label`.
    pub fn find_by_label(&self, label: &str) -> Locator<'_> {
        self.find(By::label(label))
    }

    /// The element with this `data-testid`.
    pub fn find_by_test_id(&self, id: &str) -> Locator<'_> {
        self.find(By::test_id(id))
    }

    /// The innermost element whose whole visible text is `text`.
    pub fn find_by_text(&self, text: &str) -> Locator<'_> {
        self.find(By::text(text))
    }

    /// An element that need not be there yet.
    pub fn find(&self, by: By) -> Locator<'_> {
        Locator::new(self, by)
    }

    /// Shorthand for the button named `name`.
    pub fn button(&self, name: &str) -> Locator<'_> {
        self.find_by_role("button", name)
    }

    /// Types into whatever has the focus.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        must("type", self.session().keys(&keys::typing(text)));
    }

    /// Presses a key with its modifiers, such as `Control+k`, `Shift+Tab`, `Escape`.
    #[track_caller]
    pub fn press(&self, chord: &str) {
        match keys::chord(chord) {
            Some(actions) => must("press keys", self.session().keys(&actions)),
            None => fail(&format!("there is no key called {chord:?}")),
        }
    }

    /// Presses the mouse button at one point of the page, moves to another and lets go; in pixels.
    #[track_caller]
    pub fn drag(&self, from: (i64, i64), to: (i64, i64)) {
        must("drag", self.session().drag(from, to));
    }

    /// All text that is to be seen.
    #[track_caller]
    pub fn text(&self) -> String {
        let text = self.execute("return document.body.innerText", &json!([]));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until `text` is to be seen somewhere.
    #[track_caller]
    pub fn wait_for_text(&self, text: &str) {
        self.wait_until(&format!("the text {text:?}"), || self.text().contains(text));
    }

    /// Waits until `text` is nowhere to be seen.
    #[track_caller]
    pub fn wait_for_no_text(&self, text: &str) {
        self.wait_until(&format!("the text {text:?} to go"), || {
            !self.text().contains(text)
        });
    }

    /// Waits until `met`, asking often; fails after [`PATIENCE`], naming `what` it waited for.
    #[track_caller]
    pub fn wait_until(&self, what: &str, met: impl FnMut() -> bool) {
        self.wait_up_to(PATIENCE, what, met);
    }

    /// The same for what takes longer by design, such as work that the application puts off.
    #[track_caller]
    pub fn wait_up_to(&self, limit: Duration, what: &str, mut met: impl FnMut() -> bool) {
        let deadline = Instant::now() + limit;
        while !met() {
            if Instant::now() > deadline {
                fail(&format!("waited in vain for {what}"));
            }
            std::thread::sleep(POLL);
        }
    }

    /// The window's title.
    #[track_caller]
    pub fn title(&self) -> String {
        must("read the title", self.session().title())
    }

    /// Runs the body of a function in the page and gives what it returns.
    #[track_caller]
    pub fn execute(&self, script: &str, arguments: &Value) -> Value {
        must("run a script", self.session().execute(script, arguments))
    }

    /// Gives the window another size, in pixels.
    #[track_caller]
    pub fn resize(&self, width: u32, height: u32) {
        must("resize the window", self.session().resize(width, height));
        let resized = format!("return innerWidth === {width} && innerHeight === {height}");
        self.wait_until("the new size", || {
            self.execute(&resized, &json!([])) == json!(true)
        });
    }

    /// Shows the page dark or light, whatever the settings say.
    #[track_caller]
    pub fn theme(&self, dark: bool) {
        let theme = if dark { "dark" } else { "light" };
        self.execute(
            "document.documentElement.dataset.theme = arguments[0]",
            &json!([theme]),
        );
    }

    /// The whole page as HTML, with what stands in its fields.
    #[track_caller]
    pub fn source(&self) -> String {
        must("read the page", self.session().source())
    }

    /// The folder of the catalog and the settings.
    pub fn config_dir(&self) -> PathBuf {
        self.world.config_dir()
    }

    /// The folder of everything else.
    pub fn data_dir(&self) -> PathBuf {
        self.world.data_dir()
    }

    /// The home folder of the person who does not exist.
    pub fn home(&self) -> &Path {
        self.world.home()
    }

    /// The keyring; fails where the window was opened without one.
    #[track_caller]
    pub fn keyring(&self) -> &KeyringSession {
        self.world
            .keyring()
            .unwrap_or_else(|| fail("this window has no keyring"))
    }

    /// The environment that the application runs in, for programs that join it there.
    pub fn env(&self) -> Vec<(String, String)> {
        self.world.env()
    }

    /// The application's process.
    #[track_caller]
    pub fn process_id(&self) -> u32 {
        self.driver()
            .application()
            .unwrap_or_else(|| fail("the application does not run"))
    }

    /// Closes the window by its close button and waits until the application has ended.
    #[track_caller]
    pub fn close(&mut self) {
        let process = PathBuf::from(format!("/proc/{}/exe", self.process_id()));
        if let Err(error) = ask_to_close(self.world.display()) {
            fail(&format!("the window could not be asked to close: {error}"));
        }
        // The link of a process that has ended, but was not waited for, leads nowhere.
        self.wait_until("the application to end", || {
            std::fs::read_link(&process).is_err()
        });
        self.driver = None;
    }

    /// Opens the application again in the same surroundings.
    #[track_caller]
    pub fn reopen(&mut self) {
        self.start();
    }

    /// Kills the application as a crash would: nothing is saved.
    #[track_caller]
    pub fn kill9(&mut self) {
        let Some(driver) = self.driver.take() else {
            return;
        };
        let application = driver.application();
        drop(driver);
        // Until it has left the bus, it would be taken for the running instance.
        if let Some(id) = application {
            let process = PathBuf::from(format!("/proc/{id}"));
            self.wait_until("the application to end", || !process.exists());
        }
    }

    /// Ends the application where it runs and opens it again in the same surroundings.
    #[track_caller]
    pub fn restart(&mut self) {
        self.kill9();
        self.start();
    }

    #[track_caller]
    fn start(&mut self) {
        match Driver::start(&self.world.env()) {
            Ok(driver) => self.driver = Some(driver),
            Err(error) => fail(&format!("the window did not open: {error}")),
        }
        self.wait_until("the page to be ready", || {
            let ready =
                "return document.readyState === 'complete' && document.body.innerText !== ''";
            self.execute(ready, &json!([])) == json!(true)
        });
    }

    #[track_caller]
    fn driver(&self) -> &Driver {
        self.driver
            .as_ref()
            .unwrap_or_else(|| fail("the window is closed"))
    }

    #[track_caller]
    fn session(&self) -> &Session {
        self.driver().session()
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.keep_evidence();
        }
    }
}

/// What the driver answered, which it does as long as the window is there.
#[track_caller]
fn must<T>(what: &str, answer: Result<T, WebDriverError>) -> T {
    answer.unwrap_or_else(|error| fail(&format!("could not {what}: {error}")))
}

/// Fails the test at the line that asked.
#[track_caller]
#[expect(clippy::panic, reason = "this is how a test fails")]
fn fail(message: &str) -> ! {
    panic!("{message}")
}
