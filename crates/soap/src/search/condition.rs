//! The text of one condition: an operator of SuiteTalk on a field of some kind, as a list filter says it.

use countersign_records::{Key, Kind};

use super::SearchError;
use super::criteria::Met;
use crate::element::Element;
use crate::envelope::is_true;
use crate::names::uncapitalised;
use crate::record::value::{date, key, moment};
use crate::record::write;

pub(super) fn operator(criterion: &Element) -> &str {
    criterion.attribute("operator").unwrap_or_default()
}

/// One of some values, or none of them.
pub(super) fn any_of(name: &str, operator: &str, values: &[String]) -> Result<Met, SearchError> {
    match (operator, values.is_empty()) {
        ("anyOf", true) => Ok(Met::Never),
        ("noneOf", true) => Ok(Met::Always),
        ("anyOf", false) => Ok(Met::When(format!("{name} ANY_OF [{}]", values.join(", ")))),
        ("noneOf", false) => Ok(Met::When(format!("{name} ANY_OF_NOT [{}]", values.join(", ")))),
        (other, _) => Err(no_operator(name, other)),
    }
}

pub(super) fn identified(criterion: &Element) -> Result<Met, SearchError> {
    let ids = criterion
        .all("searchValue")
        .filter_map(|value| value.attribute("internalId")?.parse::<i64>().ok());
    any_of(
        "id",
        operator(criterion),
        &ids.map(|id| id.to_string()).collect::<Vec<_>>(),
    )
}

pub(super) fn externally(criterion: &Element) -> Result<Met, SearchError> {
    let ids = criterion
        .all("searchValue")
        .filter_map(|value| value.attribute("externalId"));
    let conditions: Vec<_> = ids.map(|id| format!("externalId IS {}", quoted(id))).collect();
    match (operator(criterion), conditions.is_empty()) {
        ("anyOf", true) => Ok(Met::Never),
        ("noneOf", true) => Ok(Met::Always),
        ("anyOf", false) => Ok(Met::When(conditions.join(" OR "))),
        ("noneOf", false) => Ok(Met::When(format!("NOT ({})", conditions.join(" OR ")))),
        (other, _) => Err(no_operator("externalId", other)),
    }
}

/// The text of the test of one field.
pub(super) fn tested(name: &str, kind: &Kind, criterion: &Element) -> Result<String, SearchError> {
    let operator = operator(criterion);
    match operator {
        "empty" => return Ok(format!("{name} EMPTY")),
        "notEmpty" => return Ok(format!("{name} EMPTY_NOT")),
        _ => {}
    }
    let value = || criterion.text_of("searchValue").unwrap_or_default();
    let none = || no_operator(criterion.name(), operator);
    match kind {
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
            let word = match operator {
                "is" => "IS",
                "isNot" => "IS_NOT",
                "contains" => "CONTAIN",
                "doesNotContain" => "CONTAIN_NOT",
                "startsWith" => "START_WITH",
                "doesNotStartWith" => "START_WITH_NOT",
                "hasKeywords" => {
                    return Err(SearchError::NotEmulated("SOAP operator hasKeywords".to_owned()));
                }
                _ => return Err(none()),
            };
            let text = criterion.child("searchValue").map_or("", Element::whole_text);
            Ok(format!("{name} {word} {}", quoted(text)))
        }
        Kind::Bool => Ok(format!("{name} IS {}", is_true(value()))),
        Kind::Int | Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => {
            let number = |element| {
                let text = criterion.text_of(element).unwrap_or_default();
                let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
                number.ok_or_else(|| {
                    SearchError::Wrong(format!("{}: {text:?} is not a number", criterion.name()))
                })
            };
            let word = match operator {
                "equalTo" => "EQUAL",
                "notEqualTo" => "EQUAL_NOT",
                "greaterThan" => "GREATER",
                "notGreaterThan" => "GREATER_NOT",
                "greaterThanOrEqualTo" => "GREATER_OR_EQUAL",
                "notGreaterThanOrEqualTo" => "GREATER_OR_EQUAL_NOT",
                "lessThan" => "LESS",
                "notLessThan" => "LESS_NOT",
                "lessThanOrEqualTo" => "LESS_OR_EQUAL",
                "notLessThanOrEqualTo" => "LESS_OR_EQUAL_NOT",
                "between" | "notBetween" => {
                    let word = if operator == "between" {
                        "BETWEEN"
                    } else {
                        "BETWEEN_NOT"
                    };
                    return Ok(format!(
                        "{name} {word} [{}, {}]",
                        number("searchValue")?,
                        number("searchValue2")?
                    ));
                }
                _ => return Err(none()),
            };
            Ok(format!("{name} {word} {}", number("searchValue")?))
        }
        Kind::Date | Kind::DateTime => dated(name, kind, operator, criterion),
        Kind::Ref(_) | Kind::MultiRef(_) => referring(name, operator, criterion),
        Kind::Enum(_) => {
            let ids = criterion
                .all("searchValue")
                .filter_map(|value| value.attribute("internalId"));
            match any_of(name, operator, &ids.map(quoted).collect::<Vec<_>>())? {
                Met::When(condition) => Ok(condition),
                _ => Err(SearchError::Wrong(format!(
                    "{}: a value is required",
                    criterion.name()
                ))),
            }
        }
        Kind::Subrecord(_) => Err(none()),
    }
}

fn dated(name: &str, kind: &Kind, operator: &str, criterion: &Element) -> Result<String, SearchError> {
    if criterion.child("predefinedSearchValue").is_some() {
        return Err(SearchError::NotEmulated("SOAP predefinedSearchValue".to_owned()));
    }
    let day = |element| {
        let text = criterion.text_of(element).unwrap_or_default();
        let said = match kind {
            Kind::Date => date(text).map(|date| date.to_string()),
            // To the second: a filter has no parts of one.
            _ => moment(text).map(|time| write::moment(time).replace(".000Z", "Z")),
        };
        let said = said.map(|said| format!("\"{said}\""));
        said.ok_or_else(|| {
            SearchError::Wrong(format!("{}: {text:?} is not a date and time", criterion.name()))
        })
    };
    let (positive, is_negated) = match operator.strip_prefix("not") {
        Some(rest) => (uncapitalised(rest), "_NOT"),
        None => (operator.to_owned(), ""),
    };
    let word = match positive.as_str() {
        "after" => "AFTER",
        "before" => "BEFORE",
        "on" => "ON",
        "onOrAfter" => "ON_OR_AFTER",
        "onOrBefore" => "ON_OR_BEFORE",
        "within" => {
            let (from, to) = (day("searchValue")?, day("searchValue2")?);
            return Ok(format!("{name} WITHIN{is_negated} [{from}, {to}]"));
        }
        _ => return Err(no_operator(criterion.name(), operator)),
    };
    Ok(format!("{name} {word}{is_negated} {}", day("searchValue")?))
}

/// `@NONE@` is what has no value.
fn referring(name: &str, operator: &str, criterion: &Element) -> Result<String, SearchError> {
    let mut ids = Vec::new();
    let mut or_empty = false;
    for value in criterion.all("searchValue") {
        if value.attribute("internalId") == Some("@NONE@") {
            or_empty = true;
            continue;
        }
        match key(value) {
            Some(Key::Internal(id)) => ids.push(id.to_string()),
            Some(_) => {
                return Err(SearchError::NotEmulated(
                    "SOAP search by another record's externalId".to_owned(),
                ));
            }
            None => {
                let text = format!("{}: a searchValue has no internalId", criterion.name());
                return Err(SearchError::Wrong(text));
            }
        }
    }
    let mut tests = Vec::new();
    if !ids.is_empty() {
        tests.push(format!("{name} ANY_OF [{}]", ids.join(", ")));
    }
    if or_empty {
        tests.push(format!("{name} EMPTY"));
    }
    if tests.is_empty() {
        return Err(SearchError::Wrong(format!(
            "{}: a searchValue is required",
            criterion.name()
        )));
    }
    match operator {
        "anyOf" => Ok(tests.join(" OR ")),
        "noneOf" => Ok(format!("NOT ({})", tests.join(" OR "))),
        other => Err(no_operator(criterion.name(), other)),
    }
}

pub(super) fn no_operator(name: &str, operator: &str) -> SearchError {
    SearchError::Wrong(format!(
        "{name} cannot be searched with the operator {operator:?}"
    ))
}

pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))
}
