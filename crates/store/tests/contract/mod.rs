//! What every store promises, whatever database it is on. The test file of each kind has this module, an `open()`, and
//! the `Place` where a store lies as long as its test runs.

mod api_keys;
mod executions;
mod founding;
mod integrations;
pub(crate) mod logins;
mod notes;
mod pages;
pub(crate) mod password_logins;
mod passwords;
mod people;
mod reads;
mod refresh;
mod request_tokens;
mod second_factors;
mod secrets;
mod sessions;
mod settings;
mod token_makers;
mod token_uses;
mod tokens;
mod uninstalling;
mod users;
mod walk;

use countersign_model::{
    AccessToken, Account, Actor, ApplicationId, Authentication, By, Center, ConsumerKey, EntityKind, Feature,
    FeatureSet, FeaturesForm, Governance, Integration, IntegrationDraft, IntegrationForm, IntegrationState,
    Level, NotedRecord, Permission, Role, RoleDraft, RoleForm, RoleId, Settings, SystemNote, Tier, TokenId,
    User, UserDraft, UserForm, Via,
};
use countersign_store::{
    Maker, NoteFilter, SealedPair, SealedSecret, SecretOwner, Store, StoreError, TokenOrder,
};
use countersign_world::UnixTime;

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

pub(crate) fn by() -> By {
    By {
        actor: Actor {
            user: None,
            name: "root".into(),
            via: Via::Cli,
        },
        at: NOW,
    }
}

pub(crate) fn account() -> Account {
    Account {
        id: "1234567_SB1".parse().unwrap(),
        company_name: "Honeycomb Mfg.".into(),
        created: NOW,
    }
}

pub(crate) fn sealed(bytes: &[u8]) -> SealedSecret {
    SealedSecret {
        bytes: bytes.to_vec(),
        generation: 1,
        key_version: 1,
    }
}

pub(crate) async fn found(store: &Store) {
    store.found_account(account(), settings(), by()).await.unwrap();
}

/// Room for many integration records with a limit of their own.
pub(crate) fn settings() -> Settings {
    Settings {
        governance: Governance {
            tier: Tier::Ultimate,
            suitecloud_plus_licences: 100,
        },
        ..Settings::default()
    }
}

/// All boxes are checked with the terms they ask for.
pub(crate) async fn enable(store: &Store, features: &[Feature]) -> Result<FeatureSet, StoreError> {
    let form = FeaturesForm {
        check: features.to_vec(),
        agreed: features.to_vec(),
        ..FeaturesForm::default()
    };
    store.change_features(form, by()).await
}

pub(crate) fn pair(key: &str, generation: u64) -> SealedPair {
    SealedPair {
        consumer_key: ConsumerKey::parse(key).unwrap(),
        secret: SealedSecret {
            generation,
            ..sealed(key.as_bytes())
        },
    }
}

/// The roles that the account did not begin with.
pub(crate) fn own(roles: Vec<Role>) -> Vec<Role> {
    roles.into_iter().filter(|role| !role.is_standard()).collect()
}

/// The system notes of a record, newest first.
pub(crate) async fn notes_of(store: &Store, record: NotedRecord) -> Vec<SystemNote> {
    let filter = NoteFilter {
        record: Some(record),
        ..NoteFilter::default()
    };
    let notes = store.system_notes(filter).await.unwrap();
    notes.into_iter().map(|(_, note)| note).collect()
}

/// Their fields with the values before and after, newest first.
pub(crate) async fn noted(
    store: &Store,
    record: NotedRecord,
) -> Vec<(String, Option<String>, Option<String>)> {
    let notes = notes_of(store, record).await.into_iter();
    notes
        .map(|note| (note.field, note.old_value, note.new_value))
        .collect()
}

/// As [`noted`] gives one.
pub(crate) fn change(field: &str, old: &str, new: &str) -> (String, Option<String>, Option<String>) {
    let value = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    (field.to_owned(), value(old), value(new))
}

/// A store with an account and one record of each kind.
pub(crate) async fn founded() -> (Store, crate::Place) {
    let (store, folder) = crate::open().await;
    found(&store).await;
    enable(&store, &[Feature::TokenBasedAuthentication])
        .await
        .unwrap();
    let actions = Actions::new(&store).await;
    actions.issue_token("token-1").await.unwrap();
    (store, folder)
}

/// The use cases that take a draft, with all but what a test cares about filled in.
pub(crate) struct Actions<'a> {
    store: &'a Store,
    pub(crate) integration: Integration,
    pub(crate) role: Role,
    pub(crate) user: User,
}

impl<'a> Actions<'a> {
    /// Takes the first records of each kind, and makes them when there are none.
    pub(crate) async fn new(store: &'a Store) -> Self {
        let setup = store.setup().await.unwrap().unwrap();
        let role = match own(setup.roles).into_iter().next() {
            Some(role) => role,
            None => store.add_role(role_draft("Integrator"), by()).await.unwrap(),
        };
        let user = match setup.users.into_iter().next() {
            Some(user) => user,
            None => store
                .add_user(user_draft("Ada Byron", &role), by())
                .await
                .unwrap(),
        };
        let integration = match setup.integrations.into_iter().next() {
            Some(integration) => integration,
            None => add_integration(store, "Warehouse sync", "key-1").await.unwrap(),
        };
        Self {
            store,
            integration,
            role,
            user,
        }
    }

    pub(crate) async fn add_integration(&self, name: &str, key: &str) -> Result<Integration, StoreError> {
        add_integration(self.store, name, key).await
    }

    pub(crate) async fn add_role(&self, name: &str) -> Result<Role, StoreError> {
        self.store.add_role(role_draft(name), by()).await
    }

    pub(crate) async fn add_user(&self, name: &str) -> Result<User, StoreError> {
        self.store.add_user(user_draft(name, &self.role), by()).await
    }

    pub(crate) async fn issue_token(&self, token_id: &str) -> Result<AccessToken, StoreError> {
        self.order(self.token_order(Maker::Owner), token_id).await
    }

    pub(crate) async fn order(&self, order: TokenOrder, token_id: &str) -> Result<AccessToken, StoreError> {
        let secret = sealed(token_id.as_bytes());
        let token_id = TokenId::parse(token_id).unwrap();
        self.store.issue_token(order, token_id, secret, by()).await
    }

    pub(crate) fn token_order(&self, maker: Maker) -> TokenOrder {
        TokenOrder {
            maker,
            integration: self.integration.id,
            user: self.user.id,
            role: self.role.id,
            name: String::new(),
        }
    }

    pub(crate) async fn enable_all_features(&self) -> Result<FeatureSet, StoreError> {
        enable(self.store, Feature::ALL).await
    }

    pub(crate) async fn secret_of_integration(&self, key: &str) -> Option<SealedSecret> {
        let owner = SecretOwner::Integration(ConsumerKey::parse(key).unwrap());
        self.store.sealed_secret(owner).await.unwrap()
    }

    pub(crate) async fn secret_of_token(&self, token_id: &str) -> Option<SealedSecret> {
        let owner = SecretOwner::AccessToken(TokenId::parse(token_id).unwrap());
        self.store.sealed_secret(owner).await.unwrap()
    }
}

async fn add_integration(store: &Store, name: &str, key: &str) -> Result<Integration, StoreError> {
    let draft = IntegrationDraft::parse(integration_form(name)).unwrap();
    let application_id = ApplicationId::from_bytes([7; 16]);
    let saved = store.add_integration(draft, application_id, Some(pair(key, 1)), by());
    Ok(saved.await?.integration)
}

pub(crate) fn integration_form(name: &str) -> IntegrationForm {
    IntegrationForm {
        name: name.into(),
        description: "Counts what is on the shelves".into(),
        note: "Owned by logistics".into(),
        state: IntegrationState::Enabled,
        authentication: Authentication {
            authorization_flow: true,
            callback_url: Some("https://example.com/callback".into()),
            ..Authentication::default()
        },
        concurrency_limit: Some(3),
    }
}

pub(crate) fn role_draft(name: &str) -> RoleDraft {
    RoleDraft::parse(RoleForm {
        name: name.into(),
        web_services_only: false,
        permissions: vec![
            (Permission::LogInUsingAccessTokens, Level::Full),
            (Permission::SuiteAnalyticsWorkbook, Level::Edit),
            (Permission::Customers, Level::Create),
        ],
        center: Center::Accounting,
        two_factor_required: true,
        ..RoleForm::default()
    })
    .unwrap()
}

pub(crate) fn user_draft(name: &str, role: &Role) -> UserDraft {
    user_draft_of(name, &[role.id, Role::ADMINISTRATOR])
}

pub(crate) fn user_draft_of(name: &str, roles: &[RoleId]) -> UserDraft {
    UserDraft::parse(UserForm {
        kind: EntityKind::Employee,
        name: name.into(),
        email: "ada@example.com".into(),
        give_access: true,
        roles: roles.to_vec(),
        global_permissions: vec![
            (Permission::Customers, Level::View),
            (Permission::LogInUsingAccessTokens, Level::Full),
        ],
        web_services_user: true,
        ip_address_restriction: "192.0.2.0/24, 198.51.100.7".into(),
        inherit_ip_rules: false,
        ..UserForm::default()
    })
    .unwrap()
}
