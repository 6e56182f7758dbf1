//! The server of source registries lives and dies with the window.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use acceptance_support::window::Window;

use crate::steps;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(5);

/// What the server says of its health; `None` where nobody answers.
fn health(port: u16) -> Option<String> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    server.set_read_timeout(Some(LIMIT)).ok()?;
    let request =
        format!("GET /health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    server.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    server.read_to_string(&mut answer).ok()?;
    Some(answer)
}

/// What was noted.
fn activity(window: &Window) -> String {
    let files = fs::read_dir(window.data_dir().join("activity"));
    let files = files.into_iter().flatten().flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    texts.collect()
}

#[test]
fn the_window_hosts_until_it_is_closed() {
    let mut window = Window::open(steps::options());
    let port = window.hosting_port();
    let answers = || health(port).is_some_and(|answer| answer.starts_with("HTTP/1.1 200"));
    window.wait_until("the server", answers);
    window.close();
    assert_eq!(health(port), None, "the port is free again");
    let noted = activity(&window);
    for action in ["hosting.started", "hosting.stopped"] {
        assert!(noted.contains(action), "{action} in {noted}");
    }

    window.reopen();
    window.wait_until("the server again", answers);
}
