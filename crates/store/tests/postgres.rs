//! The store on PostgreSQL: the contract every kind of store keeps, and what only several nodes can be asked.
//!
//! Needs a server, and fails without one: run it by `tests/postgres-server cargo test -p countersign-store --features
//! postgres-tests --test postgres`.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends at its first surprise"
)]

use contract::{Actions, account, by, enable, founded, settings};
use countersign_database::DatabaseError;
use countersign_database::postgres::{Address, PostgresError, Schema, Server};
use countersign_model::{AccessTokenId, Feature, LoginSearch};
use countersign_store::{Conflict, Store, StoreError};
use countersign_world::{SystemEntropy, environment, hex};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use tokio_postgres::{NoTls, SimpleQueryMessage};

mod contract;

/// A schema of the test's own, dropped with it.
struct Place {
    schema: Schema,
    address: String,
}

/// A fresh store, as the contract asks for it.
async fn open() -> (Store, Place) {
    let place = Place::new();
    (place.node().await, place)
}

fn address() -> String {
    environment::variable("COUNTERSIGN_TEST_POSTGRES").expect(
        "COUNTERSIGN_TEST_POSTGRES names no PostgreSQL server: run the tests by \
         crates/store/tests/postgres-server, which starts one, or set it to the address of a database that may be \
         filled with test schemas",
    )
}

impl Place {
    fn new() -> Self {
        Self {
            schema: Schema::parse(&format!("test_{}", hex(&SystemEntropy, 8))).unwrap(),
            address: address(),
        }
    }

    /// A store with connections of its own, as every node has.
    async fn node(&self) -> Store {
        let server = Server::connect(Address::parse(&self.address).unwrap())
            .await
            .unwrap();
        Store::postgres(&server, &self.schema).await.unwrap()
    }

    /// The store after a restart.
    async fn open_again(&self, store: Store) -> Store {
        drop(store);
        self.node().await
    }

    /// From here on no system note can be written.
    async fn refuse_notes(&self) {
        self.run(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'no notes today'; END $$;
             CREATE TRIGGER no_notes BEFORE INSERT ON system_note EXECUTE FUNCTION refuse()",
        )
        .await;
    }

    async fn run(&self, statements: &str) {
        self.rows(statements).await;
    }

    /// What somebody else finds there: the first column of each row.
    async fn rows(&self, statements: &str) -> BTreeSet<String> {
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
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        rows.collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let drop_schema = async {
            let schema = &self.schema;
            self.run(&format!("SET lock_timeout = '10s'; DROP SCHEMA {schema} CASCADE"))
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

/// A line for each column, index and reference, in the words of SQLite.
async fn structure(place: &Place) -> BTreeSet<String> {
    place
        .rows(
            "SELECT 'column ' || t.relname || '.' || attname || ' '
                    || CASE format_type(atttypid, NULL) WHEN 'bigint' THEN 'INTEGER' WHEN 'bytea' THEN 'BLOB'
                            ELSE upper(format_type(atttypid, NULL)) END
                    || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
             FROM pg_attribute JOIN pg_class t ON t.oid = attrelid
             WHERE relkind = 'r' AND attnum > 0 AND relnamespace = current_schema()::regnamespace
             UNION ALL
             SELECT CASE WHEN indisprimary THEN 'key of ' || t.relname
                         WHEN indisunique THEN 'unique of ' || t.relname
                         ELSE 'index ' || i.relname || ' of ' || t.relname END
                    || ' (' || (SELECT string_agg(attname, ', ' ORDER BY place)
                                FROM unnest(indkey) WITH ORDINALITY AS key (number, place)
                                JOIN pg_attribute ON attrelid = t.oid AND attnum = number) || ')'
                    || coalesce(' WHERE ' || trim(pg_get_expr(indpred, t.oid), '()'), '')
             FROM pg_index JOIN pg_class t ON t.oid = indrelid JOIN pg_class i ON i.oid = indexrelid
             WHERE t.relnamespace = current_schema()::regnamespace
             UNION ALL
             SELECT 'reference ' || conrelid::regclass || '.' || attname || ' to ' || confrelid::regclass
             FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
             WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
        )
        .await
}

fn structure_on_sqlite(file: &Path) -> BTreeSet<String> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut lines = connection
        .prepare(
            "SELECT 'column ' || t.name || '.' || c.name || ' ' || c.type
                    || CASE WHEN c.\"notnull\" OR c.pk > 0 THEN ' NOT NULL' ELSE '' END
             FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'
             UNION ALL
             SELECT 'key of ' || t.name || ' ('
                    || (SELECT group_concat(c.name, ', ') FROM pragma_table_info(t.name) c WHERE c.pk > 0) || ')'
             FROM sqlite_schema t WHERE t.type = 'table'
             UNION ALL
             SELECT CASE i.\"unique\" WHEN 1 THEN 'unique' ELSE 'index ' || i.name END || ' of ' || t.name || ' ('
                    || (SELECT group_concat(c.name, ', ') FROM pragma_index_info(i.name) c) || ')'
                    || CASE i.partial WHEN 1 THEN
                           (SELECT substr(sql, instr(sql, ' WHERE ')) FROM sqlite_schema WHERE name = i.name)
                       ELSE '' END
             FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin <> 'pk'
             UNION ALL
             SELECT 'reference ' || t.name || '.' || r.\"from\" || ' to ' || r.\"table\"
             FROM sqlite_schema t, pragma_foreign_key_list(t.name) r WHERE t.type = 'table'",
        )
        .unwrap();
    let lines = lines.query_map([], |row| row.get(0)).unwrap();
    lines.collect::<Result<_, _>>().unwrap()
}

/// But for the table that the migrations are noted in, which is not ours.
#[tokio::test]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let (_store, place) = open().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("account.sqlite");
    Store::sqlite(&file).unwrap().close().await.unwrap();

    let ours = |line: &String| !line.contains("refinery_schema_history");
    let here: Vec<_> = structure(&place).await.into_iter().filter(ours).collect();
    let there: Vec<_> = structure_on_sqlite(&file).into_iter().filter(ours).collect();
    assert!(here.len() > 100, "{here:#?}");
    assert_eq!(here, there);
}

#[tokio::test]
async fn nodes_that_start_together_make_one_schema() {
    let place = Arc::new(Place::new());
    let nodes = (0..4).map(|_| {
        let place = Arc::clone(&place);
        tokio::spawn(async move { place.node().await })
    });
    for node in nodes.collect::<Vec<_>>() {
        assert_eq!(node.await.unwrap().setup().await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_change_on_one_node_moves_the_count_that_another_sees() {
    let (store, place) = founded().await;
    let other = place.node().await;
    let before = other.change_count().await.unwrap();
    let actions = Actions::new(&store).await;
    actions.issue_token("token-2").await.unwrap();
    assert!(other.change_count().await.unwrap() > before);
    assert_eq!(other.setup().await.unwrap(), store.setup().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tokens_issued_on_four_nodes_at_once_each_have_their_id_and_their_note() {
    let (store, place) = founded().await;
    let before = store.change_count().await.unwrap();
    let mut issuing = Vec::new();
    for node in 0..4 {
        let store = place.node().await;
        issuing.push(tokio::spawn(async move {
            let actions = Actions::new(&store).await;
            for number in 0..25 {
                actions
                    .issue_token(&format!("node-{node}-{number}"))
                    .await
                    .unwrap();
            }
        }));
    }
    for node in issuing {
        node.await.unwrap();
    }
    let setup = store.setup().await.unwrap().unwrap();
    let ids: BTreeSet<AccessTokenId> = setup.tokens.iter().map(|token| token.id).collect();
    assert_eq!(ids.len(), 101);
    assert!(setup.change_count >= before + 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_name_wanted_on_four_nodes_at_once_is_given_to_one() {
    let (store, place) = founded().await;
    let mut wanting = Vec::new();
    for _ in 0..4 {
        let store = place.node().await;
        wanting.push(tokio::spawn(async move {
            Actions::new(&store).await.add_role("Wanted").await
        }));
    }
    let mut given = 0;
    for node in wanting {
        match node.await.unwrap() {
            Ok(_) => given += 1,
            Err(error) => assert!(
                matches!(error, StoreError::Conflict(Conflict::RoleName)),
                "{error}"
            ),
        }
    }
    assert_eq!(given, 1);
    assert_eq!(
        contract::own(store.setup().await.unwrap().unwrap().roles).len(),
        2
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_trail_of_four_nodes_loses_no_row() {
    let (store, place) = founded().await;
    let mut writing = Vec::new();
    for _ in 0..4 {
        let store = place.node().await;
        writing.push(tokio::spawn(async move {
            for _ in 0..20 {
                store
                    .append_logins(vec![contract::logins::success(0), contract::logins::success(1)])
                    .await
                    .unwrap();
            }
        }));
    }
    for node in writing {
        node.await.unwrap();
    }
    let rows = contract::logins::rows_of(&store, LoginSearch::default()).await;
    assert_eq!(rows.len(), 160);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_on_four_nodes_at_once_each_count() {
    let (store, place) = founded().await;
    let user = Actions::new(&store).await.user;
    contract::password_logins::give_password(&store, user.id, "right").await;
    let mut guessing = Vec::new();
    for _ in 0..4 {
        let (node, user) = (place.node().await, user.clone());
        guessing.push(tokio::spawn(async move {
            contract::password_logins::log_in(&node, &user, "wrong", None, contract::NOW).await
        }));
    }
    for guess in guessing {
        guess.await.unwrap().unwrap_err();
    }
    let lock = store.access(user.id).await.unwrap().lock;
    assert_eq!((lock.failures(), lock.until()), (4, None));
}

#[tokio::test]
async fn each_account_of_a_server_has_its_schema_and_sees_no_other() {
    let (one, other) = (Place::new(), Place::new());
    let server = Server::connect(Address::parse(&address()).unwrap())
        .await
        .unwrap();
    let first = Store::postgres(&server, &one.schema).await.unwrap();
    let second = Store::postgres(&server, &other.schema).await.unwrap();
    contract::found(&first).await;
    assert_eq!(second.setup().await.unwrap(), None);
    contract::found(&second).await;
    enable(&first, &[Feature::TokenBasedAuthentication])
        .await
        .unwrap();
    Actions::new(&first).await.issue_token("token-1").await.unwrap();
    assert!(second.setup().await.unwrap().unwrap().tokens.is_empty());
}

#[tokio::test]
async fn a_store_of_a_closed_server_says_so() {
    let place = Place::new();
    let server = Server::connect(Address::parse(&address()).unwrap())
        .await
        .unwrap();
    let store = Store::postgres(&server, &place.schema).await.unwrap();
    server.close();
    let error = store
        .found_account(account(), settings(), by())
        .await
        .unwrap_err();
    assert!(
        matches!(error, StoreError::Database(DatabaseError::Closed)),
        "{error}"
    );
}

#[tokio::test]
async fn a_row_that_is_refused_for_another_reason_shows_nothing_of_itself() {
    let (store, place) = founded().await;
    place
        .run("ALTER TABLE sealed_secret ADD CHECK (generation > 1) NOT VALID")
        .await;
    let actions = Actions::new(&store).await;
    let error = actions.issue_token("a-secret-place").await.unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Database(DatabaseError::Postgres(PostgresError::Refused { .. }))
        ),
        "{error}"
    );
    assert!(
        !format!("{error} {error:?}").contains("a-secret-place"),
        "{error}"
    );
}
