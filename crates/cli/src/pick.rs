//! The record that is meant: by internal id, or by its exact name where only one has it.

use countersign_spelling::nearest;
use serde_json::{Value, json};

use crate::admin_client::AdminClient;
use crate::failure::Failure;

/// The most names that are looked through for one that was mistyped.
const MOST: usize = 2000;

/// How many of those that could be meant are told.
const TOLD: usize = 5;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    Integration,
    Role,
    User,
    Token,
    ApiKey,
}

/// A record as a list shows it.
struct Found {
    id: i64,
    name: String,
    /// What tells it from another of its name.
    more: String,
}

impl Pick {
    const fn noun(self) -> &'static str {
        match self {
            Self::Integration => "integration record",
            Self::Role => "role",
            Self::User => "user",
            Self::Token => "access token",
            Self::ApiKey => "API key",
        }
    }

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Integration => "integrations",
            Self::Role => "roles",
            Self::User => "users",
            Self::Token => "tokens",
            Self::ApiKey => "api-keys",
        }
    }

    /// The member that holds the name, also in a query.
    const fn member(self) -> &'static str {
        match self {
            Self::Token => "tokenName",
            _ => "name",
        }
    }

    /// The address of the record that is meant.
    pub(crate) async fn at(self, client: &AdminClient, named: &str) -> Result<String, Failure> {
        Ok(format!("{}/{}", self.path(), self.id(client, named).await?))
    }

    /// Its internal id. A number is taken for one, and looked up by whatever is done with it.
    pub(crate) async fn id(self, client: &AdminClient, named: &str) -> Result<i64, Failure> {
        if let Ok(id) = named.parse() {
            return Ok(id);
        }
        let begin_so = match self {
            Self::Role | Self::ApiKey => self.list(client, None).await?,
            _ => self.list(client, Some(named)).await?,
        };
        let exact: Vec<&Found> = begin_so.iter().filter(|found| found.name == named).collect();
        match exact.as_slice() {
            [only] => Ok(only.id),
            [] => {
                let lower = named.to_lowercase();
                let same = |found: &&Found| found.name.to_lowercase() == lower;
                let same: Vec<&Found> = begin_so.iter().filter(same).collect();
                match same.as_slice() {
                    [only] => Ok(only.id),
                    [] => Err(self.unknown(client, named, &begin_so).await?),
                    several => Err(self.ambiguous(named, several)),
                }
            }
            several => Err(self.ambiguous(named, several)),
        }
    }

    /// The ids of several.
    pub(crate) async fn ids(self, client: &AdminClient, named: &[String]) -> Result<Vec<i64>, Failure> {
        let mut ids = Vec::with_capacity(named.len());
        for name in named {
            ids.push(self.id(client, name).await?);
        }
        Ok(ids)
    }

    fn ambiguous(self, named: &str, several: &[&Found]) -> Failure {
        let told: Vec<String> = several
            .iter()
            .take(TOLD)
            .map(|found| format!("{} ({})", found.id, found.more))
            .collect();
        let more = several.len().saturating_sub(TOLD);
        let more = if more == 0 {
            String::new()
        } else {
            format!(" and {more} more")
        };
        Failure::unusable(format!("{} {}s are called {named:?}", several.len(), self.noun()))
            .hint(format!("give the internal id of one: {}{more}", told.join(", ")))
    }

    async fn unknown(
        self,
        client: &AdminClient,
        named: &str,
        begin_so: &[Found],
    ) -> Result<Failure, Failure> {
        let lower = named.to_lowercase();
        let begin = begin_so
            .iter()
            .filter(|found| found.name.to_lowercase().starts_with(&lower));
        let mut meant: Vec<String> = begin.take(TOLD).map(|found| found.name.clone()).collect();
        if meant.is_empty() {
            let all = self.list(client, None).await?;
            meant = nearest(named, all.iter().map(|found| found.name.as_str()));
        }
        let failure = Failure::unusable(format!("there is no {} {named:?}", self.noun()));
        Ok(match meant.is_empty() {
            true => failure.hint(format!("list them with: countersign {} list", self.command())),
            false => failure.hint(format!("did you mean {}?", meant.join(", or "))),
        })
    }

    const fn command(self) -> &'static str {
        match self {
            Self::Integration => "integration",
            Self::Role => "role",
            Self::User => "user",
            Self::Token => "token",
            Self::ApiKey => "api-key",
        }
    }

    /// Records whose name begins so, or all of them.
    async fn list(self, client: &AdminClient, begins: Option<&str>) -> Result<Vec<Found>, Failure> {
        if self == Self::Role {
            let roles: Vec<Value> = client.get(self.path()).await?;
            return Ok(roles.iter().map(|role| self.found(role)).collect());
        }
        let mut found = Vec::new();
        let mut after = Value::Null;
        while found.len() < MOST {
            let query = json!({ self.member(): begins, "after": after, "limit": 500 });
            let mut page: Value = client.find(self.path(), &query).await?;
            let items = page.get("items").and_then(Value::as_array).into_iter().flatten();
            found.extend(items.map(|item| self.found(item)));
            after = page.get_mut("next").map(Value::take).unwrap_or_default();
            if after.is_null() {
                break;
            }
        }
        Ok(found)
    }

    fn found(self, item: &Value) -> Found {
        let text = |member: &str| {
            item.get(member)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let is = |member: &str| item.get(member).and_then(Value::as_bool).unwrap_or_default();
        let more = match self {
            Self::Integration => text("state"),
            Self::User => text("email"),
            Self::Token if is("revoked") => format!("{}, revoked", text("tokenId")),
            Self::Token => text("tokenId"),
            Self::Role => text("centerType"),
            Self::ApiKey => format!("expires {}", text("expires")),
        };
        Found {
            id: item.get("id").and_then(Value::as_i64).unwrap_or_default(),
            name: text(self.member()),
            more,
        }
    }
}
