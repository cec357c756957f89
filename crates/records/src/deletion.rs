//! Records that were deleted, out of the system notes they left.

use std::sync::Arc;

use countersign_world::UnixTime;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::error::RecordsError;
use crate::record_type::RecordType;
use crate::value::{iso, parse_iso};

/// A record that is no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Deletion {
    pub at: UnixTime,
    pub record_type: Arc<RecordType>,
    pub id: i64,
    /// The last one it had.
    pub name: Option<String>,
    pub external_id: Option<String>,
}

/// Which deletions to list.
#[derive(Clone, Debug)]
pub struct DeletionQuery {
    /// Of records of these.
    pub types: Vec<Arc<RecordType>>,
    /// In any of these.
    pub during: Vec<Span>,
    pub limit: u32,
    pub offset: u64,
}

/// From a moment until before another; without one of them it has no end on that side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<UnixTime>,
    pub before: Option<UnixTime>,
}

/// One page of deletions.
#[derive(Clone, Debug, PartialEq)]
pub struct Deletions {
    pub deletions: Vec<Deletion>,
    /// Of all pages together.
    pub total: u64,
}

pub(crate) fn page(connection: &Connection, query: &DeletionQuery) -> Result<Deletions, RecordsError> {
    let mut values: Vec<_> = query
        .types
        .iter()
        .map(|of| Sql::Text(of.script_id.clone()))
        .collect();
    let types = vec!["?"; values.len()].join(", ");
    let mut spans = Vec::new();
    for span in &query.during {
        let mut ends = vec!["1"];
        for (end, condition) in [(span.from, "date >= ?"), (span.before, "date < ?")] {
            if let Some(moment) = end {
                ends.push(condition);
                values.push(Sql::Text(iso(moment)));
            }
        }
        spans.push(format!("({})", ends.join(" AND ")));
    }
    let during = if spans.is_empty() {
        "0".to_owned()
    } else {
        spans.join(" OR ")
    };
    // A note of a line that went has a field.
    let from = format!(
        "FROM systemnote WHERE action = 'delete' AND field IS NULL AND recordtype IN ({types}) AND ({during})"
    );
    let total: i64 = connection
        .prepare(&format!("SELECT count(*) {from}"))?
        .query_one(params_from_iter(&values), |row| row.get(0))?;
    values.push(Sql::Integer(query.limit.into()));
    values.push(Sql::Integer(i64::try_from(query.offset).unwrap_or(i64::MAX)));
    let sql = format!("SELECT date, recordtype, recordid {from} ORDER BY id LIMIT ? OFFSET ?");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(&values))?;
    let mut deletions = Vec::new();
    while let Some(row) = rows.next()? {
        let (date, script_id, id): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(of) = query.types.iter().find(|of| of.script_id == script_id) else {
            continue;
        };
        let at = parse_iso(&date).ok_or_else(|| RecordsError::Damaged {
            record_type: of.name.clone(),
            id,
            field: "deletedDate".to_owned(),
        })?;
        deletions.push(Deletion {
            at,
            name: last_value(connection, of, id, &of.naming_field)?,
            external_id: last_value(connection, of, id, "externalId")?,
            record_type: Arc::clone(of),
            id,
        });
    }
    Ok(Deletions {
        deletions,
        total: u64::try_from(total).unwrap_or_default(),
    })
}

/// What a field of a record held in the end.
fn last_value(
    connection: &Connection,
    of: &RecordType,
    id: i64,
    field: &str,
) -> Result<Option<String>, RecordsError> {
    let sql = "SELECT newvalue FROM systemnote WHERE recordtype = ?1 AND recordid = ?2 AND field = ?3
               ORDER BY id DESC LIMIT 1";
    let found = connection
        .prepare_cached(sql)?
        .query_row((&of.script_id, id, field), |row| row.get(0));
    Ok(found.optional()?.flatten())
}
