//! The files of one account: in its place, or where it is being founded.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Authority, Parts};
use countersign_ledger::Ledger;
use countersign_protocol::{AccountId, TIMESTAMP_WINDOW};
use countersign_records::Records;
use countersign_seal::Keyring;
use countersign_server::AccountServer;
use countersign_store::Store;

use crate::failure::Failure;
use crate::folder::World;

const ACCOUNT: &str = "account.sqlite";
const RECORDS: &str = "records.sqlite";
const LEDGER: &str = "ledger";

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

    /// The account's store. One that is gone is not begun anew.
    pub(crate) async fn store(&self) -> Result<Store, Failure> {
        let shown = self.path.display();
        if !self.path.join(ACCOUNT).exists() {
            let message = format!("{shown} is an account's folder, but {ACCOUNT} is gone");
            return Err(Failure::unusable(message).hint("put it back from a backup; nothing was touched"));
        }
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
        Ok(Store::sqlite(&self.path.join(ACCOUNT))?)
    }

    pub(crate) async fn records(&self) -> Result<Records, Failure> {
        Ok(Records::open(&self.path.join(RECORDS)).await?)
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
            Ok(AccountServer::new(authority, records))
        };
        open.await
            .map_err(|failure: Failure| failure.of_account(&self.id))
    }
}
