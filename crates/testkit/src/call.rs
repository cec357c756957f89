//! A signed call over HTTP that can be bent before it is signed, and after.

use std::net::SocketAddr;
use std::sync::Arc;

use countersign_protocol::{Request, SigningKey, authorization_header};
use countersign_world::{Clock, Entropy, nonce};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::answer::Answer;
use crate::application::Application;
use crate::passport::PassportCall;
use crate::server::send;

/// An application that knows where the account is.
#[derive(Clone)]
pub struct Caller {
    pub application: Application,
    address: SocketAddr,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// A call that is not signed yet. Every method gives a changed call.
#[derive(Clone)]
pub struct Call {
    caller: Caller,
    method: String,
    target: String,
    host: String,
    signed_url: Option<String>,
    realm: Option<String>,
    parameters: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    rewrite: Option<Arc<dyn Fn(String) -> String + Send + Sync>>,
}

/// A request in bytes: it can be sent more than once.
#[derive(Clone)]
pub struct Signed {
    pub bytes: Vec<u8>,
    pub(crate) address: SocketAddr,
}

impl Caller {
    /// A caller of any server that listens there.
    pub fn new(
        address: SocketAddr,
        application: &Application,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            application: application.clone(),
            address,
            clock,
            entropy,
        }
    }

    pub fn get(&self, target: &str) -> Call {
        self.call("GET", target)
    }

    /// A call with a JSON body.
    pub fn post(&self, target: &str, json: &str) -> Call {
        self.call("POST", target).body("application/json", json)
    }

    pub fn patch(&self, target: &str, json: &str) -> Call {
        self.call("PATCH", target).body("application/json", json)
    }

    pub fn delete(&self, target: &str) -> Call {
        self.call("DELETE", target)
    }

    pub fn call(&self, method: &str, target: &str) -> Call {
        let application = &self.application;
        let parameters = [
            ("oauth_consumer_key", application.consumer_key.clone()),
            ("oauth_token", application.token_id.clone()),
            ("oauth_signature_method", "HMAC-SHA256".to_owned()),
            ("oauth_version", "1.0".to_owned()),
            ("oauth_timestamp", self.timestamp()),
            ("oauth_nonce", self.nonce()),
        ];
        Call {
            method: method.to_owned(),
            target: target.to_owned(),
            host: self.address.to_string(),
            signed_url: None,
            realm: Some(application.account.clone()),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            headers: Vec::new(),
            body: Vec::new(),
            rewrite: None,
            caller: self.clone(),
        }
    }

    /// A SOAP operation behind a TokenPassport.
    pub fn soap(&self, operation: &str) -> PassportCall {
        PassportCall::new(self, operation)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn key(&self) -> SigningKey {
        self.application.key()
    }

    pub(crate) fn timestamp(&self) -> String {
        self.clock.now().seconds().to_string()
    }

    pub(crate) fn nonce(&self) -> String {
        nonce(&*self.entropy).as_str().to_owned()
    }
}

impl Call {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without_header(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Sends another target, and signs it.
    pub fn with_target(mut self, change: impl FnOnce(&str) -> String) -> Self {
        self.target = change(&self.target);
        self
    }

    /// Sets a parameter of the header before it is signed.
    pub fn oauth(self, name: &str, value: &str) -> Self {
        let mut call = self.without(name);
        call.parameters.push((name.to_owned(), value.to_owned()));
        call
    }

    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    pub fn realm<'r>(mut self, realm: impl Into<Option<&'r str>>) -> Self {
        self.realm = realm.into().map(str::to_owned);
        self
    }

    /// Moves the timestamp.
    pub fn seconds_off(self, seconds: i64) -> Self {
        let timestamp = self.caller.clock.now().seconds() + seconds;
        self.oauth("oauth_timestamp", &timestamp.to_string())
    }

    /// The `Host` header, and what is signed.
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Signs another address than the request is sent to.
    pub fn signed_as(mut self, url: &str) -> Self {
        self.signed_url = Some(url.to_owned());
        self
    }

    /// Changes the finished header; an empty one is not sent at all.
    pub fn rewrite(mut self, rewrite: impl Fn(String) -> String + Send + Sync + 'static) -> Self {
        self.rewrite = Some(Arc::new(rewrite));
        self
    }

    /// Sends this in place of the signed header.
    pub fn authorization(self, header: &str) -> Self {
        let header = header.to_owned();
        self.rewrite(move |_| header.clone())
    }

    /// The first character of the signature is another.
    pub fn badly_signed(self) -> Self {
        self.rewrite(|header| {
            let (start, signature) = header
                .split_once("oauth_signature=\"")
                .expect("the header is signed");
            let first = if signature.starts_with('A') { 'B' } else { 'A' };
            // It may be escaped.
            let length = if signature.starts_with('%') { 3 } else { 1 };
            format!("{start}oauth_signature=\"{first}{}", &signature[length..])
        })
    }

    pub fn sign(&self) -> Signed {
        use std::fmt::Write as _;
        let authorization = self.authorization_header();
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.method, self.target, self.host
        );
        if !authorization.is_empty() {
            let _ = write!(head, "Authorization: {authorization}\r\n");
        }
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if !self.body.is_empty() {
            let _ = write!(head, "Content-Length: {}\r\n", self.body.len());
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        Signed {
            bytes,
            address: self.caller.address,
        }
    }

    pub async fn send(&self) -> Answer {
        self.sign().send().await
    }

    fn authorization_header(&self) -> String {
        let url = self
            .signed_url
            .clone()
            .unwrap_or_else(|| format!("http://{}{}", self.host, self.target));
        let content_type = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map(|(_, value)| value.as_str());
        let request = Request::new(&self.method, &url).expect("the address can be signed");
        let request = request.with_body(content_type, &self.body);
        let parameters: Vec<(&str, &str)> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let header = authorization_header(self.realm.as_deref(), &parameters, &request, &self.caller.key());
        self.rewrite
            .as_ref()
            .map_or(header.clone(), |rewrite| rewrite(header))
    }
}

impl Signed {
    pub async fn send(&self) -> Answer {
        send(self.address, &self.bytes).await
    }

    /// Sends to a server that may go away at any moment: nothing when no whole answer came.
    pub async fn send_to_mortal(&self) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.address).await.ok()?;
        stream.write_all(&self.bytes).await.ok()?;
        Answer::read_if_whole(&mut stream).await
    }

    /// The same bytes for a server that was started anew on another port.
    pub fn to(&self, address: SocketAddr) -> Self {
        Self {
            bytes: self.bytes.clone(),
            address,
        }
    }
}
