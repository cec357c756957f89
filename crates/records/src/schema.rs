//! Tables from declarations: a new type gets its table, a new field its column. Nothing is ever dropped: a field that
//! is no longer declared keeps its column, so an older program finds its data again.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::catalog::{Catalog, RecordType};
use crate::column::storage;
use crate::error::RecordsError;
use crate::field::{Field, Kind};

// The tables the types share.
refinery::embed_migrations!("migrations");

pub(crate) fn migrations() -> refinery::Runner {
    migrations::runner()
}

pub(crate) fn build(connection: &Connection, catalog: &Catalog) -> Result<(), RecordsError> {
    for record_type in catalog.types() {
        let stored = columns(connection, record_type)?;
        if stored.is_empty() {
            connection.execute_batch(&create_table(record_type))?;
        } else {
            add_columns(connection, record_type, &stored)?;
        }
        for field in &record_type.fields {
            index(connection, catalog, record_type, field)?;
        }
    }
    Ok(())
}

fn create_table(record_type: &RecordType) -> String {
    let mut sql = format!(
        r#"CREATE TABLE "{}" (
            id INTEGER PRIMARY KEY,
            _created TEXT NOT NULL,
            _createdby INTEGER NOT NULL,
            _modified TEXT NOT NULL,
            _modifiedby INTEGER NOT NULL"#,
        record_type.script_id
    );
    for field in record_type.fields.iter().filter(|field| field.is_own()) {
        sql.push_str(&format!(",\n\"{}\" {}", field.column(), storage(&field.kind)));
    }
    sql.push_str(") STRICT");
    sql
}

fn add_columns(
    connection: &Connection,
    record_type: &RecordType,
    stored: &HashMap<String, String>,
) -> Result<(), RecordsError> {
    for field in record_type.fields.iter().filter(|field| field.is_own()) {
        let declared = storage(&field.kind);
        match stored.get(field.column()) {
            Some(stored) if stored == declared => {}
            Some(stored) => {
                return Err(RecordsError::Redeclared {
                    record_type: record_type.name.clone(),
                    column: field.column().to_owned(),
                    declared: declared.to_owned(),
                    stored: stored.clone(),
                });
            }
            None => connection.execute_batch(&format!(
                r#"ALTER TABLE "{}" ADD COLUMN "{}" {declared}"#,
                record_type.script_id,
                field.column()
            ))?,
        }
    }
    Ok(())
}

/// For what must be unique, and for finding the records that refer to another.
fn index(
    connection: &Connection,
    catalog: &Catalog,
    record_type: &RecordType,
    field: &Field,
) -> Result<(), RecordsError> {
    let unique = match &field.kind {
        _ if field.unique => "UNIQUE",
        Kind::Ref(target) if catalog.get(target).is_some() => "",
        _ => return Ok(()),
    };
    let (table, column) = (&record_type.script_id, field.column());
    connection.execute_batch(&format!(
        r#"CREATE {unique} INDEX IF NOT EXISTS "{table}.{column}" ON "{table}" ("{column}")"#
    ))?;
    Ok(())
}

/// Name and storage of each column of a type's table; empty when there is no table.
fn columns(
    connection: &Connection,
    record_type: &RecordType,
) -> Result<HashMap<String, String>, RecordsError> {
    let mut statement = connection.prepare("SELECT name, type FROM pragma_table_info(?1)")?;
    let rows = statement.query_map([&record_type.script_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
