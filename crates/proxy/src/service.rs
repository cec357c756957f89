//! The proxy over HTTP: `/c/CONNECTION/…`, on the addresses of this machine.

use std::convert::Infallible;

use countersign_front::{Body, Origin, Peer, Trust};
use countersign_protocol::LocalServer;
use countersign_vault::ConnectionId;
use http::header::ORIGIN;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri};

use crate::answer::AnswerBody;
use crate::proxy::{LinksTo, Proxy};
use crate::refusal::{Form, Refusal, sentence};

const REWRITE: HeaderName = HeaderName::from_static("x-countersign-rewrite-links");
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Proxy {
    /// Answers a request that came to a listener.
    pub async fn answer(&self, request: Request<Body>) -> Result<Response<AnswerBody>, Infallible> {
        let form = Form::of(request.uri().path());
        let answered = Box::pin(self.addressed(request)).await;
        Ok(answered.unwrap_or_else(|refusal| refusal.response(form)))
    }

    async fn addressed(&self, request: Request<Body>) -> Result<Response<AnswerBody>, Refusal> {
        let base = self.base(&request)?;
        let (connection, target) = split(request.uri())?;
        let caller = self.authenticate(request.headers()).await?;
        // What cannot be an id names nothing, and looks like it.
        let Ok(connection) = connection.parse::<ConnectionId>() else {
            let refusal = Refusal::new(
                StatusCode::FORBIDDEN,
                "GRANT_MISSING",
                "This key has no grant for a connection of this name. Whoever runs the proxy gives one with `countersign \
                 grant add`.",
            );
            let asked = (request.method(), request.uri());
            self.turned_away(&caller, None, asked, (refusal.status, refusal.code))
                .await;
            return Err(refusal);
        };
        let mut request = request;
        if self.0.settings.rewrite_links || asks_for_links(request.headers()) {
            request
                .extensions_mut()
                .insert(LinksTo(format!("{base}/c/{connection}")));
        }
        *request.uri_mut() = Uri::from(target);
        Ok(self.call(&caller, &connection, request).await)
    }

    /// The address the caller used. Attack: a page in a browser, which could have this machine's address under its own
    /// name, or send what its user's browser keeps.
    pub fn base(&self, request: &Request<Body>) -> Result<String, Refusal> {
        let headers = request.headers();
        let site = headers.get(SITE).map(HeaderValue::as_bytes);
        if headers.contains_key(ORIGIN) || site.is_some_and(|site| !matches!(site, b"none" | b"same-origin"))
        {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "FROM_A_PAGE",
                "A request of a page in a browser is not taken: call the proxy from a program.",
            ));
        }
        let peer = request.extensions().get::<Peer>().copied().unwrap_or(Peer::Unix);
        let origin = Origin::of(request, peer, &Trust::default());
        let origin = origin.map_err(|error| Refusal::bad_request(sentence(&error)))?;
        let host = origin.authority.host();
        let is_ours = LocalServer::is_host(host)
            || peer == Peer::Unix
            || self
                .0
                .settings
                .hosts
                .iter()
                .any(|name| name.eq_ignore_ascii_case(host));
        match is_ours {
            true => Ok(format!("{}://{}", origin.scheme, origin.authority)),
            false => Err(Refusal::new(
                StatusCode::MISDIRECTED_REQUEST,
                "OTHER_HOST",
                "The proxy is not called by this name. Call it by its address, or start it with --host NAME.",
            )),
        }
    }
}

fn asks_for_links(headers: &HeaderMap) -> bool {
    let value = headers.get(REWRITE).map(HeaderValue::as_bytes);
    value.is_some_and(|value| matches!(value, b"yes" | b"true" | b"1"))
}

/// `/c/CONNECTION/services/…`: the connection, and what the account gets.
fn split(uri: &Uri) -> Result<(String, PathAndQuery), Refusal> {
    let target = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let nowhere = || {
        Refusal::new(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "There is nothing here. Call /c/CONNECTION/services/rest/…, with NetSuite's own path behind the connection.",
        )
    };
    let rest = target.strip_prefix("/c/").ok_or_else(nowhere)?;
    let (connection, path) = rest.split_once('/').ok_or_else(nowhere)?;
    let target = format!("/{path}").parse().map_err(|_| nowhere())?;
    Ok((connection.to_owned(), target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_connection_is_what_the_account_gets() {
        let split = |target: &str| {
            let (connection, target) = split(&target.parse().unwrap()).ok()?;
            Some((connection, target.as_str().to_owned()))
        };
        let found = |connection: &str, target: &str| Some((connection.to_owned(), target.to_owned()));
        assert_eq!(
            split("/c/acme/services/rest/x?a=%2F"),
            found("acme", "/services/rest/x?a=%2F")
        );
        assert_eq!(split("/c/acme//services"), found("acme", "//services"));
        assert_eq!(split("/c/../c/acme/x"), found("..", "/c/acme/x"));
        assert_eq!(split("http://127.0.0.1/c/acme/x"), found("acme", "/x"));
        for nowhere in ["/", "/c/", "/c/acme", "/C/acme/x", "/services/rest/x"] {
            assert_eq!(split(nowhere), None, "{nowhere}");
        }
    }
}
