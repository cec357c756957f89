//! What is wrong with a form of records, field by field.

use countersign_records::RecordsError;
use countersign_web::{Notice, Weight, wrong_anchor};

/// A field's label, and a sentence that starts where it ends. Empty: nothing is wrong.
#[derive(Debug, Default)]
pub(super) struct Wrong(Vec<(&'static str, String)>);

impl Wrong {
    pub(super) fn refuse(&mut self, label: &'static str, sentence: impl Into<String>) {
        self.0.push((label, sentence.into()));
    }

    pub(super) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// With the field of this label.
    pub(super) fn with(&self, label: &str) -> Option<&str> {
        let mut fields = self.0.iter();
        fields
            .find(|(known, _)| *known == label)
            .map(|(_, sentence)| sentence.as_str())
    }

    /// Leads to each field that is wrong; none where nothing is.
    pub(super) fn notice(&self) -> Option<Notice> {
        let links = self
            .0
            .iter()
            .map(|(label, _)| ((*label).to_owned(), format!("#{}", wrong_anchor(label))));
        (!self.is_none()).then(|| Notice::new(Weight::Wrong, "Look again at:").leading_to(links))
    }
}

/// What the records refuse of a form, as a notice; an error of another kind is the account's own.
pub(super) fn refused(error: RecordsError) -> Result<Notice, RecordsError> {
    match error {
        RecordsError::Invalid(_) => Ok(Notice::new(Weight::Wrong, format!("{error}."))),
        error => Err(error),
    }
}
