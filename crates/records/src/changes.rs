//! What a caller wants of a record: fields to set, fields to clear, and the rest left alone.

use std::collections::BTreeMap;

use crate::value::Value;

/// PATCH semantics: a field that is absent here keeps what it has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    fields: BTreeMap<String, Option<Value>>,
}

impl Changes {
    pub fn new() -> Self {
        Self::default()
    }

    /// `field` by its camelCase name.
    #[must_use]
    pub fn set(mut self, field: &str, value: Value) -> Self {
        self.insert(field, Some(value));
        self
    }

    #[must_use]
    pub fn clear(mut self, field: &str) -> Self {
        self.insert(field, None);
        self
    }

    pub(crate) fn insert(&mut self, field: &str, value: Option<Value>) {
        self.fields.insert(field.to_owned(), value);
    }

    pub fn contains(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Value>)> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_ref()))
    }
}
