//! Requests that belong together, and the connections that they share.

use std::sync::{Arc, Mutex};

use registrar_net::{Follow, Request, Session, StatusCode, Tls};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;

/// More than the client accepts.
const MAX_BODY: u64 = 1000;

/// What a server does after it has answered.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    KeepsOpen,
    Closes,
    /// Keeps the connection open, and closes it when the next request comes.
    ClosesAtTheNext,
    /// Keeps the connection open, after a refusal that is too long to be read.
    Chatters,
}

/// A server that notes which connection each request came over, from 0.
struct Server {
    url: Url,
    seen: Arc<Mutex<Vec<usize>>>,
    /// How many connections are closed.
    closed: watch::Receiver<usize>,
}

impl Server {
    async fn start(habit: Habit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v2/", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<usize>>>::default();
        let (closing, closed) = watch::channel(0);
        let noted = Arc::clone(&seen);
        tokio::spawn(async move {
            for number in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                let (noted, closing) = (Arc::clone(&noted), closing.clone());
                tokio::spawn(async move {
                    // A client that goes away is no reason to complain.
                    let _ = serve(stream, habit, || noted.lock().unwrap().push(number)).await;
                    closing.send_modify(|closed| *closed += 1);
                });
            }
        });
        let url = Url::parse(&url).unwrap();
        Self { url, seen, closed }
    }

    fn connections(&self) -> Vec<usize> {
        self.seen.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, habit: Habit, note: impl Fn()) -> std::io::Result<()> {
    let mut stream = BufStream::new(stream);
    for request in 0.. {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim().to_ascii_lowercase();
            match line.strip_prefix("content-length: ") {
                Some(digits) => length = digits.parse().unwrap(),
                None if line.is_empty() => break,
                None => {}
            }
        }
        stream.read_exact(&mut vec![0; length]).await?;
        note();
        let answer = match habit {
            Habit::ClosesAtTheNext if request > 0 => return Ok(()),
            Habit::Chatters => {
                format!("401 No\r\nContent-Length: 2000\r\n\r\n{}", "-".repeat(2000))
            }
            Habit::Closes => {
                "200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}".to_owned()
            }
            _ => "200 OK\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
        };
        stream
            .write_all(format!("HTTP/1.1 {answer}").as_bytes())
            .await?;
        stream.flush().await?;
        if habit == Habit::Closes {
            return Ok(());
        }
    }
    Ok(())
}

/// The status of the answer to a request of `url`, with `change` made to it.
async fn ask<'a>(
    session: &Session,
    url: &'a Url,
    rules: &'a TlsRules,
    change: impl FnOnce(&mut Request<'a>),
) -> StatusCode {
    let mut request = Request {
        url,
        authorization: None,
        form: None,
        extra: None,
        plain_http: true,
        tls: Tls::from(rules),
        accept: "application/json",
        max_body: MAX_BODY,
        read_refusals: true,
        follow: Follow::SameOrigin,
        deadline: http(ProxyRule::Direct).deadline(),
        head_only: false,
        from_byte: 0,
    };
    change(&mut request);
    let answer = session.send(&request, &Trace::new(&|_| {})).await;
    answer.unwrap().status
}

/// The connections over which three plain requests come to a server of this `habit`.
async fn three_times(habit: Habit) -> Vec<usize> {
    let (server, rules) = (Server::start(habit).await, TlsRules::default());
    let session = http(ProxyRule::Direct).session();
    for _ in 0..3 {
        ask(&session, &server.url, &rules, |_| {}).await;
    }
    server.connections()
}

#[tokio::test]
async fn they_share_a_connection_that_stays_open() {
    assert_eq!(three_times(Habit::KeepsOpen).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_server_that_closes_is_reached_anew() {
    assert_eq!(three_times(Habit::Closes).await, [0, 1, 2]);
}

#[tokio::test]
async fn a_connection_that_ends_under_a_request_is_no_failure() {
    // The second and third request are made twice: over the old connection, and over a new one.
    assert_eq!(three_times(Habit::ClosesAtTheNext).await, [0, 0, 1, 1, 2]);
}

#[tokio::test]
async fn an_answer_that_was_not_read_to_the_end_ends_its_connection() {
    assert_eq!(three_times(Habit::Chatters).await, [0, 1, 2]);
}

#[tokio::test]
async fn a_form_has_a_connection_of_its_own() {
    let (server, rules) = (Server::start(Habit::KeepsOpen).await, TlsRules::default());
    let session = http(ProxyRule::Direct).session();
    let form = Secret::new("a=b");
    ask(&session, &server.url, &rules, |_| {}).await;
    ask(&session, &server.url, &rules, |request| {
        request.form = Some(&form);
    })
    .await;
    assert_eq!(server.connections(), [0, 1]);
}

#[tokio::test]
async fn what_was_trusted_by_other_rules_is_not_shared() {
    let server = Server::start(Habit::KeepsOpen).await;
    let session = http(ProxyRule::Direct).session();
    let (strict, lenient) = (
        TlsRules::default(),
        TlsRules {
            ca_file: Some("/authority.pem".into()),
            trusted_certificate: None,
        },
    );
    ask(&session, &server.url, &strict, |_| {}).await;
    ask(&session, &server.url, &strict, |request| {
        request.tls.insecure = true;
    })
    .await;
    ask(&session, &server.url, &lenient, |_| {}).await;
    ask(&session, &server.url, &strict, |_| {}).await;
    assert_eq!(server.connections(), [0, 1, 2, 0]);
}

#[tokio::test]
async fn two_sessions_share_nothing_and_close_what_they_opened() {
    let (mut server, rules) = (Server::start(Habit::KeepsOpen).await, TlsRules::default());
    let client = http(ProxyRule::Direct);
    let (one, other) = (client.session(), client.session());
    ask(&one, &server.url, &rules, |_| {}).await;
    ask(&other, &server.url, &rules, |_| {}).await;
    assert_eq!(server.connections(), [0, 1]);
    drop((one, other));
    let closed = server.closed.wait_for(|closed| *closed == 2);
    tokio::time::timeout(AMPLE, closed).await.unwrap().unwrap();
}
