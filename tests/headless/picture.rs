//! The screen as a PNG file.

use std::fs::File;
use std::io;
use std::path::Path;

use acceptance_support::display::{PIXEL, SCREEN};
use png::{BitDepth, ColorType, Encoder};

/// The window's part of the screen, in pixels: it opens in the upper left corner.
const WINDOW: (usize, usize) = (1280, 800);

/// Saves the window's part of `screen`.
pub(crate) fn save(file: &Path, screen: &[u8]) -> io::Result<()> {
    file.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    let [width, height] = [WINDOW.0, WINDOW.1].map(|side| u32::try_from(side).unwrap_or_default());
    let mut encoder = Encoder::new(File::create(file)?, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.write_header()?.write_image_data(&window(screen))?;
    Ok(())
}

/// The window's pixels as red, green and blue.
fn window(screen: &[u8]) -> Vec<u8> {
    let rows = screen.chunks_exact(SCREEN.0 * PIXEL).take(WINDOW.1);
    let pixels = rows.flat_map(|row| row.chunks_exact(PIXEL).take(WINDOW.0));
    pixels
        .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
        .collect()
}
