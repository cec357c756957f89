//! An account with one integration record, one role, one user and one token, and whoever runs it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_admin::LoginJson;
use countersign_authority::{Authority, Caller, NewConsumer, NewToken, Parts};
use countersign_ledger::Ledger;
use countersign_model::{
    AccessToken, Actor, Authentication, By, ConsumerKey, EntityKind, Feature, FeaturesForm, Governance,
    Integration, IntegrationForm, LoginSearch, Role, RoleForm, Settings, Tier, TokenId, User, UserForm, Via,
};
use countersign_protocol::{Secret, TIMESTAMP_WINDOW};
use countersign_records::{Catalog, Records};
use countersign_seal::Keyring;
use countersign_store::{MAX_ROWS, Store};
use countersign_world::{FixedClock, SeededEntropy, UnixTime};
use tempfile::TempDir;

use crate::application::Application;
use crate::blueprint::{Blueprint, Storage};
use crate::server::Server;

/// When every account is made: 2026-01-01T00:00:00Z.
pub const NOW: UnixTime = UnixTime::from_seconds(1_767_225_600);

/// A whole account.
pub struct Account {
    pub authority: Arc<Authority>,
    pub store: Store,
    pub records: Records,
    pub clock: Arc<FixedClock>,
    pub entropy: Arc<SeededEntropy>,
    pub integration: Integration,
    pub role: Role,
    pub user: User,
    pub token: AccessToken,
    blueprint: Blueprint,
    folder: TempDir,
}

impl Account {
    /// In memory, with everything on and everything allowed.
    pub async fn ready() -> Self {
        Self::with(Blueprint::default()).await
    }

    /// In a folder, so that it can be restarted and changed behind its back.
    pub async fn in_a_folder() -> Self {
        Self::with(Blueprint {
            storage: Storage::Folder,
            ..Blueprint::default()
        })
        .await
    }

    pub async fn with(blueprint: Blueprint) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let world = (
            Arc::new(FixedClock::at(NOW)),
            Arc::new(SeededEntropy::new(0x5eed)),
        );
        let keyring = Keyring::create(folder.path(), &*world.1).expect("a keyring can be made");
        let store = open_store(&blueprint, folder.path());
        let account = countersign_model::Account {
            id: blueprint.account.parse().expect("the account ID is valid"),
            company_name: "Honeycomb Test Company".to_owned(),
            created: NOW,
        };
        // A contract that gives way to whatever share a test wants for its record.
        let settings = Settings {
            governance: blueprint.contract.unwrap_or(Governance {
                tier: Tier::Ultimate,
                suitecloud_plus_licences: 10,
            }),
            test_account: blueprint.test_account.clone(),
            ..Settings::default()
        };
        store
            .found_account(account, settings, founder(NOW))
            .await
            .unwrap();
        let records = open_records(&blueprint, folder.path()).await;
        let authority = open_authority(&blueprint, folder.path(), keyring, &store, &world).await;
        let made = make(&authority, &blueprint).await;
        let (integration, role, user, token) = made;
        let (clock, entropy) = world;
        Self {
            authority,
            store,
            records,
            clock,
            entropy,
            integration,
            role,
            user,
            token,
            blueprint,
            folder,
        }
    }

    /// What the owner of the ready token knows.
    pub fn application(&self) -> Application {
        Application::first(self.blueprint.account)
    }

    /// A second token, for the same user and role.
    pub async fn another_token(&self, integration: &Integration, secrets: &Application) -> AccessToken {
        let (token, _) = self
            .authority
            .create_token(
                &self.owner(),
                integration.id,
                (self.user.id, self.role.id),
                "Another".to_owned(),
                Some(new_token(secrets)),
            )
            .await
            .expect("the token can be issued");
        token.token
    }

    /// A second integration record.
    pub async fn another_integration(&self, secrets: &Application) -> Integration {
        let form = IntegrationForm {
            name: "Another Integration".to_owned(),
            ..integration_form(&self.blueprint)
        };
        let (integration, _) = self
            .authority
            .add_integration(&self.owner(), form, Some(new_consumer(secrets)))
            .await
            .expect("the integration record can be added");
        integration
    }

    /// Switches features on, agreeing to their terms, and others off.
    pub async fn switch_features(&self, on: &[Feature], off: &[Feature]) {
        let form = FeaturesForm {
            check: on.to_vec(),
            clear: off.to_vec(),
            agreed: on.to_vec(),
        };
        let saved = self.authority.save_features(&self.owner(), form).await;
        saved.expect("the features can be switched");
    }

    /// Whoever may do everything.
    pub fn owner(&self) -> Caller {
        owner(&self.authority)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the account behind a real socket of this machine.
    pub async fn listen(&self) -> Server {
        Server::start(self).await
    }

    /// Waits until this many requests run.
    pub async fn until_running(&self, requests: u32) {
        let waiting = async {
            while self.authority.concurrency().0 != requests {
                tokio::task::yield_now().await;
            }
        };
        let patience = Duration::from_secs(20);
        let reached = tokio::time::timeout(patience, waiting).await;
        reached.expect("so many requests run sooner or later");
    }

    /// The Login Audit Trail, newest first, with every mistake named.
    pub async fn logins(&self) -> Vec<LoginJson> {
        self.authority.until_diagnosed().await;
        let all = LoginSearch::default();
        let page = self.authority.logins(all, None, MAX_ROWS).await.unwrap();
        page.rows
            .iter()
            .map(|(id, row)| LoginJson::of(*id, row))
            .collect()
    }

    pub async fn last_login(&self) -> LoginJson {
        let mut logins = self.logins().await;
        assert!(!logins.is_empty(), "nobody has tried to log in");
        logins.remove(0)
    }

    /// Changes the account's data as another node would, and takes the change in.
    pub async fn change_elsewhere(&self, sql: &str) {
        assert_eq!(
            self.blueprint.storage,
            Storage::Folder,
            "only a file can be changed elsewhere"
        );
        let database = rusqlite::Connection::open(self.folder().join("account.sqlite")).unwrap();
        database.execute_batch(sql).expect("the change is valid SQL");
        database
            .execute_batch("UPDATE account SET change_count = change_count + 1")
            .unwrap();
        self.authority.catch_up().await.unwrap();
    }

    /// Stops as asked, and starts again over the same files.
    pub async fn restart(self) -> Self {
        self.authority.close().await.expect("the account closes");
        self.start_again().await
    }

    /// Stops without a word, and starts again over the same files.
    pub async fn crash_and_restart(self) -> Self {
        self.start_again().await
    }

    async fn start_again(self) -> Self {
        assert_eq!(self.blueprint.storage, Storage::Folder);
        let Self { authority, store, .. } = self;
        assert_eq!(
            Arc::strong_count(&authority),
            1,
            "its server must be stopped first"
        );
        drop(authority);
        store.close().await.unwrap();
        self.records.close().await.unwrap();
        let world = (self.clock, self.entropy);
        let path = self.folder.path();
        let store = open_store(&self.blueprint, path);
        let keyring = Keyring::load(path).unwrap();
        Self {
            authority: open_authority(&self.blueprint, path, keyring, &store, &world).await,
            store,
            records: open_records(&self.blueprint, path).await,
            clock: world.0,
            entropy: world.1,
            integration: self.integration,
            role: self.role,
            user: self.user,
            token: self.token,
            blueprint: self.blueprint,
            folder: self.folder,
        }
    }
}

type World = (Arc<FixedClock>, Arc<SeededEntropy>);

pub(crate) fn founder(at: UnixTime) -> By {
    By {
        actor: Actor {
            user: None,
            name: "a test".to_owned(),
            via: Via::Start,
        },
        at,
    }
}

fn open_store(blueprint: &Blueprint, folder: &Path) -> Store {
    let store = match blueprint.storage {
        Storage::Memory => Store::in_memory(),
        Storage::Folder => Store::sqlite(&folder.join("account.sqlite")),
    };
    store.expect("the store opens")
}

async fn open_records(blueprint: &Blueprint, folder: &Path) -> Records {
    let records = match blueprint.storage {
        Storage::Memory => Records::in_memory(Catalog::built_in().unwrap()).await,
        Storage::Folder => Records::open(&folder.join("records.sqlite")).await,
    };
    records.expect("the records open")
}

async fn open_authority(
    blueprint: &Blueprint,
    folder: &Path,
    keyring: Keyring,
    store: &Store,
    (clock, entropy): &World,
) -> Arc<Authority> {
    use countersign_world::Clock as _;
    let window = Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs());
    let ledger = match blueprint.storage {
        Storage::Memory => Ledger::in_memory([7; 16], window),
        Storage::Folder => Ledger::open(&folder.join("ledger"), window, clock.now(), &**entropy).unwrap(),
    };
    let parts = Parts {
        store: store.clone(),
        keyring,
        ledger,
        clock: Arc::clone(clock) as _,
        entropy: Arc::clone(entropy) as _,
        concurrency: blueprint.contract.is_none().then_some(blueprint.concurrency),
    };
    Arc::new(Authority::open(parts).await.expect("the authority opens"))
}

pub(crate) async fn make(
    authority: &Authority,
    blueprint: &Blueprint,
) -> (Integration, Role, User, AccessToken) {
    let owner = owner(authority);
    // No token is made while its feature is off.
    let needed = Feature::TokenBasedAuthentication;
    let mut features = blueprint.features.clone();
    if !features.contains(&needed) {
        features.push(needed);
    }
    let features = FeaturesForm {
        agreed: features.clone(),
        check: features,
        ..FeaturesForm::default()
    };
    authority.save_features(&owner, features).await.unwrap();
    let application = Application::first(blueprint.account);
    let form = integration_form(blueprint);
    let pair = Some(new_consumer(&application));
    let (integration, _) = authority.add_integration(&owner, form, pair).await.unwrap();
    let role = RoleForm {
        name: "Integrator".to_owned(),
        web_services_only: blueprint.web_services_only,
        permissions: blueprint.permissions.clone(),
        ..RoleForm::default()
    };
    let role = authority.add_role(&owner, role).await.unwrap();
    let user = UserForm {
        kind: EntityKind::Employee,
        name: "Ada Byron".to_owned(),
        email: "ada@example.com".to_owned(),
        give_access: blueprint.give_access,
        roles: vec![role.id],
        ..UserForm::default()
    };
    let user = authority.add_user(&owner, user).await.unwrap();
    let token = authority
        .create_token(
            &owner,
            integration.id,
            (user.id, role.id),
            "Ready".to_owned(),
            Some(new_token(&application)),
        )
        .await;
    let (token, _) = token.expect("the token can be issued");
    if !blueprint.features.contains(&needed) {
        let form = FeaturesForm {
            clear: vec![needed],
            ..FeaturesForm::default()
        };
        authority.save_features(&owner, form).await.unwrap();
    }
    (integration, role, user, token.token)
}

fn owner(authority: &Authority) -> Caller {
    authority.owner("a test", Via::Start)
}

fn integration_form(blueprint: &Blueprint) -> IntegrationForm {
    IntegrationForm {
        name: "Warehouse Sync".to_owned(),
        description: String::new(),
        note: String::new(),
        state: blueprint.integration_state,
        authentication: Authentication {
            token_based_authentication: blueprint.token_based_authentication,
            ..Authentication::default()
        },
        concurrency_limit: blueprint.integration_concurrency,
    }
}

fn new_consumer(application: &Application) -> NewConsumer {
    NewConsumer {
        key: ConsumerKey::parse(application.consumer_key.as_str()).unwrap(),
        secret: Secret::new(application.consumer_secret.as_str()),
    }
}

fn new_token(application: &Application) -> NewToken {
    NewToken {
        id: TokenId::parse(application.token_id.as_str()).unwrap(),
        secret: Secret::new(application.token_secret.as_str()),
    }
}
