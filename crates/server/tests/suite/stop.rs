//! Stopping: what is under way is finished first.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use rustix::process::Signal;

use crate::running::{LIMIT, Running, folder};

#[test]
fn a_signal_ends_it_in_peace() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = folder();
        let mut running = Running::start(folder.path());
        running.signal(signal);
        assert_eq!(running.ended(), Some(0), "{}", running.log());
    }
}

#[test]
fn an_upload_under_way_is_finished_first() {
    let folder = folder();
    let mut running = Running::start(folder.path());
    let registries = "/packages/organizations/local/registries";
    let new = r#"{"name": "tools", "ecosystem": "files"}"#;
    assert_eq!(running.ask("POST", registries, new).0, 200);
    let body = "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"tool-1.0.0.zip\"\r\n\r\nhello\r\n--xx--\r\n";
    let (first, second) = body.split_at(body.len() / 2);
    let mut upload = TcpStream::connect(&running.address).unwrap();
    upload.set_read_timeout(Some(LIMIT)).unwrap();
    let head = format!(
        "POST /api/v2{registries}/tools/packages HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=xx\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        running.address,
        running.token(),
        body.len(),
    );
    upload.write_all(head.as_bytes()).unwrap();
    // It asks for the body: the request is under way.
    let mut go_on = [0; 25];
    upload.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    upload.write_all(first.as_bytes()).unwrap();
    running.signal(Signal::TERM);
    upload.write_all(second.as_bytes()).unwrap();
    let mut answer = String::new();
    upload.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(running.ended(), Some(0), "{}", running.log());
    let again = Running::start(folder.path());
    let (_, list) = again.ask("GET", &format!("{registries}/tools/packages"), "");
    assert_eq!(list["items"][0]["name"], "tool", "{list}");
}
