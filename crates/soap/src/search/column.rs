//! The columns an advanced search asks for: fields of what is found, or of the one record it is joined to.

use super::SearchError;
use super::joins::{self, Way};
use crate::element::Element;
use crate::names::field_name;
use crate::record::Form;
use crate::schema::family::Family;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    /// The join it is taken through.
    pub(super) way: Option<&'static Way>,
    pub(super) name: String,
    /// What the caller calls it.
    pub(super) label: Option<String>,
}

/// Of one search.
pub(super) const MOST: usize = 500;

/// Columns that are no fields: what they are called, and the kind of column they are.
pub(crate) const OWN: [(&str, &str); 2] = [
    ("internalId", "SearchColumnSelectField"),
    ("externalId", "SearchColumnSelectField"),
];

/// Those of a search that finds several types.
pub(crate) const OF_SEVERAL: [(&str, &str); 2] = [
    ("type", "SearchColumnEnumSelectField"),
    ("recordType", "SearchColumnStringField"),
];

impl Column {
    /// Each once, in the order they are asked for.
    pub(super) fn read(
        columns: &Element,
        family: &Family,
        families: &[Family],
    ) -> Result<Vec<Self>, SearchError> {
        let mut read: Vec<Self> = Vec::new();
        for part in columns.children() {
            let (way, of) = match part.name() {
                "basic" => (None, family),
                name => match through(family, name, families) {
                    Some((way, joined)) => (Some(way), joined),
                    None => {
                        let text = format!("SOAP search column {name}");
                        return Err(SearchError::NotEmulated(text));
                    }
                },
            };
            for column in part.children() {
                let name = column.name();
                if !is_column(of, name) {
                    let text = format!("SOAP {}SearchRowBasic {name}", of.subject);
                    return Err(SearchError::NotEmulated(text));
                }
                if read.len() == MOST {
                    let text = format!("a search has more than {MOST} columns");
                    return Err(SearchError::Wrong(text));
                }
                if read.iter().all(|known| known.way != way || known.name != name) {
                    let label = column.text_of("customLabel").filter(|label| !label.is_empty());
                    read.push(Self {
                        way,
                        name: name.to_owned(),
                        label: label.map(ToOwned::to_owned),
                    });
                }
            }
        }
        Ok(read)
    }

    pub(super) fn said(&self, between: char) -> String {
        let way = self.way.map(|way| way.name).unwrap_or_default();
        let label = self.label.as_deref().unwrap_or_default();
        format!("{way}{between}{}{between}{label}", self.name)
    }

    pub(super) fn heard(said: &str, between: char, family: &Family, families: &[Family]) -> Option<Self> {
        let mut parts = said.split(between);
        let (way, name, label) = (parts.next()?, parts.next()?, parts.next()?);
        let (way, of) = match way {
            "" => (None, family),
            name => through(family, name, families).map(|(way, joined)| (Some(way), joined))?,
        };
        is_column(of, name).then(|| Self {
            way,
            name: name.to_owned(),
            label: (!label.is_empty()).then(|| label.to_owned()),
        })
    }
}

/// The join of that name, where it leads to one record, and what it leads to.
fn through<'f>(family: &Family, name: &str, families: &'f [Family]) -> Option<(&'static Way, &'f Family)> {
    let way = joins::find(&family.subject, name).filter(|way| way.is_single())?;
    let joined = families.iter().find(|joined| joined.subject == way.target)?;
    Some((way, joined))
}

fn is_column(family: &Family, name: &str) -> bool {
    let is_named = |known: &(&str, &str)| known.0 == name;
    OWN.iter().any(is_named)
        || (family.has_several() && OF_SEVERAL.iter().any(is_named))
        || family
            .fields()
            .values()
            .any(|field| field_name(field) == name && kind(Form::of(field)).is_some())
}

/// The type of the column of a field; a subrecord has none.
pub(crate) const fn kind(form: Form<'_>) -> Option<&'static str> {
    Some(match form {
        Form::Text => "SearchColumnStringField",
        Form::Bool => "SearchColumnBooleanField",
        Form::Long => "SearchColumnLongField",
        Form::Double => "SearchColumnDoubleField",
        Form::Date | Form::Moment => "SearchColumnDateField",
        Form::Label(_) | Form::Enumeration(_) => "SearchColumnEnumSelectField",
        Form::Listed(_) | Form::Reference | Form::Id => "SearchColumnSelectField",
        Form::References | Form::Subrecord(_) => return None,
    })
}
