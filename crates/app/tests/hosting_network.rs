//! Sharing on the network, as the window asks for it and as curl sees it from outside.
#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod support;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::time::Duration;

use registrar_app::wire::*;
use registrar_registry::Secret;
use registrar_vault::Failure;
use support::hosted::{Hosted, free_port};

/// curl's exit code where nobody listens.
const REFUSED: i32 = 7;

/// A host that is to share at a free port.
async fn prepared() -> (Hosted, u16) {
    let hosted = Hosted::new().await;
    let port = free_port();
    save(&hosted, port, &[]).await.unwrap();
    (hosted, port)
}

async fn save(hosted: &Hosted, port: u16, names: &[&str]) -> Result<NetworkSharing, CommandError> {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    let request = SaveNetwork {
        port,
        names,
        certificate: None,
    };
    hosted.test.app.save_network(request).await
}

async fn share(hosted: &Hosted, on: bool) -> NetworkSharing {
    let request = ShareOnNetwork { on };
    hosted.test.app.share_on_network(request).await.unwrap()
}

/// Waits until sharing is in a state that `wanted` accepts.
async fn settled(hosted: &Hosted, wanted: impl Fn(&NetworkState) -> bool) -> NetworkSharing {
    let told = |event: &AppEvent| match event {
        AppEvent::HostingChanged { status } => wanted(&status.network),
        _ => false,
    };
    loop {
        let now = hosted.test.app.network_sharing(Nothing {}).await.unwrap();
        if wanted(&now.state) {
            return now;
        }
        hosted.test.event(told).await;
        tokio::task::yield_now().await;
    }
}

fn is_on(state: &NetworkState) -> bool {
    matches!(state, NetworkState::On { .. })
}

/// What curl says of `/health` on the loopback address, trusting the authority that was exported.
async fn curl(hosted: &Hosted, port: u16) -> (i32, String) {
    curl_at(hosted, port, "/health").await
}

/// The same of another path.
async fn curl_at(hosted: &Hosted, port: u16, path: &str) -> (i32, String) {
    let authority = hosted.test.folder.path().join("ca.pem");
    let mut command = Command::new("curl");
    command
        .args(["--silent", "--noproxy", "*", "--write-out", "%{http_code}"])
        .args(["--output", "/dev/null", "--cacert"])
        .arg(authority)
        .arg(format!("https://127.0.0.1:{port}{path}"));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let status = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), status)
}

async fn export(hosted: &Hosted) {
    let file = hosted.test.folder.path().join("ca.pem");
    *hosted.test.world.chosen.lock().unwrap() = Some(file.clone());
    let exported = hosted.test.app.export_authority(Nothing {}).await.unwrap();
    assert_eq!(exported.path, Some(file.display().to_string()));
    let pem = fs::read_to_string(file).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE") && !pem.contains("PRIVATE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn others_come_in_from_one_press_to_the_next_with_the_authority_that_was_exported() {
    let (hosted, port) = prepared().await;
    let before = hosted.test.app.network_sharing(Nothing {}).await.unwrap();
    assert_eq!(
        (before.state, before.settings.on),
        (NetworkState::Off, false)
    );
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());

    let on = share(&hosted, true).await;
    assert!(is_on(&on.state), "{:?}", on.state);
    let shared = on.shared.unwrap();
    let authority = shared.authority.unwrap();
    let texts: Vec<_> = shared.instructions.iter().map(|one| &one.text).collect();
    assert!(
        texts
            .iter()
            .any(|text| text.contains(&authority.fingerprint))
    );
    let ids: Vec<_> = shared.instructions.iter().map(|one| &*one.id).collect();
    assert!(
        ids.contains(&"npm-1") && ids.contains(&"docker-1"),
        "{ids:?}"
    );
    for url in &shared.urls {
        let request = NetworkCode { url: url.clone() };
        assert!(hosted.test.app.network_code(request).await.unwrap().size >= 21);
    }
    let elsewhere = NetworkCode {
        url: "https://evil.example".to_owned(),
    };
    let refused = hosted.test.app.network_code(elsewhere).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);

    export(&hosted).await;
    assert_eq!(curl(&hosted, port).await, (0, "200".to_owned()));
    let seen = hosted.test.app.network_sharing(Nothing {}).await.unwrap();
    assert_eq!(
        (&*seen.clients[0].address, seen.clients[0].requests),
        ("127.0.0.1", 1)
    );
    assert!(seen.clients[0].agent.as_ref().unwrap().starts_with("curl/"));

    let renewed = hosted.test.app.renew_certificate(Nothing {}).await.unwrap();
    assert_ne!(renewed.shared.unwrap().fingerprint, shared.fingerprint);
    assert_eq!(curl(&hosted, port).await.0, 0);

    let off = share(&hosted, false).await;
    assert_eq!((off.state, off.shared), (NetworkState::Off, None));
    assert_eq!(curl(&hosted, port).await.0, REFUSED);
    let refused = hosted
        .test
        .app
        .renew_certificate(Nothing {})
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    for action in ["shared", "exported", "certificate", "closed"] {
        hosted.activity(&format!("network.{action}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_shared_again_after_a_restart_if_it_was_left_on_and_after_every_move() {
    let (hosted, port) = prepared().await;
    share(&hosted, true).await;
    export(&hosted).await;
    let moved = Settings {
        hosting_port: free_port(),
        ..hosted.test.app.settings()
    };
    hosted.test.app.save_settings(moved).await.unwrap();
    settled(&hosted, |state| !is_on(state)).await;
    settled(&hosted, is_on).await;
    assert_eq!(curl(&hosted, port).await.0, 0);
    let names = ["build-box.example.com", " Build-Box.example.com "];
    let named = save(&hosted, port, &names).await.unwrap();
    assert_eq!(named.settings.names, ["build-box.example.com"]);
    let urls = named.shared.unwrap().urls;
    assert!(
        urls.contains(&format!("https://build-box.example.com:{port}")),
        "{urls:?}"
    );

    hosted.test.app.end().await;
    assert_eq!(curl(&hosted, port).await.0, REFUSED);
    let (folder, keychain) = (hosted.test.folder.clone(), hosted.test.keychain.clone());
    drop(hosted);
    let again = Hosted::again(folder, keychain).await;
    settled(&again, is_on).await;
    assert_eq!(curl(&again, port).await.0, 0, "the authority is the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn hosting_turned_off_ends_sharing_and_turned_on_begins_it_again() {
    let (hosted, port) = prepared().await;
    share(&hosted, true).await;
    export(&hosted).await;
    let app = &hosted.test.app;
    let on = app.settings();
    let off = Settings {
        hosting: false,
        ..on.clone()
    };
    app.save_settings(off).await.unwrap();
    settled(&hosted, |state| *state == NetworkState::Off).await;
    assert_eq!(curl(&hosted, port).await.0, REFUSED);
    let refused = app.share_on_network(ShareOnNetwork { on: true }).await;
    assert_eq!(refused.unwrap_err().hint.unwrap(), "Turn hosting on first.");
    app.save_settings(on).await.unwrap();
    settled(&hosted, is_on).await;
    assert_eq!(curl(&hosted, port).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_vault_is_told_never_prompted_and_tried_again_once_it_is_open() {
    let (hosted, _) = prepared().await;
    let keychain = &hosted.test.keychain;
    keychain.fail(Some(Failure::Locked));
    let locked = share(&hosted, true).await;
    let NetworkState::Failed { error, .. } = locked.state else {
        panic!("{:?}", locked.state);
    };
    assert_eq!(error.code, Code::VaultLocked);
    assert!(locked.settings.on && locked.shared.is_none());
    keychain.fail(None);
    assert!(is_on(&share(&hosted, true).await.state), "pressed again");
}

#[tokio::test(flavor = "multi_thread")]
async fn pressed_once_more_while_it_opens_it_opens_once() {
    let (hosted, port) = prepared().await;
    hosted.test.keychain.slow_down(Duration::from_millis(50));
    for round in 1..=3 {
        share(&hosted, false).await;
        let later = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            share(&hosted, true).await
        };
        let (first, second) = tokio::join!(share(&hosted, true), later);
        for pressed in [first, second] {
            assert!(is_on(&pressed.state), "{:?}", pressed.state);
            assert!(pressed.shared.is_some());
        }
        export(&hosted).await;
        assert_eq!(curl(&hosted, port).await, (0, "200".to_owned()));
        let opened = hosted.activities("network.shared", round).await;
        assert_eq!(opened.len(), round);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_authority_moves_with_all_secrets_when_the_vault_changes() {
    let (hosted, port) = prepared().await;
    share(&hosted, true).await;
    export(&hosted).await;
    assert_eq!(hosted.test.accounts().len(), 1);
    let app = &hosted.test.app;
    let passphrase = || Passphrase {
        passphrase: Secret::new("correct horse"),
    };
    app.create_vault(passphrase()).await.unwrap();
    assert!(
        hosted.test.accounts().is_empty(),
        "the keychain holds nothing any more"
    );
    share(&hosted, false).await;
    app.lock_vault(Nothing {}).await.unwrap();
    let locked = share(&hosted, true).await;
    assert!(matches!(locked.state, NetworkState::Failed { .. }));
    app.unlock_vault(passphrase()).await.unwrap();
    settled(&hosted, is_on).await;
    assert_eq!(curl(&hosted, port).await.0, 0, "the authority is the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_said_at_its_field_and_changes_nothing() {
    let (hosted, port) = prepared().await;
    share(&hosted, true).await;
    export(&hosted).await;
    let holding = TcpListener::bind(("0.0.0.0", 0)).unwrap();
    let taken = holding.local_addr().unwrap().port();
    for (wrong, said) in [
        (taken, "is already using port"),
        (80, "from 1,024"),
        (hosted.port, "served at port"),
    ] {
        let refused = save(&hosted, wrong, &[]).await.unwrap_err();
        assert_eq!(refused.field, Some(Field::Port));
        assert!(refused.message.contains(said), "{}", refused.message);
        assert!(wrong == 80 || refused.hint.is_some());
    }
    if cfg!(target_os = "linux") {
        let own = format!("(process {})", std::process::id());
        let refused = save(&hosted, taken, &[]).await.unwrap_err();
        assert!(refused.message.contains(&own), "{}", refused.message);
    }
    let moved = Settings {
        hosting_port: port,
        ..hosted.test.app.settings()
    };
    let refused = hosted.test.app.save_settings(moved).await.unwrap_err();
    assert_eq!(refused.field, Some(Field::Port));
    assert!(refused.hint.is_some());
    assert_eq!(hosted.test.app.settings().hosting_port, hosted.port);
    let refused = save(&hosted, port, &["https://box"]).await.unwrap_err();
    assert_eq!(refused.field, Some(Field::HostNames));
    let request = SaveNetwork {
        port,
        names: vec![],
        certificate: Some(OwnCertificate {
            chain: "/nowhere/box.pem".to_owned(),
            key: "/nowhere/box.key".to_owned(),
        }),
    };
    let refused = hosted.test.app.save_network(request).await.unwrap_err();
    assert_eq!(refused.field, Some(Field::Certificate));
    assert!(
        refused.message.contains("cannot be read"),
        "{}",
        refused.message
    );
    assert_eq!(curl(&hosted, port).await.0, 0, "the old way goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn instructions_say_the_shared_address_while_it_is_shared() {
    let (hosted, port) = prepared().await;
    let id = hosted.source(Ecosystem::Javascript, "Web").await.row.id;
    let about = |reach| InstructionsFor {
        source: id.clone(),
        purpose: Purpose::Install,
        package: None,
        version: None,
        reach,
    };
    let app = &hosted.test.app;
    let own = format!("http://127.0.0.1:{}/", hosted.port);
    let alone = app.instructions(about(Some(Reach::Network))).await.unwrap();
    assert_eq!(alone.reach, None);
    assert!(alone.snippets.iter().any(|one| one.text.contains(&own)));
    let NetworkState::On { url } = share(&hosted, true).await.state else {
        panic!("it is not shared");
    };
    assert!(url.ends_with(&format!(":{port}")));
    for (wanted, reach, address) in [
        (None, Reach::Network, &url),
        (Some(Reach::ThisComputer), Reach::ThisComputer, &own),
    ] {
        let shown = app.instructions(about(wanted)).await.unwrap();
        assert_eq!(shown.reach, Some(reach));
        assert!(shown.snippets.iter().any(|one| one.text.contains(address)));
    }
}

const PACKAGE: &str = "/local/tools/files/tool-1.0.0.zip";

/// A registry that anybody may read, with one file, all of it in a backup as well; its id and the
/// backup's path.
async fn backed_up(hosted: &Hosted) -> (String, String) {
    let id = hosted.source(Ecosystem::Files, "Tools").await.row.id;
    hosted.published(&id, "tool-1.0.0.zip", b"one").await;
    let visibility = SetVisibility {
        id: id.clone(),
        public: true,
    };
    let app = &hosted.test.app;
    app.set_source_visibility(visibility).await.unwrap();
    let file = hosted.test.folder.path().join("all.tar");
    *hosted.test.world.chosen.lock().unwrap() = Some(file.clone());
    let operation = "backup".to_owned();
    let made = app.back_up_storage(BackUpStorage { operation }).await;
    assert_eq!(made.unwrap().files, 1);
    (id, file.display().to_string())
}

async fn restore(hosted: &Hosted, path: &str) -> Result<StorageRestored, CommandError> {
    let request = RestoreStorage {
        path: path.to_owned(),
        operation: "restore".to_owned(),
    };
    // As the shell runs it: on whatever thread is free.
    let app = hosted.test.app.clone();
    let restoring = tokio::spawn(async move { app.restore_storage(request).await });
    restoring.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_is_shared_again_with_the_same_authority() {
    let (hosted, port) = prepared().await;
    let (id, backup) = backed_up(&hosted).await;
    share(&hosted, true).await;
    export(&hosted).await;
    assert_eq!(curl_at(&hosted, port, PACKAGE).await.1, "200");
    let name = "Tools".to_owned();
    let gone = DeleteSource { id, name };
    hosted.test.app.delete_source(gone).await.unwrap();
    assert_eq!(curl_at(&hosted, port, PACKAGE).await.1, "401");

    hosted.test.world.events.lock().unwrap().clear();
    assert_eq!(restore(&hosted, &backup).await.unwrap().files, 1);
    settled(&hosted, is_on).await;
    assert_eq!(curl_at(&hosted, port, PACKAGE).await, (0, "200".to_owned()));
    // What is no backup changes nothing of that.
    fs::write(&backup, "no archive").unwrap();
    restore(&hosted, &backup).await.unwrap_err();
    settled(&hosted, is_on).await;
    assert_eq!(curl_at(&hosted, port, PACKAGE).await, (0, "200".to_owned()));
}
