//! Elements by what a person or a screen reader calls them.
//!
//! A locator looks for its element anew each time, and waits for it: a page that is drawn again
//! in the meantime disturbs nothing.

use std::fmt;
use std::time::Instant;

use serde_json::{Value, json};

use super::{PATIENCE, POLL, Window, fail, must};
use crate::webdriver::{ElementId, Session, WebDriverError};

/// Returns the visible elements that match the selector `arguments[0]`: the last modal dialog, if
/// there is one, and what lies within, for what lies behind it cannot be reached.
const VISIBLE: &str = "
const dialogs = [...document.querySelectorAll('dialog:modal')];
const scope = dialogs.at(-1) ?? document;
const found = [scope, ...scope.querySelectorAll(arguments[0])];
return found.filter((element) => element.matches?.(arguments[0])).filter((element) => element.checkVisibility({ visibilityProperty: true }));";

/// Returns the innermost visible elements whose text is `arguments[0]`.
const BY_TEXT: &str = "
const text = (element) => (element.innerText ?? '').replace(/\\s+/g, ' ').trim();
const all = [...document.body.querySelectorAll('*')];
const same = all.filter((element) => element.checkVisibility({ visibilityProperty: true }) && text(element) === arguments[0]);
return same.filter((element) => !same.some((other) => other !== element && element.contains(other)));";

/// Which elements natively have a role; any element may claim it besides.
const NATIVE_ROLES: [(&str, &str); 16] = [
    ("alert", ""),
    (
        "button",
        "button, summary, input[type=submit], input[type=button]",
    ),
    ("checkbox", "input[type=checkbox]"),
    ("combobox", "select"),
    ("dialog", "dialog"),
    ("heading", "h1, h2, h3, h4, h5, h6"),
    ("link", "a[href]"),
    ("list", "ul, ol"),
    ("listitem", "li"),
    ("main", "main"),
    ("navigation", "nav"),
    ("progressbar", "progress"),
    ("radio", "input[type=radio]"),
    ("row", "tr"),
    ("table", "table"),
    (
        "textbox",
        "textarea, input:not([type=checkbox]):not([type=radio]):not([type=submit]):not([type=button]):not([type=search])",
    ),
];

/// Control and `a`, both let go, then the key that erases.
const ERASE_ALL: &str = "\u{E009}a\u{E000}\u{E003}";

/// Everything that has a label.
const FIELDS: &str = "input, textarea, select, [role=textbox], [role=combobox], [role=switch], \
                      [role=checkbox], [role=searchbox], [role=radiogroup], [role=radio]";

/// How an element is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// By the role and name that assistive technology reads.
    Role {
        /// The role, as WAI-ARIA calls it.
        role: String,
        /// The whole name.
        name: String,
    },
    /// A field by its label.
    Label(String),
    /// By its whole visible text; the innermost such element.
    Text(String),
    /// By a CSS selector, where nothing a person notices tells it apart.
    Css(String),
}

impl By {
    /// By role and name.
    pub fn role(role: &str, name: &str) -> Self {
        Self::Role {
            role: role.to_owned(),
            name: name.to_owned(),
        }
    }

    /// A field by its label.
    pub fn label(label: &str) -> Self {
        Self::Label(label.to_owned())
    }

    /// By its visible text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// By its `data-testid`.
    pub fn test_id(id: &str) -> Self {
        Self::Css(format!("[data-testid='{id}']"))
    }

    /// By a CSS selector.
    pub fn css(selector: &str) -> Self {
        Self::Css(selector.to_owned())
    }

    fn all(&self, session: &Session) -> Result<Vec<ElementId>, WebDriverError> {
        match self {
            Self::Role { role, name } => labelled(session, &selector_of(role), name),
            Self::Label(label) => labelled(session, FIELDS, label),
            Self::Text(text) => session.elements(BY_TEXT, &json!([text])),
            Self::Css(selector) => session.elements(VISIBLE, &json!([selector])),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role { role, name } => write!(f, "the {role} {name:?}"),
            Self::Label(label) => write!(f, "the field {label:?}"),
            Self::Text(text) => write!(f, "the text {text:?}"),
            Self::Css(selector) => write!(f, "the element {selector}"),
        }
    }
}

/// An element that is looked for when it is needed.
pub struct Locator<'w> {
    window: &'w Window,
    by: By,
}

impl<'w> Locator<'w> {
    pub(super) fn new(window: &'w Window, by: By) -> Self {
        Self { window, by }
    }

    /// Waits until it is to be seen.
    #[track_caller]
    pub fn wait(&self) -> &Self {
        self.act("find", |_, _| Ok(()));
        self
    }

    /// Waits until it is not to be seen any more.
    #[track_caller]
    pub fn wait_gone(&self) {
        self.window
            .wait_until(&format!("{} to go", self.by), || self.count() == 0);
    }

    /// How many there are now.
    #[track_caller]
    pub fn count(&self) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.by.all(self.window.session()) {
                // An element went between being found and being asked for its name: look again.
                Err(error) if passes(&error) && Instant::now() < deadline => {
                    std::thread::sleep(POLL);
                }
                answer => return must("look for elements", answer).len(),
            }
        }
    }

    /// Whether it is to be seen now.
    #[track_caller]
    pub fn is_visible(&self) -> bool {
        self.count() > 0
    }

    /// Clicks it; again, as a person would, where the click has missed it.
    #[track_caller]
    pub fn click(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.act("click", Session::click) {
            if Instant::now() > deadline {
                fail(&format!("no click reaches {}", self.by));
            }
            std::thread::sleep(POLL);
        }
    }

    /// Types into it, after what stands there.
    #[track_caller]
    pub fn type_text(&self, text: &str) {
        self.act("type into", |session, element| {
            session.type_into(element, text)
        });
    }

    /// Replaces what stands in it.
    #[track_caller]
    pub fn fill(&self, text: &str) {
        if text.is_empty() {
            // `WebDriver` refuses to type nothing, and its own clearing is no input to the page.
            return self.type_text(ERASE_ALL);
        }
        self.act("empty", Session::clear);
        self.type_text(text);
    }

    /// Its visible text, also where a part of it is cut short.
    #[track_caller]
    pub fn text(&self) -> String {
        let text = self.property("innerText");
        text.as_str().unwrap_or_default().trim().to_owned()
    }

    /// What stands in it.
    #[track_caller]
    pub fn value(&self) -> String {
        self.property("value")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// An attribute, or `None` where it has none of that name.
    #[track_caller]
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.act("read", |session, element| session.attribute(element, name))
    }

    /// A property of its object, such as `checked`, `disabled`, `open`.
    #[track_caller]
    pub fn property(&self, name: &str) -> Value {
        self.act("read", |session, element| session.property(element, name))
    }

    /// Whether it has the keyboard's focus.
    #[track_caller]
    pub fn has_focus(&self) -> bool {
        let active = "return document.activeElement ? [document.activeElement] : []";
        self.act("find", |session, element| {
            Ok(session.elements(active, &json!([]))?.contains(element))
        })
    }

    /// Does something with the first such element, as soon as there is one that allows it.
    #[track_caller]
    fn act<T>(
        &self,
        what: &str,
        action: impl Fn(&Session, &ElementId) -> Result<T, WebDriverError>,
    ) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let why = match self.attempt(&action) {
                Ok(Some(done)) => return done,
                Ok(None) => "it is not to be seen".to_owned(),
                Err(error) if passes(&error) => error.to_string(),
                Err(error) => fail(&format!("could not {what} {}: {error}", self.by)),
            };
            if Instant::now() > deadline {
                fail(&format!("could not {what} {}: {why}", self.by));
            }
            std::thread::sleep(POLL);
        }
    }

    fn attempt<T>(
        &self,
        action: impl Fn(&Session, &ElementId) -> Result<T, WebDriverError>,
    ) -> Result<Option<T>, WebDriverError> {
        let session = self.window.session();
        let found = self.by.all(session)?;
        found
            .first()
            .map(|element| action(session, element))
            .transpose()
    }
}

/// Whether trying again may help: the page is being drawn, or something is in the way.
fn passes(error: &WebDriverError) -> bool {
    const PASSING: [&str; 4] = [
        "stale element reference",
        "no such element",
        "element not interactable",
        "element click intercepted",
    ];
    matches!(error, WebDriverError::Refused { error, .. } if PASSING.contains(&error.as_str()))
}

fn selector_of(role: &str) -> String {
    let native = NATIVE_ROLES
        .iter()
        .find(|(known, _)| *known == role)
        .map_or("", |(_, native)| native);
    let unclaimed = native.split(", ").filter(|one| !one.is_empty());
    let claimed = format!("[role={role}]");
    unclaimed
        .map(|one| format!("{one}:not([role])"))
        .chain([claimed])
        .collect::<Vec<_>>()
        .join(", ")
}

/// The visible elements that match `selector` and that the engine's accessibility tree calls
/// `name`.
fn labelled(
    session: &Session,
    selector: &str,
    name: &str,
) -> Result<Vec<ElementId>, WebDriverError> {
    let mut named = Vec::new();
    for element in session.elements(VISIBLE, &json!([selector]))? {
        if session.label(&element)?.trim() == name {
            named.push(element);
        }
    }
    Ok(named)
}
