//! System notes: who changed which field of which record, and from what to what.

use countersign_world::UnixTime;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

use crate::error::RecordsError;
use crate::record::{Line, Record, Stamp};
use crate::record_type::Sublist;
use crate::table::Table;
use crate::value::{iso, parse_iso};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Create,
    Change,
    Delete,
}

/// One row of a record's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemNote {
    pub at: UnixTime,
    pub by: i64,
    pub action: Action,
    /// The camelCase name of the field; nothing for a deletion.
    pub field: Option<String>,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// Notes every field that differs; a record that is made differs from an empty one.
pub(crate) fn note_changes(
    table: &Table<'_>,
    before: Option<&Record>,
    after: &Record,
    stamp: Stamp,
) -> Result<(), RecordsError> {
    let action = if before.is_some() {
        Action::Change
    } else {
        Action::Create
    };
    for field in table.own_fields().filter(|field| !field.hidden) {
        let old = before.and_then(|record| record.get(&field.name));
        let new = after.get(&field.name);
        if old != new {
            let texts = [old, new].map(|value| value.map(ToString::to_string));
            write(table, after.id, stamp, action, Some(&field.name), texts)?;
        }
    }
    for sublist in &table.record_type.sublists {
        let name = &sublist.name;
        let old = before.map(|record| record.lines(name)).unwrap_or_default();
        let gone = old
            .iter()
            .filter(|line| after.line(name, line.number).is_none())
            .map(|line| (Some(line), None));
        let there = after.lines(name).iter().map(|line| {
            let was = before.and_then(|record| record.line(name, line.number));
            (was, Some(line))
        });
        for (old, new) in gone.chain(there) {
            note_line(table, after.id, sublist, [old, new], stamp)?;
        }
    }
    Ok(())
}

/// A field of a line is called `item/2/quantity`.
fn note_line(
    table: &Table<'_>,
    id: i64,
    sublist: &Sublist,
    [old, new]: [Option<&Line>; 2],
    stamp: Stamp,
) -> Result<(), RecordsError> {
    let action = match (old, new) {
        (None, _) => Action::Create,
        (_, None) => Action::Delete,
        _ => Action::Change,
    };
    let number = new.or(old).map_or(0, |line| line.number);
    for field in sublist.fields.iter().filter(|field| !field.hidden) {
        let [was, is] = [old, new].map(|line| line.and_then(|line| line.get(&field.name)));
        if was != is {
            let name = format!("{}/{number}/{}", sublist.name, field.name);
            let texts = [was, is].map(|value| value.map(ToString::to_string));
            write(table, id, stamp, action, Some(&name), texts)?;
        }
    }
    Ok(())
}

pub(crate) fn note_deletion(table: &Table<'_>, id: i64, stamp: Stamp) -> Result<(), RecordsError> {
    write(table, id, stamp, Action::Delete, None, [None, None])
}

/// The oldest first.
pub(crate) fn history(table: &Table<'_>, id: i64) -> Result<Vec<SystemNote>, RecordsError> {
    let sql = "SELECT date, author, action, field, oldvalue, newvalue FROM systemnote
               WHERE recordtype = ?1 AND recordid = ?2 ORDER BY id";
    let mut statement = table.connection.prepare_cached(sql)?;
    let rows = statement.query_map((&table.record_type.script_id, id), |row| {
        Ok(SystemNote {
            at: row.get::<_, Moment>(0)?.0,
            by: row.get(1)?,
            action: row.get(2)?,
            field: row.get(3)?,
            old: row.get(4)?,
            new: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn write(
    table: &Table<'_>,
    id: i64,
    stamp: Stamp,
    action: Action,
    field: Option<&str>,
    [old, new]: [Option<String>; 2],
) -> Result<(), RecordsError> {
    let sql = "INSERT INTO systemnote (date, author, recordtype, recordid, action, field, oldvalue, newvalue)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    table.connection.prepare_cached(sql)?.execute((
        iso(stamp.at),
        stamp.by,
        &table.record_type.script_id,
        id,
        action.word(),
        field,
        old,
        new,
    ))?;
    Ok(())
}

impl Action {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
        }
    }
}

impl FromSql for Action {
    fn column_result(stored: ValueRef<'_>) -> FromSqlResult<Self> {
        match stored.as_str()? {
            "create" => Ok(Self::Create),
            "change" => Ok(Self::Change),
            "delete" => Ok(Self::Delete),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

struct Moment(UnixTime);

impl FromSql for Moment {
    fn column_result(stored: ValueRef<'_>) -> FromSqlResult<Self> {
        parse_iso(stored.as_str()?)
            .map(Self)
            .ok_or(FromSqlError::InvalidType)
    }
}
