//! What scripts leave in the account for somebody to look at: records of a type, the last first.

use countersign_records::{Key, Record, RecordsError, Together, Value};

/// The last records of a type with these values in their fields, the last first, `most` of them.
pub(crate) fn last(
    records: &Together<'_>,
    of: &str,
    having: &[(&str, &Value)],
    most: usize,
) -> Result<Vec<Record>, RecordsError> {
    let of = records.record_type(of)?;
    let found = records.find(of, having)?;
    let last = found.into_iter().rev().take(most);
    last.map(|id| records.get(of, &Key::Internal(id))).collect()
}
