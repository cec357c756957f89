//! The handle: opens the file, starts its threads, hands them work, and closes cleanly.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

use refinery::Runner;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::file::{self, Lock};
use super::pause::{Pause, Paused};
use super::{connection, readers, schema, writer};
use crate::DatabaseError;
use crate::history::Age;

/// A SQLite database, open. Clones share it; the last one dropped closes it and waits for that.
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
}

struct Shared {
    /// Nothing once closed.
    queues: Mutex<Option<Queues>>,
    end: Mutex<Option<End>>,
    threads: Vec<ThreadId>,
}

#[derive(Clone)]
struct Queues {
    writer: mpsc::Sender<writer::Work>,
    /// Nothing for a database in memory.
    readers: Option<mpsc::Sender<readers::Job>>,
}

struct End {
    writer: JoinHandle<()>,
    closed: oneshot::Receiver<Result<(), DatabaseError>>,
}

impl Database {
    /// Opens the file at `path`, making it (mode 0600) when there is none, and brings it to the schema of
    /// `migrations`. An older file is first copied to `<path>.before-v<N>`, N being the new version.
    ///
    /// Blocks: for starting up, not for the middle of a request.
    ///
    /// # Errors
    /// A file that is newer, of other migrations, or not ours is refused and left as it was; so is one that another
    /// process has open.
    pub fn open(path: &Path, migrations: Runner) -> Result<Self, DatabaseError> {
        let lock = Lock::take(path)?;
        file::create_if_missing(path)?;
        let age = schema::age_of(path, &migrations)?;
        let mut writing = connection::writing(path)?;
        schema::migrate(&mut writing, age, migrations, path)?;
        Self::with(writing, path, lock)
    }

    /// The same, of a file that several processes may have open, each of which opened it so. Their writes wait for each
    /// other, a few seconds at most; each sees what the others have committed. A file that is to be migrated must be
    /// nobody else's meanwhile.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_shared(path: &Path, migrations: Runner) -> Result<Self, DatabaseError> {
        let opening = Lock::opening(path)?;
        let mut lock = Lock::share(path)?;
        file::create_if_missing(path)?;
        let age = schema::age_of(path, &migrations)?;
        if age != Age::Current {
            // Whoever wants to share it meanwhile waits for `opening`.
            drop(lock);
            let alone = Lock::take(path)?;
            schema::migrate(&mut connection::writing(path)?, age, migrations, path)?;
            drop(alone);
            lock = Lock::share(path)?;
        }
        let database = Self::with(connection::writing(path)?, path, lock);
        drop(opening);
        database
    }

    fn with(writing: Connection, path: &Path, lock: Lock) -> Result<Self, DatabaseError> {
        let reading = (0..readers::THREADS)
            .map(|_| connection::reading(path))
            .collect::<Result<_, _>>()?;
        Self::start(writing, reading, Some(lock))
    }

    /// A database that is gone when its last handle is.
    pub fn in_memory(migrations: Runner) -> Result<Self, DatabaseError> {
        let mut connection = connection::in_memory()?;
        schema::migrate(&mut connection, Age::Fresh, migrations, Path::new(":memory:"))?;
        Self::start(connection, Vec::new(), None)
    }

    fn start(
        mut writing: Connection,
        reading: Vec<Connection>,
        lock: Option<Lock>,
    ) -> Result<Self, DatabaseError> {
        let (writer, written) = mpsc::channel(writer::QUEUE);
        let (readers, read) = mpsc::channel(readers::QUEUE);
        let has_readers = !reading.is_empty();
        let read = Arc::new(Mutex::new(read));

        let mut reader_threads = Vec::new();
        for mut connection in reading {
            let queue = Arc::clone(&read);
            reader_threads.push(spawn("database-reader", move || {
                readers::serve(&mut connection, &queue);
            })?);
        }
        let mut threads: Vec<_> = reader_threads.iter().map(|reader| reader.thread().id()).collect();

        let (close, closed) = oneshot::channel();
        let writer_thread = spawn("database-writer", move || {
            writer::serve(&mut writing, written);
            for reader in reader_threads {
                // A reader catches the panics of its jobs; there is nothing more to learn from it.
                let _ = reader.join();
            }
            let result = finish(writing);
            drop(lock);
            let _ = close.send(result);
        })?;
        threads.push(writer_thread.thread().id());

        Ok(Self {
            shared: Arc::new(Shared {
                queues: Mutex::new(Some(Queues {
                    writer,
                    readers: has_readers.then_some(readers),
                })),
                end: Mutex::new(Some(End {
                    writer: writer_thread,
                    closed,
                })),
                threads,
            }),
        })
    }

    /// Does `work` in an exclusive transaction and returns once its commit is on the disk. When `work` fails or
    /// panics, nothing of it stays.
    ///
    /// Work is done one at a time, in the order it arrived. Work that arrived together may share a commit, so a
    /// statement must not leave a deferred constraint unmet, and `work` must not end the transaction itself. A caller
    /// that goes away before its work began withdraws it; after that the work is done to its end.
    ///
    /// # Errors
    /// Those of `work`, and [`DatabaseError`] when the transaction could not be begun or committed.
    pub async fn write<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        self.write_on(|connection| work(connection)).await
    }

    pub(crate) async fn write_on<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        let (task, answer) = writer::Task::new(work);
        let queue = self.queues()?.writer;
        queue
            .send(writer::Work::Job(Box::new(task)))
            .await
            .map_err(|_| DatabaseError::Closed)?;
        drop(queue);
        answer.await.map_err(|_| DatabaseError::Closed)?
    }

    /// Does `work` on one snapshot of the database, beside the writer. A statement that writes is refused.
    ///
    /// # Errors
    /// Those of `work`, and [`DatabaseError`] when no snapshot could be had.
    pub async fn read<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        self.read_on(|connection| work(connection)).await
    }

    pub(crate) async fn read_on<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        let Some(queue) = self.queues()?.readers else {
            return self
                .write_on(|connection| readers::on_the_writer(connection, work))
                .await;
        };
        let (job, answer) = readers::job(work);
        queue.send(job).await.map_err(|_| DatabaseError::Closed)?;
        drop(queue);
        answer.await.map_err(|_| DatabaseError::Closed)?
    }

    /// Lets the writers wait, from when this returns until the pause is dropped. What was asked for before is done first.
    ///
    /// A database in memory has no readers of its own: its reads wait too.
    pub async fn pause(&self) -> Result<Pause, DatabaseError> {
        let (paused, pause, has_begun) = Paused::new();
        let queue = self.queues()?.writer;
        queue
            .send(writer::Work::Pause(paused))
            .await
            .map_err(|_| DatabaseError::Closed)?;
        drop(queue);
        has_begun.await.map_err(|_| DatabaseError::Closed)?;
        Ok(pause)
    }

    /// Finishes the work that is queued, moves the write-ahead log into the file and releases it. Every clone of the
    /// handle answers [`DatabaseError::Closed`] from here on.
    pub async fn close(self) -> Result<(), DatabaseError> {
        self.shared.stop();
        let end = self.shared.take_end();
        match end {
            Some(end) => end.closed.await.map_err(|_| DatabaseError::Closed)?,
            None => Err(DatabaseError::Closed),
        }
    }

    fn queues(&self) -> Result<Queues, DatabaseError> {
        let queues = self.shared.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues.clone().ok_or(DatabaseError::Closed)
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

impl Shared {
    /// The threads end when they have emptied their queues.
    fn stop(&self) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn take_end(&self) -> Option<End> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.stop();
        // Work may hold the last handle: a thread cannot wait for itself.
        if let Some(end) = self.take_end()
            && !self.threads.contains(&thread::current().id())
        {
            let _ = end.writer.join();
        }
    }
}

fn finish(connection: Connection) -> Result<(), DatabaseError> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error.into())
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, DatabaseError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(|source| DatabaseError::Thread(Arc::new(source)))
}
