//! The rows of one record type. No rules here: what may be written is decided in `save`.

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use crate::cabinet;
use crate::catalog::Catalog;
use crate::column::{from_sql, to_sql};
use crate::error::RecordsError;
use crate::field::Field;
use crate::filter::Filter;
use crate::join::Join;
use crate::record::{Record, Stamp};
use crate::record_type::RecordType;
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
        let sql = format!(
            r#"SELECT id FROM "{}" WHERE "{column}" = ?1{}"#,
            self.sql_name(),
            self.and_of_type()
        );
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
        sql.push_str(&format!(
            r#" FROM "{}" WHERE id = ?1{}"#,
            self.sql_name(),
            self.and_of_type()
        ));
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => {
                let mut record = self.record(id, row)?;
                record.lines = self.load_lines(id)?;
                Ok(record)
            }
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
            lines: Default::default(),
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
        let mut columns: Vec<&str> = vec!["id", "_created", "_createdby", "_modified", "_modifiedby"];
        let mut row = vec![
            Sql::Integer(record.id),
            Sql::Text(iso(record.created.at)),
            Sql::Integer(record.created.by),
        ];
        row.extend(changing(record, &own));
        columns.extend(own.iter().map(|field| field.column()));
        if self.record_type.in_family {
            columns.push("_recordtype");
            row.push(Sql::Text(self.record_type.script_id.clone()));
        }
        for (column, value) in &self.record_type.constants {
            columns.push(column);
            row.push(Sql::Text(value.clone()));
        }
        let sql = format!(
            r#"INSERT INTO "{}" ("{}") VALUES (?{})"#,
            self.sql_name(),
            columns.join(r#"", ""#),
            ", ?".repeat(columns.len() - 1)
        );
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
        if self.sql_name() == cabinet::FILE {
            cabinet::drop_contents(self.connection, id)?;
        }
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
            r#"SELECT EXISTS (SELECT 1 FROM "{}" WHERE "{}" = ?1 AND id IS NOT ?2{})"#,
            self.sql_name(),
            field.column(),
            self.and_of_type()
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
        joins: &[Join],
        limit: u32,
        offset: u64,
    ) -> Result<(Vec<i64>, u64), RecordsError> {
        let (mut condition, mut values) = match filter {
            Some(filter) => filter.to_sql(),
            None => ("1".to_owned(), Vec::new()),
        };
        for join in joins {
            let (joined, more) = join.to_sql(self.record_type);
            condition.push_str(" AND ");
            condition.push_str(&joined);
            values.extend(more);
        }
        let from = format!(
            r#"FROM "{}" AS listed WHERE {condition}{}"#,
            self.sql_name(),
            self.and_of_type()
        );
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

    /// Remembers what a record of an undeclared type is called. The first name stays: a reference is not the place to
    /// rename what it points to.
    pub(crate) fn learn_name(&self, target: &str, id: i64, name: &str) -> Result<(), RecordsError> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO _name VALUES (?1, ?2, ?3)")?
            .execute((target.to_ascii_lowercase(), id, name))?;
        Ok(())
    }

    /// A number that was given out by hand is not given out again.
    pub(crate) fn skip_numbers_to(&self, sequence: &str, number: i64) -> Result<(), RecordsError> {
        let sql = "INSERT INTO _sequence VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET last = max(last, ?2)";
        self.connection
            .prepare_cached(sql)?
            .execute((sequence, number.max(0)))?;
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

    /// The accounting period, neither a quarter nor a year, that `day` falls in.
    pub(crate) fn period_of(&self, day: jiff::civil::Date) -> Result<Option<i64>, RecordsError> {
        if self.catalog.get("accountingPeriod").is_none() {
            return Ok(None);
        }
        let sql = "SELECT id FROM accountingperiod
                   WHERE ?1 BETWEEN startdate AND enddate AND isquarter = 'F' AND isyear = 'F' LIMIT 1";
        Ok(self
            .connection
            .prepare_cached(sql)?
            .query_row([day.to_string()], |row| row.get(0))
            .optional()?)
    }

    pub(crate) fn own_fields(&self) -> impl Iterator<Item = &Field> {
        self.record_type
            .fields
            .iter()
            .map(AsRef::as_ref)
            .filter(|field: &&Field| field.is_own())
    }

    pub(crate) fn of<'t>(&'t self, record_type: &'t RecordType) -> Table<'t> {
        Table { record_type, ..*self }
    }

    fn sql_name(&self) -> &str {
        &self.record_type.table
    }

    fn and_of_type(&self) -> String {
        self.record_type.and_of_type()
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
