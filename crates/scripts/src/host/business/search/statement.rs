//! A whole search as one statement.

use std::collections::BTreeSet;

use countersign_suitescript::HostError;
use serde_json::Value;

use super::super::Business;
use super::super::error::not_emulated;
use super::definition::{Column, Definition};
use super::filter::Conditions;
use super::formula;
use super::scope::{Missing, RowType, Scope};
use super::term::{Kind, Sql, Term};

/// Columns and sorts of one search.
const MOST_COLUMNS: usize = 500;

pub(super) struct Search {
    pub(super) statement: String,
    pub(super) parameters: Vec<Value>,
    /// Of each column of the definition, in order.
    pub(super) outputs: Vec<Output>,
    /// Nothing where results are groups.
    pub(super) row_type: Option<RowType>,
    /// Names that NetSuite has, and that the account keeps nothing in.
    pub(super) unkept: BTreeSet<String>,
}

/// Where in a row the value of a column is.
pub(super) struct Output {
    pub(super) kind: Kind,
    pub(super) is_status: bool,
    /// Nothing for a column that a search with summaries leaves out.
    pub(super) value: Option<usize>,
    pub(super) text: Option<usize>,
}

impl Search {
    pub(super) fn of(business: &Business, definition: &Definition) -> Result<Self, HostError> {
        if definition.columns.len() > MOST_COLUMNS {
            let message = format!("A search has at most {MOST_COLUMNS} columns.");
            return Err(HostError::new("SSS_SEARCH_ERROR_OCCURRED", message));
        }
        let mut scope = Scope::of(business, &definition.record_type)?;
        let is_summary = definition.columns.iter().any(|column| column.summary.is_some());
        let mut selected = Selected::default();
        if !is_summary {
            selected.add(scope.id().unwrap_or("NULL").to_owned());
            if let RowType::Told(sql) = &scope.row_type {
                selected.add(sql.clone());
            }
        }
        let mut outputs = Vec::new();
        let mut groups = Vec::new();
        let mut sorts = Vec::new();
        for column in &definition.columns {
            let term = term(&mut scope, column)?;
            if is_summary && column.summary.is_none() {
                outputs.push(Output::of(&term, None, None));
                continue;
            }
            let summary = column.summary.as_deref().unwrap_or("group").to_lowercase();
            let (term, is_grouped) = match summary.as_str() {
                "group" => (term, is_summary),
                // A formula may sum up by itself; its summary only says that it is not grouped by.
                _ if column.formula.as_deref().is_some_and(formula::sums_up) => (term, false),
                _ => (summarized(&term, &summary)?, false),
            };
            let shown = term.shown();
            let value = match term.kind {
                Kind::DateTime => selected.add(format!("TO_CHAR({}, 'YYYY-MM-DD HH24:MI:SS')", term.sql)),
                _ => selected.add(term.sql.clone()),
            };
            let text = shown.clone().map(|shown| selected.add(shown));
            if is_grouped {
                groups.push(term.sql.clone());
                groups.extend(shown);
            }
            match column.sort.as_deref().map(str::to_lowercase).as_deref() {
                Some("asc") => sorts.push(format!("{} ASC", term.text())),
                Some("desc") => sorts.push(format!("{} DESC", term.text())),
                _ => {}
            }
            outputs.push(Output::of(&term, Some(value), text));
        }
        let mut conditions = Conditions::default();
        if let Some(filters) = &definition.filters {
            conditions.add(&mut scope, filters)?;
        }
        if let Some(condition) = &scope.condition {
            conditions.rows.insert(0, Sql::plain(condition.clone()));
        }
        match is_summary {
            // Groups come in the order of what they are groups of.
            true if sorts.is_empty() => sorts.extend(groups.iter().map(|group| format!("{group} ASC"))),
            true => {}
            false => {
                sorts.extend(scope.id().map(|id| format!("{id} ASC")));
                if scope.root.lines.is_some() {
                    sorts.push("l.linesequencenumber ASC".to_owned());
                }
            }
        }
        let mut whole = Sql::plain(format!(
            "SELECT {} FROM {}",
            selected.columns.join(", "),
            scope.from
        ));
        whole.add(" WHERE ", conditions.rows);
        if !groups.is_empty() {
            whole.text.push_str(&format!(" GROUP BY {}", groups.join(", ")));
        }
        whole.add(" HAVING ", conditions.groups);
        if !sorts.is_empty() {
            whole.text.push_str(&format!(" ORDER BY {}", sorts.join(", ")));
        }
        Ok(Self {
            statement: whole.text,
            parameters: whole.parameters,
            outputs,
            row_type: (!is_summary).then_some(scope.row_type),
            unkept: scope.unkept,
        })
    }
}

impl Output {
    fn of(term: &Term, value: Option<usize>, text: Option<usize>) -> Self {
        Self {
            kind: term.kind,
            is_status: term.by.is_some(),
            value,
            text,
        }
    }
}

/// What stands behind SELECT. Each has a name of its own, so that no two are called alike.
#[derive(Default)]
struct Selected {
    columns: Vec<String>,
}

impl Selected {
    fn add(&mut self, sql: String) -> usize {
        let place = self.columns.len();
        self.columns.push(format!("{sql} AS c{place}"));
        place
    }
}

fn term(scope: &mut Scope<'_>, column: &Column) -> Result<Term, HostError> {
    let term = plain(scope, column)?;
    match column.function.as_deref().filter(|function| !function.is_empty()) {
        None => Ok(term),
        Some(function) => changed(&term, function)
            .ok_or_else(|| not_emulated(&format!("the function {function} of a search column"))),
    }
}

/// A column's function, of a term that it is for.
fn changed(term: &Term, function: &str) -> Option<Term> {
    let sql = &term.sql;
    let is_number = matches!(term.kind, Kind::Number | Kind::Amount);
    let is_day = matches!(term.kind, Kind::Date | Kind::DateTime);
    let (sql, kind) = match function.to_lowercase().as_str() {
        "absolutevalue" if is_number => (format!("ABS({sql})"), term.kind),
        "negate" if is_number => (format!("(-{sql})"), term.kind),
        "round" if is_number => (format!("ROUND({sql}, 0)"), term.kind),
        "roundtotenths" if is_number => (format!("ROUND({sql}, 1)"), term.kind),
        "roundtohundredths" if is_number => (format!("ROUND({sql}, 2)"), term.kind),
        "ageindays" if is_day => (format!("(TRUNC(SYSDATE) - TRUNC({sql}))"), Kind::Number),
        "month" if is_day => (format!("TO_CHAR({sql}, 'YYYY-MM')"), Kind::Text),
        "year" if is_day => (format!("TO_CHAR({sql}, 'YYYY')"), Kind::Text),
        _ => return None,
    };
    Some(Term::new(sql, kind))
}

/// What a column names, without its function.
fn plain(scope: &mut Scope<'_>, column: &Column) -> Result<Term, HostError> {
    let name = column.name.to_lowercase();
    if let (Some(kind), Some(text)) = (formula::kind_of(&name), &column.formula) {
        return formula::term(scope, kind, text);
    }
    scope.term(column.join.as_deref(), &name).map_err(|missing| match missing {
        Missing::Field => HostError::new(
            "SSS_INVALID_SRCH_COL",
            format!(
                "An nlobjSearchColumn contains an invalid column, or is not in proper syntax: {name}.{}",
                scope.question(column.join.as_deref(), &name)
            ),
        ),
        Missing::Join => {
            let join = column.join.as_deref().unwrap_or_default();
            let message =
                format!("An nlobjSearchColumn contains an invalid column join ID, or is not in proper syntax: {join}.");
            HostError::new("SSS_INVALID_SRCH_COL_JOIN", message)
        }
    })
}

/// A summary of a term. Counted is each value once, as NetSuite counts.
pub(super) fn summarized(term: &Term, summary: &str) -> Result<Term, HostError> {
    let sql = &term.sql;
    Ok(match summary.to_lowercase().as_str() {
        "group" => term.clone(),
        "count" => Term::new(format!("COUNT(DISTINCT {sql})"), Kind::Number),
        "sum" => Term::new(format!("SUM({sql})"), number_kind(term)),
        "avg" => Term::new(format!("AVG({sql})"), number_kind(term)),
        summary @ ("min" | "max") => {
            let of = term.text();
            let kind = match term.kind {
                Kind::Choice | Kind::Reference | Kind::Word => Kind::Text,
                Kind::Id => Kind::Number,
                kind => kind,
            };
            Term::new(format!("{summary}({of})"), kind)
        }
        other => {
            let message =
                format!("{other} is no summary type; they are GROUP, COUNT, SUM, MIN, MAX and AVG.");
            return Err(HostError::new("SSS_INVALID_SRCH_SUMMARY_TYP", message));
        }
    })
}

const fn number_kind(term: &Term) -> Kind {
    match term.kind {
        Kind::Amount => Kind::Amount,
        _ => Kind::Number,
    }
}
