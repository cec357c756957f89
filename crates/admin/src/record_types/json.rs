//! The JSON of record types, and of the rows of a file.

use countersign_records::{BadCell, Declared, RecordType, Records, RowsDone};
use countersign_shape::Remark;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// A record type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordTypeJson {
    /// As REST writes it.
    pub name: String,
    pub label: String,
    /// How deep the account goes: 0, 1 or 2.
    pub tier: u8,
    pub fields: usize,
    pub sublists: Vec<String>,
    /// The account has it of its own.
    pub own: bool,
    /// Fields, of the record and of its lines (`item.custcol_colour`), that the account added to a type of everybody's.
    pub own_fields: Vec<String>,
}

/// A file that says something of record types.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShapeFileJson {
    pub name: String,
    pub text: String,
}

/// Files to read record types, fields and lists from: SDF objects, answers of the metadata catalogue, or what the export
/// of another account wrote.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShapeFilesInput {
    pub files: Vec<ShapeFileJson>,
}

/// How something is imported.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Leave out what is wrong, and import the rest.
    pub skip_bad: bool,
}

/// Something about a file, or an object or field in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RemarkJson {
    pub file: String,
    /// Empty where it is the file.
    pub about: String,
    pub text: String,
}

/// What was declared, by script id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedTypesJson {
    pub dry_run: bool,
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub unchanged: Vec<String>,
    /// Values of custom lists that were made or changed.
    pub list_values: usize,
    /// What this program has no place for.
    pub left_out: Vec<RemarkJson>,
    /// What could not be read or does not fit, and was skipped.
    pub wrong: Vec<RemarkJson>,
}

/// What became of the rows of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RowsJson {
    /// Whether anything was written.
    pub written: bool,
    pub dry_run: bool,
    pub rows: usize,
    pub created: usize,
    pub updated: usize,
    pub bad_rows: usize,
    /// The first of what is wrong.
    pub bad: Vec<BadCellJson>,
}

/// A cell that its field cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BadCellJson {
    /// Counts from 1, which is the line of the names.
    pub line: u64,
    /// As the first line calls it; none for what is wrong with a row as a whole.
    pub column: Option<String>,
    pub reason: String,
}

/// A line of the answer: how far it is, then what became of it, or why nothing did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RowsLineJson {
    /// Rows so far.
    Rows(usize),
    Done(RowsJson),
    Problem(Problem),
}

impl RecordTypeJson {
    pub(super) fn of(record_type: &RecordType, records: &Records) -> Self {
        let base = records.base().get(&record_type.script_id);
        let mut own_fields = Vec::new();
        if let Some(base) = base {
            let body = record_type.fields.iter().map(|field| &field.name);
            own_fields.extend(body.filter(|name| base.field(name).is_none()).cloned());
            for sublist in &record_type.sublists {
                let before = base.sublist(&sublist.name);
                let is_new = |name: &str| before.is_none_or(|before| before.field(name).is_none());
                let new = sublist.fields.iter().filter(|field| is_new(&field.name));
                own_fields.extend(new.map(|field| format!("{}.{}", sublist.name, field.name)));
            }
        }
        Self {
            name: record_type.name.clone(),
            label: record_type.label.clone(),
            tier: record_type.tier.number(),
            fields: record_type.fields.len(),
            sublists: record_type
                .sublists
                .iter()
                .map(|sublist| sublist.name.clone())
                .collect(),
            own: base.is_none(),
            own_fields,
        }
    }
}

impl From<Remark> for RemarkJson {
    fn from(remark: Remark) -> Self {
        let Remark { file, about, text } = remark;
        Self { file, about, text }
    }
}

impl ImportedTypesJson {
    pub(super) fn of(declared: Declared, shape: Read, dry_run: bool) -> Self {
        Self {
            dry_run,
            added: declared.added,
            changed: declared.changed,
            unchanged: declared.unchanged,
            list_values: declared.list_values,
            left_out: shape.left_out,
            wrong: shape.wrong,
        }
    }
}

impl From<BadCell> for BadCellJson {
    fn from(bad: BadCell) -> Self {
        let BadCell { line, column, reason } = bad;
        Self { line, column, reason }
    }
}

impl RowsJson {
    pub(super) fn of(done: RowsDone, dry_run: bool) -> Self {
        Self {
            written: done.written,
            dry_run,
            rows: done.rows,
            created: done.created,
            updated: done.updated,
            bad_rows: done.bad_rows,
            bad: done.bad.into_iter().map(BadCellJson::from).collect(),
        }
    }
}

/// What was not taken.
pub(super) struct Read {
    pub(super) left_out: Vec<RemarkJson>,
    pub(super) wrong: Vec<RemarkJson>,
}
