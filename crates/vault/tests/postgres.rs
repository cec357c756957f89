//! The vault on PostgreSQL: the contract every kind of vault keeps.
//!
//! Needs a server, and fails without one: run it by `../store/tests/postgres-server cargo test -p countersign-vault
//! --features postgres-tests --test postgres`.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test ends at its first surprise"
)]

use std::path::PathBuf;
use std::sync::Arc;

use countersign_seal::Keyring;
use countersign_vault::{Address, Schema, Server, Vault};
use countersign_world::{SystemEntropy, environment, hex};
use tempfile::TempDir;
use tokio_postgres::NoTls;

mod contract;

/// A schema of the test's own, dropped with it.
struct Place {
    schema: Schema,
    address: String,
    folder: TempDir,
    keyring: Arc<Keyring>,
}

/// A fresh vault, as the contract asks for it.
async fn open() -> (Vault, Place) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    let keyring = Keyring::create(&folder.path().join("keys"), &SystemEntropy).unwrap();
    let place = Place {
        schema: Schema::parse(&format!("test_{}", hex(&SystemEntropy, 8))).unwrap(),
        address: environment::variable("COUNTERSIGN_TEST_POSTGRES").expect(
            "COUNTERSIGN_TEST_POSTGRES names no PostgreSQL server: run the tests by crates/store/tests/postgres-server, \
             which starts one, or set it to the address of a database that may be filled with test schemas",
        ),
        folder,
        keyring: Arc::new(keyring),
    };
    (place.vault(place.keyring.clone()).await, place)
}

impl Place {
    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    async fn vault(&self, keyring: Arc<Keyring>) -> Vault {
        let address = Address::parse(&self.address).unwrap();
        let server = Server::connect(address).await.unwrap();
        Vault::postgres(&server, &self.schema, keyring, Arc::new(SystemEntropy))
            .await
            .unwrap()
    }

    /// The vault after a restart, with the keys as they are on the disk then.
    async fn open_again(&self, vault: Vault) -> Vault {
        drop(vault);
        self.vault(Arc::new(Keyring::load(&self.keys()).unwrap())).await
    }

    /// What somebody else does there.
    async fn run(&self, statements: &str) {
        let (client, connection) = tokio_postgres::connect(&self.address, NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let schema = &self.schema;
        let statements = format!("SET search_path TO {schema}; {statements}");
        client.batch_execute(&statements).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
    }

    /// From here on nothing can be audited.
    async fn refuse_audit(&self) {
        self.run(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'no audit today'; END $$;
             CREATE TRIGGER no_audit BEFORE INSERT ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
        )
        .await;
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
