//! One cell: text to the value of its field.

use jiff::civil::Date;

use crate::error::RecordsError;
use crate::field::{Field, Kind};
use crate::table::Table;
use crate::value::{Key, Reference, Value, number_of, parse_iso};

/// How cells of a column name records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Digits are an id, anything else is a name.
    Either,
    Internal,
    External,
    Name,
}

impl Names {
    /// What stands behind the dot.
    pub(super) fn of(part: &str) -> Option<Self> {
        Some(match part.to_ascii_lowercase().as_str() {
            "id" | "internalid" => Self::Internal,
            "externalid" => Self::External,
            "name" | "refname" => Self::Name,
            _ => return None,
        })
    }
}

/// Several in one cell stand between these.
const BAR: char = '|';

/// The reason where the field cannot hold it.
type Told<T> = Result<T, String>;

pub(super) fn value(
    table: &Table<'_>,
    field: &Field,
    text: &str,
    names: Names,
) -> Result<Told<Option<Value>>, RecordsError> {
    let trimmed = text.trim();
    let value = match &field.kind {
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
            Some(Value::Text(text.to_owned()))
        }
        Kind::Date => date(trimmed).map(Value::Date),
        Kind::DateTime => parse_iso(trimmed).map(Value::DateTime),
        Kind::Bool => match trimmed.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" => Some(Value::Bool(true)),
            "false" | "f" | "no" | "n" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Int => trimmed.parse().ok().map(Value::Integer),
        Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => {
            let number = trimmed.strip_suffix('%').unwrap_or(trimmed);
            number.parse().ok().map(Value::Decimal)
        }
        Kind::Enum(choices) => {
            let by_id = choices.iter().find(|choice| choice.id == trimmed);
            let by_label = || {
                choices
                    .iter()
                    .find(|choice| choice.label.eq_ignore_ascii_case(trimmed))
            };
            let id = by_id.or_else(by_label).map_or(trimmed, |choice| &choice.id);
            Some(Value::Choice(id.to_owned()))
        }
        Kind::Ref(target) => match reference(table, target, trimmed, names)? {
            Ok(reference) => Some(Value::Reference(reference)),
            Err(reason) => return Ok(Err(reason)),
        },
        Kind::MultiRef(target) => {
            let mut references = Vec::new();
            for part in trimmed.split(BAR).map(str::trim).filter(|part| !part.is_empty()) {
                match reference(table, target, part, names)? {
                    Ok(reference) => references.push(reference),
                    Err(reason) => return Ok(Err(reason)),
                }
            }
            Some(Value::References(references))
        }
        Kind::Subrecord(_) => None,
    };
    let Some(value) = value else {
        return Ok(Err(format!("expected {}", expectation(&field.kind))));
    };
    // Whether a record is there is asked here too: then all that is wrong with the row's cells is told together.
    let held = match field.accept(value) {
        Ok(Some(value)) => table.resolve(field, value)?.map(Some),
        other => other,
    };
    Ok(held.map_err(|problem| problem.to_string()))
}

/// What the cell of a kind looks like.
const fn expectation(kind: &Kind) -> &'static str {
    match kind {
        Kind::Date => "a date, as 2026-10-31 or 10/31/2026",
        Kind::Bool => "true or false",
        other => other.expectation(),
    }
}

/// ISO, or as NetSuite's own files have it: month, day, year.
fn date(text: &str) -> Option<Date> {
    if text.contains('-') {
        return (text.len() == 10).then(|| text.parse().ok()).flatten();
    }
    let mut parts = text.split('/').map(str::parse::<i16>);
    let (month, day, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn reference(
    table: &Table<'_>,
    target: &str,
    text: &str,
    names: Names,
) -> Result<Told<Reference>, RecordsError> {
    let to = |key| Reference {
        key,
        name: None,
        record_type: None,
    };
    let id = number_of(text);
    Ok(match (names, id) {
        (Names::Internal | Names::Either, Some(id)) => Ok(Reference::to(id)),
        (Names::Internal, None) => Err("expected an internal id, a whole number".to_owned()),
        (Names::External, _) => Ok(to(Key::External(text.to_owned()))),
        (Names::Name | Names::Either, _) => called(table, target, text)?.map(Reference::to),
    })
}

/// The record of that name: one that no other has.
fn called(table: &Table<'_>, target: &str, name: &str) -> Result<Told<i64>, RecordsError> {
    let Some(relation) = table.catalog.relation(target) else {
        return Ok(Err(format!(
            "records of {target} are known by their ids only: give the number"
        )));
    };
    let only = match relation.mixed {
        Some(Some(script_id)) => format!(" AND _recordtype = '{script_id}'"),
        _ => String::new(),
    };
    let sql = format!(
        r#"SELECT id FROM "{}" WHERE "{}" = ?1{only} LIMIT 2"#,
        relation.table, relation.naming_column
    );
    let mut statement = table.connection.prepare_cached(&sql)?;
    let ids: Vec<i64> = statement
        .query_map([name], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(match ids.as_slice() {
        [id] => Ok(*id),
        [] => Err(format!("there is no {target} called {name:?}")),
        _ => Err(format!(
            "more than one {target} is called {name:?}: name it by its id or external id"
        )),
    })
}
