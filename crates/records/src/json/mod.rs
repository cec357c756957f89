//! Records as SuiteTalk REST writes them, and request bodies as changes.

mod read;
mod write;

use serde_json::{Value as Json, json};

pub use read::{Draft, read, read_leniently, read_line};
pub use write::{Expands, Style, write, write_line, write_lines, write_subrecord, write_subrecord_of_line};

/// The `links` array of a record: itself.
pub fn links(base: &str, record_type: &str, id: i64) -> Json {
    json!([{ "rel": "self", "href": format!("{base}/{record_type}/{id}") }])
}
