//! Tables from declarations: a new type gets its table, a new field its column. Nothing is ever dropped: a field that
//! is no longer declared keeps its column, so an older program finds its data again.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::Connection;

use crate::catalog::Catalog;
use crate::column::storage;
use crate::derived;
use crate::error::RecordsError;
use crate::field::{Field, Initial, Kind};
use crate::learnt;
use crate::record_type::{RecordType, View};

// The tables the types share.
refinery::embed_migrations!("migrations");

pub(crate) fn migrations() -> refinery::Runner {
    migrations::runner()
}

pub(crate) fn build(connection: &Connection, catalog: &Catalog) -> Result<(), RecordsError> {
    let mut tables: BTreeMap<&str, Plan> = BTreeMap::new();
    for record_type in catalog.types() {
        tables
            .entry(&record_type.table)
            .or_insert_with(|| Plan::of_type(record_type))
            .add_type(catalog, record_type);
        for sublist in &record_type.sublists {
            let plan = tables
                .entry(&sublist.table)
                .or_insert_with(|| Plan::of_lines(&sublist.parent_column));
            for field in &sublist.fields {
                plan.add_field(catalog, field, false);
            }
        }
    }
    let views: Vec<(&str, String)> = catalog
        .views()
        .map(|view| (view.name.as_str(), select_view(catalog, view)))
        .collect();
    let print = fingerprint(&tables, &views, &derived::texts(catalog));
    if is_built(connection, print)? {
        return Ok(());
    }
    derived::drop_all(connection)?;
    for (table, plan) in &tables {
        plan.build(connection, table)?;
    }
    for (name, select) in &views {
        build_view(connection, name, select)?;
    }
    derived::create(connection, catalog)?;
    learnt::become_records(connection, catalog)?;
    keep_fingerprint(connection, print)
}

/// Under which the fingerprint of what was built last lies among the sequences.
const BUILT: &str = "_schema";

/// Of all that is to be built. Another version of the standard library may make another of the same: then it is built again,
/// which changes nothing.
fn fingerprint(tables: &BTreeMap<&str, Plan>, views: &[(&str, String)], derived: &[String]) -> i64 {
    let mut hasher = DefaultHasher::new();
    (tables, views, derived).hash(&mut hasher);
    hasher.finish().cast_signed()
}

fn is_built(connection: &Connection, print: i64) -> Result<bool, RecordsError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM _sequence WHERE name = ?1 AND last = ?2)";
    Ok(connection.query_row(sql, (BUILT, print), |row| row.get(0))?)
}

fn keep_fingerprint(connection: &Connection, print: i64) -> Result<(), RecordsError> {
    connection.execute("INSERT OR REPLACE INTO _sequence VALUES (?1, ?2)", (BUILT, print))?;
    Ok(())
}

/// What one table must have.
#[derive(Hash)]
struct Plan {
    /// What `CREATE TABLE` says where there is none.
    base: String,
    /// Name to SQLite's definition.
    columns: BTreeMap<String, String>,
    /// The columns of each index, to whether it holds every value once.
    indexes: BTreeMap<Vec<String>, bool>,
}

impl Plan {
    fn of_type(record_type: &RecordType) -> Self {
        let mut base = r#"
            id INTEGER PRIMARY KEY,
            _created TEXT NOT NULL,
            _createdby INTEGER NOT NULL,
            _modified TEXT NOT NULL,
            _modifiedby INTEGER NOT NULL"#
            .to_owned();
        let mut indexes = BTreeMap::new();
        if record_type.in_family {
            base.push_str(",\n_recordtype TEXT NOT NULL");
            indexes.insert(vec!["_recordtype".to_owned()], false);
        }
        Self {
            base,
            columns: BTreeMap::new(),
            indexes,
        }
    }

    fn of_lines(parent: &str) -> Self {
        let base = format!(
            r#"
            id INTEGER PRIMARY KEY,
            "{parent}" INTEGER NOT NULL,
            linesequencenumber INTEGER NOT NULL,
            _line INTEGER NOT NULL"#
        );
        Self {
            base,
            columns: BTreeMap::new(),
            indexes: BTreeMap::from([(vec![parent.to_owned(), "linesequencenumber".to_owned()], false)]),
        }
    }

    fn add_type(&mut self, catalog: &Catalog, record_type: &RecordType) {
        for (column, _) in &record_type.constants {
            self.columns.insert(column.clone(), "TEXT".to_owned());
        }
        for field in &record_type.fields {
            self.add_field(catalog, field, record_type.in_family);
        }
    }

    /// With an index for what must be unique, and for finding the records that refer to another.
    fn add_field(&mut self, catalog: &Catalog, field: &Field, in_family: bool) {
        let definition = match field.initial {
            Some(Initial::Created) => "TEXT GENERATED ALWAYS AS (_created) VIRTUAL",
            Some(Initial::Modified) => "TEXT GENERATED ALWAYS AS (_modified) VIRTUAL",
            _ => storage(&field.kind),
        };
        let column = field.column().to_owned();
        self.columns.insert(column.clone(), definition.to_owned());
        match &field.kind {
            _ if field.unique && in_family => {
                self.indexes.insert(vec!["_recordtype".to_owned(), column], true);
            }
            _ if field.unique => {
                self.indexes.insert(vec![column], true);
            }
            Kind::Ref(target) if catalog.relation(target).is_some() => {
                self.indexes.insert(vec![column], false);
            }
            _ => {}
        }
    }

    fn build(&self, connection: &Connection, table: &str) -> Result<(), RecordsError> {
        let stored = columns(connection, table)?;
        if stored.is_empty() {
            let mut sql = format!(r#"CREATE TABLE "{table}" ({}"#, self.base);
            for (column, definition) in &self.columns {
                sql.push_str(&format!(",\n\"{column}\" {definition}"));
            }
            sql.push_str(") STRICT");
            connection.execute_batch(&sql)?;
        } else {
            self.add_columns(connection, table, &stored)?;
        }
        for (columns, unique) in &self.indexes {
            let unique = if *unique { "UNIQUE" } else { "" };
            let name = columns.join(".");
            let columns: Vec<_> = columns.iter().map(|column| format!("\"{column}\"")).collect();
            connection.execute_batch(&format!(
                r#"CREATE {unique} INDEX IF NOT EXISTS "{table}.{name}" ON "{table}" ({})"#,
                columns.join(", ")
            ))?;
        }
        Ok(())
    }

    fn add_columns(
        &self,
        connection: &Connection,
        table: &str,
        stored: &HashMap<String, String>,
    ) -> Result<(), RecordsError> {
        for (column, definition) in &self.columns {
            let declared = definition.split(' ').next().unwrap_or_default();
            match stored.get(column) {
                Some(stored) if stored == declared => {}
                Some(stored) => {
                    return Err(RecordsError::Redeclared {
                        table: table.to_owned(),
                        column: column.clone(),
                        declared: declared.to_owned(),
                        stored: stored.clone(),
                    });
                }
                None => connection.execute_batch(&format!(
                    r#"ALTER TABLE "{table}" ADD COLUMN "{column}" {definition}"#
                ))?,
            }
        }
        Ok(())
    }
}

/// A row for each record of the types that are seen through the view; what a type does not have is null. Empty where no type
/// is.
fn select_view(catalog: &Catalog, view: &View) -> String {
    let parts: Vec<String> = catalog
        .seen_through(&view.name)
        .map(|record_type| {
            let mut select = format!(
                "SELECT id, '{}' AS _recordtype, _created, _createdby, _modified, _modifiedby",
                record_type.script_id
            );
            for field in &view.fields {
                let constant = record_type
                    .constants
                    .iter()
                    .any(|(column, _)| *column == field.column);
                let has = constant || record_type.field(&field.name).is_some();
                let value = if has {
                    format!("\"{}\"", field.column)
                } else {
                    "NULL".to_owned()
                };
                select.push_str(&format!(", {value} AS \"{}\"", field.column));
            }
            select.push_str(&format!(" FROM \"{}\"", record_type.table));
            if record_type.in_family {
                select.push_str(&format!(" WHERE _recordtype = '{}'", record_type.script_id));
            }
            select
        })
        .collect();
    parts.join("\nUNION ALL ")
}

fn build_view(connection: &Connection, name: &str, select: &str) -> Result<(), RecordsError> {
    if !select.is_empty() {
        connection.execute_batch(&format!(r#"CREATE VIEW "{name}" AS {select}"#))?;
    }
    Ok(())
}

/// Name and storage of each column of a table; empty when there is no table.
fn columns(connection: &Connection, table: &str) -> Result<HashMap<String, String>, RecordsError> {
    let mut statement = connection.prepare("SELECT name, type FROM pragma_table_xinfo(?1)")?;
    let rows = statement.query_map([table], |row| {
        let declared: String = row.get(1)?;
        let storage = declared.split(' ').next().unwrap_or_default().to_owned();
        Ok((row.get(0)?, storage))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
