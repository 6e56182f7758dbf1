//! Checking many registries at once, against the slowest of them alone: 50 devfile registries, and
//! 200 container registries that each want a password.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::container_registry::{ContainerRegistry, PASSWORD, Registry, USER};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use registrar_app::wire::CheckRegistries;
use registrar_app::{App, Paths, Ports, Stores};
use registrar_registry::Secret;
use registrar_vault::{MemoryStore, PassphraseVault, SecretStore as _};

use crate::figure::{Figure, median};

const DEVFILE: usize = 50;
const CONTAINER: usize = 200;
const RUNS: usize = 5;
const AIM: f64 = 1.2;

/// How long the slowest takes to answer; the others answer at once.
const SLOWEST: Duration = Duration::from_millis(500);

pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let authority = Authority::new();
    let devfile = {
        let registries: Vec<_> = (0..DEVFILE).map(|at| devfile(at, &authority)).collect();
        let entries = registries.iter().map(|one| devfile_entry(one, &authority));
        runtime.block_on(times(entries.collect(), DEVFILE))?
    };
    let container = {
        let registries: Vec<_> = (0..CONTAINER).map(|at| container(at, &authority)).collect();
        let entries = registries
            .iter()
            .map(|one| container_entry(one, &authority));
        runtime.block_on(times(entries.collect(), CONTAINER))?
    };
    let figure = |what: String, (ours, floor)| Figure {
        what,
        unit: "ms",
        ours,
        floor,
        floor_is: "the slowest of them alone",
        aim: AIM,
    };
    Ok(vec![
        figure(format!("check {DEVFILE} devfile registries"), devfile),
        figure(format!("check {CONTAINER} container registries"), container),
    ])
}

/// Every second one speaks TLS.
fn devfile(number: usize, authority: &Authority) -> DevfileRegistry {
    let mode = match number {
        0 => Mode::Slow(SLOWEST),
        _ => Mode::Normal,
    };
    let builder = DevfileRegistry::builder().mode(mode);
    if number.is_multiple_of(2) {
        builder.tls(authority, Quality::Good).start()
    } else {
        builder.start()
    }
}

fn devfile_entry(registry: &DevfileRegistry, authority: &Authority) -> String {
    format!(
        "kind = \"devfile\"\nurl = \"{}\"\nallow_http = true\nca_file = '{}'\n",
        registry.url(),
        authority.file().display(),
    )
}

/// Every second one speaks TLS; every one is asked twice, without and with the password.
fn container(number: usize, authority: &Authority) -> ContainerRegistry {
    let registry = match number {
        0 => Registry::Slow(SLOWEST / 2),
        _ => Registry::Guarded,
    };
    let builder = ContainerRegistry::basic().registry(registry);
    if number.is_multiple_of(2) {
        builder.tls(authority, Quality::Good).start()
    } else {
        builder.start()
    }
}

fn container_entry(registry: &ContainerRegistry, authority: &Authority) -> String {
    format!(
        "kind = \"container\"\nurl = \"{}\"\nallow_http = {}\nca_file = '{}'\nuser = '{USER}'\ntoken = true\n",
        registry.host(),
        registry.certificate().is_none(),
        authority.file().display(),
    )
}

/// A catalog of `entries`, whose ids are their numbers.
fn write_catalog(folder: &Path, entries: &[String]) -> std::io::Result<()> {
    let table = |(number, entry): (usize, &String)| {
        let id = id(number);
        format!("[[registry]]\nid = \"{id}\"\nname = \"R {number}\"\n{entry}\n")
    };
    let tables: String = entries.iter().enumerate().map(table).collect();
    std::fs::write(
        folder.join("registries.toml"),
        format!("version = 1\n\n{tables}"),
    )
}

fn id(number: usize) -> String {
    format!("01935a00-0000-7000-8000-{number:012x}")
}

/// All of them and the slowest alone, in turn; milliseconds.
async fn times(entries: Vec<String>, count: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    write_catalog(folder.path(), &entries)?;
    std::fs::write(folder.path().join("settings.toml"), "hosting = false\n")?;
    let app = open(folder.path(), count)?;
    app.begin().await;
    let (mut all_times, mut slowest_times) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        all_times.push(check(&app, None, count).await?);
        slowest_times.push(check(&app, Some(vec![id(0)]), 1).await?);
    }
    Ok((median(all_times), median(slowest_times)))
}

async fn check(app: &App, ids: Option<Vec<String>>, passing: usize) -> Result<f64, Box<dyn Error>> {
    let request = CheckRegistries {
        ids,
        operation: "bench".to_owned(),
    };
    let began = Instant::now();
    let summary = app
        .check_registries(request)
        .await
        .map_err(|error| error.message)?;
    let took = began.elapsed();
    if usize::try_from(summary.passed)? != passing {
        return Err(format!("only {} of {passing} passed", summary.passed).into());
    }
    Ok(took.as_secs_f64() * 1000.0)
}

/// The keychain would be measured by the helper's bench; here secrets lie in memory.
fn open(folder: &Path, count: usize) -> Result<App, Box<dyn Error>> {
    let paths = Paths::new(folder, folder.join("data"));
    let store = MemoryStore::new();
    for number in 0..count {
        store.set(&id(number), &Secret::new(PASSWORD))?;
    }
    let stores = Stores {
        keychain: Arc::new(store),
        sealed: Arc::new(PassphraseVault::new(paths.data())),
    };
    Ok(App::new(paths, Ports::silent(), stores))
}
