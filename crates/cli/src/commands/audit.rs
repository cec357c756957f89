//! `countersign audit`: asks the running account through the socket in its data folder, or reads the folder of one that
//! is stopped.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use countersign_server::LoginJson;
use countersign_store::{LoginFilter, MAX_ROWS, Outcome};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::UnixStream;

use crate::command::Audit;
use crate::failure::{Exit, Failure};
use crate::folder::{self, Folder};
use crate::output::{self, DIM, GREEN, RED};
use crate::paste;

/// How often a trail that is followed is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(crate) async fn run(audit: Audit) -> Result<Exit, Failure> {
    let data = folder::of_account(audit.data.clone())?;
    if audit.follow {
        return follow(&audit, &data).await;
    }
    // One more than is shown tells whether there are more.
    let asked = audit.limit.saturating_add(1).min(MAX_ROWS);
    let mut rows = match rows_of_running(&audit, &data, asked).await? {
        Some(rows) => rows,
        None => rows_of_stopped(&audit, &data, asked).await?,
    };
    let shown = usize::try_from(audit.limit).unwrap_or(usize::MAX);
    let is_cut = rows.len() > shown;
    rows.truncate(shown);
    if audit.json {
        output::say_json(&json!({ "rows": rows }))?;
        return Ok(Exit::Success);
    }
    match (rows.is_empty(), audit.failures) {
        (true, true) => output::say("No login was refused.")?,
        (true, false) => output::say("The Login Audit Trail is empty.")?,
        (false, _) => print(&read(rows)?)?,
    }
    if is_cut {
        output::say(&format!(
            "{DIM}{shown} shown; more with --limit, up to {MAX_ROWS}.{DIM:#}"
        ))?;
    } else if asked == audit.limit && shown > 0 {
        output::say(&format!("{DIM}At most {MAX_ROWS} are shown.{DIM:#}"))?;
    }
    Ok(Exit::Success)
}

/// Prints the last rows and then each new one, oldest first, until the account or the reader is gone.
async fn follow(audit: &Audit, data: &Path) -> Result<Exit, Failure> {
    let gone = |what: &str| {
        let start = paste::command_on(&["serve"], data);
        Failure::no_connection(format!("the account in {} {what}", data.display()))
            .hint(format!("start it with: {start}"))
    };
    let rows = rows_of_running(audit, data, MAX_ROWS).await?;
    let mut before = rows.ok_or_else(|| gone("is not running, so no login can follow"))?;
    let shown = usize::try_from(audit.limit).unwrap_or(usize::MAX);
    print_each(audit, before.iter().take(shown))?;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let rows = rows_of_running(audit, data, MAX_ROWS).await?;
        let rows = rows.ok_or_else(|| gone("has stopped"))?;
        print_each(audit, rows.iter().take(new_rows(&rows, &before)))?;
        before = rows;
    }
}

/// How many rows came in front since the last look.
fn new_rows(rows: &[Value], before: &[Value]) -> usize {
    let ends_as_before = |new: &usize| {
        let old = rows.get(*new..).unwrap_or_default();
        before.starts_with(old)
    };
    (0..rows.len()).find(ends_as_before).unwrap_or(rows.len())
}

fn print_each<'r>(audit: &Audit, rows: impl DoubleEndedIterator<Item = &'r Value>) -> Result<(), Failure> {
    for row in rows.rev() {
        if audit.json {
            output::say_json(row)?;
        } else {
            read(vec![row.clone()])?.iter().try_for_each(print_row)?;
        }
    }
    Ok(())
}

fn read(rows: Vec<Value>) -> Result<Vec<LoginJson>, Failure> {
    serde_json::from_value(rows.into()).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::fmt::Display) -> Failure {
    Failure::unusable(format!("the account's answer cannot be read: {error}"))
        .hint("use the same version of countersign for both")
}

/// Rows from the running account; nothing where none runs.
async fn rows_of_running(audit: &Audit, data: &Path, limit: u32) -> Result<Option<Vec<Value>>, Failure> {
    #[derive(Deserialize)]
    struct Rows {
        rows: Vec<Value>,
    }
    let status = if audit.failures { "&status=failure" } else { "" };
    let target = format!("/admin/v1/login-audit-trail?limit={limit}{status}");
    let stream = match UnixStream::connect(folder::socket(data)).await {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            let message = format!("the account in {} runs as another user: {error}", data.display());
            return Err(Failure::unusable(message).hint("run this as the user who runs it"));
        }
        Err(_) => return Ok(None),
    };
    let body = get(stream, &target).await?;
    let Rows { rows } = serde_json::from_slice(&body).map_err(|error| unreadable(&error))?;
    Ok(Some(rows))
}

/// Rows from the folder of an account that does not run. Locked while it is read, so that none is started meanwhile.
async fn rows_of_stopped(audit: &Audit, data: &Path, limit: u32) -> Result<Vec<Value>, Failure> {
    let folder = Folder::open(data)?;
    let filter = LoginFilter {
        status: audit.failures.then_some(Outcome::Failure),
        limit,
        ..LoginFilter::default()
    };
    let rows = folder.files().store()?.logins(filter).await?;
    Ok(rows.iter().map(|row| json!(LoginJson::of(row))).collect())
}

/// One GET over the socket.
async fn get(stream: UnixStream, target: &str) -> Result<Bytes, Failure> {
    let broken = |error: hyper::Error| {
        Failure::no_connection(format!("the running account broke off: {error}")).hint("its log says why")
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    tokio::spawn(connection);
    let request = http::Request::get(target)
        .header(http::header::HOST, "localhost")
        .body(Empty::<Bytes>::new());
    let request = request.map_err(Failure::unusable)?;
    let answer = sender.send_request(request).await.map_err(broken)?;
    let status = answer.status();
    let body = answer.into_body().collect().await.map_err(broken)?.to_bytes();
    if status.is_success() {
        Ok(body)
    } else {
        Err(Failure::unusable(format!(
            "the account answered {status}: {}",
            String::from_utf8_lossy(&body).trim()
        )))
    }
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
            "\n{DIM}Setup > … is where it is done in NetSuite. This version has no setup pages: describe the account in an\n\
             account file, and start it anew with countersign serve --account FILE.{DIM:#}"
        ))?;
    }
    Ok(())
}

fn print_row(row: &LoginJson) -> Result<(), Failure> {
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
        moment(&row.date),
        row.service
    ))?;
    output::say(&format!(
        "    {}  {DIM}{}{DIM:#}",
        who.join(", "),
        row.request_uri
    ))?;
    row.reason
        .as_ref()
        .map_or(Ok(()), |reason| output::say(&format!("    {reason}")))
}

/// RFC 3339 as a person reads it, always with milliseconds.
fn moment(date: &str) -> String {
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
    fn new_rows_are_those_in_front_of_the_known_ones() {
        let rows = |names: &[&str]| names.iter().map(|name| json!(name)).collect::<Vec<_>>();
        let before = rows(&["c", "b", "a"]);
        assert_eq!(new_rows(&before, &before), 0);
        assert_eq!(new_rows(&rows(&["e", "d", "c", "b", "a"]), &before), 2);
        assert_eq!(new_rows(&rows(&["f", "e", "d"]), &before), 3);
        assert_eq!(new_rows(&rows(&["e", "d", "c"]), &before), 2);
        assert_eq!(new_rows(&rows(&["b"]), &[]), 1);
    }
}
