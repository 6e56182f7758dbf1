//! Ports for servers that a test starts.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

/// A port of this computer at which nobody listens now.
pub fn free() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
