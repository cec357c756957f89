//! The views of SQLite's behind the derived tables. They are made anew at every start, so that they follow the catalogue.

use rusqlite::Connection;

use super::expansion::expanded;
use super::{DerivedTable, More, PREFIX};
use crate::catalog::Catalog;
use crate::error::RecordsError;

/// Every view but those of the migrations: a type of the account's own may have the name that one had.
pub(crate) fn drop_all(connection: &Connection) -> Result<(), RecordsError> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'recordname'";
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for name in names {
        connection.execute_batch(&format!(r#"DROP VIEW "{name}""#))?;
    }
    Ok(())
}

pub(crate) fn create(connection: &Connection, catalog: &Catalog) -> Result<(), RecordsError> {
    for table in catalog.derived_tables() {
        connection.execute_batch(&table_sql(catalog, table))?;
    }
    for more in &catalog.derived.more {
        create_more(connection, catalog, more)?;
    }
    Ok(())
}

/// What the views are made of, besides the tables below them.
pub(crate) fn texts(catalog: &Catalog) -> Vec<String> {
    let tables = catalog.derived_tables().map(|table| table_sql(catalog, table));
    let more = catalog.derived.more.iter().flat_map(|more| &more.columns);
    let more =
        more.map(|(column, expression)| format!("{} {}", column.name, expanded(expression, catalog, 1)));
    tables.chain(more).collect()
}

fn table_sql(catalog: &Catalog, table: &DerivedTable) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!(r#""{}""#, column.name))
        .collect();
    let select = match table.select.as_str() {
        "none" => format!("SELECT {} WHERE 0", vec!["NULL"; columns.len()].join(", ")),
        select => expanded(select, catalog, columns.len()),
    };
    format!(
        r#"CREATE VIEW "{}" ({}) AS {select}"#,
        table.name,
        columns.join(", ")
    )
}

/// What is named twice is the derived one.
fn create_more(connection: &Connection, catalog: &Catalog, more: &More) -> Result<(), RecordsError> {
    let sql = "SELECT name FROM pragma_table_xinfo(?1)";
    let mut statement = connection.prepare(sql)?;
    let own: Vec<String> = statement
        .query_map([&more.table], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let is_derived = |name: &String| more.columns.iter().any(|(column, _)| column.name == *name);
    let own = own.iter().filter(|name| !is_derived(name));
    let own = own.map(|name| format!(r#"t."{name}""#));
    let derived = more.columns.iter().map(|(column, expression)| {
        let expression = expanded(expression, catalog, 1);
        format!(r#"({expression}) AS "{}""#, column.name)
    });
    let columns: Vec<String> = own.chain(derived).collect();
    let sql = format!(
        r#"CREATE VIEW "{PREFIX}{0}" AS SELECT {1} FROM "{0}" AS t"#,
        more.table,
        columns.join(", ")
    );
    Ok(connection.execute_batch(&sql)?)
}
