//! Checking 50 registries at once, against the slowest of them alone.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance_support::certificates::{Authority, Quality};
use acceptance_support::devfile_registry::{DevfileRegistry, Mode};
use registrar_app::wire::{CheckRegistries, ListRegistries};
use registrar_app::{App, Paths, Ports, Stores};
use registrar_vault::PassphraseVault;

use crate::figure::{Figure, median};

const COUNT: usize = 50;
const RUNS: usize = 5;
const AIM: f64 = 1.2;

/// How long the slowest takes to answer; the others answer at once.
const SLOWEST: Duration = Duration::from_millis(500);

pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let folder = tempfile::tempdir()?;
    let authority = Authority::new();
    let registries: Vec<DevfileRegistry> =
        (0..COUNT).map(|number| start(number, &authority)).collect();
    write_catalog(folder.path(), &registries, &authority)?;
    let (all, slowest) = runtime.block_on(times(folder.path()))?;
    Ok(vec![Figure {
        what: format!("check {COUNT} registries, half by TLS"),
        unit: "ms",
        ours: all,
        floor: slowest,
        floor_is: "the slowest of them alone",
        aim: AIM,
    }])
}

fn start(number: usize, authority: &Authority) -> DevfileRegistry {
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

fn write_catalog(
    folder: &Path,
    registries: &[DevfileRegistry],
    authority: &Authority,
) -> Result<(), Box<dyn Error>> {
    let entry = |(number, registry): (usize, &DevfileRegistry)| {
        format!(
            "[[registry]]\nkind = \"devfile\"\nname = \"R {number}\"\nurl = \"{}\"\nallow_http = true\nca_file = '{}'\n\n",
            registry.url(),
            authority.file().display(),
        )
    };
    let entries: String = registries.iter().enumerate().map(entry).collect();
    std::fs::write(
        folder.join("registries.toml"),
        format!("version = 1\n\n{entries}"),
    )?;
    Ok(())
}

/// All of them and the slowest alone, in turn; milliseconds.
async fn times(folder: &Path) -> Result<(f64, f64), Box<dyn Error>> {
    let app = open(folder);
    app.begin().await;
    let page = app
        .list_registries(ListRegistries {
            offset: 0,
            limit: None,
        })
        .await;
    let page = page.map_err(|error| error.message)?;
    let slowest = page.rows.first().ok_or("the catalog is empty")?.id.clone();
    let (mut all_times, mut slowest_times) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        all_times.push(check(&app, None, COUNT).await?);
        slowest_times.push(check(&app, Some(vec![slowest.clone()]), 1).await?);
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

fn open(folder: &Path) -> App {
    let paths = Paths::new(folder, folder.join("data"));
    // No registry here has a token, so no keychain is asked.
    let vault = Arc::new(PassphraseVault::new(paths.data()));
    let stores = Stores {
        keychain: vault.clone(),
        sealed: vault,
    };
    App::new(paths, Ports::silent(), stores)
}
