//! `countersign api-key`.

use countersign_admin::{ApiKeyInput, ApiKeyJson, ApiKeyQuery, Moment, NewApiKeyJson};
use countersign_world::UnixTime;
use serde_json::json;

use super::administration::{list_all, print_list, shown_grants};
use crate::admin_client::AdminClient;
use crate::ask;
use crate::command::{ApiKey, ApiKeyAction, At, Length};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::once::{Once, Place};
use crate::output::{self, GREEN, RED};
use crate::pick::Pick;
use crate::table::{Cell, Table, moment, or_empty};

pub(crate) async fn run(ApiKey { action, at }: ApiKey) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| act(client, action, &at).await).await?;
    Ok(Exit::Success)
}

async fn act(client: &AdminClient, action: ApiKeyAction, at: &At) -> Result<(), Failure> {
    let pick = Pick::ApiKey;
    match action {
        ApiKeyAction::List { length } => list(client, length, at).await,
        ApiKeyAction::Create {
            name,
            user,
            role,
            scopes,
            expires_in_days,
            out,
        } => {
            let input = ApiKeyInput {
                name,
                scopes,
                expires_in_days,
                user: Some(Pick::User.id(client, &user).await?),
                role: Some(Pick::Role.id(client, &role).await?),
            };
            let place = Place::open(&out)?;
            let NewApiKeyJson { api_key, secret } = client.post(pick.path(), &input).await?;
            let once = Once::new().with("COUNTERSIGN_API_KEY", &secret);
            let what = format!("API key {}, {}, was made", api_key.id, api_key.name);
            place.give(&once, &what, &json!(api_key), at.json)
        }
        ApiKeyAction::Revoke { key, sure } => {
            let path = pick.at(client, &key).await?;
            ask::sure(&format!("Revoking API key {key}"), &sure)?;
            client.delete::<()>(&path).await?;
            match at.json {
                true => output::say_json(&json!({ "revoked": path.rsplit('/').next() })),
                false => output::say(&format!("API key {key} is revoked.")),
            }
        }
    }
}

async fn list(client: &AdminClient, length: Length, at: &At) -> Result<(), Failure> {
    let path = Pick::ApiKey.path();
    let (keys, more) = list_all::<ApiKeyJson>(client, path, &ApiKeyQuery::default(), length).await?;
    let now = World::system().clock.now();
    let mut table = Table::new(&["ID", "NAME", "STATE", "SCOPES", "EXPIRES", "LAST USED"]);
    for key in &keys {
        table.add([
            Cell::from(key.id),
            Cell::from(&key.name),
            state(key, now),
            Cell::from(shown_grants(&key.scopes)),
            Cell::from(moment(key.expires)),
            or_empty(key.last_used.map(moment)),
        ]);
    }
    print_list(&keys, &table, more, "There is no API key.", at)
}

fn state(key: &ApiKeyJson, now: UnixTime) -> Cell {
    let Moment(expires) = key.expires;
    match key.revoked {
        Some(_) => Cell::from("Revoked").styled(RED),
        None if expires <= now => Cell::from("Expired").styled(RED),
        None => Cell::from("Active").styled(GREEN),
    }
}
