//! A scratch account in the state of a vector.
//!
//! The state is made as an administrator would make it, through the authority's use cases. Only what those cannot do goes
//! to the store and the ledger: a lock that time brings, an integration record from elsewhere that waits for approval, a
//! request token with a known id, nonces that were used.

use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{
    AdministrationError, Authority, AuthorityError, Caller, NewConsumer, NewToken, Parts,
};
use countersign_ledger::{Ledger, Nonce};
use countersign_model::{
    Account, Actor, Authentication, By, CallbackUrl, ConsumerKey, EntityKind, Feature, FeaturesForm,
    Integration, IntegrationForm, InvalidHash, InvalidId, Level, LoginRow, LoginSearch, Permission, Role,
    RoleForm, Settings, TokenChange, TokenId, TokenRefused, User, UserForm, Via,
};
use countersign_protocol::{AccountIdError, Secret, TIMESTAMP_WINDOW};
use countersign_records::{Records, RecordsError};
use countersign_seal::{Keyring, KeyringError};
use countersign_store::{MAX_ROWS, Store, StoreError};
use countersign_vectors::Vector;
use countersign_world::{Entropy, FixedClock, SystemEntropy, UnixTime};
use serde_json::Value;
use tempfile::TempDir;

use crate::question::{Asked, Question};
use crate::scene::{PlaceOfToken, Scene, StateOfIntegration, StateOfToken};

/// What the system notes call whoever made the account.
const MAKER: &str = "a conformance run";

/// The callback URL of a record about which nothing is said.
const CALLBACK: &str = "https://application.example/callback";

/// Why an account could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotMade {
    #[error(transparent)]
    Administration(#[from] AdministrationError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error("its credentials are none an account can have: {0}")]
    Credentials(#[from] InvalidId),
    #[error(transparent)]
    Account(#[from] AccountIdError),
    #[error(transparent)]
    Consent(#[from] TokenRefused),
    #[error(transparent)]
    Hash(#[from] InvalidHash),
    #[error("a secret could not be sealed: {0}")]
    Seal(String),
    #[error("a scratch account could not be made: {0}")]
    System(#[from] std::io::Error),
}

/// An account for one vector. Its folder goes with it.
pub(crate) struct Scratch {
    pub(crate) authority: Arc<Authority>,
    pub(crate) records: Records,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) store: Store,
    pub(crate) now: UnixTime,
    pub(crate) folder: TempDir,
}

/// A row of the trail, and what a diagnosis found.
pub(crate) struct Login {
    pub(crate) row: LoginRow,
    pub(crate) findings: Vec<Found>,
}

/// A mistake that a diagnosis named.
pub(crate) struct Found {
    pub(crate) mistake: String,
    pub(crate) is_proved: bool,
}

fn findings(document: &str) -> Vec<Found> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let findings = document.get("findings").and_then(Value::as_array);
    let found = |finding: &Value| {
        Some(Found {
            mistake: finding.get("mistake")?.as_str()?.to_owned(),
            is_proved: finding.get("sure")?.as_str()? == "proved",
        })
    };
    findings.into_iter().flatten().filter_map(found).collect()
}

/// Whom and what a vector is about.
pub(crate) struct Cast {
    pub(crate) integration: Integration,
    pub(crate) role: Role,
    pub(crate) other_role: Role,
    pub(crate) user: User,
}

impl Scratch {
    /// An account in the vector's state.
    pub(crate) async fn make(vector: &Vector, scene: &Scene, question: &Question) -> Result<Self, NotMade> {
        let folder = tempfile::tempdir()?;
        let path = folder.path();
        let sent = vector.timestamp.as_deref().and_then(|sent| sent.parse().ok());
        let now = UnixTime::from_seconds(vector.server_now.or(sent).unwrap_or_default());
        let clock = Arc::new(FixedClock::at(now));
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let keyring = Keyring::create(path, &*entropy)?;
        let store = Store::sqlite(&path.join("account.sqlite"))?;
        let account = Account {
            id: question.account.clone(),
            company_name: "Conformance Company".to_owned(),
            created: now,
        };
        let settings = Settings {
            require_approval: true,
            ..Settings::default()
        };
        store.found_account(account, settings, by(now)).await?;
        let authority = Authority::open(Parts {
            store: store.clone(),
            keyring,
            ledger: ledger(vector, now, &*entropy),
            clock: Arc::clone(&clock) as _,
            entropy,
            concurrency: scene.free_requests,
        })
        .await?;
        let scratch = Self {
            authority: Arc::new(authority),
            records: Records::open(&path.join("records.sqlite")).await?,
            clock,
            store,
            now,
            folder,
        };
        scratch.set_up(vector, scene, question).await?;
        Ok(scratch)
    }

    /// The Login Audit Trail, the last row first, with every mistake named.
    pub(crate) async fn logins(&self) -> Result<Vec<Login>, NotMade> {
        self.authority.until_diagnosed().await;
        let page = self
            .authority
            .logins(LoginSearch::default(), None, MAX_ROWS)
            .await?;
        let mut logins = Vec::new();
        for (id, row) in page.rows {
            let kept = self.authority.login(&self.owner(), id).await?;
            let document = kept.and_then(|(_, document)| document);
            logins.push(Login {
                row,
                findings: document.as_deref().map(findings).unwrap_or_default(),
            });
        }
        Ok(logins)
    }

    /// Closes what is open, so that the folder can go.
    pub(crate) async fn close(self) {
        let Self {
            authority,
            records,
            store,
            folder,
            ..
        } = self;
        authority.close().await.ok();
        drop(authority);
        records.close().await.ok();
        store.close().await.ok();
        folder.close().ok();
    }

    async fn set_up(&self, vector: &Vector, scene: &Scene, question: &Question) -> Result<(), NotMade> {
        let all = Feature::ALL.to_vec();
        self.switch(all, Vec::new()).await?;
        let cast = self.cast(vector, scene, question).await?;
        if question.surface == Asked::Flow {
            self.issue_request_token(vector, scene, question, &cast).await?;
        } else {
            self.issue_token(vector, scene, &cast).await?;
        }
        self.change_integration(vector, scene, &cast.integration).await?;
        self.change_role(scene, &cast).await?;
        self.change_user(scene, &cast).await?;
        let off = scene.features.iter().filter(|(_, on)| !on);
        self.switch(Vec::new(), off.map(|(feature, _)| *feature).collect())
            .await?;
        self.authority.catch_up().await?;
        Ok(())
    }

    pub(crate) fn owner(&self) -> Caller {
        self.authority.owner(MAKER, Via::Start)
    }

    async fn switch(&self, on: Vec<Feature>, off: Vec<Feature>) -> Result<(), NotMade> {
        let form = FeaturesForm {
            agreed: on.clone(),
            check: on,
            clear: off,
        };
        self.authority.save_features(&self.owner(), form).await?;
        Ok(())
    }

    /// Everybody and everything as usual.
    async fn cast(&self, vector: &Vector, scene: &Scene, question: &Question) -> Result<Cast, NotMade> {
        let owner = self.owner();
        let waits = scene.integration.state == StateOfIntegration::WaitingForApproval;
        let pair = (!vector.consumer_key.is_empty() && !scene.integration.absent && !waits)
            .then(|| consumer(vector))
            .transpose()?;
        let form = integration_form(scene, question);
        let (integration, _) = self.authority.add_integration(&owner, form, pair).await?;
        let role = |name: &str| RoleForm {
            name: name.to_owned(),
            permissions: [
                Permission::LogInUsingAccessTokens,
                Permission::UserAccessTokens,
                Permission::RestWebServices,
                Permission::SoapWebServices,
                Permission::Customers,
            ]
            .map(|permission| (permission, Level::Full))
            .to_vec(),
            ..RoleForm::default()
        };
        let (role, other) = (role("Vector Role"), role("Another Role"));
        let role = self.authority.add_role(&owner, role).await?;
        let other_role = self.authority.add_role(&owner, other).await?;
        let user = UserForm {
            kind: EntityKind::Employee,
            name: "Vera Vector".to_owned(),
            email: "vera@vector.example".to_owned(),
            give_access: true,
            roles: vec![role.id],
            ..UserForm::default()
        };
        let user = self.authority.add_user(&owner, user).await?;
        Ok(Cast {
            integration,
            role,
            other_role,
            user,
        })
    }

    async fn issue_token(&self, vector: &Vector, scene: &Scene, cast: &Cast) -> Result<(), NotMade> {
        let owner = self.owner();
        let named = vector.token.as_deref().filter(|token| !token.is_empty());
        let given = match (named, scene.token.place) {
            (None, _) | (_, PlaceOfToken::Absent) => None,
            (Some(token), _) => Some(NewToken {
                id: TokenId::parse(token)?,
                secret: Secret::new(vector.token_secret.clone().unwrap_or_default()),
            }),
        };
        let integration = match scene.token.place {
            PlaceOfToken::OfAnotherIntegration => {
                let form = IntegrationForm {
                    name: "Another Integration".to_owned(),
                    ..IntegrationForm::default()
                };
                self.authority.add_integration(&owner, form, None).await?.0.id
            }
            PlaceOfToken::Here | PlaceOfToken::Absent => cast.integration.id,
        };
        let ids = (cast.user.id, cast.role.id);
        let issued = self
            .authority
            .create_token(&owner, integration, ids, "Vector Token".to_owned(), given);
        let token = issued.await?.0.token;
        let change = match scene.token.state {
            StateOfToken::Active => return Ok(()),
            StateOfToken::Inactive => TokenChange::Inactivate,
            StateOfToken::Revoked => TokenChange::Revoke,
        };
        self.authority
            .change_token_state(&owner, token.id, change)
            .await?;
        Ok(())
    }
}

pub(crate) fn by(at: UnixTime) -> By {
    By {
        actor: Actor {
            user: None,
            name: MAKER.to_owned(),
            via: Via::Start,
        },
        at,
    }
}

pub(crate) fn consumer(vector: &Vector) -> Result<NewConsumer, NotMade> {
    Ok(NewConsumer {
        key: ConsumerKey::parse(vector.consumer_key.as_str())?,
        secret: Secret::new(vector.consumer_secret.as_str()),
    })
}

/// The record with every box that a vector may need, and the callback URL of the scene, or that of the request where it can
/// be a record's, or any.
fn integration_form(scene: &Scene, question: &Question) -> IntegrationForm {
    let sent = question.parameter("oauth_callback");
    let sent = sent.filter(|sent| CallbackUrl::parse(sent).is_ok());
    let callback = scene.integration.callback.clone().or(sent);
    IntegrationForm {
        name: "Vector Integration".to_owned(),
        authentication: Authentication {
            authorization_flow: true,
            issue_token_endpoint: true,
            callback_url: Some(callback.unwrap_or_else(|| CALLBACK.to_owned())),
            ..Authentication::default()
        },
        ..IntegrationForm::default()
    }
}

/// A ledger in which the vector's nonces are used. One too old to matter is forgotten, as it would be.
fn ledger(vector: &Vector, now: UnixTime, entropy: &dyn Entropy) -> Ledger {
    let mut seed = [0; 16];
    entropy.fill(&mut seed);
    let ledger = Ledger::in_memory(seed, Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs()));
    for (consumer_key, token, timestamp, nonce) in &vector.seen {
        let Ok(timestamp) = timestamp.parse() else {
            continue;
        };
        let nonce = Nonce {
            consumer_key,
            token,
            timestamp,
            nonce,
        };
        ledger.claim(&nonce, now).ok();
    }
    ledger
}
