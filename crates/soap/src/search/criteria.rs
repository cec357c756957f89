//! The criteria of a basic search, for each type of a family.

use std::sync::Arc;

use countersign_records::{Catalog, Field, Filter, Kind, RecordType};

use super::SearchError;
use super::condition::{any_of, externally, identified, no_operator, operator, quoted, tested};
use crate::custom_record::custom_record_type;
use crate::element::Element;
use crate::envelope::is_true;
use crate::names::{capitalised, choice_name, choice_of, is_visible, uncapitalised};
use crate::record::Form;
use crate::schema::family::Family;

pub(super) struct Criteria<'c> {
    family: &'c Family,
    /// Of the family's types, those that may be found.
    types: Vec<&'c Arc<RecordType>>,
}

/// What a criterion means for one type.
pub(super) enum Met {
    /// By the records of this condition.
    When(String),
    /// By all.
    Always,
    /// By none.
    Never,
}

type Reached = Vec<(Arc<RecordType>, Option<Filter>)>;

impl<'c> Criteria<'c> {
    pub(super) fn of(family: &'c Family) -> Self {
        let types = family.types.iter().collect();
        Self { family, types }
    }

    /// A search of custom records is one of a single type, which it names.
    pub(super) fn of_custom_records(
        family: &'c Family,
        basic: Option<&Element>,
        catalog: &'c Catalog,
    ) -> Result<Self, SearchError> {
        let Some(named) = basic.and_then(|basic| basic.child("recType")) else {
            let text = "Please enter value(s) for: recType";
            return Err(SearchError::Wrong(text.to_owned()));
        };
        let Some(of) = custom_record_type(named, catalog) else {
            let text = "recType names no custom record type of this account.";
            return Err(SearchError::Wrong(text.to_owned()));
        };
        let types = vec![of];
        Ok(Self { family, types })
    }

    pub(super) fn reached(&self, basic: Option<&Element>) -> Result<Reached, SearchError> {
        let mut reached = Reached::new();
        for of in &self.types {
            let mut conditions = Vec::new();
            let mut is_reached = true;
            for criterion in basic.into_iter().flat_map(Element::children) {
                match self.met(criterion, of)? {
                    Met::When(condition) => conditions.push(format!("({condition})")),
                    Met::Always => {}
                    Met::Never => is_reached = false,
                }
            }
            if !is_reached {
                continue;
            }
            let filter = match conditions.is_empty() {
                true => None,
                false => {
                    let parsed = Filter::parse(&conditions.join(" AND "), of);
                    Some(parsed.map_err(|error| SearchError::Wrong(error.problem.to_string()))?)
                }
            };
            reached.push((Arc::clone(of), filter));
        }
        Ok(reached)
    }

    fn met(&self, criterion: &Element, of: &RecordType) -> Result<Met, SearchError> {
        match criterion.name() {
            "internalId" => return identified(criterion),
            "externalId" => return externally(criterion),
            "internalIdNumber" => return tested("id", &Kind::Int, criterion).map(Met::When),
            "externalIdString" => return tested("externalId", &Kind::Text, criterion).map(Met::When),
            "customFieldList" => return self.custom(criterion, of),
            "recType" if self.family.is_of_custom_records() => return Ok(Met::Always),
            "type" | "recordType" if self.family.has_several() => return is_of(criterion, of),
            // A record is found once, and not once for each of its lines.
            "mainLine" if self.family.is_transaction() => {
                return match criterion.text_of("searchValue").map(is_true) {
                    Some(false) => Err(SearchError::NotEmulated(
                        "SOAP search of lines (mainLine is false)".to_owned(),
                    )),
                    _ => Ok(Met::Always),
                };
            }
            _ => {}
        }
        let is_meant = |field: &&Arc<Field>| is_visible(field) && field.name == criterion.name();
        match of.fields.iter().find(is_meant) {
            Some(field) => on_field(field, criterion, of),
            None if self.family.field(criterion.name()).is_some() => Ok(without(criterion)),
            None => Err(self.unknown(criterion.name())),
        }
    }

    fn custom(&self, list: &Element, of: &RecordType) -> Result<Met, SearchError> {
        let mut conditions = Vec::new();
        for criterion in list.all("customField") {
            let said = criterion
                .attribute("scriptId")
                .or_else(|| criterion.attribute("internalId"));
            let said = said.unwrap_or_default();
            let is_meant =
                |field: &&Arc<Field>| field.is_custom() && field.script_id.eq_ignore_ascii_case(said);
            let met = match of.fields.iter().find(is_meant) {
                Some(field) => on_field(field, criterion, of)?,
                None => return Err(self.unknown(said)),
            };
            match met {
                Met::When(condition) => conditions.push(format!("({condition})")),
                Met::Always => {}
                Met::Never => return Ok(Met::Never),
            }
        }
        Ok(match conditions.is_empty() {
            true => Met::Always,
            false => Met::When(conditions.join(" AND ")),
        })
    }

    fn unknown(&self, name: &str) -> SearchError {
        SearchError::NotEmulated(format!("SOAP {}SearchBasic {name}", self.family.subject))
    }
}

/// A field that this type of the family does not have is empty in all of its records.
fn without(criterion: &Element) -> Met {
    let operator = operator(criterion);
    let is_met = operator == "empty"
        || operator == "noneOf"
        || (operator.starts_with("not") && operator != "notEmpty")
        || operator.starts_with("doesNot")
        || operator == "isNot"
        || criterion.text_of("searchValue") == Some("false");
    if is_met { Met::Always } else { Met::Never }
}

/// Which of a family's types: `_salesOrder` of an enumeration, or `salesOrder` of a text.
fn is_of(criterion: &Element, of: &RecordType) -> Result<Met, SearchError> {
    // A journal entry is `_journal`.
    let names = [
        of.name.as_str(),
        of.name.strip_suffix("Entry").unwrap_or(&of.name),
    ];
    let is_meant = |said: &str| {
        names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(said.trim_start_matches('_')))
    };
    let said: Vec<_> = criterion.all("searchValue").map(Element::text).collect();
    let holds = |test: fn(&str, &str) -> bool| {
        said.iter().any(|said| {
            names
                .iter()
                .any(|name| test(&name.to_ascii_lowercase(), &said.to_ascii_lowercase()))
        })
    };
    let any = said.iter().any(|said| is_meant(said));
    let is_met = match operator(criterion) {
        "anyOf" | "is" => any,
        "noneOf" | "isNot" => !any,
        "contains" => holds(|name, said| name.contains(said)),
        "startsWith" => holds(|name, said| name.starts_with(said)),
        other => return Err(no_operator(criterion.name(), other)),
    };
    Ok(if is_met { Met::Always } else { Met::Never })
}

fn on_field(field: &Field, criterion: &Element, of: &RecordType) -> Result<Met, SearchError> {
    let choices = match Form::of(field) {
        Form::Label(choices) | Form::Enumeration(choices) => choices,
        _ => return tested(&field.script_id, &field.kind, criterion).map(Met::When),
    };
    // A status is said with its type before it in a search of all transactions: `_salesOrderBilled`.
    let own = |said: &str| {
        let rest = said.strip_prefix(&format!("_{}", uncapitalised(&of.soap_name)))?;
        choices
            .iter()
            .find(|choice| capitalised(choice_name(choice).trim_start_matches('_')) == rest)
    };
    let meant = criterion.all("searchValue").filter_map(|said| {
        let choice = choice_of(choices, said.text()).or_else(|| own(said.text()))?;
        Some(quoted(&choice.id))
    });
    any_of(&field.script_id, operator(criterion), &meant.collect::<Vec<_>>())
}
