//! The companies of the demonstration account: the same ones, in the same order, every time.

use std::time::Duration;

use countersign_world::UnixTime;
use serde_json::{Map, Value as Json};

use crate::changes::Changes;
use crate::error::RecordsError;
use crate::json;
use crate::record::Stamp;
use crate::save;
use crate::table::Table;
use crate::value::Key;

/// As bodies of REST requests; a parent stands before its children.
const CUSTOMERS: &str = include_str!("../seed/customers.json");

/// The user NetSuite shows as `-System-`.
const SYSTEM: i64 = -4;

/// Between one company's arrival and the next.
const APART: Duration = Duration::from_hours(11 * 24 + 5);

pub(crate) fn customers(table: &Table<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let bodies: Vec<Map<String, Json>> =
        serde_json::from_str(CUSTOMERS).map_err(|error| RecordsError::Seed(error.to_string()))?;
    let mut added = 0;
    for (body, age) in bodies.iter().zip((0..bodies.len() as u32).rev()) {
        let changes = read(body, table)?;
        let external_id = body.get("externalId").and_then(Json::as_str);
        let key = Key::External(external_id.unwrap_or_default().to_owned());
        if table.find(&key)?.is_none() {
            let stamp = Stamp {
                at: now.minus(APART * age),
                by: SYSTEM,
            };
            save::create(table, &changes, stamp)?;
            added += 1;
        }
    }
    Ok(added)
}

fn read(body: &Map<String, Json>, table: &Table<'_>) -> Result<Changes, RecordsError> {
    let draft = json::read(body, table.record_type).map_err(RecordsError::Invalid)?;
    let wrong: Vec<_> = draft.unknown.into_iter().chain(draft.read_only).collect();
    match wrong.is_empty() {
        true => Ok(draft.changes),
        false => Err(RecordsError::Invalid(wrong)),
    }
}
