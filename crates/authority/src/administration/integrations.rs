//! Integration records.

use countersign_model::{
    Integration, IntegrationChange, IntegrationDraft, IntegrationForm, IntegrationId, Level, NotedRecord,
    Permission, Via,
};
use countersign_protocol::AccountId;
use countersign_store::{Conflict, IntegrationFilter, SealedPair, SecretOwner, StoreError};

use super::{AdministrationError, NewConsumer};
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

/// How often a pair is sealed anew where somebody else replaced it at the same moment.
const ATTEMPTS: usize = 3;

impl Authority {
    pub async fn integrations(
        &self,
        caller: &Caller,
        filter: IntegrationFilter,
        after: Option<IntegrationId>,
        limit: u32,
    ) -> Result<Vec<Integration>, AdministrationError> {
        may_see(caller)?;
        Ok(self.store.integrations(filter, after, limit).await?)
    }

    pub async fn integration(
        &self,
        caller: &Caller,
        id: IntegrationId,
    ) -> Result<Integration, AdministrationError> {
        may_see(caller)?;
        let record = self.store.integration(id).await?;
        let unknown = StoreError::Unknown(NotedRecord::Integration(id));
        Ok(record.ok_or(unknown)?)
    }

    /// Creates a record. Its pair is made here, or was `given`; none is made where the record takes no tokens.
    pub async fn add_integration(
        &self,
        caller: &Caller,
        form: IntegrationForm,
        given: Option<NewConsumer>,
    ) -> Result<(Integration, Option<NewConsumer>), AdministrationError> {
        caller.require(Permission::IntegrationApplication, Level::Full)?;
        let draft = IntegrationDraft::parse(form)?;
        let (application_id, made, _numbering) = self.first_of_integration().await?;
        let pair = given.unwrap_or(made);
        let sealed = self.seal_pair(&pair, 1)?;
        let by = caller.by(self.clock.now());
        let added = self
            .store
            .add_integration(draft, application_id, Some(sealed), by)
            .await?;
        self.take_in_change().await;
        Ok((added.integration, added.pair_taken.then_some(pair)))
    }

    /// Saves a record, as `edit` makes it of what is stored. Where Token-based Authentication is checked for the first
    /// time, its pair is made with this Save.
    pub async fn edit_integration(
        &self,
        caller: &Caller,
        id: IntegrationId,
        edit: impl FnOnce(IntegrationForm) -> IntegrationForm + Send + 'static,
    ) -> Result<(Integration, Option<NewConsumer>), AdministrationError> {
        self.edit_integration_with(caller, id, edit, None).await
    }

    /// The same, where the pair a record needs may have been `given`.
    pub(super) async fn edit_integration_with(
        &self,
        caller: &Caller,
        id: IntegrationId,
        edit: impl FnOnce(IntegrationForm) -> IntegrationForm + Send + 'static,
        given: Option<NewConsumer>,
    ) -> Result<(Integration, Option<NewConsumer>), AdministrationError> {
        caller.require(Permission::IntegrationApplication, Level::Full)?;
        let pair = given.map_or_else(|| self.next_of_integration(id, 1), Ok)?;
        let sealed = self.seal_pair(&pair, 1)?;
        let by = caller.by(self.clock.now());
        let saved = self.store.edit_integration(id, edit, Some(sealed), by).await?;
        self.take_in_change().await;
        Ok((saved.integration, saved.pair_taken.then_some(pair)))
    }

    /// Blocks a record, enables it again, or approves one that waits.
    pub async fn change_integration_state(
        &self,
        caller: &Caller,
        id: IntegrationId,
        change: IntegrationChange,
    ) -> Result<Integration, AdministrationError> {
        caller.require(Permission::IntegrationApplication, Level::Full)?;
        let by = caller.by(self.clock.now());
        let changed = self.store.change_integration_state(id, change, by).await?;
        self.take_in_change().await;
        Ok(changed)
    }

    /// Reset Credentials: an Administrator's alone. The old pair is dead when this returns.
    pub async fn reset_credentials(
        &self,
        caller: &Caller,
        id: IntegrationId,
    ) -> Result<(Integration, NewConsumer), AdministrationError> {
        let next = |generation| Ok(self.next_of_integration(id, generation)?);
        self.replace_pair(caller, id, next).await
    }

    /// Reset Credentials with a pair that was given, as only an account's file does.
    pub(super) async fn replace_credentials(
        &self,
        caller: &Caller,
        id: IntegrationId,
        given: &NewConsumer,
    ) -> Result<Integration, AdministrationError> {
        let (record, _) = self.replace_pair(caller, id, |_| Ok(given.duplicate())).await?;
        Ok(record)
    }

    /// With the pair that `pair` gives for a generation.
    async fn replace_pair(
        &self,
        caller: &Caller,
        id: IntegrationId,
        pair: impl Fn(u64) -> Result<NewConsumer, AdministrationError>,
    ) -> Result<(Integration, NewConsumer), AdministrationError> {
        caller.require_administrator()?;
        let mut attempts = ATTEMPTS;
        loop {
            let record = self.integration(caller, id).await?;
            let generation = record.credentials.as_ref().map_or(0, |pair| pair.generation);
            let generation = generation.saturating_add(1);
            let pair = pair(generation)?;
            let sealed = self.seal_pair(&pair, generation)?;
            let by = caller.by(self.clock.now());
            attempts -= 1;
            match self.store.reset_credentials(id, sealed, by).await {
                Err(StoreError::Conflict(Conflict::Pair)) if attempts > 0 => {}
                reset => {
                    let record = reset?;
                    self.take_in_change().await;
                    return Ok((record, pair));
                }
            }
        }
    }

    /// Takes over what Reset Credentials made in another account, where its application is installed here too: one that two
    /// accounts share has one pair.
    pub async fn follow_reset(
        &self,
        reset_in: &AccountId,
        record: &Integration,
        pair: &NewConsumer,
    ) -> Result<(), AdministrationError> {
        let Some(credentials) = &record.credentials else {
            return Ok(());
        };
        let sealed = self.seal_pair(pair, credentials.generation)?.secret;
        let owner = self.owner(format!("Reset Credentials in account {reset_in}"), Via::Api);
        let by = owner.by(self.clock.now());
        let is_kin = self.account().company() == reset_in.company();
        let from = (reset_in.clone(), is_kin);
        if self.store.follow_reset(record.clone(), from, sealed, by).await? {
            self.take_in_change().await;
        }
        Ok(())
    }

    /// Uninstalls a record: its tokens are revoked with it.
    pub async fn uninstall_integration(
        &self,
        caller: &Caller,
        id: IntegrationId,
    ) -> Result<Integration, AdministrationError> {
        caller.require(Permission::IntegrationApplication, Level::Full)?;
        let by = caller.by(self.clock.now());
        let uninstalled = self.store.uninstall_integration(id, by).await?;
        self.take_in_change().await;
        Ok(uninstalled)
    }

    fn seal_pair(&self, pair: &NewConsumer, generation: u64) -> Result<SealedPair, AdministrationError> {
        let owner = SecretOwner::Integration(pair.key.clone());
        Ok(SealedPair {
            consumer_key: pair.key.clone(),
            secret: self
                .secrets
                .seal(&owner, generation, &pair.secret, &*self.entropy)?,
        })
    }
}

fn may_see(caller: &Caller) -> Result<(), Forbidden> {
    if caller.allows(Permission::IntegrationApplication, Level::Full) {
        return Ok(());
    }
    caller.require(Permission::IntegrationApplications, Level::View)
}
