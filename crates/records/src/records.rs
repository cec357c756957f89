//! The handle on an account's records.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use countersign_database::DatabaseError;
use countersign_database::sqlite::{Database, Pause};
use countersign_world::UnixTime;
use rusqlite::Connection;
use tokio::sync::Mutex;

use crate::availability::{self, Availability};
use crate::catalog::Catalog;
use crate::changes::{Changes, LineEdit};
use crate::deletion::{self, DeletionQuery, Deletions};
use crate::error::RecordsError;
use crate::journal::{self, SystemNote};
use crate::known::Known;
use crate::own::{self, Declaration, Declared, ListValues};
use crate::queries::{Pool, Types};
use crate::record::{Record, Stamp};
use crate::record_type::RecordType;
use crate::rows::{self, Rows, RowsDone};
use crate::script_log::{self, ScriptLogEntry, ScriptLogLine, ScriptLogQuery};
use crate::state::State;
use crate::table::Table;
use crate::together::Together;
use crate::value::{Key, Value};
use crate::{draft, save, schema, seed, transform};

/// The records of one account, in one file. Clones share it.
///
/// A [`RecordType`] is asked for by name first; having one is the proof that the type exists. A handle knows the types as
/// they were when it was made, so that one request sees one catalogue; [`Records::current`] knows those of now.
#[derive(Clone, Debug)]
pub struct Records {
    pub(crate) types: Arc<Types>,
    latest: Arc<ArcSwap<Types>>,
    /// The types without those of the account's own.
    base: Arc<Catalog>,
    /// One at a time declares.
    turn: Arc<Mutex<()>>,
    /// Before the database: whoever closes last tidies up, and only the database's own connections may.
    pub(crate) pool: Arc<Pool>,
    pub(crate) known: Arc<Known>,
    database: Database,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upserted {
    Created(i64),
    Updated(i64),
}

impl Records {
    /// Opens the file at `path` with the types that are compiled in, making what is missing.
    pub async fn open(path: &Path) -> Result<Self, RecordsError> {
        Self::open_with(path, Catalog::built_in()?).await
    }

    /// The same with types of the caller's.
    pub async fn open_with(path: &Path, catalog: Catalog) -> Result<Self, RecordsError> {
        let database = Database::open(path, schema::migrations())?;
        Self::build(database, Some(path), catalog).await
    }

    /// Records that are gone when the last handle is.
    pub async fn in_memory(catalog: Catalog) -> Result<Self, RecordsError> {
        Self::build(Database::in_memory(schema::migrations())?, None, catalog).await
    }

    async fn build(database: Database, path: Option<&Path>, base: Catalog) -> Result<Self, RecordsError> {
        let base = Arc::new(base);
        let beside = Arc::clone(&base);
        let building = changing(&database, move |transaction| {
            let catalog = own::catalog(transaction, &beside)?;
            schema::build(transaction, &catalog)?;
            Ok::<_, RecordsError>(catalog)
        });
        let catalog = building.await?;
        let types = Arc::new(Types::new(catalog));
        Ok(Self {
            latest: Arc::new(ArcSwap::new(Arc::clone(&types))),
            types,
            base,
            turn: Arc::default(),
            pool: Arc::new(Pool::new(path)),
            known: Arc::new(Known::new()),
            database,
        })
    }

    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.types.catalog
    }

    pub fn types(&self) -> impl Iterator<Item = &Arc<RecordType>> {
        self.types.catalog.types()
    }

    /// In any letter case, see [`Catalog::get`].
    pub fn record_type(&self, name: &str) -> Option<&Arc<RecordType>> {
        self.types.catalog.get(name)
    }

    /// The same records, with the types that are declared now.
    #[must_use]
    pub fn current(&self) -> Self {
        Self {
            types: self.latest.load_full(),
            ..self.clone()
        }
    }

    /// The types that every account has.
    pub fn base(&self) -> &Catalog {
        &self.base
    }

    /// What the account declares of its own.
    pub async fn declarations(&self) -> Result<Vec<Declaration>, RecordsError> {
        self.database.read(own::stored).await
    }

    /// Declares types, fields and lists of the account's own, or says what that would come to (`dry_run`). Handles that are
    /// made afterwards know them.
    ///
    /// # Errors
    /// Among others [`RecordsError::Declaration`] for what does not fit what is there: then nothing is declared.
    pub async fn declare(
        &self,
        declarations: Vec<Declaration>,
        lists: Vec<ListValues>,
        stamp: Stamp,
        dry_run: bool,
    ) -> Result<Declared, RecordsError> {
        let _turn = self.turn.lock().await;
        let base = Arc::clone(&self.base);
        let declaring = changing(&self.database, move |transaction| {
            let (catalog, declared) = own::declare(transaction, &base, &declarations, &lists, stamp)?;
            match dry_run {
                true => Err(Undone::Looked(declared)),
                false => Ok((catalog, declared)),
            }
        });
        match declaring.await {
            Ok((catalog, declared)) => {
                self.latest.store(Arc::new(Types::new(catalog)));
                Ok(declared)
            }
            Err(Undone::Looked(declared)) => Ok(declared),
            Err(Undone::Failed(error)) => Err(error),
        }
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

    /// Reads the types anew, after what the file holds was replaced. While the writers wait this waits for none.
    pub async fn reread(&self) -> Result<(), RecordsError> {
        let _turn = self.turn.lock().await;
        let base = Arc::clone(&self.base);
        let catalog = self
            .database
            .read(move |connection| own::catalog(connection, &base))
            .await?;
        self.latest.store(Arc::new(Types::new(catalog)));
        Ok(())
    }

    pub async fn get(&self, of: &Arc<RecordType>, key: Key) -> Result<Record, RecordsError> {
        self.read(of, move |table| {
            let mut record = table.load(table.existing(&key)?)?;
            table.name_references(&mut record)?;
            Ok(record)
        })
        .await
    }

    /// The changes of a record since it was made, the oldest first; also of one that was deleted.
    pub async fn history(&self, of: &Arc<RecordType>, id: i64) -> Result<Vec<SystemNote>, RecordsError> {
        self.read(of, move |table| journal::history(&table, id)).await
    }

    /// The records that were deleted, the first first.
    pub async fn deletions(&self, query: DeletionQuery) -> Result<Deletions, RecordsError> {
        self.database
            .read(move |connection| deletion::page(connection, &query))
            .await
    }

    /// How much there is of an item, by its internal id, at each location where it moved.
    pub async fn availability(&self, item: i64) -> Result<Vec<Availability>, RecordsError> {
        self.database
            .read(move |connection| availability::of_item(connection, item))
            .await
    }

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

    /// # Errors
    /// Among others [`RecordsError::HasDependents`]: nothing is left pointing at nothing.
    pub async fn delete(&self, of: &Arc<RecordType>, key: Key, stamp: Stamp) -> Result<(), RecordsError> {
        self.write(of, move |table| {
            save::delete(&table, table.existing(&key)?, stamp)
        })
        .await
    }

    /// Reads and writes several records in one transaction, which an error undoes.
    pub async fn together<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Together<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> Result<T, RecordsError> {
        let types = Arc::clone(&self.types);
        let work = move |connection: &Connection| work(&Together::new(connection, &types.catalog));
        changing(&self.database, work).await
    }

    /// Reads several records as of one moment. What `work` writes is refused.
    pub async fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Together<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> Result<T, RecordsError> {
        let types = Arc::clone(&self.types);
        self.database
            .read(move |connection| work(&Together::new(connection, &types.catalog)))
            .await
    }

    /// Adds the lines of one execution of a script to the log, and drops what the log no longer keeps. The records are in
    /// the state they were in: the log is none of them, and what is read of it is never known beforehand.
    pub async fn log_script(&self, entry: ScriptLogEntry) -> Result<(), RecordsError> {
        self.database
            .write(move |transaction| script_log::add(transaction, &entry))
            .await
    }

    /// A page of the execution log of scripts, the last line first.
    pub async fn script_log(&self, query: ScriptLogQuery) -> Result<Vec<ScriptLogLine>, RecordsError> {
        self.database
            .read(move |connection| script_log::page(connection, &query))
            .await
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

    /// Lets the writers wait, see [`Database::pause`].
    pub async fn pause(&self) -> Result<Pause, RecordsError> {
        Ok(self.database.pause().await?)
    }

    /// Waits for the statements that run; see [`Database::close`].
    pub async fn close(self) -> Result<(), RecordsError> {
        self.pool.close().await;
        Ok(self.database.close().await?)
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        of: &Arc<RecordType>,
        work: impl FnOnce(Table<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> Result<T, RecordsError> {
        let work = self.on_table(of, work);
        self.database.read(work).await
    }

    async fn write<T: Send + 'static>(
        &self,
        of: &Arc<RecordType>,
        work: impl FnOnce(Table<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> Result<T, RecordsError> {
        changing(&self.database, self.on_table(of, work)).await
    }

    /// For work that writes and takes all of it back.
    async fn rehearse<T: Send + 'static>(
        &self,
        of: &Arc<RecordType>,
        work: impl FnOnce(Table<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> Result<T, RecordsError> {
        self.database.write(self.on_table(of, work)).await
    }

    fn on_table<T>(
        &self,
        of: &Arc<RecordType>,
        work: impl FnOnce(Table<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> impl FnOnce(&Connection) -> Result<T, RecordsError> + Send + 'static {
        let types = Arc::clone(&self.types);
        let record_type = Arc::clone(of);
        move |connection| {
            work(Table {
                connection,
                catalog: &types.catalog,
                record_type: &record_type,
            })
        }
    }
}

/// The one way in which records are changed: whatever is committed is in a state of its own.
async fn changing<T, E>(
    database: &Database,
    work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<DatabaseError> + From<RecordsError> + Send + 'static,
{
    let work = move |transaction: &Connection| {
        let done = work(transaction)?;
        State::change(transaction).map_err(RecordsError::from)?;
        Ok(done)
    };
    database.write(work).await
}

/// Why a transaction that could have been committed was not, or was not one.
enum Undone<T> {
    /// It was only to be looked at.
    Looked(T),
    Failed(RecordsError),
}

impl<T> From<RecordsError> for Undone<T> {
    fn from(error: RecordsError) -> Self {
        Self::Failed(error)
    }
}

impl<T> From<DatabaseError> for Undone<T> {
    fn from(error: DatabaseError) -> Self {
        Self::Failed(error.into())
    }
}
