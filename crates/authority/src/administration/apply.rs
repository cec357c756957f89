//! An account file, applied: what it changes is planned and then done, a use case a step. What was done before a step
//! that fails stays done, and the file applied again goes on from there.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_account_file::{
    AccountFile, FileError, FileErrors, GivenConsumer, GivenToken, NamedUserForm, Place, Plan, RoleGone,
    Step, folded,
};
use countersign_model::{AccessTokenId, IntegrationForm, Role, RoleId, TokenChange, TokenRefused};
use countersign_records::{Changes, RecordType, Records, RecordsError, json};
use countersign_store::{Keeper, StoreError};
use serde_json::{Map, Value};

use super::{AdministrationError, NewConsumer, NewToken};
use crate::authority::Authority;
use crate::caller::Caller;

mod applied;

pub use applied::{Applied, AppliedStep, ApplyError, MadeConsumer, MadeToken};

/// The pairs of this file's records that are known, by folded name, and whether they were made.
type Pairs = HashMap<String, (NewConsumer, bool)>;

impl Authority {
    /// What a file would do. Nothing is done.
    ///
    /// # Errors
    /// Every mistake of the file that only the account shows.
    pub async fn plan(
        &self,
        caller: &Caller,
        file: &AccountFile,
        records: &Records,
    ) -> Result<Applied, ApplyError> {
        Ok(Applied::planned(&self.plan_of(caller, file, records).await?))
    }

    /// Makes the account what the file says. An Administrator's, or the owner's.
    pub async fn apply(
        &self,
        caller: &Caller,
        file: &AccountFile,
        records: &Records,
    ) -> Result<Applied, ApplyError> {
        let plan = self.plan_of(caller, file, records).await?;
        let mut applied = Applied::planned(&plan);
        let mut pairs = Pairs::new();
        for (done, planned) in plan.into_steps().into_iter().enumerate() {
            let step = planned.to_string();
            let stepped = self
                .step(caller, planned.step, records, &mut pairs, &mut applied)
                .await;
            stepped.map_err(|reason| ApplyError::Step {
                step,
                done,
                all: applied.steps.len(),
                reason: Box::new(reason),
            })?;
        }
        for made in &mut applied.tokens {
            let pair = pairs.get(&folded(&made.integration));
            made.consumer = pair.map(|(pair, _)| pair.duplicate());
        }
        // A pair that is shown with its token is not shown alone.
        let shown = |name: &str| {
            applied
                .tokens
                .iter()
                .any(|made| folded(&made.integration) == name)
        };
        let alone = pairs
            .into_iter()
            .filter(|(name, (_, made))| *made && !shown(name));
        let mut consumers: Vec<_> = alone
            .map(|(integration, (consumer, _))| MadeConsumer {
                integration,
                consumer,
            })
            .collect();
        for made in &mut consumers {
            if let Some(record) = self.integration_named(&made.integration).await? {
                made.integration = record.name;
            }
        }
        consumers.sort_by(|a, b| a.integration.cmp(&b.integration));
        applied.consumers = consumers;
        Ok(applied)
    }

    async fn plan_of(
        &self,
        caller: &Caller,
        file: &AccountFile,
        records: &Records,
    ) -> Result<Plan, ApplyError> {
        caller
            .require_administrator()
            .map_err(AdministrationError::from)?;
        let present = self.present(file, records).await?;
        let planned = Plan::of(file, &present);
        let customers = FileErrors::of(wrong_customers(file, records));
        match (planned, customers) {
            (Ok(plan), None) => {
                self.may_do(caller, &plan).await?;
                Ok(plan)
            }
            (Ok(_), Some(errors)) | (Err(errors), None) => Err(errors.into()),
            (Err(plan), Some(customers)) => {
                let all = plan.iter().chain(customers.iter()).cloned().collect();
                Err(FileErrors::of(all).unwrap_or(plan).into())
            }
        }
    }

    /// An Administrator may do everything a file asks for but one thing, which is refused before anything is done: a token
    /// in the role of an Administrator is made by themselves or by the owner.
    async fn may_do(&self, caller: &Caller, plan: &Plan) -> Result<(), ApplyError> {
        let Some(own) = caller.user() else {
            return Ok(());
        };
        for planned in plan.iter() {
            let Step::AddToken { user, role, .. } = &planned.step else {
                continue;
            };
            let administrator = self
                .role_named(role)
                .is_ok_and(|role| role == Role::ADMINISTRATOR);
            if administrator && self.user_named(user).await?.is_none_or(|user| user.id != own) {
                return Err(ApplyError::Step {
                    step: planned.to_string(),
                    done: 0,
                    all: plan.iter().count(),
                    reason: Box::new(StoreError::TokenRefused(TokenRefused::Administrator).into()),
                });
            }
        }
        Ok(())
    }

    async fn step(
        &self,
        caller: &Caller,
        step: Step,
        records: &Records,
        pairs: &mut Pairs,
        applied: &mut Applied,
    ) -> Result<(), ApplyError> {
        match step {
            Step::Features(form) => _ = self.save_features(caller, form).await?,
            Step::Settings(form) => _ = self.save_settings(caller, move |_| form.clone()).await?,
            Step::AddRole(form) => _ = self.add_role(caller, form).await?,
            Step::EditRole { role, form } => {
                let id = self.role_named(&role)?;
                self.edit_role(caller, id, move |_| form.clone()).await?;
            }
            Step::AddUser(form) => {
                let form = self.user_form(&form)?;
                self.add_user(caller, form).await?;
            }
            Step::EditUser { user, form } => {
                let id = self.require_user_named(&user).await?.id;
                let form = self.user_form(&form)?;
                self.edit_user(caller, id, move |_| form.clone()).await?;
            }
            Step::HideRole { user, role, hidden } => {
                let (id, role) = (self.require_user_named(&user).await?.id, self.role_named(&role)?);
                let by = caller.by(self.clock.now());
                self.store.hide_role(id, role, hidden, by).await?;
                self.take_in_change().await;
            }
            Step::SetPassword {
                user,
                password,
                must_change,
            } => {
                let id = self.require_user_named(&user).await?.id;
                self.set_password(caller, id, &password, must_change).await?;
            }
            Step::AddIntegration { form, given } => {
                let name = folded(&form.name);
                let was_given = given.is_some();
                let (_, pair) = self.add_integration(caller, form, given.map(consumer)).await?;
                pairs.extend(pair.map(|pair| (name, (pair, !was_given))));
            }
            Step::EditIntegration {
                integration,
                form,
                given,
            } => {
                self.step_edit_integration(caller, &integration, form, given, pairs)
                    .await?;
            }
            Step::ReplaceCredentials { integration, given } => {
                let id = self.require_integration_named(&integration).await?;
                let pair = consumer(given);
                let record = self.replace_credentials(caller, id, &pair).await?;
                applied.replaced.push((record, pair.duplicate()));
                pairs.insert(folded(&integration), (pair, false));
            }
            Step::AddToken {
                integration,
                user,
                role,
                name,
                given,
                then,
            } => {
                let of = [integration.as_str(), user.as_str(), role.as_str()];
                let was_given = given.is_some();
                let made = self.step_add_token(caller, of, name, given, then).await?;
                let pair_made = pairs.get(&folded(&integration)).is_some_and(|(_, made)| *made);
                if !was_given || pair_made {
                    let consumer = None;
                    let (name, token) = made;
                    applied.tokens.push(MadeToken {
                        name,
                        integration,
                        token,
                        consumer,
                    });
                }
            }
            Step::EditToken { token, form } => _ = self.edit_token(caller, token, move |_| form).await?,
            Step::RevokeToken { token } => self.keep_token(caller, token, TokenChange::Revoke).await?,
            Step::AddCustomer { fields, place } => self.add_customer(caller, &fields, place, records).await?,
        }
        Ok(())
    }

    async fn step_edit_integration(
        &self,
        caller: &Caller,
        name: &str,
        form: IntegrationForm,
        given: Option<GivenConsumer>,
        pairs: &mut Pairs,
    ) -> Result<(), ApplyError> {
        let id = self.require_integration_named(name).await?;
        let (name, was_given) = (folded(&form.name), given.is_some());
        let edited = self.edit_integration_with(caller, id, move |_| form, given.map(consumer));
        let (_, pair) = edited.await?;
        pairs.extend(pair.map(|pair| (name, (pair, !was_given))));
        Ok(())
    }

    async fn step_add_token(
        &self,
        caller: &Caller,
        [integration, user, role]: [&str; 3],
        name: String,
        given: Option<GivenToken>,
        then: Option<TokenChange>,
    ) -> Result<(String, NewToken), ApplyError> {
        let integration = self.require_integration_named(integration).await?;
        let (user, role) = (self.require_user_named(user).await?.id, self.role_named(role)?);
        let given = given.map(|given| NewToken {
            id: given.token_id,
            secret: given.token_secret,
        });
        let made = self.create_token(caller, integration, (user, role), name, given);
        let (token, made) = made.await?;
        if let Some(change) = then {
            self.keep_token(caller, token.token.id, change).await?;
        }
        Ok((token.token.name, made))
    }

    /// Whoever may apply a file keeps everybody's tokens.
    async fn keep_token(
        &self,
        caller: &Caller,
        token: AccessTokenId,
        change: TokenChange,
    ) -> Result<(), ApplyError> {
        let by = caller.by(self.clock.now());
        self.store
            .change_token_state(token, change, Keeper::Owner, by)
            .await?;
        self.take_in_change().await;
        Ok(())
    }

    async fn add_customer(
        &self,
        caller: &Caller,
        fields: &Map<String, Value>,
        place: Place,
        records: &Records,
    ) -> Result<(), ApplyError> {
        let Some(of) = records.record_type("customer") else {
            return Ok(());
        };
        let changes = read(fields, of).map_err(|errors| wrong_customer(place, errors))?;
        match records.create(of, changes, self.record_stamp(caller)).await {
            Ok(_) => Ok(()),
            Err(error @ RecordsError::Invalid(_)) => Err(wrong_customer(place, error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    fn user_form(&self, form: &NamedUserForm) -> Result<countersign_model::UserForm, RoleGone> {
        form.form(|name| self.role_named(name).ok())
    }

    fn role_named(&self, name: &str) -> Result<RoleId, ApplyError> {
        let snapshot = self.snapshot();
        let role = snapshot.roles().find(|role| folded(&role.name) == folded(name));
        role.map(|role| role.id).ok_or_else(|| gone("role", name))
    }

    async fn require_user_named(&self, name: &str) -> Result<countersign_model::User, ApplyError> {
        let user = self.user_named(name).await?;
        user.ok_or_else(|| gone("user", name))
    }

    async fn require_integration_named(
        &self,
        name: &str,
    ) -> Result<countersign_model::IntegrationId, ApplyError> {
        let record = self.integration_named(name).await?;
        record
            .map(|record| record.id)
            .ok_or_else(|| gone("integration", name))
    }
}

fn gone(record: &'static str, name: &str) -> ApplyError {
    let name = name.to_owned();
    ApplyError::Gone { record, name }
}

fn consumer(given: GivenConsumer) -> NewConsumer {
    NewConsumer {
        key: given.consumer_key,
        secret: given.consumer_secret,
    }
}

/// What the record type refuses, before anything is done.
fn wrong_customers(file: &AccountFile, records: &Records) -> Vec<FileError> {
    let Some(of) = records.record_type("customer") else {
        return Vec::new();
    };
    let customers = file.customers().iter();
    let wrong = customers.filter_map(|customer| Some((customer.place, read(&customer.fields, of).err()?)));
    wrong.map(|(place, errors)| file_error(place, errors)).collect()
}

fn read(fields: &Map<String, Value>, of: &Arc<RecordType>) -> Result<Changes, String> {
    let said = |errors: Vec<countersign_records::FieldError>| {
        let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
        errors.join("; ")
    };
    let draft = json::read(fields, of).map_err(said)?;
    let wrong: Vec<_> = draft.unknown.into_iter().chain(draft.read_only).collect();
    match wrong.is_empty() {
        true => Ok(draft.changes),
        false => Err(said(wrong)),
    }
}

fn wrong_customer(place: Place, errors: String) -> ApplyError {
    let errors = FileErrors::of(vec![file_error(place, errors.clone())]);
    errors.map_or_else(|| gone("record type", "customer"), ApplyError::File)
}

fn file_error(place: Place, message: String) -> FileError {
    FileError {
        place,
        path: "customer".to_owned(),
        field: None,
        message,
    }
}
