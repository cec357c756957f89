//! A SQLite file: the promises every kind of database keeps, and what only SQLite's own handle can be asked.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_database::sqlite::Database;
use countersign_database::{DatabaseError, Transaction};
use refinery::Runner;
use rusqlite::Connection;
use tempfile::TempDir;

mod promises;

fn migrations() -> Runner {
    promises::migrations("INTEGER", "BLOB", "STRICT")
}

/// A fresh database, as the promises ask for it.
async fn open() -> (countersign_database::Database, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::open(&folder.path().join("notes.sqlite"), migrations()).unwrap();
    (database.into(), folder)
}

/// The same of a file and of a database in memory.
async fn on_both<F: AsyncFn(Database)>(promise: F) {
    let folder = tempfile::tempdir().unwrap();
    promise(Database::open(&folder.path().join("notes.sqlite"), migrations()).unwrap()).await;
    promise(Database::in_memory(migrations()).unwrap()).await;
}

fn insert(connection: &Connection, text: &str) -> Result<(), DatabaseError> {
    connection.execute("INSERT INTO note (text) VALUES (?1)", [text])?;
    Ok(())
}

async fn notes(database: &Database) -> i64 {
    let count = database.read(|snapshot| -> Result<i64, DatabaseError> {
        Ok(snapshot.query_one("SELECT count(*) FROM note", [], |row| row.get(0))?)
    });
    count.await.unwrap()
}

#[tokio::test]
async fn a_panic_in_work_on_the_connection_undoes_it_and_the_writer_lives_on() {
    on_both(async |database| {
        let panicked: Result<(), _> = database
            .write(|transaction| {
                insert(transaction, "gone")?;
                panic!("in the middle of a transaction")
            })
            .await;
        assert!(matches!(panicked, Err(DatabaseError::Panicked)));

        let read: Result<(), _> = database.read(|_| panic!("in the middle of a read")).await;
        assert!(matches!(read, Err(DatabaseError::Panicked)));

        database
            .write(|transaction| insert(transaction, "kept"))
            .await
            .unwrap();
        assert_eq!(notes(&database).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_misspelled_column_is_an_error_and_not_a_string() {
    on_both(async |database| {
        let misspelled = database.read(|snapshot| -> Result<(), DatabaseError> {
            snapshot.prepare("SELECT \"txet\" FROM note")?;
            Ok(())
        });
        assert!(misspelled.await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_withdrawn_write_is_not_done() {
    on_both(async |database| {
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let slow = tokio::spawn({
            let database = database.clone();
            async move {
                database
                    .write(move |_| -> Result<(), DatabaseError> {
                        held.recv().unwrap();
                        Ok(())
                    })
                    .await
            }
        });
        let withdrawn = {
            let database = database.clone();
            tokio::spawn(async move {
                database
                    .write(|transaction| insert(transaction, "withdrawn"))
                    .await
            })
        };
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        withdrawn.abort();
        withdrawn.await.unwrap_err();
        hold.send(()).unwrap();
        slow.await.unwrap().unwrap();
        assert_eq!(notes(&database).await, 0);
    })
    .await;
}

#[tokio::test]
async fn closing_finishes_queued_work_and_then_refuses_more() {
    on_both(async |database| {
        let queued = (0..20).map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                database
                    .write(move |transaction| insert(transaction, &number.to_string()))
                    .await
            })
        });
        let queued: Vec<_> = queued.collect();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        let other = database.clone();
        database.close().await.unwrap();
        for write in queued {
            write.await.unwrap().unwrap();
        }
        let late = other.write(|transaction| insert(transaction, "late")).await;
        assert!(matches!(late, Err(DatabaseError::Closed)));
    })
    .await;
}

#[tokio::test]
async fn work_may_hold_the_last_handle() {
    on_both(async |database| {
        let last = database.clone();
        let write = database.write(move |_| -> Result<(), DatabaseError> {
            drop(last);
            Ok(())
        });
        write.await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn work_that_waits_for_something_else_is_undone_and_says_so() {
    on_both(async |database| {
        let shared = countersign_database::Database::from(database.clone());
        let waited = shared.write(
            async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
                promises::insert(transaction, 1, "gone").await?;
                tokio::task::yield_now().await;
                Ok(())
            },
        );
        assert!(matches!(waited.await, Err(DatabaseError::Waited)));
        assert_eq!(notes(&database).await, 0);
    })
    .await;
}
