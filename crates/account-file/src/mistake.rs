//! What is wrong with a file: every mistake, with its place. A value is never quoted, save names that refer to another
//! record: any other may be a secret in the wrong field.

use crate::place::Place;
use serde::Serialize;
use std::fmt;

/// The most mistakes that are shown.
const MOST_SHOWN: usize = 100;
/// The most that are kept until they are put in order.
const MOST_KEPT: usize = 10_000;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileError {
    #[serde(flatten)]
    pub place: Place,
    /// Which part of the file, in words: `integration "Warehouse sync"`. Empty for the file as a whole.
    pub path: String,
    /// The key, where one is meant.
    pub field: Option<&'static str>,
    /// A sentence that starts where the path and the field end.
    pub message: String,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        if let Some(field) = self.field {
            write!(f, "{field} ")?;
        }
        f.write_str(&self.message)
    }
}

/// Everything wrong with a file, in the order of the file. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileErrors {
    errors: Vec<FileError>,
    /// How many more there are than are shown.
    left_out: usize,
}

impl FileErrors {
    /// What somebody else found wrong with a file that could be read; none where that is nothing.
    pub fn of(errors: Vec<FileError>) -> Option<Self> {
        let mut mistakes = Mistakes::default();
        errors.into_iter().for_each(|error| mistakes.add(error));
        (!mistakes.is_empty()).then(|| mistakes.into_errors())
    }

    pub fn iter(&self) -> impl Iterator<Item = &FileError> {
        self.errors.iter()
    }

    pub const fn left_out(&self) -> usize {
        self.left_out
    }
}

impl fmt::Display for FileErrors {
    /// One line for each mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.errors.iter().enumerate() {
            let separator = if number == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        if self.left_out > 0 {
            write!(f, "\nand {} more", self.left_out)?;
        }
        Ok(())
    }
}

impl std::error::Error for FileErrors {}

/// Gathers mistakes while a file is read.
#[derive(Debug, Default)]
pub(crate) struct Mistakes {
    kept: Vec<FileError>,
    left_out: usize,
}

impl Mistakes {
    pub(crate) fn add(&mut self, error: FileError) {
        if self.kept.len() < MOST_KEPT {
            self.kept.push(error);
        } else {
            self.left_out += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    pub(crate) fn into_errors(mut self) -> FileErrors {
        self.kept.sort_by_key(|error| error.place);
        let left_out = self.left_out + self.kept.len().saturating_sub(MOST_SHOWN);
        self.kept.truncate(MOST_SHOWN);
        FileErrors {
            errors: self.kept,
            left_out,
        }
    }
}
