//! Archives of strangers: read where needed and never unpacked, with a bound on everything. Whatever
//! two readers might understand differently is refused.

mod fields;
pub(super) mod tar;
pub(super) mod zip;

use std::io;

use crate::error::Rejection;

/// The most entries of an archive.
const MAX_ENTRIES: usize = 200_000;
/// The most bytes of an entry's name.
const MAX_NAME: usize = 1024;
/// An archive that grows to more than this when it is unpacked,
const BOMB_FROM: u64 = 64 * 1024 * 1024;
/// and to more than so many times its size, is a bomb.
const BOMB_RATIO: u64 = 50;

/// Refuses an archive that is small and becomes very large.
fn demand_no_bomb(packed: u64, unpacked: u64) -> Result<(), Rejection> {
    if unpacked > BOMB_FROM && unpacked / BOMB_RATIO > packed {
        return Err(Rejection::new(format!(
            "The archive grows to more than {BOMB_RATIO} times its size when it is unpacked, which no package does."
        )));
    }
    Ok(())
}

/// An entry's name as text, unless it could lead somewhere else or be read in two ways.
fn entry_name(bytes: &[u8]) -> Result<&str, Rejection> {
    let strange = || {
        let text = String::from_utf8_lossy(bytes);
        Rejection::new(format!(
            "The archive has an entry with a name that is not allowed: \u{201c}{}\u{201d}.",
            shown(&text)
        ))
    };
    let name = std::str::from_utf8(bytes).map_err(|_| strange())?;
    let path = name.strip_suffix('/').unwrap_or(name);
    let mut parts = path.split('/');
    let leads_elsewhere = parts.any(|part| matches!(part, "" | "." | ".."));
    let drive = name.as_bytes().get(1) == Some(&b':');
    let odd = name.contains(|one: char| one.is_control() || one == '\\');
    if name.len() > MAX_NAME || leads_elsewhere || drive || odd {
        return Err(strange());
    }
    Ok(name)
}

/// A text of unknown origin, short enough for a sentence.
pub(super) fn shown(text: &str) -> String {
    let printable = text.chars().filter(|letter| !letter.is_control());
    let mut shown: String = printable.take(80).collect();
    if shown.len() < text.len() {
        shown.push('\u{2026}');
    }
    shown
}

/// The archive ends early, or cannot be read.
fn broken(error: &io::Error) -> Rejection {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Rejection::new("The archive ends in the middle."),
        _ => Rejection::new(format!("The archive cannot be read: {error}.")),
    }
}
