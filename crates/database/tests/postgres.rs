//! What a schema on a PostgreSQL server promises: its migrations, its transactions, and what a lost connection means.
//!
//! Needs a server, and fails without one: run it by `crates/store/tests/postgres-server cargo test -p
//! countersign-database --features postgres-tests --test postgres`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends at its first surprise"
)]

use std::sync::Arc;
use std::time::Duration;

use countersign_database::postgres::{self, Address, PostgresError, Schema, Server};
use countersign_database::{Database, DatabaseError, Transaction};
use countersign_world::{SystemEntropy, environment, hex};
use refinery::{Migration, Runner};
use tokio::sync::Barrier;
use tokio_postgres::NoTls;

mod promises;

const FIRST: &str = "CREATE TABLE note (text text NOT NULL CONSTRAINT one_note_a_text UNIQUE)";
const SECOND: &str = "ALTER TABLE note ADD COLUMN author text";

fn runner(migrations: &[(&str, &str)]) -> Runner {
    let migrations = migrations
        .iter()
        .map(|(name, sql)| Migration::unapplied(name, sql).unwrap());
    Runner::new(&migrations.collect::<Vec<_>>())
}

fn first() -> Runner {
    runner(&[("V1__note", FIRST)])
}

fn second() -> Runner {
    runner(&[("V1__note", FIRST), ("V2__author", SECOND)])
}

fn address() -> String {
    environment::variable("COUNTERSIGN_TEST_POSTGRES").expect(
        "COUNTERSIGN_TEST_POSTGRES names no PostgreSQL server: run the tests by \
         crates/store/tests/postgres-server, which starts one, or set it to the address of a database that may be \
         filled with test schemas",
    )
}

/// A fresh database, as the promises ask for it.
async fn open() -> (Database, Place) {
    let place = Place::new();
    let database = place.open(promises::migrations("BIGINT", "BYTEA", "")).await;
    (database.unwrap(), place)
}

/// A schema of the test's own, dropped with it.
struct Place {
    schema: Schema,
    address: String,
}

impl Place {
    fn new() -> Self {
        Self {
            schema: Schema::parse(&format!("test_{}", hex(&SystemEntropy, 8))).unwrap(),
            address: address(),
        }
    }

    async fn open(&self, migrations: Runner) -> Result<Database, DatabaseError> {
        let server = Server::connect(Address::parse(&self.address).unwrap()).await?;
        Ok(postgres::Database::open(&server, &self.schema, migrations)
            .await?
            .into())
    }

    /// What somebody else finds or does there.
    async fn run(&self, statements: &str) -> Vec<String> {
        let (client, connection) = tokio_postgres::connect(&self.address, NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let schema = &self.schema;
        let answers = client
            .simple_query(&format!("SET search_path TO {schema}; {statements}"))
            .await
            .unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
        let rows = answers.iter().filter_map(|answer| match answer {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        rows.collect()
    }

    async fn tables(&self) -> Vec<String> {
        let schema = &self.schema;
        self.run(&format!(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace('{schema}') ORDER BY 1"
        ))
        .await
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let drop_schema = async {
            let schema = &self.schema;
            self.run(&format!(
                "SET lock_timeout = '10s'; DROP SCHEMA IF EXISTS {schema} CASCADE"
            ))
            .await;
        };
        // The test's own runtime cannot be waited on from here.
        std::thread::scope(|scope| {
            let dropped = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(drop_schema);
            });
            // A second panic would hide why the test ended.
            let _ = dropped.join();
        });
    }
}

fn postgres<T>(result: Result<T, DatabaseError>) -> PostgresError {
    match result {
        Err(DatabaseError::Postgres(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("this had to fail"),
    }
}

async fn insert(transaction: &mut Transaction<'_>, text: &str) -> Result<(), DatabaseError> {
    transaction.insert("note", [("text", text.into())]).await
}

async fn texts(database: &Database) -> Vec<String> {
    let texts = database.read(
        async |snapshot: &mut Transaction<'_>| -> Result<_, DatabaseError> {
            snapshot
                .rows("SELECT text FROM note ORDER BY text", &[], |row| row.text("text"))
                .await
        },
    );
    texts.await.unwrap()
}

#[tokio::test]
async fn an_older_schema_is_migrated_and_keeps_its_rows() {
    let place = Place::new();
    let old = place.open(first()).await.unwrap();
    old.write(async |transaction: &mut Transaction<'_>| insert(transaction, "old").await)
        .await
        .unwrap();
    let new = place.open(second()).await.unwrap();
    assert_eq!(texts(&new).await, ["old"]);
    assert_eq!(place.run("SELECT author FROM note").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_as_it_was() {
    let place = Place::new();
    place.open(second()).await.unwrap();
    let history = "SELECT string_agg(h::text, ',' ORDER BY version) FROM refinery_schema_history h";
    let before = place.run(history).await;
    let refused = postgres(place.open(first()).await);
    assert!(
        matches!(
            refused,
            PostgresError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(place.run(history).await, before);
}

#[tokio::test]
async fn edited_and_vanished_migrations_are_refused() {
    let place = Place::new();
    place.open(second()).await.unwrap();
    for other in [
        runner(&[
            ("V1__note", FIRST),
            ("V2__author", "ALTER TABLE note ADD COLUMN writer text"),
        ]),
        runner(&[("V1__note", FIRST), ("V2__writer", SECOND)]),
        runner(&[("V2__author", SECOND)]),
        runner(&[
            ("V0__early", "SELECT 1"),
            ("V1__note", FIRST),
            ("V2__author", SECOND),
        ]),
    ] {
        let refused = postgres(place.open(other).await);
        assert!(matches!(refused, PostgresError::Divergent { .. }), "{refused}");
    }
}

#[tokio::test]
async fn a_failing_migration_leaves_the_schema_as_it_was() {
    let place = Place::new();
    place.open(first()).await.unwrap();
    let broken = runner(&[
        ("V1__note", FIRST),
        ("V2__author", SECOND),
        ("V3__broken", "CREATE TABLE"),
    ]);
    let refused = postgres(place.open(broken).await);
    assert!(
        matches!(refused, PostgresError::Migration { to: 3, .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("syntax error"), "{refused}");
    place.open(first()).await.unwrap();
}

#[tokio::test]
async fn a_schema_of_another_program_is_refused_and_an_empty_one_taken() {
    let place = Place::new();
    let schema = place.schema.clone();
    place
        .run(&format!(
            "CREATE SCHEMA {schema}; CREATE TABLE {schema}.recipe (name text)"
        ))
        .await;
    let refused = postgres(place.open(first()).await);
    assert!(matches!(refused, PostgresError::Foreign { .. }), "{refused}");
    assert_eq!(place.tables().await, ["recipe"]);

    place.run("DROP TABLE recipe").await;
    place.open(first()).await.unwrap();
    assert_eq!(place.tables().await, ["note", "refinery_schema_history"]);
}

#[tokio::test]
async fn a_history_edited_by_hand_is_an_error_and_not_a_panic() {
    let place = Place::new();
    place.open(first()).await.unwrap();
    place
        .run("UPDATE refinery_schema_history SET applied_on = 'yesterday'")
        .await;
    let refused = postgres(place.open(second()).await);
    assert!(matches!(refused, PostgresError::Migration { .. }), "{refused}");
    place.open(first()).await.unwrap();
}

/// PostgreSQL would answer this commit with success.
#[tokio::test]
async fn work_that_overlooks_a_refused_statement_is_not_acknowledged() {
    let place = Place::new();
    let database = place.open(first()).await.unwrap();
    let overlooked = database.write(
        async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            insert(transaction, "first").await?;
            let _ = insert(transaction, "first").await;
            Ok(())
        },
    );
    let refused = postgres(overlooked.await);
    assert!(matches!(refused, PostgresError::Undone), "{refused}");
    assert!(texts(&database).await.is_empty());
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_nothing() {
    let place = Place::new();
    let database = place.open(first()).await.unwrap();
    let inserted = Arc::new(Barrier::new(2));
    let given_up = tokio::spawn({
        let (database, inserted) = (database.clone(), Arc::clone(&inserted));
        async move {
            database
                .write(
                    async move |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
                        insert(transaction, "gone").await?;
                        inserted.wait().await;
                        std::future::pending().await
                    },
                )
                .await
        }
    });
    inserted.wait().await;
    given_up.abort();
    given_up.await.unwrap_err();

    database
        .write(async |transaction: &mut Transaction<'_>| insert(transaction, "kept").await)
        .await
        .unwrap();
    assert_eq!(texts(&database).await, ["kept"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_of_several_nodes_take_turns() {
    let place = Place::new();
    let database = place.open(first()).await.unwrap();
    database
        .write(async |transaction: &mut Transaction<'_>| insert(transaction, "0").await)
        .await
        .unwrap();
    let mut writing = Vec::new();
    for _ in 0..3 {
        let node = place.open(first()).await.unwrap();
        for _ in 0..30 {
            let node = node.clone();
            writing.push(tokio::spawn(async move { increment(&node).await.unwrap() }));
        }
    }
    for writer in writing {
        writer.await.unwrap();
    }
    assert_eq!(texts(&database).await, ["90"]);
}

async fn increment(database: &Database) -> Result<(), DatabaseError> {
    let increment = database.write(
        async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            let seen = transaction.row("SELECT text FROM note", &[], |row| row.text("text"));
            let next = (seen.await?.unwrap().parse::<u32>().unwrap() + 1).to_string();
            transaction
                .execute("UPDATE note SET text = ?1", &[(&next).into()])
                .await?;
            Ok(())
        },
    );
    increment.await
}

#[tokio::test]
async fn a_read_sees_one_moment_and_may_not_write() {
    let place = Place::new();
    let database = place.open(first()).await.unwrap();
    let count = async |snapshot: &mut Transaction<'_>| -> Result<usize, DatabaseError> {
        let rows = snapshot.rows("SELECT text FROM note", &[], |_| Ok::<_, DatabaseError>(()));
        Ok(rows.await?.len())
    };
    let writing = database.clone();
    let counts = database.read(
        async move |snapshot: &mut Transaction<'_>| -> Result<_, DatabaseError> {
            let before = count(snapshot).await?;
            writing
                .write(async |transaction: &mut Transaction<'_>| insert(transaction, "meanwhile").await)
                .await?;
            Ok((before, count(snapshot).await?))
        },
    );
    assert_eq!(counts.await.unwrap(), (0, 0));
    let refused = database.read(async |snapshot: &mut Transaction<'_>| insert(snapshot, "x").await);
    let refused = postgres(refused.await);
    assert!(matches!(refused, PostgresError::ReadOnly { .. }), "{refused}");
}

#[tokio::test]
async fn two_that_wait_for_each_other_are_told_apart() {
    let place = Place::new();
    let database = place.open(first()).await.unwrap();
    place.run("INSERT INTO note VALUES ('a'), ('b')").await;
    let both = Arc::new(Barrier::new(2));
    let lock = |first: &'static str, second: &'static str| {
        let both = Arc::clone(&both);
        async move |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            let sql = "SELECT 1 FROM note WHERE text = ?1 FOR UPDATE";
            transaction.exists(sql, &[first.into()]).await?;
            both.wait().await;
            transaction.exists(sql, &[second.into()]).await?;
            Ok(())
        }
    };
    let one = database.write(lock("a", "b"));
    let other = database.append(lock("b", "a"));
    let results: (Result<(), DatabaseError>, Result<(), DatabaseError>) = tokio::join!(one, other);
    let loser = match results {
        (Ok(()), Err(loser)) | (Err(loser), Ok(())) => loser,
        other => panic!("{other:?}"),
    };
    assert!(
        matches!(loser, DatabaseError::Postgres(PostgresError::Contended)),
        "{loser}"
    );
}

#[tokio::test]
async fn a_statement_that_runs_too_long_or_waits_too_long_is_stopped() {
    let place = Place::new();
    let database = place.open(first()).await.unwrap();
    let settings = database.read(async |snapshot: &mut Transaction<'_>| -> Result<_, DatabaseError> {
        snapshot
            .rows(
                "SELECT name || ' ' || setting AS line FROM pg_settings WHERE name IN
                 ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name',
                  'synchronous_commit') ORDER BY 1",
                &[],
                |row| row.text("line"),
            )
            .await
    });
    assert_eq!(
        settings.await.unwrap(),
        [
            "application_name countersign",
            "idle_in_transaction_session_timeout 20000",
            "lock_timeout 10000",
            "statement_timeout 60000",
            "synchronous_commit on",
        ]
    );
    let slow = database.write(
        async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            transaction
                .execute("SET LOCAL statement_timeout = '50ms'", &[])
                .await?;
            transaction.execute("SELECT pg_sleep(30)", &[]).await?;
            Ok(())
        },
    );
    assert!(matches!(postgres(slow.await), PostgresError::TimedOut));

    let (held, release) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (holding, released) = (Arc::clone(&held), Arc::clone(&release));
    let holder = database.append(
        async move |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
            transaction.execute("LOCK TABLE note", &[]).await?;
            holding.wait().await;
            released.wait().await;
            Ok(())
        },
    );
    let waiter = async {
        held.wait().await;
        let waiting = database.write(
            async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
                transaction
                    .execute("SET LOCAL lock_timeout = '50ms'", &[])
                    .await?;
                insert(transaction, "x").await
            },
        );
        let refused = postgres(waiting.await);
        release.wait().await;
        refused
    };
    let (holder, refused) = tokio::join!(holder, waiter);
    holder.unwrap();
    assert!(matches!(refused, PostgresError::Locked), "{refused}");
}

/// Ends every other session that last worked in this schema, as a restart of the server would.
async fn cut_off(place: &Place) {
    let schema = &place.schema;
    place
        .run(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND application_name = '{schema}'"
        ))
        .await;
}

async fn named_database(place: &Place) -> Database {
    let address = format!("{} application_name={}", place.address, place.schema);
    let server = Server::connect(Address::parse(&address).unwrap()).await.unwrap();
    let database = postgres::Database::open(&server, &place.schema, first()).await;
    database.unwrap().into()
}

#[tokio::test]
async fn idle_connections_that_died_are_replaced_unnoticed() {
    let place = Place::new();
    let database = named_database(&place).await;
    for round in 0..5 {
        let writes = (0..4).map(|number| {
            let database = database.clone();
            tokio::spawn(async move {
                let text = format!("{round}-{number}");
                database
                    .write(async move |transaction: &mut Transaction<'_>| insert(transaction, &text).await)
                    .await
            })
        });
        for write in writes.collect::<Vec<_>>() {
            write.await.unwrap().unwrap();
        }
        cut_off(&place).await;
    }
    assert_eq!(texts(&database).await.len(), 20);
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_means_that_nothing_was_changed() {
    let place = Arc::new(Place::new());
    let database = named_database(&place).await;
    let cut = Arc::clone(&place);
    let lost = database.write(async move |transaction: &mut Transaction<'_>| {
        insert(transaction, "first").await?;
        cut_off(&cut).await;
        insert(transaction, "second").await
    });
    let lost = postgres(lost.await);
    assert!(matches!(lost, PostgresError::Lost { .. }), "{lost}");
    assert!(texts(&database).await.is_empty());
}

#[tokio::test]
async fn a_connection_lost_at_the_commit_is_said_to_leave_it_open() {
    let place = Place::new();
    let database = named_database(&place).await;
    place
        .run(
            "CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
             CREATE CONSTRAINT TRIGGER vanish AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED
                 FOR EACH ROW EXECUTE FUNCTION vanish()",
        )
        .await;
    let unknown = database.write(async |transaction: &mut Transaction<'_>| insert(transaction, "x").await);
    let unknown = postgres(unknown.await);
    assert!(matches!(unknown, PostgresError::CommitUnknown), "{unknown}");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(texts(&database).await.is_empty());
}

#[tokio::test]
async fn an_unknown_database_is_told_at_start() {
    let address = format!("{} dbname=nowhere_to_be_found", address());
    let refused = postgres(Server::connect(Address::parse(&address).unwrap()).await);
    assert!(matches!(refused, PostgresError::LoginRefused { .. }), "{refused}");
}
