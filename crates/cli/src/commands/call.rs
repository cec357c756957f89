//! `countersign call`.

use std::sync::Arc;

use countersign_client::{Call, CallError, Client, Connection, Destination, Reply, Retry};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::credentials;
use crate::command;
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, DIM};

pub(crate) async fn run(command: command::Call) -> Result<Exit, Failure> {
    let Connection {
        credentials,
        base_url,
    } = credentials::read(&command.credentials)?;
    let destination = Destination::resolve(&command.url, &credentials.account, base_url.as_deref());
    let destination = destination.map_err(Failure::unusable)?;
    let body = credentials::body(command.data.as_deref())?;
    let mut headers = HeaderMap::new();
    for header in &command.headers {
        let (name, value) = parse_header(header)?;
        headers.append(name, value);
    }
    if !body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }

    let World { clock, entropy } = World::system();
    let mut client = Client::new(&credentials, Arc::clone(&clock), Arc::clone(&entropy)).map_err(failed)?;
    client.retry = Retry {
        attempts: command.retry + 1,
        ..Retry::default()
    };
    let call = Call {
        method: command.method,
        destination,
        headers,
        body,
    };
    let reply = client.call(&call).await.map_err(failed)?;
    print(&reply, command.include, command.json);
    Ok(if reply.status.is_success() {
        Exit::Success
    } else {
        Exit::Refused
    })
}

fn failed(error: CallError) -> Failure {
    match error {
        CallError::Connect { .. } | CallError::TimedOut(_) | CallError::Broken(_) => {
            Failure::no_connection(error)
        }
        other => Failure::unusable(other),
    }
}

fn parse_header(header: &str) -> Result<(HeaderName, HeaderValue), Failure> {
    let parsed = header.split_once(':').and_then(|(name, value)| {
        Some((
            HeaderName::try_from(name.trim()).ok()?,
            HeaderValue::try_from(value.trim()).ok()?,
        ))
    });
    // The header itself is not shown: it may hold a secret.
    parsed.ok_or_else(|| Failure::usage("a header cannot be sent").hint("write it as NAME: VALUE"))
}

fn print(reply: &Reply, include: bool, json: bool) {
    let shown = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    if json {
        let text = String::from_utf8_lossy(&reply.body);
        let body = serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|_| text.into());
        let headers: Vec<_> = reply
            .headers
            .iter()
            .map(|(name, value)| [name.to_string(), shown(value)])
            .collect();
        output::say_json(&serde_json::json!({
            "status": reply.status.as_u16(), "headers": headers, "body": body, "attempts": reply.attempts,
        }));
        return;
    }
    if include {
        output::say(&format!("{DIM}HTTP {}{DIM:#}", reply.status));
        for (name, value) in &reply.headers {
            output::say(&format!("{DIM}{name}:{DIM:#} {}", shown(value)));
        }
        output::say("");
    } else if !reply.status.is_success() {
        output::complain(&format!("HTTP {}", reply.status));
    }
    output::send(&reply.body);
    if !reply.body.is_empty() && !reply.body.ends_with(b"\n") {
        output::send(b"\n");
    }
}
