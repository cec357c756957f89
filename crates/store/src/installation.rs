//! How an integration record comes to an account that did not make it, and how any of them leaves.

use countersign_database::Transaction;
use countersign_model::{
    Actor, ApplicationId, AutoInstallation, By, EntityId, FeatureSet, FlowRefusal, Integration,
    IntegrationId, IntegrationStateError, LoginDenied, Named, NotedRecord, Origin, Role, RoleId, TokenId,
    User, Via,
};
use countersign_protocol::AccountId;
use countersign_world::UnixTime;

use crate::column::{name_key, next_id};
use crate::integration_row::{TABLE, insert};
use crate::integrations::{keep_secret, of, require, save};
use crate::{
    Conflict, Exchanged, Maker, SavedIntegration, SealedPair, SealedSecret, SecretOwner, Store, StoreError,
    TokenOrder, features, notes, roles, secrets, settings, token_batch, token_order, users,
};

/// An access token that a user here allowed to an application of another account.
#[derive(Clone, Debug)]
pub struct Granted {
    pub definition: Integration,
    /// The account the definition is of.
    pub from: AccountId,
    /// The definition's Consumer Secret, sealed for this account as the first generation.
    pub consumer_secret: SealedSecret,
    pub user: EntityId,
    pub role: RoleId,
    pub token_id: TokenId,
    /// The Token Secret, sealed for [`SecretOwner::AccessToken`] of `token_id`.
    pub token_secret: SealedSecret,
    pub at: UnixTime,
}

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
    /// the application is installed here, and from there: where `is_kin`, the accounts are of one company, and one record
    /// may have been made in both.
    pub async fn follow_reset(
        &self,
        definition: Integration,
        (reset_in, is_kin): (AccountId, bool),
        secret: SealedSecret,
        by: By,
    ) -> Result<bool, StoreError> {
        let follow = async move |transaction: &mut Transaction<'_>| {
            let Some(before) = installed(transaction, definition.application_id).await? else {
                return Ok(false);
            };
            if !is_kin && before.origin != Origin::Account(reset_in) {
                return Ok(false);
            }
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
            install(transaction, &definition, &from, secret, &by).await
        };
        self.database.write(install).await
    }

    /// The end of the authorization flow for an application of another account: its record is installed, where it is not
    /// yet, and the access token made, or neither. `admit` is as in
    /// [`exchange_for_access_token`](Self::exchange_for_access_token).
    pub async fn install_for_token<F>(&self, granted: Granted, admit: F) -> Result<Exchanged, StoreError>
    where
        F: FnOnce(&User, &Role, &FeatureSet) -> Result<(), LoginDenied> + Send + 'static,
    {
        let install = async move |transaction: &mut Transaction<'_>| {
            let user = users::require(transaction, granted.user).await?;
            let role = roles::require(transaction, granted.role).await?;
            let features = features::on(transaction).await?;
            admit(&user, &role, &features)
                .map_err(|denied| FlowRefusal::EntityOrRoleDisabled(Named::from(&denied)))?;
            let by = By {
                actor: Actor {
                    user: Some(user.id),
                    name: user.name.clone(),
                    via: Via::Api,
                },
                at: granted.at,
            };
            let (definition, from) = (&granted.definition, &granted.from);
            let saved = install(transaction, definition, from, granted.consumer_secret, &by).await?;
            let order = TokenOrder {
                maker: Maker::Authorization,
                integration: saved.integration.id,
                user: user.id,
                role: role.id,
                name: String::new(),
            };
            let secret = &granted.token_secret;
            let token = token_order::issue(transaction, &order, granted.token_id, secret, &by).await?;
            Ok(Exchanged { token, user, role })
        };
        self.database.write(install).await
    }
}

async fn install(
    transaction: &mut Transaction<'_>,
    definition: &Integration,
    from: &AccountId,
    secret: SealedSecret,
    by: &By,
) -> Result<SavedIntegration, StoreError> {
    if let Some(integration) = installed(transaction, definition.application_id).await? {
        return Ok(SavedIntegration {
            integration,
            pair_taken: false,
        });
    }
    let installation = AutoInstallation {
        definition,
        from,
        require_approval: settings::require(transaction).await?.require_approval,
    };
    let id = IntegrationId::new(next_id(transaction, TABLE, 0).await?);
    let mut integration = installation.into_integration(id, by.at);
    if is_taken(transaction, &integration.name).await? {
        integration.name = format!("{} ({from})", integration.name);
    }
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
    notes::write(transaction, by, record, None, Some(&integration)).await?;
    keep_secret(transaction, Some(&pair)).await?;
    Ok(SavedIntegration {
        integration,
        pair_taken: true,
    })
}

/// Whether a record that was made here has the name: two accounts know nothing of each other's.
async fn is_taken(snapshot: &mut Transaction<'_>, name: &str) -> Result<bool, StoreError> {
    let (sql, name) = (
        "SELECT 1 AS found FROM integration WHERE name_key = ?1 AND uninstalled IS NULL",
        name_key(name),
    );
    Ok(snapshot.exists(sql, &[(&name).into()]).await?)
}

async fn installed(
    snapshot: &mut Transaction<'_>,
    application: ApplicationId,
) -> Result<Option<Integration>, StoreError> {
    let application = application.to_string();
    let condition = "application_id = ?1 AND uninstalled IS NULL ORDER BY id";
    Ok(of(snapshot, condition, &[(&application).into()]).await?.pop())
}
