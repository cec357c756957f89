//! The tables of a catalogue as SuiteQL's schema: kinds, where references lead, and what a choice is shown as.

use std::collections::{BTreeMap, BTreeSet};

use countersign_suiteql::{AnyOf, Column, Kind, RowRule, Schema, SchemaError, Table, Value};

use crate::catalog::Catalog;
use crate::record_type::TRANSACTION;
use crate::script_log;
use crate::tables::{ChoiceInfo, ColumnInfo, ColumnKind, TableInfo, TargetInfo};

/// The view of the names of records whose types are not declared.
const NAMES: &str = "recordname";
/// What a row of a family is, as a statement may see it.
const RECORD_TYPE: &str = "recordtype";

/// # Errors
/// A declaration whose names no statement could write.
pub(super) fn schema(catalog: &Catalog) -> Result<Schema, SchemaError> {
    let mut undeclared = BTreeSet::new();
    let mut tables: Vec<Table> = Vec::new();
    for info in &catalog.tables() {
        let columns = info.columns.iter().filter_map(|column| {
            Some(Column {
                name: column.name.clone(),
                kind: kind(catalog, info, column, &mut undeclared)?,
                never_null: column.never_null,
            })
        });
        tables.push(Table {
            source: info.source.clone(),
            is_for_display: info.is_shown,
            ..Table::new(&info.name, columns)
        });
    }
    tables.extend(undeclared.into_iter().map(names_of));
    tables.extend(catalog.derived.more.iter().map(|more| beneath(&more.table)));
    tables.push(beneath(script_log::TABLE));
    Ok(Schema::new(tables)?.with_missing(catalog.derived.missing.iter().cloned()))
}

/// Nothing for what cannot be shown as NetSuite shows it: several references in one column, and choices whose meaning
/// no column tells.
fn kind(
    catalog: &Catalog,
    table: &TableInfo,
    column: &ColumnInfo,
    undeclared: &mut BTreeSet<String>,
) -> Option<Kind> {
    Some(match &column.kind {
        ColumnKind::Text => type_names(catalog, table, column).unwrap_or(Kind::Text),
        ColumnKind::Integer => Kind::Integer,
        ColumnKind::Decimal => Kind::Number,
        ColumnKind::Amount => Kind::Currency,
        ColumnKind::Bool => Kind::Bool,
        ColumnKind::Date => Kind::Date,
        ColumnKind::DateTime => Kind::DateTime,
        ColumnKind::Choice(choices) => return choice(catalog, table, column, choices),
        ColumnKind::Reference(target) => reference(target, undeclared),
        ColumnKind::References(_) => return None,
    })
}

fn reference(target: &TargetInfo, undeclared: &mut BTreeSet<String>) -> Kind {
    let Some(table) = &target.table else {
        undeclared.insert(target.named.clone());
        return Kind::Reference {
            table: target.named.clone(),
            display: "name".to_owned(),
        };
    };
    Kind::Reference {
        table: table.clone(),
        display: target.display.clone().unwrap_or_else(|| "id".to_owned()),
    }
}

/// A table whose rows statements read through a view: SQLite asks for it too, where of a row only its id is read.
fn beneath(table: &str) -> Table {
    Table {
        source: table.to_owned(),
        is_for_display: true,
        ..Table::new(format!("{table}_own"), [Column::id()])
    }
}

/// What records of an undeclared type are called, as far as anybody said so: to be shown, not to be queried.
fn names_of(named: String) -> Table {
    let name = Column::new("name", Kind::Text);
    Table {
        source: NAMES.to_owned(),
        rows: vec![RowRule {
            column: "type".to_owned(),
            any_of: AnyOf::Values(vec![Value::Text(named.clone())]),
        }],
        is_for_display: true,
        ..Table::new(named, [Column::id(), name])
    }
}

/// A column that says by a word of its own what type a row is of is shown as the type's name, where each word is one.
fn type_names(catalog: &Catalog, table: &TableInfo, column: &ColumnInfo) -> Option<Kind> {
    if column.name == RECORD_TYPE {
        return None;
    }
    let mut names = BTreeMap::new();
    for record_type in catalog.family(&table.name) {
        let (_, word) = record_type
            .constants
            .iter()
            .find(|(constant, _)| *constant == column.name)?;
        if names.insert(word.clone(), record_type.label.clone()).is_some() {
            return None;
        }
    }
    (!names.is_empty()).then(|| Kind::Enum(names.into_iter().collect()))
}

fn choice(catalog: &Catalog, table: &TableInfo, column: &ColumnInfo, choices: &[ChoiceInfo]) -> Option<Kind> {
    // NetSuite shows the type before it: `Sales Order : Pending Fulfillment`.
    let is_status = table.name == TRANSACTION && column.name == "status";
    let mut labels: BTreeMap<&str, &str> = BTreeMap::new();
    let mut agree = true;
    for choice in choices {
        agree &= *labels.entry(&choice.id).or_insert(&choice.label) == choice.label;
    }
    if agree && !is_status {
        let labels = labels
            .into_iter()
            .map(|(id, label)| (id.to_owned(), label.to_owned()));
        return Some(Kind::Enum(labels.collect()));
    }
    if !table.columns.iter().any(|column| column.name == RECORD_TYPE) {
        return None;
    }
    let labels = choices.iter().filter_map(|choice| {
        let of = choice.record_type.clone()?;
        let label = match is_status {
            true => format!("{} : {}", catalog.get(&of)?.label, choice.label),
            false => choice.label.clone(),
        };
        Some((of, choice.id.clone(), label))
    });
    Some(Kind::EnumBy {
        by: RECORD_TYPE.to_owned(),
        labels: labels.collect(),
    })
}
