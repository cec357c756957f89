//! `countersign call`.

use std::sync::Arc;

use countersign_client::{Call, CallError, Client, Connection, Destination, Reply, Retry};
use countersign_protocol::percent_encode;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};

use super::credentials;
use crate::command;
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, DIM};
use crate::paste;

pub(crate) async fn run(command: command::Call) -> Result<Exit, Failure> {
    let Connection {
        credentials,
        base_url,
    } = credentials::read(&command.credentials)?;
    let url = with_query(&command.url, &command.query);
    let destination = Destination::resolve(&url, &credentials.account, base_url.as_deref());
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
    let is_local = destination.is_local();
    let failed = |error| failed(error, is_local);
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
    let told = print(&reply, command.include, command.json);
    if reply.status == StatusCode::UNAUTHORIZED && is_local {
        let why = paste::command(&["audit", "why"]);
        output::complain(&format!(
            "{DIM}next:{DIM:#}  ask the account why: {why} (with the --data it was started with)"
        ));
    }
    let exit = match reply.status.is_success() {
        true => Exit::Success,
        false => Exit::Refused,
    };
    exit.told(told)
}

fn failed(error: CallError, is_local: bool) -> Failure {
    match error {
        CallError::Connect { .. } if is_local => {
            let serve = paste::command(&["serve"]);
            Failure::no_connection(error).hint(format!(
                "start the account with: {serve}; or correct NETSUITE_BASE_URL"
            ))
        }
        CallError::Connect { .. } => Failure::no_connection(error)
            .hint("see that this machine reaches that host, and that NETSUITE_ACCOUNT_ID is right"),
        CallError::TimedOut(_) | CallError::Broken(_) => Failure::no_connection(error)
            .hint("look whether the request was executed before you send it again"),
        other => Failure::unusable(other),
    }
}

/// The URL with these parameters behind those it has.
fn with_query(url: &str, parameters: &[(String, String)]) -> String {
    let (mut url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url.to_owned(), Some(fragment)),
        None => (url.to_owned(), None),
    };
    for (name, value) in parameters {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&percent_encode(name));
        url.push('=');
        url.push_str(&percent_encode(value));
    }
    match fragment {
        Some(fragment) => format!("{url}#{fragment}"),
        None => url,
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

fn print(reply: &Reply, include: bool, json: bool) -> Result<(), Failure> {
    let shown = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    if json {
        let text = String::from_utf8_lossy(&reply.body);
        let body = serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|_| text.into());
        let headers: Vec<_> = reply
            .headers
            .iter()
            .map(|(name, value)| [name.to_string(), shown(value)])
            .collect();
        return output::say_json(&serde_json::json!({
            "status": reply.status.as_u16(), "headers": headers, "body": body, "attempts": reply.attempts,
        }));
    }
    if include {
        output::say(&format!("{DIM}HTTP {}{DIM:#}", reply.status))?;
        for (name, value) in &reply.headers {
            output::say(&format!("{DIM}{name}:{DIM:#} {}", shown(value)))?;
        }
        output::say("")?;
    } else if !reply.status.is_success() {
        output::complain(&format!("HTTP {}", reply.status));
    } else if reply.body.is_empty() {
        // Where nothing is said, it is not to be seen that something was done.
        let made = reply.headers.get(LOCATION).map(shown).unwrap_or_default();
        output::complain(&output::printable(
            format!("HTTP {}  {made}", reply.status).trim_end(),
        ));
    }
    output::send(&reply.body)?;
    if !reply.body.is_empty() && !reply.body.ends_with(b"\n") {
        output::send(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_encoded_and_added_to_those_there_are() {
        let parameters = [
            ("q".to_owned(), "a b&c".to_owned()),
            ("limit".to_owned(), "3".to_owned()),
        ];
        assert_eq!(with_query("/x", &parameters), "/x?q=a%20b%26c&limit=3");
        assert_eq!(
            with_query("/x?a=1#top", &parameters),
            "/x?a=1&q=a%20b%26c&limit=3#top"
        );
        assert_eq!(with_query("/x", &[]), "/x");
    }
}
