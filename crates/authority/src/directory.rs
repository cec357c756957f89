//! The account's set-up in memory, as of one moment: what verification reads, without a lock and without SQL.

use std::sync::Arc;

use countersign_ledger::PoolKey;
use countersign_model::{
    AccessToken, Account, ConsumerKey, EntityId, FeatureSet, Integration, IntegrationId, Role, RoleId,
    TokenId, User,
};
use countersign_protocol::SigningKey;
use countersign_store::Setup;
use hashbrown::HashMap;
use tokio::sync::OnceCell;

/// A snapshot. A change makes a new one; requests under way keep the one they began with.
#[derive(Debug)]
pub struct Directory {
    pub account: Account,
    pub features: FeatureSet,
    pub change_count: u64,
    integrations: HashMap<IntegrationId, Arc<KnownIntegration>>,
    by_consumer_key: HashMap<String, Arc<KnownIntegration>>,
    by_token_id: HashMap<String, Arc<KnownToken>>,
    users: HashMap<EntityId, Arc<User>>,
    roles: HashMap<RoleId, Arc<Role>>,
}

#[derive(Debug)]
pub(crate) struct KnownIntegration {
    pub(crate) record: Integration,
    /// Its own share of the account's concurrent requests.
    pub(crate) pool: Option<(PoolKey, u32)>,
}

#[derive(Debug)]
pub(crate) struct KnownToken {
    pub(crate) record: AccessToken,
    /// The key of this token and its integration record, ready since its first use.
    pub(crate) key: Arc<OnceCell<SigningKey>>,
    consumer_generation: u64,
}

impl Directory {
    /// Keys that `previous` has ready are kept where neither secret has changed.
    pub(crate) fn new(setup: Setup, previous: Option<&Self>) -> Self {
        let account_id = setup.account.id.as_str().to_owned();
        let mut integrations = HashMap::new();
        let mut by_consumer_key = HashMap::new();
        for record in setup.integrations {
            let pool = record.concurrency_limit.map(|limit| {
                (
                    PoolKey::new(&format!("{account_id}/integration {}", record.id)),
                    limit,
                )
            });
            let known = Arc::new(KnownIntegration { record, pool });
            integrations.insert(known.record.id, Arc::clone(&known));
            if let Some(key) = known.record.consumer_key() {
                by_consumer_key.insert(key.as_str().to_owned(), Arc::clone(&known));
            }
        }
        let known_token = |record: AccessToken| {
            let consumer_generation = integrations
                .get(&record.integration)
                .and_then(|known: &Arc<KnownIntegration>| known.record.credentials.as_ref())
                .map_or(0, |pair| pair.generation);
            let ready = previous
                .and_then(|previous| previous.by_token_id.get(record.token_id.as_str()))
                .filter(|known| {
                    known.record.secret_generation == record.secret_generation
                        && known.record.integration == record.integration
                        && known.consumer_generation == consumer_generation
                });
            let key = ready.map(|known| Arc::clone(&known.key)).unwrap_or_default();
            Arc::new(KnownToken {
                key,
                consumer_generation,
                record,
            })
        };
        let by_token_id = setup
            .tokens
            .into_iter()
            .map(|record| (record.token_id.as_str().to_owned(), known_token(record)))
            .collect();
        Self {
            account: setup.account,
            features: setup.features,
            change_count: setup.change_count,
            by_consumer_key,
            by_token_id,
            users: setup
                .users
                .into_iter()
                .map(|user| (user.id, Arc::new(user)))
                .collect(),
            roles: setup
                .roles
                .into_iter()
                .map(|role| (role.id, Arc::new(role)))
                .collect(),
            integrations,
        }
    }

    pub(crate) fn integration_of(&self, consumer_key: &str) -> Option<&Arc<KnownIntegration>> {
        self.by_consumer_key.get(consumer_key)
    }

    pub(crate) fn known_integration(&self, id: IntegrationId) -> Option<&Arc<KnownIntegration>> {
        self.integrations.get(&id)
    }

    pub(crate) fn token_of(&self, token_id: &str) -> Option<&Arc<KnownToken>> {
        self.by_token_id.get(token_id)
    }

    pub fn user(&self, id: EntityId) -> Option<&Arc<User>> {
        self.users.get(&id)
    }

    pub fn role(&self, id: RoleId) -> Option<&Arc<Role>> {
        self.roles.get(&id)
    }

    pub fn integration(&self, id: IntegrationId) -> Option<&Integration> {
        self.integrations.get(&id).map(|known| &known.record)
    }

    pub fn integration_by_key(&self, key: &ConsumerKey) -> Option<&Integration> {
        self.by_consumer_key.get(key.as_str()).map(|known| &known.record)
    }

    pub fn token_by_id(&self, token: &TokenId) -> Option<&AccessToken> {
        self.by_token_id.get(token.as_str()).map(|known| &known.record)
    }

    pub fn integrations(&self) -> impl Iterator<Item = &Integration> {
        self.integrations.values().map(|known| &known.record)
    }

    pub fn roles(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.roles.values()
    }

    pub fn users(&self) -> impl Iterator<Item = &Arc<User>> {
        self.users.values()
    }

    pub fn tokens(&self) -> impl Iterator<Item = &AccessToken> {
        self.by_token_id.values().map(|known| &known.record)
    }
}
