//! Seeing what others do to the configuration of tools.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant, SystemTime},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use crate::{
    disk, docker,
    environment::Environment,
    odo,
    plan::Handover,
    podman::{self, conf},
};

/// How long the files must be left alone before they are looked at: tools write in several steps.
const QUIET: Duration = Duration::from_millis(100);
/// After this they are looked at even if they are not left alone.
const IMPATIENCE: Duration = Duration::from_millis(500);
/// How often they are looked at where the system does not report changes.
const POLL: Duration = Duration::from_secs(1);
/// How often they are looked at all the same: some network file systems keep changes to themselves.
const RARE_POLL: Duration = Duration::from_secs(30);

/// How often the folders are looked for anew because some came or went meanwhile.
const ATTEMPTS: usize = 5;

/// The watch on the configuration of tools; dropped, it ends, and the callback is called at most
/// once more.
#[derive(Debug)]
pub struct Watch {
    signals: Sender<Signal>,
}

#[derive(Debug)]
enum Signal {
    /// What happened where; nowhere in particular where the list is empty.
    Changed(Vec<PathBuf>),
    Stop,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // The thread may be gone already.
        let _ = self.signals.send(Signal::Stop);
    }
}

impl Handover {
    /// Calls `changed` from a thread of its own when a file has changed that [`crate::Docker`],
    /// [`crate::Podman`], [`crate::Odo`] or the helper's link depend on, whoever changed it, within about a second.
    /// Files and folders need not exist; a folder that comes to be outside the home is seen within
    /// half a minute.
    ///
    /// # Errors
    /// The system's, where it gives no thread.
    pub fn watch(&self, changed: impl Fn() + Send + 'static) -> io::Result<Watch> {
        let (signals, received) = mpsc::channel();
        let mut watched = Watched {
            files: Files::of(&self.environment, self.helper_link().path()),
            folders: Folders::new(self.environment.home(), signals.clone()),
            stamps: Vec::new(),
            changed,
        };
        // What happens from here on is a change.
        watched.take_stock();
        thread::Builder::new()
            .name("tools-watch".to_owned())
            .spawn(move || watched.run(&received))?;
        Ok(Watch { signals })
    }
}

/// What is watched.
#[derive(Clone)]
struct Files {
    files: Vec<PathBuf>,
    /// Folders of which every file counts.
    folders: Vec<PathBuf>,
}

impl Files {
    fn of(environment: &Environment, link: PathBuf) -> Self {
        let (mut files, folders) = conf::places(environment);
        files.extend([
            docker::file(environment),
            odo::file(environment),
            podman::auth_file(environment),
            link,
        ]);
        Self { files, folders }
    }

    /// Every file, and whatever it leads to.
    fn all(&self) -> Vec<PathBuf> {
        let beside = self.folders.iter();
        let beside = beside.flat_map(|folder| conf::beside(folder).unwrap_or_default());
        let named = self.files.iter().cloned().chain(beside);
        let mut all: Vec<_> = named.flat_map(|path| [disk::target(&path), path]).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What tells cheaply whether a file was written.
type Stamp = (PathBuf, Option<(Option<SystemTime>, u64)>);

fn stamp(path: &Path) -> Stamp {
    let metadata = fs::symlink_metadata(path).ok();
    let stamp = metadata.map(|metadata| (metadata.modified().ok(), metadata.len()));
    (path.to_owned(), stamp)
}

struct Watched<F> {
    files: Files,
    folders: Folders,
    stamps: Vec<Stamp>,
    changed: F,
}

impl<F: Fn()> Watched<F> {
    fn run(mut self, signals: &Receiver<Signal>) {
        loop {
            match signals.recv_timeout(self.folders.pause()) {
                Ok(Signal::Changed(paths)) if !self.concern(&paths) => {}
                Ok(Signal::Changed(_)) if settle(signals) => self.look(),
                Err(RecvTimeoutError::Timeout) => self.look(),
                _ => return,
            }
        }
    }

    /// Whether one of the files is there, or may come to be there. Where a folder is missing, the
    /// one above it is watched, and a home is a busy place.
    fn concern(&self, paths: &[PathBuf]) -> bool {
        let concerns = |path: &PathBuf| {
            let known = self.stamps.iter().map(|(file, _)| file);
            let mut known = known.chain(&self.files.folders);
            let beside = path.parent().is_some_and(|folder| {
                let mut folders = self.files.folders.iter();
                folders.any(|other| other == folder)
            });
            beside || known.any(|file| file.starts_with(path))
        };
        paths.is_empty() || paths.iter().any(concerns)
    }

    fn look(&mut self) {
        if self.take_stock() {
            (self.changed)();
        }
    }

    /// Whether anything is different from the last time. What happens to a folder from here on is
    /// reported, so nothing is missed between two looks.
    fn take_stock(&mut self) -> bool {
        let all = self.files.all();
        self.folders.follow(&all, &self.files.folders);
        let stamps: Vec<_> = all.iter().map(|path| stamp(path)).collect();
        let changed = stamps != self.stamps;
        self.stamps = stamps;
        changed
    }
}

/// Waits until the files are left alone, or at most half a second. Whether to go on then.
fn settle(signals: &Receiver<Signal>) -> bool {
    let deadline = Instant::now() + IMPATIENCE;
    loop {
        match signals.recv_timeout(QUIET) {
            Ok(Signal::Changed(_)) if Instant::now() < deadline => {}
            Ok(Signal::Changed(_)) | Err(RecvTimeoutError::Timeout) => return true,
            Ok(Signal::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// The folders whose changes the system reports.
struct Folders {
    watcher: Option<RecommendedWatcher>,
    home: PathBuf,
    watched: HashSet<PathBuf>,
    /// Whether a folder could not be watched.
    blind: bool,
}

impl Folders {
    fn new(home: &Path, signals: Sender<Signal>) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let paths = match event {
                Ok(event) if is_reading(&event) => return,
                Ok(event) => event.paths,
                Err(_) => Vec::new(),
            };
            // The receiver is gone when the watch is over.
            let _ = signals.send(Signal::Changed(paths));
        });
        let watcher = watcher.inspect_err(|error| tracing::info!(%error, "the tools are polled"));
        Self {
            watcher: watcher.ok(),
            home: home.to_owned(),
            watched: HashSet::new(),
            blind: false,
        }
    }

    /// Watches the folder of every file, or the nearest above it that exists, but for those of the
    /// system: every program opens files there, and each time we would be woken. Each folder is
    /// watched anew: it may be another one of the same name.
    fn follow(&mut self, files: &[PathBuf], folders: &[PathBuf]) {
        for _ in 0..ATTEMPTS {
            let wanted = self.nearest(files, folders);
            self.watch(&wanted);
            // A folder that came to be before the one above it was watched is reported by nobody.
            if self.nearest(files, folders) == wanted {
                return;
            }
        }
        self.blind = true;
    }

    fn nearest(&self, files: &[PathBuf], folders: &[PathBuf]) -> HashSet<PathBuf> {
        let parents = files.iter().filter_map(|file| file.parent());
        let parents = parents.chain(folders.iter().map(PathBuf::as_path));
        parents
            .filter_map(|folder| nearest(folder, &self.home))
            .collect()
    }

    /// Watches these folders, and no others any more.
    fn watch(&mut self, wanted: &HashSet<PathBuf>) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        for folder in self.watched.drain() {
            // It may have gone with its folder.
            let _ = watcher.unwatch(&folder);
        }
        self.blind = false;
        for folder in wanted {
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.watched.insert(folder.clone())),
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

/// The folder, or the nearest above it that exists and is in the home.
fn nearest(folder: &Path, home: &Path) -> Option<PathBuf> {
    let above = folder.ancestors().skip(1);
    let above = above.take_while(|above| above.starts_with(home));
    let mut all = std::iter::once(folder).chain(above);
    all.find(|folder| folder.is_dir()).map(Path::to_owned)
}

fn is_reading(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    }
}
