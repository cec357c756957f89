//! A SOAP call behind a TokenPassport that can be bent before it is signed, and after.

use std::fmt::Write as _;

use countersign_protocol::EndpointVersion;
use quick_xml::escape::escape;

use crate::answer::Answer;
use crate::call::{Caller, Signed};

/// A call that is not signed yet. Every method gives a changed call.
#[derive(Clone)]
pub struct PassportCall {
    caller: Caller,
    operation: String,
    content: String,
    /// In the order they are signed.
    fields: Vec<(&'static str, String)>,
    dropped: Vec<String>,
    algorithm: Option<String>,
    signature: Option<String>,
    passports: usize,
    beside: String,
    headers: Vec<(String, String)>,
}

impl PassportCall {
    pub(crate) fn new(caller: &Caller, operation: &str) -> Self {
        let application = &caller.application;
        let fields = vec![
            ("account", application.account.clone()),
            ("consumerKey", application.consumer_key.clone()),
            ("token", application.token_id.clone()),
            ("nonce", caller.nonce()),
            ("timestamp", caller.timestamp()),
        ];
        Self {
            operation: operation.to_owned(),
            content: String::new(),
            fields,
            dropped: Vec::new(),
            algorithm: Some("HMAC-SHA256".to_owned()),
            signature: None,
            passports: 1,
            beside: String::new(),
            headers: Vec::new(),
            caller: caller.clone(),
        }
    }

    /// What the operation is asked with.
    pub fn content(mut self, xml: &str) -> Self {
        xml.clone_into(&mut self.content);
        self
    }

    /// Sets a value before it is signed.
    pub fn field(mut self, name: &str, value: &str) -> Self {
        for (known, current) in &mut self.fields {
            if *known == name {
                value.clone_into(current);
            }
        }
        self
    }

    /// Leaves an element out.
    pub fn without(mut self, name: &str) -> Self {
        self.dropped.push(name.to_owned());
        self
    }

    pub fn algorithm(mut self, algorithm: &str) -> Self {
        self.algorithm = Some(algorithm.to_owned());
        self
    }

    pub fn signature(mut self, signature: &str) -> Self {
        self.signature = Some(signature.to_owned());
        self
    }

    /// Sends the passport this many times in one envelope.
    pub const fn passports(mut self, passports: usize) -> Self {
        self.passports = passports;
        self
    }

    /// Puts XML beside the passport.
    pub fn beside(mut self, xml: &str) -> Self {
        xml.clone_into(&mut self.beside);
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn envelope(&self) -> String {
        let version = EndpointVersion::LATEST;
        let passport = self.passport();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\
             <soapenv:Header>{}{}</soapenv:Header><soapenv:Body>\
             <{operation} xmlns=\"urn:messages_{version}.platform.webservices.netsuite.com\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{}</{operation}>\
             </soapenv:Body></soapenv:Envelope>",
            passport.repeat(self.passports),
            self.beside,
            self.content,
            operation = self.operation
        )
    }

    fn passport(&self) -> String {
        let version = EndpointVersion::LATEST;
        let values: Vec<&str> = self.fields.iter().map(|(_, value)| value.as_str()).collect();
        let base_string = values.join("&");
        let signature = self.signature.clone().unwrap_or_else(|| {
            let signature = self.caller.key().sign(base_string.as_bytes());
            signature.as_str().to_owned()
        });
        let mut xml = format!(
            "<tokenPassport xmlns=\"urn:messages_{version}.platform.webservices.netsuite.com\" \
             xmlns:core=\"urn:core_{version}.platform.webservices.netsuite.com\">"
        );
        let is_sent = |name: &str| !self.dropped.iter().any(|dropped| dropped == name);
        for (name, value) in self.fields.iter().filter(|(name, _)| is_sent(name)) {
            let _ = write!(xml, "<core:{name}>{}</core:{name}>", escape(value.as_str()));
        }
        if is_sent("signature") {
            let algorithm = self
                .algorithm
                .as_ref()
                .filter(|_| is_sent("algorithm"))
                .map(|algorithm| format!(" algorithm=\"{algorithm}\""));
            let _ = write!(
                xml,
                "<core:signature{}>{signature}</core:signature>",
                algorithm.unwrap_or_default()
            );
        }
        xml.push_str("</tokenPassport>");
        xml
    }

    pub fn sign(&self) -> Signed {
        let body = self.envelope();
        let mut head = format!(
            "POST /services/NetSuitePort_{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"{}\"\r\nContent-Length: {}\r\n",
            EndpointVersion::LATEST,
            self.caller.address(),
            self.operation,
            body.len()
        );
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        Signed {
            bytes: format!("{head}\r\n{body}").into_bytes(),
            address: self.caller.address(),
        }
    }

    pub async fn send(&self) -> Answer {
        self.sign().send().await
    }
}
