//! Each use case, sent to the database as one transaction.

use super::{accounts, integrations, logins, notes, roles, secrets, tokens, users};
use crate::{LoginFilter, NoteFilter, SealedSecret, SecretOwner, Setup, Store, StoreError};
use async_trait::async_trait;
use countersign_database::postgres::{Database, Schema, Server, Transaction};
use countersign_model::{
    AccessToken, AccessTokenId, Account, ApplicationId, By, ConsumerKey, Feature, FeatureSet, Integration,
    IntegrationChange, IntegrationDraft, IntegrationId, LoginRow, Role, RoleDraft, SystemNote, TokenChange,
    TokenDraft, TokenId, User, UserDraft,
};
use countersign_protocol::AccountId;

mod embedded {
    refinery::embed_migrations!("src/postgres/migrations");
}

/// An account's data in one schema of a PostgreSQL server.
#[derive(Clone, Debug)]
pub struct PostgresStore {
    database: Database,
}

/// The schema of an account: `account_1234567_sb1`.
pub fn schema_of(account: &AccountId) -> Result<Schema, StoreError> {
    let name = format!("account_{}", account.as_str().to_ascii_lowercase());
    Ok(Schema::parse(&name)?)
}

impl PostgresStore {
    /// Opens the schema, making it when there is none and migrating it when it is older. Nodes may do so together.
    pub async fn open(server: &Server, schema: &Schema) -> Result<Self, StoreError> {
        let database = Database::open(server, schema, embedded::migrations::runner()).await?;
        Ok(Self { database })
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn found_account(&self, account: Account, by: By) -> Result<(), StoreError> {
        self.database
            .write(async |transaction: &Transaction| accounts::found(transaction, &account, &by).await)
            .await
    }

    async fn setup(&self) -> Result<Option<Setup>, StoreError> {
        self.database.read(accounts::setup).await
    }

    async fn change_count(&self) -> Result<u64, StoreError> {
        self.database.read(accounts::change_count).await
    }

    async fn enable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError> {
        let change = |on: FeatureSet| on.enable(features);
        self.database
            .write(async |transaction: &Transaction| {
                accounts::change_features(transaction, change, &by).await
            })
            .await
    }

    async fn disable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError> {
        let change = |on: FeatureSet| on.disable(features);
        self.database
            .write(async |transaction: &Transaction| {
                accounts::change_features(transaction, change, &by).await
            })
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
            .write(async |transaction: &Transaction| {
                integrations::add(transaction, draft, application_id, consumer_key, &secret, &by).await
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
            .write(async |transaction: &Transaction| {
                integrations::change_state(transaction, integration, change, &by).await
            })
            .await
    }

    async fn add_role(&self, draft: RoleDraft, by: By) -> Result<Role, StoreError> {
        self.database
            .write(async |transaction: &Transaction| roles::add(transaction, draft, &by).await)
            .await
    }

    async fn add_user(&self, draft: UserDraft, by: By) -> Result<User, StoreError> {
        self.database
            .write(async |transaction: &Transaction| users::add(transaction, draft, &by).await)
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
            .write(async |transaction: &Transaction| {
                tokens::issue(transaction, draft, token_id, &secret, &by).await
            })
            .await
    }

    async fn change_token_state(
        &self,
        token: AccessTokenId,
        change: TokenChange,
        by: By,
    ) -> Result<AccessToken, StoreError> {
        self.database
            .write(async |transaction: &Transaction| {
                tokens::change_state(transaction, token, change, &by).await
            })
            .await
    }

    async fn sealed_secret(&self, owner: SecretOwner) -> Result<Option<SealedSecret>, StoreError> {
        self.database
            .read(async |transaction: &Transaction| secrets::find(transaction, &owner).await)
            .await
    }

    async fn secrets_not_sealed_with(
        &self,
        key_version: u32,
        limit: u32,
    ) -> Result<Vec<(SecretOwner, SealedSecret)>, StoreError> {
        self.database
            .read(async |transaction: &Transaction| {
                secrets::not_sealed_with(transaction, key_version, limit).await
            })
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
            .write(async |transaction: &Transaction| {
                secrets::reseal(transaction, &owner, &old, &new, key_version).await
            })
            .await
    }

    async fn append_logins(&self, rows: Vec<LoginRow>) -> Result<(), StoreError> {
        self.database
            .append(async |transaction: &Transaction| logins::append(transaction, &rows).await)
            .await
    }

    async fn logins(&self, filter: LoginFilter) -> Result<Vec<LoginRow>, StoreError> {
        self.database
            .read(async |transaction: &Transaction| logins::list(transaction, filter).await)
            .await
    }

    async fn system_notes(&self, filter: NoteFilter) -> Result<Vec<SystemNote>, StoreError> {
        self.database
            .read(async |transaction: &Transaction| notes::list(transaction, filter).await)
            .await
    }
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
