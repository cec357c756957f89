//! What a caller wants to send, read once: the decision and the request that goes out are about the same bytes.
//!
//! Invariant: a path that two programs could read in two ways is refused, never mended.

use std::fmt;

use countersign_protocol::Service;
use serde::{Deserialize, Serialize};

const MAX_TARGET: usize = 8 * 1024;

/// The services a grant can open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServiceKind {
    /// REST web services but SuiteQL.
    Rest,
    SuiteQl,
    Restlet,
    Soap,
}

impl ServiceKind {
    pub const ALL: [Self; 4] = [Self::Rest, Self::SuiteQl, Self::Restlet, Self::Soap];

    /// The host it is on.
    pub const fn service(self) -> Service {
        match self {
            Self::Rest | Self::SuiteQl | Self::Soap => Service::SuiteTalk,
            Self::Restlet => Service::Restlets,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const ALL: [Self; 6] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// A method has one spelling (RFC 9110 section 9.1).
    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }
}

/// Why a request is not a call that could be decided on: the caller's mistake, or worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallRefused {
    #[error("the method is none of GET, HEAD, POST, PUT, PATCH and DELETE, in capital letters")]
    Method,
    #[error("the address is longer than {MAX_TARGET} bytes")]
    TooLong,
    #[error("the address is not a path: write it as /services/… or /app/site/hosting/restlet.nl?…")]
    NotAPath,
    #[error("the path can be read in two ways: {0}")]
    Ambiguous(&'static str),
    #[error("a parameter beginning with oauth_ is not yours to send: the signature is made here")]
    OauthParameter,
    #[error("a RESTlet is named by one `script` and one `deploy`")]
    Script,
    #[error("there is no such service: REST is below /services/rest, SOAP at /services/NetSuitePort_…")]
    Service,
    #[error(
        "a path below /services/rest is written as NetSuite documents it: the service and its version in small letters, \
         SuiteQL as /services/rest/query/v1/suiteql"
    )]
    Spelling,
    #[error("a transformation is written TYPE/ID/!transform/TYPE, once, and no other segment begins with !")]
    Transform,
    #[error("SOAP is called by POST")]
    SoapMethod,
}

/// A request, as far as a grant looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub(crate) service: ServiceKind,
    pub(crate) method: Method,
    /// Percent-decoded once.
    pub(crate) segments: Vec<Vec<u8>>,
    /// The type of record another is transformed into.
    into: Option<Vec<u8>>,
    pub(crate) script: Option<Script>,
    pub(crate) soap_operation: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) script: Vec<u8>,
    pub(crate) deploy: Vec<u8>,
}

/// A part of the services.
pub(crate) struct Place<'c> {
    pub(crate) path: Vec<&'c [u8]>,
    pub(crate) record_type: Option<&'c [u8]>,
}

impl Call {
    /// Reads the method and the target (path and query) exactly as they will be sent.
    pub fn parse(method: &str, target: &str) -> Result<Self, CallRefused> {
        let method = Method::parse(method).ok_or(CallRefused::Method)?;
        if target.len() > MAX_TARGET {
            return Err(CallRefused::TooLong);
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let segments = path.strip_prefix('/').ok_or(CallRefused::NotAPath)?;
        let segments = segments.split('/').map(segment).collect::<Result<Vec<_>, _>>()?;
        let parameters = parameters(query)?;
        let service = service_of(&segments)?;
        if service == ServiceKind::Soap && method != Method::Post {
            return Err(CallRefused::SoapMethod);
        }
        let into = transformed_into(service, &segments)?;
        let script = match service {
            ServiceKind::Restlet => Some(Script {
                script: only(&parameters, b"script")?,
                deploy: only(&parameters, b"deploy")?,
            }),
            _ => None,
        };
        Ok(Self {
            service,
            method,
            segments,
            into,
            script,
            soap_operation: None,
        })
    }

    /// The operation in the body of a SOAP request, its local name: without it no SOAP request counts as reading. Not the
    /// SOAPAction header, which does not decide what is done.
    #[must_use]
    pub fn with_soap_operation(mut self, operation: &str) -> Self {
        self.soap_operation = Some(operation.to_owned());
        self
    }

    pub const fn service(&self) -> ServiceKind {
        self.service
    }

    pub const fn method(&self) -> Method {
        self.method
    }

    /// Whether nothing is changed by it, as far as the request alone can tell. SuiteQL only reads. What a RESTlet does at
    /// a GET is its author's.
    pub fn is_reading(&self) -> bool {
        let asks = matches!(self.method, Method::Get | Method::Head);
        match self.service {
            ServiceKind::SuiteQl => asks || self.method == Method::Post,
            ServiceKind::Rest | ServiceKind::Restlet => asks,
            ServiceKind::Soap => self.soap_operation.as_deref().is_some_and(is_reading_operation),
        }
    }

    /// The operation of a SOAP request, once it was read.
    pub fn soap_operation(&self) -> Option<&str> {
        self.soap_operation.as_deref()
    }

    /// What has to be open for it: what it names, and the records it makes where it transforms one into another.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place<'_>> {
        let is_record = self.service == ServiceKind::Rest && self.segment(2) == b"record";
        let record_type = |at: usize| {
            let segment = self.segments.get(at).filter(|_| is_record);
            segment.map(Vec::as_slice)
        };
        let named = Place {
            path: self.segments.iter().map(Vec::as_slice).collect(),
            record_type: record_type(4),
        };
        let made = self.into.as_deref().map(|into| Place {
            path: self
                .segments
                .iter()
                .take(4)
                .map(Vec::as_slice)
                .chain([into])
                .collect(),
            record_type: Some(into),
        });
        [Some(named), made].into_iter().flatten()
    }

    fn segment(&self, at: usize) -> &[u8] {
        self.segments.get(at).map_or(b"", Vec::as_slice)
    }
}

impl fmt::Display for ServiceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rest => "REST",
            Self::SuiteQl => "SuiteQL",
            Self::Restlet => "RESTlets",
            Self::Soap => "SOAP",
        })
    }
}

fn is_reading_operation(operation: &str) -> bool {
    const OTHERS: [&str; 3] = ["asyncGetList", "asyncSearch", "checkAsyncStatus"];
    let begins = |word: &str| {
        let rest = operation.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    begins("get") || begins("search") || OTHERS.contains(&operation)
}

fn service_of(segments: &[Vec<u8>]) -> Result<ServiceKind, CallRefused> {
    let segments: Vec<&[u8]> = segments.iter().map(Vec::as_slice).collect();
    match segments.as_slice() {
        [b"services", b"rest", b"query", b"v1", b"suiteql"] => Ok(ServiceKind::SuiteQl),
        [b"services", b"rest", service, rest @ ..] => {
            // Attack: what NetSuite takes for SuiteQL in another spelling would need a grant for REST only.
            let is_plain = |segment: &[u8]| {
                let is_known =
                    |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
                segment.iter().all(is_known)
            };
            let is_query = *service == b"query";
            let is_dataset = rest.get(1).is_some_and(|name| *name == b"dataset");
            match is_plain(service) && rest.first().is_none_or(|v| is_plain(v)) && (!is_query || is_dataset) {
                true => Ok(ServiceKind::Rest),
                false => Err(CallRefused::Spelling),
            }
        }
        [b"app", b"site", b"hosting", b"restlet.nl"] => Ok(ServiceKind::Restlet),
        [b"services", port] if port.starts_with(b"NetSuitePort_") => Ok(ServiceKind::Soap),
        _ => Err(CallRefused::Service),
    }
}

/// `/services/rest/record/v1/TYPE/ID/!transform/TYPE`, and no other place for an exclamation mark to begin a segment.
fn transformed_into(service: ServiceKind, segments: &[Vec<u8>]) -> Result<Option<Vec<u8>>, CallRefused> {
    if !segments.iter().any(|segment| segment.starts_with(b"!")) {
        return Ok(None);
    }
    let segments: Vec<&[u8]> = segments.iter().map(Vec::as_slice).collect();
    match segments.as_slice() {
        [_, _, b"record", _, record_type, id, b"!transform", into]
            if service == ServiceKind::Rest
                && [record_type, id, into].iter().all(|s| !s.starts_with(b"!")) =>
        {
            Ok(Some(into.to_vec()))
        }
        _ => Err(CallRefused::Transform),
    }
}

fn segment(text: &str) -> Result<Vec<u8>, CallRefused> {
    if text.is_empty() {
        return Err(CallRefused::Ambiguous("it has an empty segment"));
    }
    let decoded = decode(text, false)?;
    if matches!(decoded.as_slice(), b"." | b"..") {
        return Err(CallRefused::Ambiguous("it has a dot segment"));
    }
    // Attack: a separator in too many bytes, which only a careless reader takes for one.
    if std::str::from_utf8(&decoded).is_err() {
        return Err(CallRefused::Ambiguous("its encoded bytes are no text"));
    }
    // A second decoding, a parameter of a segment, or another separator would lead elsewhere.
    if decoded.iter().any(|byte| b"/\\%;?#".contains(byte)) {
        return Err(CallRefused::Ambiguous("a separator is written in it, or encoded"));
    }
    // Otherwise a rule for `customer` would not be one for `%63ustomer`, wherever that is compared before it is decoded.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@".contains(&byte);
    let written = text.bytes().filter(|byte| plain(*byte)).count();
    let meant = decoded.iter().filter(|byte| plain(**byte)).count();
    let hex = 2 * text.bytes().filter(|byte| *byte == b'%').count();
    match written == meant + hex {
        true => Ok(decoded),
        false => Err(CallRefused::Ambiguous(
            "a character is encoded that needs no encoding",
        )),
    }
}

type Parameter = (Vec<u8>, Vec<u8>);

fn parameters(query: &str) -> Result<Vec<Parameter>, CallRefused> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let parameters = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(name, true)?, decode(value, true)?))
    });
    let parameters = parameters.collect::<Result<Vec<_>, _>>()?;
    let is_oauth = |(name, _): &Parameter| {
        name.get(..6)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"oauth_"))
    };
    match parameters.iter().any(is_oauth) {
        true => Err(CallRefused::OauthParameter),
        false => Ok(parameters),
    }
}

fn only(parameters: &[Parameter], name: &[u8]) -> Result<Vec<u8>, CallRefused> {
    let mut found = parameters
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (Some((_, value)), None) if !value.is_empty() => Ok(value.clone()),
        _ => Err(CallRefused::Script),
    }
}

fn decode(text: &str, plus_is_space: bool) -> Result<Vec<u8>, CallRefused> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => {
                let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
                let pair = digit().zip(digit());
                let (high, low) =
                    pair.ok_or(CallRefused::Ambiguous("a percent sign begins no pair of digits"))?;
                u8::try_from(high * 16 + low).unwrap_or_default()
            }
            b'+' if plus_is_space => b' ',
            // Attack: after a # nothing is sent, whatever was judged. The others are written anew by some programs.
            b'#' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => {
                return Err(CallRefused::Ambiguous(
                    "it has a character that has to be encoded",
                ));
            }
            0x21..=0x7e => byte,
            _ => {
                return Err(CallRefused::Ambiguous(
                    "it has a character that has to be encoded",
                ));
            }
        };
        if byte.is_ascii_control() {
            return Err(CallRefused::Ambiguous("it has a control character"));
        }
        decoded.push(byte);
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CUSTOMER: &str = "/services/rest/record/v1/customer";

    #[test]
    fn a_path_tells_its_service() {
        for (target, service) in [
            (CUSTOMER, ServiceKind::Rest),
            (
                "/services/rest/record/v1/customer/eid:Caf%C3%A9%201",
                ServiceKind::Rest,
            ),
            ("/services/rest/query/v1/suiteql?limit=5", ServiceKind::SuiteQl),
            (
                "/app/site/hosting/restlet.nl?script=1&deploy=1&x=a%2Fb",
                ServiceKind::Restlet,
            ),
            ("/services/NetSuitePort_2025_1", ServiceKind::Soap),
        ] {
            let call = Call::parse("POST", target).unwrap();
            assert_eq!(call.service(), service, "{target}");
        }
        for nowhere in [
            "/",
            "/services",
            "/services/rest",
            "/app/center/card.nl",
            "/rest/roles",
            "/SERVICES/rest/record/v1/x",
        ] {
            assert!(Call::parse("GET", nowhere).is_err(), "{nowhere}");
        }
    }

    #[test]
    fn a_path_that_can_be_read_in_two_ways_is_refused() {
        for trick in [
            "//services/rest/record/v1/customer",
            "/services/rest//record/v1/customer",
            "/services/rest/record/v1/customer/",
            "/services/rest/record/v1/./customer",
            "/services/rest/record/v1/invoice/../customer",
            "/services/rest/record/v1/invoice/%2e%2e/customer",
            "/services/rest/record/v1/invoice/%2E./customer",
            "/services/rest/record/v1/invoice%2fcustomer",
            "/services/rest/record/v1/invoice%5Ccustomer",
            "/services/rest/record/v1/invoice\\customer",
            "/services/rest/record/v1/customer;x=1",
            "/services/rest/record/v1/customer%3Bx=1",
            "/services/rest/record/v1/%2563ustomer",
            "/services/rest/record/v1/%63ustomer",
            "/services/rest/record/v1/customer/1/%21transform/salesOrder",
            "/services/rest/record/v1/customer%00",
            "/services/rest/record/v1/customer%0d%0aX: y",
            "/services/rest/record/v1/customer%2",
            "/services/rest/record/v1/customer%zz",
            "/services/rest/record/v1/cust omer",
            "/services/rest/record/v1/café",
            "/services/rest/record/v1/customer#x",
            "/services/rest/record/v1/customer?x=1#y",
            "/services/rest/record/v1/customer?q=a|b",
            "/services/rest/record/v1/invoice%c0%afcustomer",
            "/services/rest/record/v1/invoice%c0%ae%c0%ae",
            "/services/rest/record/v1/customer%23x",
            "https://evil.example/services/rest/record/v1/customer",
            "services/rest/record/v1/customer",
            "*",
            "",
        ] {
            assert!(Call::parse("GET", trick).is_err(), "{trick}");
        }
    }

    #[test]
    fn suiteql_is_not_reached_by_another_spelling() {
        for path in [
            "query/v1/SuiteQL",
            "query/V1/suiteql",
            "QUERY/v1/suiteql",
            "Query/v1/suiteql",
            "query//v1/suiteql",
            "query/v1/./suiteql",
            "query/v1/suiteql/",
            "query/v1/suiteql/x",
            "query/v1/suite%71l",
            "query/v1/suiteql;x",
            "query/v2/suiteql",
            "query/v1",
            "query",
            "record/V1/customer",
        ] {
            let target = format!("/services/rest/{path}");
            assert!(Call::parse("POST", &target).is_err(), "{target}");
        }
        let dataset = Call::parse("GET", "/services/rest/query/v1/dataset/x/result").unwrap();
        assert_eq!(dataset.service(), ServiceKind::Rest);
    }

    #[test]
    fn a_transformation_has_one_form() {
        assert!(Call::parse("POST", &format!("{CUSTOMER}/7/!transform/salesOrder")).is_ok());
        for rest in [
            "/7/!transform",
            "/7/!transform/salesOrder/!transform/invoice",
            "/7/!transform/salesOrder/item",
            "/!transform/salesOrder",
            "/7/!Transform/salesOrder",
            "/7/!TRANSFORM/salesOrder",
            "/7/!transform/!transform",
            "/7/!other/salesOrder",
            "/7/x/!transform/salesOrder",
        ] {
            let target = format!("{CUSTOMER}{rest}");
            assert_eq!(
                Call::parse("POST", &target),
                Err(CallRefused::Transform),
                "{rest}"
            );
        }
        assert!(Call::parse("POST", "/services/rest/query/v1/dataset/!transform/x").is_err());
    }

    #[test]
    fn methods_have_one_spelling() {
        for method in ["get", "Get", "GET ", "TRACE", "CONNECT", "OPTIONS", ""] {
            assert_eq!(Call::parse(method, CUSTOMER), Err(CallRefused::Method));
        }
    }

    #[test]
    fn nobody_sends_parameters_of_the_signature() {
        for query in [
            "oauth_token=x",
            "limit=1&OAuth_Nonce=y",
            "oaut%68_token=x",
            "oauth_",
        ] {
            let target = format!("{CUSTOMER}?{query}");
            assert_eq!(
                Call::parse("GET", &target),
                Err(CallRefused::OauthParameter),
                "{query}"
            );
        }
    }

    #[test]
    fn a_restlet_has_one_script_and_one_deployment() {
        for query in [
            "",
            "script=1",
            "script=1&deploy=1&script=2",
            "script=1&deploy=",
            "script=1&deploy=1&SCRIPT=2",
        ] {
            let target = format!("/app/site/hosting/restlet.nl?{query}");
            assert_eq!(Call::parse("GET", &target), Err(CallRefused::Script), "{query}");
        }
    }

    #[test]
    fn only_what_surely_reads_counts_as_reading() {
        let reads = |method, target| Call::parse(method, target).unwrap().is_reading();
        assert!(reads("GET", CUSTOMER) && reads("HEAD", CUSTOMER));
        assert!(reads("POST", "/services/rest/query/v1/suiteql"));
        assert!(!reads("POST", CUSTOMER) && !reads("DELETE", "/services/rest/query/v1/suiteql"));
        let soap = |operation| {
            Call::parse("POST", "/services/NetSuitePort_2025_1")
                .unwrap()
                .with_soap_operation(operation)
        };
        for operation in [
            "get",
            "getList",
            "getServerTime",
            "search",
            "searchMoreWithId",
            "asyncSearch",
        ] {
            assert!(soap(operation).is_reading(), "{operation}");
        }
        for operation in [
            "add",
            "upsertList",
            "",
            "getter",
            "GET",
            "searching",
            "asyncAddList",
            "delete",
        ] {
            assert!(!soap(operation).is_reading(), "{operation}");
        }
        assert!(!reads("POST", "/services/NetSuitePort_2025_1"));
        for method in ["GET", "HEAD", "PUT"] {
            let called = Call::parse(method, "/services/NetSuitePort_2025_1");
            assert_eq!(called, Err(CallRefused::SoapMethod), "{method}");
        }
    }

    proptest! {
        #[test]
        fn any_request_is_read_or_refused_without_a_panic(method: String, target: String) {
            let _ = Call::parse(&method, &target);
            let _ = Call::parse("GET", &format!("/services/rest/{target}"));
        }

        #[test]
        fn a_path_of_plain_segments_is_what_it_says(segments in prop::collection::vec("[a-zA-Z0-9:_-]{1,8}", 1..6)) {
            let target = format!("/services/rest/record/v1/{}", segments.join("/"));
            let call = Call::parse("GET", &target).unwrap();
            let read: Vec<_> = call.segments.iter().skip(4).map(|segment| String::from_utf8(segment.clone()).unwrap()).collect();
            prop_assert_eq!(read, segments);
        }
    }
}
