//! The values of API Secrets: sealed, given to no page and no log, opened where a script's digest or request needs one.

use countersign_protocol::Secret;
use countersign_store::SecretOwner;

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::Caller;
use crate::secrets::SecretError;

impl Authority {
    /// Keeps a value under the script id of its secret, in place of the one before.
    pub async fn put_api_secret(
        &self,
        caller: &Caller,
        id: &str,
        generation: u64,
        value: &Secret,
    ) -> Result<(), AdministrationError> {
        caller.require_administrator()?;
        let owner = SecretOwner::ApiSecret(id.to_owned());
        let sealed = self.secrets.seal(&owner, generation, value, &*self.entropy)?;
        Ok(self.store.put_api_secret(id.to_owned(), sealed).await?)
    }

    pub async fn drop_api_secret(&self, caller: &Caller, id: &str) -> Result<(), AdministrationError> {
        caller.require_administrator()?;
        Ok(self.store.drop_api_secret(id.to_owned()).await?)
    }

    /// The value of this generation, for the time of one use. Whether a script may use it is said by its record.
    pub async fn api_secret(&self, id: &str, generation: u64) -> Result<Secret, SecretError> {
        self.secrets
            .open(SecretOwner::ApiSecret(id.to_owned()), generation)
            .await
    }
}
