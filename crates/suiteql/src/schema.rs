//! What can be queried: tables, their columns and kinds, as plain data that whoever knows the records hands over.
//!
//! Invariant: names are lower case and begin with a letter, so no bookkeeping column (`_…`) and no table of SQLite's own
//! (`sqlite_…`) can be declared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::value::Value;

/// The name of the table with one row, which the engine brings itself.
pub(crate) const DUAL: &str = "dual";

/// What a column holds, and how that is kept in SQLite.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Never the empty string: that is NULL, as in Oracle.
    Text,
    Integer,
    Number,
    /// An amount in the account's currency.
    Currency,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DDTHH:MM:SSZ`.
    DateTime,
    /// `'T'` or `'F'`.
    Bool,
    /// The text of an id, and what each id is shown as.
    Enum(Arc<[(String, String)]>),
    /// The same where an id means something else in rows of another type. The column `by` says which a row is of; the
    /// labels hold its value, the id, and what that is shown as.
    EnumBy {
        by: String,
        labels: Arc<[(String, String, String)]>,
    },
    /// The id of a row of another table, which is shown as that row's `display` column.
    Reference {
        table: String,
        display: String,
    },
}

/// A column. Its name is the same in SuiteQL and in SQLite.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// Holds no NULL: it can be sorted by its index.
    pub never_null: bool,
}

impl Column {
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            never_null: false,
        }
    }

    /// `id`, the internal ID: the INTEGER PRIMARY KEY of every table.
    pub fn id() -> Self {
        Self {
            name: "id".to_owned(),
            kind: Kind::Integer,
            never_null: true,
        }
    }

    /// A column that points to rows of `table`.
    pub fn reference(name: impl Into<String>, table: impl Into<String>, display: impl Into<String>) -> Self {
        let (table, display) = (table.into(), display.into());
        Self::new(name, Kind::Reference { table, display })
    }
}

/// Only rows whose `column` is one of `any_of` are there.
#[derive(Clone, Debug, PartialEq)]
pub struct RowRule {
    pub column: String,
    pub any_of: AnyOf,
}

/// What a column may be.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyOf {
    Values(Vec<Value>),
    /// The `id` of a row of the table or view `source` whose `column` is one of `values`.
    Rows {
        source: String,
        column: String,
        values: Vec<Value>,
    },
}

/// A record type as SuiteQL names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub name: String,
    /// The table or view of SQLite it is read from.
    pub source: String,
    pub columns: Vec<Column>,
    /// All of them must hold; they may name columns of `source` that no statement can name.
    pub rows: Vec<RowRule>,
    /// It is there to say what references to its rows are shown as. A statement cannot name it.
    pub is_for_display: bool,
}

impl Table {
    /// A table that is read from the SQLite table of the same name.
    pub fn new(name: impl Into<String>, columns: impl IntoIterator<Item = Column>) -> Self {
        let name = name.into();
        Self {
            source: name.clone(),
            name,
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
            is_for_display: false,
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Everything that can be queried. Made once, and again when the record types change.
#[derive(Clone, Debug)]
pub struct Schema {
    tables: BTreeMap<String, Table>,
    missing: BTreeSet<String>,
}

/// Why a schema cannot be used: a mistake of whoever declared it.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum SchemaError {
    #[error("`{0}` is not a name: lower-case letters, digits and `_`, a letter first, and not `sqlite_…`")]
    Name(String),
    #[error("table `{0}` is declared twice; give each record type one table")]
    TableTwice(String),
    #[error("column `{column}` of table `{table}` is declared twice")]
    ColumnTwice { table: String, column: String },
    #[error("what `{table}`.`{column}` is shown as depends on `{by}`, which is not declared; declare it")]
    NoColumn {
        table: String,
        column: String,
        by: String,
    },
    #[error("`{table}`.`{column}` is shown as `{target}`.`{display}`, which is not declared; declare it")]
    Display {
        table: String,
        column: String,
        target: String,
        display: String,
    },
}

impl Schema {
    /// # Errors
    ///
    /// A name that could reach something else than records, a name twice, or a reference that leads nowhere.
    pub fn new(tables: Vec<Table>) -> Result<Self, SchemaError> {
        let mut named = BTreeMap::new();
        for table in tables {
            check_table(&table)?;
            let name = table.name.clone();
            if named.insert(name.clone(), table).is_some() {
                return Err(SchemaError::TableTwice(name));
            }
        }
        let schema = Self {
            tables: named,
            missing: BTreeSet::new(),
        };
        for table in schema.tables.values() {
            for column in &table.columns {
                schema.check_display(table, column)?;
            }
        }
        Ok(schema)
    }

    /// With the names, in lower case, of tables that NetSuite has and this schema has not: a statement is told so.
    #[must_use]
    pub fn with_missing(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.missing.extend(names);
        self
    }

    pub(crate) fn is_missing(&self, name: &str) -> bool {
        self.missing.contains(name)
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// The tables a statement can name.
    pub(crate) fn queried(&self) -> impl Iterator<Item = &Table> {
        self.tables().filter(|table| !table.is_for_display)
    }

    fn check_display(&self, table: &Table, column: &Column) -> Result<(), SchemaError> {
        if let Kind::EnumBy { by, .. } = &column.kind
            && table.column(by).is_none()
        {
            return Err(SchemaError::NoColumn {
                table: table.name.clone(),
                column: column.name.clone(),
                by: by.clone(),
            });
        }
        let Kind::Reference {
            table: target,
            display,
        } = &column.kind
        else {
            return Ok(());
        };
        let shown = self.tables.get(target);
        if shown.is_some_and(|shown| shown.column(display).is_some() && shown.column("id").is_some()) {
            return Ok(());
        }
        Err(SchemaError::Display {
            table: table.name.clone(),
            column: column.name.clone(),
            target: target.clone(),
            display: display.clone(),
        })
    }
}

fn check_table(table: &Table) -> Result<(), SchemaError> {
    for name in [&table.name, &table.source] {
        if !is_name(name) || name == DUAL {
            return Err(SchemaError::Name(name.clone()));
        }
    }
    for (index, column) in table.columns.iter().enumerate() {
        if !is_name(&column.name) {
            return Err(SchemaError::Name(column.name.clone()));
        }
        if table
            .columns
            .iter()
            .take(index)
            .any(|earlier| earlier.name == column.name)
        {
            return Err(SchemaError::ColumnTwice {
                table: table.name.clone(),
                column: column.name.clone(),
            });
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        && !name.starts_with("sqlite_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_records_can_be_declared() {
        for name in ["sqlite_master", "_change", "Customer", "a b", "", "x`y", "dual"] {
            let declared = Schema::new(vec![Table::new(name, [Column::id()])]);
            assert_eq!(declared.err(), Some(SchemaError::Name(name.to_owned())));
        }
        let hidden = Table::new("customer", [Column::new("_deleted", Kind::Text)]);
        assert_eq!(
            Schema::new(vec![hidden]).err(),
            Some(SchemaError::Name("_deleted".to_owned()))
        );
    }

    #[test]
    fn a_reference_must_lead_somewhere() {
        let contact = Table::new(
            "contact",
            [Column::id(), Column::reference("company", "customer", "name")],
        );
        assert!(matches!(
            Schema::new(vec![contact]),
            Err(SchemaError::Display { .. })
        ));
    }
}
