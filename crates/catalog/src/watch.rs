//! Seeing what others do to the file.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs,
    ops::ControlFlow,
    path::PathBuf,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant, SystemTime},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use crate::{catalog::Revision, error::CatalogError, file::CatalogFile};

/// How long the file must be left alone before it is read: editors write in several steps.
const QUIET: Duration = Duration::from_millis(50);
/// After this it is read even if it is not left alone.
const IMPATIENCE: Duration = Duration::from_millis(200);
/// How often the file is looked at where the system does not report changes.
const POLL: Duration = Duration::from_millis(500);
/// How often it is looked at all the same: some network file systems keep changes to themselves.
const RARE_POLL: Duration = Duration::from_secs(5);

/// The watch on a catalog; dropped, it ends, and the callback is called at most once more.
#[derive(Debug)]
pub struct Watch {
    signals: Sender<Signal>,
}

#[derive(Debug)]
enum Signal {
    Changed,
    Stop,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The thread may be gone already.
        let _ = self.signals.send(Signal::Stop);
    }
}

impl CatalogFile {
    /// Calls `changed` from a thread of its own when the file's content is neither what this
    /// process last wrote nor what [`CatalogFile::load`] last read, within about a quarter of a
    /// second. It is for the callback to load the catalog; until then the same content is
    /// reported once.
    pub fn watch(&self, changed: impl Fn() + Send + 'static) -> Result<Watch, CatalogError> {
        let (signals, received) = mpsc::channel();
        let mut folders = Folders::new(signals.clone());
        folders.follow(self);
        let watched = Watched {
            file: self.clone(),
            folders,
            reported: None,
            stamp: None,
            changed,
        };
        // What happened since the file was read counts as well.
        let _ = signals.send(Signal::Changed);
        thread::Builder::new()
            .name("catalog-watch".to_owned())
            .spawn(move || watched.run(&received))
            .map_err(|source| CatalogError::Watch {
                path: self.path().to_owned(),
                source,
            })?;
        Ok(Watch { signals })
    }
}

struct Watched<F> {
    file: CatalogFile,
    folders: Folders,
    reported: Option<Revision>,
    stamp: Option<Stamp>,
    changed: F,
}

impl<F: Fn()> Watched<F> {
    fn run(mut self, signals: &Receiver<Signal>) {
        loop {
            match signals.recv_timeout(self.folders.pause()) {
                Ok(Signal::Changed) => match settle(signals) {
                    ControlFlow::Continue(()) => self.look(),
                    ControlFlow::Break(()) => return,
                },
                Err(RecvTimeoutError::Timeout) if self.stamp == stamp(&self.file) => {}
                Err(RecvTimeoutError::Timeout) => self.look(),
                Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Reads the file and reports what nobody knows yet.
    fn look(&mut self) {
        self.folders.follow(&self.file);
        self.stamp = stamp(&self.file);
        let unseen = unseen(&self.file);
        let is_news = unseen.is_some() && unseen != self.reported;
        self.reported = unseen;
        if is_news {
            (self.changed)();
        }
    }
}

/// Waits until the file is left alone, or at most a fifth of a second.
fn settle(signals: &Receiver<Signal>) -> ControlFlow<()> {
    let deadline = Instant::now() + IMPATIENCE;
    loop {
        match signals.recv_timeout(QUIET) {
            Ok(Signal::Changed) if Instant::now() < deadline => {}
            Ok(Signal::Changed) | Err(RecvTimeoutError::Timeout) => {
                return ControlFlow::Continue(());
            }
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => {
                return ControlFlow::Break(());
            }
        }
    }
}

/// The content of the file, if this process has not seen it. One that cannot be read has no
/// revision, and counts as unseen.
fn unseen(file: &CatalogFile) -> Option<Revision> {
    let seen = file.seen();
    let now = file.read().map_or_else(
        |_| Revision::default(),
        |bytes| Revision::of(&bytes.unwrap_or_default()),
    );
    (*seen != Some(now)).then_some(now)
}

/// What tells cheaply whether a file was written.
type Stamp = (SystemTime, u64);

fn stamp(file: &CatalogFile) -> Option<Stamp> {
    let metadata = fs::metadata(file.path()).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The folders whose changes the system reports.
struct Folders {
    watcher: Option<RecommendedWatcher>,
    watched: HashSet<PathBuf>,
    /// Whether a folder could not be watched.
    blind: bool,
}

impl Folders {
    fn new(signals: Sender<Signal>) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.as_ref().map_or(true, is_about_content) {
                // The receiver is gone when the watch is over.
                let _ = signals.send(Signal::Changed);
            }
        });
        let watcher = watcher.inspect_err(|error| tracing::info!(%error, "the catalog is polled"));
        Self {
            watcher: watcher.ok(),
            watched: HashSet::new(),
            blind: false,
        }
    }

    /// Watches the folder of the file, and the one that it links into. Folders, because editors
    /// put a new file in the place of the old one.
    fn follow(&mut self, file: &CatalogFile) {
        for path in [file.path().to_owned(), file.target()] {
            let Some(folder) = path.parent() else {
                continue;
            };
            if self.watched.contains(folder) {
                continue;
            }
            let Some(watcher) = &mut self.watcher else {
                return;
            };
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.watched.insert(folder.to_owned())),
                Err(_) => self.blind = true,
            }
        }
    }

    fn pause(&self) -> Duration {
        if self.watcher.is_none() || self.blind {
            POLL
        } else {
            RARE_POLL
        }
    }
}

/// Whether the event can mean another content, and is not about a file of our own.
fn is_about_content(event: &Event) -> bool {
    let reading = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    };
    let ours = |path: &PathBuf| {
        let extension = path.extension().and_then(OsStr::to_str);
        matches!(extension, Some("tmp" | "lock" | "backup"))
    };
    !reading && (event.paths.is_empty() || !event.paths.iter().all(ours))
}
