//! One record as it was read.

use std::collections::BTreeMap;

use countersign_world::UnixTime;

use crate::value::Value;

/// When, and by the user of which id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub at: UnixTime,
    pub by: i64,
}

impl Stamp {
    /// The user that NetSuite shows as `-System-`.
    pub const SYSTEM: i64 = -4;
}

/// What fields hold, by camelCase name. A field without a value is not there.
pub(crate) type Values = BTreeMap<String, Value>;

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// 0 of a draft.
    pub id: i64,
    pub created: Stamp,
    pub modified: Stamp,
    pub(crate) values: Values,
    pub(crate) lines: BTreeMap<String, Vec<Line>>,
}

/// One line of a sublist.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Among the lines of its sublist, which stand in this order; never given again while the record has later ones.
    pub number: i64,
    /// The key of its row, which no line of another record has; nothing before it is stored.
    pub row: Option<i64>,
    pub(crate) values: Values,
}

impl Record {
    /// The value of a field by its camelCase name; nothing when it has none.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.values.get(field)
    }

    pub fn external_id(&self) -> Option<&str> {
        match self.get("externalId") {
            Some(Value::Text(id)) => Some(id),
            _ => None,
        }
    }

    /// The fields that have a value, by name.
    pub fn values(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The lines of a sublist, in their order.
    pub fn lines(&self, sublist: &str) -> &[Line] {
        self.lines.get(sublist).map_or(&[], Vec::as_slice)
    }

    /// The line of a sublist that has this number.
    pub fn line(&self, sublist: &str, number: i64) -> Option<&Line> {
        let lines = self.lines(sublist);
        let place = Line::place(lines, number)?;
        lines.get(place)
    }
}

impl Line {
    /// Of the line with this number. Searched by halves: a request may name every line of a long record.
    pub(crate) fn place(lines: &[Self], number: i64) -> Option<usize> {
        lines.binary_search_by_key(&number, |line| line.number).ok()
    }

    pub fn get(&self, field: &str) -> Option<&Value> {
        self.values.get(field)
    }

    pub fn values(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }
}
