//! Functions over numbers.

use rusqlite::Result;
use rusqlite::types::Value;

use super::{Arguments, Function, Gives, Takes, number_value, wrong};
use crate::value::fifteen_digits;

const N: Takes = Takes::Number;

/// A function of one number.
macro_rules! of_one {
    ($name:literal, $gives:ident, $apply:expr) => {
        Function {
            name: $name,
            takes: &[N],
            optional: 0,
            gives: Gives::$gives,
            apply: |arguments| match arguments.number(0)? {
                Some(number) => number_value(($apply)(number)),
                None => Ok(Value::Null),
            },
        }
    };
}

pub(super) const FUNCTIONS: &[Function] = &[
    of_one!("abs", Number, f64::abs),
    of_one!("ceil", Integer, |number: f64| fifteen_digits(number).ceil()),
    of_one!("floor", Integer, |number: f64| fifteen_digits(number).floor()),
    of_one!("sign", Integer, |number: f64| if number == 0.0 {
        0.0
    } else {
        number.signum()
    }),
    of_one!("sqrt", Number, f64::sqrt),
    of_one!("exp", Number, f64::exp),
    of_one!("ln", Number, f64::ln),
    of_one!("sin", Number, f64::sin),
    of_one!("cos", Number, f64::cos),
    of_one!("tan", Number, f64::tan),
    of_one!("asin", Number, f64::asin),
    of_one!("acos", Number, f64::acos),
    of_one!("atan", Number, f64::atan),
    of_one!("sinh", Number, f64::sinh),
    of_one!("cosh", Number, f64::cosh),
    of_one!("tanh", Number, f64::tanh),
    Function {
        name: "atan2",
        takes: &[N, N],
        optional: 0,
        gives: Gives::Number,
        apply: |a| of_two(a, f64::atan2),
    },
    Function {
        name: "power",
        takes: &[N, N],
        optional: 0,
        gives: Gives::Number,
        apply: |a| of_two(a, f64::powf),
    },
    Function {
        name: "log",
        takes: &[N, N],
        optional: 0,
        gives: Gives::Number,
        apply: |a| of_two(a, |base, n| n.log(base)),
    },
    Function {
        name: "mod",
        takes: &[N, N],
        optional: 0,
        gives: Gives::Number,
        apply: |a| of_two(a, modulo),
    },
    Function {
        name: "remainder",
        takes: &[N, N],
        optional: 0,
        gives: Gives::Number,
        apply: |a| of_two(a, remainder),
    },
    Function {
        name: "bitand",
        takes: &[N, N],
        optional: 0,
        gives: Gives::Integer,
        apply: bitand,
    },
    Function {
        name: "nanvl",
        takes: &[N, N],
        optional: 0,
        gives: Gives::Number,
        apply: |a| of_two(a, |n, _| n),
    },
];

fn of_two(arguments: &Arguments<'_, '_>, apply: impl Fn(f64, f64) -> f64) -> Result<Value> {
    match (arguments.number(0)?, arguments.number(1)?) {
        (Some(one), Some(other)) => number_value(apply(one, other)),
        _ => Ok(Value::Null),
    }
}

/// With the sign of the dividend; a divisor of zero gives the dividend back.
fn modulo(number: f64, divisor: f64) -> f64 {
    if divisor == 0.0 { number } else { number % divisor }
}

fn remainder(number: f64, divisor: f64) -> f64 {
    number - divisor * (number / divisor).round_ties_even()
}

fn bitand(arguments: &Arguments<'_, '_>) -> Result<Value> {
    Ok(match (arguments.integer(0)?, arguments.integer(1)?) {
        (Some(one), Some(other)) => Value::Integer(one & other),
        _ => Value::Null,
    })
}

/// Rounded half away from zero, to so many decimals; as decimals, not as binary fractions.
pub(crate) fn round_to(number: f64, decimals: i64) -> f64 {
    scaled(number, decimals, f64::round)
}

/// Cut off after so many decimals.
pub(super) fn cut_to(number: f64, decimals: i64) -> f64 {
    scaled(number, decimals, f64::trunc)
}

fn scaled(number: f64, decimals: i64, whole: impl Fn(f64) -> f64) -> f64 {
    let decimals = i32::try_from(decimals.clamp(-30, 30)).unwrap_or(0);
    let factor = 10f64.powi(decimals.abs());
    let result = if decimals < 0 {
        whole(fifteen_digits(number / factor)) * factor
    } else {
        whole(fifteen_digits(number * factor)) / factor
    };
    if result.is_finite() { result } else { number }
}

/// Division in decimals: 7 / 2 is 3.5.
pub(super) fn divide(arguments: &Arguments<'_, '_>) -> Result<Value> {
    match (arguments.number(0)?, arguments.number(1)?) {
        (Some(_), Some(0.0)) => Err(wrong(
            "The divisor is zero. Divide by NULLIF(divisor, 0).".to_owned(),
        )),
        (Some(number), Some(divisor)) => number_value(number / divisor),
        _ => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_that_of_decimals() {
        assert!((round_to(2.345, 2) - 2.35).abs() < 1e-12);
        assert!((round_to(-2.5, 0) + 3.0).abs() < 1e-12);
        assert!((round_to(1250.0, -2) - 1300.0).abs() < 1e-12);
        assert!((cut_to(-1.999, 2) + 1.99).abs() < 1e-12);
        assert!((cut_to(0.29, 2) - 0.29).abs() < 1e-12);
        assert!((modulo(-7.0, 3.0) + 1.0).abs() < 1e-12);
    }
}
