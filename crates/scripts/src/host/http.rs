//! `http.*`: the account's own hosts without leaving the process, others where they were allowed by name.

use std::sync::Arc;

use bytes::Bytes;
use countersign_protocol::{AccountId, Service, percent_encode};
use countersign_suitescript::HostError;
use http::header::{CONTENT_LENGTH, HOST, HeaderName, HeaderValue, TRANSFER_ENCODING};
use http::{HeaderMap, Method, Request, Uri};
use serde_json::{Map, Value, json};

use super::wait::done_by;
use super::{AccountHost, Answer, shown, text};
use crate::outside::{Unsent, WithinScript};

impl AccountHost {
    pub(super) fn send(&self, arguments: &Value) -> Answer {
        let request = request(arguments)?;
        let authority = request.uri().authority().cloned();
        let authority = authority.ok_or_else(|| invalid_url(text(arguments, "url")))?;
        let own = AccountId::of_host(authority.host());
        if own.is_some_and(|(account, _)| account == self.actor.snapshot().account.id) {
            return self.send_within(request);
        }
        let outside = self.scripts.engine().outside();
        let outside = outside.filter(|outside| outside.allows(&authority));
        let Some(outside) = outside else {
            let host = authority.host();
            return Err(HostError::new(
                "SSS_UNKNOWN_HOST",
                format!(
                    "The host you requested {host} is unknown or cannot be found. Countersign lets scripts call no host but the \
                     account's own: allow this one where the account is served, with --script-may-call {host}."
                ),
            ));
        };
        let sent = done_by(&self.handle, outside.send(request));
        match sent.unwrap_or_else(|error| Err(Unsent::Failed(error.to_string()))) {
            Ok((code, headers, body)) => Ok(answered(code, &headers, &body)),
            Err(Unsent::TimedOut) => {
                let message =
                    "The host you are trying to connect to has exceeded the maximum allowed response time.";
                Err(HostError::new("SSS_REQUEST_TIME_EXCEEDED", message))
            }
            Err(Unsent::Failed(why)) => Err(HostError::new(
                "SSS_CONNECTION_CLOSED",
                format!("{authority} could not be called: {why}."),
            )),
        }
    }

    fn send_within(&self, mut request: Request<Bytes>) -> Answer {
        let depth = self.depth + 1;
        if depth > WithinScript::DEEPEST {
            let message = format!(
                "A script called a script that called a script: no more than {} wait for each other here.",
                WithinScript::DEEPEST
            );
            return Err(HostError::new("SSS_REQUEST_LOOP_DETECTED", message));
        }
        let Some(wire) = self.scripts.wire().map(Arc::clone) else {
            let message = "This account is not served: its own hosts cannot be called.";
            return Err(HostError::new("SSS_UNKNOWN_HOST", message));
        };
        request.extensions_mut().insert(WithinScript(depth));
        let answer = done_by(&self.handle, async move { wire.answer(request).await });
        match answer.unwrap_or_else(|error| Err(error.to_string())) {
            Ok(answer) => {
                let (head, body) = answer.into_parts();
                Ok(answered(head.status.as_u16(), &head.headers, &body))
            }
            Err(why) => Err(HostError::new("SSS_CONNECTION_CLOSED", why)),
        }
    }

    /// As whoever runs: the call has no signature, and passes the checks of a deployment all the same.
    pub(super) fn call_restlet(&self, arguments: &Value) -> Answer {
        let mut query = format!(
            "script={}&deploy={}",
            percent_encode(shown(&arguments["scriptId"])),
            percent_encode(shown(&arguments["deploymentId"]))
        );
        if let Some(parameters) = arguments["urlParams"].as_object() {
            for (name, value) in parameters {
                query.push_str(&format!(
                    "&{}={}",
                    percent_encode(name),
                    percent_encode(shown(value))
                ));
            }
        }
        let host = self.actor.snapshot().account.id.host(Service::Restlets);
        self.send_as_actor(
            arguments,
            &format!("https://{host}/app/site/hosting/restlet.nl?{query}"),
        )
    }

    /// As whoever runs: their role says what they may, as in a signed call. The address is whole, a path, or without
    /// `/services/rest`.
    pub(super) fn call_rest(&self, arguments: &Value) -> Answer {
        let host = self.actor.snapshot().account.id.host(Service::SuiteTalk);
        let url = text(arguments, "url");
        let scheme = url
            .split_once("://")
            .filter(|(scheme, _)| scheme.chars().all(|letter| letter.is_ascii_alphabetic()));
        let path = scheme.map_or(Some(url), |(scheme, rest)| {
            let (named, path) = rest.split_at(rest.find('/')?);
            (scheme == "https" && named.eq_ignore_ascii_case(&host)).then_some(path)
        });
        let path = path.ok_or_else(|| {
            let message = format!(
                "{url:?} is no address of this account's REST web services: they are at https://{host}."
            );
            HostError::new("SSS_INVALID_URL", message)
        })?;
        let path = path.trim_start_matches('/');
        let path = path.strip_prefix("services/rest/").unwrap_or(path);
        self.send_as_actor(arguments, &format!("https://{host}/services/rest/{path}"))
    }

    /// A call without a signature, whose caller is known.
    fn send_as_actor(&self, arguments: &Value, url: &str) -> Answer {
        let mut sent = arguments.clone();
        if let Some(sent) = sent.as_object_mut() {
            sent.insert("url".to_owned(), json!(url));
        }
        let mut request = request(&sent)?;
        request.extensions_mut().insert(self.actor.clone());
        self.send_within(request)
    }
}

fn invalid_url(url: &str) -> HostError {
    HostError::new(
        "SSS_INVALID_URL",
        format!("The URL must be a fully qualified HTTP or HTTPS URL: {url:?} is none."),
    )
}

fn request(arguments: &Value) -> Result<Request<Bytes>, HostError> {
    let url = text(arguments, "url");
    let uri: Uri = url.parse().map_err(|_| invalid_url(url))?;
    let secure = arguments["secure"] != false;
    let scheme = if secure { "https" } else { "http" };
    if uri.scheme_str() != Some(scheme) {
        return Err(invalid_url(url));
    }
    let method = match text(arguments, "method") {
        "" => Method::GET,
        method => method
            .to_ascii_uppercase()
            .parse()
            .map_err(|_| HostError::new("SSS_INVALID_METHOD", format!("{method:?} is no HTTP method.")))?,
    };
    let body = match &arguments["body"] {
        Value::Null => Bytes::new(),
        Value::String(body) => Bytes::from(body.clone()),
        other => Bytes::from(other.to_string()),
    };
    let mut headers = HeaderMap::new();
    if let Some(given) = arguments["headers"].as_object() {
        for (name, value) in given {
            let bad = |_| {
                HostError::new(
                    "SSS_INVALID_HEADER",
                    format!("The header {name:?} cannot be sent."),
                )
            };
            let header: HeaderName = name
                .parse()
                .map_err(|error: http::header::InvalidHeaderName| bad(error.to_string()))?;
            let value: HeaderValue = shown(value)
                .parse()
                .map_err(|error: http::header::InvalidHeaderValue| bad(error.to_string()))?;
            // Attack: a second length, or another host than the one that was allowed.
            if header != CONTENT_LENGTH && header != TRANSFER_ENCODING && header != HOST {
                headers
                    .try_append(header, value)
                    .map_err(|error| bad(error.to_string()))?;
            }
        }
    }
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

fn answered(code: u16, headers: &HeaderMap, body: &[u8]) -> Value {
    let mut by_name = Map::new();
    for name in headers.keys() {
        let values = headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        by_name.insert(
            name.as_str().to_owned(),
            json!(values.collect::<Vec<_>>().join(", ")),
        );
    }
    json!({ "code": code, "headers": by_name, "body": String::from_utf8_lossy(body) })
}
