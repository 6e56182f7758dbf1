//! A display of one's own: no window of the person's, no clipboard of theirs.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::process::OwnedProcess;

/// Width and height of the screen, in pixels.
pub const SCREEN: (usize, usize) = (1400, 1000);

/// Bytes of a pixel: blue, green, red and nothing.
pub const PIXEL: usize = 4;

/// How often [`Display::watch`] looks: more often than a screen is drawn.
const GLANCE: Duration = Duration::from_millis(8);

/// More different pictures than a window shows until it has opened.
const MAX_FRAMES: usize = 100;

/// What the screen showed, and when it was first seen.
#[derive(Debug)]
pub struct Frame {
    /// When.
    pub at: Instant,
    /// As [`Display::picture`] gives it.
    pub picture: Vec<u8>,
}

/// A virtual X display.
#[derive(Debug)]
pub struct Display {
    name: String,
    frame: PathBuf,
    _server: OwnedProcess,
    _dir: TempDir,
}

impl Display {
    /// Starts one on any free number.
    pub fn start() -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix("display-").tempdir()?;
        let screen = format!("{}x{}x24", SCREEN.0, SCREEN.1);
        let mut server = OwnedProcess::spawn("Xvfb", |command| {
            command
                .args(["-displayfd", "1", "-screen", "0", &screen])
                .args(["-nolisten", "tcp", "-noreset", "-dpi", "96", "-fbdir"])
                .arg(dir.path())
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null());
        })?;
        let number = first_line(server.stdout())?;
        Ok(Self {
            name: format!(":{number}"),
            frame: dir.path().join("Xvfb_screen0"),
            _server: server,
            _dir: dir,
        })
    }

    /// What `$DISPLAY` must be to show a window here.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the screen shows now: rows of [`SCREEN`] from the top, pixels of [`PIXEL`] bytes.
    ///
    /// The server keeps the screen in a file, so looking costs the programs on it nothing.
    pub fn picture(&self) -> io::Result<Vec<u8>> {
        let file = File::open(&self.frame)?;
        let mut pixels = vec![0; SCREEN.0 * SCREEN.1 * PIXEL];
        file.read_exact_at(&mut pixels, pixels_offset(&file)?)?;
        Ok(pixels)
    }

    /// Watches the screen until it has not changed for `quiet` and there is a page; gives every
    /// picture that was seen, the last one being the one that stayed. Fails after `limit`.
    pub fn watch(&self, quiet: Duration, limit: Duration) -> io::Result<Vec<Frame>> {
        let start = Instant::now();
        let mut frames: Vec<Frame> = Vec::new();
        while !frames
            .last()
            .is_some_and(|last| last.at.elapsed() > quiet && last.shows_something())
        {
            if start.elapsed() > limit || frames.len() > MAX_FRAMES {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the screen does not come to rest",
                ));
            }
            let (at, picture) = (Instant::now(), self.picture()?);
            if frames.last().is_none_or(|last| last.picture != picture) {
                frames.push(Frame { at, picture });
            }
            std::thread::sleep(GLANCE);
        }
        Ok(frames)
    }
}

impl Frame {
    /// Whether there is more than a bare window on a bare screen: three colours at least.
    fn shows_something(&self) -> bool {
        let mut colours: Vec<&[u8]> = Vec::new();
        for pixel in self.picture.chunks_exact(PIXEL) {
            if colours.last() != Some(&pixel) && !colours.contains(&pixel) {
                colours.push(pixel);
            }
            if colours.len() > 2 {
                return true;
            }
        }
        false
    }
}

/// Where the pixels begin in an XWD file: after the header, whose length is its first word,
/// and the colour map, whose entries the twentieth word counts.
fn pixels_offset(file: &File) -> io::Result<u64> {
    const COLOUR_BYTES: u64 = 12;
    let word = |index: u64| {
        let mut bytes = [0; 4];
        file.read_exact_at(&mut bytes, index * 4)?;
        io::Result::Ok(u64::from(u32::from_be_bytes(bytes)))
    };
    Ok(word(0)? + word(19)? * COLOUR_BYTES)
}

fn first_line(output: Option<impl Read>) -> io::Result<String> {
    let output = output.ok_or_else(|| io::Error::other("Xvfb has no output"))?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    if line.trim().is_empty() {
        return Err(io::Error::other("Xvfb did not start; is it installed?"));
    }
    Ok(line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Display, PIXEL, SCREEN};

    #[test]
    fn a_fresh_display_is_black_and_has_a_name() {
        let display = Display::start().expect("Xvfb");
        assert!(display.name().starts_with(':'));
        let picture = display.picture().expect("a picture");
        assert_eq!(picture.len(), SCREEN.0 * SCREEN.1 * PIXEL);
        assert!(picture.iter().all(|byte| *byte == 0));
    }
}
