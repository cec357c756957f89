//! A pause: a copy of one moment, and contents that are replaced whole under whoever has the database open.
#![expect(clippy::unwrap_used, reason = "what fails fails its test")]

use std::time::Duration;

use countersign_database::DatabaseError;
use countersign_database::sqlite::Database;
use refinery::{Migration, Runner};

fn open(path: &std::path::Path) -> Database {
    let note = "CREATE TABLE note (text TEXT NOT NULL) STRICT";
    Database::open(
        path,
        Runner::new(&[Migration::unapplied("V1__note", note).unwrap()]),
    )
    .unwrap()
}

async fn write(database: &Database, text: &'static str) {
    let insert = move |connection: &rusqlite::Connection| {
        connection.execute("INSERT INTO note VALUES (?1)", [text])?;
        Ok::<_, DatabaseError>(())
    };
    database.write(insert).await.unwrap();
}

async fn notes(database: &Database) -> Vec<String> {
    let list = |connection: &rusqlite::Connection| {
        let mut statement = connection.prepare_cached("SELECT text FROM note ORDER BY text")?;
        let notes = statement.query_map([], |row| row.get(0))?;
        Ok::<_, DatabaseError>(notes.collect::<Result<_, _>>()?)
    };
    database.read(list).await.unwrap()
}

#[tokio::test]
async fn what_was_copied_comes_back_whole_under_those_who_have_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("live.sqlite"));
    write(&database, "before").await;
    let copy = folder.path().join("copy.sqlite");
    database.pause().await.unwrap().copy_to(&copy).await.unwrap();
    write(&database, "after").await;
    assert_eq!(notes(&database).await, ["after", "before"]);

    database.pause().await.unwrap().replace_with(&copy).await.unwrap();
    assert_eq!(notes(&database).await, ["before"]);
    write(&database, "later").await;
    assert_eq!(notes(&database).await, ["before", "later"]);
    database.close().await.unwrap();
    let again = open(&folder.path().join("live.sqlite"));
    assert_eq!(notes(&again).await, ["before", "later"]);
    assert_eq!(notes(&open(&copy)).await, ["before"], "the copy is as it was");
}

#[tokio::test]
async fn writers_wait_for_the_end_of_a_pause_and_readers_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let database = open(&folder.path().join("live.sqlite"));
    write(&database, "before").await;
    let pause = database.pause().await.unwrap();
    let writing = tokio::spawn({
        let database = database.clone();
        async move { write(&database, "waiting").await }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(notes(&database).await, ["before"]);
    assert!(!writing.is_finished());
    drop(pause);
    writing.await.unwrap();
    assert_eq!(notes(&database).await, ["before", "waiting"]);
}
