//! What a transaction promises its caller, against a real file and in memory.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_database::DatabaseError;
use countersign_database::sqlite::Database;
use refinery::{Migration, Runner};
use rusqlite::Connection;

fn migrations() -> Runner {
    let sql = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
               CREATE TABLE reply (note INTEGER NOT NULL REFERENCES note) STRICT;";
    Runner::new(&[Migration::unapplied("V1__note", sql).unwrap()])
}

/// The same promise of a file and of a database in memory.
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
async fn an_error_undoes_the_whole_work_and_reaches_its_caller() {
    on_both(async |database| {
        let refused = database.write(|transaction| {
            insert(transaction, "first")?;
            insert(transaction, "first")
        });
        assert!(matches!(refused.await, Err(DatabaseError::Sqlite(_))));
        assert_eq!(notes(&database).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_panic_undoes_the_work_and_the_writer_lives_on() {
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
async fn a_failing_neighbour_takes_nothing_with_it() {
    on_both(async |database| {
        let writes = (0..200).map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                let write = database.write(move |transaction| {
                    insert(transaction, &number.to_string())?;
                    match number % 3 {
                        0 => insert(transaction, &number.to_string()),
                        1 => panic!("one in three"),
                        _ => Ok(()),
                    }
                });
                (number, write.await)
            })
        });
        for write in writes.collect::<Vec<_>>() {
            let (number, result) = write.await.unwrap();
            assert_eq!(result.is_ok(), number % 3 == 2, "{number}: {result:?}");
        }
        assert_eq!(notes(&database).await, 66);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writers_take_turns() {
    on_both(async |database| {
        insert_counter(&database).await;
        let writers = (0..300).map(|_| {
            let database = database.clone();
            tokio::spawn(async move {
                let increment = database.write(|transaction| -> Result<(), DatabaseError> {
                    let seen: i64 =
                        transaction
                            .query_one("SELECT id FROM note WHERE text = 'counter'", [], |row| row.get(0))?;
                    transaction.execute("UPDATE note SET id = ?1 WHERE text = 'counter'", [seen + 1])?;
                    Ok(())
                });
                increment.await.unwrap();
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        let count = database.read(|snapshot| -> Result<i64, DatabaseError> {
            Ok(snapshot.query_one("SELECT id FROM note", [], |row| row.get(0))?)
        });
        assert_eq!(count.await.unwrap(), 301);
    })
    .await;
}

async fn insert_counter(database: &Database) {
    database
        .write(|transaction| insert(transaction, "counter"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_read_cannot_write_and_the_next_write_can() {
    on_both(async |database| {
        let sneaky = database.read(|snapshot| insert(snapshot, "sneaky"));
        assert!(matches!(sneaky.await, Err(DatabaseError::Sqlite(_))));
        database
            .write(|transaction| insert(transaction, "honest"))
            .await
            .unwrap();
        assert_eq!(notes(&database).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_write_is_seen_by_the_next_read() {
    on_both(async |database| {
        for number in 1..=50 {
            database
                .write(move |transaction| insert(transaction, &number.to_string()))
                .await
                .unwrap();
            assert_eq!(notes(&database).await, number);
        }
    })
    .await;
}

#[tokio::test]
async fn a_reference_to_nothing_is_refused() {
    on_both(async |database| {
        let orphan = database.write(|transaction| -> Result<(), DatabaseError> {
            transaction.execute("INSERT INTO reply VALUES (7)", [])?;
            Ok(())
        });
        assert!(orphan.await.is_err());
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
