//! The files of one account: in its place, or where it is being founded.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{ACCOUNT_FILE, Authority, Parts, RECORDS_FILE, Snapshots};
use countersign_ledger::Ledger;
use countersign_protocol::{AccountId, TIMESTAMP_WINDOW};
use countersign_records::Records;
use countersign_seal::Keyring;
use countersign_server::AccountServer;
use countersign_store::Store;

use crate::failure::Failure;
use crate::folder::World;

pub(crate) const LEDGER: &str = "ledger";
pub(crate) const SNAPSHOTS: &str = "snapshots";

#[derive(Clone, Debug)]
pub(crate) struct Files {
    path: PathBuf,
    id: AccountId,
}

impl Files {
    pub(crate) const fn new(path: PathBuf, id: AccountId) -> Self {
        Self { path, id }
    }

    pub(crate) const fn id(&self) -> &AccountId {
        &self.id
    }

    pub(crate) fn snapshots(&self) -> Snapshots {
        Snapshots::of_account(self.path.clone())
    }

    /// The account's store, after a restore that was killed is finished. One that is gone is not begun anew.
    pub(crate) async fn store(&self) -> Result<Store, Failure> {
        let shown = self.path.display();
        if !self.path.join(ACCOUNT_FILE).exists() {
            let message = format!("{shown} is an account's folder, but {ACCOUNT_FILE} is gone");
            return Err(Failure::unusable(message).hint("put it back from a backup; nothing was touched"));
        }
        Snapshots::finish(&self.path).await?;
        let store = self.new_store()?;
        let found = store.head().await?.map(|head| head.account.id);
        if found.as_ref() == Some(&self.id) {
            return Ok(store);
        }
        // Secrets are sealed for the account's own ID: two folders with one account would be two accounts in one.
        let found = found.map_or_else(|| "no account".to_owned(), |id| format!("account {id}"));
        Err(Failure::unusable(format!("{shown} holds {found}"))
            .hint("give the folder the name of its account"))
    }

    /// A store to found the account in.
    pub(crate) fn new_store(&self) -> Result<Store, Failure> {
        Ok(Store::sqlite(&self.path.join(ACCOUNT_FILE))?)
    }

    /// The stores of its snapshots: their secrets are sealed with the same keys.
    pub(crate) fn snapshot_stores(&self) -> Result<Vec<Store>, Failure> {
        let snapshots = self.snapshots().list()?;
        let path = |name: &str| self.path.join(SNAPSHOTS).join(name).join(ACCOUNT_FILE);
        let stores = snapshots
            .iter()
            .map(|snapshot| Store::sqlite(&path(&snapshot.name)));
        Ok(stores.collect::<Result<_, _>>()?)
    }

    pub(crate) async fn records(&self) -> Result<Records, Failure> {
        Ok(Records::open(&self.path.join(RECORDS_FILE)).await?)
    }

    /// The account's authority, over what the files hold.
    pub(crate) async fn authority(
        &self,
        keyring: Keyring,
        store: Store,
        world: &World,
        concurrency: Option<u32>,
    ) -> Result<Arc<Authority>, Failure> {
        let window = Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs());
        let ledger = Ledger::open(
            &self.path.join(LEDGER),
            window,
            world.clock.now(),
            &*world.entropy,
        )?;
        let (clock, entropy) = (Arc::clone(&world.clock), Arc::clone(&world.entropy));
        let parts = Parts {
            store,
            keyring,
            ledger,
            clock,
            entropy,
            concurrency,
        };
        Ok(Authority::open(parts).await.map(Arc::new)?)
    }

    /// The account, ready to answer. An error names it.
    pub(crate) async fn open(
        &self,
        keyring: Keyring,
        world: &World,
        concurrency: Option<u32>,
    ) -> Result<AccountServer, Failure> {
        let open = async {
            let store = self.store().await?;
            let records = self.records().await?;
            let authority = self.authority(keyring, store, world, concurrency).await?;
            let snapshots = Arc::new(self.snapshots());
            Ok(AccountServer::with_snapshots(authority, records, Some(snapshots)))
        };
        open.await
            .map_err(|failure: Failure| failure.of_account(&self.id))
    }
}
