//! The rows of a record's lines, and the main line of a transaction. No rules here: what may be written is decided in
//! `settle`.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params_from_iter;
use rusqlite::types::{Value as Sql, ValueRef};

use crate::cents::to_cents;
use crate::column::{from_sql, to_sql};
use crate::error::RecordsError;
use crate::field::Field;
use crate::record::{Line, Record};
use crate::record_type::{LINES, Sublist};
use crate::table::Table;
use crate::value::Value;

/// A line's values with the sign its columns have.
fn stored(sublist: &Sublist, field: &Field, value: Option<&Value>) -> Sql {
    match value {
        Some(Value::Decimal(number)) => Sql::Real(number * sublist.sign(field) + 0.0),
        Some(value) => to_sql(value),
        None => Sql::Null,
    }
}

impl Table<'_> {
    pub(crate) fn load_lines(&self, id: i64) -> Result<BTreeMap<String, Vec<Line>>, RecordsError> {
        let mut lines = BTreeMap::new();
        for sublist in &self.record_type.sublists {
            lines.insert(sublist.name.clone(), self.load_sublist(sublist, id)?);
        }
        Ok(lines)
    }

    fn load_sublist(&self, sublist: &Sublist, id: i64) -> Result<Vec<Line>, RecordsError> {
        let mut sql = "SELECT id, _line".to_owned();
        for field in &sublist.fields {
            sql.push_str(&format!(", \"{}\"", field.column()));
        }
        sql.push_str(&format!(
            r#" FROM "{}" WHERE "{}" = ?1"#,
            sublist.table, sublist.parent_column
        ));
        if sublist.is_shared() {
            sql.push_str(&format!(" AND _sublist = '{}'", sublist.script_id));
        }
        sql.push_str(" ORDER BY linesequencenumber");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let mut line = Line {
                row: Some(row.get(0)?),
                number: row.get(1)?,
                values: BTreeMap::new(),
            };
            for (field, column) in sublist.fields.iter().zip(2..) {
                let stored = row.get_ref(column)?;
                if stored == ValueRef::Null {
                    continue;
                }
                let value = from_sql(&field.kind, stored).ok_or_else(|| RecordsError::Damaged {
                    record_type: self.record_type.name.clone(),
                    id,
                    field: format!("{}.{}", sublist.name, field.name),
                })?;
                let value = match value {
                    Value::Decimal(number) => Value::Decimal(number * sublist.sign(field) + 0.0),
                    other => other,
                };
                line.values.insert(field.name.clone(), value);
            }
            lines.push(line);
        }
        Ok(lines)
    }

    /// Makes the rows what the record's lines are, and gives new lines the ids of theirs.
    pub(crate) fn store_lines(
        &self,
        before: Option<&Record>,
        record: &mut Record,
    ) -> Result<(), RecordsError> {
        if self.record_type.is_transaction() {
            self.store_main_line(before.is_none(), record)?;
        }
        let mut place = 0;
        for sublist in &self.record_type.sublists {
            if !sublist.is_shared() {
                place = 0;
            }
            let lines = record.lines.entry(sublist.name.clone()).or_default();
            let kept: BTreeSet<_> = lines.iter().filter_map(|line| line.row).collect();
            let old = before.map_or(&[][..], |before| before.lines(&sublist.name));
            for gone in old.iter().filter_map(|line| line.row) {
                if !kept.contains(&gone) {
                    let sql = format!(r#"DELETE FROM "{}" WHERE id = ?1"#, sublist.table);
                    self.connection.prepare_cached(&sql)?.execute([gone])?;
                }
            }
            for line in lines {
                place += 1;
                self.store_line(sublist, record.id, line, place)?;
            }
        }
        Ok(())
    }

    fn store_line(
        &self,
        sublist: &Sublist,
        id: i64,
        line: &mut Line,
        place: i64,
    ) -> Result<(), RecordsError> {
        let is_new = line.row.is_none();
        let row = match line.row {
            Some(row) => row,
            None => self.next_number(&sublist.table)?,
        };
        line.row = Some(row);
        let mut columns = vec!["id", "linesequencenumber"];
        let mut values = vec![Sql::Integer(row), Sql::Integer(place)];
        for field in &sublist.fields {
            columns.push(field.column());
            values.push(stored(sublist, field, line.get(&field.name)));
        }
        if is_new {
            columns.extend([sublist.parent_column.as_str(), "_line"]);
            values.extend([Sql::Integer(id), Sql::Integer(line.number)]);
            if sublist.is_shared() {
                columns.extend(["mainline", "_sublist"]);
                values.extend([Sql::Text("F".to_owned()), Sql::Text(sublist.script_id.clone())]);
            }
            return self.insert_row(&sublist.table, &columns, values);
        }
        self.update_row(&sublist.table, &columns, values)
    }

    /// The line that stands for the whole transaction has what its body has, in the columns that are called alike; its
    /// amount is the total.
    fn store_main_line(&self, is_new: bool, record: &Record) -> Result<(), RecordsError> {
        let mut columns = Vec::new();
        let mut values = Vec::new();
        let line_columns: BTreeSet<&str> = self
            .catalog
            .family(&self.record_type.table)
            .flat_map(|member| &member.sublists)
            .filter(|sublist| sublist.is_shared())
            .flat_map(|sublist| sublist.fields.iter().map(|field| field.column()))
            .collect();
        for field in self.own_fields() {
            let column = match field.name.as_str() {
                "total" => "foreignamount",
                _ => field.column(),
            };
            if line_columns.contains(column) {
                columns.push(column);
                values.push(record.get(&field.name).map_or(Sql::Null, to_sql));
            }
        }
        if let Some(total) = record.get("total").and_then(Value::number)
            && line_columns.contains("netamount")
        {
            let rate = record.get("exchangeRate").and_then(Value::number).unwrap_or(1.0);
            columns.push("netamount");
            values.push(Sql::Real(to_cents(total * rate)));
        }
        if !is_new {
            let sql = r#"SELECT id FROM transactionline WHERE "transaction" = ?1 AND mainline = 'T'"#;
            let row: i64 = self
                .connection
                .prepare_cached(sql)?
                .query_row([record.id], |row| row.get(0))?;
            columns.insert(0, "id");
            values.insert(0, Sql::Integer(row));
            return self.update_row(LINES, &columns, values);
        }
        columns.extend([
            "id",
            "transaction",
            "linesequencenumber",
            "mainline",
            "_sublist",
            "_line",
        ]);
        values.extend([
            Sql::Integer(self.next_number(LINES)?),
            Sql::Integer(record.id),
            Sql::Integer(0),
            Sql::Text("T".to_owned()),
            Sql::Text(String::new()),
            Sql::Integer(0),
        ]);
        self.insert_row(LINES, &columns, values)
    }

    pub(crate) fn remove_lines(&self, id: i64) -> Result<(), RecordsError> {
        let mut tables: BTreeSet<(&str, &str)> = self
            .record_type
            .sublists
            .iter()
            .map(|sublist| (sublist.table.as_str(), sublist.parent_column.as_str()))
            .collect();
        if self.record_type.is_transaction() {
            tables.insert((LINES, "transaction"));
        }
        for (table, parent) in tables {
            let sql = format!(r#"DELETE FROM "{table}" WHERE "{parent}" = ?1"#);
            self.connection.prepare_cached(&sql)?.execute([id])?;
        }
        Ok(())
    }

    fn insert_row(&self, table: &str, columns: &[&str], values: Vec<Sql>) -> Result<(), RecordsError> {
        let sql = format!(
            r#"INSERT INTO "{table}" ("{}") VALUES (?{})"#,
            columns.join(r#"", ""#),
            ", ?".repeat(columns.len().saturating_sub(1))
        );
        self.connection
            .prepare_cached(&sql)?
            .execute(params_from_iter(values))?;
        Ok(())
    }

    /// The first column is the row's id.
    fn update_row(&self, table: &str, columns: &[&str], values: Vec<Sql>) -> Result<(), RecordsError> {
        let sets: Vec<_> = columns
            .iter()
            .zip(1..)
            .skip(1)
            .map(|(column, place)| format!(r#""{column}" = ?{place}"#))
            .collect();
        if sets.is_empty() {
            return Ok(());
        }
        let sql = format!(r#"UPDATE "{table}" SET {} WHERE id = ?1"#, sets.join(", "));
        self.connection
            .prepare_cached(&sql)?
            .execute(params_from_iter(values))?;
        Ok(())
    }
}
