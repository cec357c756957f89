//! Each use case, sent to the database as one transaction.

use super::{accounts, integrations, logins, notes, roles, secrets, tokens, users};
use crate::{LoginFilter, NoteFilter, SealedSecret, SecretOwner, Setup, Store, StoreError};
use async_trait::async_trait;
use countersign_database::sqlite::Database;
use countersign_model::{
    AccessToken, AccessTokenId, Account, ApplicationId, By, ConsumerKey, Feature, FeatureSet, Integration,
    IntegrationChange, IntegrationDraft, IntegrationId, LoginRow, Role, RoleDraft, SystemNote, TokenChange,
    TokenDraft, TokenId, User, UserDraft,
};
use std::path::Path;

mod embedded {
    refinery::embed_migrations!("src/sqlite/migrations");
}

/// An account's data in one SQLite file.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    database: Database,
}

impl SqliteStore {
    /// Opens the file at `path`, making it when there is none and migrating it when it is older. Blocks: for starting
    /// up.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let database = Database::open(path, embedded::migrations::runner())?;
        Ok(Self { database })
    }

    /// A store that is gone when its last handle is.
    pub fn in_memory() -> Result<Self, StoreError> {
        let database = Database::in_memory(embedded::migrations::runner())?;
        Ok(Self { database })
    }

    /// Finishes what was begun and releases the file.
    pub async fn close(self) -> Result<(), StoreError> {
        Ok(self.database.close().await?)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn found_account(&self, account: Account, by: By) -> Result<(), StoreError> {
        self.database
            .write(move |transaction| accounts::found(transaction, &account, &by))
            .await
    }

    async fn setup(&self) -> Result<Option<Setup>, StoreError> {
        self.database.read(accounts::setup).await
    }

    async fn change_count(&self) -> Result<u64, StoreError> {
        self.database.read(accounts::change_count).await
    }

    async fn enable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError> {
        let change = move |on: FeatureSet| on.enable(features);
        self.database
            .write(move |transaction| accounts::change_features(transaction, change, &by))
            .await
    }

    async fn disable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError> {
        let change = move |on: FeatureSet| on.disable(features);
        self.database
            .write(move |transaction| accounts::change_features(transaction, change, &by))
            .await
    }

    async fn add_integration(
        &self,
        draft: IntegrationDraft,
        application_id: ApplicationId,
        consumer_key: ConsumerKey,
        secret: SealedSecret,
        by: By,
    ) -> Result<Integration, StoreError> {
        self.database
            .write(move |transaction| {
                integrations::add(transaction, draft, application_id, consumer_key, &secret, &by)
            })
            .await
    }

    async fn change_integration_state(
        &self,
        integration: IntegrationId,
        change: IntegrationChange,
        by: By,
    ) -> Result<Integration, StoreError> {
        self.database
            .write(move |transaction| integrations::change_state(transaction, integration, change, &by))
            .await
    }

    async fn add_role(&self, draft: RoleDraft, by: By) -> Result<Role, StoreError> {
        self.database
            .write(move |transaction| roles::add(transaction, draft, &by))
            .await
    }

    async fn add_user(&self, draft: UserDraft, by: By) -> Result<User, StoreError> {
        self.database
            .write(move |transaction| users::add(transaction, draft, &by))
            .await
    }

    async fn issue_token(
        &self,
        draft: TokenDraft,
        token_id: TokenId,
        secret: SealedSecret,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        self.database
            .write(move |transaction| tokens::issue(transaction, draft, token_id, &secret, &by))
            .await
    }

    async fn change_token_state(
        &self,
        token: AccessTokenId,
        change: TokenChange,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        self.database
            .write(move |transaction| tokens::change_state(transaction, token, change, &by))
            .await
    }

    async fn sealed_secret(&self, owner: SecretOwner) -> Result<Option<SealedSecret>, StoreError> {
        self.database
            .read(move |snapshot| secrets::find(snapshot, &owner))
            .await
    }

    async fn secrets_not_sealed_with(
        &self,
        key_version: u32,
        limit: u32,
    ) -> Result<Vec<(SecretOwner, SealedSecret)>, StoreError> {
        self.database
            .read(move |snapshot| secrets::not_sealed_with(snapshot, key_version, limit))
            .await
    }

    async fn reseal(
        &self,
        owner: SecretOwner,
        old: Vec<u8>,
        new: Vec<u8>,
        key_version: u32,
    ) -> Result<bool, StoreError> {
        self.database
            .write(move |transaction| secrets::reseal(transaction, &owner, &old, &new, key_version))
            .await
    }

    async fn append_logins(&self, rows: Vec<LoginRow>) -> Result<(), StoreError> {
        self.database
            .write(move |transaction| logins::append(transaction, &rows))
            .await
    }

    async fn logins(&self, filter: LoginFilter) -> Result<Vec<LoginRow>, StoreError> {
        self.database
            .read(move |snapshot| logins::list(snapshot, filter))
            .await
    }

    async fn system_notes(&self, filter: NoteFilter) -> Result<Vec<SystemNote>, StoreError> {
        self.database
            .read(move |snapshot| notes::list(snapshot, filter))
            .await
    }
}
