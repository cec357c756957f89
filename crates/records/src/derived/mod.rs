//! What statements see besides the tables of the record types: `declarations/tables.query`.
//!
//! * `more TABLE`, then lines `name kind = expression`: columns that follow from a row of it, which the expression calls `t`.
//! * `table NAME "Label"`, then its columns as `name kind`, with commas between those of one line, and `= SELECT …`: a
//!   table that follows from others. `= none`: it has no rows. `named=COLUMN` is what a reference to a row shows. `of=TYPES`
//!   names a record type, table or view, and whoever sees one of its types sees the table; with `by=COLUMNS` only those
//!   rows whose columns all refer to rows that are seen.
//! * `shown NAME`: the same, but a statement cannot name it. It says what references are shown as.
//! * `missing NAMES`: NetSuite has these tables, and this program does not.
//!
//! A word in braces stands for what only the catalogue knows; see [`expansion`].

mod expansion;
mod views;

use crate::declaration::DeclarationError;

pub(crate) use expansion::countries;
pub(crate) use views::{create, drop_all, texts};

const FILE: &str = "tables.query";
const TABLES: &str = include_str!("../../declarations/tables.query");
/// Before the name of the view that has a table's own columns and those that follow from them.
const PREFIX: &str = "query_";

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Derived {
    pub(crate) tables: Vec<DerivedTable>,
    pub(crate) more: Vec<More>,
    pub(crate) missing: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct DerivedTable {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) named: Option<String>,
    pub(crate) of: Option<String>,
    pub(crate) by: Vec<String>,
    pub(crate) columns: Vec<DerivedColumn>,
    pub(crate) select: String,
    /// A statement cannot name it.
    pub(crate) is_shown: bool,
}

/// Columns that a table of records has for statements alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct More {
    pub(crate) table: String,
    pub(crate) columns: Vec<(DerivedColumn, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DerivedColumn {
    pub(crate) name: String,
    pub(crate) kind: String,
}

impl Derived {
    pub(crate) fn built_in() -> Result<Self, DeclarationError> {
        let mut derived = Self::default();
        let mut block = Block::Nothing;
        for (index, line) in TABLES.lines().enumerate() {
            let wrong = |reason: &str| DeclarationError {
                file: FILE.to_owned(),
                line: index + 1,
                column: 1,
                reason: format!("expected {reason}"),
            };
            let text = line.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if line.starts_with(' ') {
                derived
                    .inside(block, text)
                    .ok_or_else(|| wrong(block.expected()))?;
            } else {
                block = derived
                    .head(text)
                    .ok_or_else(|| wrong("`more`, `table`, `shown` or `missing`"))?;
            }
        }
        Ok(derived)
    }

    /// The view or table that a statement's table is read from.
    pub(crate) fn source(&self, table: &str) -> String {
        match self.more.iter().any(|more| more.table == table) {
            true => format!("{PREFIX}{table}"),
            false => table.to_owned(),
        }
    }

    fn head(&mut self, text: &str) -> Option<Block> {
        let (word, rest) = text.split_once(' ')?;
        match word {
            "missing" => {
                self.missing.extend(rest.split_whitespace().map(str::to_owned));
                Some(Block::Nothing)
            }
            "more" => {
                self.more.push(More {
                    table: rest.to_owned(),
                    columns: Vec::new(),
                });
                Some(Block::More)
            }
            "table" | "shown" => {
                self.tables.push(table_head(rest, word == "shown")?);
                Some(Block::Table)
            }
            _ => None,
        }
    }

    fn inside(&mut self, block: Block, text: &str) -> Option<()> {
        match block {
            Block::Nothing => None,
            Block::More => {
                let (declared, expression) = text.split_once('=')?;
                let column = column(declared)?;
                let more = self.more.last_mut()?;
                more.columns.push((column, expression.trim().to_owned()));
                Some(())
            }
            Block::Table => {
                let table = self.tables.last_mut()?;
                if let Some(select) = text.strip_prefix("= ") {
                    select.clone_into(&mut table.select);
                } else if table.select.is_empty() {
                    let columns: Option<Vec<_>> = text.split(',').map(column).collect();
                    table.columns.extend(columns?);
                } else {
                    table.select.push('\n');
                    table.select.push_str(text);
                }
                Some(())
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Block {
    Nothing,
    More,
    Table,
}

impl Block {
    const fn expected(self) -> &'static str {
        match self {
            Self::Nothing => "a line that is not indented",
            Self::More => "`name kind = expression`",
            Self::Table => "columns as `name kind`, or `= SELECT …`",
        }
    }
}

fn table_head(text: &str, is_shown: bool) -> Option<DerivedTable> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let mut table = DerivedTable {
        name: name.to_owned(),
        label: name.to_owned(),
        is_shown,
        ..DerivedTable::default()
    };
    let mut rest = rest.trim();
    if let Some(quoted) = rest.strip_prefix('"') {
        let (label, after) = quoted.split_once('"')?;
        (table.label, rest) = (label.to_owned(), after);
    }
    for word in rest.split_whitespace() {
        let (word, value) = word.split_once('=')?;
        match word {
            "named" => table.named = Some(value.to_owned()),
            "of" => table.of = Some(value.to_owned()),
            "by" => table.by = value.split(',').map(str::to_owned).collect(),
            _ => return None,
        }
    }
    Some(table)
}

fn column(text: &str) -> Option<DerivedColumn> {
    let (name, kind) = text.trim().split_once(' ')?;
    Some(DerivedColumn {
        name: name.to_owned(),
        kind: kind.trim().to_owned(),
    })
}
