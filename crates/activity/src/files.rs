//! The files: the current one, `activity.jsonl`, and the older ones, `activity-<time>.jsonl`.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use jiff::Timestamp;

use crate::Activity;

const CURRENT: &str = "activity.jsonl";
const LOCK: &str = ".lock";

/// Appends `line` to the current file and begins a new file where that one is full.
pub(crate) fn append(folder: &Path, line: &str, rotate_at: u64) -> io::Result<()> {
    create_private_folder(folder)?;
    let lock = fs::File::create(folder.join(LOCK))?;
    lock.file().lock()?;
    rotate_if_full(folder, rotate_at)?;
    let mut options = fs::OpenOptions::new();
    options.create(true).read(true).append(true);
    private(&mut options);
    let mut file = options.open(folder.join(CURRENT))?;
    let torn = ends_torn(&mut file)?;
    // One write, so that the line is there whole or not at all for whoever reads meanwhile.
    let text = if torn {
        format!("\n{line}")
    } else {
        line.to_owned()
    };
    file.write_all(text.as_bytes())
}

/// All files, newest first.
pub(crate) fn newest_first(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut older = rotated(folder)?;
    older.sort_unstable_by(|a, b| b.cmp(a));
    let current = folder.join(CURRENT);
    let current = current.exists().then_some(current);
    Ok(current.into_iter().chain(older).collect())
}

/// Whether a crash left the last line without its end.
fn ends_torn(file: &mut fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

fn rotate_if_full(folder: &Path, rotate_at: u64) -> io::Result<()> {
    let current = folder.join(CURRENT);
    let size = fs::metadata(&current).map_or(0, |metadata| metadata.len());
    if size < rotate_at {
        return Ok(());
    }
    let stamp = Timestamp::now().as_microsecond();
    fs::rename(&current, folder.join(format!("activity-{stamp:020}.jsonl")))?;
    let mut older = rotated(folder)?;
    older.sort_unstable_by(|a, b| b.cmp(a));
    older
        .iter()
        .skip(Activity::FILES_KEPT - 1)
        .try_for_each(fs::remove_file)
}

fn rotated(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let paths: Vec<PathBuf> = paths.collect::<io::Result<_>>()?;
    Ok(paths.into_iter().filter(|path| is_rotated(path)).collect())
}

fn is_rotated(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.strip_prefix("activity-"))
        .and_then(|name| name.strip_suffix(".jsonl"))
        .is_some_and(|stamp| stamp.bytes().all(|byte| byte.is_ascii_digit()))
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Only the person themselves may read what they did.
fn private(options: &mut fs::OpenOptions) {
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}
