//! The calls, in their order.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use countersign_capture::{CapturedAnswer, Kind, Meaning};
use countersign_client::{Call, CallError, Client, Destination, Logins, Reply, Sending, Stage};
use countersign_protocol::{AccountId, EndpointVersion, LocalServer};
use countersign_world::Clock;
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::{Heard, Identity, Outcome, Probe, ProbeResults, Spared, signs_right};

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer that is read, in bytes: nothing that is asked for here is long.
const LONGEST: usize = 1024 * 1024;
/// The most of a failing answer's message that is kept, in characters.
const LONGEST_MESSAGE: usize = 300;

const CATALOG: &str = "/services/rest/record/v1/metadata-catalog?select=customer";
const QUERY: &str = "/services/rest/query/v1/suiteql?limit=1";
const GOVERNANCE: &str = "/services/rest/system/v1/governanceLimits";
/// A script nobody has: with a right login the answer says that it is not there.
const NO_SCRIPT: &str = "customscript_countersign_checkup";

/// A RESTlet that should answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restlet {
    pub script: String,
    pub deploy: String,
}

/// One connection that is looked at.
pub struct Checkup<'a> {
    pub client: &'a Client,
    pub account: &'a AccountId,
    pub server: Option<&'a LocalServer>,
    pub clock: &'a dyn Clock,
    pub restlet: Option<&'a Restlet>,
    pub soap_version: EndpointVersion,
}

impl Checkup<'_> {
    /// Prepares a client as a checkup wants it: one attempt a call, and not for long.
    pub const fn patient(mut client: Client) -> Client {
        client.timeout = PATIENCE;
        client.longest_answer = LONGEST;
        client
    }

    /// Every probe, as far as it has a point. The logins that fail are counted.
    pub async fn whole(&self, logins: &Logins) -> ProbeResults {
        let mut results = self.begin().await;
        if results.calls.is_empty() {
            self.sign_in(&mut results, logins).await;
            self.services(&mut results, logins).await;
        }
        results
    }

    /// Whether the token logs in, and who it is.
    pub async fn login(&self, logins: &Logins) -> ProbeResults {
        let mut results = self.begin().await;
        if results.calls.is_empty() {
            self.sign_in(&mut results, logins).await;
        }
        results
    }

    /// What can be seen without a login. Where nobody answers, every call is spared.
    async fn begin(&self) -> ProbeResults {
        let mut results = ProbeResults {
            account: self.account.clone(),
            is_local: self.server.is_some(),
            signs_right: signs_right(),
            address: Outcome::Spared(Spared::Pointless),
            hosts: Vec::new(),
            ahead: None,
            calls: BTreeMap::new(),
            expects_restlet: self.restlet.is_some(),
            identity: None,
            concurrency_limit: None,
        };
        let asked = self.to(&format!("/rest/datacenterurls?account={}", self.account));
        let reply = match asked {
            Ok(destination) => self
                .client
                .call_unsigned(&get(destination))
                .await
                .map_err(|error| unreached(&error)),
            Err(refused) => Err(refused),
        };
        match reply {
            Ok(reply) => {
                let answer = captured(&reply);
                results.ahead = answer.date().map(|theirs| self.clock.now().seconds() - theirs);
                results.hosts = hosts(&reply.body);
                results.address = Outcome::Answered(heard(&answer, reply.status.as_u16()));
            }
            Err(outcome) => {
                results.address = outcome;
                for probe in [
                    Probe::Login,
                    Probe::Rest,
                    Probe::SuiteQl,
                    Probe::Restlet,
                    Probe::Soap,
                ] {
                    results.calls.insert(probe, Outcome::Spared(Spared::Pointless));
                }
            }
        }
        results
    }

    /// Invariant: a connection that is bad costs its user one of the five failed logins that lock.
    async fn sign_in(&self, results: &mut ProbeResults, logins: &Logins) {
        let rest = outcome(self.signed(CATALOG, logins).await);
        // Refused by REST, it is refused by what else logs in; and what takes REST may still not take this.
        let (login, rest) = match rest.is_refused() {
            true => (rest, Outcome::Spared(Spared::Pointless)),
            false => {
                let reply = self.signed("/rest/tokeninfo", logins).await;
                if let Ok((reply, heard)) = &reply
                    && heard.meaning.kind == Kind::Success
                {
                    results.identity = Identity::read(&reply.body);
                }
                (outcome(reply), rest)
            }
        };
        results.calls.insert(Probe::Login, login);
        results.calls.insert(Probe::Rest, rest);
    }

    async fn services(&self, results: &mut ProbeResults, logins: &Logins) {
        if results.is_refused() {
            for probe in [Probe::SuiteQl, Probe::Restlet, Probe::Soap] {
                results.calls.insert(probe, Outcome::Spared(Spared::Pointless));
            }
            return;
        }
        let query = self.query(logins).await;
        results.calls.insert(Probe::SuiteQl, query);
        let is_for_web_services = results.call(Probe::Login).is_some_and(Outcome::is_refused);
        let restlet = match is_for_web_services {
            true => Outcome::Spared(Spared::Pointless),
            false => outcome(self.signed(&self.restlet_path(), logins).await),
        };
        results.calls.insert(Probe::Restlet, restlet);
        let time = self.server_time(logins).await;
        results.calls.insert(Probe::Soap, time);
        if let Ok((reply, heard)) = self.signed(GOVERNANCE, logins).await
            && heard.meaning.kind == Kind::Success
        {
            results.concurrency_limit = concurrency_limit(&reply.body);
        }
    }

    fn restlet_path(&self) -> String {
        let (script, deploy) = self
            .restlet
            .map_or((NO_SCRIPT, "1"), |restlet| (&restlet.script, &restlet.deploy));
        format!("/app/site/hosting/restlet.nl?script={script}&deploy={deploy}")
    }

    async fn query(&self, logins: &Logins) -> Outcome {
        let destination = match self.to(QUERY) {
            Ok(destination) => destination,
            Err(refused) => return refused,
        };
        let headers = HeaderMap::from_iter([
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (
                HeaderName::from_static("prefer"),
                HeaderValue::from_static("transient"),
            ),
        ]);
        let call = Call {
            method: Method::POST,
            destination,
            headers,
            body: Bytes::from_static(br#"{"q": "SELECT id FROM customer"}"#),
        };
        outcome(self.send(&call, logins).await)
    }

    async fn server_time(&self, logins: &Logins) -> Outcome {
        let version = self.soap_version;
        let destination = match self.to(&format!("/services/NetSuitePort_{version}")) {
            Ok(destination) => destination,
            Err(refused) => return refused,
        };
        let reply = self.client.call_soap(&destination, "getServerTime", |passport| {
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
                 <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\
                 <soapenv:Header>{}</soapenv:Header><soapenv:Body>\
                 <getServerTime xmlns=\"urn:messages_{version}.platform.webservices.netsuite.com\"/>\
                 </soapenv:Body></soapenv:Envelope>",
                passport.to_xml(version)
            )
        });
        outcome(self.counted(reply, logins).await)
    }

    async fn signed(&self, path: &str, logins: &Logins) -> Result<(Reply, Heard), Outcome> {
        let call = get(self.to(path)?);
        self.send(&call, logins).await
    }

    async fn send(&self, call: &Call, logins: &Logins) -> Result<(Reply, Heard), Outcome> {
        self.counted(self.client.call(call), logins).await
    }

    /// The call is made if one more login may fail.
    async fn counted(
        &self,
        reply: impl Future<Output = Result<Reply, CallError>>,
        logins: &Logins,
    ) -> Result<(Reply, Heard), Outcome> {
        let login = self.client.login();
        let breaker = logins.breaker(login, self.clock.elapsed());
        let admitted = breaker.try_admit(login.edition(), false, Sending::Held, self.clock.elapsed());
        let Ok(Some(admission)) = admitted else {
            return Err(Outcome::Spared(Spared::Breaker));
        };
        let reply = reply.await.map_err(|error| unreached(&error))?;
        let heard = heard(&captured(&reply), reply.status.as_u16());
        if Outcome::Answered(heard.clone()).is_refused() {
            admission.failed(self.clock.elapsed());
        } else if heard.meaning.kind.is_logged_in() {
            admission.worked();
        }
        Ok((reply, heard))
    }

    fn to(&self, path: &str) -> Result<Destination, Outcome> {
        let resolved = Destination::resolve(path, self.account, self.server.map(LocalServer::as_str));
        resolved.map_err(|error| Outcome::Unreached {
            stage: Stage::Preparing,
            why: error.to_string(),
        })
    }
}

impl std::fmt::Debug for Checkup<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Checkup(of {})", self.account)
    }
}

fn get(destination: Destination) -> Call {
    Call {
        method: Method::GET,
        destination,
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

fn outcome(reply: Result<(Reply, Heard), Outcome>) -> Outcome {
    reply.map_or_else(|outcome| outcome, |(_, heard)| Outcome::Answered(heard))
}

fn unreached(error: &CallError) -> Outcome {
    Outcome::Unreached {
        stage: error.stage(),
        why: error.to_string(),
    }
}

fn captured(reply: &Reply) -> CapturedAnswer {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = reply.headers.iter();
    CapturedAnswer {
        status: Some(reply.status.as_u16()),
        headers: headers
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: text(&reply.body),
    }
}

fn heard(answer: &CapturedAnswer, status: u16) -> Heard {
    let code = answer.code().unwrap_or_default();
    let meaning = match status {
        // The answer of a service that worked may hold any word.
        200..=299 if !answer.is_page() => Meaning::of(&CapturedAnswer {
            status: Some(status),
            ..CapturedAnswer::default()
        }),
        _ => Meaning::of(answer),
    };
    Heard {
        status,
        meaning,
        code: code.code,
        message: code.message.chars().take(LONGEST_MESSAGE).collect(),
    }
}

/// The hosts in an answer of `/rest/datacenterurls`.
fn hosts(body: &[u8]) -> Vec<String> {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let domains = ["restDomain", "webservicesDomain", "systemDomain"];
    let urls = domains.iter().filter_map(|name| value.get(name)?.as_str());
    urls.map(|url| url.chars().take(LONGEST_MESSAGE).collect())
        .collect()
}

/// The limit of the whole account.
fn concurrency_limit(body: &[u8]) -> Option<u32> {
    let value: Value = serde_json::from_slice(body).ok()?;
    u32::try_from(value.get("accountConcurrencyLimit")?.as_u64()?).ok()
}
