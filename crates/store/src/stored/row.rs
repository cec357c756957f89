//! A row as every database gives it, and the kinds of value a column can hold.

use crate::StoreError;
use countersign_world::UnixTime;
use std::fmt::Display;
use std::str::FromStr;

/// A row, its columns by name.
pub(crate) trait Row {
    fn boolean(&self, column: &str) -> Result<bool, StoreError>;
    fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError>;
    fn optional_integer(&self, column: &str) -> Result<Option<i64>, StoreError>;
    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError>;

    fn integer(&self, column: &str) -> Result<i64, StoreError> {
        required(column, self.optional_integer(column)?)
    }

    fn text(&self, column: &str) -> Result<String, StoreError> {
        required(column, self.optional_text(column)?)
    }
}

fn required<T>(column: &str, value: Option<T>) -> Result<T, StoreError> {
    value.ok_or_else(|| StoreError::unreadable("row")(&format!("it has no {column}")))
}

/// A column that holds a word or an identifier.
pub(super) fn parsed<T: FromStr<Err: Display>>(
    row: &dyn Row,
    column: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    let text = row.text(column)?;
    text.parse()
        .map_err(|error: T::Err| StoreError::unreadable(what)(&error))
}

/// A column with a number that has 32 bits in the model.
pub(super) fn small<T: TryFrom<i64, Error: Display>>(
    row: &dyn Row,
    column: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    T::try_from(row.integer(column)?).map_err(|error| StoreError::unreadable(what)(&error))
}

pub(super) fn time(row: &dyn Row, column: &str) -> Result<UnixTime, StoreError> {
    row.integer(column).map(UnixTime::from_millis)
}

pub(super) fn optional_time(row: &dyn Row, column: &str) -> Result<Option<UnixTime>, StoreError> {
    let millis = row.optional_integer(column)?;
    Ok(millis.map(UnixTime::from_millis))
}

/// The integers of both databases are signed; a count of changes or generations never comes near the difference.
pub(super) fn count(row: &dyn Row, column: &str) -> Result<u64, StoreError> {
    row.integer(column).map(i64::cast_unsigned)
}

/// The column of a count.
pub(crate) const fn stored(count: u64) -> i64 {
    count.cast_signed()
}

/// The form in which two names are the same name: folded by the program, because databases differ in how.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase()
}
