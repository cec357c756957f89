//! What records and statements refuse, in the codes and words of SuiteScript.

use countersign_records::{AskError, FieldError, Problem, RecordType, RecordsError};
use countersign_suiteql::QueryError;
use countersign_suitescript::HostError;

pub(super) fn no_such_type(name: &str) -> HostError {
    HostError::absent_type(name)
}

pub(super) fn no_such_record() -> HostError {
    HostError::new("RCRD_DSNT_EXIST", "That record does not exist.")
}

pub(super) fn invalid_value(value: &str, field: &str) -> HostError {
    let message = format!("You have entered an Invalid Field Value {value} for the following field: {field}");
    HostError::new("INVALID_FLD_VALUE", message)
}

pub(super) fn invalid_key(field: &str, key: &str) -> HostError {
    HostError::new(
        "INVALID_KEY_OR_REF",
        format!("Invalid {field} reference key {key}."),
    )
}

pub(super) fn not_emulated(what: &str) -> HostError {
    let message = format!("Countersign does not emulate this yet: {what}. NetSuite would answer.");
    HostError::new("NOT_EMULATED", message)
}

/// What went wrong with a record of type `of`.
pub(super) fn of_records(error: RecordsError, of: &RecordType) -> HostError {
    match error {
        RecordsError::NotFound { .. } => no_such_record(),
        RecordsError::Invalid(errors) => of_fields(&errors, of),
        RecordsError::HasDependents { .. } => HostError::new(
            "THIS_RECORD_CANNOT_BE_DELETED_BECAUSE_IT_HAS_DEPENDENT_RECORDS",
            format!("This record cannot be deleted because it has dependent records: {error}"),
        ),
        RecordsError::NoTransform { .. } => HostError::new(
            "INVALID_RCRD_TRANSFRM",
            format!("That type of record transformation is not allowed: {error}."),
        ),
        RecordsError::NothingLeft { id, ref to, .. } => HostError::new(
            "INVALID_INITIALIZE_REF",
            format!(
                "You can not initialize {}: invalid reference {id}.",
                to.to_lowercase()
            ),
        ),
        other => {
            tracing::error!(error = %other, "records of a script");
            HostError::new(
                "UNEXPECTED_ERROR",
                "The record could not be read or written; the log says why.",
            )
        }
    }
}

/// One error of several: first all that is missing, as NetSuite lists it, then the first that is wrong.
fn of_fields(errors: &[FieldError], of: &RecordType) -> HostError {
    // A reference that leads nowhere leaves its field without a value: that is no second mistake.
    let leads_nowhere = |path: &str| {
        let is_it = |error: &FieldError| matches!(error.problem, Problem::NoSuchRecord { .. });
        errors.iter().any(|error| error.path == path && is_it(error))
    };
    let missing: Vec<String> = errors
        .iter()
        .filter(|error| error.problem == Problem::Missing && !leads_nowhere(&error.path))
        .map(|error| label(&error.path, of))
        .collect();
    if !missing.is_empty() {
        return HostError::new(
            "USER_ERROR",
            format!("Please enter value(s) for: {}", missing.join(", ")),
        );
    }
    let Some(error) = errors.iter().find(|error| error.problem != Problem::Missing) else {
        return HostError::new("UNEXPECTED_ERROR", "The record is wrong, and nothing says where.");
    };
    let field = error.path.rsplit('.').next().unwrap_or_default().to_lowercase();
    match &error.problem {
        Problem::NoSuchRecord { key, .. } => invalid_key(&field, &key.to_string()),
        Problem::NotAChoice { .. } | Problem::NotA { .. } | Problem::TooLong { .. } => {
            let message = format!(
                "You have entered an Invalid Field Value for the following field: {field}. {}.",
                sentence(&error.problem)
            );
            HostError::new("INVALID_FLD_VALUE", message)
        }
        Problem::Taken if field == "externalid" => HostError::new(
            "DUP_RCRD",
            "This record already exists. Another has this external ID.",
        ),
        Problem::Taken => HostError::new(
            "UNIQUE_CUST_ID_REQD",
            format!(
                "A {} record with this ID already exists. You must enter a unique {} for each record you create.",
                of.label.to_lowercase(),
                label(&error.path, of)
            ),
        ),
        problem => HostError::new("USER_ERROR", format!("{}: {problem}.", label(&error.path, of))),
    }
}

fn sentence(problem: &Problem) -> String {
    let text = problem.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}

/// The label of the field at a path: `companyName`, or `item.items[0].quantity`.
fn label(path: &str, of: &RecordType) -> String {
    let (sublist, field) = match path.split_once(".items[") {
        Some((sublist, rest)) => (Some(sublist), rest.rsplit('.').next().unwrap_or_default()),
        None => (None, path),
    };
    let found = match sublist {
        Some(sublist) => of.sublist(sublist).and_then(|sublist| sublist.field(field)),
        None => of.field(field),
    };
    found.map_or(field, |field| &field.label).to_owned()
}

/// What a statement or a search ended with.
pub(super) fn of_statement(error: AskError) -> HostError {
    let error = match error {
        AskError::Query(error) => error,
        AskError::InMemory => return not_emulated("statements over an account in memory"),
        other => {
            tracing::error!(error = %other, "statement of a script");
            return HostError::new(
                "UNEXPECTED_ERROR",
                "The statement could not be run; the log says why.",
            );
        }
    };
    let code = match &error {
        QueryError::NotEmulated { .. } => "NOT_EMULATED",
        QueryError::TimeLimit(_) => "SSS_REQUEST_TIME_EXCEEDED",
        QueryError::Hidden { .. } => "INSUFFICIENT_PERMISSION",
        QueryError::Records(_) | QueryError::NoThread(_) => "UNEXPECTED_ERROR",
        _ => "SSS_SEARCH_ERROR_OCCURRED",
    };
    let (theirs, ours) = (error.detail(), error.to_string());
    let words = theirs
        .split_once("Detailed unprocessed description follows. ")
        .map_or(theirs.as_str(), |(_, words)| words);
    let message = match words == ours {
        true => ours,
        false => format!("{words} {ours}"),
    };
    HostError::new(code, message)
}
