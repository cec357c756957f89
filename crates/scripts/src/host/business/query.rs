//! `query.run`: SuiteQL for `N/query`.

use countersign_records::{ColumnInfo, ColumnKind};
use countersign_suiteql::{Kind, OutputColumn, Page, Value as Cell};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Business;
use super::error::no_such_type;
use super::search::date;

#[derive(Deserialize)]
pub(super) struct Statement {
    query: String,
    #[serde(default)]
    params: Vec<Value>,
    start: usize,
    size: usize,
}

#[derive(Deserialize)]
pub(super) struct Table {
    #[serde(rename = "type")]
    name: String,
}

#[derive(Deserialize)]
pub(super) struct Range {
    name: String,
}

impl Business {
    /// `query.table`: the columns of a table by name, of each the table it refers to. A type's own table where it has one.
    pub(super) fn query_table(&self, given: &Table) -> Result<Value, HostError> {
        let name = given.name.to_lowercase();
        let info = self.table(&name).filter(|table| !table.is_shown);
        let of_type = || {
            let of = self.records.record_type(&name)?;
            self.table(&of.table)
        };
        let info = info.or_else(of_type).ok_or_else(|| no_such_type(&name))?;
        let column = |column: &ColumnInfo| {
            let target = match &column.kind {
                ColumnKind::Reference(target) => target.table.clone(),
                _ => None,
            };
            (column.name.clone(), Value::from(target))
        };
        let columns: Map<String, Value> = info.columns.iter().map(column).collect();
        Ok(json!({ "table": info.name, "columns": columns }))
    }

    /// `query.range`: what `BUILTIN.RELATIVE_RANGES` calls a range, or null.
    pub(super) fn query_range(given: &Range) -> Value {
        date::named(&given.name.to_lowercase().replace('_', "")).into()
    }

    pub(super) fn run_statement(&self, given: Statement) -> Result<Value, HostError> {
        let page = Page {
            limit: given.size,
            offset: given.start,
        };
        let parameters = given.params.into_iter().map(parameter).collect();
        let rows = self.ask(given.query, parameters, page)?;
        let columns: Vec<&str> = rows.columns.iter().map(|column| column.name.as_str()).collect();
        let types: Vec<&str> = rows.columns.iter().map(type_name).collect();
        let cells: Vec<Vec<Value>> = rows
            .rows
            .iter()
            .map(|row| row.iter().map(cell).collect())
            .collect();
        Ok(json!({ "columns": columns, "types": types, "rows": cells, "total": rows.total }))
    }
}

/// A box is `T` or `F` in a statement.
fn parameter(value: Value) -> Value {
    match value {
        Value::Bool(true) => "T".into(),
        Value::Bool(false) => "F".into(),
        other => other,
    }
}

/// Numbers stay numbers for a script, unlike over REST.
fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => (*number).into(),
        // Written out first: fifteen digits, as Oracle has them.
        Cell::Number(_) => cell
            .to_text()
            .and_then(|text| text.parse::<f64>().ok())
            .map_or(Value::Null, Value::from),
        Cell::Text(text) => text.as_str().into(),
    }
}

/// As `ResultSet.types` has it.
const fn type_name(column: &OutputColumn) -> &'static str {
    match &column.kind {
        Some(Kind::Integer | Kind::Reference { .. }) => "INTEGER",
        Some(Kind::Number) => "FLOAT",
        Some(Kind::Currency) => "CURRENCY",
        Some(Kind::Date) => "DATE",
        Some(Kind::DateTime) => "DATETIME",
        Some(Kind::Bool) => "BOOLEAN",
        Some(Kind::Text | Kind::Enum(_) | Kind::EnumBy { .. }) | None => "STRING",
    }
}
