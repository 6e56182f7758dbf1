//! The screen as a PNG file.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use png::{BitDepth, ColorType, Encoder};

use crate::display::{PIXEL, SCREEN};

/// Saves the upper left corner of `screen`, where windows open, as far as `width` and `height`
/// reach; `screen` is as [`Display::picture`](crate::display::Display::picture) gives it.
pub fn save(file: &Path, screen: &[u8], width: usize, height: usize) -> io::Result<()> {
    let (width, height) = (width.min(SCREEN.0), height.min(SCREEN.1));
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    let [columns, rows] = [width, height].map(|side| u32::try_from(side).unwrap_or_default());
    let mut encoder = Encoder::new(File::create(file)?, columns, rows);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder
        .write_header()?
        .write_image_data(&corner(screen, width, height))?;
    Ok(())
}

/// The pixels of the corner as red, green and blue.
fn corner(screen: &[u8], width: usize, height: usize) -> Vec<u8> {
    let rows = screen.chunks_exact(SCREEN.0 * PIXEL).take(height);
    let pixels = rows.flat_map(|row| row.chunks_exact(PIXEL).take(width));
    pixels
        .flat_map(|pixel| [pixel[2], pixel[1], pixel[0]])
        .collect()
}
