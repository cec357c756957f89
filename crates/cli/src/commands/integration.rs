//! `countersign integration`.

use countersign_admin::{IntegrationInput, IntegrationJson, IntegrationQuery, Named, SavedIntegrationJson};
use countersign_model::IntegrationState;
use serde_json::json;

use super::administration::{list_all, print_list};
use crate::admin_client::AdminClient;
use crate::ask;
use crate::command::{At, Integration, IntegrationAction, Length};
use crate::failure::{Exit, Failure};
use crate::once::{Once, Place};
use crate::output::{self, GREEN, RED};
use crate::pick::Pick;
use crate::table::{self, Cell, Table, moment, or_empty};

pub(crate) async fn run(Integration { action, at }: Integration) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| act(client, action, &at).await).await?;
    Ok(Exit::Success)
}

async fn act(client: &AdminClient, action: IntegrationAction, at: &At) -> Result<(), Failure> {
    let pick = Pick::Integration;
    match action {
        IntegrationAction::List { name, state, length } => {
            let query = IntegrationQuery {
                name,
                state,
                ..IntegrationQuery::default()
            };
            list(client, query, length, at).await
        }
        IntegrationAction::Show { record } => {
            let record = client.get(&pick.at(client, &record).await?).await?;
            show(&record, at)
        }
        IntegrationAction::Create { name, fields, out } => {
            let place = Place::open(&out)?;
            let saved = client.post(pick.path(), &fields.input(Some(name))).await?;
            give(client, saved, place, "made", at)
        }
        IntegrationAction::Edit {
            record,
            name,
            fields,
            out,
        } => {
            let path = pick.at(client, &record).await?;
            let place = Place::open(&out)?;
            let saved = client.patch(&path, &fields.input(name)).await?;
            give(client, saved, place, "saved", at)
        }
        IntegrationAction::ResetCredentials { record, sure, out } => {
            let path = pick.at(client, &record).await?;
            let before: IntegrationJson = client.get(&path).await?;
            ask::sure(&format!("A new consumer key for {}", before.name), &sure)?;
            let place = Place::open(&out)?;
            let saved = client.post(&format!("{path}/reset-credentials"), &()).await?;
            give(client, saved, place, "reset", at)
        }
        IntegrationAction::Block { record } => set(client, &record, IntegrationState::Blocked, at).await,
        IntegrationAction::Enable { record } => set(client, &record, IntegrationState::Enabled, at).await,
        IntegrationAction::Uninstall { record, sure } => {
            let path = pick.at(client, &record).await?;
            let before: IntegrationJson = client.get(&path).await?;
            ask::sure(&format!("Uninstalling {}", before.name), &sure)?;
            client.post::<()>(&format!("{path}/uninstall"), &()).await?;
            match at.json {
                true => output::say_json(&json!({ "uninstalled": before.id })),
                false => output::say(&format!(
                    "{} is uninstalled; its tokens are revoked.",
                    before.name
                )),
            }
        }
    }
}

async fn list(client: &AdminClient, query: IntegrationQuery, length: Length, at: &At) -> Result<(), Failure> {
    let (rows, more) = list_all::<IntegrationJson>(client, Pick::Integration.path(), &query, length).await?;
    let mut table = Table::new(&["ID", "NAME", "STATE", "AUTHENTICATION", "CONSUMER KEY"]);
    for record in &rows {
        table.add([
            Cell::from(record.id),
            Cell::from(&record.name),
            state(record),
            Cell::from(boxes(record).join(", ")),
            or_empty(record.consumer_key.as_ref()),
        ]);
    }
    print_list(&rows, &table, more, "There is no such integration record.", at)
}

fn show(record: &IntegrationJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(record));
    }
    table::fields(
        &record.name,
        &[
            ("Internal ID", Cell::from(record.id)),
            ("State", state(record)),
            ("Description", Cell::from(&record.description)),
            ("Note", Cell::from(&record.note)),
            ("Authentication", Cell::from(boxes(record).join(", "))),
            ("Callback URL", or_empty(record.callback_url.as_ref())),
            ("Consumer key", or_empty(record.consumer_key.as_ref())),
            ("Concurrency limit", or_empty(record.concurrency_limit)),
            ("Application ID", Cell::from(&record.application_id)),
            ("Installed from", Cell::from(&record.origin)),
            ("Created", Cell::from(moment(record.created))),
            ("Last modified", Cell::from(moment(record.last_modified))),
            ("Uninstalled", or_empty(record.uninstalled.map(moment))),
        ],
    )
}

/// A record that was saved, and its pair where the Save made one.
fn give(
    client: &AdminClient,
    saved: SavedIntegrationJson,
    place: Place,
    what: &str,
    at: &At,
) -> Result<(), Failure> {
    let SavedIntegrationJson {
        integration: record,
        credentials,
    } = saved;
    let Some(made) = credentials else {
        return show(&record, at);
    };
    let once = Once::of_connection(client)?
        .with("NETSUITE_CONSUMER_KEY", &made.consumer_key)
        .with("NETSUITE_CONSUMER_SECRET", &made.consumer_secret);
    let what = format!("Integration record {}, {}, was {what}", record.id, record.name);
    place.give(&once, &what, &json!(record), at.json)
}

async fn set(client: &AdminClient, record: &str, state: IntegrationState, at: &At) -> Result<(), Failure> {
    let input = IntegrationInput {
        state: Some(Named(state)),
        ..IntegrationInput::default()
    };
    let path = Pick::Integration.at(client, record).await?;
    let saved: SavedIntegrationJson = client.patch(&path, &input).await?;
    match at.json {
        true => output::say_json(&json!(saved.integration)),
        false => output::say(&format!(
            "{} is {}.",
            saved.integration.name,
            state.label().to_lowercase()
        )),
    }
}

fn state(record: &IntegrationJson) -> Cell {
    let style = match record.state.0 {
        IntegrationState::Enabled => GREEN,
        IntegrationState::Blocked | IntegrationState::WaitingForApproval => RED,
    };
    Cell::from(record.state.0.label()).styled(style)
}

/// The boxes of the Authentication subtab that are checked.
fn boxes(record: &IntegrationJson) -> Vec<&'static str> {
    [
        (record.token_based_authentication, "TBA"),
        (record.tba_issue_token_endpoint, "IssueToken"),
        (record.tba_authorization_flow, "Authorization Flow"),
        (record.authorization_code_grant, "Code Grant"),
        (record.user_credentials, "User Credentials"),
    ]
    .into_iter()
    .filter_map(|(checked, name)| checked.then_some(name))
    .collect()
}
