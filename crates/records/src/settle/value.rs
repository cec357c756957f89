//! One value of a record that is settled: taken from the caller, copied, defaulted, worked out.

use jiff::Span;

use super::Settling;
use crate::calculation::{Calculation, Path, Scope};
use crate::error::{Problem, RecordsError};
use crate::field::{Field, Initial, LARGEST_AMOUNT, Presence};
use crate::record::{Stamp, Values};
use crate::record_type::Sublist;
use crate::table::Table;
use crate::value::{Reference, Value, day_of, in_calendar};

impl Settling<'_> {
    /// What a path leads to, from a line or from the body.
    pub(super) fn follow(
        &self,
        path: &Path,
        line: Option<(&Sublist, &Values)>,
    ) -> Result<Option<Value>, RecordsError> {
        let Some(name) = &path.of_referred else {
            return Ok(self.values.get(&path.field).cloned());
        };
        let of_line =
            line.and_then(|(sublist, values)| Some((sublist.field(&path.field)?, values.get(&path.field))));
        let of_body = || {
            let field = self.table.record_type.field(&path.field)?;
            Some((field, self.values.get(&path.field)))
        };
        let Some((field, Some(Value::Reference(reference)))) = of_line.or_else(of_body) else {
            return Ok(None);
        };
        match (field.target(), reference.id()) {
            (Some(target), Some(id)) => match &path.of_line {
                Some(line) => self.table.value_of_line(target, id, name, line),
                None => self.table.value_of(target, id, name),
            },
            _ => Ok(None),
        }
    }

    /// Without terms it is due at once.
    pub(super) fn due(&self, date: &str, terms: &str) -> Result<Option<Value>, RecordsError> {
        let Some(Value::Date(day)) = self.values.get(date) else {
            return Ok(None);
        };
        let days = match self.values.get(terms) {
            Some(Value::Reference(terms)) => match terms.id() {
                Some(id) => self.table.value_of("term", id, "daysUntilNetDue")?,
                None => None,
            },
            _ => None,
        };
        let days = match days {
            Some(Value::Integer(days)) => Span::new().try_days(days),
            _ => Span::new().try_days(0),
        };
        let due = days.and_then(|days| day.checked_add(days));
        Ok(due.ok().filter(|day| in_calendar(*day)).map(Value::Date))
    }

    /// The base period that the day in `date` falls in.
    pub(super) fn period(&self, date: &str) -> Result<Option<Value>, RecordsError> {
        let Some(Value::Date(day)) = self.values.get(date) else {
            return Ok(None);
        };
        let id = self.table.period_of(*day)?;
        Ok(id.map(|id| Value::Reference(Reference::to(id))))
    }
}

/// Sets or clears one field, or says why not.
pub(super) fn take(
    table: &Table<'_>,
    field: &Field,
    value: Option<&Value>,
    values: &mut Values,
) -> Result<Option<Problem>, RecordsError> {
    if field.read_only {
        return Ok(Some(Problem::ReadOnly));
    }
    let accepted = match value {
        Some(value) => field.accept(value.clone()),
        None => Ok(None),
    };
    let resolved = match accepted {
        Ok(Some(value)) => table.resolve(field, value)?.map(Some),
        other => other,
    };
    match resolved {
        Ok(Some(value)) => drop(values.insert(field.name.clone(), value)),
        Ok(None) => drop(values.remove(&field.name)),
        Err(problem) => return Ok(Some(problem)),
    }
    Ok(None)
}

/// What a new record or line has where nothing is given. A record that is not there is no default.
pub(super) fn default(
    table: &Table<'_>,
    field: &Field,
    initial: &Initial,
    stamp: Stamp,
) -> Result<Option<Value>, RecordsError> {
    let value = match initial {
        Initial::Literal(value) => Some(value.clone()),
        Initial::Today => day_of(stamp.at).map(Value::Date),
        _ => None,
    };
    match value {
        Some(value) => Ok(table.resolve(field, value)?.ok()),
        None => Ok(None),
    }
}

pub(super) fn calculated(field: &Field, calculation: &Calculation, scope: Scope<'_>) -> Value {
    match calculation.value(&field.kind, scope) {
        Value::Decimal(number) => amount(field, number),
        other => other,
    }
}

/// A sum as its field stores it. Past the largest amount there is it stays at that one: every number that goes in was
/// held to it.
pub(super) fn amount(field: &Field, sum: f64) -> Value {
    let held = sum.clamp(-LARGEST_AMOUNT, LARGEST_AMOUNT);
    match field.accept(Value::Decimal(held)) {
        Ok(Some(value)) => value,
        _ => Value::Decimal(0.0),
    }
}

/// A box that a condition names may be the line's or the body's.
pub(super) fn is_required(field: &Field, values: &Values, body: &Values) -> bool {
    let checked = |name: &String| {
        let value = values.get(name).or_else(|| body.get(name));
        value == Some(&Value::Bool(true))
    };
    match &field.presence {
        Presence::Optional => false,
        Presence::Mandatory => true,
        Presence::MandatoryIf(name) => checked(name),
        Presence::MandatoryUnless(name) => !checked(name),
    }
}

/// Skips the numbers that somebody typed in by hand.
pub(super) fn free_number(
    table: &Table<'_>,
    field: &Field,
    before: &str,
    after: &str,
) -> Result<Value, RecordsError> {
    let sequence = format!("{}.{}", table.record_type.script_id, field.script_id);
    loop {
        let number = table.next_number(&sequence)?;
        let value = Value::Text(format!("{before}{number}{after}"));
        if !field.unique || !table.is_taken(field, &value, None)? {
            return Ok(value);
        }
    }
}
