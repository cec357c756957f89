//! What can be done with the account's data: one method a use case, one transaction a method.

use crate::{LoginFilter, NoteFilter, SealedSecret, SecretOwner, StoreError};
use async_trait::async_trait;
use countersign_model::{
    AccessToken, AccessTokenId, Account, ApplicationId, By, ConsumerKey, Feature, FeatureSet, Integration,
    IntegrationChange, IntegrationDraft, IntegrationId, LoginRow, Role, RoleDraft, SystemNote, TokenChange,
    TokenDraft, TokenId, User, UserDraft,
};

/// One account's data. Every change writes its system note in the same transaction.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Begins the account: every feature off, and the Administrator role.
    async fn found_account(&self, account: Account, by: By) -> Result<(), StoreError>;

    /// The whole set-up as of one moment, without secrets. None until the account is founded.
    async fn setup(&self) -> Result<Option<Setup>, StoreError>;

    /// Grows with every change to what [`setup`](Self::setup) gives; 0 until the account is founded.
    async fn change_count(&self) -> Result<u64, StoreError>;

    /// Checks boxes of Enable Features together; gives all that are on then.
    async fn enable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError>;

    /// Clears boxes of Enable Features together; gives all that are on then.
    async fn disable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError>;

    /// `secret` is the Consumer Secret, sealed for [`SecretOwner::Integration`] of `consumer_key`.
    async fn add_integration(
        &self,
        draft: IntegrationDraft,
        application_id: ApplicationId,
        consumer_key: ConsumerKey,
        secret: SealedSecret,
        by: By,
    ) -> Result<Integration, StoreError>;

    async fn change_integration_state(
        &self,
        integration: IntegrationId,
        change: IntegrationChange,
        by: By,
    ) -> Result<Integration, StoreError>;

    async fn add_role(&self, draft: RoleDraft, by: By) -> Result<Role, StoreError>;

    async fn add_user(&self, draft: UserDraft, by: By) -> Result<User, StoreError>;

    /// `secret` is the Token Secret, sealed for [`SecretOwner::AccessToken`] of `token_id`.
    async fn issue_token(
        &self,
        draft: TokenDraft,
        token_id: TokenId,
        secret: SealedSecret,
        by: By,
    ) -> Result<AccessToken, StoreError>;

    async fn change_token_state(
        &self,
        token: AccessTokenId,
        change: TokenChange,
        by: By,
    ) -> Result<AccessToken, StoreError>;

    async fn sealed_secret(&self, owner: SecretOwner) -> Result<Option<SealedSecret>, StoreError>;

    /// Secrets a rotation to the data key `key_version` has still to seal anew.
    async fn secrets_not_sealed_with(
        &self,
        key_version: u32,
        limit: u32,
    ) -> Result<Vec<(SecretOwner, SealedSecret)>, StoreError>;

    /// Replaces a secret's ciphertext by another of the same secret, if it is still `old`; tells whether it was.
    /// No change to the set-up, hence no system note.
    async fn reseal(
        &self,
        owner: SecretOwner,
        old: Vec<u8>,
        new: Vec<u8>,
        key_version: u32,
    ) -> Result<bool, StoreError>;

    /// Writes the rows together: all or none.
    async fn append_logins(&self, rows: Vec<LoginRow>) -> Result<(), StoreError>;

    async fn logins(&self, filter: LoginFilter) -> Result<Vec<LoginRow>, StoreError>;

    async fn system_notes(&self, filter: NoteFilter) -> Result<Vec<SystemNote>, StoreError>;
}

/// Everything but the secrets, each list by internal id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    pub account: Account,
    pub features: FeatureSet,
    pub integrations: Vec<Integration>,
    pub roles: Vec<Role>,
    pub users: Vec<User>,
    pub tokens: Vec<AccessToken>,
    /// The [`Store::change_count`] this set-up is of.
    pub change_count: u64,
}
