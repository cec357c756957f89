//! `/connections`: made, looked at, labelled, removed.

use std::num::NonZeroU8;

use countersign_client::Login;
use countersign_front::Body;
use countersign_protocol::Credentials;
use countersign_proxy::KnownCaller;
use countersign_vault::{
    By, CallerId, Connection, ConnectionId, Given, GrantDraft, IntegrationKey, Label, LabelError, Metadata,
    NewConnection, Observed, Scope, SessionToken, VaultError,
};
use countersign_world::hex;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::{Answered, Nango};
use crate::asked::{Asked, connection_in_body, connection_in_path, integration_in_body, json as read};
use crate::end_user::{self, EndUser, Tags};
use crate::integrations::refuse_webhook;
use crate::problem::{Problem, reply};
use crate::{credentials, shown, verification};

/// Connections whose metadata is set at once.
const MAX_AT_ONCE: usize = 100;
/// The length of an id that is made here, in bytes.
const ID_BYTES: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    provider_config_key: String,
    connection_id: Option<String>,
    metadata: Option<Metadata>,
    #[serde(default)]
    connection_config: Map<String, Value>,
    webhook_url_override: Option<Value>,
    credentials: Value,
    end_user: Option<EndUser>,
    tags: Option<Tags>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    end_user: Option<EndUser>,
    tags: Option<Tags>,
    webhook_url_override: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetadataOf {
    connection_id: OneOrMore,
    provider_config_key: String,
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// A connection that somebody brings.
pub(crate) struct Brought {
    pub(crate) integration: IntegrationKey,
    pub(crate) id: ConnectionId,
    pub(crate) credentials: Credentials,
    /// Nothing: as they were.
    pub(crate) tags: Option<Tags>,
    pub(crate) metadata: Option<Metadata>,
    pub(crate) caller: CallerId,
    pub(crate) session: Option<SessionToken>,
}

/// Who a token is, as the vault keeps it. How much runs at once was not asked.
impl Nango {
    pub(crate) async fn add_connection(&self, asked: &Asked, caller: &KnownCaller, body: Body) -> Answered {
        asked.only(&[])?;
        let added: Added = read(body).await?;
        refuse_webhook(added.webhook_url_override.as_ref())?;
        let is_labelled = added.end_user.is_some() || added.tags.is_some();
        let tags = end_user::tags_of(added.end_user, None, added.tags)?;
        let brought = Brought {
            integration: integration_in_body("provider_config_key", added.provider_config_key)?,
            id: match added.connection_id {
                Some(id) => connection_in_body("connection_id", &id)?,
                None => self.new_id()?,
            },
            credentials: credentials::of_connection(added.credentials, &added.connection_config)?,
            tags: is_labelled.then_some(tags),
            metadata: added.metadata,
            caller: caller.caller.id,
            session: None,
        };
        let made = self
            .bring(brought, self.by(caller), "connection_test_failed")
            .await?;
        Ok(reply(StatusCode::CREATED, &shown::full(&made)))
    }

    /// Keeps a connection once its credentials were seen to log in: a new one, or that of the same id and integration,
    /// whose account and credentials are replaced together.
    pub(crate) async fn bring(
        &self,
        brought: Brought,
        by: By,
        code: &'static str,
    ) -> Result<Connection, Problem> {
        let integration = self.vault.integration(brought.integration.clone()).await?;
        let before = match self.vault.connection(brought.id.clone()).await {
            Ok(before) => Some(before),
            Err(VaultError::UnknownConnection(_)) => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(before) = &before
            && shown::integration_of(before) != brought.integration.as_str()
        {
            let message = "There is a connection of this id under another integration, and an id is given once here: choose \
                           another.";
            return Err(Problem::new(StatusCode::CONFLICT, "conflict", message));
        }
        // What cannot be kept is said before anything is asked of the account.
        let label = |before: &Label| {
            let tags = brought.tags.clone().unwrap_or_else(|| before.tags().clone());
            let metadata = brought
                .metadata
                .clone()
                .unwrap_or_else(|| before.metadata().clone());
            Label::parse(tags, metadata)
        };
        let none = Label::default();
        let label = label(before.as_ref().map_or(&none, |before| &before.label));
        let label = label.map_err(VaultError::from)?;
        let given = Given {
            credentials: brought.credentials,
            server: integration.server,
        };
        given.check().map_err(VaultError::from)?;
        let (login, now) = (Login::of(&given.credentials), self.clock.elapsed());
        let logins = self.proxy.logins();
        if let Some(rest) = logins.breaker(&login, now).rest(login.edition(), now) {
            return Err(Problem::resting(code, rest));
        }
        let verified = verification::verify(&given, logins, self.clock.clone(), self.entropy.clone());
        let identity = match Box::pin(verified).await {
            Ok(identity) => identity,
            Err(why) => return Err(Problem::bad_request(code, format!("Nothing was saved. {why}"))),
        };
        let made = match before {
            None => {
                let new = NewConnection {
                    id: brought.id,
                    integration: brought.integration,
                    given,
                    label,
                    caller: brought.caller,
                    session: brought.session,
                };
                self.vault.connect(new, by.clone()).await?
            }
            Some(_) => {
                if let Some(session) = brought.session {
                    self.vault.end_session(session, by.at).await?;
                }
                let replaced = self.vault.replace(brought.id.clone(), given, by.clone()).await?;
                let generation = replaced.current.generation;
                let id = brought.id;
                self.vault
                    .observe(id.clone(), generation, Observed::Worked, by.clone())
                    .await?;
                self.vault.label(id.clone(), label, by.clone()).await?;
                self.may_use(brought.caller, &id, by.clone()).await?;
                self.vault.connection(id).await?
            }
        };
        if let Some(identity) = identity {
            let generation = made.current.generation;
            self.vault
                .recognise(made.id.clone(), generation, identity.holder(None), by)
                .await?;
        }
        self.in_force().await?;
        Ok(made)
    }

    /// Whoever brings credentials may do whatever they open, unless its grants for the connection say something else.
    async fn may_use(&self, caller: CallerId, id: &ConnectionId, by: By) -> Result<(), Problem> {
        let grants = self.vault.grants_of(caller).await?;
        if grants.iter().any(|grant| grant.connection == *id) {
            return Ok(());
        }
        let draft = GrantDraft {
            caller,
            connection: id.clone(),
            scope: Scope::everything(),
            share: NonZeroU8::MIN,
            expires: None,
        };
        self.vault.grant(draft, by).await?;
        Ok(())
    }

    pub(crate) fn new_id(&self) -> Result<ConnectionId, Problem> {
        let id = hex(&*self.entropy, ID_BYTES);
        connection_in_body("connection_id", &id)
    }

    pub(crate) async fn connection(&self, asked: &Asked, id: &str) -> Answered {
        asked.only(&[
            "provider_config_key",
            "force_refresh",
            "refresh_token",
            "refresh_github_app_jwt_token",
        ])?;
        let connection = self.found(connection_in_path(id)?, &asked.integration()?).await?;
        Ok(reply(StatusCode::OK, &shown::full(&connection)))
    }

    /// The connection of this id, if it is of this integration.
    pub(crate) async fn found(&self, id: ConnectionId, key: &IntegrationKey) -> Result<Connection, Problem> {
        let connection = self.vault.connection(id.clone()).await?;
        match shown::integration_of(&connection) == key.as_str() {
            true => Ok(connection),
            false => Err(VaultError::UnknownConnection(id).into()),
        }
    }

    pub(crate) async fn change_connection(
        &self,
        asked: &Asked,
        caller: &KnownCaller,
        id: &str,
        body: Body,
    ) -> Answered {
        asked.only(&["provider_config_key"])?;
        let changed: Changed = read(body).await?;
        refuse_webhook(changed.webhook_url_override.as_ref())?;
        let id = self
            .found(connection_in_path(id)?, &asked.integration()?)
            .await?
            .id;
        let replaces_tags = changed.tags.is_some();
        let tags = end_user::tags_of(changed.end_user, None, changed.tags)?;
        let change = move |before: &Label| {
            let mut all = match replaces_tags {
                true => end_user::kept(before.tags()),
                false => before.tags().clone(),
            };
            all.extend(tags.clone());
            Label::parse(all, before.metadata().clone())
        };
        self.vault.relabel(vec![id], change, self.by(caller)).await?;
        Ok(reply(StatusCode::OK, &json!({ "success": true })))
    }

    pub(crate) async fn set_metadata(&self, caller: &KnownCaller, body: Body) -> Answered {
        let set = |_: &Metadata, given: &Metadata| given.clone();
        self.label_all(caller, body, StatusCode::CREATED, set).await
    }

    /// Members that are given are put in the place of those of the same name; the others stay.
    pub(crate) async fn update_metadata(&self, caller: &KnownCaller, body: Body) -> Answered {
        let update = |before: &Metadata, given: &Metadata| {
            let mut all = before.clone();
            all.extend(given.clone());
            all
        };
        self.label_all(caller, body, StatusCode::OK, update).await
    }

    async fn label_all(
        &self,
        caller: &KnownCaller,
        body: Body,
        status: StatusCode,
        merged: impl Fn(&Metadata, &Metadata) -> Metadata + Send + 'static,
    ) -> Answered {
        let given: MetadataOf = read(body).await?;
        let (names, shown_id) = match given.connection_id {
            OneOrMore::One(one) => (vec![one.clone()], json!(one)),
            OneOrMore::More(more) => (more.clone(), json!(more)),
        };
        if !(1..=MAX_AT_ONCE).contains(&names.len()) {
            let message = format!("Metadata is set of 1 to {MAX_AT_ONCE} connections at once.");
            return Err(Problem::body("connection_id", message));
        }
        let key = integration_in_body("provider_config_key", given.provider_config_key)?;
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let id = connection_in_body("connection_id", &name)?;
            ids.push(self.found(id, &key).await?.id);
        }
        let body = json!({
            "connection_id": shown_id,
            "provider_config_key": key.as_str(),
            "metadata": given.metadata,
        });
        let metadata = given.metadata;
        let change = move |before: &Label| -> Result<Label, LabelError> {
            Label::parse(before.tags().clone(), merged(before.metadata(), &metadata))
        };
        self.vault.relabel(ids, change, self.by(caller)).await?;
        Ok(reply(status, &body))
    }

    pub(crate) async fn remove_connection(&self, asked: &Asked, caller: &KnownCaller, id: &str) -> Answered {
        asked.only(&["provider_config_key"])?;
        let id = connection_in_path(id)?;
        let id = self.found(id, &asked.integration()?).await?.id;
        self.vault.remove(id, self.by(caller)).await?;
        self.in_force().await?;
        Ok(reply(StatusCode::OK, &json!({ "success": true })))
    }
}
