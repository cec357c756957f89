//! Rows as SuiteQL over REST gives them.

use serde_json::{Map, Value as Json, json};

use crate::reader::Rows;

/// The `items` of an answer: every value a string, keys in lower case, no key where the value is NULL, and empty `links`.
pub fn rest_items(rows: &Rows) -> Vec<Json> {
    let item = |row: &Vec<crate::value::Value>| {
        let mut item = Map::new();
        item.insert("links".to_owned(), json!([]));
        for (column, value) in rows.columns.iter().zip(row) {
            if let Some(text) = value.to_text() {
                item.insert(column.name.clone(), Json::String(text));
            }
        }
        Json::Object(item)
    };
    rows.rows.iter().map(item).collect()
}
