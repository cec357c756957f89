//! A search: a `CustomerSearch`, or the `CustomerSearchBasic` in it, as a filter for each type of record it reaches.
//!
//! Criteria become the text of a list filter and are parsed as one, so SOAP tests a field exactly as REST does. The
//! `searchId` says the filters again: a page is found anew each time, and no node has to remember a search.

mod condition;
mod criteria;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_records::{Catalog, Filter, RecordType};

use crate::element::Element;
use crate::envelope::Preferences;
use crate::schema::family::Family;
use criteria::Criteria;

/// What a search asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The types whose records are found, one after the other.
    pub reached: Vec<(Arc<RecordType>, Option<Filter>)>,
    /// Records of a page.
    pub page_size: u32,
    /// Without their sublists.
    pub body_fields_only: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// NetSuite has it, this account does not.
    #[error("{0}")]
    NotEmulated(String),
    #[error("{0}")]
    Wrong(String),
}

/// Between the parts of a `searchId`: characters that XML does not have, and so no value.
const FIELD: char = '\u{1f}';
const TYPE: char = '\u{1e}';

impl Search {
    /// The `searchRecord` of a request.
    ///
    /// # Errors
    /// The first criterion that cannot be tested.
    pub fn read(element: &Element, catalog: &Catalog, preferences: Preferences) -> Result<Self, SearchError> {
        let name = element.xsi_type().unwrap_or_default();
        let (subject, basic) = match name.strip_suffix("SearchBasic") {
            Some(subject) => (subject, Some(element)),
            None => match name.strip_suffix("SearchAdvanced") {
                Some(subject) => (subject, advanced_of(element)?),
                None => (
                    name.strip_suffix("Search").unwrap_or_default(),
                    basic_of(element)?,
                ),
            },
        };
        let family = Family::all(catalog)
            .into_iter()
            .find(|family| family.subject == subject);
        let family = family.ok_or_else(|| SearchError::NotEmulated(format!("SOAP search {name}")))?;
        Ok(Self {
            reached: Criteria::of(&family).reached(basic)?,
            page_size: preferences.page_size,
            body_fields_only: preferences.body_fields_only,
        })
    }

    /// The text that says this search again.
    pub fn id(&self, account: &str) -> String {
        let mut said = format!("{}{FIELD}{}", self.page_size, u8::from(self.body_fields_only));
        for (of, filter) in &self.reached {
            let filter = filter.as_ref().map(ToString::to_string).unwrap_or_default();
            said.push_str(&format!("{TYPE}{}{FIELD}{filter}", of.script_id));
        }
        format!("WEBSERVICES_{account}_{}", URL_SAFE_NO_PAD.encode(said))
    }

    /// What [`Self::id`] said. Anybody can write one: it can ask for no more than a search can.
    pub fn from_id(id: &str, account: &str, catalog: &Catalog) -> Option<Self> {
        let said = id
            .strip_prefix("WEBSERVICES_")?
            .strip_prefix(account)?
            .strip_prefix('_')?;
        let said = String::from_utf8(URL_SAFE_NO_PAD.decode(said).ok()?).ok()?;
        let mut parts = said.split(TYPE);
        let (size, only) = parts.next()?.split_once(FIELD)?;
        // Attack: an id that names one type many thousand times.
        let reached = parts.take(catalog.types().count()).map(|part| {
            let (name, filter) = part.split_once(FIELD)?;
            let of = Arc::clone(catalog.get(name)?);
            let filter = match filter {
                "" => None,
                text => Some(Filter::parse(text, &of).ok()?),
            };
            Some((of, filter))
        });
        Some(Self {
            page_size: size
                .parse()
                .ok()
                .filter(|size| Preferences::PAGE_SIZES.contains(size))?,
            body_fields_only: only == "1",
            reached: reached.collect::<Option<_>>()?,
        })
    }
}

/// The criteria of an advanced search that asks for whole records by criteria of its own.
fn advanced_of(search: &Element) -> Result<Option<&Element>, SearchError> {
    let saved = ["savedSearchId", "savedSearchScriptId"];
    if let Some(saved) = saved.into_iter().find(|id| search.attribute(id).is_some()) {
        return Err(SearchError::NotEmulated(format!("SOAP {saved}")));
    }
    if let Some(other) = search.children().find(|child| child.name() != "criteria") {
        return Err(SearchError::NotEmulated(format!(
            "SOAP {} of a search",
            other.name()
        )));
    }
    search.child("criteria").map_or(Ok(None), basic_of)
}

/// The criteria on the record itself. Those on what it is joined to are not tested here, and not passed over.
fn basic_of(search: &Element) -> Result<Option<&Element>, SearchError> {
    match search.children().find(|child| child.name() != "basic") {
        Some(join) => Err(SearchError::NotEmulated(format!(
            "SOAP search join {}",
            join.name()
        ))),
        None => Ok(search.child("basic")),
    }
}
