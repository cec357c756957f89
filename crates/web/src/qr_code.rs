//! A QR code as a drawing in the page: for what a phone is to read off a screen. Dark on light in every colour scheme, with
//! the quiet zone around it that readers need (ISO/IEC 18004).

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// Modules of light around the code.
const QUIET_ZONE: usize = 4;

/// None where the text is longer than a code can hold, which is 2,331 bytes.
pub fn qr_code(text: &str, label: &str) -> Option<Markup> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let side = width + 2 * QUIET_ZONE;
    let dark = outline(&code.into_colors(), width);
    Some(html! {
        svg.qr role="img" aria-label=(label) viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#ffffff" {}
            path d=(dark) fill="#000000" {}
        }
    })
}

/// A bar for each run of dark modules in a row.
fn outline(modules: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let (left, top, long) = (x + QUIET_ZONE, y + QUIET_ZONE, run.len());
                // Writing to a text does not fail.
                let _ = write!(path, "M{left} {top}h{long}v1h-{long}z");
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_of_a_code_are_where_a_reader_looks_for_them() {
        let code = qr_code("otpauth://totp/a", "Key").unwrap().into_string();
        // The upper edge of a finder pattern is seven modules long: on the left, and on the right.
        assert!(code.contains("\"M4 4h7v1h-7z"), "{code}");
        let right = format!("M{} 4h7v1h-7z", 4 + side(&code) - 2 * QUIET_ZONE - 7);
        assert!(code.contains(&right), "{code}");
        assert!(code.contains("fill=\"#ffffff\"") && code.contains("aria-label=\"Key\""));
    }

    fn side(code: &str) -> usize {
        let (_, rest) = code.split_once("viewBox=\"0 0 ").unwrap();
        rest.split(' ').next().unwrap().parse().unwrap()
    }

    #[test]
    fn what_is_too_long_for_a_code_has_none() {
        assert!(qr_code(&"x".repeat(2331), "").is_some());
        assert!(qr_code(&"x".repeat(2332), "").is_none());
    }
}
