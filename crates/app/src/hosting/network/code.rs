//! QR codes, as paths that the window can draw.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode as Code};

use crate::wire::{CommandError, QrCode};

/// Draws a text: every run of dark modules in a row is a rectangle.
pub(super) fn draw(text: &str) -> Result<QrCode, CommandError> {
    let code = Code::with_error_correction_level(text, EcLevel::M);
    let code = code.map_err(|error| CommandError::internal(&error))?;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run[0] == Color::Dark {
                let length = run.len();
                // Writing to a string does not fail.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    let size = u32::try_from(width).unwrap_or(u32::MAX);
    Ok(QrCode { size, path })
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn an_address_is_drawn_within_its_square_with_its_three_corners() {
        let drawn = draw("https://192.168.1.20:4748").unwrap();
        assert_eq!(drawn.size, 25);
        for corner in ["M0 0h7v1h-7z", "M18 0h7v1h-7z", "M0 24h7v1h-7z"] {
            assert!(drawn.path.contains(corner), "{corner} in {}", drawn.path);
        }
        let rows = drawn.path.split('M').skip(1);
        for run in rows {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let end = x.parse::<u32>().unwrap() + length.parse::<u32>().unwrap();
            assert!(end <= 25 && y.parse::<u32>().unwrap() < 25, "{run}");
        }
    }
}
