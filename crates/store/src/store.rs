//! The store itself: which database it is on, and nothing of what is in there.

use std::path::Path;

use countersign_database::{Database, DatabaseError, postgres, sqlite};
use countersign_protocol::AccountId;

use crate::{Schema, Server, StoreError};

/// The same version in each folder makes the same tables, columns and indexes.
mod embedded {
    pub(super) mod sqlite {
        refinery::embed_migrations!("migrations/sqlite");
    }
    pub(super) mod postgres {
        refinery::embed_migrations!("migrations/postgres");
    }
}

/// One account's data. Clones share it.
///
/// A method that changes something takes who asks for it and when, and writes the system note in the same transaction.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) database: Database,
}

impl Store {
    /// Opens the file at `path`, making it when there is none and migrating it when it is older. Blocks: for starting
    /// up.
    pub fn sqlite(path: &Path) -> Result<Self, StoreError> {
        let database = sqlite::Database::open(path, embedded::sqlite::migrations::runner())?;
        Ok(Self::on(database))
    }

    /// A store that is gone when its last handle is.
    pub fn in_memory() -> Result<Self, StoreError> {
        let database = sqlite::Database::in_memory(embedded::sqlite::migrations::runner())?;
        Ok(Self::on(database))
    }

    /// Opens the schema, making it when there is none and migrating it when it is older. Nodes may do so together.
    pub async fn postgres(server: &Server, schema: &Schema) -> Result<Self, StoreError> {
        let migrations = embedded::postgres::migrations::runner();
        let database = postgres::Database::open(server, schema, migrations).await?;
        Ok(Self::on(database))
    }

    fn on(database: impl Into<Database>) -> Self {
        Self {
            database: database.into(),
        }
    }

    /// Finishes what was begun and releases the file, if it is one.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.database.close().await?)
    }
}

/// The schema of an account: `account_1234567_sb1`.
pub fn schema_of(account: &AccountId) -> Result<Schema, DatabaseError> {
    Schema::parse(&format!("account_{}", account.as_str().to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_accounts_never_share_a_schema() {
        let schema = |id: &str| schema_of(&id.parse().unwrap()).unwrap();
        assert_eq!(schema("1234567-sb1").as_str(), "account_1234567_sb1");
        assert_eq!(schema("1234567_SB1"), schema("1234567-sb1"));
        let ids = [
            "1234567",
            "1234567_SB1",
            "1234567_SB11",
            "1234567SB1",
            "TSTDRV1234567",
        ];
        let schemas: BTreeSet<_> = ids.iter().map(|id| schema(id).as_str().to_owned()).collect();
        assert_eq!(schemas.len(), ids.len());
        let longest = "1".repeat(AccountId::MAX_LENGTH);
        assert!(schema(&longest).as_str().ends_with(&longest));
    }
}
