//! The vault itself: which database it is on, and what seals.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use countersign_database::{Database, Transaction, postgres, sqlite};
use countersign_seal::Keyring;
use countersign_world::Entropy;

use crate::{Schema, Server, VaultError};

/// The most rows any list gives at once.
pub const MAX_ROWS: u32 = 1000;

/// The same version in each folder makes the same tables, columns and indexes.
mod embedded {
    pub(super) mod sqlite {
        refinery::embed_migrations!("migrations/sqlite");
    }
    pub(super) mod postgres {
        refinery::embed_migrations!("migrations/postgres");
    }
}

/// Connections, callers, grants and their audit. Clones share it.
#[derive(Clone)]
pub struct Vault {
    pub(crate) database: Database,
    pub(crate) sealer: Sealer,
}

/// What seals and opens, in a transaction as well.
#[derive(Clone)]
pub(crate) struct Sealer {
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Vault {
    /// Opens the file at `path`, making it when there is none and migrating it when it is older. Several processes may
    /// have it open: [`revision`](Self::revision) tells each that another changed something. Blocks: for starting up.
    pub fn sqlite(path: &Path, keyring: Arc<Keyring>, entropy: Arc<dyn Entropy>) -> Result<Self, VaultError> {
        let database = sqlite::Database::open_shared(path, embedded::sqlite::migrations::runner())?;
        Ok(Self::on(database.into(), keyring, entropy))
    }

    /// The same, while no other process has it: to change the keys, which those would not know.
    pub fn sqlite_alone(
        path: &Path,
        keyring: Arc<Keyring>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, VaultError> {
        let database = sqlite::Database::open(path, embedded::sqlite::migrations::runner())?;
        Ok(Self::on(database.into(), keyring, entropy))
    }

    /// Opens the schema, making it when there is none and migrating it when it is older. Nodes may do so together.
    pub async fn postgres(
        server: &Server,
        schema: &Schema,
        keyring: Arc<Keyring>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, VaultError> {
        let migrations = embedded::postgres::migrations::runner();
        let database = postgres::Database::open(server, schema, migrations).await?;
        Ok(Self::on(database.into(), keyring, entropy))
    }

    fn on(database: Database, keyring: Arc<Keyring>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            database,
            sealer: Sealer { keyring, entropy },
        }
    }

    /// Writes everything into the file at `path`, durably, as it is at one moment, sealed as it is. Only of a vault in a
    /// file: a server has its own backups.
    pub async fn copy_to(&self, path: &Path) -> Result<(), VaultError> {
        Ok(self.database.pause().await?.copy_to(path).await?)
    }

    /// Finishes what was begun and releases the file, if it is one.
    pub async fn close(self) -> Result<(), VaultError> {
        Ok(self.database.close().await?)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}

/// The next id of a table of whose rows the last is never deleted, unless its number may be given again.
pub(crate) async fn next_id(transaction: &mut Transaction<'_>, table: &str) -> Result<i64, VaultError> {
    let sql = format!("SELECT MAX(id) AS id FROM {table}");
    let last = transaction.row(&sql, &[], |row| row.optional_integer("id"));
    Ok(last.await?.flatten().unwrap_or(0) + 1)
}
