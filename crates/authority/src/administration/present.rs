//! What an account holds of the names a file mentions, so that the two can be compared.

use std::collections::{BTreeMap, BTreeSet};

use countersign_account_file::{
    AccountFile, CustomerKey, Kept, Mentions, Present, PresentIntegration, PresentToken, PresentUser, folded,
};
use countersign_model::{AccessToken, Integration, Role, User};
use countersign_protocol::Secret;
use countersign_records::{Filter, Key, Query, Records};
use countersign_store::{IntegrationFilter, MAX_ROWS, SecretOwner, StoreError, TokenFilter, UserFilter};
use subtle::ConstantTimeEq as _;

use super::AdministrationError;
use super::apply::ApplyError;
use crate::authority::Authority;
use crate::secrets::SecretError;

impl Authority {
    pub(super) async fn present(&self, file: &AccountFile, records: &Records) -> Result<Present, ApplyError> {
        let mentions = file.mentions();
        let head = self.store.head().await?.ok_or(StoreError::NoAccount)?;
        let mut users = BTreeMap::new();
        for (name, password) in &mentions.users {
            if let Some(user) = self.user_named(name).await? {
                let password = self.password_kept(&user, *password).await?;
                users.insert(user.id, PresentUser { user, password });
            }
        }
        let mut integrations = BTreeMap::new();
        for (name, secret) in &mentions.integrations {
            if let Some(integration) = self.integration_named(name).await? {
                let consumer_secret = self.consumer_secret_kept(&integration, *secret).await?;
                let found = PresentIntegration {
                    integration,
                    consumer_secret,
                };
                integrations.insert(found.integration.id, found);
            }
        }
        // Whoever holds a key that the file gives to another record is told of it.
        for key in file.consumer_keys() {
            let holder = self.store.integration_by_consumer_key(key.as_str()).await?;
            if let Some(integration) = holder.filter(|record| !record.is_uninstalled()) {
                let consumer_secret = Kept::Other;
                integrations.entry(integration.id).or_insert(PresentIntegration {
                    integration,
                    consumer_secret,
                });
            }
        }
        let tokens = self
            .tokens_of(&mentions, &head.roles, &users, &integrations)
            .await?;
        Ok(Present {
            account: head.account,
            features: head.features,
            settings: head.settings,
            allocated: self.store.allocated_concurrency().await?,
            licences_taken: self.store.licences_taken().await?,
            roles: head.roles,
            users: users.into_values().collect(),
            integrations: integrations.into_values().collect(),
            tokens,
            customers: customers(&mentions, records).await?,
        })
    }

    pub(super) async fn user_named(&self, name: &str) -> Result<Option<User>, StoreError> {
        let filter = UserFilter {
            name: Some(name.to_owned()),
            ..UserFilter::default()
        };
        // By name: one that is just this name comes before those that begin with it.
        let found = self.store.users(filter, None, 1).await?.pop();
        Ok(found.filter(|user| folded(&user.name) == folded(name)))
    }

    pub(super) async fn integration_named(&self, name: &str) -> Result<Option<Integration>, StoreError> {
        let filter = IntegrationFilter {
            name: Some(name.to_owned()),
            ..IntegrationFilter::default()
        };
        let found = self.store.integrations(filter, None, 1).await?.pop();
        Ok(found.filter(|record| folded(&record.name) == folded(name)))
    }

    async fn password_kept(&self, user: &User, given: Option<&Secret>) -> Result<Kept, AdministrationError> {
        let Some(password) = self.store.access(user.id).await?.password else {
            return Ok(Kept::Nothing);
        };
        let Some(given) = given else {
            return Ok(Kept::Other);
        };
        let is_same = self.passwords.matches(given, Some(&password.hash)).await?;
        Ok(if is_same { Kept::Same } else { Kept::Other })
    }

    async fn consumer_secret_kept(
        &self,
        record: &Integration,
        given: Option<&Secret>,
    ) -> Result<Kept, AdministrationError> {
        let Some(pair) = &record.credentials else {
            return Ok(Kept::Nothing);
        };
        let owner = SecretOwner::Integration(pair.consumer_key.clone());
        self.secret_kept(owner, pair.generation, given).await
    }

    /// A secret that does not open is not the one of the file: the file may put a new one in its place.
    async fn secret_kept(
        &self,
        owner: SecretOwner,
        generation: u64,
        given: Option<&Secret>,
    ) -> Result<Kept, AdministrationError> {
        let Some(given) = given else {
            return Ok(Kept::Other);
        };
        match self.secrets.open(owner, generation).await {
            Ok(kept) if bool::from(kept.expose().as_bytes().ct_eq(given.expose().as_bytes())) => {
                Ok(Kept::Same)
            }
            Ok(_) | Err(SecretError::DoesNotOpen { .. } | SecretError::Missing(_)) => Ok(Kept::Other),
            Err(error) => Err(error.into()),
        }
    }

    /// Those with an ID of the file, and all of an integration, user and role the file has a token for.
    async fn tokens_of(
        &self,
        mentions: &Mentions<'_>,
        roles: &[Role],
        users: &BTreeMap<countersign_model::EntityId, PresentUser>,
        integrations: &BTreeMap<countersign_model::IntegrationId, PresentIntegration>,
    ) -> Result<Vec<PresentToken>, AdministrationError> {
        let roles: BTreeMap<String, _> = roles.iter().map(|role| (folded(&role.name), role.id)).collect();
        let users = users.values().map(|found| &found.user);
        let users: BTreeMap<String, _> = users.map(|user| (folded(&user.name), user.id)).collect();
        let integrations = integrations.values().map(|found| &found.integration);
        let integrations: BTreeMap<String, _> = integrations
            .map(|record| (folded(&record.name), record.id))
            .collect();
        let mut found = BTreeMap::new();
        for id in mentions.token_ids.keys() {
            let token = self.store.token_by_id(id.as_str()).await?;
            found.extend(token.map(|token| (token.id, token)));
        }
        for (integration, user, role) in &mentions.tokens {
            let of = (integrations.get(integration), users.get(user), roles.get(role));
            let (Some(integration), Some(user), Some(role)) = of else {
                continue;
            };
            let filter = TokenFilter {
                integration: Some(*integration),
                user: Some(*user),
                role: Some(*role),
                ..TokenFilter::default()
            };
            let mut after = None;
            loop {
                let page = self.store.tokens(filter.clone(), after, MAX_ROWS).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                found.extend(page.into_iter().map(|token| (token.id, token)));
            }
        }
        let mut tokens = Vec::with_capacity(found.len());
        for token in found.into_values() {
            tokens.push(self.present_token(token, mentions).await?);
        }
        Ok(tokens)
    }

    async fn present_token(
        &self,
        token: AccessToken,
        mentions: &Mentions<'_>,
    ) -> Result<PresentToken, AdministrationError> {
        let given = mentions.token_ids.get(&token.token_id).copied();
        let owner = SecretOwner::AccessToken(token.token_id.clone());
        let token_secret = self.secret_kept(owner, 1, given).await?;
        Ok(PresentToken { token, token_secret })
    }
}

async fn customers(mentions: &Mentions<'_>, records: &Records) -> Result<BTreeSet<CustomerKey>, ApplyError> {
    let mut present = BTreeSet::new();
    let Some(customer) = records.record_type("customer") else {
        return Ok(present);
    };
    for key in &mentions.customers {
        let is_there = match key {
            CustomerKey::ExternalId(id) => match records.get(customer, Key::External(id.clone())).await {
                Ok(_) => true,
                Err(countersign_records::RecordsError::NotFound { .. }) => false,
                Err(error) => return Err(error.into()),
            },
            other => {
                let query = Query {
                    filter: Filter::parse(&condition(other), customer).ok(),
                    limit: 1,
                    ..Query::default()
                };
                query.filter.is_some() && records.list(customer, query).await?.total > 0
            }
        };
        if is_there {
            present.insert((*key).clone());
        }
    }
    Ok(present)
}

fn condition(key: &CustomerKey) -> String {
    let is = |field: &str, text: &str| {
        let text = text.replace('\\', r"\\").replace('"', "\\\"");
        format!("{field} IS \"{text}\"")
    };
    match key {
        CustomerKey::ExternalId(text) => is("externalId", text),
        CustomerKey::EntityId(text) => is("entityId", text),
        CustomerKey::CompanyName(text) => is("companyName", text),
        CustomerKey::Person(first, last) => {
            format!("{} AND {}", is("firstName", first), is("lastName", last))
        }
    }
}
