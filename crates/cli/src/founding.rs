//! The first start of an account: from a file, or with everything a newcomer needs for a signed call.

use std::sync::Arc;

use countersign_authority::{Authority, Caller, NewConsumer, NewToken};
use countersign_model::{
    Account, Actor, By, ConsumerKey, EntityKind, Feature, FeaturesForm, Integration, IntegrationForm, Level,
    Permission, Role, RoleForm, Settings, TokenId, User, UserForm, Via,
};
use countersign_protocol::{AccountId, Secret};
use countersign_records::{Records, RecordsError, Stamp, json};
use countersign_store::Store;
use countersign_world::UnixTime;

use crate::account_file::{AccountFile, TokenTable};
use crate::failure::Failure;
use crate::folder::World;
use crate::foundling::Founding;

/// The account that `serve` makes when nobody says which.
pub(crate) const LOCAL_ACCOUNT: &str = "LOCAL1";

/// The five values of a connection, shown where they were made and nowhere else.
pub(crate) struct Shown {
    pub(crate) account: AccountId,
    pub(crate) token_name: String,
    pub(crate) consumer: NewConsumer,
    pub(crate) token: NewToken,
}

impl Shown {
    /// The values as a `.env` block.
    pub(crate) fn env(&self, base_url: &str) -> String {
        format!(
            "NETSUITE_BASE_URL={base_url}\nNETSUITE_ACCOUNT_ID={}\nNETSUITE_CONSUMER_KEY={}\nNETSUITE_CONSUMER_SECRET={}\n\
             NETSUITE_TOKEN_ID={}\nNETSUITE_TOKEN_SECRET={}",
            self.account,
            self.consumer.key.as_str(),
            self.consumer.secret.expose(),
            self.token.id.as_str(),
            self.token.secret.expose(),
        )
    }

    /// The same names in JSON.
    pub(crate) fn json(&self, base_url: &str) -> serde_json::Value {
        serde_json::json!({
            "NETSUITE_BASE_URL": base_url,
            "NETSUITE_ACCOUNT_ID": self.account.as_str(),
            "NETSUITE_CONSUMER_KEY": self.consumer.key.as_str(),
            "NETSUITE_CONSUMER_SECRET": self.consumer.secret.expose(),
            "NETSUITE_TOKEN_ID": self.token.id.as_str(),
            "NETSUITE_TOKEN_SECRET": self.token.secret.expose(),
        })
    }
}

/// The pair of an integration record that has no token, shown where it was made and nowhere else.
pub(crate) struct ShownConsumer {
    pub(crate) integration: String,
    pub(crate) consumer: NewConsumer,
}

impl ShownConsumer {
    pub(crate) fn env(&self) -> String {
        format!(
            "NETSUITE_CONSUMER_KEY={}\nNETSUITE_CONSUMER_SECRET={}",
            self.consumer.key.as_str(),
            self.consumer.secret.expose(),
        )
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "integration": self.integration,
            "NETSUITE_CONSUMER_KEY": self.consumer.key.as_str(),
            "NETSUITE_CONSUMER_SECRET": self.consumer.secret.expose(),
        })
    }
}

/// What a start made and nobody has seen yet; values that were given are not among it.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) tokens: Vec<Shown>,
    pub(crate) consumers: Vec<ShownConsumer>,
}

/// What the system notes call whoever starts the process.
const STARTER: &str = "the start of the account";

/// Whoever starts the process.
pub(crate) fn operator(at: UnixTime) -> By {
    By {
        actor: Actor {
            user: None,
            name: STARTER.to_owned(),
            via: Via::Start,
        },
        at,
    }
}

/// An account that was founded, and is not in its place yet.
pub(crate) struct Founded {
    store: Store,
    pub(crate) authority: Arc<Authority>,
    pub(crate) records: Records,
}

impl Founded {
    /// Begins an account where one is being founded.
    pub(crate) async fn begin(founding: &Founding, company: &str, world: &World) -> Result<Self, Failure> {
        let files = founding.files();
        let keyring = founding.keyring(&*world.entropy)?;
        let store = files.new_store()?;
        found(&store, files.id().clone(), company, world.clock.now()).await?;
        let records = files.records().await?;
        let authority = files.authority(keyring, store.clone(), world, None).await?;
        Ok(Self {
            store,
            authority,
            records,
        })
    }

    /// Closes every file, so that they can be moved.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        let closed = self.authority.close().await;
        closed.map_err(|error| Failure::system("close the ledger of used nonces", &error))?;
        drop(self.authority);
        self.records.close().await?;
        Ok(self.store.close().await?)
    }
}

/// Begins an account in an empty store.
async fn found(store: &Store, id: AccountId, company: &str, now: UnixTime) -> Result<(), Failure> {
    let account = Account {
        id,
        company_name: company.to_owned(),
        created: now,
    };
    // A newcomer is not stopped by a second factor.
    let settings = Settings {
        mandatory_two_factor: false,
        ..Settings::default()
    };
    Ok(store.found_account(account, settings, operator(now)).await?)
}

/// The steps of the guides, one method each.
pub(crate) struct Steps {
    authority: Arc<Authority>,
    owner: Caller,
}

/// The user and role of the ready token.
pub(crate) struct RoleAndUser {
    pub(crate) role: Role,
    pub(crate) user: User,
}

impl Steps {
    pub(crate) fn new(authority: &Arc<Authority>) -> Self {
        Self {
            authority: Arc::clone(authority),
            owner: authority.owner(STARTER, Via::Start),
        }
    }

    /// Whoever founds an account agrees to the terms of the features it begins with.
    pub(crate) async fn enable_features(&self, features: Vec<Feature>) -> Result<(), Failure> {
        let form = FeaturesForm {
            agreed: features.clone(),
            check: features,
            ..FeaturesForm::default()
        };
        self.authority.save_features(&self.owner, form).await?;
        Ok(())
    }

    pub(crate) async fn add_administrator(&self) -> Result<User, Failure> {
        let form = UserForm {
            kind: EntityKind::Employee,
            name: "Alex Administrator".to_owned(),
            email: "administrator@local.example".to_owned(),
            give_access: true,
            roles: vec![Role::ADMINISTRATOR],
            ..UserForm::default()
        };
        self.add_user(form).await
    }

    pub(crate) async fn add_integration(&self) -> Result<(Integration, NewConsumer), Failure> {
        let consumer = self.authority.new_consumer().map_err(Failure::unusable)?;
        let form = IntegrationForm {
            name: "Ready Integration".to_owned(),
            description: "Made at the first start".to_owned(),
            ..IntegrationForm::default()
        };
        let integration = self.add_integration_as(form, &consumer).await?;
        Ok((integration, consumer))
    }

    async fn add_integration_as(
        &self,
        form: IntegrationForm,
        consumer: &NewConsumer,
    ) -> Result<Integration, Failure> {
        let pair = NewConsumer {
            key: consumer.key.clone(),
            secret: consumer.secret.duplicate(),
        };
        let added = self
            .authority
            .add_integration(&self.owner, form, Some(pair))
            .await;
        let (integration, _) = added?;
        Ok(integration)
    }

    /// A role with the least it needs for REST, SOAP and RESTlets, and a user who has it.
    pub(crate) async fn add_role_and_user(&self) -> Result<RoleAndUser, Failure> {
        let role = RoleForm {
            name: "Integration Role".to_owned(),
            web_services_only: false,
            permissions: vec![
                (Permission::LogInUsingAccessTokens, Level::Full),
                (Permission::RestWebServices, Level::Full),
                (Permission::SoapWebServices, Level::Full),
                (Permission::SuiteAnalyticsWorkbook, Level::Edit),
                (Permission::Customers, Level::Full),
            ],
            ..RoleForm::default()
        };
        let role = self.add_role(role).await?;
        let form = UserForm {
            kind: EntityKind::Employee,
            name: "Iris Integration".to_owned(),
            email: "integration@local.example".to_owned(),
            give_access: true,
            roles: vec![role.id],
            ..UserForm::default()
        };
        Ok(RoleAndUser {
            user: self.add_user(form).await?,
            role,
        })
    }

    async fn add_role(&self, form: RoleForm) -> Result<Role, Failure> {
        Ok(self.authority.add_role(&self.owner, form).await?)
    }

    async fn add_user(&self, form: UserForm) -> Result<User, Failure> {
        Ok(self.authority.add_user(&self.owner, form).await?)
    }

    pub(crate) async fn issue_token(
        &self,
        integration: &Integration,
        RoleAndUser { role, user }: &RoleAndUser,
        consumer: NewConsumer,
    ) -> Result<Shown, Failure> {
        let ids = (user.id, role.id);
        let issued = self
            .authority
            .create_token(&self.owner, integration.id, ids, String::new(), None);
        let (issued, token) = issued.await?;
        Ok(Shown {
            account: self.authority.account(),
            token_name: issued.token.name,
            consumer,
            token,
        })
    }

    /// Everything a newcomer needs.
    pub(crate) async fn all(&self) -> Result<Shown, Failure> {
        self.enable_features(Feature::ALL.to_vec()).await?;
        self.add_administrator().await?;
        let (integration, consumer) = self.add_integration().await?;
        let role_and_user = self.add_role_and_user().await?;
        self.issue_token(&integration, &role_and_user, consumer).await
    }

    /// Everything a file says. Gives the values that were not in it.
    pub(crate) async fn all_of_file(&self, file: &AccountFile, records: &Records) -> Result<Made, Failure> {
        self.enable_features(file.features()?).await?;
        let mut consumers = Vec::new();
        for table in &file.integrations {
            let (consumer, made) = match (&table.consumer_key, &table.consumer_secret) {
                (Some(key), Some(secret)) => {
                    let key = ConsumerKey::parse(key.as_str()).map_err(Failure::unusable)?;
                    (
                        NewConsumer {
                            key,
                            secret: given("consumer_secret", secret)?,
                        },
                        false,
                    )
                }
                (None, None) => (self.authority.new_consumer().map_err(Failure::unusable)?, true),
                _ => return Err(half_a_pair("integration", "consumer_key", "consumer_secret")),
            };
            let integration = self.add_integration_as(table.form()?, &consumer).await?;
            consumers.push((integration, consumer, made));
        }
        for table in &file.roles {
            self.add_role(table.form()?).await?;
        }
        let mut users = Vec::new();
        for table in &file.users {
            let roles = table
                .roles
                .iter()
                .map(|name| self.role_named(name).map(|role| role.id));
            let roles = roles.collect::<Result<Vec<_>, _>>()?;
            users.push(self.add_user(table.form(roles)?).await?);
        }
        let mut made = Made::default();
        for table in &file.tokens {
            let named = consumers
                .iter()
                .find(|(integration, ..)| integration.name == table.integration);
            let (integration, consumer, consumer_made) =
                named.ok_or_else(|| no_such("integration", &table.integration))?;
            let token = token_of(table)?;
            let token_made = token.is_none();
            let user = users
                .iter()
                .find(|user| user.name == table.user)
                .ok_or_else(|| no_such("user", &table.user))?;
            let role = self.role_named(&table.role)?;
            let (owner, ids) = (&self.owner, (user.id, role.id));
            let issued = self
                .authority
                .create_token(owner, integration.id, ids, table.name.clone(), token)
                .await;
            let (issued, token) = issued?;
            let consumer = NewConsumer {
                key: consumer.key.clone(),
                secret: consumer.secret.duplicate(),
            };
            let account = self.authority.account();
            let values = Shown {
                account,
                token_name: issued.token.name,
                consumer,
                token,
            };
            if *consumer_made || token_made {
                made.tokens.push(values);
            }
        }
        made.consumers = consumers
            .into_iter()
            .filter(|(integration, _, made)| {
                let has_token = file
                    .tokens
                    .iter()
                    .any(|token| token.integration == integration.name);
                *made && !has_token && integration.credentials.is_some()
            })
            .map(|(integration, consumer, _)| ShownConsumer {
                integration: integration.name,
                consumer,
            })
            .collect();
        self.add_customers(file, records).await?;
        Ok(made)
    }

    fn role_named(&self, name: &str) -> Result<Arc<Role>, Failure> {
        let snapshot = self.authority.snapshot();
        let role = snapshot.roles().find(|role| role.name == name).map(Arc::clone);
        role.ok_or_else(|| no_such("role", name))
    }

    async fn add_customers(&self, file: &AccountFile, records: &Records) -> Result<(), Failure> {
        let Some(customer) = records.record_type("customer").map(Arc::clone) else {
            return Ok(());
        };
        for (index, fields) in file.customers.iter().enumerate() {
            let refused =
                |error: String| Failure::unusable(format!("customer {} of the file: {error}", index + 1));
            let draft = json::read(fields, &customer).map_err(|errors| {
                refused(
                    errors
                        .iter()
                        .map(ToString::to_string)
                        .collect::<Vec<_>>()
                        .join("; "),
                )
            })?;
            if let Some(unknown) = draft.unknown.first() {
                return Err(refused(unknown.to_string()));
            }
            let stamp = Stamp {
                at: self.authority.now(),
                by: -4,
            };
            records
                .create(&customer, draft.changes, stamp)
                .await
                .map_err(|error| match error {
                    RecordsError::Database(error) => error.into(),
                    other => refused(other.to_string()),
                })?;
        }
        Ok(())
    }
}

/// The token's own ID and secret, where the file gives them.
fn token_of(table: &TokenTable) -> Result<Option<NewToken>, Failure> {
    match (&table.token_id, &table.token_secret) {
        (Some(id), Some(secret)) => Ok(Some(NewToken {
            id: TokenId::parse(id.as_str()).map_err(Failure::unusable)?,
            secret: given("token_secret", secret)?,
        })),
        (None, None) => Ok(None),
        _ => Err(half_a_pair("token", "token_id", "token_secret")),
    }
}

fn no_such(what: &str, name: &str) -> Failure {
    Failure::unusable(format!(
        "the account file names the {what} {name:?} but does not describe it"
    ))
}

/// A secret of the file. An empty one would let everybody in who knows the key.
fn given(field: &str, secret: &str) -> Result<Secret, Failure> {
    const LONGEST: usize = 256;
    let is_visible = secret.bytes().all(|byte| byte.is_ascii_graphic());
    if secret.is_empty() || secret.len() > LONGEST || !is_visible {
        let message = format!("{field}: a secret is 1 to {LONGEST} visible ASCII characters");
        return Err(Failure::unusable(message).hint("leave key and secret out to have both made"));
    }
    Ok(Secret::new(secret))
}

fn half_a_pair(table: &str, key: &str, secret: &str) -> Failure {
    Failure::unusable(format!(
        "{table}: give both {key} and {secret}, or neither to have them made"
    ))
}
