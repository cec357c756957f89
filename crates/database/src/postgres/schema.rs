//! The name of a schema: a closed alphabet, so that it can stand in a statement.

use std::fmt;

use super::PostgresError;
use crate::DatabaseError;

/// The schema an account lives in: 1 to 63 lower-case letters, digits and underscores, the first a letter, and not one
/// of PostgreSQL's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schema(String);

impl Schema {
    /// PostgreSQL cuts longer names, and then two of them are one.
    const MAX_LENGTH: usize = 63;

    /// # Errors
    /// [`PostgresError::SchemaName`].
    pub fn parse(name: &str) -> Result<Self, DatabaseError> {
        let in_alphabet = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.len() <= Self::MAX_LENGTH
            && name.bytes().all(in_alphabet)
            && !name.starts_with("pg_")
            && name != "information_schema";
        if is_name {
            Ok(Self(name.to_owned()))
        } else {
            Err(PostgresError::SchemaName {
                name: name.to_owned(),
            }
            .into())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_a_statement() {
        for good in ["a", "account_1234567_sb1", &"a".repeat(63)] {
            assert_eq!(Schema::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "1a",
            "_a",
            "A",
            "a b",
            "a\"; DROP SCHEMA b; --",
            "a'",
            "é",
            "pg_catalog",
            "information_schema",
            &"a".repeat(64),
        ] {
            Schema::parse(bad).unwrap_err();
        }
    }
}
