//! Where references lead: whether the record is there, what it is called, and which records refer to one.

use std::collections::BTreeSet;

use rusqlite::OptionalExtension;
use rusqlite::types::Value as Sql;

use crate::calculation::CheckedLine;
use crate::catalog::{Catalog, Relation};
use crate::column::from_sql;
use crate::error::{Problem, RecordsError};
use crate::field::{Field, Kind};
use crate::record::Record;
use crate::table::Table;
use crate::value::{Key, Reference, Value};

impl Table<'_> {
    /// Turns external keys into internal ones and checks that the records exist, as far as their type is declared. A
    /// value that refers to nothing passes as it is.
    pub(crate) fn resolve(
        &self,
        field: &Field,
        mut value: Value,
    ) -> Result<Result<Value, Problem>, RecordsError> {
        let Some(target) = field.target() else {
            return Ok(Ok(value));
        };
        let references = match &mut value {
            Value::Reference(reference) => std::slice::from_mut(reference),
            Value::References(references) => references,
            _ => return Ok(Ok(value)),
        };
        let declared = self.catalog.relation(target);
        for reference in references {
            let found = match declared {
                Some(relation) => self.find_in(relation, &reference.key)?,
                None => reference.id(),
            };
            let Some(id) = found else {
                return Ok(Err(Problem::NoSuchRecord {
                    record_type: target.to_owned(),
                    key: reference.key.clone(),
                }));
            };
            if let (None, Some(name)) = (declared, &reference.name) {
                self.learn_name(target, id, name)?;
            }
            *reference = Reference::to(id);
        }
        Ok(Ok(value))
    }

    fn find_in(&self, relation: Relation<'_>, key: &Key) -> Result<Option<i64>, RecordsError> {
        let (column, key) = match key {
            Key::Internal(id) => ("id", Sql::Integer(*id)),
            Key::External(id) => ("externalid", Sql::Text(id.clone())),
        };
        let only = match relation.mixed {
            Some(Some(script_id)) => format!(" AND _recordtype = '{script_id}'"),
            _ => String::new(),
        };
        let sql = format!(
            r#"SELECT id FROM "{}" WHERE "{column}" = ?1{only}"#,
            relation.table
        );
        Ok(self
            .connection
            .prepare_cached(&sql)?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }

    /// Gives each reference the name of the record it points to, where one is known.
    pub(crate) fn name_references(&self, record: &mut Record) -> Result<(), RecordsError> {
        for field in &self.record_type.fields {
            if let Some(value) = record.values.get_mut(&field.name) {
                self.name_value(field, value)?;
            }
        }
        for sublist in &self.record_type.sublists {
            for line in record.lines.get_mut(&sublist.name).into_iter().flatten() {
                for field in &sublist.fields {
                    if let Some(value) = line.values.get_mut(&field.name) {
                        self.name_value(field, value)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn name_value(&self, field: &Field, value: &mut Value) -> Result<(), RecordsError> {
        let Some(target) = field.target() else {
            return Ok(());
        };
        let references = match value {
            Value::Reference(reference) => std::slice::from_mut(reference),
            Value::References(references) => references,
            _ => return Ok(()),
        };
        for reference in references {
            if let Some(id) = reference.id() {
                (reference.name, reference.record_type) = self.name_of(target, id)?;
            }
        }
        Ok(())
    }

    /// The record's name, and what it is where the target may be of several types.
    fn name_of(&self, target: &str, id: i64) -> Result<(Option<String>, Option<String>), RecordsError> {
        let Some(relation) = self.catalog.relation(target) else {
            let sql = "SELECT name FROM _name WHERE type = ?1 AND id = ?2";
            let name = self
                .connection
                .prepare_cached(sql)?
                .query_row((target.to_ascii_lowercase(), id), |row| row.get(0));
            return Ok((name.optional()?, None));
        };
        let what = if relation.mixed.is_some() {
            "_recordtype"
        } else {
            "NULL"
        };
        let sql = format!(
            r#"SELECT CAST("{}" AS TEXT), {what} FROM "{}" WHERE id = ?1"#,
            relation.naming_column, relation.table
        );
        let found: Option<(Option<String>, Option<String>)> = self
            .connection
            .prepare_cached(&sql)?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((name, script_id)) = found else {
            return Ok((None, None));
        };
        let record_type = relation
            .mixed
            .map(|_| relation.rest_name(self.catalog, script_id.as_deref()));
        Ok((name, record_type))
    }

    /// What a record of `target` holds in the field of that name; nothing where its type has none.
    pub(crate) fn value_of(&self, target: &str, id: i64, name: &str) -> Result<Option<Value>, RecordsError> {
        let Some((relation, field)) = self
            .catalog
            .relation(target)
            .zip(self.catalog.field_of(target, name))
        else {
            return Ok(None);
        };
        let sql = format!(
            r#"SELECT "{}" FROM "{}" WHERE id = ?1"#,
            field.column(),
            relation.table
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => Ok(from_sql(&field.kind, row.get_ref(0)?)),
            None => Ok(None),
        }
    }

    /// What the first line whose box is checked holds, of a sublist of a record of `target`; nothing where its type has none.
    pub(crate) fn value_of_line(
        &self,
        target: &str,
        id: i64,
        sublist: &str,
        line: &CheckedLine,
    ) -> Result<Option<Value>, RecordsError> {
        let sublist = self.catalog.get(target).and_then(|of| of.sublist(sublist));
        let named = |name: &str| sublist.and_then(|sublist| sublist.field(name));
        let (Some(sublist), Some(field), Some(checked)) = (sublist, named(&line.field), named(&line.checked))
        else {
            return Ok(None);
        };
        let among = match sublist.is_shared() {
            true => format!(" AND _sublist = '{}'", sublist.script_id),
            false => String::new(),
        };
        let sql = format!(
            r#"SELECT "{}" FROM "{}" WHERE "{}" = ?1 AND "{}" = 'T'{among} ORDER BY linesequencenumber LIMIT 1"#,
            field.column(),
            sublist.table,
            sublist.parent_column,
            checked.column()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => Ok(from_sql(&field.kind, row.get_ref(0)?)),
            None => Ok(None),
        }
    }

    /// The first record found, of any declared type, that refers to this one.
    pub(crate) fn dependent(&self, id: i64) -> Result<Option<(String, i64)>, RecordsError> {
        let mut seen = BTreeSet::new();
        for other in self.catalog.types() {
            let body = other
                .fields
                .iter()
                .map(|field| (other.table.as_str(), "id", field));
            let lines = other.sublists.iter().flat_map(|sublist| {
                sublist
                    .fields
                    .iter()
                    .map(|field| (sublist.table.as_str(), sublist.parent_column.as_str(), field))
            });
            for (table, owner, field) in body.chain(lines) {
                let column = field.column();
                let points_here = field
                    .target()
                    .is_some_and(|target| Catalog::may_point(target, self.record_type));
                if !points_here || !field.is_own() || !seen.insert((table, column)) {
                    continue;
                }
                let refers = match &field.kind {
                    Kind::MultiRef(_) => {
                        format!(r#"EXISTS (SELECT 1 FROM json_each("{column}") WHERE value = ?1)"#)
                    }
                    _ => format!(r#""{column}" = ?1"#),
                };
                // A record, or a line of it, that refers to itself goes with it.
                let shares_ids = other.ids() == self.record_type.ids();
                let itself = if shares_ids {
                    format!(r#"AND "{owner}" <> ?1"#)
                } else {
                    String::new()
                };
                let sql = format!(r#"SELECT "{owner}" FROM "{table}" WHERE {refers} {itself} LIMIT 1"#);
                let found = self
                    .connection
                    .prepare_cached(&sql)?
                    .query_row([id], |row| row.get(0));
                if let Some(found) = found.optional()? {
                    return Ok(Some((self.rest_name_at(table, other, found)?, found)));
                }
            }
        }
        Ok(None)
    }

    /// What the record that was found in a table shared by several types is.
    fn rest_name_at(
        &self,
        table: &str,
        other: &crate::record_type::RecordType,
        id: i64,
    ) -> Result<String, RecordsError> {
        let shared = other.in_family && (table == other.table || table == crate::record_type::LINES);
        if !shared {
            return Ok(other.name.clone());
        }
        let sql = format!(r#"SELECT _recordtype FROM "{}" WHERE id = ?1"#, other.table);
        let script_id: Option<String> = self
            .connection
            .prepare_cached(&sql)?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let found = script_id.and_then(|script_id| self.catalog.get(&script_id));
        Ok(found.map_or(&other.name, |found| &found.name).clone())
    }
}
