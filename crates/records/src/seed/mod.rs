//! The demonstration company: the same records, in the same order, every time. Its lists are written down
//! (`seed/company.json`), its periods, trade and budgets are made from them.

mod besides;
mod periods;
mod trade;

use std::time::Duration;

use countersign_world::UnixTime;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::changes::Changes;
use crate::error::RecordsError;
use crate::json;
use crate::record::Stamp;
use crate::record_type::RecordType;
use crate::save;
use crate::table::Table;
use crate::value::Key;

/// As bodies of REST requests; what is referred to stands before what refers to it. Some have the internal id that
/// declarations and guides name.
const LISTS: &str = include_str!("../../seed/company.json");

/// How long ago the company began.
const AGE: Duration = Duration::from_hours(24 * 400);

/// Between one customer's arrival and the next.
const APART: Duration = Duration::from_hours(11 * 24 + 5);

#[derive(Deserialize)]
struct Section {
    #[serde(rename = "type")]
    record_type: String,
    records: Vec<Map<String, Json>>,
}

/// Adds what is not there yet. Gives how many were added.
pub(crate) fn company(table: &Table<'_>, now: UnixTime) -> Result<usize, RecordsError> {
    let sections: Vec<Section> =
        serde_json::from_str(LISTS).map_err(|error| RecordsError::Seed(error.to_string()))?;
    let began = Stamp {
        at: now.minus(AGE),
        by: Stamp::SYSTEM,
    };
    let seed = Seed { table };
    let mut added = periods::add(&seed, now, began)?;
    for section in &sections {
        let of = seed.declared(&section.record_type)?;
        for (body, age) in section
            .records
            .iter()
            .zip((0..section.records.len() as u32).rev())
        {
            let at = match section.record_type.as_str() {
                "customer" => now.minus(APART * age),
                _ => began.at,
            };
            added += seed.add(
                of,
                body,
                Stamp {
                    at,
                    by: Stamp::SYSTEM,
                },
            )?;
        }
    }
    Ok(added + trade::add(&seed, now)? + besides::add(&seed, now)?)
}

struct Seed<'a> {
    table: &'a Table<'a>,
}

impl Seed<'_> {
    fn declared(&self, name: &str) -> Result<&RecordType, RecordsError> {
        let of = self.table.catalog.get(name);
        of.map(AsRef::as_ref)
            .ok_or_else(|| RecordsError::Seed(format!("{name} is not declared")))
    }

    fn find(&self, of: &RecordType, external_id: &str) -> Result<Option<i64>, RecordsError> {
        let key = Key::External(external_id.to_owned());
        self.table.of(of).find(&key)
    }

    /// Gives how many were added: one, or none where it is there.
    fn add(&self, of: &RecordType, body: &Map<String, Json>, stamp: Stamp) -> Result<usize, RecordsError> {
        let external_id = body.get("externalId").and_then(Json::as_str).unwrap_or_default();
        if self.find(of, external_id)?.is_some() {
            return Ok(0);
        }
        let table = self.table.of(of);
        let changes = self.changes(of, body)?;
        match body.get("id").and_then(Json::as_str).map(str::parse) {
            Some(Ok(id)) => save::create_as(&table, id, &changes, stamp)?,
            _ => drop(save::create(&table, &changes, stamp)?),
        }
        Ok(1)
    }

    fn changes(&self, of: &RecordType, body: &Map<String, Json>) -> Result<Changes, RecordsError> {
        let draft = json::read(body, of).map_err(RecordsError::Invalid)?;
        let read_only = draft.read_only.into_iter().filter(|error| error.path != "id");
        let wrong: Vec<_> = draft.unknown.into_iter().chain(read_only).collect();
        match wrong.is_empty() {
            true => Ok(draft.changes),
            false => Err(RecordsError::Invalid(wrong)),
        }
    }
}
