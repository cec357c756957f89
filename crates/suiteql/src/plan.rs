//! What is run: SQL for SQLite, what is bound to it, and the columns that come back.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::access::Access;
use crate::date_format::DateFormat;
use crate::render::{render, render_unordered};
use crate::schema::{AnyOf, Kind, Schema};
use crate::term::Query;
use crate::value::Value;

/// A column of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputColumn {
    /// Lower case; unnamed expressions are `expr1`, `expr2` …
    pub name: String,
    /// `None`: it is always NULL.
    pub kind: Option<Kind>,
}

/// A translated statement. Holds no text of the statement's but in what is bound.
#[derive(Clone, Debug)]
pub struct Plan {
    sql: String,
    unordered: String,
    is_limited: bool,
    bound: Vec<Value>,
    columns: Vec<OutputColumn>,
    readable: Arc<BTreeSet<(String, String)>>,
    date_format: DateFormat,
}

impl Plan {
    pub(crate) fn new(
        query: &Query,
        bound: Vec<Value>,
        readable: BTreeSet<(String, String)>,
        date_format: DateFormat,
    ) -> Self {
        Self {
            sql: render(query),
            unordered: render_unordered(query),
            is_limited: query.limit.is_some() || query.offset.is_some(),
            bound,
            columns: output_columns(query),
            readable: Arc::new(readable),
            date_format,
        }
    }

    /// All rows, in their order.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The values of `?1`, `?2` …
    pub fn bound(&self) -> &[Value] {
        &self.bound
    }

    pub fn columns(&self) -> &[OutputColumn] {
        &self.columns
    }

    /// All that its rows depend on beside the records: of the same records, plans with one identity give the same rows.
    pub fn identity(&self) -> String {
        let is_moment = |column: &OutputColumn| matches!(column.kind, Some(Kind::Date | Kind::DateTime));
        let moments: Vec<bool> = self.columns.iter().map(is_moment).collect();
        let (sql, bound, date_format) = (&self.sql, &self.bound, self.date_format);
        format!("{sql} {bound:?} {moments:?} {date_format:?}")
    }

    /// One page; its limit and offset are the two parameters behind the bound ones.
    pub(crate) fn page_sql(&self) -> String {
        let (limit, offset) = (self.bound.len() + 1, self.bound.len() + 2);
        if self.is_limited {
            format!("SELECT * FROM ({}) LIMIT ?{limit} OFFSET ?{offset}", self.sql)
        } else {
            format!("{} LIMIT ?{limit} OFFSET ?{offset}", self.sql)
        }
    }

    /// The number of rows, counted no further than the parameter behind the bound ones.
    pub(crate) fn count_sql(&self) -> String {
        let limit = self.bound.len() + 1;
        format!(
            "SELECT count(*) FROM (SELECT * FROM ({}) LIMIT ?{limit})",
            self.unordered
        )
    }

    /// What SQLite may read at all.
    pub(crate) fn readable(&self) -> &Arc<BTreeSet<(String, String)>> {
        &self.readable
    }

    pub(crate) fn date_format(&self) -> DateFormat {
        self.date_format
    }
}

/// A name that is there twice gets a number: `id`, `id_0`.
fn output_columns(query: &Query) -> Vec<OutputColumn> {
    let mut columns: Vec<OutputColumn> = Vec::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut next: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for output in &query.outputs {
        let mut name = output.name.clone();
        while !taken.insert(name.clone()) {
            let number = next.entry(&output.name).or_default();
            name = format!("{}_{number}", output.name);
            *number += 1;
        }
        let kind = output.kind.clone();
        columns.push(OutputColumn { name, kind });
    }
    columns
}

/// The columns of SQLite that can be read at all: the schema's, and those that rules on rows ask for.
pub(crate) fn readable(schema: &Schema, access: &Access) -> BTreeSet<(String, String)> {
    let mut readable = BTreeSet::new();
    for table in schema.tables() {
        // Asked for when a table is counted and none of its columns is read.
        readable.insert((table.source.clone(), String::new()));
        let rules = access.rules(&table.name).unwrap_or_default();
        for rule in table.rows.iter().chain(rules) {
            if let AnyOf::Rows { source, column, .. } = &rule.any_of {
                let read = ["", "id", column].map(|column| (source.clone(), column.to_owned()));
                readable.extend(read);
            }
        }
        let ruled = table.rows.iter().chain(rules).map(|rule| &rule.column);
        for column in table.columns.iter().map(|column| &column.name).chain(ruled) {
            readable.insert((table.source.clone(), column.clone()));
        }
    }
    readable
}
