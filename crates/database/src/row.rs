//! A row of an answer, its columns by name.

use std::fmt::Display;

use crate::DatabaseError;

/// A row, as long as it is being read. Give each column of a query one name.
pub struct Row<'r>(Source<'r>);

enum Source<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

impl<'r> Row<'r> {
    pub(crate) fn of_sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        Self(Source::Sqlite(row))
    }

    pub(crate) fn of_postgres(row: &'r tokio_postgres::Row) -> Self {
        Self(Source::Postgres(row))
    }

    /// # Errors
    /// As of every getter: [`DatabaseError::Unreadable`] where there is no such column, or another kind of value in it.
    pub fn integer(&self, column: &str) -> Result<i64, DatabaseError> {
        self.get(column)
    }

    pub fn optional_integer(&self, column: &str) -> Result<Option<i64>, DatabaseError> {
        self.get(column)
    }

    pub fn text(&self, column: &str) -> Result<String, DatabaseError> {
        self.get(column)
    }

    pub fn optional_text(&self, column: &str) -> Result<Option<String>, DatabaseError> {
        self.get(column)
    }

    pub fn bytes(&self, column: &str) -> Result<Vec<u8>, DatabaseError> {
        self.get(column)
    }

    /// A column that holds 0 or 1.
    pub fn boolean(&self, column: &str) -> Result<bool, DatabaseError> {
        match self.integer(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(unreadable(column, &format!("{other} is neither 0 nor 1"))),
        }
    }

    fn get<T>(&self, column: &str) -> Result<T, DatabaseError>
    where
        T: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>,
    {
        match self.0 {
            Source::Sqlite(row) => row.get(column).map_err(|error| unreadable(column, &error)),
            Source::Postgres(row) => row.try_get(column).map_err(|error| unreadable(column, &error)),
        }
    }
}

fn unreadable(column: &str, reason: &dyn Display) -> DatabaseError {
    DatabaseError::Unreadable {
        column: column.to_owned(),
        reason: reason.to_string(),
    }
}
