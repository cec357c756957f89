//! `/integrations`: names under which programs speak of connections.

use std::collections::BTreeMap;

use countersign_front::Body;
use countersign_protocol::LocalServer;
use countersign_proxy::KnownCaller;
use countersign_vault::{Integration, IntegrationDraft};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::absent;
use crate::api::{Answered, Nango};
use crate::asked::{Asked, integration_in_body, integration_in_path, json as read};
use crate::problem::{Problem, reply, sentence};
use crate::provider::{AUTH_MODE, DISPLAY_NAME, NAME};

/// What may be said of an integration, when it is made and later.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    provider: Option<String>,
    unique_key: Option<String>,
    display_name: Option<String>,
    credentials: Option<Map<String, Value>>,
    /// Nothing is forwarded, whatever is said.
    #[serde(rename = "forward_webhooks")]
    _forward_webhooks: Option<bool>,
    integration_config: Option<BTreeMap<String, String>>,
    custom: Option<Map<String, Value>>,
}

impl Said {
    /// What changes of `before`.
    fn draft(&self, before: IntegrationDraft) -> Result<IntegrationDraft, Problem> {
        let is_said = |value: &Value| !matches!(value, Value::Null) && value.as_str() != Some("");
        let credentials = self.credentials.iter().flatten();
        if let Some((name, _)) = credentials
            .clone()
            .find(|(name, value)| *name != "type" && is_said(value))
        {
            let name: String = name.chars().take(80).collect();
            let message = "An integration holds no credentials here, so that those of one customer sign for no other: leave \
                           Client ID and Client Secret empty, and give them with each connection as \
                           credentials.config_override.";
            return Err(Problem::body(&format!("credentials.{name}"), message));
        }
        if self.custom.as_ref().is_some_and(|custom| !custom.is_empty()) {
            return Err(Problem::body(
                "custom",
                format!("The provider {NAME} takes no custom values."),
            ));
        }
        let config = self.integration_config.iter().flatten();
        if let Some((name, _)) = config.clone().find(|(name, _)| *name != "server") {
            let name: String = name.chars().take(80).collect();
            let message = format!(
                "The provider {NAME} has no {name:?}: it knows server, the address of local accounts."
            );
            return Err(Problem::body(&format!("integration_config.{name}"), message));
        }
        let server = self
            .integration_config
            .as_ref()
            .and_then(|config| config.get("server"));
        let server: Option<Option<LocalServer>> = match server.map(|server| server.trim()) {
            None => None,
            Some("") => Some(None),
            Some(text) => {
                Some(Some(text.parse().map_err(|error| {
                    Problem::body("integration_config.server", sentence(&error))
                })?))
            }
        };
        Ok(IntegrationDraft {
            display_name: self.display_name.clone().or(before.display_name),
            server: server.unwrap_or(before.server),
        })
    }
}

impl Nango {
    pub(crate) async fn integrations(&self, asked: &Asked) -> Answered {
        asked.only(&[])?;
        let all = self.vault.integrations().await?;
        let data: Vec<Value> = all.iter().map(shown).collect();
        Ok(reply(StatusCode::OK, &json!({ "data": data })))
    }

    pub(crate) async fn integration(&self, asked: &Asked, key: &str) -> Answered {
        asked.only(&["include"])?;
        let integration = self.vault.integration(integration_in_path(key)?).await?;
        let mut data = shown(&integration);
        for include in asked.parameters("include") {
            let (name, value) = match include {
                "webhook" => ("webhook_url", Value::Null),
                "credentials" => (
                    "credentials",
                    json!({ "type": AUTH_MODE, "client_id": null, "client_secret": null, "scopes": null,
                            "webhook_secret": null }),
                ),
                _ => {
                    let message = "What can be included is webhook and credentials.";
                    return Err(Problem::query("include", message));
                }
            };
            if let Some(data) = data.as_object_mut() {
                data.insert(name.to_owned(), value);
            }
        }
        Ok(reply(StatusCode::OK, &json!({ "data": data })))
    }

    pub(crate) async fn add_integration(&self, asked: &Asked, caller: &KnownCaller, body: Body) -> Answered {
        asked.only(&[])?;
        let said: Said = read(body).await?;
        if said.provider.as_deref() != Some(NAME) {
            let message = format!("There is one provider here: {NAME}.");
            return Err(Problem::body("provider", message));
        }
        self.may_name_server(&said)?;
        let draft = said.draft(IntegrationDraft::default())?;
        let key = said.unique_key.unwrap_or_default();
        let key = integration_in_body("unique_key", key)?;
        let made = self.vault.add_integration(key, draft, self.by(caller)).await?;
        Ok(reply(StatusCode::OK, &json!({ "data": shown(&made) })))
    }

    pub(crate) async fn change_integration(
        &self,
        asked: &Asked,
        caller: &KnownCaller,
        key: &str,
        body: Body,
    ) -> Answered {
        asked.only(&[])?;
        let key = integration_in_path(key)?;
        let said: Said = read(body).await?;
        if said.provider.as_deref().is_some_and(|provider| provider != NAME) {
            return Err(Problem::body(
                "provider",
                "The provider of an integration does not change.",
            ));
        }
        self.may_name_server(&said)?;
        let before = self.vault.integration(key.clone()).await?;
        let draft = said.draft(IntegrationDraft {
            display_name: before.display_name,
            server: before.server,
        })?;
        let new_key = match said.unique_key {
            Some(text) => integration_in_body("unique_key", text)?,
            None => key.clone(),
        };
        let by = self.by(caller);
        let changed = self.vault.change_integration(key, new_key, draft, by).await?;
        Ok(reply(StatusCode::OK, &json!({ "data": shown(&changed) })))
    }

    fn may_name_server(&self, said: &Said) -> Result<(), Problem> {
        let server = said
            .integration_config
            .as_ref()
            .and_then(|config| config.get("server"));
        if self.takes_servers || server.is_none_or(|server| server.trim().is_empty()) {
            return Ok(());
        }
        let message = "This proxy can be reached from other machines, and takes no address on its own from them. Leave \
                       server out, or let whoever runs it start it with --local-servers.";
        Err(Problem::body("integration_config.server", message))
    }

    pub(crate) async fn remove_integration(&self, caller: &KnownCaller, key: &str) -> Answered {
        let key = integration_in_path(key)?;
        self.vault.remove_integration(key, self.by(caller)).await?;
        Ok(reply(StatusCode::OK, &json!({ "success": true })))
    }
}

fn shown(integration: &Integration) -> Value {
    json!({
        "unique_key": integration.key.as_str(),
        "provider": NAME,
        "display_name": integration.display_name.as_deref().unwrap_or(DISPLAY_NAME),
        "logo": "",
        "forward_webhooks": false,
        "missing_fields": [],
        "created_at": integration.created.to_string(),
        "updated_at": integration.updated.to_string(),
    })
}

/// Nothing here has a webhook.
pub(crate) fn refuse_webhook(url: Option<&Value>) -> Result<(), Problem> {
    match url.is_some_and(|url| !url.is_null()) {
        true => Err(absent::webhooks()),
        false => Ok(()),
    }
}
