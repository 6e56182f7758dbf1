//! A client of the W3C `WebDriver` protocol, as much of it as the window tests use.
//!
//! Small on purpose: `WebKitWebDriver` refuses the `browserName` that general clients send.

use std::time::Duration;

use serde_json::{Value, json};

/// Lets the page say whether `arguments[0]` gets the next click.
const EXPECT_CLICK: &str = "
const wanted = arguments[0];
window.gotClick = false;
const note = (event) => { window.gotClick ||= event.composedPath().includes(wanted); };
window.addEventListener('click', note, { capture: true, once: true });";

/// The key under which an element's id travels.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Longer than any command takes that will ever end.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);

/// The largest answer that is read: the source of a large page.
const MAX_ANSWER: u64 = 64 << 20;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum WebDriverError {
    /// The driver was not reached, or did not answer.
    #[error("the driver did not answer: {0}")]
    Transport(#[from] ureq::Error),
    /// The driver answered with an error.
    #[error("{error}: {message}")]
    Refused {
        /// The protocol's word for it, such as `stale element reference`.
        error: String,
        /// The driver's own explanation.
        message: String,
    },
    /// The driver answered with something that is not what was asked for.
    #[error("the driver's answer is not {0}")]
    Unexpected(&'static str),
}

/// The id of an element in the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementId(String);

/// A session: one running application.
#[derive(Debug)]
pub struct Session {
    agent: ureq::Agent,
    base: String,
}

type Answer<T = Value> = Result<T, WebDriverError>;

impl Session {
    /// Lets the driver on `port` start `binary` and waits until its page is there.
    pub fn open(port: u16, binary: &str) -> Answer<Self> {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(COMMAND_LIMIT))
            .proxy(None)
            .build()
            .into();
        let mut session = Self {
            agent,
            base: format!("http://127.0.0.1:{port}/session"),
        };
        let options = json!({ "binary": binary, "args": [] });
        let capabilities = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let opened = session.post("", &json!({ "capabilities": capabilities }))?;
        let id = text(&opened["sessionId"])?;
        session.base = format!("{}/{id}", session.base);
        Ok(session)
    }

    /// Runs the body of a function in the page; `arguments` are its arguments.
    pub fn execute(&self, script: &str, arguments: &Value) -> Answer {
        self.post(
            "/execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// As [`Session::execute`]; the function's last argument is called with the result.
    pub fn execute_async(&self, script: &str, arguments: &Value) -> Answer {
        self.post(
            "/execute/async",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// The elements that a script returns.
    pub fn elements(&self, script: &str, arguments: &Value) -> Answer<Vec<ElementId>> {
        let found = self.execute(script, arguments)?;
        let list = found
            .as_array()
            .ok_or(WebDriverError::Unexpected("a list"))?;
        list.iter()
            .map(|element| Ok(ElementId(text(&element[ELEMENT])?)))
            .collect()
    }

    /// The name that assistive technology reads.
    pub fn label(&self, element: &ElementId) -> Answer<String> {
        text(&self.get(&format!("/element/{}/computedlabel", element.0))?)
    }

    /// An attribute, or `None` where it is not there.
    pub fn attribute(&self, element: &ElementId, name: &str) -> Answer<Option<String>> {
        let value = self.get(&format!("/element/{}/attribute/{name}", element.0))?;
        Ok(value.as_str().map(ToOwned::to_owned))
    }

    /// A property of the element's object.
    pub fn property(&self, element: &ElementId, name: &str) -> Answer {
        self.get(&format!("/element/{}/property/{name}", element.0))
    }

    /// Scrolls there and presses the mouse button, as a person would. Whether the element got it:
    /// it may have moved away from under the pointer, or be disabled for a moment.
    pub fn click(&self, element: &ElementId) -> Answer<bool> {
        self.execute(EXPECT_CLICK, &json!([{ ELEMENT: element.0 }]))?;
        self.post(&format!("/element/{}/click", element.0), &json!({}))?;
        // Where the page has gone with the click, nobody can be asked.
        let got = self.execute("return window.gotClick", &json!([]));
        Ok(got.map_or(true, |got| got != json!(false)))
    }

    /// Empties a field.
    pub fn clear(&self, element: &ElementId) -> Answer<()> {
        self.post(&format!("/element/{}/clear", element.0), &json!({}))
            .map(drop)
    }

    /// Types into a field.
    pub fn type_into(&self, element: &ElementId, keys: &str) -> Answer<()> {
        let path = format!("/element/{}/value", element.0);
        self.post(&path, &json!({ "text": keys })).map(drop)
    }

    /// Performs actions of the keyboard, `keyDown` and `keyUp`.
    pub fn keys(&self, actions: &[Value]) -> Answer<()> {
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": actions });
        self.post("/actions", &json!({ "actions": [keyboard] }))
            .map(drop)
    }

    /// Presses the mouse button at one point of the page, moves to another and lets go there; in
    /// pixels.
    pub fn drag(&self, from: (i64, i64), to: (i64, i64)) -> Answer<()> {
        let go =
            |(x, y): (i64, i64)| json!({ "type": "pointerMove", "x": x, "y": y, "duration": 50 });
        let middle = (i64::midpoint(from.0, to.0), i64::midpoint(from.1, to.1));
        let actions = [
            go(from),
            json!({ "type": "pointerDown", "button": 0 }),
            go(middle),
            go(to),
            json!({ "type": "pointerUp", "button": 0 }),
        ];
        let mouse = json!({
            "type": "pointer",
            "id": "mouse",
            "parameters": { "pointerType": "mouse" },
            "actions": actions,
        });
        self.post("/actions", &json!({ "actions": [mouse] }))
            .map(drop)
    }

    /// The page as it stands, as HTML.
    pub fn source(&self) -> Answer<String> {
        text(&self.execute("return document.documentElement.outerHTML", &json!([]))?)
    }

    /// The window's title.
    pub fn title(&self) -> Answer<String> {
        text(&self.get("/title")?)
    }

    /// Gives the window another size, in pixels.
    pub fn resize(&self, width: u32, height: u32) -> Answer<()> {
        self.post("/window/rect", &json!({ "width": width, "height": height }))
            .map(drop)
    }

    fn get(&self, path: &str) -> Answer {
        let answer = self.agent.get(format!("{}{path}", self.base)).call()?;
        value(answer)
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        let answer = self
            .agent
            .post(format!("{}{path}", self.base))
            .send_json(body)?;
        value(answer)
    }
}

fn value(mut answer: ureq::http::Response<ureq::Body>) -> Answer {
    let failed = !answer.status().is_success();
    let mut body: Value = answer
        .body_mut()
        .with_config()
        .limit(MAX_ANSWER)
        .read_json()?;
    let value = body["value"].take();
    if failed {
        return Err(WebDriverError::Refused {
            error: text(&value["error"])?,
            message: text(&value["message"])?,
        });
    }
    Ok(value)
}

fn text(value: &Value) -> Answer<String> {
    value
        .as_str()
        .map(ToOwned::to_owned)
        .ok_or(WebDriverError::Unexpected("text"))
}
