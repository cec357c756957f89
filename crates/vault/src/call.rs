//! What a caller wants to send, read once: the decision and the request that goes out are about the same bytes.
//!
//! Invariant: a path that two programs could read in two ways is refused, never mended.

mod address;
mod kind;
#[cfg(test)]
mod tests;

pub use kind::{Method, ServiceKind};

use address::{only, parameters, segment};

const MAX_TARGET: usize = 8 * 1024;

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
