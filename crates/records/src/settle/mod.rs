//! What a record becomes by a change: values checked, copied from other records, defaulted, summed up, and then the
//! whole found complete, or everything that is wrong with it.

mod lines;
mod value;

use std::collections::{BTreeMap, HashMap};

use self::value::{amount, calculated, default, free_number, is_required, take};
use crate::calculation::Scope;
use crate::changes::Changes;
use crate::error::{FieldError, Problem, RecordsError};
use crate::field::{Field, Initial, Kind};
use crate::record::{Line, Record, Stamp, Values};
use crate::table::Table;
use crate::value::Value;

/// That one refusal names.
const MOST_ERRORS: usize = 100;

pub(crate) struct Settled {
    pub(crate) values: Values,
    pub(crate) lines: BTreeMap<String, Vec<Line>>,
}

/// The record after `changes`. `before` is nothing for one that is made.
pub(crate) fn settle(
    table: &Table<'_>,
    before: Option<&Record>,
    changes: &Changes,
    stamp: Stamp,
) -> Result<Settled, RecordsError> {
    settled(table, before, changes, stamp, |_| true)
}

/// The same while more is to come: what is still missing is not wrong yet.
pub(crate) fn settle_unfinished(
    table: &Table<'_>,
    before: Option<&Record>,
    changes: &Changes,
    stamp: Stamp,
) -> Result<Settled, RecordsError> {
    let is_wrong = |problem: &Problem| !matches!(problem, Problem::Missing | Problem::Unbalanced { .. });
    settled(table, before, changes, stamp, is_wrong)
}

fn settled(
    table: &Table<'_>,
    before: Option<&Record>,
    changes: &Changes,
    stamp: Stamp,
    is_wrong: impl Fn(&Problem) -> bool,
) -> Result<Settled, RecordsError> {
    let mut settling = Settling {
        table,
        before,
        changes,
        stamp,
        values: before.map(|record| record.values.clone()).unwrap_or_default(),
        lines: before.map(|record| record.lines.clone()).unwrap_or_default(),
        said: HashMap::new(),
        errors: Vec::new(),
    };
    settling.take_fields()?;
    settling.complete_body()?;
    settling.take_lines()?;
    settling.complete_lines()?;
    settling.work_out_body()?;
    settling.check()?;
    settling.errors.retain(|error| is_wrong(&error.problem));
    match settling.errors.is_empty() {
        true => Ok(Settled {
            values: settling.values,
            lines: settling.lines,
        }),
        false => Err(RecordsError::Invalid(settling.errors)),
    }
}

struct Settling<'a> {
    table: &'a Table<'a>,
    before: Option<&'a Record>,
    changes: &'a Changes,
    stamp: Stamp,
    values: Values,
    lines: BTreeMap<String, Vec<Line>>,
    /// What the caller says of each line, by sublist and number.
    said: HashMap<(&'a str, i64), Vec<&'a Changes>>,
    errors: Vec<FieldError>,
}

impl<'a> Settling<'a> {
    fn wrong(&mut self, path: impl Into<String>, problem: Problem) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(FieldError {
                path: path.into(),
                problem,
            });
        }
    }

    fn take_fields(&mut self) -> Result<(), RecordsError> {
        let record_type = self.table.record_type;
        for (name, value) in self.changes.iter() {
            let taken = match record_type.field(name) {
                Some(field) => take(self.table, field, value, &mut self.values)?,
                None => Some(Problem::Unknown {
                    nearest: record_type.nearest_fields(name),
                }),
            };
            if let Some(problem) = taken {
                self.wrong(name, problem);
            }
        }
        Ok(())
    }

    /// Copies first, then the defaults of a new record, then what every record has.
    fn complete_body(&mut self) -> Result<(), RecordsError> {
        for field in self.table.own_fields() {
            let Some(path) = &field.source else { continue };
            let moved = self.old(&path.field) != self.values.get(&path.field);
            let given = self.changes.contains(&field.name);
            let is_empty_and_new = self.before.is_none() && !self.values.contains_key(&field.name);
            if field.is_derived() || (!given && (moved || is_empty_and_new)) {
                let copied = self.follow(path, None)?;
                self.put(field, copied);
            }
        }
        for field in self.table.own_fields() {
            let empty = !self.values.contains_key(&field.name);
            let given = self.changes.contains(&field.name);
            let value = match &field.initial {
                Some(Initial::PeriodOf(date)) if !given && (empty || self.moved(date)) => {
                    self.period(date)?
                }
                Some(Initial::DueOn { date, terms })
                    if !given && (empty || self.moved(date) || self.moved(terms)) =>
                {
                    self.due(date, terms)?
                }
                Some(Initial::Numbered { before, after }) if empty => {
                    Some(free_number(self.table, field, before, after)?)
                }
                Some(initial) if empty && !given && self.before.is_none() => {
                    default(self.table, field, initial, self.stamp)?
                }
                // A box is checked or it is not; it is never empty.
                _ if empty && field.kind == Kind::Bool => Some(Value::Bool(false)),
                _ => None,
            };
            if let Some(value) = value {
                self.values.insert(field.name.clone(), value);
            }
        }
        Ok(())
    }

    fn work_out_body(&mut self) -> Result<(), RecordsError> {
        for field in self.table.own_fields() {
            if let Some(tally) = &field.tally {
                let sum = match self.before {
                    Some(record) => self.table.tally(tally, record.id, None)?,
                    None => 0.0,
                };
                self.values.insert(field.name.clone(), amount(field, sum));
            }
            let Some(calculation) = &field.calculation else {
                continue;
            };
            let given = self.changes.contains(&field.name);
            let moved = || calculation.inputs().into_iter().any(|name| self.moved(name));
            if field.read_only || (!given && (self.before.is_none() || moved())) {
                let lines = |sublist: &str| self.lines.get(sublist).into_iter().flatten().collect();
                let scope = Scope {
                    line: None,
                    body: &self.values,
                    lines: &lines,
                };
                let value = calculated(field, calculation, scope);
                self.values.insert(field.name.clone(), value);
            }
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), RecordsError> {
        let id = self.before.map(|record| record.id);
        for field in self.table.own_fields() {
            match self.values.get(&field.name) {
                None if is_required(field, &self.values, &self.values) => {
                    self.wrong(&field.name, Problem::Missing);
                }
                Some(value)
                    if field.unique
                        && self.moved(&field.name)
                        && self.table.is_taken(field, value, id)? =>
                {
                    self.wrong(&field.name, Problem::Taken);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn old(&self, name: &str) -> Option<&'a Value> {
        self.before.and_then(|record| record.get(name))
    }

    /// A field or a sublist is not what it was.
    fn moved(&self, name: &str) -> bool {
        if self.table.record_type.sublist(name).is_some() {
            let old = self.before.map(|record| record.lines(name)).unwrap_or_default();
            return self.lines.get(name).map_or(&[][..], Vec::as_slice) != old;
        }
        self.old(name) != self.values.get(name)
    }

    fn put(&mut self, field: &Field, value: Option<Value>) {
        match value {
            Some(value) => drop(self.values.insert(field.name.clone(), value)),
            None if field.is_derived() => drop(self.values.remove(&field.name)),
            None => {}
        }
    }
}
