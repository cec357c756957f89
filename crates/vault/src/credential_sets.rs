//! Sets of credentials: sealed into a row, opened from it, sealed anew under a newer key.
//!
//! Invariant: a set is bound to its account, its connection's number and its generation. Moved to another row, or under
//! another account, it does not open.

use countersign_bearer::digest;
use countersign_database::Transaction;
use countersign_protocol::{AccountId, Credentials, LocalServer};
use countersign_seal::{Context, OpenError, ResealError, Sealed};
use countersign_world::UnixTime;

use crate::connection_row::{Numbered, Slot, find};
use crate::vault::Sealer;
use crate::{Connection, ConnectionId, Health, MAX_ROWS, Vault, VaultError, credentials};

/// Credentials in the clear, to sign with.
#[derive(Debug)]
pub struct Opened {
    pub credentials: Credentials,
    /// Where calls signed with them go, if the account is a local one.
    pub server: Option<LocalServer>,
    /// Says of which set an answer tells, see [`Vault::observe`].
    pub generation: u64,
}

impl Vault {
    /// What calls are signed with now.
    pub async fn open(&self, id: ConnectionId) -> Result<Opened, VaultError> {
        self.open_in(id, Slot::Current).await
    }

    /// What was staged, to try a login with.
    pub async fn open_staged(&self, id: ConnectionId) -> Result<Opened, VaultError> {
        self.open_in(id, Slot::Staged).await
    }

    async fn open_in(&self, id: ConnectionId, slot: Slot) -> Result<Opened, VaultError> {
        let sealer = self.sealer.clone();
        let open = async move |snapshot: &mut Transaction<'_>| {
            let numbered = find(snapshot, &id).await?;
            if let Health::Superseded { by } = numbered.connection.health {
                return Err(VaultError::Superseded { id, by });
            }
            sealer.open(snapshot, &numbered, slot).await
        };
        self.database.read(open).await
    }

    /// Opens every set once; gives how many did, and the connections with one that does not.
    pub async fn check(&self) -> Result<(usize, Vec<ConnectionId>), VaultError> {
        let (mut opened, mut unreadable) = (0, Vec::new());
        let mut after: Option<ConnectionId> = None;
        loop {
            let page = self.connections(after, MAX_ROWS).await?;
            let Some(last) = page.last() else {
                return Ok((opened, unreadable));
            };
            after = Some(last.id.clone());
            for one in page {
                let sealer = self.sealer.clone();
                let id = one.id.clone();
                let slots = [
                    Some(Slot::Current),
                    one.staged.as_ref().map(|_| Slot::Staged),
                    one.previous.as_ref().map(|_| Slot::Previous),
                ];
                let open = async move |snapshot: &mut Transaction<'_>| {
                    let numbered = find(snapshot, &id).await?;
                    let mut opened = 0;
                    for slot in slots.into_iter().flatten() {
                        sealer.open(snapshot, &numbered, slot).await?;
                        opened += 1;
                    }
                    Ok::<usize, VaultError>(opened)
                };
                match self.database.read(open).await {
                    Ok(sets) => opened += sets,
                    Err(VaultError::Sealed { id, .. }) => unreadable.push(id),
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Seals some of what is under an older key anew under the current one; gives how many. Until it gives none, no key
    /// may be retired. No change to any connection, hence no row of audit.
    pub async fn reseal(&self) -> Result<usize, VaultError> {
        let sealer = self.sealer.clone();
        let reseal = async move |transaction: &mut Transaction<'_>| {
            let current = sealer.keyring.current();
            let sql = "SELECT c.id, c.account, s.connection, s.generation, s.sealed
                       FROM credential_set s JOIN connection c ON c.number = s.connection
                       WHERE s.key_version < ?1 OR s.key_version > ?1 LIMIT ?2";
            let values = [current.into(), MAX_ROWS.into()];
            let old = transaction.rows(sql, &values, |row| {
                let account: Result<AccountId, _> = row.text("account")?.parse();
                let id: Result<ConnectionId, _> = row.text("id")?.try_into();
                let unreadable = VaultError::unreadable("connection");
                Ok::<_, VaultError>((
                    id.map_err(|error| unreadable(&error))?,
                    account.map_err(|error| unreadable(&error))?,
                    row.integer("connection")?,
                    row.integer("generation")?,
                    row.bytes("sealed")?,
                ))
            });
            let old = old.await?;
            for (id, account, number, generation, bytes) in &old {
                let place = Place::of(*number, *generation);
                let context = place.context(account);
                let sealed = Sealed::from_bytes(bytes).map_err(|reason| unopened(id, reason))?;
                let anew = sealer.keyring.reseal(&context, &sealed, &*sealer.entropy);
                let anew = anew.map_err(|error| match error {
                    ResealError::Open(reason) => unopened(id, reason),
                    ResealError::Seal(error) => error.into(),
                })?;
                let Some(anew) = anew else { continue };
                let sql = "UPDATE credential_set SET sealed = ?3, key_version = ?4 WHERE connection = ?1 AND generation = ?2";
                let values = [
                    (*number).into(),
                    (*generation).into(),
                    anew.as_bytes().into(),
                    anew.key_version().into(),
                ];
                transaction.execute(sql, &values).await?;
            }
            Ok::<_, VaultError>(old.len())
        };
        self.database.write(reseal).await
    }
}

impl Sealer {
    /// Adds a set in a place that is empty.
    pub(crate) async fn insert(
        &self,
        transaction: &mut Transaction<'_>,
        number: i64,
        generation: i64,
        slot: Slot,
        given: &Credentials,
        now: UnixTime,
    ) -> Result<(), VaultError> {
        let place = Place::of(number, generation);
        let context = place.context(&given.account);
        let sealed = self
            .keyring
            .seal(&context, &credentials::to_bytes(given), &*self.entropy)?;
        let consumer_key_digest = digest(&given.consumer_key);
        let token_digest = digest(&given.token);
        let row = [
            ("connection", number.into()),
            ("generation", generation.into()),
            ("place", slot.word().into()),
            ("key_version", sealed.key_version().into()),
            ("sealed", sealed.as_bytes().into()),
            ("consumer_key_digest", (&consumer_key_digest).into()),
            (
                "consumer_key_end",
                credentials::end_of(&given.consumer_key).into(),
            ),
            ("token_end", credentials::end_of(&given.token).into()),
            ("token_digest", (&token_digest).into()),
            ("stored", now.millis().into()),
        ];
        Ok(transaction.insert("credential_set", row).await?)
    }

    pub(crate) async fn open(
        &self,
        transaction: &mut Transaction<'_>,
        of: &Numbered,
        slot: Slot,
    ) -> Result<Opened, VaultError> {
        let Numbered {
            number, connection, ..
        } = of;
        let Connection { id, account, .. } = connection;
        let sql = "SELECT generation, sealed FROM credential_set WHERE connection = ?1 AND place = ?2";
        let values = [(*number).into(), slot.word().into()];
        let row = transaction.row(sql, &values, |row| {
            Ok::<_, VaultError>((row.integer("generation")?, row.bytes("sealed")?))
        });
        let (generation, bytes) = row.await?.ok_or(crate::RotationError::NothingStaged)?;
        let sealed = Sealed::from_bytes(&bytes).map_err(|reason| unopened(id, reason))?;
        let place = Place::of(*number, generation);
        let opened = self.keyring.open(&place.context(account), &sealed);
        let opened = opened.map_err(|reason| unopened(id, reason))?;
        let credentials = credentials::from_bytes(account.clone(), opened.expose());
        Ok(Opened {
            credentials: credentials.ok_or_else(|| unopened(id, OpenError::NotSealed))?,
            server: connection.server.clone(),
            generation: generation.cast_unsigned(),
        })
    }
}

/// The one row a set opens in.
struct Place {
    record: String,
    generation: u64,
}

impl Place {
    fn of(number: i64, generation: i64) -> Self {
        Self {
            record: format!("connection/{number}"),
            generation: generation.cast_unsigned(),
        }
    }

    fn context<'a>(&'a self, account: &'a AccountId) -> Context<'a> {
        Context {
            account: account.as_str(),
            record: &self.record,
            field: "credentials/1",
            generation: self.generation,
        }
    }
}

fn unopened(id: &ConnectionId, reason: OpenError) -> VaultError {
    VaultError::Sealed {
        id: id.clone(),
        reason,
    }
}
