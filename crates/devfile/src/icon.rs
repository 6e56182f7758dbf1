//! Making a picture of what a registry calls an icon.
//!
//! An icon is drawn here and never in the window: a small square in PNG comes out, or nothing.
//! SVG is drawn without fonts, files and network; a document that refers to its own parts so often
//! that drawing it would take long is refused before it is drawn.

mod cost;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use resvg::tiny_skia::{FilterQuality, Pixmap, PixmapPaint, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};
use thiserror::Error;

/// The most bytes of an icon as it comes.
pub const MAX_BYTES: u64 = 512 * 1024;
/// The side of the picture, in pixels: twice what the largest place for it has.
pub const SIDE: u32 = 96;
/// The longest side of a picture as it comes, in pixels.
const MAX_SIDE: u32 = 2048;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IconError {
    /// Neither PNG nor SVG, or damaged.
    #[error("the icon is neither PNG nor SVG, or damaged")]
    NotAnIcon,
    /// Too many bytes, too many pixels, or too much to draw.
    #[error("the icon is too large or takes too long to draw")]
    TooLarge,
}

/// Draws an icon: PNG, [`SIDE`] pixels square, the icon as large as fits. May take some tenths of
/// a second; blocks.
///
/// # Errors
/// [`IconError`].
pub fn render(bytes: &[u8]) -> Result<Vec<u8>, IconError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(IconError::TooLarge);
    }
    let picture = if bytes.starts_with(PNG) {
        from_png(bytes)?
    } else {
        from_svg(bytes)?
    };
    picture.encode_png().map_err(|_| IconError::NotAnIcon)
}

/// The bytes that a `data:` address holds itself; `None` for any other.
pub fn of_data_url(address: &str) -> Option<Vec<u8>> {
    let (about, data) = address.strip_prefix("data:")?.split_once(',')?;
    if about.to_ascii_lowercase().ends_with(";base64") {
        STANDARD.decode(data.trim()).ok()
    } else {
        Some(percent_encoding::percent_decode_str(data).collect())
    }
}

fn from_png(bytes: &[u8]) -> Result<Pixmap, IconError> {
    // Looked at before anything is unpacked: width and height stand in the first chunk.
    let number = |at: usize| {
        let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map(u32::from_be_bytes).ok_or(IconError::NotAnIcon)
    };
    let (width, height) = (number(16)?, number(20)?);
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(IconError::TooLarge);
    }
    let picture = Pixmap::decode_png(bytes).map_err(|_| IconError::NotAnIcon)?;
    let mut square = blank()?;
    let paint = PixmapPaint {
        quality: FilterQuality::Bicubic,
        ..PixmapPaint::default()
    };
    let (width, height) = (as_float(picture.width()), as_float(picture.height()));
    square.draw_pixmap(0, 0, picture.as_ref(), &paint, fit(width, height), None);
    Ok(square)
}

fn from_svg(bytes: &[u8]) -> Result<Pixmap, IconError> {
    let text = std::str::from_utf8(bytes).map_err(|_| IconError::NotAnIcon)?;
    cost::check(text)?;
    let options = Options {
        // What is drawn is in the document itself, or is not drawn.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        resources_dir: None,
        ..Options::default()
    };
    let tree = Tree::from_str(text, &options).map_err(|_| IconError::NotAnIcon)?;
    let size = tree.size();
    let mut square = blank()?;
    resvg::render(
        &tree,
        fit(size.width(), size.height()),
        &mut square.as_mut(),
    );
    Ok(square)
}

fn blank() -> Result<Pixmap, IconError> {
    Pixmap::new(SIDE, SIDE).ok_or(IconError::TooLarge)
}

/// Makes something of this size as large as fits, in the middle.
fn fit(width: f32, height: f32) -> Transform {
    let side = as_float(SIDE);
    let scale = side / width.max(height).max(f32::MIN_POSITIVE);
    let middle = |length: f32| (side - length * scale) / 2.0;
    Transform::from_row(scale, 0.0, 0.0, scale, middle(width), middle(height))
}

#[expect(clippy::cast_precision_loss, reason = "pixels of a small picture")]
fn as_float(pixels: u32) -> f32 {
    pixels as f32
}

#[cfg(test)]
mod tests;
