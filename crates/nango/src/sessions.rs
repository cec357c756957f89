//! `/connect/sessions`: a token with which somebody else gives the credentials of a connection, and what it opens.

use std::time::Duration;

use countersign_front::Body;
use countersign_protocol::Credentials;
use countersign_proxy::{AnswerBody, KnownCaller};
use countersign_vault::{By, Connection, ConnectionId, IntegrationKey, Session, SessionDraft, SessionToken};
use http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::absent;
use crate::api::{Answered, Nango, bearer};
use crate::asked::{Asked, connection_in_body, integration_in_body, integration_in_path, json as read};
use crate::connections::Brought;
use crate::credentials::Authorization;
use crate::end_user::{self, EndUser, Organization, Tags};
use crate::integrations::refuse_webhook;
use crate::problem::{Problem, reply};

const LASTS: Duration = Duration::from_mins(30);
const MAX_INTEGRATIONS: usize = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opened {
    end_user: Option<EndUser>,
    organization: Option<Organization>,
    tags: Option<Tags>,
    #[serde(default)]
    allowed_integrations: Vec<String>,
    #[serde(default)]
    integrations_config_defaults: Map<String, Value>,
    #[serde(default)]
    overrides: Map<String, Value>,
    webhook_url_override: Option<Value>,
    /// Of a session for a connection that is there.
    connection_id: Option<String>,
    integration_id: Option<String>,
}

impl Nango {
    pub(crate) async fn open_session(&self, asked: &Asked, caller: &KnownCaller, body: Body) -> Answered {
        asked.only(&[])?;
        let opened: Opened = read(body).await?;
        if opened.connection_id.is_some() || opened.integration_id.is_some() {
            let message = "For a connection that is there, open a session at /connect/sessions/reconnect.";
            return Err(Problem::body("connection_id", message));
        }
        if opened.end_user.is_none() && opened.tags.is_none() {
            let message = "Say whose connection it will be: by end_user, or by tags.";
            return Err(Problem::body("end_user", message));
        }
        self.open(asked, caller, opened, None).await
    }

    pub(crate) async fn open_again(&self, asked: &Asked, caller: &KnownCaller, body: Body) -> Answered {
        asked.only(&[])?;
        let mut opened: Opened = read(body).await?;
        let id = opened.connection_id.take().unwrap_or_default();
        let id = connection_in_body("connection_id", &id)?;
        let key = opened.integration_id.take().unwrap_or_default();
        let key = integration_in_body("integration_id", key)?;
        let id = self.found(id, &key).await?.id;
        opened.allowed_integrations = vec![key.as_str().to_owned()];
        self.open(asked, caller, opened, Some(id)).await
    }

    async fn open(
        &self,
        asked: &Asked,
        caller: &KnownCaller,
        opened: Opened,
        connection: Option<ConnectionId>,
    ) -> Answered {
        refuse_webhook(opened.webhook_url_override.as_ref())?;
        if !opened.integrations_config_defaults.is_empty() || !opened.overrides.is_empty() {
            return Err(absent::named(
                "defaults and overrides of a session",
                "Leave integrations_config_defaults and overrides out.",
            ));
        }
        if opened.allowed_integrations.len() > MAX_INTEGRATIONS {
            let message = format!("A session is for at most {MAX_INTEGRATIONS} integrations.");
            return Err(Problem::body("allowed_integrations", message));
        }
        let mut integrations: Vec<IntegrationKey> = Vec::new();
        for key in opened.allowed_integrations {
            let key = integration_in_body("allowed_integrations", key)?;
            let known = self.vault.integration(key).await;
            integrations.push(
                known
                    .map_err(|error| Problem::body("allowed_integrations", crate::problem::sentence(&error)))?
                    .key,
            );
        }
        let draft = SessionDraft {
            caller: caller.caller.id,
            connection,
            integrations,
            tags: end_user::tags_of(opened.end_user, opened.organization, opened.tags)?,
            lasts: LASTS,
        };
        let (token, session) = self.vault.open_session(draft, self.by(caller)).await?;
        let data = json!({
            "token": token.expose(),
            "connect_link": format!("{}/connect?session_token={}", asked.base, token.expose()),
            "expires_at": session.expires.to_string(),
        });
        Ok(reply(StatusCode::CREATED, &json!({ "data": data })))
    }

    /// What a session is for, to whoever has its token.
    pub(crate) async fn session(&self, headers: &HeaderMap) -> Answered {
        let (_, session) = self.presented(bearer(headers)).await?;
        let integrations: Vec<&str> = session.integrations.iter().map(IntegrationKey::as_str).collect();
        let mut data = json!({
            "endUser": end_user::shown(&session.tags),
            "tags": session.tags,
            "isReconnecting": session.connection.is_some(),
        });
        if let Some(data) = data.as_object_mut()
            && !integrations.is_empty()
        {
            data.insert("allowed_integrations".to_owned(), json!(integrations));
        }
        Ok(reply(StatusCode::OK, &json!({ "data": data })))
    }

    pub(crate) async fn end_session(&self, headers: &HeaderMap) -> Answered {
        let (token, _) = self.presented(bearer(headers)).await?;
        self.vault.end_session(token, self.clock.now()).await?;
        let mut response = Response::new(AnswerBody::whole(bytes::Bytes::new()));
        *response.status_mut() = StatusCode::NO_CONTENT;
        Ok(response)
    }

    /// `POST /auth/tba/INTEGRATION?connect_session_token=…&params[accountId]=…`: gives the credentials a session is for.
    pub(crate) async fn authorize(&self, asked: &Asked, key: &str, body: Body) -> Answered {
        asked.only(&["connect_session_token", "params[", "user_scope"])?;
        let (token, session) = self.presented(asked.parameter("connect_session_token")).await?;
        let key = integration_in_path(key)?;
        let given: Authorization = read(body).await?;
        let account = asked.bracketed("params").find(|(name, _)| *name == "accountId");
        let account = account.map(|(_, value)| value).unwrap_or_default();
        let credentials = given.credentials(account)?;
        let made = self.given(token, session, key.clone(), credentials).await?;
        let answer = json!({ "connectionId": made.id.as_str(), "providerConfigKey": key.as_str() });
        Ok(reply(StatusCode::OK, &answer))
    }

    /// Keeps the credentials a session is for, once they were seen to log in: what the page behind its link does.
    ///
    /// # Errors
    /// Why nothing was kept, in sentences for people.
    pub async fn give(
        &self,
        token: SessionToken,
        key: IntegrationKey,
        credentials: Credentials,
    ) -> Result<Connection, String> {
        let session = self.vault.session(&token, self.clock.now()).await;
        let session = session.map_err(|error| crate::problem::sentence(&error))?;
        let made = Box::pin(self.given(token, session, key, credentials)).await;
        made.map_err(Problem::into_message)
    }

    async fn given(
        &self,
        token: SessionToken,
        session: Session,
        key: IntegrationKey,
        credentials: Credentials,
    ) -> Result<Connection, Problem> {
        if !session.allows(&key) {
            let message = format!("The session is not for the integration {key}.");
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "integration_not_allowed",
                message,
            ));
        }
        let by = By {
            actor: format!("session of caller {}", session.caller),
            at: self.clock.now(),
        };
        let is_labelled = session.connection.is_none() || !session.tags.is_empty();
        let brought = Brought {
            integration: key.clone(),
            id: match session.connection {
                Some(id) => self.found(id, &key).await?.id,
                None => self.new_id()?,
            },
            credentials,
            tags: is_labelled.then_some(session.tags),
            metadata: None,
            caller: session.caller,
            session: Some(token),
        };
        self.bring(brought, by, "invalid_credentials").await
    }

    async fn presented(&self, token: Option<&str>) -> Result<(SessionToken, Session), Problem> {
        let token = token.and_then(SessionToken::presented).ok_or_else(|| {
            let message = "The token of a session is missing: it begins with nango_connect_session_.";
            Problem::new(
                StatusCode::UNAUTHORIZED,
                "invalid_connect_session_token_format",
                message,
            )
        })?;
        let session = self.vault.session(&token, self.clock.now()).await?;
        Ok((token, session))
    }
}
