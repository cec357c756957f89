//! Functions over dates. A date stays a date and a moment a moment.

use jiff::ToSpan;
use jiff::civil::DateTime;
use rusqlite::Result;
use rusqlite::types::Value;

use super::{Arguments, Function, Gives, Takes, number_value, wrong};
use crate::date_model::{seconds_of_day, store_date, store_moment, weekday};

const D: Takes = Takes::Date;
const N: Takes = Takes::Number;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "add_months",
        takes: &[D, N],
        optional: 0,
        gives: Gives::AsFirst,
        apply: add_months,
    },
    Function {
        name: "last_day",
        takes: &[D],
        optional: 0,
        gives: Gives::AsFirst,
        apply: last_day,
    },
    Function {
        name: "months_between",
        takes: &[D, D],
        optional: 0,
        gives: Gives::Number,
        apply: months_between,
    },
    Function {
        name: "next_day",
        takes: &[D, Takes::Text],
        optional: 0,
        gives: Gives::AsFirst,
        apply: next_day,
    },
];

fn beyond() -> rusqlite::Error {
    wrong("A date lies beyond the calendar. Use one between the years 1 and 9999.".to_owned())
}

/// In the form of the first argument.
fn as_first(arguments: &Arguments<'_, '_>, moment: DateTime) -> Value {
    Value::Text(if arguments.has_time(0) {
        store_moment(moment)
    } else {
        store_date(moment.date())
    })
}

/// The last day of a month leads to the last day of the other, also of a longer one.
fn add_months(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(moment), Some(months)) = (arguments.date(0)?, arguments.integer(1)?) else {
        return Ok(Value::Null);
    };
    let months = i32::try_from(months)
        .ok()
        .filter(|months| months.abs() < 120_000)
        .ok_or_else(beyond)?;
    let moved = moment.checked_add(months.months()).map_err(|_| beyond())?;
    let was_last = moment.date() == moment.date().last_of_month();
    let date = if was_last {
        moved.date().last_of_month()
    } else {
        moved.date()
    };
    if date.year() < 1 {
        return Err(beyond());
    }
    Ok(as_first(arguments, date.to_datetime(moment.time())))
}

fn last_day(arguments: &Arguments<'_, '_>) -> Result<Value> {
    Ok(arguments.date(0)?.map_or(Value::Null, |moment| {
        as_first(
            arguments,
            moment.date().last_of_month().to_datetime(moment.time()),
        )
    }))
}

/// Whole for the same day of two months and for two last days; else a month has 31 days.
fn months_between(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(one), Some(other)) = (arguments.date(0)?, arguments.date(1)?) else {
        return Ok(Value::Null);
    };
    let months = |moment: DateTime| f64::from(i32::from(moment.year()) * 12 + i32::from(moment.month()));
    let whole = months(one) - months(other);
    let last = |moment: DateTime| moment.date() == moment.date().last_of_month();
    if one.day() == other.day() || (last(one) && last(other)) {
        return number_value(whole);
    }
    let days = |moment: DateTime| f64::from(moment.day()) + f64::from(seconds_of_day(moment)) / 86_400.0;
    number_value(whole + (days(one) - days(other)) / 31.0)
}

/// The first such weekday after the date.
fn next_day(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(moment), Some(name)) = (arguments.date(0)?, arguments.text(1)) else {
        return Ok(Value::Null);
    };
    let day = weekday(name.trim()).ok_or_else(|| wrong(format!("`{name}` is not a day of the week.")))?;
    let next = moment.date().nth_weekday(1, day).map_err(|_| beyond())?;
    Ok(as_first(arguments, next.to_datetime(moment.time())))
}

/// A date and a number of days, which may be a fraction; always a moment.
pub(super) fn add_days(arguments: &Arguments<'_, '_>) -> Result<Option<DateTime>> {
    let (Some(moment), Some(days)) = (arguments.date(0)?, arguments.number(1)?) else {
        return Ok(None);
    };
    if days.abs() > 4_000_000.0 {
        return Err(beyond());
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is below 2^40")]
    let seconds = (days * 86_400.0).round() as i64;
    let moved = moment
        .checked_add(seconds.seconds())
        .ok()
        .filter(|moved| moved.year() > 0);
    moved.map(Some).ok_or_else(beyond)
}

pub(super) fn days_between(arguments: &Arguments<'_, '_>) -> Result<Value> {
    let (Some(one), Some(other)) = (arguments.date(0)?, arguments.date(1)?) else {
        return Ok(Value::Null);
    };
    number_value(one.duration_since(other).as_secs_f64() / 86_400.0)
}
