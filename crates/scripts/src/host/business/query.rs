//! `query.run`: SuiteQL for `N/query`.

use countersign_suiteql::{Kind, OutputColumn, Page, Value as Cell};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Business;

#[derive(Deserialize)]
pub(super) struct Statement {
    query: String,
    #[serde(default)]
    params: Vec<Value>,
    start: usize,
    size: usize,
}

impl Business {
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
