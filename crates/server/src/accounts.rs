//! The accounts a server holds, and which of them a request means.
//!
//! A host name that has an account in it decides alone. On every other name the credentials do, and what they name is
//! answered in the same words whether it is held here or not: nobody finds out which accounts there are.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use countersign_admin::DataFolder;
use countersign_authority::{Authority, Snapshots};
use countersign_model::RequestTokenId;
use countersign_protocol::AccountId;
use countersign_records::Records;
use countersign_scripts::{Engine, Scripts};

use crate::account::AccountServer;
use crate::addressed::{Host, Hosts};
use crate::within::Within;

/// The accounts of one server. Cheap to clone; every clone sees at once which come and go.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    held: Arc<ArcSwap<BTreeMap<AccountId, AccountServer>>>,
    /// Where they are kept, for whoever may found another.
    folder: Arc<OnceLock<Arc<dyn DataFolder>>>,
    /// The names they answer to.
    hosts: Arc<OnceLock<Hosts>>,
    /// What their scripts run on.
    engine: Arc<Engine>,
}

/// Whom a request means.
pub(crate) struct Meant {
    /// Who answers it: the account that was named, or the oldest, which refuses what is not its own.
    pub(crate) account: AccountServer,
    /// The account as the caller named it, held here or not: what a refusal says.
    pub(crate) told: AccountId,
    /// Whoever asks knows which account answers: its name is in the host, or there is no other.
    pub(crate) is_open: bool,
}

impl Accounts {
    /// Takes an account in: requests that arrive from now on reach it. False where one of its ID is held already.
    pub fn add(&self, account: &AccountServer) -> bool {
        let before = self.held.rcu(|held| {
            let mut held = BTreeMap::clone(held);
            held.entry(account.id().clone())
                .or_insert_with(|| account.clone());
            held
        });
        account.scripts.run_on(Arc::clone(&self.engine));
        account.scripts.answered_by(Arc::new(Within {
            held: Arc::downgrade(&self.held),
            hosts: Arc::clone(&self.hosts),
        }));
        !before.contains_key(account.id())
    }

    /// The accounts of a server as scripts see them from inside: nobody founds another there.
    pub(crate) fn of(
        held: Arc<ArcSwap<BTreeMap<AccountId, AccountServer>>>,
        hosts: Arc<OnceLock<Hosts>>,
    ) -> Self {
        Self {
            held,
            folder: Arc::default(),
            engine: Arc::default(),
            hosts,
        }
    }

    /// Says which names they answer to. The first to say so is believed.
    pub(crate) fn answer_to(&self, hosts: &Hosts) {
        let _ = self.hosts.set(hosts.clone());
    }

    /// The threads that their scripts run on.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn hosts(&self) -> Hosts {
        self.hosts.get().cloned().unwrap_or_default()
    }

    /// Gives an account up. Requests under way keep it until they are answered; closing it is the caller's.
    pub fn remove(&self, id: &AccountId) -> Option<AccountServer> {
        let before = self.held.rcu(|held| {
            let mut held = BTreeMap::clone(held);
            held.remove(id);
            held
        });
        before.get(id).cloned()
    }

    /// Says where they are kept. The first to say so is believed.
    pub fn kept_in(&self, folder: Arc<dyn DataFolder>) {
        let _ = self.folder.set(folder);
    }

    pub fn get(&self, id: &AccountId) -> Option<AccountServer> {
        self.held.load().get(id).cloned()
    }

    /// All of them, by ID.
    pub fn all(&self) -> Vec<AccountServer> {
        self.held.load().values().cloned().collect()
    }

    /// The one that answers where a request names none that is held.
    pub fn oldest(&self) -> Option<AccountServer> {
        oldest(&self.held.load()).cloned()
    }

    pub(crate) fn has(&self, id: &AccountId) -> bool {
        self.held.load().contains_key(id)
    }

    /// The account of the host; on a host that names none, the one that `named` finds in the request, or else the
    /// oldest. None where the host's account is not held, or none is.
    pub(crate) fn meant(&self, host: &Host, named: impl FnOnce() -> Option<AccountId>) -> Option<Meant> {
        let held = self.held.load();
        if let Some(account) = host.account() {
            return held.get(account).map(|account| Meant::by_itself(account, true));
        }
        if held.len() == 1 {
            return held
                .values()
                .next()
                .map(|account| Meant::by_itself(account, true));
        }
        let oldest = oldest(&held)?;
        let Some(told) = named() else {
            return Some(Meant::by_itself(oldest, false));
        };
        let account = held.get(&told).unwrap_or(oldest).current();
        Some(Meant {
            account,
            told,
            is_open: false,
        })
    }
}

/// A record that a request names in place of its account.
#[derive(Debug)]
pub(crate) enum NamedRecord {
    ConsumerKey(String),
    RequestToken(RequestTokenId),
}

impl NamedRecord {
    async fn is_of(&self, account: &AccountServer) -> bool {
        match self {
            Self::ConsumerKey(key) => account.authority.has_consumer_key(key).await,
            Self::RequestToken(token) => account.authority.has_request_token(token).await,
        }
    }

    /// Whether it was made there, and not installed from elsewhere.
    async fn was_made_in(&self, account: &AccountServer) -> bool {
        match self {
            Self::ConsumerKey(key) => account.authority.made_consumer_key(key).await,
            Self::RequestToken(token) => account.authority.has_request_token(token).await,
        }
    }
}

/// Whom a request of the authorization flow means, and whose application it is about.
pub(crate) struct MeantInFlow {
    pub(crate) meant: Meant,
    /// The account of the application: the one that is meant where it holds the record itself, else the one of this server
    /// that made it.
    pub(crate) home: AccountServer,
}

impl Accounts {
    /// As [`meant`](Self::meant), for requests that need not name their account: on a host that names none either, it is
    /// the one that holds the record they name. All are asked, whatever the first says.
    pub(crate) async fn meant_by_record(
        &self,
        host: &Host,
        named: Option<AccountId>,
        record: Option<NamedRecord>,
    ) -> Option<MeantInFlow> {
        let (mut holders, mut maker) = (Vec::new(), None);
        if let Some(record) = record {
            for account in self.all() {
                if record.is_of(&account).await {
                    holders.push(account.id().clone());
                }
                if record.was_made_in(&account).await {
                    maker.get_or_insert(account);
                }
            }
        }
        let holder = maker.as_ref().map(AccountServer::id).or(holders.first());
        let meant = self.meant(host, || named.or_else(|| holder.cloned()))?;
        // Attack: an account that is not held is refused by the oldest, whichever application asks.
        let is_held = meant.told == *meant.account.id();
        let made_elsewhere = maker.filter(|_| is_held && !holders.contains(meant.account.id()));
        Some(MeantInFlow {
            home: made_elsewhere.unwrap_or_else(|| meant.account.clone()),
            meant,
        })
    }
}

impl countersign_admin::Accounts for Accounts {
    fn account(&self, id: &AccountId) -> Option<Arc<Authority>> {
        self.get(id).map(|account| Arc::clone(account.authority()))
    }

    fn ids(&self) -> Vec<AccountId> {
        self.held.load().keys().cloned().collect()
    }

    fn records(&self, id: &AccountId) -> Option<Records> {
        self.get(id).map(|account| account.records.current())
    }

    fn scripts(&self, id: &AccountId) -> Option<Scripts> {
        self.get(id).map(|account| account.scripts)
    }

    fn snapshots(&self, id: &AccountId) -> Option<Arc<Snapshots>> {
        self.get(id).and_then(|account| account.snapshots())
    }

    fn folder(&self) -> Option<Arc<dyn DataFolder>> {
        self.folder.get().cloned()
    }
}

fn oldest(held: &BTreeMap<AccountId, AccountServer>) -> Option<&AccountServer> {
    held.values().min_by_key(|account| account.created())
}

impl Meant {
    fn by_itself(account: &AccountServer, is_open: bool) -> Self {
        Self {
            is_open,
            account: account.current(),
            told: account.id().clone(),
        }
    }
}
