//! Replacing a token without a failed call: stage the new set, verify it, switch, watch, then settle or fall back.
//!
//! Invariant: each step is one transaction, and after each of them one set is the current one. A process that is killed
//! between two steps goes on from the step before; no secret is lost before its set is dropped on purpose.
//!
//! | sets | next |
//! |---|---|
//! | current | stage |
//! | current, staged | observe that it works; drop |
//! | current, staged and verified | switch; drop |
//! | current, previous | settle; fall back |

use countersign_database::Transaction;
use countersign_protocol::Credentials;

use crate::audit::{Action, write};
use crate::connection_row::{Slot, find};
use crate::connections::{next_generation, subject};
use crate::observed::set_health;
use crate::{By, Connection, ConnectionId, Health, Vault, VaultError, credentials};

/// Why a step cannot be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    #[error("new credentials are staged already: switch to them, or drop them first")]
    AlreadyStaged,
    #[error("the credentials before the last switch are still kept: settle, or fall back to them first")]
    NotSettled,
    #[error("no credentials are staged: stage the new ones first")]
    NothingStaged,
    #[error("no login with the staged credentials has worked yet: verify them first")]
    NotVerified,
    #[error("there are no credentials from before a switch: nothing to settle or to fall back to")]
    NoPrevious,
}

impl Vault {
    /// Keeps a second set beside the current one, for the same account.
    pub async fn stage(
        &self,
        id: ConnectionId,
        given: Credentials,
        by: By,
    ) -> Result<Connection, VaultError> {
        let sealer = self.sealer.clone();
        let stage = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            let account = &found.connection.account;
            if *account != given.account {
                return Err(VaultError::AnotherAccount {
                    id,
                    account: account.clone(),
                    given: given.account.clone(),
                });
            }
            credentials::check_at(&given, found.connection.server.as_ref())?;
            if let Health::Superseded { by } = found.connection.health {
                return Err(VaultError::Superseded { id, by });
            }
            if found.connection.staged.is_some() {
                return Err(RotationError::AlreadyStaged.into());
            }
            if found.connection.previous.is_some() {
                return Err(RotationError::NotSettled.into());
            }
            let generation = next_generation(transaction, &found).await?;
            sealer
                .insert(transaction, found.number, generation, Slot::Staged, &given, by.at)
                .await?;
            step(transaction, &id, Action::RotationStaged, String::new(), &by).await
        };
        self.database.write(stage).await
    }

    /// Makes the verified staged set the current one. The one before it is kept until it is settled.
    pub async fn switch(&self, id: ConnectionId, by: By) -> Result<Connection, VaultError> {
        let switch = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            let staged = found.connection.staged.ok_or(RotationError::NothingStaged)?;
            staged.verified.ok_or(RotationError::NotVerified)?;
            shift(transaction, found.number, Slot::Current, Slot::Previous).await?;
            shift(transaction, found.number, Slot::Staged, Slot::Current).await?;
            set_health(transaction, found.number, &Health::Healthy).await?;
            step(transaction, &id, Action::RotationSwitched, String::new(), &by).await
        };
        self.database.write(switch).await
    }

    /// Makes the set from before the switch the current one again. The other stays staged, to be verified anew or dropped:
    /// its secrets cannot be had a second time.
    pub async fn fall_back(&self, id: ConnectionId, why: String, by: By) -> Result<Connection, VaultError> {
        let fall_back = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            found.connection.previous.ok_or(RotationError::NoPrevious)?;
            shift(transaction, found.number, Slot::Current, Slot::Staged).await?;
            shift(transaction, found.number, Slot::Previous, Slot::Current).await?;
            let sql = "UPDATE credential_set SET verified = NULL WHERE connection = ?1 AND place = 'staged'";
            transaction.execute(sql, &[found.number.into()]).await?;
            set_health(transaction, found.number, &Health::Unverified).await?;
            let why = why.chars().filter(|c| !c.is_control()).take(500).collect();
            step(transaction, &id, Action::RotationFellBack, why, &by).await
        };
        self.database.write(fall_back).await
    }

    /// Forgets the set from before the switch: the rotation is over. Revoke its token in NetSuite then.
    pub async fn settle(&self, id: ConnectionId, by: By) -> Result<Connection, VaultError> {
        let settle = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            found.connection.previous.ok_or(RotationError::NoPrevious)?;
            forget(transaction, found.number, Slot::Previous).await?;
            step(transaction, &id, Action::RotationSettled, String::new(), &by).await
        };
        self.database.write(settle).await
    }

    /// Forgets the staged set.
    pub async fn drop_staged(&self, id: ConnectionId, by: By) -> Result<Connection, VaultError> {
        let drop = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            found.connection.staged.ok_or(RotationError::NothingStaged)?;
            forget(transaction, found.number, Slot::Staged).await?;
            step(transaction, &id, Action::RotationDropped, String::new(), &by).await
        };
        self.database.write(drop).await
    }
}

async fn step(
    transaction: &mut Transaction<'_>,
    id: &ConnectionId,
    action: Action,
    detail: String,
    by: &By,
) -> Result<Connection, VaultError> {
    write(transaction, by, action, subject(id), detail).await?;
    Ok(find(transaction, id).await?.connection)
}

async fn shift(
    transaction: &mut Transaction<'_>,
    number: i64,
    from: Slot,
    to: Slot,
) -> Result<(), VaultError> {
    let sql = "UPDATE credential_set SET place = ?3 WHERE connection = ?1 AND place = ?2";
    let values = [number.into(), from.word().into(), to.word().into()];
    transaction.execute(sql, &values).await?;
    Ok(())
}

async fn forget(transaction: &mut Transaction<'_>, number: i64, slot: Slot) -> Result<(), VaultError> {
    let sql = "DELETE FROM credential_set WHERE connection = ?1 AND place = ?2";
    transaction
        .execute(sql, &[number.into(), slot.word().into()])
        .await?;
    Ok(())
}
