//! A text with a region marked, as a proof shows it: wrapped around the region, with carets below.

use std::ops::Range;

use anstyle::Style;
use countersign_model::printable;

/// How much is shown before the region and, at the least, behind it, in characters.
const BEFORE: usize = 24;
const BEHIND: usize = 4;

/// How many parameters further the two are expected to meet again.
const LOOKED_AT: usize = 600;

/// The most lines that are shown of a text.
const LINES: usize = 4;

/// Lines of a text around a region, which is given in bytes. Behind the carets of an empty region stands a word for it.
pub(crate) fn marked(text: &str, region: Range<usize>, room: usize, style: Style) -> Vec<String> {
    let room = room.max(20);
    let characters: Vec<char> = text.chars().map(printable).collect();
    let place = |byte: usize| text.char_indices().take_while(|(at, _)| *at < byte).count();
    let (start, end) = (place(region.start), place(region.end));
    let from = start.saturating_sub(BEFORE);
    let from = if from <= 1 { 0 } else { from };
    let mut lines = Vec::new();
    let mut at = from;
    for number in 0..LINES {
        let is_cut = number == 0 && from > 0;
        let space = room - usize::from(is_cut);
        let last = number + 1 == LINES || at + space >= characters.len() || at + space > end + BEHIND;
        let is_end_cut = last && at + space < characters.len();
        let to = (at + space - usize::from(is_end_cut)).min(characters.len());
        let indent = usize::from(is_cut);
        let mut line = String::from(if is_cut { "…" } else { "" });
        let marked_from = start.clamp(at, to);
        let marked_to = end.clamp(at, to);
        let piece = |range: Range<usize>| {
            characters
                .get(range)
                .unwrap_or_default()
                .iter()
                .collect::<String>()
        };
        line.push_str(&piece(at..marked_from));
        if marked_from < marked_to {
            line.push_str(&format!("{style}{}{style:#}", piece(marked_from..marked_to)));
        }
        line.push_str(&piece(marked_to..to));
        if is_end_cut {
            line.push('…');
        }
        lines.push(line);
        let spaces = " ".repeat(indent + marked_from - at);
        if marked_from < marked_to {
            lines.push(format!(
                "{spaces}{style}{}{style:#}",
                "^".repeat(marked_to - marked_from)
            ));
        } else if start == end && (at..to).contains(&start) || last && start == end && start == to {
            lines.push(format!("{spaces}{style}^ missing here{style:#}"));
        }
        at = to;
        if last {
            break;
        }
    }
    lines
}

/// Where two base strings first differ: the region of each, in bytes, and whether they differ again further on.
pub(crate) struct Parting {
    pub(crate) one: Range<usize>,
    pub(crate) other: Range<usize>,
    pub(crate) is_first_of_several: bool,
}

/// Compares two base strings parameter by parameter.
pub(crate) fn parting(one: &str, other: &str) -> Parting {
    let (of_one, of_other) = (pieces(one), pieces(other));
    let text = |pieces: &[&str], at: usize| pieces.iter().take(at).map(|piece| piece.len()).sum::<usize>();
    let same = of_one.iter().zip(&of_other).take_while(|(a, b)| a == b).count();
    let (behind_one, behind_other) = (
        of_one.get(same..).unwrap_or_default(),
        of_other.get(same..).unwrap_or_default(),
    );
    // The nearest pieces behind which both go on alike.
    let most = (behind_one.len() + behind_other.len()).min(LOOKED_AT);
    let meeting = (1..most).find_map(|steps| {
        let mut ways = (0..=steps).map(|a| (a, steps - a));
        ways.find(|(a, b)| {
            behind_one
                .get(*a)
                .is_some_and(|piece| behind_other.get(*b) == Some(piece))
        })
    });
    let (skip_one, skip_other) = meeting.unwrap_or((behind_one.len(), behind_other.len()));
    let rest = |pieces: &[&str], skip: usize| pieces.get(skip..).unwrap_or_default().concat();
    let start = text(&of_one, same);
    let (end_one, end_other) = (text(&of_one, same + skip_one), text(&of_other, same + skip_other));
    let is_first_of_several = rest(behind_one, skip_one) != rest(behind_other, skip_other);
    let (mut region_one, mut region_other) = (start..end_one, start..end_other);
    if skip_one > 0 && skip_other > 0 {
        let (inner_one, inner_other) = difference(
            one.get(region_one.clone()).unwrap_or_default(),
            other.get(region_other.clone()).unwrap_or_default(),
        );
        region_one = start + inner_one.start..start + inner_one.end;
        region_other = start + inner_other.start..start + inner_other.end;
    }
    Parting {
        one: region_one,
        other: region_other,
        is_first_of_several,
    }
}

/// Method, address and parameters, each with the `&` or `%26` behind it.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = ["&", "%26"]
            .into_iter()
            .filter_map(|sign| rest.find(sign).map(|at| at + sign.len()))
            .min();
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Where two texts differ, escapes whole.
fn difference(one: &str, other: &str) -> (Range<usize>, Range<usize>) {
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b)
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum::<usize>()
    };
    let mut start = same(&mut one.chars(), &mut other.chars());
    // An escape that differs in its last digits differs as a whole.
    if let Some(at) = one.get(..start).and_then(|before| before.rfind('%'))
        && start - at < 3
    {
        start = at;
    }
    let (behind_one, behind_other) = (
        one.get(start..).unwrap_or_default(),
        other.get(start..).unwrap_or_default(),
    );
    let mut end = same(&mut behind_one.chars().rev(), &mut behind_other.chars().rev());
    end = end.min(behind_one.len()).min(behind_other.len());
    (start..one.len() - end, start..other.len() - end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, region: Range<usize>, room: usize) -> String {
        marked(text, region, room, Style::new()).join("\n")
    }

    #[test]
    fn the_region_is_shown_with_what_stands_around_it() {
        assert_eq!(plain("GET&abc", 0..3, 40), "GET&abc\n^^^");
        let long = format!("{}XYZ{}", "a".repeat(100), "b".repeat(100));
        assert_eq!(
            plain(&long, 100..103, 40),
            format!("…{}XYZ{}…\n{}^^^", "a".repeat(24), "b".repeat(11), " ".repeat(25))
        );
        assert_eq!(plain("abcd", 2..2, 40), "abcd\n  ^ missing here");
        assert_eq!(plain("abcd", 4..4, 40), "abcd\n    ^ missing here");
    }

    #[test]
    fn a_long_region_goes_over_several_lines_and_ends() {
        let long = "x".repeat(500);
        let lines = marked(&long, 10..480, 30, Style::new());
        assert_eq!(lines.len(), 2 * LINES);
        assert!(lines.iter().all(|line| line.chars().count() <= 30), "{lines:?}");
    }

    #[test]
    fn base_strings_part_at_a_parameter() {
        let regions = |one: &str, other: &str| {
            let Parting {
                one: of_one,
                other: of_other,
                is_first_of_several,
            } = parting(one, other);
            (
                one[of_one].to_owned(),
                other[of_other].to_owned(),
                is_first_of_several,
            )
        };
        for (one, other, expected) in [
            (
                "GET&u&a%3D1%26c%3D3",
                "GET&u&a%3D1%26b%3D2%26c%3D3",
                ("", "b%3D2%26", false),
            ),
            ("GET&u&k%26n", "GET&u&a%26k%26n%26q", ("", "a%26", true)),
            (
                "GET&u&a%3Dx%2520y%26b",
                "GET&u&a%3Dx%2By%26b",
                ("%2520", "%2B", false),
            ),
            ("GET&u&b%26a", "GET&u&a%26b", ("b%26a", "a%26b", false)),
            ("1234567_sb1&k", "1234567_SB1&k", ("sb", "SB", false)),
            ("\u{e9}1", "\u{e9}2", ("1", "2", false)),
            ("same", "same", ("", "", false)),
        ] {
            let expected = (expected.0.to_owned(), expected.1.to_owned(), expected.2);
            assert_eq!(regions(one, other), expected, "{one} {other}");
        }
    }
}
