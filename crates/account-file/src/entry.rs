//! What is left of a table once it was read: which one it is and where its fields stand, so that a later mistake finds
//! its place.

use crate::mistake::{FileError, Mistakes};
use crate::place::Place;
use countersign_model::FieldError;

/// A value with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// A table that was read.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) place: Place,
    pub(crate) fields: Vec<(&'static str, Place)>,
}

/// The keys that fill in a field of a form, by the field's label.
pub(crate) type Labels = &'static [(&'static str, &'static [&'static str])];

impl Entry {
    pub(crate) fn find(&self, key: &str) -> Option<Place> {
        let found = self.fields.iter().find(|(known, _)| *known == key);
        found.map(|(_, place)| *place)
    }

    /// Where a field stands, or the table where the field is not there.
    pub(crate) fn place_of(&self, field: &str) -> Place {
        self.find(field).unwrap_or(self.place)
    }

    /// A mistake of a field, at its value, or at the table where the field is not there.
    pub(crate) fn mistake(&self, field: &'static str, message: impl Into<String>) -> FileError {
        self.mistake_at(self.place_of(field), field, message)
    }

    pub(crate) fn mistake_at(
        &self,
        place: Place,
        field: &'static str,
        message: impl Into<String>,
    ) -> FileError {
        FileError {
            place,
            path: self.path.clone(),
            field: Some(field),
            message: message.into(),
        }
    }

    /// What a form refused, each error at the first of its keys that the file has.
    pub(crate) fn refused<'e>(
        &self,
        labels: Labels,
        errors: impl IntoIterator<Item = &'e FieldError>,
        mistakes: &mut Mistakes,
    ) {
        for error in errors {
            let known = labels.iter().find(|(label, _)| *label == error.field);
            let keys = known.map_or(&["name"][..], |(_, keys)| *keys);
            let place = keys.iter().find_map(|key| self.find(key));
            mistakes.add(FileError {
                place: place.unwrap_or(self.place),
                path: self.path.clone(),
                field: keys.first().copied(),
                message: error.message.clone(),
            });
        }
    }
}
