//! `countersign audit`: asks the running account through the socket in its data folder.

use std::path::Path;

use bytes::Bytes;
use countersign_server::LoginJson;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::UnixStream;

use crate::command::Audit;
use crate::failure::{Exit, Failure};
use crate::folder;
use crate::output::{self, DIM, GREEN, RED};

#[derive(Deserialize)]
struct Rows {
    rows: Vec<LoginJson>,
}

pub(crate) async fn run(audit: Audit) -> Result<Exit, Failure> {
    let data = folder::chosen(audit.data)?;
    let status = if audit.failures { "&status=failure" } else { "" };
    let body = ask(
        &data,
        &format!("/admin/v1/login-audit-trail?limit={}{status}", audit.limit),
    )
    .await?;
    if audit.json {
        output::send(&body);
        output::send(b"\n");
        return Ok(Exit::Success);
    }
    let Rows { rows } = serde_json::from_slice(&body)
        .map_err(|error| Failure::unusable(format!("the account's answer cannot be read: {error}")))?;
    print(&rows);
    Ok(Exit::Success)
}

/// One GET over the socket.
async fn ask(data: &Path, target: &str) -> Result<Bytes, Failure> {
    let socket = folder::socket(data);
    let nobody = |error: &dyn std::fmt::Display| {
        Failure::no_connection(format!("no account runs in {}: {error}", data.display())).hint(format!(
            "start it with: {} serve --data {}",
            output::program(),
            data.display()
        ))
    };
    let stream = UnixStream::connect(&socket)
        .await
        .map_err(|error| nobody(&error))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| nobody(&error))?;
    tokio::spawn(connection);
    let request = http::Request::get(target)
        .header(http::header::HOST, "localhost")
        .body(Empty::<Bytes>::new());
    let request = request.map_err(Failure::unusable)?;
    let answer = sender
        .send_request(request)
        .await
        .map_err(|error| nobody(&error))?;
    let status = answer.status();
    let body = answer
        .into_body()
        .collect()
        .await
        .map_err(|error| nobody(&error))?
        .to_bytes();
    if status.is_success() {
        Ok(body)
    } else {
        Err(Failure::unusable(format!(
            "the account answered {status}: {}",
            String::from_utf8_lossy(&body).trim()
        )))
    }
}

/// Rows as a table, and below each refusal what was wrong.
pub(crate) fn print(rows: &[LoginJson]) {
    if rows.is_empty() {
        output::say("The Login Audit Trail is empty.");
        return;
    }
    for row in rows {
        let date = row.date.get(..19).unwrap_or(&row.date).replace('T', " ");
        let application = row.token_based_application_name.as_deref().unwrap_or("-");
        let user = row.user.as_deref().unwrap_or("-");
        let times = if row.count > 1 {
            format!(" (x{})", row.count)
        } else {
            String::new()
        };
        let status = match &row.detail {
            None => format!("{GREEN}Success{GREEN:#}"),
            Some(detail) => format!("{RED}Failure{RED:#}  {detail}{times}"),
        };
        output::say(&format!("{DIM}{date}{DIM:#}  {:<7}  {status}", row.service));
        output::say(&format!(
            "    {application}, {user}  {DIM}{}{DIM:#}",
            row.request_uri
        ));
        if let Some(reason) = &row.reason {
            output::say(&format!("    {reason}"));
        }
    }
}
