//! Records from the rows of a CSV file. The first line names fields; a row is a record, made or, where it names one that
//! is there, changed. An empty cell leaves its field alone.
//!
//! A column is called by the field's name, script id or label, in any letter case; `id` and `externalId` say which record a
//! row is. Behind a dot: `entity.id`, `entity.externalId` and `entity.name` say how a reference names its record (without one
//! digits are an id and anything else a name), `billingAddress.city` is a field of a subrecord.

mod cell;
mod header;

use std::sync::Arc;

use crate::changes::Changes;
use crate::error::RecordsError;
use crate::record::Stamp;
use crate::record_type::RecordType;
use crate::save;
use crate::table::Table;
use crate::value::{Key, Value};
use header::Header;

/// A file of more is given in parts.
const MOST_ROWS: usize = 200_000;

/// Of the cells that are wrong, those that are told.
const MOST_TOLD: usize = 200;

/// After so many rows, how many there are is told.
const STRIDE: usize = 250;

/// What is to be made of a file.
#[derive(Clone, Debug)]
pub struct Rows {
    pub of: Arc<RecordType>,
    /// The file, with its first line.
    pub text: String,
    /// Rows that are wrong are left out; otherwise nothing is written where one is.
    pub skip_bad: bool,
    /// Everything is done and taken back.
    pub dry_run: bool,
    pub stamp: Stamp,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowsDone {
    /// Whether it was written.
    pub written: bool,
    pub rows: usize,
    pub created: usize,
    pub updated: usize,
    /// Rows with anything wrong.
    pub bad_rows: usize,
    /// The first of what is wrong.
    pub bad: Vec<BadCell>,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCell {
    /// Counts from 1, which is the line of the names.
    pub line: u64,
    /// As the first line calls it; none for what is wrong with a row as a whole.
    pub column: Option<String>,
    pub reason: String,
}

impl RowsDone {
    fn bad(&mut self, bad: impl IntoIterator<Item = BadCell>) {
        let room = MOST_TOLD.saturating_sub(self.bad.len());
        self.bad.extend(bad.into_iter().take(room));
    }
}

/// Inside a transaction: whether it is to be kept is said by the caller. `heard` is told how many rows are done.
pub(crate) fn add(
    table: &Table<'_>,
    rows: &Rows,
    mut heard: impl FnMut(usize),
) -> Result<RowsDone, RecordsError> {
    let mut done = RowsDone::default();
    let text = rows.text.trim_start_matches('\u{feff}');
    let mut file = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    if let Some(line) = unclosed(text) {
        done.bad([at(line, "a cell begins with a quotation mark that is not closed")]);
        done.bad_rows = 1;
        return Ok(done);
    }
    let mut lines = file.records();
    let header = match lines.next() {
        Some(Ok(names)) => Header::read(&names, table),
        Some(Err(error)) => Err(vec![unreadable(&error)]),
        None => Err(vec![at(1, "the file is empty: its first line names fields")]),
    };
    let header = match header {
        Ok(header) => header,
        Err(bad) => {
            done.bad(bad);
            return Ok(done);
        }
    };
    for line in lines {
        if done.rows == MOST_ROWS {
            done.bad_rows += 1;
            done.bad([at(
                0,
                &format!("more than {MOST_ROWS} rows: give the file in parts"),
            )]);
            break;
        }
        done.rows += 1;
        let written = match line {
            Ok(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => {
                done.rows -= 1;
                continue;
            }
            Ok(cells) => row(table, &header, &cells, rows.stamp)?,
            Err(error) => Err(vec![unreadable(&error)]),
        };
        match written {
            Ok(Written::Created) => done.created += 1,
            Ok(Written::Updated) => done.updated += 1,
            Err(bad) => {
                done.bad_rows += 1;
                done.bad(bad);
            }
        }
        if done.rows.is_multiple_of(STRIDE) {
            heard(done.rows);
        }
    }
    Ok(done)
}

enum Written {
    Created,
    Updated,
}

/// A row that is wrong leaves nothing behind.
fn row(
    table: &Table<'_>,
    header: &Header<'_>,
    cells: &csv::StringRecord,
    stamp: Stamp,
) -> Result<Result<Written, Vec<BadCell>>, RecordsError> {
    let line = line_of(cells);
    let read = match header.row(table, cells, line)? {
        Ok(read) => read,
        Err(bad) => return Ok(Err(bad)),
    };
    table.connection.execute_batch("SAVEPOINT row")?;
    match write(table, &read.key, read.changes, stamp) {
        Ok(written) => {
            table.connection.execute_batch("RELEASE row")?;
            Ok(Ok(written))
        }
        Err(error) => {
            table.connection.execute_batch("ROLLBACK TO row; RELEASE row")?;
            told(error, header, line).map(Err)
        }
    }
}

fn write(
    table: &Table<'_>,
    key: &Option<Key>,
    changes: Changes,
    stamp: Stamp,
) -> Result<Written, RecordsError> {
    let found = match key {
        Some(key @ Key::Internal(_)) => Some(table.existing(key)?),
        Some(key @ Key::External(_)) => table.find(key)?,
        None => None,
    };
    let changes = match key {
        Some(Key::External(external)) => changes.set("externalId", Value::Text(external.clone())),
        _ => changes,
    };
    match found {
        Some(id) => save::update(table, id, &changes, stamp).map(|()| Written::Updated),
        None => save::create(table, &changes, stamp).map(|_| Written::Created),
    }
}

/// What the file's author can mend; anything else ends the whole.
fn told(error: RecordsError, header: &Header<'_>, line: u64) -> Result<Vec<BadCell>, RecordsError> {
    match error {
        RecordsError::Invalid(errors) => Ok(errors
            .into_iter()
            .map(|error| BadCell {
                line,
                column: Some(header.column_of(&error.path).unwrap_or(error.path)),
                reason: error.problem.to_string(),
            })
            .collect()),
        error @ RecordsError::NotFound { .. } => Ok(vec![at(line, &error.to_string())]),
        error => Err(error),
    }
}

/// The line on which a quoted cell begins that goes on to the end of the file, over all rows below it.
fn unclosed(text: &str) -> Option<u64> {
    let (mut line, mut begins, mut open) = (1, true, None);
    for byte in text.bytes() {
        match (byte, open) {
            (b'"', None) if begins => open = Some(line),
            // Of a doubled one the second begins the cell anew, which is the same.
            (b'"', Some(_)) => open = None,
            _ => {}
        }
        begins = open.is_none() && matches!(byte, b',' | b'\n' | b'"');
        line += u64::from(byte == b'\n');
    }
    open
}

fn line_of(cells: &csv::StringRecord) -> u64 {
    cells.position().map_or(0, csv::Position::line)
}

fn at(line: u64, reason: &str) -> BadCell {
    BadCell {
        line,
        column: None,
        reason: reason.to_owned(),
    }
}

fn unreadable(error: &csv::Error) -> BadCell {
    let line = error.position().map_or(0, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    at(line, &reason)
}
