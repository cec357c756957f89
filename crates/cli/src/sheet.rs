//! Text for a reader at a terminal: paragraphs, and labels with what stands beside them. No line is wider than is read
//! well, but for what is there to be copied; whatever came from outside is printed as text and nothing more.

use std::ops::Range;

use anstyle::Style;

use crate::failure::Failure;
use crate::output::{self, BOLD, DIM};
use crate::proof::marked;
use crate::table::{plain, width, wrapped};

/// Where the output is no terminal, or a wider one than is read well.
const WIDTH: usize = 80;

/// Narrower than this, lines are broken by the terminal.
const NARROWEST: usize = 40;

/// Labels are as wide as the longest.
const LABEL: usize = 11;

/// The room before a label, and between it and its text.
const GAP: usize = 2;

pub(crate) struct Sheet {
    lines: Vec<String>,
    margin: usize,
    room: usize,
}

impl Sheet {
    pub(crate) fn new() -> Self {
        Self::below(0)
    }

    /// A sheet that stands below a line of its own, so far from the left.
    pub(crate) fn below(margin: usize) -> Self {
        Self {
            lines: Vec::new(),
            margin,
            room: width().unwrap_or(WIDTH).clamp(NARROWEST, WIDTH) - margin,
        }
    }

    pub(crate) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    /// Prints it on standard output.
    pub(crate) fn say(&self) -> Result<(), Failure> {
        self.lines.iter().try_for_each(|line| output::say(line))
    }

    /// Prints it on standard error.
    pub(crate) fn complain(&self) {
        self.lines.iter().for_each(|line| output::complain(line));
    }

    /// A line as it is, however long.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let margin = " ".repeat(self.margin);
        self.lines.push(format!("{margin}{}", line.as_ref()));
    }

    pub(crate) fn gap(&mut self) {
        self.lines.push(String::new());
    }

    /// The title of what follows.
    pub(crate) fn title(&mut self, title: &str) {
        self.gap();
        self.line(format!("{BOLD}{title}{BOLD:#}"));
    }

    pub(crate) fn paragraph(&mut self, indent: usize, text: &str, style: Style) {
        let margin = " ".repeat(indent);
        for line in wrapped(&plain(text), self.room.saturating_sub(indent)) {
            self.line(format!("{margin}{style}{line}{style:#}"));
        }
    }

    /// A label, and beside it a text that may go on below.
    pub(crate) fn beside(&mut self, label: &str, text: &str) {
        self.labelled(label, wrapped(&plain(text), self.beside_room()));
    }

    /// A label, and beside it what is there to be copied: it is not broken.
    pub(crate) fn copied(&mut self, label: &str, text: &str) {
        self.labelled(label, vec![plain(text)]);
    }

    /// A label, and beside it a text with a region marked, which is given in bytes.
    pub(crate) fn region(&mut self, label: &str, text: &str, region: Range<usize>, style: Style) {
        self.labelled(label, marked(text, region, self.beside_room(), style));
    }

    fn labelled(&mut self, label: &str, lines: Vec<String>) {
        let before = " ".repeat(GAP);
        for (number, line) in lines.into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            self.line(format!("{before}{DIM}{label:LABEL$}{DIM:#}{before}{line}"));
        }
    }

    const fn beside_room(&self) -> usize {
        self.room.saturating_sub(LABEL + 2 * GAP)
    }
}
