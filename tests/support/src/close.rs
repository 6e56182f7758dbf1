//! Closes windows as a person does: by asking, so that the application may tidy up.

use std::error::Error;

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window,
};

use crate::display::Display;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Asks every window on the display to close, as their close buttons would.
pub(crate) fn ask_to_close(display: &Display) -> Outcome {
    let (connection, screen) = x11rb::connect(Some(display.name()))?;
    let root = connection.setup().roots[screen].root;
    let protocols = atom(&connection, "WM_PROTOCOLS")?;
    let delete = atom(&connection, "WM_DELETE_WINDOW")?;
    for window in connection.query_tree(root)?.reply()?.children {
        if understands(&connection, window, protocols, delete)? {
            let data = [delete, 0, 0, 0, 0];
            let message = ClientMessageEvent::new(32, window, protocols, data);
            connection
                .send_event(false, window, EventMask::NO_EVENT, message)?
                .check()?;
        }
    }
    Ok(())
}

/// Whether it is a window to be seen that takes the question.
fn understands(
    connection: &impl Connection,
    window: Window,
    protocols: u32,
    delete: u32,
) -> Outcome<bool> {
    if connection.get_window_attributes(window)?.reply()?.map_state != MapState::VIEWABLE {
        return Ok(false);
    }
    let property = connection
        .get_property(false, window, protocols, AtomEnum::ATOM, 0, 32)?
        .reply()?;
    Ok(property
        .value32()
        .is_some_and(|mut known| known.any(|atom| atom == delete)))
}

fn atom(connection: &impl Connection, name: &str) -> Outcome<u32> {
    Ok(connection
        .intern_atom(false, name.as_bytes())?
        .reply()?
        .atom)
}
