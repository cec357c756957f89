//! The first start of an account: from a file, or with everything a newcomer needs for a signed call.

use std::sync::Arc;

use countersign_account_file::AccountFile;
use countersign_authority::{Applied, Authority, Caller, NewConsumer, NewToken};
use countersign_model::{
    Account, Actor, By, EntityKind, Feature, FeaturesForm, Integration, IntegrationForm, Level, Lever,
    Permission, Role, RoleForm, Settings, TestAccount, User, UserForm, Via,
};
use countersign_protocol::AccountId;
use countersign_records::Records;
use countersign_store::Store;
use countersign_world::UnixTime;

use crate::failure::Failure;
use crate::folder::World;
use crate::foundling::Founding;

/// The account that `serve` makes when nobody says which.
pub(crate) const LOCAL_ACCOUNT: &str = "LOCAL1";

const LOCAL_COMPANY: &str = "Local Company";

/// The five values of a connection, shown where they were made and nowhere else.
pub(crate) struct Shown {
    pub(crate) account: AccountId,
    pub(crate) token_name: String,
    /// The name of its application.
    pub(crate) integration: String,
    pub(crate) consumer: NewConsumer,
    pub(crate) token: NewToken,
}

impl Made {
    fn of(applied: Applied, account: &AccountId) -> Self {
        // A new account has the records of its file alone, and so the pair of every token.
        let tokens = applied.tokens.into_iter().filter_map(|made| {
            Some(Shown {
                account: account.clone(),
                token_name: made.name,
                integration: made.integration,
                consumer: made.consumer?,
                token: made.token,
            })
        });
        let consumers = applied.consumers.into_iter().map(|made| ShownConsumer {
            integration: made.integration,
            consumer: made.consumer,
        });
        Self {
            tokens: tokens.collect(),
            consumers: consumers.collect(),
        }
    }
}

impl Shown {
    /// The values as a `.env` block.
    pub(crate) fn env(&self, base_url: &str) -> String {
        format!("NETSUITE_BASE_URL={base_url}\n{}", self.env_at_netsuite())
    }

    /// The same for a program that calls NetSuite's own hosts.
    pub(crate) fn env_at_netsuite(&self) -> String {
        format!(
            "NETSUITE_ACCOUNT_ID={}\nNETSUITE_CONSUMER_KEY={}\nNETSUITE_CONSUMER_SECRET={}\n\
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
        Self::begin_as(founding, company, None, world).await
    }

    async fn begin_as(
        founding: &Founding,
        company: &str,
        test_account: Option<TestAccount>,
        world: &World,
    ) -> Result<Self, Failure> {
        let files = founding.files();
        let keyring = founding.keyring(&*world.entropy)?;
        let store = files.new_store()?;
        let account = Account {
            id: files.id().clone(),
            company_name: company.to_owned(),
            created: world.clock.now(),
        };
        begin(&store, account, test_account).await?;
        let records = files.records().await?;
        let authority = files.authority(keyring, store.clone(), world, None).await?;
        Ok(Self {
            store,
            authority,
            records,
        })
    }

    /// Keeps the account as it was founded, and moves it to its place.
    pub(crate) async fn end(self, founding: Founding) -> Result<(), Failure> {
        let snapshots = founding.files().snapshots();
        self.authority.keep_as_founded(&snapshots, &self.records).await?;
        self.close().await?;
        founding.end()
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

/// An account that is to be founded.
#[derive(Default)]
pub(crate) struct Newcomer<'f> {
    /// In place of what the file says.
    pub(crate) company: Option<String>,
    pub(crate) file: Option<&'f AccountFile>,
}

impl<'f> Newcomer<'f> {
    pub(crate) fn of_file(file: &'f AccountFile) -> Self {
        Self {
            file: Some(file),
            ..Self::default()
        }
    }
}

/// Makes the account of a file, or an empty one with every feature on.
pub(crate) async fn found(
    founding: Founding,
    newcomer: Newcomer<'_>,
    world: &World,
) -> Result<Made, Failure> {
    let Newcomer { company, file } = newcomer;
    let company = company.as_deref().or(file.map(AccountFile::company_name));
    let founded = Founded::begin(&founding, company.unwrap_or(LOCAL_COMPANY), world).await?;
    let steps = Steps::new(&founded.authority);
    if file.is_some_and(AccountFile::has_demonstration_records) {
        founded.records.seed(world.clock.now()).await?;
    }
    let made = match file {
        Some(file) => steps.all_of_file(file, &founded.records).await?,
        None => {
            steps.enable_features(Feature::ALL.to_vec()).await?;
            Made::default()
        }
    };
    founded.end(founding).await?;
    Ok(made)
}

/// An account that is to be ready to be called.
#[derive(Debug, Default)]
pub(crate) struct Ready {
    pub(crate) company: Option<String>,
    /// Without the records of the demonstration company.
    pub(crate) is_empty: bool,
    /// Marked as a test account.
    pub(crate) is_test: bool,
}

/// Makes an account with a token, its role and all they need.
pub(crate) async fn found_ready(founding: Founding, ready: Ready, world: &World) -> Result<Made, Failure> {
    let company = ready.company.as_deref().unwrap_or(LOCAL_COMPANY);
    // Credentials from a seed are known to whoever knows the seed: nobody asked for that.
    let levers = Lever::ALL
        .iter()
        .copied()
        .filter(|lever| *lever != Lever::Determinism);
    let test_account = ready.is_test.then(|| TestAccount {
        levers: levers.collect(),
        seed: None,
    });
    let founded = Founded::begin_as(&founding, company, test_account, world).await?;
    if !ready.is_empty {
        founded.records.seed(world.clock.now()).await?;
    }
    let made = Made {
        tokens: vec![Steps::new(&founded.authority).all().await?],
        ..Made::default()
    };
    founded.end(founding).await?;
    Ok(made)
}

/// Begins an account in an empty store.
async fn begin(store: &Store, account: Account, test_account: Option<TestAccount>) -> Result<(), Failure> {
    // A newcomer is not stopped by a second factor.
    let settings = Settings {
        mandatory_two_factor: false,
        test_account,
        ..Settings::default()
    };
    let by = operator(account.created);
    Ok(store.found_account(account, settings, by).await?)
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
        let form = IntegrationForm {
            name: "Ready Integration".to_owned(),
            description: "Made at the first start".to_owned(),
            ..IntegrationForm::default()
        };
        let (integration, consumer) = self.authority.add_integration(&self.owner, form, None).await?;
        let consumer = consumer.ok_or_else(|| Failure::unusable("the ready integration has no pair"))?;
        Ok((integration, consumer))
    }

    /// A role with the least it needs for REST, SOAP and RESTlets and all it may have for some records, and a user who
    /// has it.
    pub(crate) async fn add_role_and_user(
        &self,
        records: impl IntoIterator<Item = Permission>,
    ) -> Result<RoleAndUser, Failure> {
        let mut permissions = vec![
            (Permission::LogInUsingAccessTokens, Level::Full),
            (Permission::RestWebServices, Level::Full),
            (Permission::SoapWebServices, Level::Full),
            (Permission::SuiteAnalyticsWorkbook, Level::Edit),
        ];
        permissions.extend(records.into_iter().map(|permission| (permission, Level::Full)));
        let role = RoleForm {
            name: "Integration Role".to_owned(),
            web_services_only: false,
            permissions,
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
            integration: integration.name.clone(),
            consumer,
            token,
        })
    }

    /// Everything a newcomer needs.
    pub(crate) async fn all(&self) -> Result<Shown, Failure> {
        self.enable_features(Feature::ALL.to_vec()).await?;
        self.add_administrator().await?;
        let (integration, consumer) = self.add_integration().await?;
        let role_and_user = self.add_role_and_user(Permission::of_records()).await?;
        self.issue_token(&integration, &role_and_user, consumer).await
    }

    /// Everything a file says. Gives the values that were not in it.
    pub(crate) async fn all_of_file(&self, file: &AccountFile, records: &Records) -> Result<Made, Failure> {
        self.enable_features(file.features_of_new_account()).await?;
        let applied = self.authority.apply(&self.owner, file, records).await?;
        Ok(Made::of(applied, &self.authority.account()))
    }
}
