//! An account of as many tokens as one likes, written straight into its file: through the use cases, a million would
//! take an hour.
//!
//! Every row is a copy of one that the use cases made, so that a new column needs no change here.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Authority, Parts};
use countersign_ledger::Ledger;
use countersign_protocol::TIMESTAMP_WINDOW;
use countersign_seal::{Context, Keyring};
use countersign_store::{SecretOwner, Store};
use countersign_world::{Clock as _, SystemClock, SystemEntropy};
use rusqlite::{Connection, params};

use crate::account::make;
use crate::{Application, Blueprint};

/// How many of each there are. Numbers begin at 0; the internal ids of a crowd begin at [`Crowd::FIRST`].
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    pub tokens: u32,
    pub users: u32,
    pub integrations: u32,
    /// Of the tokens the last so many are.
    pub revoked: u32,
}

impl Crowd {
    pub const FIRST: u32 = 10_000;

    /// Founds the account in `folder` and fills it.
    pub async fn make(self, folder: &Path) {
        self.make_with_keys(folder, folder).await;
    }

    /// The same in a data folder, as the binary keeps it.
    pub async fn make_data(self, data: &Path) {
        let folder = data.join("accounts").join(Blueprint::default().account);
        std::fs::create_dir_all(&folder).unwrap();
        self.make_with_keys(&folder, &data.join("keys")).await;
    }

    async fn make_with_keys(self, folder: &Path, keys: &Path) {
        std::fs::create_dir_all(keys).unwrap();
        let keyring = Keyring::create(keys, &SystemEntropy).unwrap();
        let (authority, store) = Self::found(folder, keyring).await;
        make(&authority, &Blueprint::default()).await;
        authority.close().await.expect("the account closes");
        drop(authority);
        store.close().await.unwrap();
        let keyring = Keyring::load(keys).unwrap();
        let mut database = Connection::open(folder.join("account.sqlite")).unwrap();
        self.fill(&mut database, &keyring)
            .expect("the rows can be copied");
    }

    /// Opens what [`make`](Self::make) made, at the time of this machine.
    pub async fn open(folder: &Path) -> Authority {
        let keyring = Keyring::load(folder).unwrap();
        Self::authority(folder, keyring).await.0
    }

    /// What the owner of a token knows.
    pub fn application(self, token: u32) -> Application {
        let integration = token % self.integrations;
        Application {
            account: Blueprint::default().account.to_owned(),
            consumer_key: scattered(integration, "c0ffee"),
            consumer_secret: format!("{integration:064}"),
            token_id: scattered(token, "70ced1"),
            token_secret: format!("{token:064}"),
        }
    }

    async fn found(folder: &Path, keyring: Keyring) -> (Authority, Store) {
        let store = Store::sqlite(&folder.join("account.sqlite")).unwrap();
        let account = countersign_model::Account {
            id: Blueprint::default().account.parse().unwrap(),
            company_name: "Honeycomb Test Company".to_owned(),
            created: SystemClock::new().now(),
        };
        let by = crate::account::founder(account.created);
        store
            .found_account(account, countersign_model::Settings::default(), by)
            .await
            .unwrap();
        store.close().await.unwrap();
        Self::authority(folder, keyring).await
    }

    async fn authority(folder: &Path, keyring: Keyring) -> (Authority, Store) {
        let clock = SystemClock::new();
        let window = Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs());
        let store = Store::sqlite(&folder.join("account.sqlite")).unwrap();
        let parts = Parts {
            store: store.clone(),
            keyring,
            ledger: Ledger::open(&folder.join("ledger"), window, clock.now(), &SystemEntropy).unwrap(),
            clock: Arc::new(clock),
            entropy: Arc::new(SystemEntropy),
            concurrency: Some(1000),
        };
        (Authority::open(parts).await.expect("the authority opens"), store)
    }

    fn fill(self, database: &mut Connection, keyring: &Keyring) -> rusqlite::Result<()> {
        database.execute_batch("PRAGMA synchronous = off")?;
        let transaction = database.transaction()?;
        transaction.execute_batch(
            "CREATE TEMP TABLE one_integration AS SELECT * FROM integration;
             CREATE TEMP TABLE one_entity AS SELECT * FROM entity;
             CREATE TEMP TABLE one_entity_role AS SELECT * FROM entity_role;
             CREATE TEMP TABLE one_access_token AS SELECT * FROM access_token;",
        )?;
        for number in 0..self.integrations {
            let (id, application) = (Self::FIRST + number, self.application(number));
            let name = format!("Application {number}");
            transaction
                .prepare_cached(
                    "UPDATE one_integration SET id = ?1, name = ?2, name_key = lower(?2), consumer_key = ?3",
                )?
                .execute(params![id, name, application.consumer_key])?;
            transaction
                .prepare_cached("INSERT INTO integration SELECT * FROM one_integration")?
                .execute([])?;
            let key = countersign_model::ConsumerKey::parse(application.consumer_key).unwrap();
            let owner = SecretOwner::Integration(key.clone());
            let consumer = ("integration", key.as_str(), application.consumer_secret.as_str());
            seal(&transaction, keyring, &owner, consumer)?;
        }
        for number in 0..self.users {
            let (id, name) = (Self::FIRST + number, format!("User {number}"));
            transaction
                .prepare_cached("UPDATE one_entity SET id = ?1, name = ?2, name_key = lower(?2)")?
                .execute(params![id, name])?;
            transaction
                .prepare_cached("INSERT INTO entity SELECT * FROM one_entity")?
                .execute([])?;
            transaction
                .prepare_cached("UPDATE one_entity_role SET entity = ?1")?
                .execute([id])?;
            transaction
                .prepare_cached("INSERT INTO entity_role SELECT * FROM one_entity_role")?
                .execute([])?;
        }
        for number in 0..self.tokens {
            let (id, application) = (Self::FIRST + number, self.application(number));
            let integration = Self::FIRST + number % self.integrations;
            let entity = Self::FIRST + number % self.users;
            let name = format!("Token {number}");
            let is_revoked = number >= self.tokens.saturating_sub(self.revoked);
            transaction
                .prepare_cached(
                    "UPDATE one_access_token SET id = ?1, token_id = ?2, integration = ?3, entity = ?4, name = ?5,
                     name_key = lower(?5), inactive = ?6, revoked_at = CASE ?6 WHEN 1 THEN created END",
                )?
                .execute(params![
                    id,
                    application.token_id,
                    integration,
                    entity,
                    name,
                    is_revoked
                ])?;
            transaction
                .prepare_cached("INSERT INTO access_token SELECT * FROM one_access_token")?
                .execute([])?;
            let token = countersign_model::TokenId::parse(application.token_id).unwrap();
            let owner = SecretOwner::AccessToken(token.clone());
            seal(
                &transaction,
                keyring,
                &owner,
                ("token", token.as_str(), &application.token_secret),
            )?;
        }
        transaction.commit()
    }
}

/// Writes the secret of an owner, of the given kind and id.
fn seal(
    database: &Connection,
    keyring: &Keyring,
    owner: &SecretOwner,
    (kind, id, secret): (&str, &str, &str),
) -> rusqlite::Result<()> {
    let context = Context {
        account: Blueprint::default().account,
        record: &owner.record(),
        field: owner.field(),
        generation: 1,
    };
    let sealed = keyring
        .seal(&context, secret.as_bytes(), &SystemEntropy)
        .expect("a secret can be sealed");
    let sql = "INSERT INTO sealed_secret (owner_kind, owner, generation, key_version, sealed) VALUES (?1, ?2, 1, ?3, ?4)";
    let row = params![kind, id, sealed.key_version(), sealed.as_bytes()];
    database.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

/// 64 digits that begin differently for each number, as those that are made at random.
fn scattered(number: u32, end: &str) -> String {
    format!("{:08x}{end:0>56}", number.wrapping_mul(0x9e37_79b1))
}
