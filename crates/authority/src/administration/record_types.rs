//! The record types and fields of an account's own, and records out of the rows of a file.

use countersign_model::EntityId;
use countersign_records::{Declaration, Declared, ListValues, Records, RecordsError, Rows, RowsDone, Stamp};

use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

/// Why nothing was declared or added.
#[derive(Debug, thiserror::Error)]
pub enum RecordTypeError {
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    #[error(transparent)]
    Records(#[from] RecordsError),
}

impl Authority {
    /// Adds record types, fields and lists to those that the account has, or says what that would come to.
    pub async fn declare(
        &self,
        caller: &Caller,
        records: &Records,
        (declarations, lists): (Vec<Declaration>, Vec<ListValues>),
        dry_run: bool,
    ) -> Result<Declared, RecordTypeError> {
        caller.require_administrator()?;
        let stamp = self.record_stamp(caller);
        Ok(records.declare(declarations, lists, stamp, dry_run).await?)
    }

    /// Makes records of the rows of a file; `rows` is made with whoever asks and when. `heard` is told how many are done.
    pub async fn add_rows(
        &self,
        caller: &Caller,
        records: &Records,
        rows: impl FnOnce(Stamp) -> Rows,
        heard: impl FnMut(usize) + Send + 'static,
    ) -> Result<RowsDone, RecordTypeError> {
        caller.require_administrator()?;
        let rows = rows(self.record_stamp(caller));
        Ok(records.add_rows(rows, heard).await?)
    }

    /// Who writes records, and when: whoever owns the data folder is NetSuite's `-System-`.
    pub fn record_stamp(&self, caller: &Caller) -> Stamp {
        Stamp {
            at: self.clock.now(),
            by: caller.user().map_or(Stamp::SYSTEM, EntityId::get),
        }
    }
}
