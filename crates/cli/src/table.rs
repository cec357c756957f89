//! Records for people: a table, or the fields of one, no wider than the terminal.

use std::io::{self, IsTerminal as _};

use anstyle::Style;
use countersign_admin::Moment;
use countersign_model::printable;

use crate::failure::Failure;
use crate::output::{self, BOLD, DIM};

/// A column is never narrower, however narrow the terminal is.
const NARROWEST: usize = 8;

const GAP: usize = 2;

/// Text in a table or beside a label.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

impl<T: ToString> From<T> for Cell {
    /// Names come from outside: one must not move the cursor.
    fn from(text: T) -> Self {
        Self {
            text: plain(&text.to_string()),
            style: Style::new(),
        }
    }
}

/// A text from outside that cannot move the cursor.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(printable).collect()
}

/// A time to the second, in UTC.
pub(crate) fn moment(moment: Moment) -> String {
    let text: String = moment.to_string().chars().take(19).collect();
    text.replace('T', " ")
}

/// What is there, or nothing.
pub(crate) fn or_empty<T: ToString>(value: Option<T>) -> Cell {
    Cell::from(value.map(|value| value.to_string()).unwrap_or_default())
}

/// Rows below titles. Numbers stand on the right.
pub(crate) struct Table {
    titles: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

impl Table {
    pub(crate) const fn new(titles: &'static [&'static str]) -> Self {
        Self {
            titles,
            rows: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, row: impl Into<Vec<Cell>>) {
        self.rows.push(row.into());
    }

    pub(crate) fn print(&self) -> Result<(), Failure> {
        self.lines(width()).iter().try_for_each(|line| output::say(line))
    }

    /// With its titles, no wider than there is room.
    pub(crate) fn lines(&self, room: Option<usize>) -> Vec<String> {
        let titles: Vec<Cell> = self
            .titles
            .iter()
            .map(|title| Cell::from(title).styled(DIM))
            .collect();
        let columns = self.titles.len();
        let cell = |row: &[Cell], column: usize| row.get(column).map_or(0, |cell| length(&cell.text));
        let widest = |column| {
            let rows = self.rows.iter().map(|row| cell(row, column));
            rows.chain([cell(&titles, column)]).max().unwrap_or_default()
        };
        let mut widths: Vec<usize> = (0..columns).map(widest).collect();
        if let Some(room) = room {
            narrow(&mut widths, room.saturating_sub(GAP * columns.saturating_sub(1)));
        }
        let holds_numbers = |column: usize| {
            let mut cells = self
                .rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| &cell.text);
            !self.rows.is_empty() && cells.all(|text| is_number(text))
        };
        let numbers: Vec<bool> = (0..columns).map(holds_numbers).collect();
        let all = std::iter::once(&titles).chain(&self.rows);
        all.map(|row| line(row, &widths, &numbers)).collect()
    }
}

fn is_number(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_whole = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    is_whole(whole) && is_whole(part)
}

fn line(row: &[Cell], widths: &[usize], numbers: &[bool]) -> String {
    let mut line = String::new();
    let mut pending = 0;
    for ((cell, width), is_number) in row.iter().zip(widths).zip(numbers) {
        let text = cut(&cell.text, *width);
        let missing = width.saturating_sub(length(&text));
        let (before, after) = if *is_number { (missing, 0) } else { (0, missing) };
        // Spaces at the end of a line are nobody's.
        if !text.is_empty() {
            line.extend(std::iter::repeat_n(' ', pending + before));
            line.push_str(&format!("{}{text}{:#}", cell.style, cell.style));
            pending = after + GAP;
        } else {
            pending += width + GAP;
        }
    }
    line
}

/// Takes from the widest column until all fit.
fn narrow(widths: &mut [usize], room: usize) {
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max();
        match widest.filter(|width| **width > NARROWEST) {
            Some(width) => *width -= 1,
            None => return,
        }
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Labels with what stands beside them. A value that is empty is left out.
pub(crate) fn fields(title: &str, fields: &[(&str, Cell)]) -> Result<(), Failure> {
    let shown = || fields.iter().filter(|(_, cell)| !cell.text.is_empty());
    let labels = shown().map(|(label, _)| length(label)).max().unwrap_or_default();
    output::say(&format!("{BOLD}{}{BOLD:#}", Cell::from(title).text))?;
    for (label, cell) in shown() {
        let room = width().map_or(usize::MAX, |width| width.saturating_sub(labels + 2 + GAP));
        let indent = " ".repeat(2 + labels + GAP);
        let label = format!("{label:labels$}");
        let mut lines = wrapped(&cell.text, room.max(NARROWEST * 3)).into_iter();
        let first = lines.next().unwrap_or_default();
        let style = cell.style;
        output::say(&format!("  {DIM}{label}{DIM:#}  {style}{first}{style:#}"))?;
        for line in lines {
            output::say(&format!("{indent}{style}{line}{style:#}"))?;
        }
    }
    Ok(())
}

/// Text in lines of at most `room` characters, broken between words where there are any.
pub(crate) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { continue };
        if line.is_empty() {
            line.push_str(word);
        } else if length(line) + 1 + length(word) <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// A text in lines so far from the left, no wider than the terminal. Where the output is not one, the text is whole: it is
/// looked for by its words.
pub(crate) fn indented(text: &str, indent: usize) -> Vec<String> {
    let room = width().map_or(usize::MAX, |width| width.saturating_sub(indent));
    let lines = wrapped(text, room.max(NARROWEST * 3)).into_iter();
    lines
        .map(|line| format!("{}{line}", " ".repeat(indent)))
        .collect()
}

/// How wide the terminal is; none where the output is not one.
pub(crate) fn width() -> Option<usize> {
    let out = io::stdout();
    if !out.is_terminal() {
        return None;
    }
    let size = rustix::termios::tcgetwinsize(&out).ok()?;
    Some(usize::from(size.ws_col)).filter(|width| *width > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["ID", "NAME", "STATE"]);
        table.add([
            Cell::from(7),
            "Warehouse Sync of the north".into(),
            "Enabled".into(),
        ]);
        table.add([Cell::from(12), "\u{1b}[2J".into(), Cell::from("")]);
        table
    }

    fn plain(lines: &[String]) -> Vec<String> {
        lines
            .iter()
            .map(|line| anstream::adapter::strip_str(line).to_string())
            .collect()
    }

    #[test]
    fn columns_stand_below_each_other_and_nothing_moves_the_cursor() {
        assert_eq!(
            plain(&table().lines(None)),
            [
                "ID  NAME                         STATE",
                " 7  Warehouse Sync of the north  Enabled",
                "12  \u{fffd}[2J",
            ]
        );
    }

    #[test]
    fn the_widest_column_is_cut_where_the_terminal_is_narrow() {
        assert_eq!(
            plain(&table().lines(Some(26))),
            [
                "ID  NAME           STATE",
                " 7  Warehouse Sy…  Enabled",
                "12  \u{fffd}[2J",
            ]
        );
    }

    #[test]
    fn a_long_value_goes_on_below() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
