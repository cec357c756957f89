//! Records as they would be: made in a transaction that is taken back.

use std::sync::Arc;

use super::Records;
use crate::changes::Changes;
use crate::error::{Problem, RecordsError};
use crate::field::Field;
use crate::record::{Record, Stamp};
use crate::record_type::RecordType;
use crate::value::{Key, Value};
use crate::{draft, transform};

impl Records {
    /// The record that [`Self::create`] would make, which is not saved: it has neither an id nor a number.
    pub async fn draft(
        &self,
        of: &Arc<RecordType>,
        changes: Changes,
        stamp: Stamp,
    ) -> Result<Record, RecordsError> {
        changes.check_length()?;
        self.rehearse(of, move |table| draft::draft(&table, &changes, stamp))
            .await
    }

    /// The record with that key after `changes`, or a new one, while it is still worked at: what is missing is not refused,
    /// what is wrong is. Nothing is saved.
    pub async fn sketch(
        &self,
        of: &Arc<RecordType>,
        key: Option<Key>,
        changes: Changes,
        stamp: Stamp,
    ) -> Result<Record, RecordsError> {
        changes.check_length()?;
        self.rehearse(of, move |table| {
            let id = key.map(|key| table.existing(&key)).transpose()?;
            let before = id.map(|id| table.load(id)).transpose()?;
            draft::sketch(&table, before.as_ref(), &changes, stamp)
        })
        .await
    }

    /// Why no record of a type can hold `value` in a field; nothing where one can.
    pub async fn refusal(
        &self,
        of: &Arc<RecordType>,
        field: &Arc<Field>,
        value: Value,
    ) -> Result<Option<Problem>, RecordsError> {
        let field = Arc::clone(field);
        self.read(of, move |table| match field.accept(value) {
            Ok(Some(value)) => Ok(table.resolve(&field, value)?.err()),
            Ok(None) => Ok(None),
            Err(problem) => Ok(Some(problem)),
        })
        .await
    }

    /// The record that [`Self::transform`] would make, which is not saved.
    ///
    /// # Errors
    /// Those of [`Self::transform`].
    pub async fn draft_from(
        &self,
        of: &Arc<RecordType>,
        key: Key,
        to: &Arc<RecordType>,
        stamp: Stamp,
    ) -> Result<Record, RecordsError> {
        let to = Arc::clone(to);
        self.rehearse(of, move |table| {
            let id = table.existing(&key)?;
            let changes = transform::made_of(&table, id, &to, Changes::new())?;
            draft::draft(&table.of(&to), &changes, stamp)
        })
        .await
    }
}
