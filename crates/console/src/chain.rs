//! The chains that bind the rows of an audit to each other.

use countersign_vault::AuditHead;

/// What is said of one that holds.
pub(crate) fn followed(head: &AuditHead) -> String {
    match head.rows {
        0 => "There is no row yet.".to_owned(),
        rows => format!(
            "{rows} rows follow from each other. Note the end elsewhere, to see that none is cut off: {}",
            head.digest
        ),
    }
}
