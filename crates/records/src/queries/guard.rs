//! Which record types stand before a table: a caller sees the rows of those types that it sees.

use std::collections::{BTreeMap, BTreeSet};

use countersign_suiteql::{Access, AnyOf, RowRule, Value};

use crate::catalog::Catalog;
use crate::record_type::{LINES, RecordType, TRANSACTION};

/// The column of a family's table or a view that says of what type a row is.
const ROW_TYPE: &str = "_recordtype";

/// A table and the types whose rows lie in it.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    table: String,
    types: BTreeSet<String>,
    /// All of them must tell a type that is seen; none where the table is seen whole or not at all.
    told_by: Vec<ToldBy>,
}

/// What says of which type a row is, where a table has several.
#[derive(Clone, Debug)]
enum ToldBy {
    /// A column of it.
    Column(&'static str),
    /// The row of `table` that `column` refers to.
    Parent { column: String, table: String },
}

impl Guard {
    fn new(table: &str, told_by: Vec<ToldBy>) -> Self {
        Self {
            table: table.to_owned(),
            types: BTreeSet::new(),
            told_by,
        }
    }

    /// With the rows of all types, of some, or not at all.
    fn admit(&self, access: Access, seen: &BTreeSet<&str>) -> Access {
        let here = self
            .types
            .iter()
            .filter(|script_id| seen.contains(script_id.as_str()));
        let values: Vec<Value> = here.map(|script_id| Value::Text(script_id.clone())).collect();
        if values.is_empty() {
            return access;
        }
        if values.len() == self.types.len() {
            return access.and(&self.table);
        }
        let rule = |told_by: &ToldBy| match told_by {
            ToldBy::Column(column) => RowRule {
                column: (*column).to_owned(),
                any_of: AnyOf::Values(values.clone()),
            },
            ToldBy::Parent { column, table } => RowRule {
                column: column.clone(),
                any_of: AnyOf::Rows {
                    source: table.clone(),
                    column: ROW_TYPE.to_owned(),
                    values: values.clone(),
                },
            },
        };
        access.and_rows(&self.table, self.told_by.iter().map(rule).collect())
    }
}

/// One for each table there is.
pub(super) fn guards(catalog: &Catalog) -> Vec<Guard> {
    let mut guards = BTreeMap::new();
    let mut add = |table: &str, of: &RecordType, told_by: &dyn Fn() -> ToldBy| {
        let guard = guards
            .entry(table.to_owned())
            .or_insert_with(|| Guard::new(table, vec![told_by()]));
        guard.types.insert(of.script_id.clone());
    };
    for of in catalog.types() {
        let by_row = || ToldBy::Column(ROW_TYPE);
        add(&of.table, of, &by_row);
        if let Some(view) = &of.view {
            add(view, of, &by_row);
        }
        for sublist in &of.sublists {
            add(&sublist.table, of, &|| ToldBy::Parent {
                column: sublist.parent_column.clone(),
                table: of.table.clone(),
            });
        }
        if of.is_transaction() {
            for table in [LINES, "transactionaccountingline"] {
                add(table, of, &|| ToldBy::Parent {
                    column: TRANSACTION.to_owned(),
                    table: TRANSACTION.to_owned(),
                });
            }
        }
        add("systemnote", of, &|| ToldBy::Column("recordtype"));
    }
    for derived in catalog.derived_tables() {
        let told_by = derived.by.iter().map(|column| ToldBy::Parent {
            column: column.clone(),
            table: derived.of.clone().unwrap_or_default(),
        });
        let mut guard = Guard::new(&derived.name, told_by.collect());
        let types = catalog.sources_of(derived).map(|of| of.script_id.clone());
        guard.types.extend(types);
        guards.insert(derived.name.clone(), guard);
    }
    guards.into_values().collect()
}

/// What whoever sees the types for which `sees` says so sees of the tables.
pub(super) fn access(catalog: &Catalog, guards: &[Guard], sees: impl Fn(&RecordType) -> bool) -> Access {
    let seen = catalog.types().filter(|of| sees(of));
    let seen = seen.map(|of| of.script_id.as_str()).collect();
    let none = Access::default();
    guards
        .iter()
        .fold(none, |access, guard| guard.admit(access, &seen))
}
