//! The server of source registries beside the window.

mod support;

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use registrar_app::wire::*;
use support::TestApp;
use support::hosted::{Hosted, free_port};

#[tokio::test(flavor = "multi_thread")]
async fn the_window_hosts_and_says_where() {
    let hosted = Hosted::new().await;
    let status = hosted.status().await;
    assert_eq!(status.url, format!("http://127.0.0.1:{}", hosted.port));
    assert_eq!(status.address, format!("127.0.0.1:{}", hosted.port));
    assert_eq!(status.organization, "local");
    assert!(status.folder.ends_with("data/hosting"));
    assert!(status.free_bytes.unwrap() > 0);
    let (code, body) = hosted.get("/health", None).await;
    assert_eq!(code, 200, "{}", String::from_utf8_lossy(&body));

    let told = |event: &AppEvent| match event {
        AppEvent::HostingChanged { status } => status.server == ServerState::Running,
        _ => false,
    };
    hosted.test.event(told).await;
    let noted = hosted.activity("hosting.started").await;
    assert_eq!(noted[0].2, format!("at 127.0.0.1:{}", hosted.port));

    hosted.test.app.end().await;
    assert!(TcpStream::connect(("127.0.0.1", hosted.port)).is_err());
    hosted.activity("hosting.stopped").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_hosted_before_the_first_list_is_answered() {
    let test = TestApp::new().await;
    let status = test.app.hosting_status(Nothing {}).await.unwrap();
    assert_eq!(status.server, ServerState::Starting);
    assert!(!test.folder.path().join("data/hosting").exists());
    test.list().await;
    let off = |event: &AppEvent| match event {
        AppEvent::HostingChanged { status } => status.server == ServerState::Off,
        _ => false,
    };
    test.event(off).await;
    assert!(!test.folder.path().join("data/hosting").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_told_with_who_holds_it_and_taken_once_it_is_free() {
    let holding = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = holding.local_addr().unwrap().port();
    let hosted = Hosted::begin(port).await;
    let (error, holder) = hosted.failed().await;
    let said = format!("Another program is already using the address 127.0.0.1:{port}.");
    assert_eq!(error.message, said);
    assert!(error.retryable && error.hint.unwrap().contains("another port"));
    if cfg!(target_os = "linux") {
        let own = format!("(process {})", std::process::id());
        assert!(holder.unwrap().ends_with(&own));
    }
    // What is hosted can be looked at all the same.
    hosted.source(Ecosystem::Files, "Tools").await;
    assert!(!hosted.activity("hosting.failed").await[0].1);

    drop(holding);
    hosted.running().await;
    assert_eq!(hosted.get("/health", None).await.0, 200);
    let failures = hosted.activity("hosting.failed").await;
    assert_eq!(failures.len(), 1, "trying again is no news: {failures:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_may_try_again_at_once() {
    let holding = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let hosted = Hosted::begin(holding.local_addr().unwrap().port()).await;
    hosted.failed().await;
    let app = &hosted.test.app;
    let still = app.restart_hosting(Nothing {}).await.unwrap();
    assert!(matches!(still.server, ServerState::Failed { .. }));
    drop(holding);
    let status = app.restart_hosting(Nothing {}).await.unwrap();
    assert_eq!(status.server, ServerState::Running);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_follows_the_settings() {
    let hosted = Hosted::new().await;
    let app = &hosted.test.app;
    let (old, new) = (hosted.port, free_port());
    let moved = Settings {
        hosting_port: new,
        ..app.settings()
    };
    app.save_settings(moved.clone()).await.unwrap();
    let at_new = |status: &HostingStatus| status.url.ends_with(&format!(":{new}"));
    assert!(at_new(&hosted.running().await));
    let moved_there = Hosted {
        port: new,
        ..hosted
    };
    let answers = async || TcpStream::connect(("127.0.0.1", new)).is_ok();
    while !answers().await {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(moved_there.get("/health", None).await.0, 200);
    assert!(TcpStream::connect(("127.0.0.1", old)).is_err());

    let off = Settings {
        hosting: false,
        ..moved
    };
    let app = &moved_there.test.app;
    app.save_settings(off.clone()).await.unwrap();
    moved_there.state(|state| *state == ServerState::Off).await;
    assert!(TcpStream::connect(("127.0.0.1", new)).is_err());
    // The registries are still there to be looked at.
    app.list_sources(Nothing {}).await.unwrap();
    let on = Settings {
        hosting: true,
        ..off
    };
    app.save_settings(on).await.unwrap();
    moved_there.running().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_over_one_folder_never_host_it_both() {
    let first = Hosted::new().await;
    first.source(Ecosystem::Files, "Tools").await;
    let second = first.beside().await;
    let (error, holder) = second.failed().await;
    assert_eq!(error.code, Code::Storage);
    assert!(
        error
            .message
            .starts_with("Another Registrar is already hosting")
    );
    assert_eq!(holder, None);
    let refused = second.test.app.list_sources(Nothing {}).await.unwrap_err();
    assert_eq!(refused.message, error.message);

    first.test.app.end().await;
    drop(first);
    second.running().await;
    let sources = second.test.app.list_sources(Nothing {}).await.unwrap();
    assert_eq!(sources.rows[0].name, "Tools");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_under_way_is_finished_when_the_window_closes() {
    let hosted = Hosted::new().await;
    let source = hosted.source(Ecosystem::Files, "Tools").await;
    let token = hosted
        .test
        .app
        .create_api_token(CreateApiToken {
            description: "ci".to_owned(),
            scopes: vec![TokenScope::ReadPackages, TokenScope::WritePackages],
            expires_in_days: None,
        })
        .await
        .unwrap();
    let (head, body) = upload(hosted.port, &source.row.slug, &token.token);
    let mut client = TcpStream::connect(("127.0.0.1", hosted.port)).unwrap();
    client.write_all(head.as_bytes()).unwrap();
    client.write_all(&body[..body.len() / 2]).unwrap();
    while hosted.status().await.uploads == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let app = hosted.test.app.clone();
    let ending = tokio::spawn(async move { app.end().await });
    hosted.state(|state| *state == ServerState::Stopping).await;
    client.write_all(&body[body.len() / 2..]).unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    ending.await.unwrap();
    let (folder, keychain) = (hosted.test.folder.clone(), hosted.test.keychain.clone());
    drop(hosted);
    let again = Hosted::over(folder, keychain, free_port()).await;
    again.running().await;
    let found = again.activity("package.published").await;
    let said = "tool 1.0.0, tool-1.0.0.bin, by \u{201c}ci\u{201d} from 127.0.0.1";
    assert_eq!(found[0], (Some("Tools".to_owned()), true, said.to_owned()));
}

/// The head and the body of an upload as curl sends it.
fn upload(port: u16, slug: &str, token: &str) -> (String, Vec<u8>) {
    let mut body = b"--xx\r\nContent-Disposition: form-data; name=\"file\"; \
        filename=\"tool-1.0.0.bin\"\r\n\r\n"
        .to_vec();
    body.extend(vec![b'x'; 100_000]);
    body.extend(b"\r\n--xx--\r\n");
    let head = format!(
        "POST /api/v2/packages/organizations/local/registries/{slug}/packages HTTP/1.1\r\n\
         Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=xx\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head, body)
}
