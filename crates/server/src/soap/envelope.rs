//! SOAP 1.1 envelopes as NetSuite's clients read them: its prefixes, `documentInfo` in the header, typed faults.

use countersign_protocol::{AccountId, EndpointVersion};
use countersign_world::UnixTime;
use http::StatusCode;
use quick_xml::escape::escape;

use crate::reply::{Reply, reply};

pub(super) const TYPE: &str = "text/xml; charset=utf-8";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// The namespaces of an endpoint version.
#[derive(Clone, Copy)]
pub(super) struct Namespaces(pub(super) EndpointVersion);

impl Namespaces {
    fn platform(self, name: &str) -> String {
        format!("urn:{name}_{}.platform.webservices.netsuite.com", self.0)
    }

    /// The answer of an operation. Every one names the exchange in its header.
    pub(super) fn reply(self, account: &AccountId, now: UnixTime, element: &str, content: &str) -> Reply {
        let (messages, core) = (self.platform("messages"), self.platform("core"));
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"{SOAP}\" \
             xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <soapenv:Header><platformMsgs:documentInfo xmlns:platformMsgs=\"{messages}\">\
             <platformMsgs:nsId>WEBSERVICES_{account}_{}_{:x}</platformMsgs:nsId></platformMsgs:documentInfo></soapenv:Header>\
             <soapenv:Body><{element} xmlns=\"{messages}\" xmlns:platformCore=\"{core}\">{content}</{element}></soapenv:Body>\
             </soapenv:Envelope>",
            now.millis(),
            now.millis().rotate_left(32),
        );
        reply(StatusCode::OK, TYPE, body)
    }
}

/// A kind of fault: its element and its code.
#[derive(Clone, Copy)]
pub(super) struct Fault {
    element: &'static str,
    code: &'static str,
}

impl Fault {
    pub(super) const INVALID_CREDENTIALS: Self = Self {
        element: "invalidCredentialsFault",
        code: "USER_ERROR",
    };
    /// Of credentials that are not a token's.
    pub(super) const INVALID_PASSWORD_LOGIN: Self = Self {
        element: "invalidCredentialsFault",
        code: "INVALID_LOGIN_CREDENTIALS",
    };
    pub(super) const NO_SESSION: Self = Self {
        element: "invalidSessionFault",
        code: "WS_LOG_IN_REQD",
    };
    pub(super) const INSUFFICIENT_PERMISSION: Self = Self {
        element: "insufficientPermissionFault",
        code: "INSUFFICIENT_PERMISSION",
    };
    pub(super) const CONCURRENCY: Self = Self {
        element: "exceededConcurrentRequestLimitFault",
        code: "WS_REQUEST_BLOCKED",
    };
    pub(super) const RECORD_COUNT: Self = Self {
        element: "exceededRecordCountFault",
        code: "MAX_RCRDS_EXCEEDED",
    };
    pub(super) const INVALID_ACCOUNT: Self = Self {
        element: "invalidAccountFault",
        code: "INVALID_ACCT",
    };
    pub(super) const UNREADABLE: Self = Self {
        element: "unexpectedErrorFault",
        code: "USER_ERROR",
    };
    pub(super) const UNEXPECTED: Self = Self {
        element: "unexpectedErrorFault",
        code: "UNEXPECTED_ERROR",
    };

    pub(super) fn reply(self, namespaces: Namespaces, message: &str) -> Reply {
        let Self { element, code } = self;
        let (faults, message) = (namespaces.platform("faults"), escape(message));
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope xmlns:soapenv=\"{SOAP}\" \
             xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <soapenv:Body><soapenv:Fault><faultcode>soapenv:Server.userException</faultcode>\
             <faultstring>{message}</faultstring><detail><platformFaults:{element} xmlns:platformFaults=\"{faults}\">\
             <platformFaults:code>{code}</platformFaults:code><platformFaults:message>{message}</platformFaults:message>\
             </platformFaults:{element}><ns1:hostname xmlns:ns1=\"http://xml.apache.org/axis/\">countersign</ns1:hostname>\
             </detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>"
        );
        reply(StatusCode::INTERNAL_SERVER_ERROR, TYPE, body)
    }
}
