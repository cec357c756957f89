//! A signer that does what it is told. Written from RFC 5849 alone, apart from the hash functions.

use base64::Engine as _;
use countersign_diagnose::{
    Diagnosis, Elsewhere, Evidence, Known, Mistake, NonceHistory, OtherSecrets, Owner, Presented, diagnose,
};
use countersign_protocol::{Scheme, Secret};
use sha1::Digest as _;

pub(crate) const HOST: &str = "1234567-sb1.restlets.api.netsuite.com";
pub(crate) const CONSUMER_KEY: &str = "c0ffee0123456789";
pub(crate) const CONSUMER_SECRET: &str = "consumer/Secret=1!";
pub(crate) const TOKEN: &str = "decade9876543210";
pub(crate) const TOKEN_SECRET: &str = "token+Secret 2";
const NOW: i64 = 1_700_000_000;

type Hash = fn(key: &[u8], base: &[u8]) -> Vec<u8>;

/// A call that is signed as its test says.
pub(crate) struct Call {
    method: &'static str,
    host: String,
    target: String,
    body: String,
    content_type: Option<&'static str>,
    realm: Option<&'static str>,
    /// Names and encoded values, as they are sent.
    parameters: Vec<(&'static str, String)>,
    signed: Option<String>,
    key: String,
    hash: Hash,
    write: fn(&[u8]) -> String,
    headers: Option<Vec<String>>,
    envelope: Option<String>,
    cookie: bool,
    written: Option<String>,
    nonce: NonceHistory<'static>,
    elsewhere: Elsewhere,
    knows_secrets: bool,
    records: &'static [Mistake],
}

pub(crate) fn get(target: &str) -> Call {
    let parameters = [
        ("oauth_consumer_key", CONSUMER_KEY),
        ("oauth_token", TOKEN),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", "1700000000"),
        ("oauth_nonce", "abcdefghij"),
        ("oauth_version", "1.0"),
    ];
    Call {
        method: "GET",
        host: HOST.to_owned(),
        target: target.to_owned(),
        body: String::new(),
        content_type: None,
        realm: Some("1234567_SB1"),
        parameters: parameters.map(|(name, value)| (name, value.to_owned())).to_vec(),
        signed: None,
        key: format!("{}&{}", quote(CONSUMER_SECRET), quote(TOKEN_SECRET)),
        hash: hmac_sha256,
        write: |digest| quote(&base64(digest)),
        headers: None,
        envelope: None,
        cookie: false,
        written: None,
        nonce: NonceHistory::Unused,
        elsewhere: Elsewhere::default(),
        knows_secrets: true,
        records: &[],
    }
}

/// A TokenPassport that is sent with an account and signed over a text.
pub(crate) fn passport(account: &str, signed: &str, beside: &str) -> Call {
    let mut call = get("/services/NetSuitePort_2025_2").signs_whole(signed);
    call.method = "POST";
    let signature = base64(&hmac_sha256(call.key.as_bytes(), signed.as_bytes()));
    call.envelope = Some(format!(
        "<Envelope><Header><tokenPassport><account>{account}</account><consumerKey>{CONSUMER_KEY}</consumerKey>\
         <token>{TOKEN}</token><nonce>abcdefghij</nonce><timestamp>1700000000</timestamp>\
         <signature algorithm=\"HMAC-SHA256\">{signature}</signature></tokenPassport>{beside}</Header><Body/></Envelope>"
    ));
    call
}

impl Call {
    /// Signs these joined parameters, in which `{oauth}` stands for those that are sent so far.
    pub(crate) fn signs(self, parameters: &str) -> Self {
        let (path, _) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let uri = format!("https://{}{path}", self.host);
        self.signs_at(&uri, parameters)
    }

    pub(crate) fn signs_at(mut self, uri: &str, parameters: &str) -> Self {
        let joined = parameters.replace("{oauth}", &self.oauth());
        // A case of an encoding that leaves a character alone leaves it alone everywhere.
        self.signed = Some(format!("{}&{}&{}", self.method, quote(uri), quote(&joined)));
        self
    }

    /// Signs this text, in which `{uri}`, `{oauth}` and `{raw oauth}` stand for those parts.
    pub(crate) fn signs_whole(mut self, base: &str) -> Self {
        let uri = quote(&format!("https://{}{}", self.host, self.target));
        let base = base.replace("{uri}", &uri).replace("{raw oauth}", &self.oauth());
        self.signed = Some(base.replace("{oauth}", &quote(&self.oauth())));
        self
    }

    fn oauth(&self) -> String {
        let mut pairs: Vec<_> = self
            .parameters
            .iter()
            .filter(|(name, _)| name.starts_with("oauth_"))
            .collect();
        pairs.sort();
        pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("&")
    }

    pub(crate) fn posts(mut self, body: &str, content_type: &'static str) -> Self {
        (self.method, self.body, self.content_type) = ("POST", body.to_owned(), Some(content_type));
        self
    }

    pub(crate) fn sends(mut self, name: &'static str, value: &str) -> Self {
        self.parameters.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(other, _)| *other != name);
        self
    }

    pub(crate) fn resends(self, name: &'static str, value: &str) -> Self {
        self.without(name).sends(name, value)
    }

    pub(crate) fn host(mut self, host: &str) -> Self {
        self.host = host.to_owned();
        self
    }

    pub(crate) fn realm(mut self, realm: Option<&'static str>) -> Self {
        self.realm = realm;
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        self.key = key.to_owned();
        self
    }

    pub(crate) fn hashes(mut self, hash: Hash) -> Self {
        self.hash = hash;
        self
    }

    pub(crate) fn writes(mut self, write: fn(&[u8]) -> String) -> Self {
        self.write = write;
        self
    }

    pub(crate) fn headers(mut self, headers: &[&str]) -> Self {
        self.headers = Some(headers.iter().map(|header| (*header).to_owned()).collect());
        self
    }

    pub(crate) fn without_signature(mut self) -> Self {
        let header = self.header();
        let (before, _) = header.split_once(", oauth_signature=").unwrap();
        self.headers = Some(vec![before.to_owned()]);
        self
    }

    pub(crate) fn envelope(mut self, change: fn(String) -> String) -> Self {
        self.envelope = self.envelope.map(change);
        self
    }

    pub(crate) fn with_cookie(mut self) -> Self {
        self.cookie = true;
        self
    }

    pub(crate) fn written(mut self, url: &str) -> Self {
        self.written = Some(url.to_owned());
        self
    }

    pub(crate) fn seen(mut self, nonce: NonceHistory<'static>) -> Self {
        self.nonce = nonce;
        self
    }

    pub(crate) fn with_proved_consumer_secret(mut self) -> Self {
        self.elsewhere.consumer_secret_is_right = true;
        self
    }

    pub(crate) fn without_secrets(mut self) -> Self {
        self.knows_secrets = false;
        self
    }

    pub(crate) fn with_records(mut self, records: &'static [Mistake]) -> Self {
        self.records = records;
        self
    }

    pub(crate) fn has_wrong_key(&self) -> bool {
        self.key == "x&y"
    }

    fn header(&self) -> String {
        let digest = (self.hash)(
            self.key.as_bytes(),
            self.signed.as_deref().unwrap_or_default().as_bytes(),
        );
        let realm = self.realm.map(|realm| format!("realm=\"{realm}\""));
        let sent = self
            .parameters
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\""));
        let signature = format!("oauth_signature=\"{}\"", (self.write)(&digest));
        let all: Vec<String> = realm.into_iter().chain(sent).chain([signature]).collect();
        format!("OAuth {}", all.join(", "))
    }

    pub(crate) fn diagnosed(&self, others: &[OtherSecrets<'_>]) -> Diagnosis {
        let headers = self.headers.clone().unwrap_or_else(|| vec![self.header()]);
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let (consumer_secret, token_secret) = (Secret::new(CONSUMER_SECRET), Secret::new(TOKEN_SECRET));
        let account = "1234567_SB1".parse().unwrap();
        diagnose(&Evidence {
            method: self.method,
            scheme: Scheme::Https,
            authority: &self.host,
            target: &self.target,
            content_type: self.content_type,
            body: self.body.as_bytes(),
            presented: self
                .envelope
                .as_deref()
                .map_or(Presented::Headers(&headers), Presented::Envelope),
            session_cookie: self.cookie,
            now: Some(NOW),
            known: Known {
                consumer_secret: Some(&consumer_secret).filter(|_| self.knows_secrets),
                token_secret: Some(&token_secret).filter(|_| self.knows_secrets),
                owner: Owner {
                    consumer_key: Some(CONSUMER_KEY),
                    token: Some(TOKEN),
                },
                account: Some(&account),
                others,
                nonce: self.nonce,
                elsewhere: self.elsewhere,
                written_url: self.written.as_deref(),
                records: self.records,
                hosts: &[],
            },
        })
    }
}

/// RFC 3986's encoding, as RFC 5849 section 3.6 wants it.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => quoted.push(byte.into()),
            _ => quoted.push_str(&format!("%{byte:02X}")),
        }
    }
    quoted
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    base64::engine::general_purpose::URL_SAFE.encode(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn sha256(text: &[u8]) -> Vec<u8> {
    sha2::Sha256::digest(text).to_vec()
}

pub(crate) fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac(sha256, key, text)
}

pub(crate) fn hmac_sha1(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac(|text| sha1::Sha1::digest(text).to_vec(), key, text)
}

/// RFC 2104, for hashes with blocks of 64 bytes.
fn hmac(hash: fn(&[u8]) -> Vec<u8>, key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = if key.len() > 64 { hash(key) } else { key.to_vec() };
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<u8>>();
    hash(&[pad(0x5c), hash(&[pad(0x36), text.to_vec()].concat())].concat())
}
