//! A search: a `CustomerSearch`, the `CustomerSearchBasic` in it, or a `CustomerSearchAdvanced` around it, as a filter
//! for each type of record it reaches.
//!
//! Criteria become the text of a list filter and are parsed as one, so SOAP tests a field exactly as REST does. The
//! `searchId` says the filters again: a page is found anew each time, and no node has to remember a search.

pub(crate) mod column;
mod condition;
mod criteria;
mod id;
pub(crate) mod joins;
mod row;

use std::sync::Arc;

use countersign_records::{Catalog, Filter, Join, RecordType};

use crate::element::Element;
use crate::envelope::Preferences;
use crate::schema::family::Family;
use column::Column;
use criteria::Criteria;
use joins::Way;

pub use row::Beside;

/// Types that may be found, each with what is asked of its records.
pub type Reached = Vec<(Arc<RecordType>, Option<Filter>)>;

/// What a search asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// `Customer` of `CustomerSearch`.
    subject: String,
    /// The types whose records are found, one after the other.
    pub reached: Reached,
    /// What is asked of the records they are related to.
    pub joined: Vec<Joined>,
    /// Of the rows that are given; without any, whole records are.
    columns: Vec<Column>,
    /// Records of a page.
    pub page_size: u32,
    /// Without their sublists.
    pub body_fields_only: bool,
}

/// A join of a search, with what is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    way: &'static Way,
    /// The types that may be joined.
    pub to: Reached,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// NetSuite has it, this account does not.
    #[error("{0}")]
    NotEmulated(String),
    #[error("{0}")]
    Wrong(String),
}

/// The parts of a `searchRecord`, whichever of the three kinds it is.
#[derive(Default)]
struct Asked<'e> {
    basic: Option<&'e Element>,
    joins: Vec<&'e Element>,
    columns: Option<&'e Element>,
}

impl Search {
    /// The `searchRecord` of a request.
    ///
    /// # Errors
    /// The first criterion that cannot be tested.
    pub fn read(element: &Element, catalog: &Catalog, preferences: Preferences) -> Result<Self, SearchError> {
        let name = element.xsi_type().unwrap_or_default();
        let (subject, asked) = match name.strip_suffix("SearchBasic") {
            Some(subject) => (subject, Asked::only(element)),
            None => match name.strip_suffix("SearchAdvanced") {
                Some(subject) => (subject, Asked::advanced(element)?),
                None => (
                    name.strip_suffix("Search").unwrap_or_default(),
                    Asked::of(element),
                ),
            },
        };
        let families = Family::all(catalog);
        let family = |subject: &str| families.iter().find(|family| family.subject == subject);
        let Some(searched) = family(subject) else {
            return Err(SearchError::NotEmulated(format!("SOAP search {name}")));
        };
        let criteria = match searched.is_of_custom_records() {
            true => Criteria::of_custom_records(searched, asked.basic, catalog)?,
            false => Criteria::of(searched),
        };
        let mut joined: Vec<Joined> = Vec::new();
        for element in asked.joins {
            let way = joins::find(subject, element.name());
            let Some((way, target)) = way.and_then(|way| Some((way, family(way.target)?))) else {
                let text = format!("SOAP search join {}", element.name());
                return Err(SearchError::NotEmulated(text));
            };
            if joined.iter().any(|joined| joined.way == way) {
                let text = format!("{} stands in the search twice", way.name);
                return Err(SearchError::Wrong(text));
            }
            // A join that asks for nothing leaves nothing out.
            if element.children().next().is_some() {
                let to = Criteria::of(target).reached(Some(element))?;
                joined.push(Joined { way, to });
            }
        }
        let columns = match asked.columns {
            Some(columns) if preferences.return_search_columns => Column::read(columns, searched, &families)?,
            _ => Vec::new(),
        };
        Ok(Self {
            subject: subject.to_owned(),
            reached: criteria.reached(asked.basic)?,
            joined,
            columns,
            page_size: preferences.page_size,
            body_fields_only: preferences.body_fields_only,
        })
    }

    /// What is asked of related records, as a list is asked for them.
    pub fn joins(&self) -> Vec<Join> {
        let join = |joined: &Joined| Join {
            by: joined.way.links,
            to: joined.to.clone(),
        };
        self.joined.iter().map(join).collect()
    }
}

impl<'e> Asked<'e> {
    fn only(basic: &'e Element) -> Self {
        Self {
            basic: Some(basic),
            ..Self::default()
        }
    }

    fn of(search: &'e Element) -> Self {
        Self {
            basic: search.child("basic"),
            joins: search
                .children()
                .filter(|child| child.name() != "basic")
                .collect(),
            columns: None,
        }
    }

    fn advanced(search: &'e Element) -> Result<Self, SearchError> {
        let saved = ["savedSearchId", "savedSearchScriptId"];
        if let Some(saved) = saved.into_iter().find(|id| search.attribute(id).is_some()) {
            return Err(SearchError::NotEmulated(format!("SOAP {saved}")));
        }
        let is_known = |child: &&Element| matches!(child.name(), "criteria" | "columns");
        if let Some(other) = search.children().find(|child| !is_known(child)) {
            let text = format!("SOAP {} of a search", other.name());
            return Err(SearchError::NotEmulated(text));
        }
        Ok(Self {
            columns: search.child("columns"),
            ..search.child("criteria").map_or_else(Self::default, Self::of)
        })
    }
}
