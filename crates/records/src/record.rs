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

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub id: i64,
    pub created: Stamp,
    pub modified: Stamp,
    pub(crate) values: BTreeMap<String, Value>,
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
}
