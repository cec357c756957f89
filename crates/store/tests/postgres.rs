//! The store on PostgreSQL: the contract every kind of store keeps, and what only several nodes can be asked.
//!
//! Needs a server, and fails without one: run it by `tests/postgres-server cargo test -p countersign-store --features
//! postgres-tests --test postgres`.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends at its first surprise"
)]

use contract::{Actions, account, by, founded};
use countersign_database::DatabaseError;
use countersign_database::postgres::{Address, PostgresError, Schema, Server};
use countersign_model::{AccessTokenId, IntegrationChange, TokenChange};
use countersign_store::postgres::PostgresStore;
use countersign_store::{Conflict, LoginFilter, NoteFilter, Store, StoreError};
use countersign_world::{SystemEntropy, environment, hex};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_postgres::NoTls;

mod contract;

/// A schema of the test's own, dropped with it.
struct Place {
    schema: Schema,
    address: String,
}

/// A fresh store, as the contract asks for it.
async fn open() -> (Arc<dyn Store>, Place) {
    let place = Place::new();
    (Arc::new(place.node().await), place)
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
    async fn node(&self) -> PostgresStore {
        let server = Server::connect(Address::parse(&self.address).unwrap())
            .await
            .unwrap();
        PostgresStore::open(&server, &self.schema).await.unwrap()
    }

    async fn run(&self, statements: &str) {
        let (client, connection) = tokio_postgres::connect(&self.address, NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let schema = &self.schema;
        client
            .batch_execute(&format!("SET search_path TO {schema}; {statements}"))
            .await
            .unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
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

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let place = Place::new();
    let first = place.node().await;
    contract::found(&first).await;
    let written = first.setup().await.unwrap().unwrap();
    drop(first);
    assert_eq!(place.node().await.setup().await.unwrap(), Some(written));
}

/// The trigger stands for any failure after the record itself was written.
#[tokio::test]
async fn a_change_whose_note_cannot_be_written_does_not_happen() {
    let (store, place) = founded().await;
    let actions = Actions::new(store.as_ref()).await;
    let before = store.setup().await.unwrap();
    let notes = store.system_notes(NoteFilter::default()).await.unwrap();

    place
        .run(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'no notes today'; END $$;
             CREATE TRIGGER no_notes BEFORE INSERT ON system_note EXECUTE FUNCTION refuse()",
        )
        .await;

    let refused = |result: Result<(), StoreError>| {
        let error = result.unwrap_err();
        assert!(matches!(&error, StoreError::Database(_)), "{error}");
    };
    refused(actions.add_integration("another", "key-2").await.map(drop));
    refused(actions.add_role("another").await.map(drop));
    refused(actions.add_user("another").await.map(drop));
    refused(actions.issue_token("token-2").await.map(drop));
    refused(actions.enable_all_features().await.map(drop));
    let integration = actions.integration.id;
    refused(
        store
            .change_integration_state(integration, IntegrationChange::Block, by())
            .await
            .map(drop),
    );
    let token = before.as_ref().unwrap().tokens[0].id;
    refused(
        store
            .change_token_state(token, TokenChange::Revoke, by())
            .await
            .map(drop),
    );

    assert_eq!(store.setup().await.unwrap(), before);
    assert_eq!(store.system_notes(NoteFilter::default()).await.unwrap(), notes);
    assert_eq!(actions.secret_of_integration("key-2").await, None);
    assert_eq!(actions.secret_of_token("token-2").await, None);
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
    let actions = Actions::new(store.as_ref()).await;
    actions.issue_token("token-2").await.unwrap();
    assert_eq!(other.change_count().await.unwrap(), before + 1);
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
    assert_eq!(setup.change_count, before + 100);
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
    assert_eq!(store.setup().await.unwrap().unwrap().roles.len(), 3);
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
    assert_eq!(store.logins(LoginFilter::default()).await.unwrap().len(), 160);
}

#[tokio::test]
async fn each_account_of_a_server_has_its_schema_and_sees_no_other() {
    let (one, other) = (Place::new(), Place::new());
    let server = Server::connect(Address::parse(&address()).unwrap())
        .await
        .unwrap();
    let first = PostgresStore::open(&server, &one.schema).await.unwrap();
    let second = PostgresStore::open(&server, &other.schema).await.unwrap();
    contract::found(&first).await;
    assert_eq!(second.setup().await.unwrap(), None);
    contract::found(&second).await;
    Actions::new(&first).await.issue_token("token-1").await.unwrap();
    assert!(second.setup().await.unwrap().unwrap().tokens.is_empty());
}

#[tokio::test]
async fn a_store_of_a_closed_server_says_so() {
    let place = Place::new();
    let server = Server::connect(Address::parse(&address()).unwrap())
        .await
        .unwrap();
    let store = PostgresStore::open(&server, &place.schema).await.unwrap();
    server.close();
    let error = store.found_account(account(), by()).await.unwrap_err();
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
    let actions = Actions::new(store.as_ref()).await;
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
