//! An account in memory: it does the steps of a plan through the model's own forms, so that a step out of order fails.

use countersign_account_file::{
    AccountFile, CustomerKey, FileWriter, GivenConsumer, GivenToken, Kept, Plan, Present, PresentIntegration,
    PresentToken, PresentUser, Step, folded,
};
use countersign_model::*;
use countersign_protocol::Secret;
use countersign_world::UnixTime;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1);

#[derive(Clone, Debug)]
pub(crate) struct InMemory {
    pub(crate) account: Account,
    pub(crate) features: FeatureSet,
    pub(crate) settings: Settings,
    pub(crate) roles: Vec<Role>,
    pub(crate) users: Vec<User>,
    pub(crate) integrations: Vec<Integration>,
    pub(crate) tokens: Vec<AccessToken>,
    pub(crate) consumer_secrets: BTreeMap<IntegrationId, String>,
    pub(crate) token_secrets: BTreeMap<AccessTokenId, String>,
    pub(crate) passwords: BTreeMap<EntityId, String>,
    customers: BTreeSet<CustomerKey>,
    last_id: i64,
}

type Done = Result<(), Box<dyn Error>>;

impl InMemory {
    pub(crate) fn founded() -> Self {
        Self {
            account: Account {
                id: "1234567_SB1".parse().unwrap(),
                company_name: "Local Company".to_owned(),
                created: NOW,
            },
            features: FeatureSet::none(),
            settings: Settings::default(),
            roles: StandardRole::ALL.iter().map(|role| role.role()).collect(),
            users: Vec::new(),
            integrations: Vec::new(),
            tokens: Vec::new(),
            consumer_secrets: BTreeMap::new(),
            token_secrets: BTreeMap::new(),
            passwords: BTreeMap::new(),
            customers: BTreeSet::new(),
            last_id: 1000,
        }
    }

    pub(crate) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    /// The account as a file, whichever way it is cut into pages.
    pub(crate) fn written(&self, with_secrets: bool) -> String {
        let mut writer = FileWriter::begin(&self.account, &self.features, &self.settings, &self.roles);
        let mut text = writer.take();
        by_id(&self.users, |user| user.id).for_each(|user| writer.user(user));
        text += &writer.take();
        let secret = |secret: Option<&String>| {
            secret
                .filter(|_| with_secrets)
                .map(|secret| Secret::new(secret.as_str()))
        };
        for record in by_id(&self.integrations, |record| record.id) {
            let secret = secret(self.consumer_secrets.get(&record.id));
            writer.integration(record, secret.as_ref());
        }
        for token in by_id(&self.tokens, |token| token.id) {
            let secret = secret(self.token_secrets.get(&token.id));
            writer.token(token, secret.as_ref());
            text += &writer.take();
        }
        text + &writer.take()
    }

    /// Those a file can say.
    pub(crate) fn every_secret(&self) -> impl Iterator<Item = &str> {
        let integrations = self.integrations.iter();
        let served = integrations.filter(|record| record.authentication.token_based_authentication);
        let consumers = served.filter_map(|record| self.consumer_secrets.get(&record.id));
        let tokens = self.tokens.iter().filter(|token| !token.is_revoked());
        let tokens = tokens.filter_map(|token| self.token_secrets.get(&token.id));
        consumers.chain(tokens).map(String::as_str)
    }

    pub(crate) fn present(&self, file: &AccountFile) -> Present {
        let mentions = file.mentions();
        let kept = |stored: Option<&String>, given: Option<&Secret>| match (stored, given) {
            (None, _) => Kept::Nothing,
            (Some(stored), Some(given)) if given.expose() == stored => Kept::Same,
            _ => Kept::Other,
        };
        let user = |user: &User| PresentUser {
            user: user.clone(),
            password: kept(
                self.passwords.get(&user.id),
                mentions.users.get(&folded(&user.name)).copied().flatten(),
            ),
        };
        let integration = |record: &Integration| PresentIntegration {
            integration: record.clone(),
            consumer_secret: kept(
                self.consumer_secrets.get(&record.id),
                mentions
                    .integrations
                    .get(&folded(&record.name))
                    .copied()
                    .flatten(),
            ),
        };
        let token = |token: &AccessToken| PresentToken {
            token: token.clone(),
            token_secret: kept(
                self.token_secrets.get(&token.id),
                mentions.token_ids.get(&token.token_id).copied(),
            ),
        };
        Present {
            account: self.account.clone(),
            features: self.features.clone(),
            settings: self.settings.clone(),
            allocated: self.allocated(None),
            licences_taken: self
                .users
                .iter()
                .map(|user| u32::from(user.takes_licence()))
                .sum(),
            roles: self.roles.clone(),
            users: self.users.iter().map(user).collect(),
            integrations: self.integrations.iter().map(integration).collect(),
            tokens: self.tokens.iter().map(token).collect(),
            customers: self.customers.clone(),
        }
    }

    fn allocated(&self, but: Option<IntegrationId>) -> u32 {
        let others = self.integrations.iter().filter(|record| Some(record.id) != but);
        others.filter_map(|record| record.concurrency_limit).sum()
    }

    fn role_id(&self, name: &str) -> Option<RoleId> {
        let found = self.roles.iter().find(|role| folded(&role.name) == folded(name));
        found.map(|role| role.id)
    }

    fn user(&mut self, name: &str) -> &mut User {
        let found = self
            .users
            .iter_mut()
            .find(|user| folded(&user.name) == folded(name));
        found.expect("the user of a step")
    }

    fn integration(&self, name: &str) -> &Integration {
        let found = self
            .integrations
            .iter()
            .find(|record| folded(&record.name) == folded(name));
        found.expect("the record of a step")
    }

    fn save_user(&mut self, user: User) -> Done {
        let others = self
            .users
            .iter()
            .filter(|other| other.id != user.id && other.takes_licence());
        let others = u32::try_from(others.count())?;
        user.check_concurrent_user(&self.features, self.settings.governance, others)?;
        self.users.retain(|other| other.id != user.id);
        self.users.push(user);
        Ok(())
    }

    fn save_integration(&mut self, record: Integration) {
        self.integrations.retain(|other| other.id != record.id);
        self.integrations.push(record);
    }

    /// The key of a pair that is given or made; its secret is kept.
    fn pair(&mut self, id: IntegrationId, given: Option<GivenConsumer>) -> ConsumerKey {
        let made = || GivenConsumer {
            consumer_key: ConsumerKey::parse(format!("made-key-{id}")).unwrap(),
            consumer_secret: Secret::new(format!("made-consumer-secret-{id}")),
        };
        let pair = given.unwrap_or_else(made);
        self.consumer_secrets
            .insert(id, pair.consumer_secret.expose().to_owned());
        pair.consumer_key
    }

    pub(crate) fn apply(&mut self, plan: Plan) -> Done {
        plan.into_steps().into_iter().try_for_each(|planned| {
            let shown = planned.to_string();
            self.step(planned.step)
                .map_err(|error| format!("{shown}: {error}").into())
        })
    }

    fn step(&mut self, step: Step) -> Done {
        match step {
            Step::Features(form) => {
                self.features = FeaturesDraft::parse(&self.features, form)?.features().clone();
            }
            Step::Settings(form) => {
                let draft = SettingsDraft::parse(form)?;
                draft.check_allocation(self.allocated(None))?;
                (self.account.company_name, self.settings) = draft.into_parts();
            }
            Step::AddRole(form) => {
                let id = RoleId::new(self.next_id());
                self.roles.push(RoleDraft::parse(form)?.into_role(id));
            }
            Step::EditRole { role, form } => {
                let found = self
                    .roles
                    .iter_mut()
                    .find(|found| folded(&found.name) == folded(&role));
                let found = found.ok_or("no such role")?;
                *found = RoleEdit::parse(found, form)?.into_role();
            }
            Step::AddUser(form) => {
                let form = form.form(|name| self.role_id(name))?;
                let id = EntityId::new(self.next_id());
                self.save_user(UserDraft::parse(form)?.into_user(id))?;
            }
            Step::EditUser { user, form } => {
                let form = form.form(|name| self.role_id(name))?;
                let edited = UserEdit::parse(self.user(&user), form)?.into_user();
                self.save_user(edited)?;
            }
            Step::HideRole { user, role, hidden } => {
                let role = self.role_id(&role).ok_or("no such role")?;
                let user = self.user(&user);
                *user = user
                    .clone()
                    .with_role_hidden(role, hidden)
                    .ok_or("it is so already")?;
            }
            Step::SetPassword {
                user,
                password,
                must_change: _,
            } => {
                let id = self.user(&user).id;
                self.passwords.insert(id, password.expose().to_owned());
            }
            Step::AddIntegration { form, given } => {
                let id = IntegrationId::new(self.next_id());
                let draft = IntegrationDraft::parse(form)?;
                draft.check_allocation(self.settings.governance, self.allocated(None))?;
                let key = draft.needs_credentials().then(|| self.pair(id, given));
                let first = key.map(Credentials::first);
                self.save_integration(draft.into_integration(
                    id,
                    ApplicationId::from_bytes([1; 16]),
                    first,
                    NOW,
                ));
            }
            Step::EditIntegration {
                integration,
                form,
                given,
            } => {
                let current = self.integration(&integration).clone();
                let edit = IntegrationEdit::parse(&current, form)?;
                edit.check_allocation(self.settings.governance, self.allocated(Some(current.id)))?;
                let key = edit.needs_credentials().then(|| self.pair(current.id, given));
                self.save_integration(edit.into_integration(key.map(Credentials::first), NOW));
            }
            Step::ReplaceCredentials { integration, given } => {
                let current = self.integration(&integration).clone();
                let key = self.pair(current.id, Some(given));
                self.save_integration(current.reset_credentials(key, NOW)?);
            }
            Step::AddToken {
                integration,
                user,
                role,
                name,
                given,
                then,
            } => self.add_token([&integration, &user, &role], &name, given, then)?,
            Step::EditToken { token, form } => {
                let found = self.tokens.iter_mut().find(|found| found.id == token);
                let found = found.ok_or("no such token")?;
                *found = TokenEdit::parse(found, &form)?.into_access_token();
            }
            Step::RevokeToken { token } => {
                let found = self.tokens.iter_mut().find(|found| found.id == token);
                let found = found.ok_or("no such token")?;
                *found = found.clone().apply(TokenChange::Revoke, NOW)?;
            }
            Step::AddCustomer { fields, place: _ } => {
                self.customers.extend(CustomerKey::of(&fields));
            }
        }
        Ok(())
    }

    fn add_token(
        &mut self,
        [integration, user, role]: [&str; 3],
        name: &str,
        given: Option<GivenToken>,
        then: Option<TokenChange>,
    ) -> Done {
        let role = self.role_id(role).ok_or("no such role")?;
        let role = self
            .roles
            .iter()
            .find(|found| found.id == role)
            .ok_or("no such role")?
            .clone();
        let user = self.user(user).clone();
        let application = self.integration(integration).clone();
        let draft = TokenDraft::parse(TokenForm {
            application: &application,
            user: &user,
            role: &role,
            features: &self.features,
            name,
        })?;
        let id = AccessTokenId::new(self.next_id());
        let made = || GivenToken {
            token_id: TokenId::parse(format!("made-token-{id}")).unwrap(),
            token_secret: Secret::new(format!("made-token-secret-{id}")),
        };
        let given = given.unwrap_or_else(made);
        self.token_secrets
            .insert(id, given.token_secret.expose().to_owned());
        let by = By {
            actor: Actor {
                user: None,
                name: "the file".to_owned(),
                via: Via::Start,
            },
            at: NOW,
        };
        let token = draft.into_access_token(id, given.token_id, &by);
        self.tokens.push(match then {
            Some(change) => token.apply(change, NOW)?,
            None => token,
        });
        Ok(())
    }
}

fn by_id<T, I: Ord>(records: &[T], id: impl Fn(&T) -> I) -> impl Iterator<Item = &T> {
    let mut records: Vec<&T> = records.iter().collect();
    records.sort_by_key(|record| id(record));
    records.into_iter()
}
