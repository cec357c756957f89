//! What a column holds beyond the integers, texts and bytes of the database.

use std::fmt::Display;
use std::str::FromStr;

use countersign_database::{Row, Transaction, Value};
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

/// A word or a list that may be missing.
pub(crate) fn optional_parsed<T: FromStr<Err: Display>>(
    row: &Row<'_>,
    column: &str,
    what: &'static str,
) -> Result<Option<T>, StoreError> {
    match row.optional_text(column)? {
        Some(_) => parsed(row, column, what).map(Some),
        None => Ok(None),
    }
}

/// A number that may be missing.
pub(crate) fn optional_small<T: TryFrom<i64, Error: Display>>(
    row: &Row<'_>,
    column: &str,
    what: &'static str,
) -> Result<Option<T>, StoreError> {
    match row.optional_integer(column)? {
        Some(_) => small(row, column, what).map(Some),
        None => Ok(None),
    }
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

/// The next internal id of a table, above `reserved`: never one that was given before, whatever became of its row.
pub(crate) async fn next_id(
    transaction: &mut Transaction<'_>,
    table: &str,
    reserved: i64,
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO last_id (of_table, id) VALUES (?1, ?2)
               ON CONFLICT (of_table) DO UPDATE SET id = last_id.id + 1 RETURNING id";
    let id = transaction
        .row(sql, &[table.into(), (reserved + 1).into()], |row| {
            row.integer("id")
        })
        .await?;
    id.ok_or_else(|| StoreError::unreadable("internal id")(&"the database gave none"))
}

/// From here on every [`next_id`] is above `id`, which came from another account.
pub(crate) async fn keep_above(
    transaction: &mut Transaction<'_>,
    table: &str,
    id: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO last_id (of_table, id) VALUES (?1, ?2)
               ON CONFLICT (of_table) DO UPDATE
               SET id = CASE WHEN last_id.id < excluded.id THEN excluded.id ELSE last_id.id END";
    transaction.execute(sql, &[table.into(), id.into()]).await?;
    Ok(())
}

/// Replaces the row whose `id` is the first of `values`.
pub(crate) async fn update<const N: usize>(
    transaction: &mut Transaction<'_>,
    table: &str,
    columns: [&str; N],
    values: &[Value<'_>; N],
) -> Result<(), StoreError> {
    let set: Vec<_> = (1..=N)
        .zip(columns)
        .skip(1)
        .map(|(place, column)| format!("{column} = ?{place}"))
        .collect();
    let sql = format!("UPDATE {table} SET {} WHERE id = ?1", set.join(", "));
    transaction.execute(&sql, values).await?;
    Ok(())
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
