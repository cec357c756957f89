//! A sandbox refresh: the set-up of production in place of the sandbox's, but for what `Held::fate` says stays or goes.

use std::collections::{BTreeMap, BTreeSet};

use countersign_database::Transaction;
use countersign_model::{
    By, ConsumerKey, EntityId, FeatureSet, Integration, IntegrationId, MAX_NAME, NotedRecord, RefreshedFrom,
    Role, Settings, User, may_refresh, merge_integrations,
};
use countersign_protocol::AccountId;

use crate::column::{keep_above, name_key, next_id};
use crate::integration_row::{insert, replace};
use crate::{
    Conflict, Proofs, SealedSecret, SecretOwner, Store, StoreError, accounts, features, integration_row,
    integrations, notes, proofs, roles, secrets, settings, token_batch, user_row, users,
};

/// What production gives to its sandboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Production {
    pub account: AccountId,
    pub company_name: String,
    pub settings: Settings,
    pub features: FeatureSet,
    pub roles: Vec<Role>,
    pub users: Vec<User>,
    pub integrations: Vec<Integration>,
    /// What the users prove themselves with.
    pub proofs: Proofs,
}

impl Store {
    /// What this account gives to its sandboxes, as of one moment. None until it is founded.
    pub async fn production(&self) -> Result<Option<Production>, StoreError> {
        self.database.read(production).await
    }

    /// Makes this account what production is: features, settings, roles and users are copied, integration records
    /// merged, tokens removed. Audits, and the mark of a test account, are this account's own.
    ///
    /// `secrets` are the Consumer Secrets of production's records by their Consumer Key, each sealed for this account
    /// in the generation its record has in production. One that this account has already need not be given.
    /// `authenticators` are those of [`Proofs::authenticators`], sealed in the same way.
    ///
    /// # Errors
    /// [`StoreError::Refresh`] where `production` is not the production account of this sandbox, and
    /// [`StoreError::NoPair`] where a secret is missing.
    pub async fn refresh_from(
        &self,
        production: Production,
        secrets: BTreeMap<ConsumerKey, SealedSecret>,
        authenticators: BTreeMap<EntityId, SealedSecret>,
        by: By,
    ) -> Result<(), StoreError> {
        let refresh = async move |transaction: &mut Transaction<'_>| {
            let account = accounts::require(transaction).await?;
            may_refresh(&production.account, &account.id)?;
            copy_settings(transaction, &production).await?;
            features::write(transaction, &production.features).await?;
            token_batch::delete_all(transaction).await?;
            remove_logins(transaction).await?;
            copy_people(transaction, &production).await?;
            proofs::insert(transaction, &production.proofs).await?;
            for (user, secret) in &authenticators {
                secrets::insert(transaction, &SecretOwner::SecondFactor(*user), secret).await?;
            }
            merge(transaction, &production, &secrets).await?;
            let from = RefreshedFrom(Some(production.account));
            let record = NotedRecord::Account;
            notes::write(
                transaction,
                &by,
                record,
                Some(&RefreshedFrom::default()),
                Some(&from),
            )
            .await?;
            Ok(())
        };
        self.database.write(refresh).await
    }
}

async fn production(snapshot: &mut Transaction<'_>) -> Result<Option<Production>, StoreError> {
    let Some(head) = accounts::head(snapshot).await? else {
        return Ok(None);
    };
    Ok(Some(Production {
        account: head.account.id,
        company_name: head.account.company_name,
        settings: head.settings,
        features: head.features,
        roles: head.roles,
        users: users::all(snapshot).await?,
        integrations: integrations::all(snapshot).await?,
        proofs: proofs::all(snapshot).await?,
    }))
}

async fn copy_settings(transaction: &mut Transaction<'_>, production: &Production) -> Result<(), StoreError> {
    let own = settings::require(transaction).await?;
    let copied = Settings {
        test_account: own.test_account,
        ..production.settings.clone()
    };
    accounts::rename(transaction, &production.company_name).await?;
    settings::write(transaction, &copied).await
}

/// Whoever was signed in, or had a key, was somebody of the sandbox as it was.
async fn remove_logins(transaction: &mut Transaction<'_>) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM session",
        "DELETE FROM api_key",
        "DELETE FROM request_token",
        "DELETE FROM sealed_secret WHERE owner_kind IN ('request token', 'second factor', 'api secret')",
    ] {
        transaction.execute(sql, &[]).await?;
    }
    Ok(())
}

/// Roles and users keep the internal ids they have in production.
async fn copy_people(transaction: &mut Transaction<'_>, production: &Production) -> Result<(), StoreError> {
    for table in ["entity_role", user_row::TABLE, "role_permission", roles::TABLE] {
        transaction.execute(&format!("DELETE FROM {table}"), &[]).await?;
    }
    roles::insert(transaction, &production.roles).await?;
    user_row::insert(transaction, &production.users).await?;
    let last_role = production.roles.iter().map(|role| role.id.get()).max();
    let last_role = last_role.unwrap_or_default().max(Role::LAST_STANDARD.get());
    keep_above(transaction, roles::TABLE, last_role).await?;
    let last_user = production.users.iter().map(|user| user.id.get()).max();
    keep_above(transaction, user_row::TABLE, last_user.unwrap_or_default()).await
}

async fn merge(
    transaction: &mut Transaction<'_>,
    production: &Production,
    given: &BTreeMap<ConsumerKey, SealedSecret>,
) -> Result<(), StoreError> {
    let own = integrations::all(transaction).await?;
    let ids: Vec<IntegrationId> = own.iter().map(|record| record.id).collect();
    let known: Vec<ConsumerKey> = own
        .iter()
        .filter_map(|record| record.consumer_key().cloned())
        .collect();
    let mut merged = merge_integrations(&production.account, &production.integrations, own);
    let known_ids = ids.len();
    for record in merged.iter_mut().skip(known_ids) {
        record.id = IntegrationId::new(next_id(transaction, integration_row::TABLE, 0).await?);
    }
    tell_apart(&mut merged, &production.account);
    clear_the_way(transaction).await?;
    for (place, record) in merged.iter().enumerate() {
        match place < known_ids {
            true => replace(transaction, record).await?,
            false => insert(transaction, record).await?,
        }
    }
    keep_secrets(transaction, &merged, &known, given).await
}

/// Two records may be called the same in the two accounts: the one that comes from production says so in its name.
fn tell_apart(merged: &mut [Integration], production: &AccountId) {
    let mut taken = BTreeSet::new();
    for record in merged.iter_mut().filter(|record| !record.is_uninstalled()) {
        let name = record.name.clone();
        let mut number = 1;
        while !taken.insert(name_key(&record.name)) {
            let mark = match number {
                1 => format!(" ({production})"),
                _ => format!(" ({production}, {number})"),
            };
            let room = MAX_NAME.saturating_sub(mark.chars().count());
            record.name = name.chars().take(room).chain(mark.chars()).collect();
            number += 1;
        }
    }
}

/// Names and pairs change hands among the records: until each has its own again, no two may be in each other's way. No
/// name begins with a control character.
async fn clear_the_way(transaction: &mut Transaction<'_>) -> Result<(), StoreError> {
    let sql = "UPDATE integration SET name_key = CAST(?1 AS TEXT) || CAST(id AS TEXT), consumer_key = NULL";
    transaction.execute(sql, &["\u{1}".into()]).await?;
    Ok(())
}

/// Every installed record has its secret, and there is none of a pair that is gone.
async fn keep_secrets(
    transaction: &mut Transaction<'_>,
    merged: &[Integration],
    known: &[ConsumerKey],
    given: &BTreeMap<ConsumerKey, SealedSecret>,
) -> Result<(), StoreError> {
    let kept: BTreeSet<&ConsumerKey> = merged.iter().filter_map(Integration::consumer_key).collect();
    for gone in known.iter().filter(|key| !kept.contains(key)) {
        secrets::delete(transaction, &SecretOwner::Integration(gone.clone())).await?;
    }
    for record in merged {
        let Some(credentials) = &record.credentials else {
            continue;
        };
        let key = &credentials.consumer_key;
        let Some(secret) = given.get(key) else {
            if record.is_uninstalled() || known.contains(key) {
                continue;
            }
            return Err(StoreError::NoPair {
                application: record.name.clone(),
            });
        };
        if secret.generation != credentials.generation && !record.is_uninstalled() {
            return Err(Conflict::Pair.into());
        }
        secrets::replace(transaction, &SecretOwner::Integration(key.clone()), secret).await?;
    }
    Ok(())
}
