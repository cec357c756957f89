//! `GET /connections`: which of them are wanted, and a page of these.

use countersign_vault::{Connection, ConnectionId, MAX_ROWS};
use http::StatusCode;
use serde_json::{Value, json};

use crate::api::{Answered, Nango};
use crate::asked::Asked;
use crate::problem::{Problem, reply};
use crate::{end_user, shown};

/// The most connections of one answer.
const MAX_LIMIT: usize = 1000;

struct Wanted<'a> {
    id: Option<&'a str>,
    search: Option<String>,
    user: Option<&'a str>,
    organization: Option<&'a str>,
    integrations: Option<Vec<&'a str>>,
    tags: Vec<(String, &'a str)>,
}

impl<'a> Wanted<'a> {
    fn of(asked: &'a Asked) -> Self {
        let integrations = asked.parameter("integrationId");
        let tags = asked.bracketed("tags");
        Self {
            id: asked.parameter("connectionId"),
            search: asked.parameter("search").map(str::to_lowercase),
            user: asked.parameter("endUserId"),
            organization: asked.parameter("endUserOrganizationId"),
            integrations: integrations.map(|keys| keys.split(',').map(str::trim).collect()),
            tags: tags.map(|(tag, value)| (tag.to_lowercase(), value)).collect(),
        }
    }

    fn covers(&self, connection: &Connection) -> bool {
        let id = connection.id.as_str();
        let tags = connection.label.tags();
        let is_integration = |keys: &Vec<&str>| keys.contains(&shown::integration_of(connection));
        let is_found = |text: &String| id.to_lowercase().contains(text) || end_user::is_found(tags, text);
        self.id.is_none_or(|wanted| wanted == id)
            && self.search.as_ref().is_none_or(is_found)
            && self.user.is_none_or(|user| end_user::is_user(tags, user))
            && self
                .organization
                .is_none_or(|one| end_user::is_organization(tags, one))
            && self.integrations.as_ref().is_none_or(is_integration)
            && self
                .tags
                .iter()
                .all(|(tag, value)| tags.get(tag).is_some_and(|own| own == value))
    }
}

impl Nango {
    pub(crate) async fn list(&self, asked: &Asked) -> Answered {
        asked.only(&[
            "connectionId",
            "search",
            "endUserId",
            "endUserOrganizationId",
            "integrationId",
            "tags[",
            "limit",
            "page",
        ])?;
        let limit = number(asked, "limit")?.unwrap_or(MAX_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            let message = format!("The limit is 1 to {MAX_LIMIT}: get the rest with page.");
            return Err(Problem::query("limit", message));
        }
        let before = number(asked, "page")?.unwrap_or(0).saturating_mul(limit);
        let wanted = Wanted::of(asked);
        let mut found: Vec<Value> = Vec::new();
        let mut seen = 0_usize;
        let mut after: Option<ConnectionId> = None;
        while found.len() < limit {
            let rows = self.vault.connections(after.take(), MAX_ROWS).await?;
            let is_last = rows.len() < MAX_ROWS as usize;
            for connection in rows.iter().filter(|connection| wanted.covers(connection)) {
                seen += 1;
                if seen > before && found.len() < limit {
                    found.push(shown::brief(connection));
                }
            }
            after = rows.into_iter().next_back().map(|connection| connection.id);
            if is_last {
                break;
            }
        }
        Ok(reply(StatusCode::OK, &json!({ "connections": found })))
    }
}

fn number(asked: &Asked, name: &str) -> Result<Option<usize>, Problem> {
    let number = asked.parameter(name).map(str::parse);
    number
        .transpose()
        .map_err(|_| Problem::query(name, format!("The parameter {name} is a whole number.")))
}
