//! Keys to the admin API: one acts for the user and role it was made by, and never beyond its scopes.

use countersign_bearer::{BearerKind, BearerSecret};
use countersign_model::{
    ApiKey, ApiKeyDraft, ApiKeyForm, ApiKeyHash, ApiKeyId, EntityId, NotedRecord, Rights, RoleId,
};
use countersign_protocol::Secret;
use countersign_store::StoreError;

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

/// A key that was just made: shown here and never again.
#[derive(Debug)]
pub struct NewApiKey {
    pub key: ApiKey,
    pub secret: Secret,
}

impl Authority {
    /// Makes a key for the user and role of a session; for those that are named where the owner of the account asks. A
    /// key makes no other.
    pub async fn create_api_key(
        &self,
        caller: &Caller,
        form: &ApiKeyForm,
        named: Option<(EntityId, RoleId)>,
    ) -> Result<NewApiKey, AdministrationError> {
        let (user, role) = match named {
            Some(named) if caller.is_owner() => named,
            Some(_) => return Err(Forbidden::Owner.into()),
            None => {
                let session = caller.require_session()?;
                (session.user, session.role)
            }
        };
        let holder = self.require_user(user).await?;
        let snapshot = self.snapshot();
        let unknown = StoreError::Unknown(NotedRecord::Role(role));
        let its_role = snapshot.role(role).ok_or(unknown)?;
        if holder.assignment(role).is_none() {
            let user = holder.name;
            return Err(StoreError::RoleNotAssigned { user, role }.into());
        }
        let rights = Rights::of(&holder, its_role, &snapshot.features);
        let draft = ApiKeyDraft::parse(form, rights)?;
        let made = BearerSecret::make(BearerKind::ApiKey, &*self.entropy);
        let hash = ApiKeyHash::parse(made.digest())?;
        let by = caller.by(self.clock.now());
        let key = self.store.add_api_key(draft, hash, (user, role), by).await?;
        Ok(NewApiKey {
            key,
            secret: made.into_secret(),
        })
    }

    /// Everybody's for an Administrator, one's own otherwise.
    pub async fn api_keys(
        &self,
        caller: &Caller,
        after: Option<ApiKeyId>,
        limit: u32,
    ) -> Result<Vec<ApiKey>, AdministrationError> {
        let of = match caller.require_administrator() {
            Ok(()) => None,
            Err(_) => Some(caller.require_user()?.0),
        };
        Ok(self.store.api_keys(of, after, limit).await?)
    }

    /// Revokes a key, for ever: one's own, or anybody's as an Administrator.
    pub async fn revoke_api_key(&self, caller: &Caller, id: ApiKeyId) -> Result<ApiKey, AdministrationError> {
        if !caller.is_owner() {
            caller.require_user()?;
        }
        let key = self.store.api_key(id).await?;
        let may = |key: &ApiKey| caller.require_administrator().is_ok() || caller.user() == Some(key.user);
        let unknown = StoreError::Unknown(NotedRecord::ApiKey(id));
        let key = key.filter(may).ok_or(unknown)?;
        let by = caller.by(self.clock.now());
        Ok(self.store.revoke_api_key(key.id, by).await?)
    }
}
