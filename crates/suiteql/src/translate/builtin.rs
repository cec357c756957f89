//! NetSuite's own functions: `BUILTIN.DF` and its kin, and `BUILTIN_RESULT`.

use countersign_spelling::nearest;

use crate::error::QueryError;
use crate::functions::Internal;
use crate::relative_range::relative_range;
use crate::schema::{Kind, RowRule};
use crate::term::{ColumnTerm, Node, Piece, Term, pieces};

use super::call::next;
use super::conversion::call;
use super::{Result, Translator};

const KNOWN: &[&str] = &["cf", "consolidate", "df", "relative_ranges"];
const NOT_EMULATED: &[&str] = &[
    "currency",
    "currency_convert",
    "hierarchy",
    "mnfilter",
    "named_group",
    "period",
];

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().copied()
}

pub(crate) fn missing() -> impl Iterator<Item = &'static str> {
    NOT_EMULATED.iter().copied()
}

impl Translator<'_> {
    pub(super) fn builtin(&mut self, name: &str, arguments: Vec<Term>) -> Result<Term> {
        let full = format!("BUILTIN.{}", name.to_uppercase());
        let count = arguments.len();
        let mut arguments = arguments.into_iter();
        match (name, count) {
            ("df", 1) => self.display(next(&mut arguments)),
            ("cf", 1) => Ok(next(&mut arguments)),
            // Every amount is in the account's currency: there is nothing to convert.
            ("consolidate", 1..=7) => {
                let amount = next(&mut arguments);
                self.number_of(amount)
            }
            ("relative_ranges", 2 | 3) => {
                let (range, end, form) = (next(&mut arguments), next(&mut arguments), arguments.next());
                self.relative(&full, &range, &end, form.as_ref())
            }
            ("df" | "cf", _) => Err(QueryError::arguments(&full, "one column")),
            ("consolidate", _) => Err(QueryError::arguments(
                &full,
                "an amount and up to six more arguments",
            )),
            ("relative_ranges", _) => Err(QueryError::arguments(
                &full,
                "a range, 'START' or 'END', and a form",
            )),
            (name, _) if NOT_EMULATED.contains(&name) => Err(super::query::not_emulated(&full)),
            (name, _) => Err(QueryError::UnknownFunction {
                name: full,
                near: nearest(name, KNOWN.iter().copied())
                    .into_iter()
                    .map(|name| format!("BUILTIN.{}", name.to_uppercase()))
                    .collect(),
            }),
        }
    }

    /// What a value is shown as: the name of the record it refers to, the label of the choice it is.
    fn display(&mut self, value: Term) -> Result<Term> {
        match value.kind.clone() {
            Some(Kind::Reference { table, display }) => {
                let Some(table) = self.schema.table(&table) else {
                    return Ok(Term::null());
                };
                let rules: Vec<&RowRule> = table.rows.iter().collect();
                let mut pieces = pieces!["(SELECT d."];
                pieces.extend([
                    Piece::Name(display.clone()),
                    " FROM ".into(),
                    Piece::Name(table.source.clone()),
                ]);
                pieces.extend(pieces![" AS d WHERE d.`id` = ", value]);
                for rule in self.rules(&rules)? {
                    pieces.extend([Piece::from(" AND d."), Piece::Name(rule.column), " IN (".into()]);
                    let is_of_rows = rule.of.is_some();
                    if let Some((source, column)) = rule.of {
                        pieces.extend([
                            Piece::from("SELECT `id` FROM "),
                            Piece::Name(source),
                            " WHERE ".into(),
                            Piece::Name(column),
                            " IN (".into(),
                        ]);
                    }
                    let bound = rule.values.into_iter().map(|index| Term {
                        kind: None,
                        node: Node::Bound(index),
                    });
                    pieces.extend(super::conversion::list(bound.collect()));
                    pieces.push(if is_of_rows { "))" } else { ")" }.into());
                }
                pieces.push(")".into());
                let shown = table.column(&display).map(|column| column.kind.clone());
                Ok(Term {
                    kind: shown,
                    node: Node::Sql(pieces),
                })
            }
            Some(Kind::Enum(labels)) => {
                let mut pieces = pieces!["CASE ", value.clone()];
                for (id, label) in labels.iter() {
                    pieces.extend(pieces![" WHEN ", self.text(id)?, " THEN ", self.text(label)?]);
                }
                if labels.is_empty() {
                    return Ok(value);
                }
                pieces.extend(pieces![" END"]);
                Ok(Term::new(Kind::Text, pieces))
            }
            Some(Kind::EnumBy { by, labels }) => self.display_by(value, &by, &labels),
            Some(Kind::Bool) => {
                let (yes, no) = (self.text("Yes")?, self.text("No")?);
                let pieces = pieces![
                    "CASE ",
                    value,
                    " WHEN 'T' THEN ",
                    yes,
                    " WHEN 'F' THEN ",
                    no,
                    " END"
                ];
                Ok(Term::new(Kind::Text, pieces))
            }
            _ => self.text_of(value),
        }
    }

    /// The label of a choice, by what another column of the same row says.
    fn display_by(&mut self, value: Term, by: &str, labels: &[(String, String, String)]) -> Result<Term> {
        let Node::Column(column) = &value.node else {
            return Err(no_row());
        };
        if by.is_empty() {
            return Err(no_row());
        }
        let by = Term {
            kind: Some(Kind::Text),
            node: Node::Column(ColumnTerm {
                source: column.source,
                column: by.to_owned(),
                shown: by.to_owned(),
            }),
        };
        if labels.is_empty() {
            return Ok(value);
        }
        let mut pieces = pieces!["CASE"];
        for (of, id, label) in labels {
            let (of, id, label) = (self.text(of)?, self.text(id)?, self.text(label)?);
            pieces.extend(pieces![
                " WHEN ",
                by.clone(),
                " = ",
                of,
                " AND ",
                value.clone(),
                " = "
            ]);
            pieces.extend(pieces![id, " THEN ", label]);
        }
        pieces.push(" END".into());
        Ok(Term::new(Kind::Text, pieces))
    }

    fn relative(&mut self, full: &str, range: &Term, end: &Term, form: Option<&Term>) -> Result<Term> {
        let literal = |term: &Term| self.constant_text(term).map(str::to_uppercase);
        let (Some(range), Some(end)) = (literal(range), literal(end)) else {
            return Err(QueryError::arguments(
                full,
                "its range and 'START' or 'END' as literals",
            ));
        };
        let form = form.map_or(Some("DATE".to_owned()), literal);
        let today = self.now.date();
        let Some((first, last)) = relative_range(&range, today) else {
            return Err(super::query::not_emulated(&format!(
                "The range `{range}` of {full}"
            )));
        };
        let (day, time) = match end.as_str() {
            "START" => (first, (0, 0, 0)),
            "END" => (last, (23, 59, 59)),
            _ => {
                return Err(QueryError::arguments(
                    full,
                    "'START' or 'END' as its second argument",
                ));
            }
        };
        match form.as_deref() {
            Some("DATE" | "DATETIME_AS_DATE") => {
                let day = crate::date_model::store_date(day);
                Ok(self.text(&day)?.with_kind(Kind::Date))
            }
            Some("DATETIME") => {
                let (hour, minute, second) = time;
                let moment = crate::date_model::store_moment(day.at(hour, minute, second, 0));
                Ok(self.text(&moment)?.with_kind(Kind::DateTime))
            }
            _ => Err(QueryError::arguments(
                full,
                "'DATE', 'DATETIME' or 'DATETIME_AS_DATE' as its third argument",
            )),
        }
    }

    /// `BUILTIN_RESULT.TYPE_…`: the value, as one of this kind.
    pub(super) fn builtin_result(&mut self, name: &str, arguments: Vec<Term>) -> Result<Term> {
        let full = format!("BUILTIN_RESULT.{}", name.to_uppercase());
        if !(1..=2).contains(&arguments.len()) {
            return Err(QueryError::arguments(&full, "a value"));
        }
        let value = next(&mut arguments.into_iter());
        match name {
            "type_string" | "type_boolean" | "type_clobtext" => self.text_of(value),
            "type_integer" => {
                let value = self.number_of(value)?;
                Ok(call(Kind::Integer, Internal::RoundNumber, vec![value]))
            }
            "type_float" | "type_currency" | "type_percent" | "type_duration" => self.number_of(value),
            "type_date" => {
                let date = self.date_of(value)?;
                Ok(call(Kind::Date, Internal::CutDate, vec![date]))
            }
            "type_datetime" | "type_timestamp" => self.moment_of(value),
            _ => Err(QueryError::UnknownFunction {
                name: full,
                near: Vec::new(),
            }),
        }
    }
}

/// What an id stands for depends on a row that is not at hand.
fn no_row() -> QueryError {
    QueryError::NotEmulated {
        what: "BUILTIN.DF of what a query or function made of this column".to_owned(),
        next: "Take BUILTIN.DF of the table's own column, inside.".to_owned(),
    }
}
