//! What a transaction promises, whatever database it is on. The test file of each kind has this module, an `open()`, and
//! the `Place` where a database lies as long as its test runs.

use countersign_database::{Database, DatabaseError, Row, Transaction, Value};
use refinery::{Migration, Runner};

/// Common to SQLite and PostgreSQL but for the types of columns.
pub(crate) fn migrations(integer: &str, bytes: &str, table: &str) -> Runner {
    let sql = format!(
        "CREATE TABLE note (id {integer} PRIMARY KEY, text TEXT NOT NULL UNIQUE) {table};
         CREATE TABLE reply (
             note {integer} NOT NULL REFERENCES note (id), line {integer} NOT NULL, text TEXT, scan {bytes},
             UNIQUE (note, line)
         ) {table};"
    );
    Runner::new(&[Migration::unapplied("V1__note", &sql).unwrap()])
}

pub(crate) async fn insert(
    transaction: &mut Transaction<'_>,
    id: i64,
    text: &str,
) -> Result<(), DatabaseError> {
    transaction
        .insert("note", [("id", id.into()), ("text", text.into())])
        .await
}

pub(crate) async fn notes(database: &Database) -> usize {
    let texts = database.read(
        async |snapshot: &mut Transaction<'_>| -> Result<_, DatabaseError> {
            snapshot
                .rows("SELECT text FROM note", &[], |row| row.text("text"))
                .await
        },
    );
    texts.await.unwrap().len()
}

async fn kept(database: &Database, id: i64, text: &'static str) {
    database
        .write(async move |transaction: &mut Transaction<'_>| insert(transaction, id, text).await)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_error_undoes_the_whole_work_and_reaches_its_caller() {
    let (database, _place) = crate::open().await;
    let refused = database.write(async |transaction: &mut Transaction<'_>| {
        insert(transaction, 1, "first").await?;
        insert(transaction, 2, "first").await
    });
    refused.await.unwrap_err();
    assert_eq!(notes(&database).await, 0);
}

#[tokio::test]
async fn a_duplicate_is_told_by_its_table_and_columns_and_shows_no_value() {
    let (database, _place) = crate::open().await;
    kept(&database, 1, "(a)=(b), c").await;
    let duplicate = async |second: Option<(i64, &'static str)>| {
        let error = database.write(async move |transaction: &mut Transaction<'_>| {
            if let Some((id, text)) = second {
                return insert(transaction, id, text).await;
            }
            let line = [Value::Integer(1), Value::Integer(7)];
            transaction
                .insert_all("reply", ["note", "line"], &[line, line])
                .await
        });
        let error = error.await.unwrap_err();
        assert!(!error.to_string().contains("(b)"), "{error}");
        match error {
            DatabaseError::Duplicate { table, columns } => (table, columns),
            other => panic!("{other}"),
        }
    };
    let told = |table: &str, columns: &str| (table.to_owned(), columns.to_owned());
    assert_eq!(duplicate(Some((2, "(a)=(b), c"))).await, told("note", "text"));
    assert_eq!(duplicate(Some((1, "other"))).await, told("note", "id"));
    assert_eq!(duplicate(None).await, told("reply", "note, line"));
}

#[tokio::test]
async fn a_panic_undoes_the_work_and_the_next_is_done() {
    let (database, _place) = crate::open().await;
    let panicked = database.write(
        async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            insert(transaction, 1, "gone").await?;
            panic!("in the middle of a transaction")
        },
    );
    assert!(matches!(panicked.await, Err(DatabaseError::Panicked)));
    let panicked = database.read(async |_: &mut Transaction<'_>| -> Result<(), DatabaseError> {
        panic!("in the middle of a read")
    });
    assert!(matches!(panicked.await, Err(DatabaseError::Panicked)));
    kept(&database, 1, "kept").await;
    assert_eq!(notes(&database).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failing_neighbour_takes_nothing_with_it() {
    let (database, _place) = crate::open().await;
    let writes = (0..60).map(|number| {
        let database = database.clone();
        tokio::spawn(async move {
            let write = database.write(async move |transaction: &mut Transaction<'_>| {
                insert(transaction, number, &number.to_string()).await?;
                match number % 3 {
                    0 => insert(transaction, number, "again").await,
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
    assert_eq!(notes(&database).await, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writers_take_turns() {
    let (database, _place) = crate::open().await;
    kept(&database, 0, "counter").await;
    let writers = (0..100).map(|_| {
        let database = database.clone();
        tokio::spawn(async move {
            let increment = database.write(
                async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
                    let seen = transaction.row("SELECT id FROM note", &[], |row| row.integer("id"));
                    let next = seen.await?.unwrap() + 1;
                    let changed = transaction
                        .execute("UPDATE note SET id = ?1", &[next.into()])
                        .await?;
                    assert_eq!(changed, 1);
                    Ok(())
                },
            );
            increment.await.unwrap();
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let counted = database.read(
        async |snapshot: &mut Transaction<'_>| -> Result<bool, DatabaseError> {
            snapshot
                .exists("SELECT 1 FROM note WHERE id = ?1", &[100_i64.into()])
                .await
        },
    );
    assert!(counted.await.unwrap());
}

#[tokio::test]
async fn a_read_cannot_write_and_the_next_write_can() {
    let (database, _place) = crate::open().await;
    let sneaky = database.read(async |snapshot: &mut Transaction<'_>| insert(snapshot, 1, "sneaky").await);
    sneaky.await.unwrap_err();
    kept(&database, 1, "honest").await;
    assert_eq!(notes(&database).await, 1);
}

#[tokio::test]
async fn a_write_or_a_line_of_the_trail_is_seen_by_the_next_read() {
    let (database, _place) = crate::open().await;
    for number in 1..=10 {
        kept(&database, number, ["even", "odd"][usize::from(number % 2 == 1)]).await;
        assert_eq!(notes(&database).await, 1);
        let append = database.append(
            async move |transaction: &mut Transaction<'_>| -> Result<_, DatabaseError> {
                transaction.execute("DELETE FROM note", &[]).await
            },
        );
        assert_eq!(append.await.unwrap(), 1);
        assert_eq!(notes(&database).await, 0);
    }
}

#[tokio::test]
async fn a_reference_to_nothing_is_refused() {
    let (database, _place) = crate::open().await;
    let orphan = database.write(async |transaction: &mut Transaction<'_>| {
        transaction
            .insert("reply", [("note", 7_i64.into()), ("line", 1_i64.into())])
            .await
    });
    let error: DatabaseError = orphan.await.unwrap_err();
    assert!(!matches!(error, DatabaseError::Duplicate { .. }), "{error}");
}

/// A place may be named twice, and a question mark in a string is none.
#[tokio::test]
async fn every_value_comes_back_as_it_was_given() {
    type Reply = (i64, bool, Option<String>, Option<i64>, Vec<u8>);
    let (database, _place) = crate::open().await;
    kept(&database, 1, "note").await;
    let texts = [
        Some("Robert'); DROP TABLE note; --"),
        Some("İ 👩‍💻 ?1 $1"),
        Some(""),
        None,
    ];
    let scans: [&[u8]; 4] = [b"", b"\0\xff", b"x", b"x"];
    let lines = [i64::MIN, i64::MAX, 0, 1];
    let written = database.write(
        async move |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            let rows: Vec<_> = (0..4)
                .map(|at| [1_i64.into(), lines[at].into(), texts[at].into(), scans[at].into()])
                .collect();
            transaction
                .insert_all("reply", ["note", "line", "text", "scan"], &rows)
                .await?;
            transaction
                .insert_all("reply", ["note", "line", "text", "scan"], &[])
                .await
        },
    );
    written.await.unwrap();

    let found = database.read(async |snapshot: &mut Transaction<'_>| -> Result<Vec<Reply>, DatabaseError> {
        let sql = "SELECT line, note AS box, text, scan FROM reply
                   WHERE note = ?1 AND ?1 = note AND (text IS NULL OR text <> '?2') AND line <= ?2 ORDER BY line";
        let read = |row: &Row<'_>| {
            let line = row.optional_integer("line")?;
            Ok((row.integer("line")?, row.boolean("box")?, row.optional_text("text")?, line, row.bytes("scan")?))
        };
        snapshot.rows(sql, &[true.into(), i64::MAX.into()], read).await
    });
    let order = [0, 2, 3, 1];
    let expected: Vec<Reply> = order
        .iter()
        .map(|at| {
            (
                lines[*at],
                true,
                texts[*at].map(str::to_owned),
                Some(lines[*at]),
                scans[*at].to_vec(),
            )
        })
        .collect();
    assert_eq!(found.await.unwrap(), expected);
}

#[tokio::test]
async fn many_rows_are_added_together_or_not_at_all() {
    let (database, _place) = crate::open().await;
    let add = async |ids: Vec<i64>| {
        let add = database.write(
            async move |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
                let texts: Vec<_> = ids.iter().map(i64::to_string).collect();
                let rows: Vec<_> = ids
                    .iter()
                    .zip(&texts)
                    .map(|(id, text)| [(*id).into(), text.into()])
                    .collect();
                transaction.insert_all("note", ["id", "text"], &rows).await
            },
        );
        add.await
    };
    add((0..1000).collect()).await.unwrap();
    add((2000..3000).chain([5]).collect()).await.unwrap_err();
    assert_eq!(notes(&database).await, 1000);
}

#[tokio::test]
async fn a_column_that_cannot_be_read_is_named() {
    let (database, _place) = crate::open().await;
    kept(&database, 2, "text").await;
    let read = async |read: fn(&Row<'_>) -> Result<(), DatabaseError>| {
        let read = database.read(async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT id, text, NULLIF(id, 2) AS absent FROM note";
            snapshot.row(sql, &[], read).await
        });
        let error = read.await.unwrap_err();
        assert!(matches!(error, DatabaseError::Unreadable { .. }), "{error}");
        error.to_string()
    };
    assert!(
        read(|row| row.text("missing").map(drop))
            .await
            .contains("missing")
    );
    assert!(
        read(|row| row.integer("absent").map(drop))
            .await
            .contains("absent")
    );
    assert!(read(|row| row.integer("text").map(drop)).await.contains("text"));
    assert!(
        read(|row| row.boolean("id").map(drop))
            .await
            .contains("neither 0 nor 1")
    );
}

/// Callers are tasks, which move between threads.
#[tokio::test]
async fn work_can_be_awaited_in_any_task() {
    fn sent<T: Send>(work: T) -> T {
        work
    }
    let (database, _place) = crate::open().await;
    let texts = vec!["a".to_owned(), "b".to_owned()];
    let write = database.write(
        async move |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            for (id, text) in (0..).zip(&texts) {
                insert(transaction, id, text).await?;
            }
            Ok(())
        },
    );
    sent(write).await.unwrap();
    assert_eq!(notes(&database).await, 2);
}
