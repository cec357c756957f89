//! What a diagnosis found out, for a reader at a terminal: cause, proof, fix. Whatever a caller sent is printed as text
//! and nothing more.

use std::ops::Range;

use countersign_admin::{DiagnosisJson, FindingJson, FixJson, ProofJson};

use crate::failure::Failure;
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::table::{plain, wrapped};

/// What is readable everywhere.
const WIDTH: usize = 80;

/// Lines of a base string before and after those that differ.
const AROUND: usize = 1;

/// Prints a whole diagnosis: the first finding with its proof, and the others in short.
pub(crate) fn print(diagnosis: &DiagnosisJson) -> Result<(), Failure> {
    let Some((first, others)) = diagnosis.findings.split_first() else {
        return say_wrapped(nothing_found(&diagnosis.signature), "");
    };
    say_wrapped(&plain(&first.cause), "")?;
    output::say(&format!("{DIM}{}{DIM:#}", sure(first)))?;
    output::say("")?;
    print_proof(&first.proof)?;
    print_fix(&first.fix)?;
    say_named(
        "In NetSuite",
        &format!("Detail {}; mistake {}", first.detail, first.mistake),
    )?;
    if !first.together_with.is_empty() {
        say_named("Together with", &first.together_with.join(", "))?;
    }
    if others.is_empty() {
        return Ok(());
    }
    let title = if first.sure == "proved" { "Also" } else { "Or" };
    output::say(&format!("\n{BOLD}{title}{BOLD:#}"))?;
    for other in others {
        let text = format!("{} ({}): {}", other.mistake, other.sure, plain(&other.cause));
        say_wrapped(&text, "  ")?;
    }
    match diagnosis.left_off {
        0 => Ok(()),
        more => output::say(&format!("  {DIM}and {more} more{DIM:#}")),
    }
}

/// Prints a finding below the line of its call: the cause, and where the base strings part.
pub(crate) fn print_short(finding: &FindingJson) -> Result<(), Failure> {
    let FindingJson { mistake, sure, .. } = finding;
    output::say(&format!("    {BOLD}{mistake}{BOLD:#} {DIM}({sure}){DIM:#}"))?;
    say_wrapped(&plain(&finding.cause), "    ")?;
    if let Some(both) = Both::of(&finding.proof) {
        let label = "    signed    ";
        let room = WIDTH - label.len();
        let (signed, expected) = (both.signed.window(room), both.expected.window(room));
        for (label, line, style) in [(label, signed, RED), ("    expected  ", expected, GREEN)] {
            output::say(&format!("{label}{}", line.text))?;
            let marks = line.marks();
            output::say(&format!("{}{style}{marks}{style:#}", " ".repeat(label.len())))?;
        }
    }
    Ok(())
}

/// Why a login was refused, where nothing more is known.
pub(crate) fn say_reason(reason: &str) -> Result<(), Failure> {
    say_wrapped(&plain(reason), "")
}

/// The same below the line of a call.
pub(crate) fn say_reason_below(reason: &str) -> Result<(), Failure> {
    say_wrapped(&plain(reason), "    ")
}

/// Why there is no finding.
fn nothing_found(signature: &str) -> &'static str {
    match signature {
        "tooLarge" => {
            "More is signed in this request than is computed anew (8 kB): nothing was found wrong with its header, \
             and no mistake was looked for in its signature."
        }
        "secretsUnknown" => {
            "Nothing more was found out: the account does not know the secrets this was signed with."
        }
        _ => "Nothing more was found out about it.",
    }
}

/// How sure it is, and why that can be.
fn sure(finding: &FindingJson) -> &'static str {
    match (finding.sure.as_str(), &finding.proof) {
        ("proved", ProofJson::BaseStrings { .. } | ProofJson::MadeOf { .. }) => {
            "Proved: with this mistake the signature comes out as it was sent."
        }
        ("proved", _) => "Proved: it stands in what was sent.",
        ("likely", _) => "Likely: what was sent speaks for it, and proves nothing.",
        _ => "Possible: nothing speaks against it.",
    }
}

fn print_proof(proof: &ProofJson) -> Result<(), Failure> {
    if let Some(both) = Both::of(proof) {
        let room = WIDTH - 2;
        for (title, text, style) in [
            ("What was signed", both.signed, RED),
            (
                "What this account signs for the request as it arrived",
                both.expected,
                GREEN,
            ),
        ] {
            output::say(&format!("{BOLD}{title}{BOLD:#}"))?;
            for line in text.lines(room) {
                match line {
                    Shown::Left(characters) => {
                        output::say(&format!("  {DIM}… {characters} characters, the same …{DIM:#}"))?;
                    }
                    Shown::Line(line) => {
                        output::say(&format!("  {}", line.text))?;
                        if !line.marked.is_empty() {
                            output::say(&format!("  {style}{}{style:#}", line.marks()))?;
                        }
                    }
                }
            }
            output::say("")?;
        }
        return Ok(());
    }
    match proof {
        ProofJson::MadeOf { of } => say_named("Made of", of),
        ProofJson::Header { text, caret } => {
            let text = Marked::new(text, *caret..caret.saturating_add(1)).window(WIDTH - 2);
            output::say(&format!("  {}", text.text))?;
            output::say(&format!("  {RED}{}{RED:#}", text.marks()))
        }
        ProofJson::Value { name, value, problem } if value.is_empty() => say_named(name, &plain(problem)),
        ProofJson::Value { name, value, problem } => {
            say_named(name, &format!("{}  ({})", plain(value), plain(problem)))
        }
        ProofJson::Signature { sent, problem } => {
            let sent = sent.as_deref().map(|sent| format!("{}  ", plain(sent)));
            say_named(
                "Signature",
                &format!("{}({})", sent.unwrap_or_default(), plain(problem)),
            )
        }
        ProofJson::RuledOut { tried } => say_named(
            "Ruled out",
            &format!("{tried} signatures, each with known mistakes"),
        ),
        ProofJson::Records | ProofJson::BaseStrings { .. } => Ok(()),
    }
}

fn print_fix(fix: &FixJson) -> Result<(), Failure> {
    say_named("Fix", &fix.sentence)?;
    if let Some(path) = &fix.path {
        say_wrapped(path, &" ".repeat(LABEL))?;
    }
    for hint in &fix.code {
        // A line of code is never broken.
        let indent = " ".repeat(LABEL);
        output::say(&format!(
            "{indent}{DIM}{:<11}{DIM:#} {}",
            hint.language, hint.code
        ))?;
    }
    Ok(())
}

/// The room of a name before its text.
const LABEL: usize = 15;

fn say_named(name: &str, text: &str) -> Result<(), Failure> {
    let mut lines = wrapped(text, WIDTH - LABEL).into_iter();
    let first = lines.next().unwrap_or_default();
    output::say(&format!("{BOLD}{name:<14}{BOLD:#} {first}"))?;
    lines.try_for_each(|line| output::say(&format!("{}{line}", " ".repeat(LABEL))))
}

fn say_wrapped(text: &str, indent: &str) -> Result<(), Failure> {
    let lines = wrapped(text, WIDTH - indent.len());
    lines
        .iter()
        .try_for_each(|line| output::say(&format!("{indent}{line}")))
}

/// Two base strings and where they part.
struct Both {
    signed: Marked,
    expected: Marked,
}

impl Both {
    fn of(proof: &ProofJson) -> Option<Self> {
        let ProofJson::BaseStrings {
            signed,
            expected,
            start,
            signed_end,
            expected_end,
        } = proof
        else {
            return None;
        };
        Some(Self {
            signed: Marked::in_bytes(signed, *start..*signed_end),
            expected: Marked::in_bytes(expected, *start..*expected_end),
        })
    }
}

/// A text with a region in it, in characters.
struct Marked {
    text: Vec<char>,
    region: Range<usize>,
}

/// A piece of it that fits on a line.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    text: String,
    /// Where the region is in it. Of a region without characters the place where they are missing.
    marked: Range<usize>,
}

#[derive(Debug, PartialEq, Eq)]
enum Shown {
    Line(Line),
    /// So many characters, which nothing differs in.
    Left(usize),
}

impl Marked {
    fn new(text: &str, region: Range<usize>) -> Self {
        let text: Vec<char> = plain(text).chars().collect();
        let start = region.start.min(text.len());
        // Where something is missing, the place is marked.
        let end = region.end.clamp(start + 1, text.len().max(start + 1));
        Self {
            text,
            region: start..end,
        }
    }

    fn in_bytes(text: &str, region: Range<usize>) -> Self {
        let characters = |end| text.get(..end).map_or(0, |before| before.chars().count());
        Self::new(text, characters(region.start)..characters(region.end))
    }

    fn line(&self, place: Range<usize>) -> Line {
        let text = self.text.get(place.start..place.end.min(self.text.len()));
        let within = |at: usize| at.clamp(place.start, place.end) - place.start;
        Line {
            text: text.unwrap_or_default().iter().collect(),
            marked: within(self.region.start)..within(self.region.end),
        }
    }

    /// The whole in lines, those far from the region left out.
    fn lines(&self, room: usize) -> Vec<Shown> {
        let count = (self.text.len().max(self.region.end)).div_ceil(room);
        let first = (self.region.start / room).saturating_sub(AROUND);
        let last = ((self.region.end - 1) / room)
            .saturating_add(AROUND)
            .min(count - 1);
        let mut shown = Vec::new();
        if first > 0 {
            shown.push(Shown::Left(first * room));
        }
        shown.extend((first..=last).map(|line| Shown::Line(self.line(line * room..(line + 1) * room))));
        let left = self.text.len().saturating_sub((last + 1) * room);
        if left > 0 {
            shown.push(Shown::Left(left));
        }
        shown
    }

    /// One line around the start of the region.
    fn window(&self, room: usize) -> Line {
        if self.text.len().max(self.region.end) <= room {
            return self.line(0..room);
        }
        // Two texts that are the same as far as their regions are shown one above the other.
        let inner = room - 2;
        let start = self.region.start.saturating_sub(inner / 2);
        let Line { text, marked } = self.line(start..start + inner);
        let dots = |is_cut| if is_cut { '…' } else { ' ' };
        let (left, right) = (dots(start > 0), dots(start + inner < self.text.len()));
        let text = format!("{left}{text}{right}");
        Line {
            text: text.trim_end().to_owned(),
            marked: marked.start + 1..marked.end + 1,
        }
    }
}

impl Line {
    fn marks(&self) -> String {
        format!(
            "{}{}",
            " ".repeat(self.marked.start),
            "^".repeat(self.marked.len())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, region: Range<usize>, room: usize) -> Vec<String> {
        let lines = Marked::new(text, region).lines(room);
        let lines = lines.into_iter().flat_map(|shown| match shown {
            Shown::Left(left) => vec![format!("({left})")],
            Shown::Line(line) if line.marked.is_empty() => vec![line.text],
            Shown::Line(line) => vec![line.marks(), line.text].into_iter().rev().collect(),
        });
        lines.collect()
    }

    #[test]
    fn lines_around_the_difference_are_shown_and_the_rest_is_counted() {
        let text: String = ('a'..='z').collect();
        assert_eq!(
            shown(&text, 13..15, 4),
            ["(8)", "ijkl", "mnop", " ^^", "qrst", "(6)"]
        );
        assert_eq!(
            shown(&text, 0..5, 10),
            ["abcdefghij", "^^^^^", "klmnopqrst", "(6)"]
        );
        assert_eq!(shown("abc", 1..2, 10), ["abc", " ^"]);
    }

    #[test]
    fn what_is_missing_is_marked_where_it_should_stand() {
        assert_eq!(shown("abc", 3..3, 10), ["abc", "   ^"]);
        assert_eq!(shown("abcd", 4..4, 4), ["abcd", "", "^"]);
        assert_eq!(shown("", 0..0, 4), ["", "^"]);
        assert_eq!(shown("abc", 900..900, 10), ["abc", "   ^"]);
    }

    #[test]
    fn a_window_shows_the_difference_within_its_room() {
        let text: String = ('a'..='z').collect();
        for start in 0..=26 {
            for end in start..=26 {
                let line = Marked::new(&text, start..end).window(12);
                assert!(
                    line.text.chars().count() <= 12 && line.marked.end <= 12,
                    "{line:?}"
                );
                let under: String = line.text.chars().skip(line.marked.start).take(1).collect();
                let expected: String = text.chars().skip(start).take(1).collect();
                assert_eq!(under, expected, "{start}..{end} {line:?}");
            }
        }
    }

    #[test]
    fn a_region_in_bytes_is_shown_in_characters_and_nothing_else_reaches_the_terminal() {
        let marked = Marked::in_bytes("é\u{1b}[2Jè", 6..8);
        assert_eq!(marked.region, 5..6);
        assert!(!marked.text.contains(&'\u{1b}'));
    }
}
