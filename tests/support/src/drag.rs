//! Files dragged over a window, as from a file manager: the source's side of XDND, version 5
//! (<https://www.freedesktop.org/wiki/Specifications/XDND/>).

use std::error::Error;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, MapState,
    PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, CURRENT_TIME, NONE};

use crate::display::Display;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Of the protocol, in the highest byte of the first message.
const VERSION: u32 = 5 << 24;

/// How long the window may take for an answer.
const LIMIT: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(10);

/// A refusal may only mean that the window has not yet read what is dragged.
const ASK_AGAIN: Duration = Duration::from_millis(100);

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndActionCopy,
        XdndAware,
        XdndDrop,
        XdndEnter,
        XdndFinished,
        XdndPosition,
        XdndSelection,
        XdndStatus,
        TARGETS,
        URI_LIST: b"text/uri-list",
    }
}

/// Files that hang over the middle of a window, until they are dropped there.
pub struct Drag {
    connection: RustConnection,
    atoms: Atoms,
    source: Window,
    target: Window,
    /// Middle of the target, from the screen's corner: x in the higher half.
    middle: u32,
    /// What is dragged, as `text/uri-list`.
    list: String,
}

impl Drag {
    /// Drags the files over the window that takes them, until it says that they may be dropped.
    pub(crate) fn over<P: AsRef<Path>>(display: &Display, files: &[P]) -> Outcome<Self> {
        let (connection, screen) = x11rb::connect(Some(display.name()))?;
        let root = connection.setup().roots[screen].root;
        let atoms = Atoms::new(&connection)?.reply()?;
        let target = target(&connection, root, atoms.XdndAware)?;
        let drag = Self {
            source: source(&connection, root)?,
            middle: middle(&connection, root, target)?,
            list: files.iter().map(|file| uri(file.as_ref())).collect(),
            connection,
            atoms,
            target,
        };
        drag.enter()?;
        Ok(drag)
    }

    fn enter(&self) -> Outcome {
        self.connection
            .set_selection_owner(self.source, self.atoms.XdndSelection, CURRENT_TIME)?
            .check()?;
        self.send(self.atoms.XdndEnter, [VERSION, self.atoms.URI_LIST, 0, 0])?;
        let limit = Instant::now() + LIMIT;
        while !self.accepted(limit)? {
            if Instant::now() > limit {
                return Err("the window takes no files".into());
            }
            std::thread::sleep(ASK_AGAIN);
        }
        Ok(())
    }

    /// Asks whether the files may be dropped where they are.
    fn accepted(&self, limit: Instant) -> Outcome<bool> {
        let position = [0, self.middle, CURRENT_TIME, self.atoms.XdndActionCopy];
        self.send(self.atoms.XdndPosition, position)?;
        let status = self.answer(self.atoms.XdndStatus, limit)?;
        Ok(status.data.as_data32()[1] & 1 == 1)
    }

    /// Lets go of the files, and waits until the window has taken them.
    pub(crate) fn release(self) -> Outcome {
        self.send(self.atoms.XdndDrop, [0, CURRENT_TIME, 0, 0])?;
        self.answer(self.atoms.XdndFinished, Instant::now() + LIMIT)?;
        Ok(())
    }

    fn send(&self, kind: u32, data: [u32; 4]) -> Outcome {
        let [first, second, third, fourth] = data;
        let data = [self.source, first, second, third, fourth];
        let message = ClientMessageEvent::new(32, self.target, kind, data);
        self.connection
            .send_event(false, self.target, EventMask::NO_EVENT, message)?
            .check()?;
        Ok(())
    }

    /// Waits for a message of the window; meanwhile, it is told what is dragged.
    fn answer(&self, kind: u32, limit: Instant) -> Outcome<ClientMessageEvent> {
        loop {
            match self.connection.poll_for_event()? {
                Some(Event::ClientMessage(message)) if message.type_ == kind => return Ok(message),
                Some(Event::SelectionRequest(request)) => self.tell(&request)?,
                Some(_) => {}
                None if Instant::now() > limit => return Err("the window does not answer".into()),
                None => std::thread::sleep(POLL),
            }
        }
    }

    fn tell(&self, request: &SelectionRequestEvent) -> Outcome {
        let told = self.put(request)?;
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if told { request.property } else { NONE },
        };
        self.connection
            .send_event(false, request.requestor, EventMask::NO_EVENT, notice)?
            .check()?;
        Ok(())
    }

    /// Leaves what was asked for with who asked. Says whether there is such a thing.
    fn put(&self, request: &SelectionRequestEvent) -> Outcome<bool> {
        let (connection, mode) = (&self.connection, PropMode::REPLACE);
        let (to, property) = (request.requestor, request.property);
        if request.target == self.atoms.URI_LIST {
            let list = self.list.as_bytes();
            connection
                .change_property8(mode, to, property, request.target, list)?
                .check()?;
        } else if request.target == self.atoms.TARGETS {
            let known = [self.atoms.TARGETS, self.atoms.URI_LIST];
            connection
                .change_property32(mode, to, property, AtomEnum::ATOM, &known)?
                .check()?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// The window to be seen on the screen that takes what is dropped.
fn target(connection: &impl Connection, root: Window, aware: u32) -> Outcome<Window> {
    for window in connection.query_tree(root)?.reply()?.children {
        let state = connection.get_window_attributes(window)?.reply()?.map_state;
        let property = connection
            .get_property(false, window, aware, AtomEnum::ATOM, 0, 1)?
            .reply()?;
        if state == MapState::VIEWABLE && property.value_len > 0 {
            return Ok(window);
        }
    }
    Err("no window takes what is dropped".into())
}

/// The window that the files come from: never shown, it only speaks.
fn source(connection: &impl Connection, root: Window) -> Outcome<Window> {
    let id = connection.generate_id()?;
    let looks = CreateWindowAux::new();
    let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_OUTPUT);
    connection
        .create_window(depth, id, root, 0, 0, 1, 1, 0, class, 0, &looks)?
        .check()?;
    Ok(id)
}

fn middle(connection: &impl Connection, root: Window, target: Window) -> Outcome<u32> {
    let size = connection.get_geometry(target)?.reply()?;
    let (x, y) = (
        i16::try_from(size.width / 2)?,
        i16::try_from(size.height / 2)?,
    );
    let point = connection
        .translate_coordinates(target, root, x, y)?
        .reply()?;
    let half = |value: i16| u32::from(value.max(0).unsigned_abs());
    Ok((half(point.dst_x) << 16) | half(point.dst_y))
}

/// The line of a file in a `text/uri-list`.
fn uri(file: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in file.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to memory does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "\r\n"
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::uri;

    #[test]
    fn a_file_is_named_so_that_every_program_finds_it() {
        assert_eq!(
            uri(Path::new("/tmp/a b/ü-1.0.0.tgz")),
            "file:///tmp/a%20b/%C3%BC-1.0.0.tgz\r\n"
        );
    }
}
