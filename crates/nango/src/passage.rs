//! `/proxy/…`: a call of NetSuite, as Nango's proxy takes it. Whether it may be done, and how, is the proxy's.

use countersign_front::Body;
use countersign_protocol::{AccountId, LocalServer, Request as Address};
use countersign_proxy::KnownCaller;
use countersign_vault::{Call, ConnectionId, IntegrationKey};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Request, StatusCode, Uri};

use crate::api::{Answered, Nango};
use crate::problem::{Problem, sentence};
use crate::provider::BASE_PATH;

const CONNECTION: &str = "connection-id";
const INTEGRATION: &str = "provider-config-key";
const OVERRIDE: &str = "base-url-override";
/// Before the name of a header that goes on.
const PREFIX: &str = "nango-proxy-";
/// What goes on without it.
const PLAIN: [HeaderName; 6] = [
    header::ACCEPT,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::HOST,
    header::TRANSFER_ENCODING,
];

/// A call as the proxy takes it.
struct Passage {
    id: ConnectionId,
    uri: Uri,
    headers: HeaderMap,
}

impl Nango {
    pub(crate) async fn pass(&self, caller: &KnownCaller, request: Request<Body>) -> Answered {
        match self.passage(caller, &request).await {
            Ok(Passage { id, uri, headers }) => {
                let mut request = request;
                *request.uri_mut() = uri;
                *request.headers_mut() = headers;
                Ok(self.proxy.call(caller, &id, request).await)
            }
            Err(problem) => {
                let named = only(request.headers(), CONNECTION).ok().flatten();
                let named = named.and_then(|id| id.parse().ok());
                let asked = (request.method(), request.uri());
                self.proxy
                    .turned_away(caller, named.as_ref(), asked, (problem.status, problem.code))
                    .await;
                Err(problem)
            }
        }
    }

    /// Where a request leads, as far as this API has a say in it.
    async fn passage(&self, caller: &KnownCaller, request: &Request<Body>) -> Result<Passage, Problem> {
        let headers = request.headers();
        let id = required(headers, CONNECTION)?;
        let id: ConnectionId = id
            .parse()
            .map_err(|error| Problem::header(CONNECTION, sentence(&error)))?;
        let key = required(headers, INTEGRATION)?.to_owned();
        let key: IntegrationKey = key
            .try_into()
            .map_err(|error| Problem::header(INTEGRATION, sentence(&error)))?;
        understood(headers)?;
        // Whoever has no grant does not learn which connections there are.
        if !caller.grants.iter().any(|grant| grant.connection == id) {
            let message = format!(
                "This key has no grant for a connection {id}. Whoever runs the proxy gives one with `countersign grant add`."
            );
            return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", message));
        }
        let connection = self.found(id, &key).await?;
        let target = target(request, &connection.account, connection.server.as_ref())?;
        let uri: Uri = target.parse().map_err(|_| {
            Problem::bad_request(
                "invalid_uri_params",
                "The endpoint is no path that can be called.",
            )
        })?;
        let headers = passed(headers)?;
        Ok(Passage {
            id: connection.id,
            uri,
            headers,
        })
    }
}

/// The one value of a header, where it says something.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Problem> {
    let mut values = headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(Problem::header(
            name,
            format!("The header {name} is there twice."),
        ));
    }
    let text = first.map(HeaderValue::to_str).transpose();
    let text = text.map_err(|_| Problem::header(name, format!("The header {name} is no text.")))?;
    Ok(text.map(str::trim).filter(|text| !text.is_empty()))
}

fn required<'h>(headers: &'h HeaderMap, name: &str) -> Result<&'h str, Problem> {
    only(headers, name)?.ok_or_else(|| Problem::header(name, format!("The header {name} is missing.")))
}

/// Headers that say how often a call is tried. The proxy repeats what was surely not executed, however often this asks
/// for it, and nothing else; what is asked has to be readable all the same.
fn understood(headers: &HeaderMap) -> Result<(), Problem> {
    let refused =
        |name: &str, what: &str| Problem::header(name, format!("The header {name} must be {what}."));
    if only(headers, "retries")?.is_some_and(|retries| retries.parse::<f64>().is_err()) {
        return Err(refused("retries", "a number"));
    }
    let is_status = |status: &str| status.bytes().all(|b| b.is_ascii_digit()) && !status.is_empty();
    if only(headers, "retry-on")?.is_some_and(|all| !all.split(',').all(is_status)) {
        return Err(refused("retry-on", "a list of statuses: 429,503"));
    }
    for name in ["decompress", "forward-headers-on-redirect"] {
        if only(headers, name)?.is_some_and(|value| !matches!(value, "true" | "false")) {
            return Err(refused(name, "true or false"));
        }
    }
    Ok(())
}

/// The headers that go on: those that begin with `Nango-Proxy-`, and what the body is.
fn passed(given: &HeaderMap) -> Result<HeaderMap, Problem> {
    let mut headers = HeaderMap::new();
    for name in &PLAIN {
        for value in given.get_all(name) {
            headers.append(name.clone(), value.clone());
        }
    }
    // Nango unpacks every answer; what was not packed need not be.
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    for (name, value) in given {
        let Some(name) = name.as_str().strip_prefix(PREFIX) else {
            continue;
        };
        let name: HeaderName = name
            .parse()
            .map_err(|_| Problem::header(PREFIX, "Nango-Proxy- is followed by the name of a header."))?;
        // These are of the way to here.
        let is_of_the_way = [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(&name);
        if !is_of_the_way {
            headers.insert(name, value.clone());
        }
    }
    Ok(headers)
}

/// Path and query of what is called.
fn target(
    request: &Request<Body>,
    account: &AccountId,
    server: Option<&LocalServer>,
) -> Result<String, Problem> {
    let asked = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let endpoint = asked.strip_prefix("/proxy").unwrap_or_default();
    let endpoint = endpoint.strip_prefix('/').unwrap_or(endpoint);
    let Some(base) = only(request.headers(), OVERRIDE)? else {
        return Ok(joined(BASE_PATH, endpoint));
    };
    let (path, is_at) = overridden(base, account, server)?;
    let target = joined(&path, endpoint);
    // Which of the account's hosts is called follows from the path; the one that is named must be it.
    let called = Call::parse(request.method().as_str(), &target).map(|call| call.service().service());
    match (called, is_at) {
        (Ok(service), Some(named)) if account.host(service) != named => Err(Problem::header(
            OVERRIDE,
            format!(
                "{named} does not have this path: it is on {}.",
                account.host(service)
            ),
        )),
        _ => Ok(target),
    }
}

fn joined(base: &str, endpoint: &str) -> String {
    match endpoint {
        "" => base.to_owned(),
        query if query.starts_with('?') => format!("{base}{query}"),
        _ => format!("{}/{endpoint}", base.trim_end_matches('/')),
    }
}

/// The path of another base address, and its host where that is one of the account's at NetSuite. Attack: an address that
/// leads the account's signature elsewhere.
fn overridden(
    base: &str,
    account: &AccountId,
    server: Option<&LocalServer>,
) -> Result<(String, Option<String>), Problem> {
    let elsewhere = || {
        let suitetalk = account.host(countersign_protocol::Service::SuiteTalk);
        let restlets = account.host(countersign_protocol::Service::Restlets);
        let message = format!(
            "Base-Url-Override names an address that is not this account's. A call of this connection goes to \
             https://{suitetalk}, https://{restlets} or its own server, and nowhere else."
        );
        Problem::bad_request("base_url_override_not_allowed", message)
    };
    // User information, a query or a fragment would let two programs read it in two ways.
    if base.contains(['@', '?', '#', '\\', '%']) {
        return Err(elsewhere());
    }
    let address = Address::new("GET", base).map_err(|_| elsewhere())?;
    let path = address.path().to_owned();
    let origin = base
        .strip_suffix(path.as_str())
        .unwrap_or(base)
        .trim_end_matches('/');
    if server.is_some_and(|server| origin.eq_ignore_ascii_case(server.as_str())) {
        return Ok((path, None));
    }
    let host = address.host().to_ascii_lowercase();
    let is_own = AccountId::of_host(&host).is_some_and(|(other, _)| other == *account);
    let is_plain = origin.eq_ignore_ascii_case(&format!("https://{host}"));
    match is_own && is_plain {
        true => Ok((path, Some(host))),
        false => Err(elsewhere()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn called(server: Option<&str>, method: &str, target_: &str, base: Option<&str>) -> Option<String> {
        let account = "1234567_SB1".parse().unwrap();
        let server = server.map(|server| server.parse().unwrap());
        let mut request = Request::builder().method(method).uri(target_);
        if let Some(base) = base {
            request = request.header(OVERRIDE, base);
        }
        let request = request.body(Body::from(Bytes::new())).unwrap();
        target(&request, &account, server.as_ref()).ok()
    }

    #[test]
    fn an_endpoint_is_appended_to_the_base_of_record_web_services() {
        for (asked, expected) in [
            (
                "/proxy/customer?limit=1&q=a%20b",
                "/services/rest/record/v1/customer?limit=1&q=a%20b",
            ),
            ("/proxy//customer/7", "/services/rest/record/v1//customer/7"),
            ("/proxy", "/services/rest/record/v1"),
            ("/proxy/", "/services/rest/record/v1"),
            ("/proxy/?limit=1", "/services/rest/record/v1?limit=1"),
        ] {
            assert_eq!(
                called(None, "GET", asked, None).as_deref(),
                Some(expected),
                "{asked}"
            );
            assert_eq!(
                called(None, "GET", asked, Some("")).as_deref(),
                Some(expected),
                "{asked}"
            );
        }
    }

    #[test]
    fn another_base_is_one_of_the_same_account_on_the_host_that_has_the_path() {
        let suitetalk = "https://1234567-sb1.suitetalk.api.netsuite.com";
        let restlets = "https://1234567-SB1.restlets.api.netsuite.com/";
        let local = "http://127.0.0.1:8080";
        for (server, asked, base, expected) in [
            (
                None,
                "/proxy/services/rest/query/v1/suiteql",
                suitetalk,
                Some("/services/rest/query/v1/suiteql"),
            ),
            (
                None,
                "/proxy/customer",
                "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/",
                Some("/services/rest/record/v1/customer"),
            ),
            (
                None,
                "/proxy/app/site/hosting/restlet.nl?script=1&deploy=1",
                restlets,
                Some("/app/site/hosting/restlet.nl?script=1&deploy=1"),
            ),
            (
                Some(local),
                "/proxy/services/rest/record/v1/customer",
                suitetalk,
                Some("/services/rest/record/v1/customer"),
            ),
            (
                Some(local),
                "/proxy/services/rest/record/v1/customer",
                local,
                Some("/services/rest/record/v1/customer"),
            ),
            (
                None,
                "/proxy/app/site/hosting/restlet.nl?script=1&deploy=1",
                suitetalk,
                None,
            ),
            (None, "/proxy/services/rest/record/v1/customer", restlets, None),
            (None, "/proxy/x", local, None),
            (Some(local), "/proxy/x", "http://127.0.0.1:8081", None),
            (
                Some(local),
                "/proxy/x",
                "http://127.0.0.1:8080.evil.example",
                None,
            ),
        ] {
            let found = called(server, "POST", asked, Some(base));
            assert_eq!(found.as_deref(), expected, "{asked} {base}");
        }
        for evil in [
            "https://evil.example",
            "https://7654321.suitetalk.api.netsuite.com",
            "https://1234567.suitetalk.api.netsuite.com",
            "http://1234567-sb1.suitetalk.api.netsuite.com",
            "https://1234567-sb1.suitetalk.api.netsuite.com.evil.example",
            "https://1234567-sb1.suitetalk.api.netsuite.com@evil.example",
            "https://evil.example#1234567-sb1.suitetalk.api.netsuite.com",
            "https://evil.example?1234567-sb1.suitetalk.api.netsuite.com",
            "https://1234567-sb1.suitetalk.api.netsuite.com:8443",
            "https:\\\\evil.example",
            "//evil.example",
            "1234567-sb1.suitetalk.api.netsuite.com",
            "file:///etc/passwd",
        ] {
            assert_eq!(
                called(None, "GET", "/proxy/services/rest/record/v1/customer", Some(evil)),
                None,
                "{evil}"
            );
        }
    }

    #[test]
    fn what_begins_with_the_prefix_goes_on_and_the_key_does_not() {
        let mut given = HeaderMap::new();
        for (name, value) in [
            ("authorization", "Bearer csc_x"),
            ("connection-id", "acme"),
            ("accept", "application/json"),
            ("accept-encoding", "gzip, br"),
            ("content-type", "application/json"),
            ("nango-proxy-prefer", "transient"),
            ("nango-proxy-content-type", "application/vnd.oracle.resource+json"),
            ("nango-proxy-host", "evil.example"),
            ("nango-proxy-transfer-encoding", "chunked"),
            ("x-forwarded-host", "evil.example"),
        ] {
            given.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let passed = passed(&given).unwrap();
        let mut names: Vec<&str> = passed.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "content-type", "prefer"]);
        assert_eq!(passed["content-type"], "application/vnd.oracle.resource+json");
        assert_eq!(passed["accept-encoding"], "identity");
    }
}
