//! A request: its preferences, and the operation with what is asked of it.

use crate::element::{Element, ElementError};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub preferences: Preferences,
    operation: Element,
}

/// The preferences of a request's header, as far as anything here depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// Records of a page of a search.
    pub page_size: u32,
    /// A search gives records without their sublists.
    pub body_fields_only: bool,
    /// A search that names columns gives rows, and not whole records.
    pub return_search_columns: bool,
    /// Fields that cannot be set are passed over, and not refused.
    pub ignore_read_only_fields: bool,
}

impl Preferences {
    pub const PAGE_SIZES: std::ops::RangeInclusive<u32> = 5..=1000;
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            page_size: *Self::PAGE_SIZES.end(),
            body_fields_only: true,
            return_search_columns: true,
            ignore_read_only_fields: false,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    #[error(transparent)]
    Element(#[from] ElementError),
    #[error("The envelope has no operation in its Body.")]
    NoOperation,
    /// Attack: what one reader judges by its first operation another does by its last.
    #[error("An envelope is at most one Header and then one Body with one operation in it.")]
    Form,
    #[error("pageSize is a number from 5 to 1000.")]
    PageSize,
}

impl Envelope {
    /// # Errors
    /// What makes it no envelope.
    pub fn read(text: &str) -> Result<Self, EnvelopeError> {
        let mut parts = Element::parse(text)?.children;
        let body = parts.pop().ok_or(EnvelopeError::NoOperation)?;
        let header = parts.pop();
        let is_header = |part: &Element| part.name() == "Header";
        if body.name() != "Body" || !header.as_ref().is_none_or(is_header) || !parts.is_empty() {
            return Err(EnvelopeError::Form);
        }
        let mut operations = body.children.into_iter();
        let operation = operations.next().ok_or(EnvelopeError::NoOperation)?;
        if operations.next().is_some() {
            return Err(EnvelopeError::Form);
        }
        Ok(Self {
            preferences: header
                .as_ref()
                .map_or_else(|| Ok(Preferences::default()), preferences)?,
            operation,
        })
    }

    pub const fn operation(&self) -> &Element {
        &self.operation
    }
}

/// By their names in any case: Ruby's client writes `SearchPreferences`.
fn preferences(header: &Element) -> Result<Preferences, EnvelopeError> {
    let mut preferences = Preferences::default();
    for element in header.children() {
        let is = |name: &str| element.name().eq_ignore_ascii_case(name);
        if is("searchPreferences") {
            if let Some(size) = element.text_of("pageSize").filter(|size| !size.is_empty()) {
                let size = size
                    .parse()
                    .ok()
                    .filter(|size| Preferences::PAGE_SIZES.contains(size));
                preferences.page_size = size.ok_or(EnvelopeError::PageSize)?;
            }
            if let Some(only) = element.text_of("bodyFieldsOnly") {
                preferences.body_fields_only = is_true(only);
            }
            if let Some(columns) = element.text_of("returnSearchColumns") {
                preferences.return_search_columns = is_true(columns);
            }
        } else if is("preferences")
            && let Some(ignore) = element.text_of("ignoreReadOnlyFields")
        {
            preferences.ignore_read_only_fields = is_true(ignore);
        }
    }
    Ok(preferences)
}

/// `xsd:boolean`, in any case.
pub(crate) fn is_true(text: &str) -> bool {
    text == "1" || text.eq_ignore_ascii_case("true")
}
