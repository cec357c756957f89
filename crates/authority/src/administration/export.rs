//! The account, written as a file.

use countersign_account_file::{Secrets, Whole, write};
use countersign_model::AccessToken;
use countersign_store::{SecretOwner, StoreError};

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

impl Authority {
    /// The account as a file, of one moment, for an Administrator; with its secrets for the owner only. Passwords are
    /// never in it.
    pub async fn export(&self, caller: &Caller, with_secrets: bool) -> Result<String, AdministrationError> {
        caller.require_administrator()?;
        if with_secrets && !caller.is_owner() {
            return Err(Forbidden::Owner.into());
        }
        let setup = self.store.setup().await?.ok_or(StoreError::NoAccount)?;
        let mut secrets = Secrets::default();
        if with_secrets {
            let served = setup
                .integrations
                .iter()
                .filter(|record| !record.is_uninstalled());
            for (record, pair) in served.filter_map(|record| Some((record, record.credentials.as_ref()?))) {
                let owner = SecretOwner::Integration(pair.consumer_key.clone());
                let secret = self.secrets.open(owner, pair.generation).await?;
                secrets.consumers.insert(record.id, secret);
            }
            let tokens = setup
                .tokens
                .iter()
                .filter(|token| !AccessToken::is_revoked(token));
            for token in tokens {
                let owner = SecretOwner::AccessToken(token.token_id.clone());
                let secret = self.secrets.open(owner, 1).await?;
                secrets.tokens.insert(token.id, secret);
            }
        }
        let whole = Whole {
            account: &setup.account,
            features: &setup.features,
            settings: &setup.settings,
            roles: &setup.roles,
            users: &setup.users,
            integrations: &setup.integrations,
            tokens: &setup.tokens,
        };
        Ok(write(&whole, &secrets))
    }
}
