//! Finding entries again.

use std::io;
use std::path::Path;

use fs_err as fs;

use crate::{Entry, files};

/// A part of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// How many entries match in all.
    pub total: usize,
    /// Those from the offset on, newest first, at most as many as asked for.
    pub entries: Vec<Entry>,
}

pub(crate) fn search(folder: &Path, search: &str, offset: usize, limit: usize) -> io::Result<Page> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let mut page = Page {
        total: 0,
        entries: Vec::new(),
    };
    for path in files::newest_first(folder)? {
        let bytes = fs::read(path)?;
        for line in bytes.rsplit(|byte| *byte == b'\n') {
            // A torn or foreign line is no entry; the others still are.
            let Ok(entry) = serde_json::from_slice::<Entry>(line) else {
                continue;
            };
            if !entry.contains(&words) {
                continue;
            }
            if page.total >= offset && page.entries.len() < limit {
                page.entries.push(entry);
            }
            page.total += 1;
        }
    }
    Ok(page)
}
