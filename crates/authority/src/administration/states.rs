//! An account as it was: snapshots of it, going back to one, and the refresh of a sandbox.

use std::collections::BTreeMap;
use std::path::Path;

use countersign_model::{Lever, may_refresh};
use countersign_records::Records;
use countersign_store::{SecretOwner, Store, StoreError};

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};
use crate::snapshots::{Prepared, SnapshotError, SnapshotInfo, SnapshotName, Snapshots, Still};

/// Why an account was not saved or put back.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error(transparent)]
    Administration(#[from] AdministrationError),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(
        "this account may not be put back: it is not marked as a test account with the lever {}. Mark it in its settings first",
        Lever::Reset.label()
    )]
    NoLever,
}

impl From<Forbidden> for StateError {
    fn from(forbidden: Forbidden) -> Self {
        Self::Administration(forbidden.into())
    }
}

impl From<StoreError> for StateError {
    fn from(error: StoreError) -> Self {
        Self::Administration(error.into())
    }
}

impl Authority {
    /// Saves the account as it is at this moment. The owner may always; an Administrator where it may be put back.
    pub async fn take_snapshot(
        &self,
        caller: &Caller,
        snapshots: &Snapshots,
        records: &Records,
        name: &SnapshotName,
    ) -> Result<(), StateError> {
        self.may_save(caller)?;
        if name.as_str() == SnapshotName::FOUNDED {
            return Err(SnapshotError::Reserved.into());
        }
        self.save_as(snapshots, records, name).await
    }

    /// Saves a new account as it was founded. By whoever founds it.
    pub async fn keep_as_founded(&self, snapshots: &Snapshots, records: &Records) -> Result<(), StateError> {
        self.save_as(snapshots, records, &SnapshotName::founded()).await
    }

    async fn save_as(
        &self,
        snapshots: &Snapshots,
        records: &Records,
        name: &SnapshotName,
    ) -> Result<(), StateError> {
        self.audit_trail.flush().await;
        let taken = snapshots.take(name, (&self.store, records), self.clock.now());
        Ok(taken.await?)
    }

    pub fn snapshots(&self, caller: &Caller, snapshots: &Snapshots) -> Result<Vec<SnapshotInfo>, StateError> {
        self.may_save(caller)?;
        Ok(snapshots.list()?)
    }

    /// Puts the account back to a snapshot: its set-up and its records, whole, whatever runs meanwhile. Nonces that were
    /// used stay used; the mark of a test account stays as it is, and a key to the admin API that was revoked stays so.
    pub async fn restore_snapshot(
        &self,
        caller: &Caller,
        snapshots: &Snapshots,
        records: &Records,
        name: &SnapshotName,
    ) -> Result<(), StateError> {
        caller.require_administrator()?;
        if !self.snapshot().settings.allows_lever(Lever::Reset) {
            return Err(StateError::NoLever);
        }
        self.audit_trail.flush().await;
        let prepared = snapshots.prepare().await?;
        prepared.copy_of(name)?;
        prepared.check_records().await?;
        let copy = prepared.store()?;
        let still = Still::of(&self.store, records).await?;
        let kept = still.account.kept().await?;
        // Somebody may have taken the mark away while this waited.
        if !kept.settings().allows_lever(Lever::Reset) {
            return Err(StateError::NoLever);
        }
        let by = caller.by(self.clock.now());
        copy.become_restored(name.as_str().to_owned(), kept, by).await?;
        self.become_another((prepared, copy), still, records).await
    }

    /// Makes this sandbox what its production is: see [`Store::refresh_from`](countersign_store::Store::refresh_from). The
    /// owner's alone, because it is about two accounts.
    pub async fn refresh(
        &self,
        caller: &Caller,
        (snapshots, records): (&Snapshots, &Records),
        (production, production_records): (&Self, &Records),
    ) -> Result<(), StateError> {
        if !caller.is_owner() {
            return Err(Forbidden::Owner.into());
        }
        may_refresh(&production.account(), &self.account()).map_err(StoreError::from)?;
        self.audit_trail.flush().await;
        let theirs = production
            .store
            .production()
            .await?
            .ok_or(StoreError::NoAccount)?;
        let mut consumers = BTreeMap::new();
        for record in &theirs.integrations {
            let Some(pair) = &record.credentials else {
                continue;
            };
            let owner = SecretOwner::Integration(pair.consumer_key.clone());
            match self.seal_anew(production, owner, pair.generation).await {
                Ok(sealed) => _ = consumers.insert(pair.consumer_key.clone(), sealed),
                // Its pair may be gone with it.
                Err(_) if record.is_uninstalled() => {}
                Err(error) => return Err(error.into()),
            }
        }
        let mut authenticators = BTreeMap::new();
        for (user, generation) in theirs.proofs.authenticators() {
            let owner = SecretOwner::SecondFactor(user);
            let sealed = self.seal_anew(production, owner, generation).await?;
            authenticators.insert(user, sealed);
        }
        let prepared = snapshots.prepare().await?;
        prepared.records_of(production_records).await?;
        let still = Still::of(&self.store, records).await?;
        still
            .account
            .copy_to(&prepared.folder().join(crate::ACCOUNT_FILE))
            .await?;
        let copy = prepared.store()?;
        let by = caller.by(self.clock.now());
        copy.refresh_from(theirs, consumers, authenticators, by).await?;
        self.become_another((prepared, copy), still, records).await
    }

    /// The last steps to a state that is prepared.
    async fn become_another(
        &self,
        (prepared, copy): (Prepared<'_>, Store),
        still: Still,
        records: &Records,
    ) -> Result<(), StateError> {
        copy.close().await?;
        prepared.put_in_place(&still).await?;
        // Before anybody writes again: the other state may have other types of its own.
        records.reread().await.map_err(SnapshotError::from)?;
        drop(still);
        // Of tokens that may not be there any more.
        self.token_uses.take();
        self.take_in_change().await;
        Ok(())
    }

    /// A secret of another account, sealed for this one.
    async fn seal_anew(
        &self,
        of: &Self,
        owner: SecretOwner,
        generation: u64,
    ) -> Result<countersign_store::SealedSecret, AdministrationError> {
        let secret = of.secrets.open(owner.clone(), generation).await?;
        Ok(self.secrets.seal(&owner, generation, &secret, &*self.entropy)?)
    }

    /// Copies the account as it is at this moment into a folder that is there: part of a backup, for the owner.
    pub async fn copy_into(
        &self,
        caller: &Caller,
        records: &Records,
        folder: &Path,
    ) -> Result<(), StateError> {
        if !caller.is_owner() {
            return Err(Forbidden::Owner.into());
        }
        self.audit_trail.flush().await;
        let still = Still::of(&self.store, records).await?;
        Ok(still.copy_to(folder).await?)
    }

    fn may_save(&self, caller: &Caller) -> Result<(), StateError> {
        caller.require_administrator()?;
        match caller.is_owner() || self.snapshot().settings.allows_lever(Lever::Reset) {
            true => Ok(()),
            false => Err(StateError::NoLever),
        }
    }
}
