//! What changes records: each a transaction of its own.

use std::sync::Arc;

use countersign_world::UnixTime;

use super::{Records, Undone, changing};
use crate::changes::{Changes, LineEdit};
use crate::error::RecordsError;
use crate::record::Stamp;
use crate::record_type::RecordType;
use crate::rows::{self, Rows, RowsDone};
use crate::value::{Key, Value};
use crate::{save, seed, transform};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upserted {
    Created(i64),
    Updated(i64),
}

impl Records {
    /// Gives the internal id of the new record.
    pub async fn create(
        &self,
        of: &Arc<RecordType>,
        changes: Changes,
        stamp: Stamp,
    ) -> Result<i64, RecordsError> {
        changes.check_length()?;
        self.write(of, move |table| save::create(&table, &changes, stamp))
            .await
    }

    /// Gives the internal id of the record.
    pub async fn update(
        &self,
        of: &Arc<RecordType>,
        key: Key,
        changes: Changes,
        stamp: Stamp,
    ) -> Result<i64, RecordsError> {
        changes.check_length()?;
        self.write(of, move |table| {
            let id = table.existing(&key)?;
            save::update(&table, id, &changes, stamp)?;
            Ok(id)
        })
        .await
    }

    /// Updates the record of that external id, or makes it.
    pub async fn upsert(
        &self,
        of: &Arc<RecordType>,
        external_id: String,
        changes: Changes,
        stamp: Stamp,
    ) -> Result<Upserted, RecordsError> {
        changes.check_length()?;
        let changes = changes.set("externalId", Value::Text(external_id.clone()));
        self.write(of, move |table| {
            match table.find(&Key::External(external_id))? {
                Some(id) => save::update(&table, id, &changes, stamp).map(|()| Upserted::Updated(id)),
                None => save::create(&table, &changes, stamp).map(Upserted::Created),
            }
        })
        .await
    }

    /// Adds, changes or drops one line of a sublist. Gives the number of the line.
    ///
    /// # Errors
    /// Among others [`Problem::NoSuchLine`](crate::Problem::NoSuchLine).
    pub async fn edit_line(
        &self,
        of: &Arc<RecordType>,
        key: Key,
        sublist: &str,
        edit: LineEdit,
        stamp: Stamp,
    ) -> Result<i64, RecordsError> {
        let number = match edit {
            LineEdit::Change(number, _) | LineEdit::Remove(number) => Some(number),
            LineEdit::Add(_) => None,
        };
        let sublist = sublist.to_owned();
        let mut changes = Changes::new();
        changes.edit(&sublist, edit);
        self.write(of, move |table| {
            let id = table.existing(&key)?;
            save::update(&table, id, &changes, stamp)?;
            match number {
                Some(number) => Ok(number),
                None => {
                    let record = table.load(id)?;
                    let numbers = record.lines(&sublist).iter().map(|line| line.number);
                    Ok(numbers.max().unwrap_or_default())
                }
            }
        })
        .await
    }

    /// Makes a record of type `to` from the one called `key`, with `over` on top. Gives the id of the new one.
    ///
    /// # Errors
    /// Among others [`RecordsError::NoTransform`], and [`RecordsError::NothingLeft`] where all of it was made before.
    pub async fn transform(
        &self,
        of: &Arc<RecordType>,
        key: Key,
        to: &Arc<RecordType>,
        over: Changes,
        stamp: Stamp,
    ) -> Result<i64, RecordsError> {
        over.check_length()?;
        let to = Arc::clone(to);
        self.write(of, move |table| {
            let id = table.existing(&key)?;
            transform::transform(&table, id, &to, over, stamp)
        })
        .await
    }

    /// # Errors
    /// Among others [`RecordsError::HasDependents`]: nothing is left pointing at nothing.
    pub async fn delete(&self, of: &Arc<RecordType>, key: Key, stamp: Stamp) -> Result<(), RecordsError> {
        self.write(of, move |table| {
            save::delete(&table, table.existing(&key)?, stamp)
        })
        .await
    }

    /// Makes records of the rows of a file, or says what that would come to. All of them are written, or none; with
    /// [`Rows::skip_bad`] those that are right. `heard` is told now and then how many rows are done.
    pub async fn add_rows(
        &self,
        rows: Rows,
        heard: impl FnMut(usize) + Send + 'static,
    ) -> Result<RowsDone, RecordsError> {
        let of = Arc::clone(&rows.of);
        let adding = self.on_table(&of, move |table| {
            let done = rows::add(&table, &rows, heard)?;
            let is_right = done.bad.is_empty() || (rows.skip_bad && done.rows > done.bad_rows);
            Ok((done, is_right && !rows.dry_run))
        });
        let added = changing(&self.database, move |transaction| match adding(transaction)? {
            (done, true) => Ok(done),
            (done, false) => Err(Undone::Looked(done)),
        });
        match added.await {
            Ok(done) => Ok(RowsDone {
                written: true,
                ..done
            }),
            Err(Undone::Looked(done)) => Ok(done),
            Err(Undone::Failed(error)) => Err(error),
        }
    }

    /// Adds the records of the demonstration company that are not there yet: a year of trade that ends at `now`. Gives
    /// how many were added.
    pub async fn seed(&self, now: UnixTime) -> Result<usize, RecordsError> {
        let Some(customer) = self.record_type("customer") else {
            return Ok(0);
        };
        self.write(customer, move |table| seed::company(&table, now))
            .await
    }
}
