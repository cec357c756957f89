//! What every page view is: plain data, with samples that a test renders.

use countersign_model::FieldErrors;
use countersign_web::{Lock, Page};

use crate::place::Place;

pub(crate) trait View: Sized {
    const PLACE: &'static Place;

    /// One for each way it can look.
    #[cfg(test)]
    fn samples() -> Vec<Self>;

    fn page(&self, lock: &Lock) -> Page;
}

/// What is wrong with the field of this label.
pub(crate) fn wrong<'e>(errors: Option<&'e FieldErrors>, label: &str) -> Option<&'e str> {
    let mut errors = errors?.iter();
    errors
        .find(|error| error.field == label)
        .map(|error| error.message.as_str())
}
