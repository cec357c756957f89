//! A list, a page at a time: which rows pass, in which order, and where the next page begins.
//!
//! Invariant: a page walks one index from where it begins until it is full, however many rows there are. Each list says
//! which index that is, by what it asks [`with`](Page::with) and what it only [checks](Page::checking).

use countersign_database::{Row, Transaction, Value};

use crate::StoreError;
use crate::column::name_key;

/// The most rows one call gives, whatever its limit says.
pub const MAX_ROWS: u32 = 1000;

/// The order of a list, and the place in it after which a page begins.
#[derive(Debug)]
pub(crate) enum Place {
    ById {
        id: i64,
    },
    /// By name, and by id where names are the same.
    ByName {
        name_key: String,
        id: i64,
        /// Where the names that are asked for end.
        end: Option<String>,
    },
}

impl Place {
    pub(crate) const fn is_by_name(&self) -> bool {
        matches!(self, Self::ByName { .. })
    }

    /// By id, or by name where the names are asked for that begin with `name`; after the row of the id `after`.
    pub(crate) async fn after(
        transaction: &mut Transaction<'_>,
        table: &str,
        name: Option<&str>,
        after: Option<i64>,
    ) -> Result<Self, StoreError> {
        let id = after.unwrap_or(0);
        let Some(name) = name else {
            return Ok(Self::ById { id });
        };
        let beginning = name_key(name);
        let end = end_of(&beginning);
        let sql = format!("SELECT name_key FROM {table} WHERE id = ?1");
        let last = transaction
            .row(&sql, &[id.into()], |row| row.text("name_key"))
            .await?;
        // A row that was renamed since may lie before the names that are asked for.
        Ok(match last.filter(|last| *last >= beginning) {
            Some(name_key) => Self::ByName { name_key, id, end },
            None => Self::ByName {
                name_key: beginning,
                id: 0,
                end,
            },
        })
    }
}

/// The first text after all that begin with `beginning`, in the order of their bytes.
fn end_of(beginning: &str) -> Option<String> {
    let mut letters: Vec<char> = beginning.chars().collect();
    while let Some(last) = letters.pop() {
        let next = (last..=char::MAX).nth(1);
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

/// The conditions of a page, as they are gathered.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    place: &'a Place,
    conditions: Vec<String>,
    values: Vec<Value<'a>>,
}

/// A statement with its values.
#[derive(Debug)]
pub(crate) struct Select<'a> {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value<'a>>,
}

impl Select<'_> {
    /// Every row, read by `read`. No stored text holds a NUL, and PostgreSQL does not even take one in a question.
    pub(crate) async fn rows<T>(
        &self,
        snapshot: &mut Transaction<'_>,
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let holds_nul = |value: &Value<'_>| matches!(value, Value::Text(text) if text.contains('\0'));
        if self.values.iter().any(holds_nul) {
            return Ok(Vec::new());
        }
        snapshot.rows(&self.sql, &self.values, read).await
    }
}

impl<'a> Page<'a> {
    pub(crate) fn after(place: &'a Place) -> Self {
        Self {
            place,
            conditions: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Rows of this condition, which an index has too.
    pub(crate) fn among(mut self, condition: &str) -> Self {
        self.conditions.push(condition.to_owned());
        self
    }

    /// Rows with this value, if there is one; the index to walk begins with this column.
    pub(crate) fn with(mut self, column: &str, value: Option<impl Into<Value<'a>>>) -> Self {
        if let Some(value) = value {
            let value = self.place_of(value.into());
            self.conditions.push(format!("{column} = {value}"));
        }
        self
    }

    /// Rows with this value, if there is one; looked for on the way. No index answers for an expression: left to itself,
    /// a database may walk that of the role everybody has, and not that of the user who has three tokens.
    pub(crate) fn checking(self, column: &str, value: Option<impl Into<Value<'a>>>) -> Self {
        self.with(&format!("coalesce({column}, NULL)"), value)
    }

    /// At most `limit` of the rows of `table`.
    pub(crate) fn select(mut self, columns: &str, table: &str, limit: u32) -> Select<'a> {
        let order = match self.place {
            Place::ById { id } => {
                let id = self.place_of((*id).into());
                self.conditions.push(format!("id > {id}"));
                "id"
            }
            Place::ByName { name_key, id, end } => {
                let (key, id) = (self.place_of(name_key.into()), self.place_of((*id).into()));
                self.conditions.push(format!("(name_key, id) > ({key}, {id})"));
                if let Some(end) = end {
                    let end = self.place_of(end.into());
                    self.conditions.push(format!("name_key < {end}"));
                }
                "name_key, id"
            }
        };
        let limit = self.place_of(limit.min(MAX_ROWS).into());
        let conditions = self.conditions.join(" AND ");
        Select {
            sql: format!("SELECT {columns} FROM {table} WHERE {conditions} ORDER BY {order} LIMIT {limit}"),
            values: self.values,
        }
    }

    fn place_of(&mut self, value: Value<'a>) -> String {
        self.values.push(value);
        format!("?{}", self.values.len())
    }
}

#[cfg(test)]
mod plans;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_their_beginning_does() {
        assert_eq!(end_of("ware").as_deref(), Some("warf"));
        assert_eq!(end_of("a\u{d7ff}").as_deref(), Some("a\u{e000}"));
        assert_eq!(end_of("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(end_of("\u{10ffff}"), None);
        assert_eq!(end_of(""), None);
    }
}
