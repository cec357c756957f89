//! Lists of the admin API, page after page, and what is shown of them.

use countersign_admin::{GrantJson, Page, PermissionWord};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::admin_client::AdminClient;
use crate::command::{At, Length};
use crate::failure::Failure;
use crate::output::{self, DIM};
use crate::table::Table;

/// The most records of one answer.
const PAGE: u32 = 500;

/// The records of a list up to its length, and whether more follow.
pub(super) async fn list_all<T: DeserializeOwned>(
    client: &AdminClient,
    path: &str,
    query: &impl Serialize,
    length: Length,
) -> Result<(Vec<T>, bool), Failure> {
    walk(client, path, query, "after", length.limit).await
}

/// The last rows of an audit, the last first, and whether more are below them.
pub(super) async fn last_rows<T: DeserializeOwned>(
    client: &AdminClient,
    path: &str,
    query: &impl Serialize,
    limit: u32,
) -> Result<(Vec<T>, bool), Failure> {
    walk(client, path, query, "before", limit).await
}

/// Page after page, each found by its `cursor`.
async fn walk<T: DeserializeOwned>(
    client: &AdminClient,
    path: &str,
    query: &impl Serialize,
    cursor: &str,
    limit: u32,
) -> Result<(Vec<T>, bool), Failure> {
    let mut query = serde_json::to_value(query).map_err(Failure::unusable)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut rows = Vec::new();
    loop {
        let missing = most.saturating_sub(rows.len());
        set(&mut query, "limit", json!(missing.min(PAGE as usize)));
        let page: Page<T> = client.find(path, &query).await?;
        rows.extend(page.items);
        match page.next {
            Some(next) if rows.len() < most => set(&mut query, cursor, json!(next)),
            next => return Ok((rows, next.is_some())),
        }
    }
}

fn set(query: &mut Value, name: &str, value: Value) {
    if let Some(members) = query.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// A list as JSON or as a table, and what is not in it.
pub(super) fn print_list(
    rows: &[impl Serialize],
    table: &Table,
    more: bool,
    empty: &str,
    at: &At,
) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!({ "rows": rows, "more": more }));
    }
    if rows.is_empty() {
        return output::say(empty);
    }
    table.print()?;
    match more {
        true => output::say(&format!("{DIM}{} shown; more with --limit.{DIM:#}", rows.len())),
        false => Ok(()),
    }
}

/// `REST Web Services (Full), …`
pub(super) fn shown_grants(grants: &[GrantJson]) -> String {
    let grants = grants
        .iter()
        .map(|grant| format!("{} ({})", grant.permission.0.label(), grant.level.0.label()));
    grants.collect::<Vec<_>>().join(", ")
}

/// Where one permission of a role is.
pub(super) fn permission_at(role: &str, permission: &PermissionWord) -> String {
    format!("{role}/permissions/{}", permission.0.id())
}

pub(super) const fn yes_no(checked: bool) -> &'static str {
    if checked { "yes" } else { "no" }
}
