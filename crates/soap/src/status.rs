//! How an operation on one record ended.

use countersign_records::{FieldError, Problem, RecordsError};

use crate::escaped::Xml;

const LONGEST_MESSAGE: usize = 2000;

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Of NetSuite's `StatusDetailCodeType`.
    pub code: &'static str,
    pub message: String,
}

/// Success, or what went wrong.
pub type Status = Result<(), Vec<Detail>>;

impl Detail {
    /// What a caller sent comes back in a message, as far as it is of a reasonable length.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self {
            code,
            message: message.chars().take(LONGEST_MESSAGE).collect(),
        }
    }

    /// One field's trouble, in NetSuite's words where they are known.
    pub fn of_field(error: &FieldError) -> Self {
        let FieldError { path, problem } = error;
        match problem {
            Problem::Missing => Self::new("USER_ERROR", format!("Please enter value(s) for: {path}")),
            Problem::ReadOnly => {
                let text = format!(
                    "You do not have permissions to set a value for element {path} due to one of the following reasons: \
                     1) The field is read-only; 2) An associated feature is disabled; 3) The field is available either \
                     when a record is created or updated, but not in both cases."
                );
                Self::new("INSUFFICIENT_PERMISSION", text)
            }
            Problem::NoSuchRecord { key, .. } => Self::new(
                "INVALID_KEY_OR_REF",
                format!("Invalid {path} reference key {key}."),
            ),
            Problem::TooLong { limit } => {
                let text = format!(
                    "The field {path} contained more than the maximum number ( {limit} ) of characters allowed."
                );
                Self::new("EXCEEDED_MAX_FIELD_LENGTH", text)
            }
            Problem::Taken => Self::new(
                "DUP_RCRD",
                format!("This record already exists: {path} is taken."),
            ),
            other => Self::new("USER_ERROR", format!("{path}: {other}")),
        }
    }

    /// What the records said; nothing for what no caller can mend.
    pub fn of_records(error: &RecordsError) -> Option<Vec<Self>> {
        let one = |code, text: &str| Some(vec![Self::new(code, text)]);
        match error {
            RecordsError::NotFound { .. } => one("RCRD_DSNT_EXIST", "That record does not exist."),
            RecordsError::Invalid(errors) => Some(errors.iter().map(Self::of_field).collect()),
            RecordsError::HasDependents { .. } => {
                let code = "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS";
                one(
                    code,
                    &format!("This record cannot be deleted because it has dependent records: {error}."),
                )
            }
            RecordsError::NoTransform { .. } | RecordsError::NothingLeft { .. } => {
                one("INVALID_INITIALIZE_REF", &format!("{error}."))
            }
            _ => None,
        }
    }
}

impl Xml {
    /// `platformCore:status`. Clients look for `isSuccess` in the text.
    pub fn status(&mut self, status: &Status) {
        let success = if status.is_ok() { "true" } else { "false" };
        self.element("platformCore:status", &[("isSuccess", success)], |xml| {
            for detail in status.as_ref().err().into_iter().flatten() {
                xml.element("platformCore:statusDetail", &[("type", "ERROR")], |xml| {
                    xml.leaf("platformCore:code", detail.code);
                    xml.leaf("platformCore:message", &detail.message);
                });
            }
        });
    }
}
