//! What a column holds beyond the integers, texts and bytes of the database.

use std::fmt::Display;
use std::str::FromStr;

use countersign_database::{Row, Transaction};
use countersign_world::UnixTime;

use crate::StoreError;

/// A column that holds a word or an identifier of `what` is read.
pub(crate) fn parsed<T: FromStr<Err: Display>>(
    row: &Row<'_>,
    column: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    let text = row.text(column)?;
    text.parse()
        .map_err(|error: T::Err| StoreError::unreadable(what)(&error))
}

/// A column with a number that has 32 bits in the model.
pub(crate) fn small<T: TryFrom<i64, Error: Display>>(
    row: &Row<'_>,
    column: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    T::try_from(row.integer(column)?).map_err(|error| StoreError::unreadable(what)(&error))
}

/// A moment, in milliseconds since 1970.
pub(crate) fn time(row: &Row<'_>, column: &str) -> Result<UnixTime, StoreError> {
    Ok(UnixTime::from_millis(row.integer(column)?))
}

pub(crate) fn optional_time(row: &Row<'_>, column: &str) -> Result<Option<UnixTime>, StoreError> {
    Ok(row.optional_integer(column)?.map(UnixTime::from_millis))
}

/// The integers of both databases are signed; a count of changes or generations never comes near the difference.
pub(crate) fn count(row: &Row<'_>, column: &str) -> Result<u64, StoreError> {
    Ok(row.integer(column)?.cast_unsigned())
}

/// What [`count`] reads.
pub(crate) const fn counted(count: u64) -> i64 {
    count.cast_signed()
}

/// The form in which two names are the same name: folded by the program, because databases differ in how. Letter by
/// letter, so that the key of a name begins with the key of its beginning.
pub(crate) fn name_key(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).collect()
}

/// One more than the highest internal id in use, and than `reserved`. Rows are never deleted, so an id is never given
/// twice; and writers take turns, so that no other has the same in mind.
pub(crate) async fn next_id(
    transaction: &mut Transaction<'_>,
    table: &str,
    reserved: i64,
) -> Result<i64, StoreError> {
    let sql = format!("SELECT max(id) AS id FROM {table}");
    let highest = transaction
        .row(&sql, &[], |row| row.optional_integer("id"))
        .await?;
    Ok(highest.flatten().unwrap_or(0).max(reserved) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_name_begins_with_the_key_of_its_beginning() {
        for name in ["Warehouse Sync", "ΟΔΟΣ ΟΔΥΣΣΕΥΣ", "İstanbul ẞ ŉ", "Café"] {
            for (at, _) in name.char_indices() {
                assert!(name_key(name).starts_with(&name_key(&name[..at])));
            }
        }
        assert_eq!(name_key("CAFÉ"), name_key("café"));
    }
}
