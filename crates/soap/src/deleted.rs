//! The `getDeletedFilter`: records of which types, deleted when.

use std::sync::Arc;
use std::time::Duration;

use countersign_records::{Catalog, RecordType, Span};
use countersign_world::UnixTime;

use crate::element::Element;
use crate::names::uncapitalised;
use crate::record::value::moment;
use crate::search::SearchError;

/// What a `getDeletedFilter` asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct DeletedFilter {
    pub types: Vec<Arc<RecordType>>,
    pub during: Vec<Span>,
}

impl DeletedFilter {
    /// # Errors
    /// The first thing that cannot be tested.
    pub fn read(filter: &Element, catalog: &Catalog) -> Result<Self, SearchError> {
        let mut read = Self {
            types: catalog
                .types()
                .filter(|of| of.soap_namespace.is_some())
                .map(Arc::clone)
                .collect(),
            during: vec![Span::default()],
        };
        for criterion in filter.children() {
            match criterion.name() {
                "type" => read.types = types(criterion, catalog, read.types)?,
                "deletedDate" => read.during = spans(criterion)?,
                other => {
                    let text = format!("SOAP getDeletedFilter {other}");
                    return Err(SearchError::NotEmulated(text));
                }
            }
        }
        Ok(read)
    }
}

fn types(
    criterion: &Element,
    catalog: &Catalog,
    all: Vec<Arc<RecordType>>,
) -> Result<Vec<Arc<RecordType>>, SearchError> {
    let mut named = Vec::new();
    for value in criterion.all("searchValue") {
        let name = value.text().trim_start_matches('_');
        let of = catalog.get(name).filter(|of| all.contains(of));
        let of = of.ok_or_else(|| SearchError::NotEmulated(format!("SOAP record type {name}")))?;
        named.push(of);
    }
    let is_named = |of: &Arc<RecordType>| named.contains(&of);
    match criterion.attribute("operator").unwrap_or_default() {
        "anyOf" => Ok(all.into_iter().filter(is_named).collect()),
        "noneOf" => Ok(all.into_iter().filter(|of| !is_named(of)).collect()),
        other => Err(no_operator("type", other)),
    }
}

/// The times that a `SearchDateField` allows, to the second.
fn spans(criterion: &Element) -> Result<Vec<Span>, SearchError> {
    if criterion.child("predefinedSearchValue").is_some() {
        return Err(SearchError::NotEmulated("SOAP predefinedSearchValue".to_owned()));
    }
    let operator = criterion.attribute("operator").unwrap_or_default();
    let time = |element: &str| {
        let text = criterion.text_of(element).unwrap_or_default();
        let wrong = || SearchError::Wrong(format!("deletedDate: {text:?} is not a date and time"));
        moment(text).ok_or_else(wrong)
    };
    let after = |time: UnixTime| time.plus(Duration::from_secs(1));
    let from = |time| Span {
        from: Some(time),
        before: None,
    };
    let before = |time| Span {
        from: None,
        before: Some(time),
    };
    let (positive, is_negated) = match operator.strip_prefix("not") {
        Some(rest) => (uncapitalised(rest), true),
        None => (operator.to_owned(), false),
    };
    let span = match positive.as_str() {
        // A deletion has a date.
        "empty" => {
            return Ok(if is_negated {
                vec![Span::default()]
            } else {
                Vec::new()
            });
        }
        "after" => from(after(time("searchValue")?)),
        "before" => before(time("searchValue")?),
        "onOrAfter" => from(time("searchValue")?),
        "onOrBefore" => before(after(time("searchValue")?)),
        "on" => {
            let time = time("searchValue")?;
            Span {
                from: Some(time),
                before: Some(after(time)),
            }
        }
        "within" => Span {
            from: Some(time("searchValue")?),
            before: Some(after(time("searchValue2")?)),
        },
        _ => return Err(no_operator("deletedDate", operator)),
    };
    Ok(match is_negated {
        false => vec![span],
        true => span
            .from
            .map(before)
            .into_iter()
            .chain(span.before.map(from))
            .collect(),
    })
}

fn no_operator(name: &str, operator: &str) -> SearchError {
    SearchError::Wrong(format!(
        "{name} cannot be searched with the operator {operator:?}"
    ))
}
