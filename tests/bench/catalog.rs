//! Loading and saving 10,000 registries, against what any program would have to do for it.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use jiff::Timestamp;
use registrar_catalog::{Address, CatalogFile, ContainerOptions, Record};
use registrar_registry::{DevfileUrl, RegistryId, RegistryKind, RegistryName, TlsRules};

use crate::figure::{Figure, median};

const SIZE: usize = 10_000;
const RUNS: usize = 15;

/// To load is to parse, to check every entry and to index them, where the floor only parses.
const LOAD_AIM: f64 = 2.0;
/// To save is to read under the lock, to splice, to read what came of it, and to make two files last,
/// where the floor parses once and makes the same two files last: nothing can be changed in a place
/// that was not found.
const SAVE_AIM: f64 = 4.0;

pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let file = CatalogFile::new(folder.path());
    fill(&file)?;
    let figure = |what: &str, (ours, floor): (f64, f64), floor_is, aim| Figure {
        what: format!("{what}, {SIZE} registries"),
        unit: "ms",
        ours,
        floor,
        floor_is,
        aim,
    };
    Ok(vec![
        figure(
            "load the catalog",
            load(&file)?,
            "parse it as TOML",
            LOAD_AIM,
        ),
        figure(
            "change one and save",
            save(&file, folder.path())?,
            "parse it, write it and its backup for good",
            SAVE_AIM,
        ),
    ])
}

fn fill(file: &CatalogFile) -> Result<(), Box<dyn Error>> {
    file.open()?;
    let mut edit = file.edit()?;
    for number in 0..SIZE {
        edit.insert(&record(number)?)?;
    }
    edit.commit()?;
    Ok(())
}

fn record(number: usize) -> Result<Record, Box<dyn Error>> {
    let now = Timestamp::now();
    let url = format!("https://registry-{number}.example.com/devfiles");
    Ok(Record {
        id: RegistryId::new(),
        kind: RegistryKind::Devfile,
        name: RegistryName::parse(&format!("Registry {number}"))?,
        url: Address::Devfile(DevfileUrl::parse(&url)?),
        user: None,
        created: now,
        updated: now,
        token: number.is_multiple_of(2),
        expires: None,
        allow_http: false,
        tls: TlsRules::default(),
        container: ContainerOptions::default(),
    })
}

/// Ours and the floor, in turn, so that whatever disturbs the computer disturbs both.
fn load(file: &CatalogFile) -> Result<(f64, f64), Box<dyn Error>> {
    in_turn(
        || {
            file.load()?;
            Ok(())
        },
        || parse(file.path()),
    )
}

fn save(file: &CatalogFile, folder: &Path) -> Result<(f64, f64), Box<dyn Error>> {
    let mut number = 0;
    let bytes = fs::read(file.path())?;
    in_turn(
        || {
            number += 1;
            let mut edit = file.edit()?;
            let mut record = edit.catalog().records[SIZE / 2].clone();
            record.name = RegistryName::parse(&format!("Renamed {number}"))?;
            edit.replace(&record)?;
            edit.commit()?;
            Ok(())
        },
        || {
            parse(file.path())?;
            for name in ["floor", "floor.backup"] {
                write_for_good(folder, name, &bytes)?;
            }
            Ok(())
        },
    )
}

fn parse(path: &Path) -> Result<(), Box<dyn Error>> {
    let _: toml::Table = fs::read_to_string(path)?.parse()?;
    Ok(())
}

fn write_for_good(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let next = folder.join("floor.next");
    let mut file = File::create(&next)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(next, folder.join(name))?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn in_turn(
    mut ours: impl FnMut() -> Result<(), Box<dyn Error>>,
    mut floor: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<(f64, f64), Box<dyn Error>> {
    let (mut our_times, mut floor_times) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        our_times.push(time(&mut ours)?);
        floor_times.push(time(&mut floor)?);
    }
    Ok((median(our_times), median(floor_times)))
}

fn time(work: &mut impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}
