//! `countersign audit`.

use std::time::Duration;

use countersign_admin::{LoginJson, LoginQuery, Named, Outcome, Page, RowId};
use http::Method;
use serde_json::json;

use super::administration::last_rows;
use super::{other_audits, token};
use crate::admin_client::{AdminClient, with_query};
use crate::command::{Audit, Logins};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, DIM, GREEN, RED};
use crate::pick::Pick;
use crate::table::{indented, plain, width};

/// The most rows of one answer.
const PAGE: u32 = 500;

/// How many rows are shown where nobody says.
const USUAL: u32 = 20;

/// How often a trail that is followed is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(crate) const TRAIL: &str = "login-audit-trail";

pub(crate) async fn run(Audit { other, logins, at }: Audit) -> Result<Exit, Failure> {
    if other.is_some() && *logins != Logins::default() {
        let message = "what is before the word is about logins, and what follows is not shown with them";
        return Err(
            Failure::usage(message).hint("give the flags after notes or executions; --help shows which")
        );
    }
    let (data, account) = (at.data.clone(), at.account.clone());
    AdminClient::with(data, account, async |client| {
        if let Some(other) = other {
            return other_audits::run(client, other, &at).await;
        }
        let query = query(client, &logins).await?;
        match (logins.follow, logins.csv) {
            (true, _) => follow(client, query, &logins, at.json).await,
            (false, true) => export(client, query, logins.limit).await,
            (false, false) => show(client, query, &logins, at.json).await,
        }
    })
    .await?;
    Ok(Exit::Success)
}

async fn query(client: &AdminClient, logins: &Logins) -> Result<LoginQuery, Failure> {
    let now = World::system().clock.now();
    let failures = logins.failures.then_some(Named(Outcome::Failure));
    Ok(LoginQuery {
        status: logins.status.or(failures),
        user: token::id(client, Pick::User, logins.user.as_deref()).await?,
        role: token::id(client, Pick::Role, logins.role.as_deref()).await?,
        since: logins.since.map(|when| when.moment(now)),
        until: logins.until.map(|when| when.moment(now)),
        email_address: logins.email_address.clone(),
        ip_address: logins.ip_address.clone(),
        user_agent: logins.user_agent.clone(),
        request_uri: logins.request_uri.clone(),
        security_challenge: logins.security_challenge,
        token_based_application_name: logins.application_name.clone(),
        token_based_access_token_name: logins.token_name.clone(),
        detail: logins.detail.clone(),
        service: logins.service,
        mistake: logins.mistake.clone(),
        before: None,
        limit: None,
    })
}

async fn show(client: &AdminClient, query: LoginQuery, logins: &Logins, json: bool) -> Result<(), Failure> {
    let only_failures = query.status.is_some_and(|status| status.0 == Outcome::Failure);
    let is_filtered = json!(query) != json!(LoginQuery::default());
    let (rows, more) = last_rows::<LoginJson>(client, TRAIL, &query, logins.limit.unwrap_or(USUAL)).await?;
    if json {
        return output::say_json(&json!({ "rows": rows, "more": more }));
    }
    match (rows.is_empty(), is_filtered) {
        (true, true) if only_failures && logins.failures => output::say("No login was refused.")?,
        (true, true) => output::say("No login fits.")?,
        (true, false) => output::say("The Login Audit Trail is empty.")?,
        (false, _) => print(&rows)?,
    }
    match more {
        true => output::say(&format!("{DIM}{} shown; more with --limit.{DIM:#}", rows.len())),
        false => Ok(()),
    }
}

/// Every column of every row, or of as many as asked for.
async fn export(client: &AdminClient, mut query: LoginQuery, limit: Option<u32>) -> Result<(), Failure> {
    let mut missing = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut is_first = true;
    loop {
        query.limit = Some(u32::try_from(missing).unwrap_or(PAGE).min(PAGE));
        let path = with_query(&format!("{TRAIL}.csv"), &query)?;
        let answer = client.answer(Method::GET, &path, None).await?;
        let text = String::from_utf8_lossy(answer.body());
        let (titles, rows) = text.split_once("\r\n").unwrap_or((&text, ""));
        if is_first {
            output::send(format!("{titles}\r\n").as_bytes())?;
        }
        is_first = false;
        output::send(rows.as_bytes())?;
        missing = missing.saturating_sub(rows_of_csv(rows));
        let link = answer.headers().get(http::header::LINK);
        query.before = link.and_then(|link| link.to_str().ok()).and_then(next_page);
        if query.before.is_none() || missing == 0 {
            return Ok(());
        }
    }
}

/// How many rows a text holds: line ends outside of quotes.
fn rows_of_csv(text: &str) -> usize {
    let outside = text.split('"').step_by(2);
    outside.map(|part| part.matches("\r\n").count()).sum()
}

/// The `before` of a header such as `<?before=17>; rel="next"`.
fn next_page(link: &str) -> Option<RowId> {
    let (_, rest) = link.split_once("before=")?;
    rest.split('>').next()?.parse().ok()
}

/// Prints the last rows and then each new one, oldest first, until the account or the reader is gone.
async fn follow(client: &AdminClient, query: LoginQuery, logins: &Logins, json: bool) -> Result<(), Failure> {
    client.must_run("no login can follow")?;
    let (rows, _) = last_rows::<LoginJson>(client, TRAIL, &query, logins.limit.unwrap_or(USUAL)).await?;
    print_each(&rows, json)?;
    let mut last = rows.first().map(|row| row.id);
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let rows = rows_after(client, query.clone(), last).await?;
        print_each(&rows, json)?;
        last = rows.first().map(|row| row.id).or(last);
    }
}

/// Rows that came after one, or all of them, newest first.
pub(crate) async fn rows_after(
    client: &AdminClient,
    mut query: LoginQuery,
    last: Option<RowId>,
) -> Result<Vec<LoginJson>, Failure> {
    let mut rows = Vec::new();
    query.limit = Some(PAGE);
    loop {
        let page: Page<LoginJson> = client.find(TRAIL, &query).await?;
        let found = page.items.len();
        rows.extend(page.items.into_iter().filter(|row| Some(row.id) > last));
        query.before = page.next.filter(|next| Some(*next) > last);
        if query.before.is_none() || found == 0 {
            return Ok(rows);
        }
    }
}

fn print_each(rows: &[LoginJson], json: bool) -> Result<(), Failure> {
    for row in rows.iter().rev() {
        match json {
            true => output::say_json(&json!(row))?,
            false => print_row(row)?,
        }
    }
    Ok(())
}

/// Rows, and below each refusal what was wrong.
pub(crate) fn print(rows: &[LoginJson]) -> Result<(), Failure> {
    rows.iter().try_for_each(print_row)?;
    let advises_pages = |row: &LoginJson| {
        row.reason
            .as_ref()
            .is_some_and(|reason| reason.contains("Setup > "))
    };
    if rows.iter().any(advises_pages) {
        output::say(&format!(
            "\n{DIM}Setup > … is where it is done in NetSuite. Here it is done by countersign\n\
             account, integration, role, user and token; each has examples in its --help.{DIM:#}"
        ))?;
    }
    Ok(())
}

fn print_row(row: &LoginJson) -> Result<(), Failure> {
    print_head(row)?;
    let Some(reason) = &row.reason else { return Ok(()) };
    let lines = indented(&plain(reason), 4);
    lines.iter().try_for_each(|line| output::say(line))
}

/// When and how it ended, and whose it was; of a refusal its id too.
pub(super) fn print_head(row: &LoginJson) -> Result<(), Failure> {
    let status = match &row.detail {
        None => format!("{GREEN}Success{GREEN:#}"),
        Some(detail) => {
            let mistake = row.mistake.as_ref().filter(|mistake| *mistake != detail);
            let mistake = mistake.map(|mistake| format!("  {mistake}")).unwrap_or_default();
            format!("{RED}Failure{RED:#}  {detail}{mistake}")
        }
    };
    let times = if row.count > 1 {
        format!("  (x{})", row.count)
    } else {
        String::new()
    };
    let who = [&row.token_based_application_name, &row.user, &row.ip_address];
    let who: Vec<&str> = who.into_iter().flatten().map(String::as_str).collect();
    output::say(&format!(
        "{DIM}{}{DIM:#}  {:<7}  {status}{times}",
        moment(&row.date.to_string()),
        row.service.0.label()
    ))?;
    let who = who.join(", ");
    let id = match row.detail {
        Some(_) => beside(&who, &row.request_uri, &format!("row {}", row.id), width()),
        None => String::new(),
    };
    output::say(&format!("    {who}  {DIM}{}{id}{DIM:#}", row.request_uri))
}

/// What `audit why` takes, in a line of its own where there is no room for it: broken in two it could not be copied.
fn beside(who: &str, request_uri: &str, id: &str, width: Option<usize>) -> String {
    let line = format!("    {who}  {request_uri}  {id}");
    match width.is_none_or(|width| line.chars().count() <= width) {
        true => format!("  {id}"),
        false => format!("\n    {id}"),
    }
}

/// RFC 3339 as a person reads it, always with milliseconds.
pub(super) fn moment(date: &str) -> String {
    let plain = date.trim_end_matches('Z').replace('T', " ");
    let (seconds, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    format!("{seconds}.{fraction:0<3} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_milliseconds_and_its_zone() {
        assert_eq!(moment("2026-11-22T00:05:23.52Z"), "2026-11-22 00:05:23.520 UTC");
        assert_eq!(moment("2026-11-22T00:05:23Z"), "2026-11-22 00:05:23.000 UTC");
    }

    #[test]
    fn the_id_of_a_row_is_never_broken_in_two() {
        let id = |width| beside("Iris, 127.0.0.1", "/services", "row 17", width);
        assert_eq!(id(None), "  row 17");
        assert_eq!(id(Some(38)), "  row 17");
        assert_eq!(id(Some(37)), "\n    row 17");
    }

    #[test]
    fn a_line_break_in_quotes_ends_no_row() {
        assert_eq!(rows_of_csv("a,b\r\n"), 1);
        assert_eq!(rows_of_csv("a,\"b\r\nc\"\r\nd,\"say \"\"hi\"\"\"\r\n"), 2);
        assert_eq!(rows_of_csv(""), 0);
    }

    #[test]
    fn the_next_page_is_the_one_that_the_link_names() {
        assert_eq!(next_page("<?before=17>; rel=\"next\""), Some(17.into()));
        assert_eq!(next_page("<?before=x>; rel=\"next\""), None);
    }
}
