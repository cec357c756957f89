//! What one caller may see: named tables, and of each all rows or some. An empty access sees nothing.

use std::collections::BTreeMap;

use crate::schema::{RowRule, Schema};

/// The tables a caller sees, by name, each with the rules its rows must satisfy for this caller.
///
/// What a reference is shown as (`BUILTIN.DF`) is seen by whoever sees the row that refers.
#[derive(Clone, Debug, Default)]
pub struct Access {
    tables: BTreeMap<String, Vec<RowRule>>,
}

impl Access {
    /// Every table of the schema, with all rows.
    pub fn everything(schema: &Schema) -> Self {
        let tables = schema.queried().map(|table| (table.name.clone(), Vec::new()));
        Self {
            tables: tables.collect(),
        }
    }

    /// All rows of this table too.
    #[must_use]
    pub fn and(self, table: impl Into<String>) -> Self {
        self.and_rows(table, Vec::new())
    }

    /// Those rows of this table too that satisfy every rule.
    #[must_use]
    pub fn and_rows(mut self, table: impl Into<String>, rules: Vec<RowRule>) -> Self {
        self.tables.insert(table.into(), rules);
        self
    }

    pub(crate) fn rules(&self, table: &str) -> Option<&[RowRule]> {
        self.tables.get(table).map(Vec::as_slice)
    }
}
