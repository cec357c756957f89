//! A connection as Nango shows it, but for its secrets, which are shown to nobody.

use countersign_vault::{Connection, Health};
use serde_json::{Value, json};

use crate::end_user;
use crate::provider::{AUTH_MODE, NAME};

/// The integration a connection is of. One that was made otherwise is of the one named like the provider.
pub(crate) fn integration_of(connection: &Connection) -> &str {
    connection
        .integration
        .as_ref()
        .map_or(NAME, |integration| integration.as_str())
}

/// In a list.
pub(crate) fn brief(connection: &Connection) -> Value {
    let label = &connection.label;
    json!({
        "id": connection.number,
        "connection_id": connection.id.as_str(),
        "provider_config_key": integration_of(connection),
        "provider": NAME,
        "errors": errors(connection),
        "end_user": end_user::shown(label.tags()),
        "tags": label.tags(),
        "metadata": metadata(connection),
        "created": connection.created.to_string(),
    })
}

pub(crate) fn full(connection: &Connection) -> Value {
    let label = &connection.label;
    json!({
        "id": connection.number,
        "connection_id": connection.id.as_str(),
        "provider_config_key": integration_of(connection),
        "provider": NAME,
        "errors": errors(connection),
        "end_user": end_user::shown(label.tags()),
        "tags": label.tags(),
        "metadata": metadata(connection),
        // As it stands in the account's addresses, which programs make of it.
        "connection_config": { "accountId": connection.account.host_label() },
        "webhook_url_override": null,
        "created_at": connection.created.to_string(),
        "updated_at": connection.current.stored.to_string(),
        "last_fetched_at": connection.last_success.map(|time| time.to_string()),
        "credentials": { "type": AUTH_MODE },
    })
}

/// Nango gives the id of a log with each, and here there is none.
fn errors(connection: &Connection) -> Value {
    match connection.health {
        Health::Failing { .. } | Health::Superseded { .. } => json!([{ "type": "auth", "log_id": "" }]),
        Health::Healthy | Health::Unverified => json!([]),
    }
}

fn metadata(connection: &Connection) -> Value {
    let metadata = connection.label.metadata();
    match metadata.is_empty() {
        true => Value::Null,
        false => Value::Object(metadata.clone()),
    }
}
