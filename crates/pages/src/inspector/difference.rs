//! Two base strings beside each other, with what differs marked: by colour, by a line through or below it, and the first
//! place by a sign.

use countersign_diagnose::BaseStringsJson;
use countersign_model::printable;
use countersign_web::{Markup, html};

/// The regions of two base strings are compared piece by piece only up to this many comparisons.
const MOST: usize = 250_000;

/// Part of a base string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'s> {
    Same(&'s str),
    /// The other one lacks it, or has something else here.
    Differs(&'s str),
    /// The other one has something here.
    Missing,
}

/// What was signed above what is right.
pub(super) fn difference(strings: &BaseStringsJson) -> Markup {
    let BaseStringsJson {
        signed,
        expected,
        start,
        signed_end,
        expected_end,
    } = strings;
    let of_signed = region(signed, *start, *signed_end);
    let of_expected = region(expected, *start, *expected_end);
    let (signed_parts, expected_parts) = compared(of_signed.1, of_expected.1);
    html! {
        div.difference {
            div {
                h4 { "You signed" }
                p.base { (side(of_signed, &signed_parts, |text| html! { del { (text) } })) }
            }
            div {
                h4 { "Right is" }
                p.base { (side(of_expected, &expected_parts, |text| html! { ins { (text) } })) }
            }
        }
    }
}

/// A base string that may be broken behind each `&`, encoded or not.
pub(super) fn base_string(text: &str) -> Markup {
    html! { p.base { (broken(text)) } }
}

fn side(
    (before, _, after): (&str, &str, &str),
    parts: &[Part<'_>],
    mark: impl Fn(Markup) -> Markup,
) -> Markup {
    let first = parts.iter().position(|part| !matches!(part, Part::Same(_)));
    html! {
        (broken(before))
        @for (place, part) in parts.iter().enumerate() {
            @if first == Some(place) { (here()) }
            @match part {
                Part::Same(text) => (broken(text)),
                Part::Differs(text) => (mark(broken(text))),
                Part::Missing => span.gap { "missing here" },
            }
        }
        (broken(after))
    }
}

/// The sign before the first difference.
fn here() -> Markup {
    html! { span.here { span.unseen { " first difference: " } span aria-hidden="true" { "\u{25b6}" } } }
}

fn broken(text: &str) -> Markup {
    html! { @for piece in pieces(text) { (shown(piece)) wbr; } }
}

fn shown(text: &str) -> String {
    text.chars().map(printable).collect()
}

/// Before the region, the region, behind it.
fn region(text: &str, start: usize, end: usize) -> (&str, &str, &str) {
    let cut = || Some((text.get(..start)?, text.get(start..end)?, text.get(end..)?));
    cut().unwrap_or((text, "", ""))
}

/// Cut behind each `&` and each `%26`.
fn pieces(text: &str) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let ends = ["&", "%26"].map(|end| rest.find(end).map(|at| at + end.len()));
        let end = ends.into_iter().flatten().min().unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

/// Two regions in parts: what they have in common is a longest common subsequence of their pieces.
fn compared<'s>(one: &'s str, other: &'s str) -> (Vec<Part<'s>>, Vec<Part<'s>>) {
    let (ones, others) = (pieces(one), pieces(other));
    if ones.len().saturating_mul(others.len()) > MOST {
        return (vec![Part::Differs(one)], vec![Part::Differs(other)]);
    }
    let lengths = lengths(&ones, &others);
    let (mut parts, mut other_parts) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    loop {
        // Up to the next piece they have in common, or the end.
        let (from_one, from_other) = (i, j);
        while let (Some(one), Some(other)) = (ones.get(i), others.get(j)) {
            if is_same(one, other) {
                break;
            }
            if at(&lengths, i + 1, j) >= at(&lengths, i, j + 1) {
                i += 1;
            } else {
                j += 1;
            }
        }
        let common = ones.get(i).zip(others.get(j));
        let (end, other_end) = match common {
            Some(_) => (i, j),
            None => (ones.len(), others.len()),
        };
        let (lacking, other_lacking) = (other_end > from_other, end > from_one);
        parts.extend(differing(ones.get(from_one..end), lacking));
        other_parts.extend(differing(others.get(from_other..other_end), other_lacking));
        let Some((one, other)) = common else {
            return (parts, other_parts);
        };
        parts.push(Part::Same(one));
        other_parts.push(Part::Same(other));
        (i, j) = (i + 1, j + 1);
    }
}

/// Pieces that only one has; where it has none and the other has some, that they are missing.
fn differing<'s>(pieces: Option<&[&'s str]>, lacks: bool) -> Vec<Part<'s>> {
    let pieces = pieces.unwrap_or_default();
    match pieces.is_empty() && lacks {
        true => vec![Part::Missing],
        false => pieces.iter().map(|piece| Part::Differs(piece)).collect(),
    }
}

/// What stands between two parameters belongs to neither.
fn is_same(one: &str, other: &str) -> bool {
    let bare = |piece: &str| piece.trim_end_matches("%26").trim_end_matches('&').len();
    one.get(..bare(one)) == other.get(..bare(other))
}

/// In row i and column j: how many pieces ones[i..] and others[j..] have in common, in order.
fn lengths(ones: &[&str], others: &[&str]) -> Vec<Vec<usize>> {
    let mut lengths = vec![vec![0; others.len() + 1]; ones.len() + 1];
    for (i, one) in ones.iter().enumerate().rev() {
        for (j, other) in others.iter().enumerate().rev() {
            let best = if is_same(one, other) {
                at(&lengths, i + 1, j + 1) + 1
            } else {
                at(&lengths, i + 1, j).max(at(&lengths, i, j + 1))
            };
            if let Some(cell) = lengths.get_mut(i).and_then(|row| row.get_mut(j)) {
                *cell = best;
            }
        }
    }
    lengths
}

fn at(lengths: &[Vec<usize>], i: usize, j: usize) -> usize {
    let row = lengths.get(i);
    row.and_then(|row| row.get(j)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    use Part::{Differs, Missing, Same};

    #[test]
    fn a_base_string_is_cut_behind_each_ampersand() {
        let text = "GET&https%3A%2F%2Fa%2Fb&c%3D1%26d%3D2";
        assert_eq!(
            pieces(text),
            ["GET&", "https%3A%2F%2Fa%2Fb&", "c%3D1%26", "d%3D2"]
        );
        assert!(pieces("").is_empty());
    }

    #[test]
    fn what_both_have_is_not_marked_and_what_one_lacks_is_said() {
        let (signed, expected) = compared("a%3D1%26b%3D2%26c%3D3%26", "b%3D2%26c%3D4%26d%3D5");
        assert_eq!(
            signed,
            [Differs("a%3D1%26"), Same("b%3D2%26"), Differs("c%3D3%26")]
        );
        assert_eq!(
            expected,
            [Missing, Same("b%3D2%26"), Differs("c%3D4%26"), Differs("d%3D5")]
        );
    }

    #[test]
    fn a_separator_more_is_no_difference() {
        let (signed, expected) = compared("b%3D2", "a%3D1%26b%3D2%26c%3D3");
        assert_eq!(signed, [Missing, Same("b%3D2"), Missing]);
        assert_eq!(
            expected,
            [Differs("a%3D1%26"), Same("b%3D2%26"), Differs("c%3D3")]
        );
    }

    #[test]
    fn a_region_beyond_reason_is_marked_whole() {
        let long = "a&".repeat(1000);
        let (one, other) = compared(&long, &long);
        assert_eq!((one.len(), other.len()), (1, 1));
    }

    #[test]
    fn what_is_missing_is_said_and_a_wrong_place_harms_nothing() {
        let strings = BaseStringsJson {
            signed: "GET&x&".to_owned(),
            expected: "GET&x&limit%3D5".to_owned(),
            start: 6,
            signed_end: 6,
            expected_end: 15,
        };
        let text = difference(&strings).into_string();
        assert!(
            text.contains("missing here") && text.contains("<ins>limit%3D5<wbr></ins>"),
            "{text}"
        );
        let wrong = BaseStringsJson {
            start: 900,
            ..strings
        };
        assert!(difference(&wrong).into_string().contains("limit%3D5"));
    }
}
