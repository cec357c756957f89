//! The rows of one record type. No rules here: what may be written is decided in `save`.

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::catalog::{Catalog, RecordType};
use crate::column::{from_sql, to_sql};
use crate::error::RecordsError;
use crate::field::{Field, Kind};
use crate::filter::Filter;
use crate::record::{Record, Stamp};
use crate::value::{Key, Value, iso, parse_iso};

#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) catalog: &'a Catalog,
    pub(crate) record_type: &'a RecordType,
}

impl Table<'_> {
    pub(crate) fn find(&self, key: &Key) -> Result<Option<i64>, RecordsError> {
        let (column, key) = match key {
            Key::Internal(id) => ("id", Sql::Integer(*id)),
            Key::External(id) => ("externalid", Sql::Text(id.clone())),
        };
        let sql = format!(r#"SELECT id FROM "{}" WHERE "{column}" = ?1"#, self.sql_name());
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_one([key], |row| row.get(0))
            .optional()?)
    }

    /// Like [`Self::find`], for a record that must be there.
    pub(crate) fn existing(&self, key: &Key) -> Result<i64, RecordsError> {
        self.find(key)?.ok_or_else(|| RecordsError::NotFound {
            record_type: self.record_type.name.clone(),
            key: key.clone(),
        })
    }

    /// The record as it is stored: its references without names.
    pub(crate) fn load(&self, id: i64) -> Result<Record, RecordsError> {
        let mut sql = "SELECT _created, _createdby, _modified, _modifiedby".to_owned();
        for field in &self.record_type.fields {
            sql.push_str(&format!(", \"{}\"", field.column()));
        }
        sql.push_str(&format!(r#" FROM "{}" WHERE id = ?1"#, self.sql_name()));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => self.record(id, row),
            None => Err(RecordsError::NotFound {
                record_type: self.record_type.name.clone(),
                key: Key::Internal(id),
            }),
        }
    }

    fn record(&self, id: i64, row: &Row<'_>) -> Result<Record, RecordsError> {
        let damaged = |field: &str| RecordsError::Damaged {
            record_type: self.record_type.name.clone(),
            id,
            field: field.to_owned(),
        };
        let stamp = |column: usize, name: &str| {
            let at: String = row.get(column)?;
            Ok::<_, RecordsError>(Stamp {
                at: parse_iso(&at).ok_or_else(|| damaged(name))?,
                by: row.get(column + 1)?,
            })
        };
        let mut record = Record {
            id,
            created: stamp(0, "_created")?,
            modified: stamp(2, "_modified")?,
            values: Default::default(),
        };
        for (field, column) in self.record_type.fields.iter().zip(4..) {
            let stored = row.get_ref(column)?;
            if stored != ValueRef::Null {
                let value = from_sql(&field.kind, stored).ok_or_else(|| damaged(&field.name))?;
                record.values.insert(field.name.clone(), value);
            }
        }
        Ok(record)
    }

    pub(crate) fn insert(&self, record: &Record) -> Result<(), RecordsError> {
        let own: Vec<_> = self.own_fields().collect();
        let columns: String = own
            .iter()
            .map(|field| format!(", \"{}\"", field.column()))
            .collect();
        let places = ", ?".repeat(own.len());
        let sql = format!(
            r#"INSERT INTO "{}" (id, _created, _createdby, _modified, _modifiedby{columns})
               VALUES (?, ?, ?, ?, ?{places})"#,
            self.sql_name()
        );
        let created = [
            Sql::Integer(record.id),
            Sql::Text(iso(record.created.at)),
            Sql::Integer(record.created.by),
        ];
        let row = created.into_iter().chain(changing(record, &own));
        self.connection
            .prepare_cached(&sql)?
            .execute(params_from_iter(row))?;
        Ok(())
    }

    pub(crate) fn update(&self, record: &Record) -> Result<(), RecordsError> {
        let own: Vec<_> = self.own_fields().collect();
        let columns: String = own
            .iter()
            .map(|field| format!(", \"{}\" = ?", field.column()))
            .collect();
        let sql = format!(
            r#"UPDATE "{}" SET _modified = ?, _modifiedby = ?{columns} WHERE id = ?"#,
            self.sql_name()
        );
        let row = changing(record, &own).chain([Sql::Integer(record.id)]);
        self.connection
            .prepare_cached(&sql)?
            .execute(params_from_iter(row))?;
        Ok(())
    }

    pub(crate) fn remove(&self, id: i64) -> Result<(), RecordsError> {
        let sql = format!(r#"DELETE FROM "{}" WHERE id = ?1"#, self.sql_name());
        self.connection.prepare_cached(&sql)?.execute([id])?;
        Ok(())
    }

    /// Another record than `id` has `value` in `field`.
    pub(crate) fn is_taken(
        &self,
        field: &Field,
        value: &Value,
        id: Option<i64>,
    ) -> Result<bool, RecordsError> {
        let sql = format!(
            r#"SELECT EXISTS (SELECT 1 FROM "{}" WHERE "{}" = ?1 AND id IS NOT ?2)"#,
            self.sql_name(),
            field.column()
        );
        let id = id.map_or(Sql::Null, Sql::Integer);
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_one([to_sql(value), id], |row| row.get(0))?)
    }

    /// Ids in ascending order, and how many there are without `limit` and `offset`.
    pub(crate) fn page(
        &self,
        filter: Option<&Filter>,
        limit: u32,
        offset: u64,
    ) -> Result<(Vec<i64>, u64), RecordsError> {
        let (condition, mut values) = match filter {
            Some(filter) => filter.to_sql(),
            None => ("1".to_owned(), Vec::new()),
        };
        let from = format!(r#"FROM "{}" WHERE {condition}"#, self.sql_name());
        let total: i64 = self
            .connection
            .prepare_cached(&format!("SELECT count(*) {from}"))?
            .query_one(params_from_iter(&values), |row| row.get(0))?;
        values.push(Sql::Integer(limit.into()));
        values.push(Sql::Integer(i64::try_from(offset).unwrap_or(i64::MAX)));
        let ids = self
            .connection
            .prepare_cached(&format!("SELECT id {from} ORDER BY id LIMIT ? OFFSET ?"))?
            .query_map(params_from_iter(&values), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok((ids, u64::try_from(total).unwrap_or_default()))
    }

    /// The first record found, of any declared type, that refers to this one.
    pub(crate) fn dependent(&self, id: i64) -> Result<Option<(String, i64)>, RecordsError> {
        for other in self.catalog.types() {
            for field in &other.fields {
                let column = field.column();
                let refers = match &field.kind {
                    Kind::Ref(target) if self.is_named(target) => format!(r#""{column}" = ?1"#),
                    Kind::MultiRef(target) if self.is_named(target) => {
                        format!(r#"EXISTS (SELECT 1 FROM json_each("{column}") WHERE value = ?1)"#)
                    }
                    _ => continue,
                };
                let itself = if other.script_id == self.sql_name() {
                    "AND id <> ?1"
                } else {
                    ""
                };
                let sql = format!(
                    r#"SELECT id FROM "{}" WHERE {refers} {itself} LIMIT 1"#,
                    other.script_id
                );
                let found = self
                    .connection
                    .prepare_cached(&sql)?
                    .query_one([id], |row| row.get(0));
                if let Some(found) = found.optional()? {
                    return Ok(Some((other.name.clone(), found)));
                }
            }
        }
        Ok(None)
    }

    /// Gives each reference the name of the record it points to, where one is known.
    pub(crate) fn name_references(&self, record: &mut Record) -> Result<(), RecordsError> {
        for field in &self.record_type.fields {
            let (Kind::Ref(target) | Kind::MultiRef(target)) = &field.kind else {
                continue;
            };
            let references = match record.values.get_mut(&field.name) {
                Some(Value::Reference(reference)) => std::slice::from_mut(reference),
                Some(Value::References(references)) => references,
                _ => continue,
            };
            for reference in references {
                if let Some(id) = reference.id() {
                    reference.name = self.name_of(target, id)?;
                }
            }
        }
        Ok(())
    }

    fn name_of(&self, target: &str, id: i64) -> Result<Option<String>, RecordsError> {
        let Some(declared) = self.catalog.get(target) else {
            let sql = "SELECT name FROM _name WHERE type = ?1 AND id = ?2";
            let name = self
                .connection
                .prepare_cached(sql)?
                .query_one((target.to_ascii_lowercase(), id), |row| row.get(0));
            return Ok(name.optional()?);
        };
        let Some(naming) = declared.field(&declared.naming_field) else {
            return Ok(None);
        };
        let sql = format!(
            r#"SELECT "{}" FROM "{}" WHERE id = ?1"#,
            naming.column(),
            declared.script_id
        );
        let name: Option<Option<String>> = self
            .connection
            .prepare_cached(&sql)?
            .query_one([id], |row| row.get(0))
            .optional()?;
        Ok(name.flatten())
    }

    /// Remembers what a record of an undeclared type is called. The first name stays: a reference is not the place to
    /// rename what it points to.
    pub(crate) fn learn_name(&self, target: &str, id: i64, name: &str) -> Result<(), RecordsError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO _name VALUES (?1, ?2, ?3)")?
            .execute((target.to_ascii_lowercase(), id, name))?;
        Ok(())
    }

    /// The next of a row of numbers; one that was given out never comes again.
    pub(crate) fn next_number(&self, sequence: &str) -> Result<i64, RecordsError> {
        let sql = "INSERT INTO _sequence VALUES (?1, 1)
                   ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last";
        Ok(self
            .connection
            .prepare_cached(sql)?
            .query_one([sequence], |row| row.get(0))?)
    }

    pub(crate) fn own_fields(&self) -> impl Iterator<Item = &Field> {
        self.record_type
            .fields
            .iter()
            .map(AsRef::as_ref)
            .filter(|field: &&Field| field.is_own())
    }

    fn sql_name(&self) -> &str {
        &self.record_type.script_id
    }

    fn is_named(&self, target: &str) -> bool {
        self.record_type.script_id.eq_ignore_ascii_case(target)
    }
}

/// The part of a row that an update writes too.
fn changing<'a>(record: &'a Record, own: &'a [&Field]) -> impl Iterator<Item = Sql> + 'a {
    let modified = [
        Sql::Text(iso(record.modified.at)),
        Sql::Integer(record.modified.by),
    ];
    let values = own
        .iter()
        .map(|field| record.get(&field.name).map_or(Sql::Null, to_sql));
    modified.into_iter().chain(values)
}
