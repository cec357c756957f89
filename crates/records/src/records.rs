//! The handle on an account's records.

use std::path::Path;
use std::sync::Arc;

use arc_swap::ArcSwap;
use countersign_database::DatabaseError;
use countersign_database::sqlite::{Database, Pause};
use rusqlite::Connection;
use tokio::sync::Mutex;

use crate::availability::{self, Availability};
use crate::catalog::Catalog;
use crate::deletion::{self, DeletionQuery, Deletions};
use crate::error::RecordsError;
use crate::journal::{self, SystemNote};
use crate::known::Known;
use crate::own;
use crate::queries::{Pool, Types};
use crate::record::Record;
use crate::record_type::RecordType;
use crate::schema;
use crate::script_log::{self, ScriptLogEntry, ScriptLogLine, ScriptLogQuery};
use crate::state::State;
use crate::table::Table;
use crate::together::Together;
use crate::value::Key;

mod drafting;
mod types;
mod writing;

pub use writing::Upserted;

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
