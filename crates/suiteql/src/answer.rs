//! Rows as SuiteQL over REST gives them.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::reader::Rows;
use crate::value::{Value, number_text};

/// The `items` of an answer: every value a string, keys in lower case, no key where the value is NULL, and empty `links`.
#[derive(Clone, Copy, Debug)]
pub struct RestItems<'a>(pub &'a Rows);

struct RestItem<'a> {
    of: &'a Rows,
    values: &'a [Value],
}

impl Serialize for RestItems<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(of) = self;
        serializer.collect_seq(of.rows.iter().map(|values| RestItem { of, values }))
    }
}

impl Serialize for RestItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut item = serializer.serialize_map(None)?;
        item.serialize_entry("links", &[(); 0])?;
        for (column, value) in self.of.columns.iter().zip(self.values) {
            if *value != Value::Null {
                item.serialize_entry(&column.name, &RestText(value))?;
            }
        }
        item.end()
    }
}

struct RestText<'a>(&'a Value);

impl Serialize for RestText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Integer(integer) => serializer.collect_str(integer),
            Value::Number(number) => serializer.serialize_str(&number_text(*number)),
            Value::Text(text) => serializer.serialize_str(text),
        }
    }
}
