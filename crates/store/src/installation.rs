//! How an integration record comes to an account that did not make it, and how any of them leaves.

use countersign_database::Transaction;
use countersign_model::{
    ApplicationId, AutoInstallation, By, Integration, IntegrationId, IntegrationStateError, NotedRecord,
};
use countersign_protocol::AccountId;

use crate::column::next_id;
use crate::integration_row::{TABLE, insert};
use crate::integrations::{keep_secret, of, require, save};
use crate::{
    Conflict, SavedIntegration, SealedPair, SealedSecret, SecretOwner, Store, StoreError, notes, secrets,
    settings, token_batch,
};

impl Store {
    /// What people call deleting the application: its tokens are revoked with it, it leaves the lists and its name is
    /// free; its history stays.
    pub async fn uninstall_integration(
        &self,
        integration: IntegrationId,
        by: By,
    ) -> Result<Integration, StoreError> {
        let uninstall = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, integration).await?;
            let after = before.clone().uninstall(by.at)?;
            token_batch::revoke_of(transaction, integration, &by).await?;
            save(transaction, before, after, &by).await
        };
        self.database.write(uninstall).await
    }

    /// Takes over the pair that the same application was given by a Reset Credentials in another account: its old pair is dead
    /// here too. `secret` is the new Consumer Secret, sealed for this account in the generation it has there. Tells whether
    /// the application is installed here.
    pub async fn follow_reset(
        &self,
        definition: Integration,
        secret: SealedSecret,
        by: By,
    ) -> Result<bool, StoreError> {
        let follow = async move |transaction: &mut Transaction<'_>| {
            let Some(before) = installed(transaction, definition.application_id).await? else {
                return Ok(false);
            };
            let (Some(old), Some(new)) = (before.consumer_key().cloned(), definition.credentials) else {
                return Ok(false);
            };
            let pair = SealedPair {
                consumer_key: new.consumer_key.clone(),
                secret,
            };
            if pair.credentials() != new {
                return Err(Conflict::Pair.into());
            }
            let after = Integration {
                credentials: Some(new),
                ..before.clone()
            };
            secrets::delete(transaction, &SecretOwner::Integration(old)).await?;
            save(transaction, before, after, &by).await?;
            keep_secret(transaction, Some(&pair)).await?;
            Ok(true)
        };
        self.database.write(follow).await
    }

    /// Installs the record of another account's application, to which somebody here granted access. It waits for
    /// approval where the settings say so. Where the application is installed already, that record is given as it is
    /// and the secret is not taken.
    ///
    /// `secret` is the definition's Consumer Secret, sealed for this account as the first generation.
    pub async fn install_integration(
        &self,
        definition: Integration,
        from: AccountId,
        secret: SealedSecret,
        by: By,
    ) -> Result<SavedIntegration, StoreError> {
        let install = async move |transaction: &mut Transaction<'_>| {
            if let Some(integration) = installed(transaction, definition.application_id).await? {
                return Ok(SavedIntegration {
                    integration,
                    pair_taken: false,
                });
            }
            let installation = AutoInstallation {
                definition: &definition,
                from: &from,
                require_approval: settings::require(transaction).await?.require_approval,
            };
            let id = IntegrationId::new(next_id(transaction, TABLE, 0).await?);
            let integration = installation.into_integration(id, by.at);
            let Some(credentials) = integration.credentials.clone() else {
                return Err(IntegrationStateError::NotTokenBased {
                    name: integration.name,
                }
                .into());
            };
            let pair = SealedPair {
                consumer_key: credentials.consumer_key.clone(),
                secret,
            };
            if pair.credentials() != credentials {
                return Err(Conflict::Pair.into());
            }
            insert(transaction, &integration).await?;
            let record = NotedRecord::Integration(id);
            notes::write(transaction, &by, record, None, Some(&integration)).await?;
            keep_secret(transaction, Some(&pair)).await?;
            Ok(SavedIntegration {
                integration,
                pair_taken: true,
            })
        };
        self.database.write(install).await
    }
}

async fn installed(
    snapshot: &mut Transaction<'_>,
    application: ApplicationId,
) -> Result<Option<Integration>, StoreError> {
    let application = application.to_string();
    let condition = "application_id = ?1 AND uninstalled IS NULL ORDER BY id";
    Ok(of(snapshot, condition, &[(&application).into()]).await?.pop())
}
