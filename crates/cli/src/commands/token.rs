//! `countersign token`.

use countersign_admin::{
    IntegrationJson, NewTokenJson, RoleJson, TokenChangeInput, TokenInput, TokenJson, TokenQuery, UserJson,
};
use serde_json::json;

use super::administration::{list_all, print_list};
use crate::admin_client::AdminClient;
use crate::ask;
use crate::command::{At, Length, Token, TokenAction};
use crate::failure::{Exit, Failure};
use crate::once::{Once, Place};
use crate::output::{self, GREEN, RED};
use crate::pick::Pick;
use crate::table::{self, Cell, Table, moment, or_empty};

pub(crate) async fn run(Token { action, at }: Token) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| act(client, action, &at).await).await?;
    Ok(Exit::Success)
}

async fn act(client: &AdminClient, action: TokenAction, at: &At) -> Result<(), Failure> {
    let pick = Pick::Token;
    match action {
        TokenAction::List {
            name,
            application,
            user,
            role,
            revoked,
            length,
        } => {
            let query = TokenQuery {
                token_name: name,
                application: id(client, Pick::Integration, application.as_deref()).await?,
                user: id(client, Pick::User, user.as_deref()).await?,
                role: id(client, Pick::Role, role.as_deref()).await?,
                revoked,
                ..TokenQuery::default()
            };
            list(client, query, length, at).await
        }
        TokenAction::Show { token } => {
            let token = client.get(&pick.at(client, &token).await?).await?;
            show(client, &token, at).await
        }
        TokenAction::Create {
            application,
            user,
            role,
            token_name,
            out,
        } => {
            let input = TokenInput {
                application: Pick::Integration.id(client, &application).await?,
                user: Some(Pick::User.id(client, &user).await?),
                role: Some(Pick::Role.id(client, &role).await?),
                token_name,
            };
            let place = Place::open(&out)?;
            let NewTokenJson { token, credentials } = client.post(pick.path(), &input).await?;
            let once = Once::of_connection(client)?
                .with("NETSUITE_TOKEN_ID", &credentials.token_id)
                .with("NETSUITE_TOKEN_SECRET", &credentials.token_secret);
            let what = format!("Access token {}, {}, was made", token.id, token.token_name);
            place.give(&once, &what, &json!(token), at.json)
        }
        TokenAction::Rename { token, name } => {
            let change = TokenChangeInput {
                token_name: Some(name),
                inactive: None,
            };
            let token = change_token(client, &token, &change).await?;
            done(&token, "is its name now", at)
        }
        TokenAction::Inactivate { token } => done(&set(client, &token, true).await?, "is inactive", at),
        TokenAction::Activate { token } => done(&set(client, &token, false).await?, "is active", at),
        TokenAction::Revoke { token, sure } => {
            let path = pick.at(client, &token).await?;
            let token: TokenJson = client.get(&path).await?;
            ask::sure(&format!("Revoking {}", token.token_name), &sure)?;
            client.post::<()>(&format!("{path}/revoke"), &()).await?;
            done(&client.get(&path).await?, "is revoked", at)
        }
    }
}

/// The id of a record that a list is of, where one is named.
pub(super) async fn id(
    client: &AdminClient,
    pick: Pick,
    named: Option<&str>,
) -> Result<Option<i64>, Failure> {
    match named {
        Some(named) => pick.id(client, named).await.map(Some),
        None => Ok(None),
    }
}

async fn set(client: &AdminClient, token: &str, inactive: bool) -> Result<TokenJson, Failure> {
    let change = TokenChangeInput {
        token_name: None,
        inactive: Some(inactive),
    };
    change_token(client, token, &change).await
}

async fn change_token(
    client: &AdminClient,
    token: &str,
    change: &TokenChangeInput,
) -> Result<TokenJson, Failure> {
    client.patch(&Pick::Token.at(client, token).await?, change).await
}

fn done(token: &TokenJson, what: &str, at: &At) -> Result<(), Failure> {
    match at.json {
        true => output::say_json(&json!(token)),
        false => output::say(&format!("{} {what}.", token.token_name)),
    }
}

async fn list(client: &AdminClient, query: TokenQuery, length: Length, at: &At) -> Result<(), Failure> {
    let (tokens, more) = list_all::<TokenJson>(client, Pick::Token.path(), &query, length).await?;
    let mut table = Table::new(&["ID", "NAME", "TOKEN ID", "STATE", "USES", "LAST USED"]);
    for token in &tokens {
        table.add([
            Cell::from(token.id),
            Cell::from(&token.token_name),
            Cell::from(&token.token_id),
            state(token),
            Cell::from(token.use_count),
            or_empty(token.last_used.map(moment)),
        ]);
    }
    print_list(&tokens, &table, more, "There is no such access token.", at)
}

async fn show(client: &AdminClient, token: &TokenJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(token));
    }
    let path = |pick: Pick, id: i64| format!("{}/{id}", pick.path());
    let application: IntegrationJson = client.get(&path(Pick::Integration, token.application)).await?;
    let user: UserJson = client.get(&path(Pick::User, token.user)).await?;
    let role: RoleJson = client.get(&path(Pick::Role, token.role)).await?;
    table::fields(
        &token.token_name,
        &[
            ("Internal ID", Cell::from(token.id)),
            ("State", state(token)),
            ("Token ID", Cell::from(&token.token_id)),
            ("Application", Cell::from(&application.name)),
            ("User", Cell::from(&user.name)),
            ("Role", Cell::from(&role.name)),
            ("Created", Cell::from(moment(token.created))),
            ("Revoked", or_empty(token.date_revoked.map(moment))),
            ("Uses", Cell::from(token.use_count)),
            ("Last used", or_empty(token.last_used.map(moment))),
        ],
    )
}

fn state(token: &TokenJson) -> Cell {
    match (token.revoked, token.inactive) {
        (true, _) => Cell::from("Revoked").styled(RED),
        (false, true) => Cell::from("Inactive").styled(RED),
        (false, false) => Cell::from("Active").styled(GREEN),
    }
}
