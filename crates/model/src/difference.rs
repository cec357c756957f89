//! What a change did to a record, field by field: every System Note comes from here, so that no noun can be changed
//! without a trace.

use crate::{By, NoteType, NotedRecord, SystemNote};
use std::borrow::Cow;
use std::fmt::Display;

/// One field of a record, by the label of its page, with its value in words. An empty field has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotedField {
    pub label: Cow<'static, str>,
    pub value: Option<String>,
}

/// A record the System Notes follow.
pub trait Noted {
    /// Every field somebody can change, in the order of the page, each label once. Never a secret or its hash.
    fn noted_fields(&self) -> Vec<NotedField>;
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: Cow<'static, str>,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// What differs between two states of a record. Without a state before it was created, without one after it was
/// deleted.
pub fn differences<T: Noted>(before: Option<&T>, after: Option<&T>) -> Vec<Difference> {
    let fields = |record: Option<&T>| record.map(Noted::noted_fields).unwrap_or_default();
    let mut old = fields(before);
    let mut differences = Vec::new();
    for NotedField { label, value: new } in fields(after) {
        let was = old.iter().position(|field| field.label == label);
        let old = was.and_then(|at| old.remove(at).value);
        if old != new {
            differences.push(Difference {
                field: label,
                old,
                new,
            });
        }
    }
    let gone = old.into_iter().filter(|field| field.value.is_some());
    differences.extend(gone.map(|field| Difference {
        field: field.label,
        old: field.value,
        new: None,
    }));
    differences
}

/// The notes of a change, ready to be stored in its transaction.
pub fn system_notes<T: Noted>(
    by: &By,
    record: NotedRecord,
    before: Option<&T>,
    after: Option<&T>,
) -> Vec<SystemNote> {
    let note_type = match (before, after) {
        (None, _) => NoteType::Create,
        (Some(_), Some(_)) => NoteType::Change,
        (Some(_), None) => NoteType::Delete,
    };
    let note = |difference: Difference| SystemNote {
        by: by.clone(),
        record,
        note_type,
        field: difference.field.into_owned(),
        old_value: difference.old,
        new_value: difference.new,
    };
    differences(before, after).into_iter().map(note).collect()
}

/// Lists the fields of a record, one call each.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<NotedField>);

impl Fields {
    pub(crate) fn with(mut self, label: impl Into<Cow<'static, str>>, value: impl Display) -> Self {
        let value = value.to_string();
        self.0.push(NotedField {
            label: label.into(),
            value: (!value.is_empty()).then_some(value),
        });
        self
    }

    /// A box, as NetSuite's notes write it.
    pub(crate) fn check_box(self, label: &'static str, checked: bool) -> Self {
        self.with(label, if checked { "T" } else { "F" })
    }

    pub(crate) fn optional(self, label: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.with(label, value),
            None => self.with(label, ""),
        }
    }

    pub(crate) fn list(self) -> Vec<NotedField> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Lines(Vec<(String, String)>);

    impl Noted for Lines {
        fn noted_fields(&self) -> Vec<NotedField> {
            let fields = Fields::default();
            let with = |fields: Fields, (label, value): &(String, String)| fields.with(label.clone(), value);
            self.0.iter().fold(fields, with).list()
        }
    }

    fn lines(lines: &[(&str, &str)]) -> Lines {
        let owned = |(label, value): &(&str, &str)| ((*label).to_owned(), (*value).to_owned());
        Lines(lines.iter().map(owned).collect())
    }

    #[test]
    fn only_fields_that_differ_are_named() {
        let before = lines(&[("Name", "a"), ("Note", "x"), ("State", "Enabled")]);
        let after = lines(&[("Name", "b"), ("Note", ""), ("State", "Enabled"), ("Limit", "3")]);
        let found: Vec<_> = differences(Some(&before), Some(&after))
            .into_iter()
            .map(|difference| (difference.field.into_owned(), difference.old, difference.new))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                ("Name".to_owned(), some("a"), some("b")),
                ("Note".to_owned(), some("x"), None),
                ("Limit".to_owned(), None, some("3")),
            ]
        );
    }

    proptest! {
        #[test]
        fn replaying_the_differences_gives_the_new_record(
            old in prop::collection::btree_map("[a-d]", "[x-z]{0,2}", 0..4),
            new in prop::collection::btree_map("[a-d]", "[x-z]{0,2}", 0..4),
        ) {
            let record = |map: &std::collections::BTreeMap<String, String>| {
                Lines(map.iter().map(|(label, value)| (label.clone(), value.clone())).collect())
            };
            let mut replayed = old.clone();
            for change in differences(Some(&record(&old)), Some(&record(&new))) {
                prop_assert_ne!(&change.old, &change.new);
                replayed.insert(change.field.into_owned(), change.new.unwrap_or_default());
            }
            replayed.retain(|_, value| !value.is_empty());
            let mut wanted = new;
            wanted.retain(|_, value| !value.is_empty());
            prop_assert_eq!(replayed, wanted);
        }
    }
}
