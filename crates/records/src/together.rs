//! Several records read or written as one: what a transaction may be given to do.

use std::sync::Arc;

use rusqlite::Connection;

use crate::cabinet::{self, CabinetFile};
use crate::catalog::Catalog;
use crate::changes::Changes;
use crate::column::to_sql;
use crate::error::RecordsError;
use crate::record::{Record, Stamp};
use crate::record_type::RecordType;
use crate::save;
use crate::state::State;
use crate::table::Table;
use crate::value::{Key, Value};

/// The records of an account within one transaction.
#[derive(Clone, Copy)]
pub struct Together<'t> {
    connection: &'t Connection,
    catalog: &'t Catalog,
}

impl<'t> Together<'t> {
    pub(crate) const fn new(connection: &'t Connection, catalog: &'t Catalog) -> Self {
        Self { connection, catalog }
    }

    /// # Errors
    /// [`RecordsError::NoSuchType`].
    pub fn record_type(&self, name: &str) -> Result<&'t Arc<RecordType>, RecordsError> {
        let found = self.catalog.get(name);
        found.ok_or_else(|| RecordsError::NoSuchType(name.to_owned()))
    }

    fn table(&self, of: &'t RecordType) -> Table<'t> {
        Table {
            connection: self.connection,
            catalog: self.catalog,
            record_type: of,
        }
    }

    /// With the names of what it refers to.
    pub fn get(&self, of: &RecordType, key: &Key) -> Result<Record, RecordsError> {
        let of = self.record_type(&of.name)?;
        let table = self.table(of);
        let mut record = table.load(table.existing(key)?)?;
        table.name_references(&mut record)?;
        Ok(record)
    }

    /// The records whose fields, by their camelCase names, hold these values, by internal id.
    pub fn find(&self, of: &RecordType, having: &[(&str, &Value)]) -> Result<Vec<i64>, RecordsError> {
        let (mut conditions, mut values) = (vec!["1".to_owned()], Vec::new());
        for (name, value) in having {
            let field = of.field(name).ok_or_else(|| RecordsError::NoSuchField {
                record_type: of.name.clone(),
                field: (*name).to_owned(),
            })?;
            conditions.push(format!("\"{}\" = ?", field.column()));
            values.push(to_sql(value));
        }
        let sql = format!(
            r#"SELECT id FROM "{}" WHERE {}{} ORDER BY id"#,
            of.table,
            conditions.join(" AND "),
            of.and_of_type()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(rusqlite::params_from_iter(values), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Gives the internal id of the new record.
    pub fn create(&self, of: &RecordType, changes: &Changes, stamp: Stamp) -> Result<i64, RecordsError> {
        changes.check_length()?;
        save::create(&self.table(self.record_type(&of.name)?), changes, stamp)
    }

    pub fn update(
        &self,
        of: &RecordType,
        id: i64,
        changes: &Changes,
        stamp: Stamp,
    ) -> Result<(), RecordsError> {
        changes.check_length()?;
        let table = self.table(self.record_type(&of.name)?);
        save::update(&table, table.existing(&Key::Internal(id))?, changes, stamp)
    }

    pub fn delete(&self, of: &RecordType, id: i64, stamp: Stamp) -> Result<(), RecordsError> {
        let table = self.table(self.record_type(&of.name)?);
        save::delete(&table, table.existing(&Key::Internal(id))?, stamp)
    }

    /// The state that is seen here, for keeping what was read of it.
    pub fn state(&self) -> Result<State, RecordsError> {
        Ok(State::of(self.connection)?)
    }

    /// The file at an absolute path of the file cabinet, in any letter case.
    pub fn file_at(&self, path: &str) -> Result<Option<i64>, RecordsError> {
        cabinet::file_at(self.connection, path)
    }

    /// Where a file is.
    pub fn path_of(&self, file: i64) -> Result<Option<String>, RecordsError> {
        cabinet::path_of(self.connection, file)
    }

    /// Where a folder is.
    pub fn path_of_folder(&self, folder: i64) -> Result<Option<String>, RecordsError> {
        cabinet::path_of_folder(self.connection, folder)
    }

    /// What a file holds; empty where nothing was ever put there.
    pub fn contents(&self, file: i64) -> Result<Vec<u8>, RecordsError> {
        cabinet::contents(self.connection, file)
    }

    /// Makes the file at its path, and the folders on the way, or gives the one that is there these contents. Gives the
    /// internal id.
    pub fn put_file(&self, file: &CabinetFile, stamp: Stamp) -> Result<i64, RecordsError> {
        let tables = (self.record_type("folder")?, self.record_type("file")?);
        cabinet::put(&(self.table(tables.0), self.table(tables.1)), file, stamp)
    }
}
