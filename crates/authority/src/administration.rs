//! What an administrator does: each use case makes its secrets, writes one transaction and is seen at once.

use countersign_model::{
    AccessToken, AccessTokenId, ApplicationId, By, ConsumerKey, Feature, FeatureSet, FieldErrors,
    Integration, IntegrationChange, IntegrationDraft, IntegrationId, InvalidId, Role, RoleDraft, TokenChange,
    TokenDraft, TokenForm, TokenId, User, UserDraft,
};
use countersign_protocol::Secret;
use countersign_store::{SecretOwner, StoreError};
use countersign_world::hex;

use crate::authority::Authority;
use crate::secrets::SecretError;

/// How every key of this account begins, so that nobody takes one for NetSuite's: "local" in hexadecimal digits.
const LOCAL: &str = "10ca1";

/// A consumer key with its secret. The secret is shown where it was made and nowhere else.
#[derive(Debug)]
pub struct NewConsumer {
    pub key: ConsumerKey,
    pub secret: Secret,
}

/// A token ID with its secret.
#[derive(Debug)]
pub struct NewToken {
    pub id: TokenId,
    pub secret: Secret,
}

#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Fields(#[from] FieldErrors),
    #[error(transparent)]
    Id(#[from] InvalidId),
    #[error("there is no {0} with the internal id {1}")]
    Unknown(&'static str, i64),
}

impl Authority {
    pub async fn enable_features(
        &self,
        features: Vec<Feature>,
        by: By,
    ) -> Result<FeatureSet, AdministrationError> {
        let enabled = self.store.enable_features(features, by).await?;
        self.take_in_change().await;
        Ok(enabled)
    }

    pub async fn disable_features(
        &self,
        features: Vec<Feature>,
        by: By,
    ) -> Result<FeatureSet, AdministrationError> {
        let enabled = self.store.disable_features(features, by).await?;
        self.take_in_change().await;
        Ok(enabled)
    }

    /// Adds an integration record with a pair that was made before: from a file, or with [`Self::new_consumer`].
    pub async fn add_integration(
        &self,
        draft: IntegrationDraft,
        consumer: &NewConsumer,
        by: By,
    ) -> Result<Integration, AdministrationError> {
        let owner = SecretOwner::Integration(consumer.key.clone());
        let sealed = self.secrets.seal(&owner, 1, &consumer.secret, &*self.entropy)?;
        let mut application_id = [0; 16];
        self.entropy.fill(&mut application_id);
        let application_id = ApplicationId::from_bytes(application_id);
        let added = self
            .store
            .add_integration(draft, application_id, consumer.key.clone(), sealed, by)
            .await?;
        self.take_in_change().await;
        Ok(added)
    }

    pub async fn change_integration_state(
        &self,
        integration: IntegrationId,
        change: IntegrationChange,
        by: By,
    ) -> Result<Integration, AdministrationError> {
        let changed = self
            .store
            .change_integration_state(integration, change, by)
            .await?;
        self.take_in_change().await;
        Ok(changed)
    }

    pub async fn add_role(&self, draft: RoleDraft, by: By) -> Result<Role, AdministrationError> {
        let added = self.store.add_role(draft, by).await?;
        self.take_in_change().await;
        Ok(added)
    }

    pub async fn add_user(&self, draft: UserDraft, by: By) -> Result<User, AdministrationError> {
        let added = self.store.add_user(draft, by).await?;
        self.take_in_change().await;
        Ok(added)
    }

    /// Issues a token with an ID and secret that were made before. An empty name takes the default.
    pub async fn issue_token(
        &self,
        integration: IntegrationId,
        user: &User,
        role: &Role,
        name: &str,
        token: &NewToken,
        by: By,
    ) -> Result<AccessToken, AdministrationError> {
        let directory = self.directory();
        let application = directory
            .integration(integration)
            .ok_or(AdministrationError::Unknown(
                "integration record",
                integration.get(),
            ))?;
        let draft = TokenDraft::parse(TokenForm {
            application,
            user,
            role,
            name,
        })?;
        let sealed = self.secrets.seal(
            &SecretOwner::AccessToken(token.id.clone()),
            1,
            &token.secret,
            &*self.entropy,
        )?;
        let issued = self
            .store
            .issue_token(draft, token.id.clone(), sealed, by)
            .await?;
        self.take_in_change().await;
        Ok(issued)
    }

    pub async fn change_token_state(
        &self,
        token: AccessTokenId,
        change: TokenChange,
        by: By,
    ) -> Result<AccessToken, AdministrationError> {
        let changed = self.store.change_token_state(token, change, by).await?;
        self.take_in_change().await;
        Ok(changed)
    }

    pub fn new_consumer(&self) -> Result<NewConsumer, AdministrationError> {
        Ok(NewConsumer {
            key: ConsumerKey::parse(self.new_credential())?,
            secret: Secret::new(self.new_credential()),
        })
    }

    pub fn new_token(&self) -> Result<NewToken, AdministrationError> {
        Ok(NewToken {
            id: TokenId::parse(self.new_credential())?,
            secret: Secret::new(self.new_credential()),
        })
    }

    /// 64 hexadecimal digits, of which 59 are random: 236 bits.
    fn new_credential(&self) -> String {
        let mut credential = LOCAL.to_owned();
        credential.push_str(&hex(&*self.entropy, 30));
        credential.truncate(64);
        credential
    }
}
