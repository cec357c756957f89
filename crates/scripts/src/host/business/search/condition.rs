//! One filter on one term: each operator for the kinds of fields NetSuite has it for.

use countersign_suitescript::HostError;
use serde_json::Value;

use super::super::changes::{checked, written};
use super::date::When;
use super::term::{Kind, Sql, Term};

/// What a filter selects that selects nothing.
const NONE: &str = "@NONE@";

pub(super) fn condition(term: &Term, operator: &str, values: &[Value]) -> Result<Sql, HostError> {
    let operator = operator.to_lowercase();
    let sql = &term.sql;
    match operator.as_str() {
        "isempty" => return Ok(Sql::plain(format!("{sql} IS NULL"))),
        "isnotempty" => return Ok(Sql::plain(format!("{sql} IS NOT NULL"))),
        "any" => return Ok(Sql::plain("1 = 1")),
        _ => {}
    }
    let found = match term.kind {
        Kind::Text => of_text(sql, &operator, values),
        Kind::Number | Kind::Amount => of_number(sql, &operator, values)?,
        Kind::Bool => of_box(sql, &operator, values),
        Kind::Date | Kind::DateTime => of_date(term, &operator, values)?,
        Kind::Choice | Kind::Reference => of_select(term, &operator, values)?,
        Kind::Word | Kind::Name | Kind::Id => match of_select(term, &operator, values)? {
            None if term.kind == Kind::Id => of_number(sql, &operator, values)?,
            None => of_text(sql, &operator, values),
            found => found,
        },
    };
    found.ok_or_else(|| invalid_operator(&operator))
}

pub(super) fn invalid_operator(operator: &str) -> HostError {
    let message =
        format!("An nlobjSearchFilter contains an invalid operator, or is not in proper syntax: {operator}.");
    HostError::new("SSS_INVALID_SRCH_OPERATOR", message)
}

fn text_of(values: &[Value]) -> String {
    values.first().map(written).unwrap_or_default()
}

/// Letter case makes no difference.
fn of_text(sql: &str, operator: &str, values: &[Value]) -> Option<Sql> {
    let wanted = text_of(values);
    if wanted.is_empty() {
        // As an empty field of the form: the filter asks for nothing.
        return matches!(
            operator,
            "is" | "isnot"
                | "startswith"
                | "doesnotstartwith"
                | "contains"
                | "doesnotcontain"
                | "haskeywords"
        )
        .then(|| Sql::plain("1 = 1"));
    }
    let bound = |text: String| Some(Sql::bound(text, vec![wanted.clone().into()]));
    match operator {
        "is" | "equalto" => bound(format!("UPPER({sql}) = UPPER(?)")),
        "isnot" | "notequalto" => bound(format!("({sql} IS NULL OR UPPER({sql}) <> UPPER(?))")),
        "startswith" => bound(format!("INSTR(UPPER({sql}), UPPER(?)) = 1")),
        "doesnotstartwith" => bound(format!("({sql} IS NULL OR INSTR(UPPER({sql}), UPPER(?)) <> 1)")),
        "contains" => bound(format!("INSTR(UPPER({sql}), UPPER(?)) > 0")),
        "doesnotcontain" => bound(format!("({sql} IS NULL OR INSTR(UPPER({sql}), UPPER(?)) = 0)")),
        "haskeywords" => {
            let words = wanted
                .split_whitespace()
                .map(|word| Sql::bound(format!("INSTR(UPPER({sql}), UPPER(?)) > 0"), vec![word.into()]));
            Some(Sql::joined(words.collect(), " AND "))
        }
        _ => None,
    }
}

fn of_number(sql: &str, operator: &str, values: &[Value]) -> Result<Option<Sql>, HostError> {
    let compared = match operator {
        "equalto" | "is" => "=",
        "notequalto" | "isnot" => "<>",
        "greaterthan" | "notlessthanorequalto" => ">",
        "greaterthanorequalto" | "notlessthan" => ">=",
        "lessthan" | "notgreaterthanorequalto" => "<",
        "lessthanorequalto" | "notgreaterthan" => "<=",
        "between" | "within" => return between(sql, values, "").map(Some),
        "notbetween" | "notwithin" => return between(sql, values, "NOT ").map(Some),
        _ => return Ok(None),
    };
    let bound = vec![number(values.first())?];
    Ok(Some(match compared {
        "<>" => Sql::bound(format!("({sql} IS NULL OR {sql} <> ?)"), bound),
        compared => Sql::bound(format!("{sql} {compared} ?"), bound),
    }))
}

fn between(sql: &str, values: &[Value], not: &str) -> Result<Sql, HostError> {
    let (low, high) = (number(values.first())?, number(values.get(1))?);
    Ok(Sql::bound(format!("{sql} {not}BETWEEN ? AND ?"), vec![low, high]))
}

fn number(value: Option<&Value>) -> Result<Value, HostError> {
    let text = value.map(written).unwrap_or_default();
    let number: Option<f64> = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
    match number {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
        Some(number) if number.fract() == 0.0 && number.abs() < 9e15 => Ok((number as i64).into()),
        Some(number) => Ok(number.into()),
        None => {
            let message = format!("Invalid number (must be positive or negative): {text}.");
            Err(HostError::new("INVALID_NUMBER", message))
        }
    }
}

fn of_box(sql: &str, operator: &str, values: &[Value]) -> Option<Sql> {
    let first = values.first()?;
    if first.as_str() == Some("*") {
        return Some(Sql::plain("1 = 1"));
    }
    let on = checked(first)?;
    let is = match operator {
        "is" | "anyof" | "equalto" => on,
        "isnot" | "noneof" => !on,
        _ => return None,
    };
    Some(Sql::plain(match is {
        true => format!("{sql} = 'T'"),
        false => format!("({sql} IS NULL OR {sql} = 'F')"),
    }))
}

fn of_date(term: &Term, operator: &str, values: &[Value]) -> Result<Option<Sql>, HostError> {
    let (positive, is_not) = match operator.strip_prefix("not") {
        Some(positive) => (positive, true),
        None => (operator, false),
    };
    if !matches!(
        positive,
        "on" | "before" | "after" | "onorbefore" | "onorafter" | "within"
    ) {
        return Ok(None);
    }
    let first = When::read(values.first().unwrap_or(&Value::Null))?;
    let last = match (positive, values.get(1)) {
        ("within", Some(last)) => When::read(last)?,
        _ => When {
            start: first.start.clone(),
            end: first.end.clone(),
            has_time: first.has_time,
        },
    };
    let sql = match term.kind == Kind::DateTime && !first.has_time {
        true => format!("TRUNC({})", term.sql),
        false => term.sql.clone(),
    };
    let edge = |compared: &str, edge: &Sql| {
        Sql::bound(format!("{sql} {compared} {}", edge.text), edge.parameters.clone())
    };
    let found = match positive {
        "before" => edge("<", &first.start),
        "after" => edge(">", &first.end),
        "onorbefore" => edge("<=", &first.end),
        "onorafter" => edge(">=", &first.start),
        _ => Sql::joined(vec![edge(">=", &first.start), edge("<=", &last.end)], " AND "),
    };
    Ok(Some(match is_not {
        true => Sql::bound(
            format!("({sql} IS NULL OR NOT ({}))", found.text),
            found.parameters,
        ),
        false => found,
    }))
}

fn of_select(term: &Term, operator: &str, values: &[Value]) -> Result<Option<Sql>, HostError> {
    let is_written = matches!(term.kind, Kind::Word | Kind::Name);
    let is_in = match operator {
        "anyof" | "abs" => true,
        "noneof" => false,
        // What is selected is also named alone.
        "is" if !is_written => true,
        "isnot" if !is_written => false,
        _ => return Ok(None),
    };
    let sql = &term.sql;
    let mut either = Vec::new();
    let mut wanted = Vec::new();
    for value in values {
        let text = written(value);
        if text == NONE {
            either.push(Sql::plain(format!("{sql} IS NULL")));
        } else if let (Some(by), Some((of, status))) = (&term.by, text.split_once(':')) {
            let both = format!("({by} = ? AND {sql} = ?)");
            either.push(Sql::bound(both, vec![of.into(), status.into()]));
        } else if matches!(term.kind, Kind::Reference | Kind::Id) {
            wanted.push(number(Some(value))?);
        } else {
            wanted.push(text.into());
        }
    }
    if !wanted.is_empty() {
        // Words are written in any letter case: `CUSTOMER` is a stage.
        let (sql, place) = match term.kind {
            Kind::Word => (format!("UPPER({sql})"), "UPPER(?)"),
            _ => (sql.clone(), "?"),
        };
        let places = [place].repeat(wanted.len()).join(", ");
        either.push(Sql::bound(format!("{sql} IN ({places})"), wanted));
    }
    if either.is_empty() {
        return Ok(Some(Sql::plain(if is_in { "1 = 0" } else { "1 = 1" })));
    }
    let has_none = values.iter().any(|value| value.as_str() == Some(NONE));
    let any = Sql::joined(either, " OR ");
    Ok(Some(match (is_in, has_none) {
        (true, _) => any,
        (false, true) => Sql::bound(format!("NOT {}", any.text), any.parameters),
        (false, false) => Sql::bound(format!("({sql} IS NULL OR NOT {})", any.text), any.parameters),
    }))
}
