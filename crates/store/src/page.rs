//! A list, a page at a time: which rows pass, in which order, and where the next page begins.
//!
//! Invariant: a page walks one index from where it begins until it is full, however many rows there are. Each list says
//! which index that is, by what it asks [`with`](Page::with) and what it only [checks](Page::checking).

use countersign_database::{Row, Transaction, Value};

use crate::StoreError;
use crate::column::name_key;

/// The most rows one call gives, whatever its limit says.
pub const MAX_ROWS: u32 = 1000;

/// Which way a list runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    Up,
    /// The last first.
    Down,
}

/// The order of a list, and the place in it after which a page begins.
#[derive(Debug)]
pub(crate) struct Place {
    order: Order,
    direction: Direction,
}

#[derive(Debug)]
enum Order {
    /// None where the list begins.
    ById { after: Option<i64> },
    /// By name, and by id where names are the same.
    ByName {
        after: Option<(String, i64)>,
        /// Where the names that are asked for begin and end.
        beginning: String,
        end: Option<String>,
    },
}

impl Place {
    pub(crate) const fn is_by_name(&self) -> bool {
        matches!(self.order, Order::ByName { .. })
    }

    pub(crate) const fn direction(&self) -> Direction {
        self.direction
    }

    /// By id, after this one.
    pub(crate) const fn after_id(id: i64) -> Self {
        Self {
            order: Order::ById { after: Some(id) },
            direction: Direction::Up,
        }
    }

    /// By id, or by name where the names are asked for that begin with `name`; after the row of the id `after`.
    pub(crate) async fn after(
        transaction: &mut Transaction<'_>,
        table: &str,
        (name, direction): (Option<&str>, Direction),
        after: Option<i64>,
    ) -> Result<Self, StoreError> {
        let Some(name) = name else {
            let order = Order::ById { after };
            return Ok(Self { order, direction });
        };
        let beginning = name_key(name);
        let end = end_of(&beginning);
        let after = match after {
            None => None,
            Some(id) => {
                let sql = format!("SELECT name_key FROM {table} WHERE id = ?1");
                let key = |row: &Row<'_>| row.text("name_key");
                let key = transaction.row(&sql, &[id.into()], key).await?;
                key.map(|key| (key, id))
            }
        };
        // A row that was renamed since may lie outside the names that are asked for.
        let is_asked_for = |key: &str| key >= &*beginning && end.as_deref().is_none_or(|end| key < end);
        let order = Order::ByName {
            after: after.filter(|(key, _)| is_asked_for(key)),
            beginning,
            end,
        };
        Ok(Self { order, direction })
    }

    /// As a statement says it, of the columns that `prefix` stands before.
    pub(crate) fn order_by(&self, prefix: &str) -> String {
        let way = match self.direction {
            Direction::Up => "",
            Direction::Down => " DESC",
        };
        match self.order {
            Order::ById { .. } => format!("{prefix}id{way}"),
            Order::ByName { .. } => format!("{prefix}name_key{way}, {prefix}id{way}"),
        }
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
        let Place { order, direction } = self.place;
        let beyond = match direction {
            Direction::Up => ">",
            Direction::Down => "<",
        };
        match order {
            Order::ById { after } => {
                let first = match direction {
                    Direction::Up => 0,
                    Direction::Down => i64::MAX,
                };
                let id = self.place_of(after.unwrap_or(first).into());
                self.conditions.push(format!("id {beyond} {id}"));
            }
            Order::ByName {
                after,
                beginning,
                end,
            } => {
                // One bound on each side: of two, a database may walk from the wider one.
                if let Some((key, id)) = after {
                    let (key, id) = (self.place_of(key.into()), self.place_of((*id).into()));
                    self.conditions
                        .push(format!("(name_key, id) {beyond} ({key}, {id})"));
                }
                if after.is_none() || *direction == Direction::Down {
                    let beginning = self.place_of(beginning.into());
                    self.conditions.push(format!("name_key >= {beginning}"));
                }
                if let Some(end) = end
                    .as_ref()
                    .filter(|_| after.is_none() || *direction == Direction::Up)
                {
                    let end = self.place_of(end.into());
                    self.conditions.push(format!("name_key < {end}"));
                }
            }
        }
        let order = self.place.order_by("");
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
