//! One connection: TLS or not, one request, the answer that the mode wants.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::wire::{Reply, read_request};
use super::{Mode, Seen, State, Tls, catalogue, parcels};

/// The first byte of every TLS handshake.
const TLS_HANDSHAKE: u8 = 0x16;

pub(super) async fn serve(stream: TcpStream, state: Arc<State>) {
    // A client that goes away is no reason to complain.
    let _ = connection(stream, &state).await;
}

async fn connection(mut stream: TcpStream, state: &Arc<State>) -> io::Result<()> {
    if state.mode() == Mode::Resets {
        stream.peek(&mut [0]).await?;
        return stream.set_zero_linger();
    }
    let Some(tls) = state.tls() else {
        return exchange(&mut stream, state).await;
    };
    let mut first = [0];
    if stream.peek(&mut first).await? == 1 && first[0] != TLS_HANDSHAKE && tls.explains {
        return refuse_plain(&mut stream).await;
    }
    let Tls { config, .. } = tls;
    let mut stream = TlsAcceptor::from(config).accept(stream).await?;
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        return http2(stream, state).await;
    }
    exchange(&mut stream, state).await
}

/// What nginx and Go answer where plain http arrives at a port for https.
async fn refuse_plain(stream: &mut TcpStream) -> io::Result<()> {
    let _ = read_request(stream).await?;
    let text = "Client sent an HTTP request to an HTTPS server.\n";
    let reply = Reply::new(400, "text/plain", text);
    stream.write_all(&reply.bytes()).await
}

async fn exchange<S>(stream: &mut S, state: &State) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Some(seen) = read_request(stream).await? else {
        let reply = Reply::new(400, "text/plain", "400 Bad Request");
        return finish(stream, &reply.bytes()).await;
    };
    state.note(seen.clone());
    match state.mode() {
        Mode::Hangs => wait_for_end(stream).await,
        Mode::DripFeeds => drip(stream, &catalogue::answer(&seen.path)).await,
        Mode::Truncated => {
            let reply = catalogue::answer(&seen.path);
            let half = &reply.body[..reply.body.len() / 2];
            let bytes = [reply.head(reply.body.len()), half.to_vec()].concat();
            finish(stream, &bytes).await
        }
        Mode::Endless => endless(stream).await,
        Mode::PromisesTooMuch => {
            let reply = Reply::new(200, "application/json", "[");
            stream.write_all(&reply.head(1_000_000_000)).await?;
            wait_for_end(stream).await
        }
        Mode::StallsInBlobs if is_download(&seen.path) => {
            let reply = catalogue::answer(&seen.path);
            let half = &reply.body[..reply.body.len() / 2];
            let bytes = [reply.head(reply.body.len()), half.to_vec()].concat();
            stream.write_all(&bytes).await?;
            wait_for_end(stream).await
        }
        Mode::NotHttp => finish(stream, b"SSH-2.0-OpenSSH_9.2\r\n").await,
        mode => {
            if let Mode::Slow(time) = mode {
                tokio::time::sleep(time).await;
            }
            finish(stream, &reply(&mode, &seen).bytes()).await
        }
    }
}

/// The answer of the modes that answer in proper HTTP.
fn reply(mode: &Mode, seen: &Seen) -> Reply {
    let real = || catalogue::answer(&seen.path);
    let json = |text: &str| Reply::new(200, "application/json", text);
    match mode {
        Mode::RequiresToken(token)
            if seen.authorization.as_deref() != Some(&format!("Bearer {token}")) =>
        {
            Reply::json(401, &json!({"status": "unauthorized"})).with("www-authenticate", "Bearer")
        }
        Mode::Forbidden => Reply::json(403, &json!({"status": "forbidden"})),
        Mode::NotFound => Reply::new(404, "text/html", "<html><h1>404</h1></html>"),
        Mode::HtmlPage => Reply::new(200, "text/html", "<!doctype html>\n<title>Welcome</title>"),
        Mode::BadJson => json("[\n  {\"name\": \"go\"},\n  {\"name\": \"python\",}\n]"),
        Mode::BadShape => json(r#"[{"name": "go", "type": "stack", "versions": "all of them"}]"#),
        Mode::OtherJson => json(r#"{"repositories": ["library/alpine"]}"#),
        Mode::EmptyStatus => json(r#"{"status": "No stacks or samples found in the registry"}"#),
        Mode::EmptyNull => json("null"),
        Mode::EmptyList => json("[]"),
        Mode::Huge => catalogue::huge(),
        Mode::DeeplyNested => json(&"[".repeat(100_000)),
        Mode::Gzip => packed(real()),
        Mode::GzipBomb => packed(json(&" ".repeat(100_000_000))),
        Mode::RedirectsWithin => match seen.path.strip_prefix("/moved") {
            Some(path) => catalogue::answer(path),
            None => Reply::redirect(&format!("/moved{}", seen.path)),
        },
        Mode::RedirectsTo(base) => Reply::redirect(&format!("{base}{}", seen.path)),
        Mode::RedirectLoop if seen.path == "/there" => Reply::redirect("/here"),
        Mode::RedirectLoop => Reply::redirect("/there"),
        Mode::RedirectsForever => Reply::redirect(&format!("{}x", seen.path)),
        Mode::RateLimited(seconds) => Reply::empty(429).with("retry-after", seconds.to_string()),
        Mode::Fails(status) => Reply::empty(*status),
        Mode::Icon(icon) if seen.path.starts_with("/v2index") => catalogue::with_icon(icon),
        Mode::Own(prefix) if seen.path.starts_with("/v2index") => catalogue::own(prefix),
        Mode::WrongBlobs if seen.path.contains("/blobs/") => {
            let mut reply = real();
            // As long as it should be, so that only the digest tells.
            if let Some(last) = reply.body.last_mut() {
                *last ^= 1;
            }
            reply
        }
        Mode::HostileProjects if seen.path.contains("/starter-projects/") => {
            Reply::new(202, "application/zip", parcels::hostile_zip())
        }
        Mode::V1Only if seen.path.starts_with("/v2index") => Reply::empty(404),
        _ => real(),
    }
}

fn is_download(path: &str) -> bool {
    path.contains("/blobs/") || path.contains("/starter-projects/")
}

fn packed(reply: Reply) -> Reply {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&reply.body).expect("writing to memory");
    let body = encoder.finish().expect("writing to memory");
    Reply { body, ..reply }.with("content-encoding", "gzip")
}

async fn finish<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.shutdown().await
}

/// Holds the connection open until the client closes it.
async fn wait_for_end<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<()> {
    while stream.read(&mut [0; 256]).await? > 0 {}
    Ok(())
}

async fn drip<S: AsyncWrite + Unpin>(stream: &mut S, reply: &Reply) -> io::Result<()> {
    for byte in reply.bytes() {
        stream.write_all(&[byte]).await?;
        stream.flush().await?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stream.shutdown().await
}

async fn endless<S: AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n[";
    stream.write_all(head.as_bytes()).await?;
    let filler = vec![b' '; 64 * 1024];
    loop {
        stream.write_all(&filler).await?;
    }
}

async fn http2(stream: TlsStream<TcpStream>, state: &Arc<State>) -> io::Result<()> {
    let service = service_fn(|request: Request<Incoming>| {
        let header = |name| {
            let value = request.headers().get(name);
            value.and_then(|v| v.to_str().ok()).map(ToOwned::to_owned)
        };
        let seen = Seen {
            path: request.uri().path().to_owned(),
            host: request.uri().authority().map(ToString::to_string),
            authorization: header("authorization"),
            user_agent: header("user-agent"),
        };
        state.note(seen.clone());
        let reply = reply(&state.mode(), &seen);
        async { response(reply) }
    });
    hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .serve_connection(TokioIo::new(stream), service)
        .await
        .map_err(io::Error::other)
}

fn response(reply: Reply) -> Result<Response<Full<Bytes>>, hyper::http::Error> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(reply.body.into()))
}
