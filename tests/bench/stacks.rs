//! Stacks: many registries against the slowest of them, filtering thousands within one frame, and
//! opening from the disk against the network.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acceptance_support::devfile_registry::{DevfileRegistry, HUGE, Mode};
use registrar_app::wire::{
    DeprecatedChoice, FindStacks, LoadStacks, Refresh, StackOrder, StackQuery,
};
use registrar_app::{App, Paths, Ports, Stores};
use registrar_vault::{MemoryStore, PassphraseVault};

use crate::figure::{Figure, median};

const REGISTRIES: usize = 50;
const RUNS: usize = 5;
/// How long the slowest takes to answer; the others answer at once.
const SLOWEST: Duration = Duration::from_millis(500);
/// One frame at 60 Hz, in milliseconds.
const FRAME: f64 = 16.0;
const SLOWEST_AIM: f64 = 1.2;

pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let (all, slowest) = runtime.block_on(browse())?;
    let filtered = runtime.block_on(filter())?;
    let (disk, network) = runtime.block_on(open_again())?;
    let figure = |what: String, ours, floor, floor_is, aim| Figure {
        what,
        unit: "ms",
        ours,
        floor,
        floor_is,
        aim,
    };
    Ok(vec![
        figure(
            format!("browse {REGISTRIES} devfile registries"),
            all,
            slowest,
            "the slowest of them alone",
            SLOWEST_AIM,
        ),
        figure(
            format!("filter {HUGE} stacks"),
            filtered,
            FRAME,
            "one frame",
            1.0,
        ),
        figure(
            format!("open {HUGE} stacks from the disk"),
            disk,
            network,
            "the same from a loopback network",
            1.0,
        ),
    ])
}

/// All of them and the slowest alone, in turn; milliseconds.
async fn browse() -> Result<(f64, f64), Box<dyn Error>> {
    let mode = |number| {
        if number == 0 {
            Mode::Slow(SLOWEST)
        } else {
            Mode::Normal
        }
    };
    let registries: Vec<_> = (0..REGISTRIES)
        .map(|number| DevfileRegistry::builder().mode(mode(number)).start())
        .collect();
    let folder = tempfile::tempdir()?;
    write_catalog(folder.path(), &registries)?;
    let app = open(folder.path());
    app.begin().await;
    let (mut all, mut slowest) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        all.push(load(&app, Refresh::All, REGISTRIES).await?);
        let some = Refresh::Some { ids: vec![id(0)] };
        slowest.push(load(&app, some, REGISTRIES).await?);
    }
    Ok((median(all), median(slowest)))
}

/// The slowest of a person's typing, letter by letter, the rows and the facets included.
async fn filter() -> Result<f64, Box<dyn Error>> {
    let registry = DevfileRegistry::builder().mode(Mode::Huge).start();
    let folder = tempfile::tempdir()?;
    write_catalog(folder.path(), std::slice::from_ref(&registry))?;
    let app = open(folder.path());
    app.begin().await;
    load(&app, Refresh::All, 1).await?;
    find(&app, "").await?;
    let mut worst: f64 = 0.0;
    for text in [
        "s",
        "st",
        "stack-",
        "stack-04",
        "stack-04999",
        "go",
        "nothing at all",
    ] {
        let mut times = Vec::new();
        for _ in 0..RUNS {
            times.push(find(&app, text).await?);
        }
        worst = worst.max(median(times));
    }
    Ok(worst)
}

/// A program that starts with the index on the disk, and one that has to fetch it.
async fn open_again() -> Result<(f64, f64), Box<dyn Error>> {
    let registry = DevfileRegistry::builder().mode(Mode::Huge).start();
    let (mut disk, mut network) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        write_catalog(folder.path(), std::slice::from_ref(&registry))?;
        for times in [&mut network, &mut disk] {
            let app = open(folder.path());
            app.begin().await;
            let began = Instant::now();
            load(&app, Refresh::Stale, 1).await?;
            find(&app, "").await?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok((median(disk), median(network)))
}

async fn load(app: &App, refresh: Refresh, expected: usize) -> Result<f64, Box<dyn Error>> {
    let request = LoadStacks {
        refresh,
        operation: "bench".to_owned(),
    };
    let began = Instant::now();
    let loaded = app
        .load_stacks(request)
        .await
        .map_err(|error| error.message)?;
    let took = began.elapsed();
    let there = loaded
        .sources
        .iter()
        .filter(|source| source.fetched_at.is_some());
    if there.count() != expected {
        return Err("not every registry answered".into());
    }
    Ok(took.as_secs_f64() * 1000.0)
}

/// What one letter in the search takes: the matches, the first rows as JSON, and the facets.
async fn find(app: &App, text: &str) -> Result<f64, Box<dyn Error>> {
    let query = StackQuery {
        text: text.to_owned(),
        kind: None,
        registries: Vec::new(),
        languages: Vec::new(),
        project_types: Vec::new(),
        providers: Vec::new(),
        tags: Vec::new(),
        architectures: Vec::new(),
        groups: Vec::new(),
        scopes: Vec::new(),
        deprecated: DeprecatedChoice::Include,
        order: StackOrder::Priority,
    };
    let request = FindStacks {
        query,
        offset: 0,
        limit: 100,
    };
    let began = Instant::now();
    let page = app
        .find_stacks(request)
        .await
        .map_err(|error| error.message)?;
    serde_json::to_vec(&page)?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

fn write_catalog(folder: &Path, registries: &[DevfileRegistry]) -> std::io::Result<()> {
    let table = |(number, registry): (usize, &DevfileRegistry)| {
        format!(
            "[[registry]]\nid = \"{}\"\nname = \"R {number}\"\nkind = \"devfile\"\nurl = \"{}\"\nallow_http = true\n\n",
            id(number),
            registry.url()
        )
    };
    let tables: String = registries.iter().enumerate().map(table).collect();
    std::fs::write(
        folder.join("registries.toml"),
        format!("version = 1\n\n{tables}"),
    )
}

fn id(number: usize) -> String {
    format!("01935a00-0000-7000-8000-{number:012x}")
}

fn open(folder: &Path) -> App {
    let paths = Paths::new(folder, folder.join("data"));
    let stores = Stores {
        keychain: Arc::new(MemoryStore::new()),
        sealed: Arc::new(PassphraseVault::new(paths.data())),
    };
    App::new(paths, Ports::silent(), stores)
}
