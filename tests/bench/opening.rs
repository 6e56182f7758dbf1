//! How long until the list can be used, and how much memory all processes then have, against a
//! blank Tauri window.
//!
//! Time is what a person sees: from the start of the process until the screen is, but for a
//! blinking cursor, what it stays. It is read from the display, so the application is as it is.
//! Memory is the proportional set size of every process of the application.

use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use acceptance_support::display::{Display, Frame, PIXEL};
use acceptance_support::keyring::KeyringSession;
use acceptance_support::port;
use acceptance_support::process::OwnedProcess;

use crate::figure::{Figure, median};

/// How many times each is opened; the median counts.
const RUNS: usize = 15;

/// How long the screen must rest.
const QUIET: Duration = Duration::from_millis(1500);
const OPEN_LIMIT: Duration = Duration::from_mins(1);

/// How many pixels of the screen may still change afterwards: a blinking cursor.
const CURSOR: usize = 200;

/// The aims of both ratios.
const TIME_AIM: f64 = 1.3;
const MEMORY_AIM: f64 = 1.25;

const SIZES: [usize; 2] = [3, 10_000];

/// What one opening took.
struct Opening {
    milliseconds: f64,
    mebibytes: f64,
}

/// Opens everything in turn, so that whatever disturbs the computer disturbs all alike.
pub(crate) fn measure() -> Result<Vec<Figure>, Box<dyn Error>> {
    let registrar = env::var("REGISTRAR_BIN")?;
    let blank = env::var("BLANK_BIN")?;
    let keyring = KeyringSession::start()?;
    let mut floor = Vec::new();
    let mut ours = SIZES.map(|_| Vec::new());
    for _ in 0..RUNS {
        floor.push(open(&blank, 0, &keyring)?);
        for (openings, size) in ours.iter_mut().zip(SIZES) {
            openings.push(open(&registrar, size, &keyring)?);
        }
    }
    let figures = ours
        .iter()
        .zip(SIZES)
        .flat_map(|(openings, size)| figures(size, openings, &floor));
    Ok(figures.collect())
}

fn figures(size: usize, ours: &[Opening], floor: &[Opening]) -> [Figure; 2] {
    let middle =
        |openings: &[Opening], of: fn(&Opening) -> f64| median(openings.iter().map(of).collect());
    let figure = |what: &str, unit, of: fn(&Opening) -> f64, aim| Figure {
        what: format!("{what}, {size} registries"),
        unit,
        ours: middle(ours, of),
        floor: middle(floor, of),
        floor_is: "blank Tauri window",
        aim,
    };
    [
        figure(
            "list can be used",
            "ms",
            |opening| opening.milliseconds,
            TIME_AIM,
        ),
        figure("memory", "MiB", |opening| opening.mebibytes, MEMORY_AIM),
    ]
}

fn open(program: &str, registries: usize, keyring: &KeyringSession) -> io::Result<Opening> {
    let folders = tempfile::tempdir()?;
    let config = folders.path().join("config");
    fs::create_dir(&config)?;
    fs::write(config.join("registries.toml"), catalog(registries))?;
    let settings = format!("welcomed = true\nhosting_port = {}\n", port::free()?);
    fs::write(config.join("settings.toml"), settings)?;
    let display = Display::start()?;
    let start = Instant::now();
    let process = spawn(program, &display, keyring, folders.path(), &config)?;
    let frames = display.watch(QUIET, OPEN_LIMIT)?;
    let memory = memory_of_group(process.id())?;
    Ok(Opening {
        milliseconds: settled(&frames).duration_since(start).as_secs_f64() * 1e3,
        mebibytes: memory / 1024.0,
    })
}

fn spawn(
    program: &str,
    display: &Display,
    keyring: &KeyringSession,
    data: &Path,
    config: &Path,
) -> io::Result<OwnedProcess> {
    OwnedProcess::spawn(program, |command| {
        command
            .envs(keyring.env())
            .env("DISPLAY", display.name())
            .env_remove("WAYLAND_DISPLAY")
            .env("REGISTRAR_CONFIG_DIR", config)
            .env("REGISTRAR_DATA_DIR", data.join("data"));
    })
}

/// When the screen became what it stayed.
fn settled(frames: &[Frame]) -> Instant {
    let differs = |frame: &&Frame| {
        frames
            .last()
            .is_some_and(|last| changed(frame, last) > CURSOR)
    };
    let unsettled = frames.iter().take_while(differs).count();
    frames
        .get(unsettled)
        .map_or_else(Instant::now, |frame| frame.at)
}

fn changed<'f>(one: &'f Frame, other: &'f Frame) -> usize {
    let pixels = |frame: &'f Frame| frame.picture.chunks_exact(PIXEL);
    pixels(one)
        .zip(pixels(other))
        .filter(|(one, other)| one != other)
        .count()
}

/// The proportional set size of a process group, in KiB.
fn memory_of_group(group: u32) -> io::Result<f64> {
    let mut total = 0.0;
    for process in fs::read_dir("/proc")?.flatten() {
        let folder = process.path();
        if group_of(&folder) == Some(group) {
            total += proportional_set_size(&folder).unwrap_or(0.0);
        }
    }
    Ok(total)
}

/// The fifth field of `stat`; the second one, in parentheses, may hold spaces.
fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    stat.rsplit(')')
        .next()?
        .split_whitespace()
        .nth(2)?
        .parse()
        .ok()
}

fn proportional_set_size(process: &Path) -> Option<f64> {
    let memory = fs::read_to_string(process.join("smaps_rollup")).ok()?;
    let line = memory.lines().find(|line| line.starts_with("Pss:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A catalog of so many devfile registries.
fn catalog(registries: usize) -> String {
    let mut text = "version = 1\n".to_owned();
    for number in 0..registries {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[registry]]\nid = \"01935a00-0000-7000-8000-{number:012x}\"\nkind = \"devfile\"\n\
             name = \"Registry {number}\"\nurl = \"https://registry-{number}.example.org\"\n\
             created = \"2026-01-01T00:00:00Z\"\nupdated = \"2026-01-01T00:00:00Z\"\n"
        );
    }
    text
}
