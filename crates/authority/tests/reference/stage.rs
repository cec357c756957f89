//! The real account, to which the same is done: through its use cases, and through the doors of its store where a use case
//! would need a page session or a password.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{
    AdministrationError, Authority, Caller, CallerRefused, LoginAttempt, NewConsumer, NewToken, Presented,
    Source,
};
use countersign_model::{
    AccessTokenId, Actor, ApiKeyForm, ApiKeyId, Authentication, By, EntityId, FeaturesForm,
    IntegrationChange, IntegrationForm, IntegrationId, IntegrationState, Level, LoginSearch, PasswordDenied,
    PasswordHash, Permission, Role, RoleForm, RoleId, Surface, UserForm, Via,
};
use countersign_protocol::{Credentials, EndpointVersion, Request, Scheme, Secret, Signer, Stamp};
use countersign_store::{Decision, MAX_ROWS, NewPassword, PasswordLogin, Store, StoreError, TokenFilter};
use countersign_testkit::Account;
use countersign_world::Clock as _;

use crate::rules::{Rules, TokenState, pick};
use crate::step::{Deed, IntegrationPage, Login, Pair, RolePage, Step, UserPage, Who};

type Done = Result<(), AdministrationError>;

/// Records have the places they have in [`Rules`].
pub(crate) struct Stage {
    account: Account,
    integrations: Vec<IntegrationId>,
    /// Key and secret of every pair of every record.
    pairs: Vec<Vec<(String, String)>>,
    roles: Vec<RoleId>,
    users: Vec<EntityId>,
    tokens: Vec<AccessTokenId>,
    /// Token ID and secret.
    secrets: Vec<(String, String)>,
    keys: Vec<(ApiKeyId, Secret)>,
}

impl Stage {
    pub(crate) async fn set() -> Self {
        let account = Account::ready().await;
        let application = account.application();
        let stage = Self {
            integrations: vec![account.integration.id],
            pairs: vec![vec![(application.consumer_key, application.consumer_secret)]],
            roles: vec![Role::ADMINISTRATOR, account.role.id],
            users: vec![account.user.id],
            tokens: vec![account.token.id],
            secrets: vec![(application.token_id, application.token_secret)],
            keys: Vec::new(),
            account,
        };
        // The role Integrator as the rules have it.
        let permissions = |form| RoleForm {
            permissions: full(Rules::INTEGRATOR),
            ..form
        };
        let (owner, role) = (stage.account.owner(), stage.roles[1]);
        stage
            .authority()
            .edit_role(&owner, role, permissions)
            .await
            .unwrap();
        stage.give_password(stage.users[0]).await.unwrap();
        stage
    }

    pub(crate) fn now(&self) -> i64 {
        self.account.clock.now().seconds()
    }

    fn authority(&self) -> &Authority {
        &self.account.authority
    }

    fn store(&self) -> &Store {
        &self.account.store
    }

    /// Nothing where the account refuses whoever asks.
    async fn caller(&self, by: Who) -> Option<Caller> {
        match by {
            Who::Key(number) if !self.keys.is_empty() => {
                let (_, secret) = &self.keys[pick(&self.keys, number)];
                match self.authority().caller_by_api_key(secret.expose(), None).await {
                    Ok(caller) => Some(caller),
                    Err(CallerRefused::Failed(error)) => panic!("{error}"),
                    Err(CallerRefused::Unknown | CallerRefused::Over(_)) => None,
                }
            }
            _ => Some(self.account.owner()),
        }
    }

    /// Tells why the account did not, where it did not.
    pub(crate) async fn administer(&mut self, Deed { by, step }: &Deed) -> Result<(), String> {
        let Some(caller) = self.caller(*by).await else {
            return Err("the caller was refused".to_owned());
        };
        self.administer_as(&caller, step).await.map_err(|error| {
            let is_fault = match &error {
                AdministrationError::Store(error) => {
                    matches!(error, StoreError::Database(_) | StoreError::Unreadable { .. })
                }
                AdministrationError::Forbidden(_) | AdministrationError::Fields(_) => false,
                _ => true,
            };
            assert!(!is_fault, "{step:?} failed: {error}");
            error.to_string()
        })
    }

    async fn administer_as(&mut self, caller: &Caller, step: &Step) -> Done {
        let authority = Arc::clone(&self.account.authority);
        match step {
            Step::SaveFeatures { check, clear, agreed } => {
                let form = FeaturesForm {
                    check: check.clone(),
                    clear: clear.clone(),
                    agreed: if *agreed { check.clone() } else { Vec::new() },
                };
                authority.save_features(caller, form).await?;
            }
            Step::AddIntegration(page) => {
                let form = integration_form(page, IntegrationForm::default());
                let (record, pair) = authority.add_integration(caller, form, None).await?;
                self.integrations.push(record.id);
                self.pairs.push(pair.iter().map(consumer).collect());
            }
            Step::EditIntegration(which, page) => {
                let (place, page) = (pick(&self.integrations, *which), page.clone());
                let edit = move |form| integration_form(&page, form);
                let id = self.integrations[place];
                let (_, pair) = authority.edit_integration(caller, id, edit).await?;
                self.pairs[place].extend(pair.iter().map(consumer));
            }
            Step::EnableIntegration(which) => {
                let id = self.integrations[pick(&self.integrations, *which)];
                let change = IntegrationChange::Enable;
                authority.change_integration_state(caller, id, change).await?;
            }
            Step::BlockIntegration(which) => {
                let id = self.integrations[pick(&self.integrations, *which)];
                let change = IntegrationChange::Block;
                authority.change_integration_state(caller, id, change).await?;
            }
            Step::UninstallIntegration(which) => {
                let id = self.integrations[pick(&self.integrations, *which)];
                authority.uninstall_integration(caller, id).await?;
            }
            Step::ResetCredentials(which) => {
                let place = pick(&self.integrations, *which);
                let id = self.integrations[place];
                let (_, pair) = authority.reset_credentials(caller, id).await?;
                self.pairs[place].push(consumer(&pair));
            }
            Step::AddRole(page) => {
                let form = role_form(page, RoleForm::default());
                self.roles.push(authority.add_role(caller, form).await?.id);
            }
            Step::EditRole(which, page) => {
                let (id, page) = (self.roles[pick(&self.roles, *which)], page.clone());
                let edit = move |form| role_form(&page, form);
                authority.edit_role(caller, id, edit).await?;
            }
            Step::AddUser(page) => {
                let form = self.user_form(page);
                let user = authority.add_user(caller, form).await?;
                self.users.push(user.id);
                self.give_password(user.id).await?;
            }
            Step::EditUser(which, page) => {
                let (id, form) = (self.users[pick(&self.users, *which)], self.user_form(page));
                authority.edit_user(caller, id, move |_| form.clone()).await?;
            }
            Step::DeleteUser(which) => {
                let id = self.users[pick(&self.users, *which)];
                authority.delete_user(caller, id).await?;
            }
            Step::Unlock(which) => {
                let id = self.users[pick(&self.users, *which)];
                authority.unlock_user(caller, id).await?;
            }
            Step::HideRole { user, role, hidden } => {
                let (user, role) = (
                    self.users[pick(&self.users, *user)],
                    self.roles[pick(&self.roles, *role)],
                );
                self.store().hide_role(user, role, *hidden, self.by()).await?;
                authority.catch_up().await?;
            }
            Step::FailPasswords { user, times } => {
                let user = self.users[pick(&self.users, *user)];
                for _ in 0..*times {
                    self.fail_password(user).await?;
                }
                authority.catch_up().await?;
            }
            Step::CreateToken {
                integration,
                user,
                role,
            } => {
                let integration = self.integrations[pick(&self.integrations, *integration)];
                let whose = (
                    self.users[pick(&self.users, *user)],
                    self.roles[pick(&self.roles, *role)],
                );
                let name = String::new();
                let made = authority
                    .create_token(caller, integration, whose, name, None)
                    .await?;
                self.keep_token(made.0.token.id, &made.1);
            }
            Step::CreateOwnToken { integration } => {
                let integration = self.integrations[pick(&self.integrations, *integration)];
                let made = authority
                    .create_own_token(caller, integration, String::new())
                    .await?;
                self.keep_token(made.0.token.id, &made.1);
            }
            Step::ChangeToken(which, change) => {
                let id = self.tokens[pick(&self.tokens, *which)];
                authority.change_token_state(caller, id, *change).await?;
            }
            Step::EditToken {
                token,
                name,
                inactive,
            } => {
                let (id, name, inactive) = (self.tokens[pick(&self.tokens, *token)], *name, *inactive);
                let edit = move |mut form: countersign_model::TokenEditForm| {
                    name.clone_into(&mut form.name);
                    form.inactive = inactive;
                    form
                };
                authority.edit_token(caller, id, edit).await?;
            }
            Step::ListTokens => {
                let every = TokenFilter::default();
                authority.tokens(caller, every, None, MAX_ROWS).await?;
            }
            Step::MakeKey { .. } => unreachable!("see `make_key`"),
            Step::RevokeKey(which) => {
                // Where no key was made, one that is nobody's.
                let unknown = ApiKeyId::new(1_000_000);
                let id = match self.keys.is_empty() {
                    true => unknown,
                    false => self.keys[pick(&self.keys, *which)].0,
                };
                authority.revoke_api_key(&self.account.owner(), id).await?;
            }
            Step::Pass(seconds) => self.account.clock.advance(Duration::from_secs((*seconds).into())),
            Step::Nothing => {}
            Step::LogIn(_) | Step::Replay(_) => unreachable!("see `log_in`"),
        }
        Ok(())
    }

    /// By the owner, with these scopes.
    pub(crate) async fn make_key(
        &mut self,
        (user, role): (usize, usize),
        scopes: BTreeSet<Permission>,
    ) -> Result<(), String> {
        let form = ApiKeyForm {
            name: "Key".to_owned(),
            scopes: full(scopes),
            expires_in_days: 366,
        };
        let named = Some((self.users[user], self.roles[role]));
        let owner = self.account.owner();
        let made = self.authority().create_api_key(&owner, &form, named).await;
        let made = made.map_err(|error| error.to_string())?;
        self.keys.push((made.key.id, made.secret));
        Ok(())
    }

    pub(crate) async fn admits(&self, by: Who) -> bool {
        self.caller(by).await.is_some()
    }

    fn keep_token(&mut self, id: AccessTokenId, made: &NewToken) {
        self.tokens.push(id);
        self.secrets
            .push((made.id.as_str().to_owned(), made.secret.expose().to_owned()));
    }

    /// One that nobody can know: guesses are all that is made with it.
    async fn give_password(&self, user: EntityId) -> Done {
        let new = NewPassword {
            hash: PasswordHash::parse("unknown")?,
            must_change: false,
            replaces: None,
        };
        self.store().set_password(user, new, None, self.by()).await?;
        self.authority().catch_up().await?;
        Ok(())
    }

    /// What a login with a wrong password writes.
    async fn fail_password(&self, user: EntityId) -> Done {
        let login = PasswordLogin {
            user,
            role: Role::ADMINISTRATOR,
            compared: Some(PasswordHash::parse("unknown")?),
        };
        let wrong = |_: &_| Decision {
            outcome: Err(PasswordDenied::WrongPassword),
            used: None,
        };
        let decided = self
            .store()
            .decide_password_login(login, self.by(), wrong)
            .await?;
        assert!(decided.is_err());
        Ok(())
    }

    fn by(&self) -> By {
        By {
            actor: Actor {
                user: None,
                name: "a test".to_owned(),
                via: Via::Start,
            },
            at: self.account.clock.now(),
        }
    }

    fn user_form(&self, page: &UserPage) -> UserForm {
        UserForm {
            name: page.name.to_owned(),
            email: "somebody@example.com".to_owned(),
            inactive: page.inactive,
            give_access: page.give_access,
            roles: page
                .roles
                .iter()
                .map(|role| self.roles[pick(&self.roles, *role)])
                .collect(),
            global_permissions: full(page.global_permissions.iter().copied()),
            ..UserForm::default()
        }
    }

    /// Makes the call, and gives what the account says of it: the word, or that it succeeded.
    pub(crate) async fn log_in(&self, login: &Login, stamp: &(i64, String)) -> String {
        let pairs = &self.pairs[login.integration.map_or(0, usize::from)];
        let pair = match login.pair {
            Pair::Current => pairs.last(),
            Pair::First => pairs.first(),
            Pair::Unknown => None,
        };
        let nobody = || ("nobody".to_owned(), "nothing".to_owned());
        let (consumer_key, consumer_secret) = pair.cloned().unwrap_or_else(nobody);
        let token = login
            .token
            .map(|token| self.secrets[pick(&self.secrets, token)].clone());
        let (token, token_secret) = token.unwrap_or_else(nobody);
        let secret = |secret: String, is_right| Secret::new(if is_right { secret } else { secret + "0" });
        let realm = if login.realm_is_right {
            "1234567_SB1"
        } else {
            "1234567"
        };
        let signer = Signer::new(&Credentials {
            account: realm.parse().unwrap(),
            consumer_key,
            consumer_secret: secret(consumer_secret, login.consumer_secret_is_right),
            token,
            token_secret: secret(token_secret, login.token_secret_is_right),
        });
        // The signer makes no stamp with a nonce that is too short: another is put in its place.
        let longer = format!("{:0<6}", stamp.1);
        let signed = Stamp::new(stamp.0.unsigned_abs(), &longer).unwrap();
        let put = |text: String| text.replace(&longer, &stamp.1);
        let (uri, header, envelope);
        let presented = if login.surface == Surface::Soap {
            uri = "/services/NetSuitePort_2025_2";
            let passport = signer.passport(&signed).to_xml(EndpointVersion::LATEST);
            envelope = put(format!(
                "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\"><Header>{passport}</Header><Body/></Envelope>"
            ));
            Presented::Envelope(&envelope)
        } else {
            uri = match login.surface {
                Surface::Restlet => "/app/site/hosting/restlet.nl?script=1&deploy=1",
                _ => "/services/rest/record/v1/customer",
            };
            let request = Request::received("GET", Scheme::Https, "localhost", uri).unwrap();
            header = [put(signer.sign(&request, &signed))];
            return self
                .present(
                    login.surface,
                    uri,
                    Presented::Headers {
                        request: Ok(request),
                        authorization: &[&header[0]],
                    },
                )
                .await;
        };
        self.present(login.surface, uri, presented).await
    }

    async fn present(&self, surface: Surface, uri: &str, presented: Presented<'_>) -> String {
        let attempt = LoginAttempt {
            surface,
            service: None,
            presented,
            session_cookie: false,
            source: Source {
                ip: None,
                user_agent: None,
                uri,
            },
        };
        match self.authority().log_in(&attempt).await {
            Ok(_) => "Success".to_owned(),
            Err(refused) => match refused.detail {
                Some(detail) => detail.word(surface).to_owned(),
                None => panic!("no login failure: {}", refused.reason),
            },
        }
    }

    /// The tokens that a list shows to somebody, where they are shown one.
    pub(crate) async fn listed(&self, by: Who) -> Option<Vec<usize>> {
        let caller = self.caller(by).await?;
        let every = TokenFilter::default();
        let tokens = self
            .authority()
            .tokens(&caller, every, None, MAX_ROWS)
            .await
            .ok()?;
        let place = |id| self.tokens.iter().position(|known| *known == id).unwrap();
        Some(tokens.iter().map(|listed| place(listed.token.id)).collect())
    }

    /// The word and surface of every row of the Login Audit Trail, with how often it is there.
    pub(crate) async fn trail(&self) -> std::collections::BTreeMap<(String, String), u32> {
        let mut words = std::collections::BTreeMap::new();
        let mut before = None;
        loop {
            let page = self
                .authority()
                .logins(LoginSearch::default(), before, MAX_ROWS)
                .await
                .unwrap();
            for (_, row) in &page.rows {
                let word = match &row.status {
                    countersign_model::LoginStatus::Success => "Success",
                    countersign_model::LoginStatus::Failure { detail, .. } => detail.word(row.surface),
                };
                *words
                    .entry((row.surface.to_string(), word.to_owned()))
                    .or_default() += row.count.get();
            }
            before = page.rest;
            if before.is_none() {
                return words;
            }
        }
    }

    /// Every record is as the rules have it: what was refused changed nothing, and what was allowed no more than it said.
    pub(crate) async fn assert_is(&self, rules: &Rules) {
        let on: BTreeSet<_> = self.authority().snapshot().features.iter().collect();
        assert_eq!(on, rules.on);
        for (place, record) in rules.integrations.iter().enumerate() {
            let stored = self
                .store()
                .integration(self.integrations[place])
                .await
                .unwrap()
                .unwrap();
            assert_eq!(stored.name, record.name);
            assert_eq!(
                stored.state == IntegrationState::Enabled,
                record.enabled,
                "{record:?}"
            );
            assert_eq!(stored.uninstalled.is_none(), record.installed, "{record:?}");
            let boxes = stored.authentication.token_based_authentication;
            assert_eq!(boxes, record.token_based_authentication, "{record:?}");
            assert_eq!(self.pairs[place].len(), record.pairs, "{record:?}");
        }
        for (place, role) in rules.roles.iter().enumerate() {
            let stored = self.store().role(self.roles[place]).await.unwrap().unwrap();
            let permissions: BTreeSet<_> = stored
                .permissions
                .iter()
                .map(|(permission, _)| permission)
                .collect();
            assert_eq!(
                (stored.name.as_str(), stored.inactive),
                (role.name, role.inactive)
            );
            assert_eq!(permissions, role.permissions);
        }
        for (place, user) in rules.users.iter().enumerate() {
            let stored = self.store().user(self.users[place]).await.unwrap();
            assert_eq!(stored.is_none(), user.deleted, "{user:?}");
            let Some(stored) = stored else { continue };
            assert_eq!(
                (stored.name.as_str(), stored.inactive),
                (user.name, user.inactive)
            );
            assert_eq!(stored.give_access, user.give_access);
            let assigned = stored
                .roles
                .iter()
                .map(|assigned| (assigned.role, assigned.hidden));
            let roles = user
                .roles
                .iter()
                .map(|(role, hidden)| (self.roles[*role], *hidden));
            assert_eq!(assigned.collect::<BTreeSet<_>>(), roles.collect(), "{user:?}");
        }
        for (place, token) in rules.tokens.iter().enumerate() {
            let stored = self.store().token(self.tokens[place]).await.unwrap();
            let state = stored.map_or(TokenState::Deleted, |token| match token.state {
                countersign_model::TokenState::Active => TokenState::Active,
                countersign_model::TokenState::Inactive => TokenState::Inactive,
                countersign_model::TokenState::Revoked { .. } => TokenState::Revoked,
            });
            assert_eq!(state, token.state, "{token:?}");
        }
    }
}

fn consumer(pair: &NewConsumer) -> (String, String) {
    (pair.key.as_str().to_owned(), pair.secret.expose().to_owned())
}

fn full(permissions: impl IntoIterator<Item = Permission>) -> Vec<(Permission, Level)> {
    permissions
        .into_iter()
        .map(|permission| (permission, Level::Full))
        .collect()
}

fn integration_form(page: &IntegrationPage, form: IntegrationForm) -> IntegrationForm {
    IntegrationForm {
        name: page.name.to_owned(),
        state: match page.blocked {
            true => IntegrationState::Blocked,
            false => IntegrationState::Enabled,
        },
        authentication: Authentication {
            token_based_authentication: page.token_based_authentication,
            authorization_flow: page.authorization_flow,
            callback_url: page.callback.map(str::to_owned),
            ..Authentication::default()
        },
        concurrency_limit: page.concurrency_limit,
        ..form
    }
}

fn role_form(page: &RolePage, form: RoleForm) -> RoleForm {
    RoleForm {
        name: page.name.to_owned(),
        inactive: page.inactive,
        web_services_only: page.web_services_only,
        permissions: full(page.permissions.iter().copied()),
        ..form
    }
}
