//! The process is killed at random points of saving; afterwards catalog and keychain agree.
//!
//! The test runs itself again as a child that saves without end and kills it, 500 times. Every
//! child first looks at what its predecessor left, after recovery: each registry's token must be
//! the one that was saved together with its name, and the keychain must hold nothing else. The
//! keychain is a real gnome-keyring.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and its child speaks through a pipe"
)]

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use acceptance_support::keyring::KeyringSession;
use registrar_app::wire::*;
use registrar_app::{App, Paths, Ports, Stores};
use registrar_registry::Secret;
use registrar_vault::{Keychain, PassphraseVault, SecretStore as _};
use support::{World, reference};

const KILLS: u32 = 500;
const FOLDER: &str = "REGISTRAR_CRASH_TEST_FOLDER";

#[test]
fn catalog_and_keychain_agree_after_every_crash() {
    let session = KeyringSession::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Seen::default();
    let span = span(&session, folder.path());
    for round in 0..KILLS {
        let after = Duration::from_micros(random(round) % span);
        run_and_kill(&session, folder.path(), after, &mut seen);
    }
    println!(
        "{KILLS} kills: {} saves finished, {} put right",
        seen.saved, seen.recovered
    );
    assert!(seen.saved > KILLS / 4, "the kills came too early: {seen:?}");
    assert!(
        seen.recovered > KILLS / 20,
        "hardly a kill came in the middle: {seen:?}"
    );
}

/// What the children did.
#[derive(Debug, Default)]
struct Seen {
    saved: u32,
    recovered: u32,
}

/// Within how many microseconds the kills fall: in every part of a save, and of the first ones
/// above all, however long they take on this computer.
fn span(session: &KeyringSession, folder: &Path) -> u64 {
    let (mut child, mut lines) = start(session, folder);
    assert!(lines.any(|line| line == "saving"));
    let began = Instant::now();
    let saves = lines.filter(|line| line == "saved").take(4).count();
    let took = began.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(saves, 4);
    u64::try_from(took.max(Duration::from_millis(60)).as_micros()).unwrap()
}

/// Starts a child; what it says, line by line.
fn start(session: &KeyringSession, folder: &Path) -> (Child, impl Iterator<Item = String>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "save_until_killed", "--ignored", "--nocapture"])
        .envs(session.env())
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    (child, said.lines().map(Result::unwrap))
}

/// Starts a child and kills it `after` its first save began.
fn run_and_kill(session: &KeyringSession, folder: &Path, after: Duration, seen: &mut Seen) {
    let (mut child, mut lines) = start(session, folder);
    let ready = lines.any(|line| {
        seen.recovered += u32::from(line == "recovered");
        line == "saving"
    });
    if !ready {
        child.wait().unwrap();
        panic!("catalog and keychain disagree; the child said why above");
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    seen.saved += u32::try_from(lines.filter(|line| line == "saved").count()).unwrap();
}

fn random(round: u32) -> u64 {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let mixed = u64::from(now.subsec_nanos()).wrapping_mul(u64::from(round) * 2 + 1);
    mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 16
}

#[test]
#[ignore = "the child of the test above"]
fn save_until_killed() {
    let folder = std::env::var_os(FOLDER).unwrap();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(save(Path::new(&folder)));
}

async fn save(folder: &Path) {
    let world = World::default();
    let paths = Paths::new(folder.join("config"), folder.join("data"));
    // Only its catalog and its tokens matter here.
    std::fs::create_dir_all(paths.config()).unwrap();
    std::fs::write(paths.config().join("settings.toml"), "hosting = false\n").unwrap();
    let keychain = Arc::new(Keychain::new());
    let stores = Stores {
        keychain: keychain.clone(),
        sealed: Arc::new(PassphraseVault::new(paths.data())),
    };
    let ports = Ports {
        machine: registrar_cloud::Machine::default(),
        events: Box::new(world.clone()),
        clipboard: Box::new(world.clone()),
        dialogs: Box::new(world),
        ..Ports::silent()
    };
    let app = App::new(paths, ports, stores);
    app.begin().await;
    let recovered = app.environment(Nothing {}).await.unwrap().recovered;
    print!("{}", "\nrecovered\n".repeat(recovered.len()));
    assert_agreement(&app, &keychain).await;
    println!("\nsaving");
    for number in 0.. {
        save_once(&app, number).await;
        println!("saved");
    }
}

/// Adds, replaces a token, removes one or deletes, as chance has it. Name and token always say the same.
async fn save_once(app: &App, number: u32) {
    let unique = uuid_like();
    let (name, token) = (format!("R {unique}"), format!("token of R {unique}"));
    let set = TokenChange::Set {
        token: Secret::new(token),
    };
    let page = app
        .list_registries(ListRegistries {
            offset: 0,
            limit: None,
        })
        .await
        .unwrap();
    let victim = page.rows.iter().find(|row| row.name.starts_with("R "));
    let crowded = page.rows.len() > 12;
    match (random(number) % 4, victim) {
        (0, _) | (_, None) if !crowded => {
            let request = AddRegistry {
                draft: draft(&name, set),
                test: None,
            };
            app.add_registry(request).await.unwrap();
        }
        (1, Some(row)) => update(app, &row.id, draft(&name, set)).await,
        (2, Some(row)) if !crowded => {
            let bare = format!("bare {unique}");
            update(app, &row.id, draft(&bare, TokenChange::Remove)).await;
        }
        _ => {
            // Those without a token are the last to be looked at.
            let row = victim.or(page.rows.last()).unwrap();
            app.delete_registry(reference(&row.id)).await.unwrap();
            app.end().await;
        }
    }
}

async fn update(app: &App, id: &str, draft: RegistryDraft) {
    let base = app.get_registry(reference(id)).await.unwrap().base;
    let request = UpdateRegistry {
        id: id.to_owned(),
        base,
        draft,
        test: None,
    };
    app.update_registry(request).await.unwrap();
}

fn draft(name: &str, token: TokenChange) -> RegistryDraft {
    RegistryDraft {
        token,
        ..support::draft(name, "https://registry.example.com")
    }
}

fn uuid_like() -> String {
    registrar_registry::RegistryId::new().to_string()
}

async fn assert_agreement(app: &App, keychain: &Keychain) {
    let page = app
        .list_registries(ListRegistries {
            offset: 0,
            limit: None,
        })
        .await
        .unwrap();
    assert!(page.problem.is_none(), "{:?}", page.problem);
    let mut expected = BTreeSet::new();
    for row in &page.rows {
        let token = keychain.get(&row.id).unwrap();
        let token = token.as_ref().map(|token| token.expose_text().unwrap());
        let wanted = row.has_token.then(|| format!("token of {}", row.name));
        assert_eq!(
            token,
            wanted.as_deref(),
            "the token of {} ({})",
            row.name,
            row.id
        );
        if row.has_token {
            expected.insert(row.id.clone());
        }
    }
    let held: BTreeSet<String> = keychain.accounts().unwrap().into_iter().collect();
    assert_eq!(
        held, expected,
        "the keychain holds what no registry needs, or lacks something"
    );
}
