//! Documents of text in lines of one width, in a font that every reader has.

use data_encoding::BASE64;
use pdf_writer::{Content, Finish as _, Name, Pdf, Rect, Ref, Str};
use serde::Deserialize;

use crate::host::HostError;

/// Letter, in points, as printed in the account's country.
const PAGE: (f32, f32) = (612.0, 792.0);
const MARGIN: f32 = 36.0;
/// Of a line. A letter of Courier is six tenths of its height wide: 90 of them fit between the margins.
const HEIGHT: f32 = 12.0;
const LETTER: f32 = 10.0;
const LINES_OF_A_PAGE: usize = 60;
/// What is longer goes on in the next line. No script says how many there are: of none, lines would have no end.
const LETTERS_OF_A_LINE: usize = 90;
/// Somebody who prints more than this prints by mistake.
const MOST_PAGES: usize = 1000;
const FONT: Name<'static> = Name(b"F1");

/// Lines to be printed; one that is a form feed begins a page.
#[derive(Deserialize)]
pub(crate) struct Document {
    lines: Vec<String>,
}

impl Document {
    /// The PDF in Base64. It has no time in it, so that the same lines give the same bytes.
    pub(crate) fn printed(&self) -> Result<String, HostError> {
        let pages = self.pages();
        if pages.len() > MOST_PAGES {
            let message = format!(
                "The document has {} pages; no more than {MOST_PAGES} are printed here.",
                pages.len()
            );
            return Err(HostError::new("SSS_FILE_CONTENT_SIZE_EXCEEDED", message));
        }
        Ok(BASE64.encode(&written(&pages)))
    }

    fn pages(&self) -> Vec<Vec<Vec<u8>>> {
        let mut pages = vec![Vec::new()];
        for line in &self.lines {
            if line == "\u{c}" {
                pages.push(Vec::new());
                continue;
            }
            for part in wrapped(line, LETTERS_OF_A_LINE) {
                match pages.last_mut() {
                    Some(page) if page.len() < LINES_OF_A_PAGE => page.push(part),
                    _ => pages.push(vec![part]),
                }
            }
        }
        pages
    }
}

/// A line in parts that fit, broken at spaces where it has some.
fn wrapped(line: &str, width: usize) -> Vec<Vec<u8>> {
    let bytes: Vec<u8> = line.chars().map(letter).collect();
    let mut parts = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((fits, over)) = rest.split_at_checked(width).filter(|(_, over)| !over.is_empty()) {
        let space = fits.iter().rposition(|byte| *byte == b' ').filter(|at| *at > 0);
        let (part, next) = match space.and_then(|at| rest.split_at_checked(at)) {
            Some((part, next)) => (part, next.trim_ascii_start()),
            None => (fits, over),
        };
        parts.push(part.to_vec());
        rest = next;
    }
    parts.push(rest.to_vec());
    parts
}

/// A letter in WinAnsi, which the font is in; one that it has not is a question mark.
fn letter(letter: char) -> u8 {
    match letter {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(letter)).unwrap_or(b'?'),
        '€' => 0x80,
        '‚' => 0x82,
        '„' => 0x84,
        '…' => 0x85,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '™' => 0x99,
        '\t' => b' ',
        _ => b'?',
    }
}

fn written(pages: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut next = 0;
    let mut reference = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree, font) = (reference(), reference(), reference());
    let places: Vec<(Ref, Ref)> = pages.iter().map(|_| (reference(), reference())).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree)
        .kids(places.iter().map(|(page, _)| *page))
        .count(count);
    pdf.type1_font(font)
        .base_font(Name(b"Courier"))
        .encoding_predefined(Name(b"WinAnsiEncoding"));
    for (lines, (place, contents)) in pages.iter().zip(&places) {
        let mut page = pdf.page(*place);
        page.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1))
            .parent(tree)
            .contents(*contents);
        page.resources().fonts().pair(FONT, font);
        page.finish();
        pdf.stream(*contents, &content(lines));
    }
    pdf.finish()
}

fn content(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_text();
    content.set_font(FONT, LETTER);
    content.next_line(MARGIN, PAGE.1 - MARGIN - LETTER);
    for line in lines {
        content.show(Str(line)).next_line(0.0, -HEIGHT);
    }
    content.end_text();
    content.finish().to_vec()
}

#[cfg(test)]
mod tests {
    use super::{Document, wrapped};

    #[test]
    fn a_line_goes_on_in_the_next_at_a_space_or_where_it_must() {
        assert_eq!(
            wrapped("one two three", 8),
            [b"one two".to_vec(), b"three".to_vec()]
        );
        assert_eq!(
            wrapped("abcdefgh", 3),
            [b"abc".to_vec(), b"def".to_vec(), b"gh".to_vec()]
        );
        assert_eq!(wrapped("5 € — ж", 20), [b"5 \x80 \x97 ?".to_vec()]);
        assert_eq!(wrapped("", 8), [Vec::<u8>::new()]);
    }

    #[test]
    fn a_form_feed_begins_a_page_and_so_does_a_full_one() {
        let mut lines = vec!["a".to_owned(), "\u{c}".to_owned()];
        lines.extend(std::iter::repeat_n("b".to_owned(), 61));
        let document = Document { lines };
        let pages: Vec<usize> = document.pages().iter().map(Vec::len).collect();
        assert_eq!(pages, [1, 60, 1]);
        assert_eq!(document.printed(), document.printed());
    }
}
