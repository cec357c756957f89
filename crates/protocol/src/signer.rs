//! Signing: what to add to a request. It sends nothing and reads no clock.

use crate::account_id::AccountId;
use crate::base_string::{BaseString, OwnParameters, Parameters, Scratch};
use crate::connect;
use crate::digits::Decimal;
use crate::encoding::{ascii, encode_once, encode_twice, percent_encode};
use crate::key::{Signature, SigningKey};
use crate::passport::{SignedPassport, passport_base_string};
use crate::request::Request;
use crate::secret::Secret;
use crate::stamp::Stamp;

/// The four credentials and the account they belong to.
#[derive(Debug)]
pub struct Credentials {
    pub account: AccountId,
    /// Of the integration record; also called client ID.
    pub consumer_key: String,
    /// Of the integration record; also called client secret.
    pub consumer_secret: Secret,
    /// The token ID.
    pub token: String,
    pub token_secret: Secret,
}

impl Credentials {
    /// How every key and token of a local account begins, unless somebody chose them: "local" in hexadecimal digits.
    pub const LOCAL: &str = "10ca1";

    /// Whether they are a local account's, and mean nothing to NetSuite.
    pub fn are_local(&self) -> bool {
        [&self.consumer_key, &self.token]
            .into_iter()
            .any(|id| id.starts_with(Self::LOCAL))
    }
}

/// Credentials prepared for many signatures.
///
/// ```
/// use countersign_protocol::{Credentials, Request, Secret, Signer, Stamp};
///
/// let signer = Signer::new(&Credentials {
///     account: "1234567-sb1".parse()?,
///     consumer_key: "71cc02b7".into(),
///     consumer_secret: Secret::new("7278da58"),
///     token: "89e08d97".into(),
///     token_secret: Secret::new("060cd9ab"),
/// });
/// let request = Request::new("GET", "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=5")?;
/// let authorization = signer.sign(&request, &Stamp::new(1_700_000_000, "fjaLirsIcCGVZWzBX0pg")?);
/// assert!(authorization.starts_with(r#"OAuth realm="1234567_SB1", oauth_consumer_key="71cc02b7""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Signer {
    account: AccountId,
    consumer_key: String,
    token: String,
    key: SigningKey,
    /// The header up to the timestamp.
    header_start: String,
    /// The protocol's own parameters in the base string, up to the nonce.
    own_start: Vec<u8>,
    /// The same from the token on.
    own_end: Vec<u8>,
}

impl Signer {
    pub fn new(credentials: &Credentials) -> Self {
        let Credentials {
            account,
            consumer_key,
            token,
            ..
        } = credentials;
        let header_start = format!(
            "OAuth realm=\"{account}\", oauth_consumer_key=\"{}\", oauth_token=\"{}\", \
             oauth_signature_method=\"HMAC-SHA256\", oauth_version=\"1.0\", oauth_timestamp=\"",
            percent_encode(consumer_key),
            percent_encode(token),
        );
        let mut own_start = b"oauth_consumer_key%3D".to_vec();
        encode_twice(&mut own_start, consumer_key.as_bytes());
        own_start.extend_from_slice(b"%26oauth_nonce%3D");
        let mut own_end = b"%26oauth_token%3D".to_vec();
        encode_twice(&mut own_end, token.as_bytes());
        own_end.extend_from_slice(b"%26oauth_version%3D1.0%26");
        Self {
            account: account.clone(),
            consumer_key: consumer_key.clone(),
            token: token.clone(),
            key: SigningKey::new(&credentials.consumer_secret, Some(&credentials.token_secret)),
            header_start,
            own_start,
            own_end,
        }
    }

    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// The value of the `Authorization` header for a request.
    pub fn sign(&self, request: &Request<'_>, stamp: &Stamp<'_>) -> String {
        self.sign_into(request, stamp, &mut Scratch::new()).to_owned()
    }

    /// The same, written into buffers that are used again: once they have grown, nothing is allocated.
    pub fn sign_into<'s>(
        &self,
        request: &Request<'_>,
        stamp: &Stamp<'_>,
        scratch: &'s mut Scratch,
    ) -> &'s str {
        let timestamp = Decimal::of(stamp.timestamp());
        let (timestamp, nonce) = (timestamp.as_str(), stamp.nonce());
        let own = Own {
            signer: self,
            timestamp,
            nonce,
        };
        scratch.parameters.clear();
        scratch.parameters.push_request(request);
        let signature = self.key.sign(scratch.build(request, &own));

        let header = &mut scratch.header;
        header.clear();
        header.push_str(&self.header_start);
        header.push_str(timestamp);
        header.push_str("\", oauth_nonce=\"");
        header.push_str(nonce);
        header.push_str("\", oauth_signature=\"");
        header.push_str(signature.encoded().as_str());
        header.push('"');
        header
    }

    /// How the signature of a request comes about.
    pub fn explain(&self, request: &Request<'_>, stamp: &Stamp<'_>) -> (BaseString, Signature) {
        let mut scratch = Scratch::new();
        let timestamp = Decimal::of(stamp.timestamp());
        let own = Own {
            signer: self,
            timestamp: timestamp.as_str(),
            nonce: stamp.nonce(),
        };
        scratch.parameters.push_request(request);
        own.push_to(&mut scratch.parameters);
        let base_string = BaseString::of(&mut scratch, request);
        let signature = self.key.sign(base_string.as_str().as_bytes());
        (base_string, signature)
    }

    /// A SOAP TokenPassport. It covers neither the method, the URL nor the body.
    pub fn passport(&self, stamp: &Stamp<'_>) -> SignedPassport {
        let timestamp = stamp.timestamp().to_string();
        let base = self.passport_base_string(stamp);
        SignedPassport {
            account: self.account.as_str().to_owned(),
            consumer_key: self.consumer_key.clone(),
            token: self.token.clone(),
            nonce: stamp.nonce().to_owned(),
            timestamp,
            signature: self.key.sign(base.as_bytes()),
        }
    }

    /// What a TokenPassport and a Connect token password sign.
    pub fn passport_base_string(&self, stamp: &Stamp<'_>) -> String {
        let timestamp = stamp.timestamp().to_string();
        passport_base_string([
            self.account.as_str(),
            &self.consumer_key,
            &self.token,
            stamp.nonce(),
            &timestamp,
        ])
    }

    /// The password of a SuiteAnalytics Connect session: valid five minutes, for one session.
    pub fn connect_password(&self, stamp: &Stamp<'_>) -> String {
        connect::password(&self.passport_base_string(stamp), &self.key)
    }

    /// The signing key described without showing it.
    pub fn key_shape(credentials: &Credentials) -> String {
        let Credentials {
            consumer_secret,
            token_secret,
            ..
        } = credentials;
        let (consumer, token) = (consumer_secret.expose(), token_secret.expose());
        format!(
            "consumer secret ({}) & token secret ({})",
            shape(consumer),
            shape(token)
        )
    }
}

/// The protocol's own parameters of one signature.
struct Own<'a> {
    signer: &'a Signer,
    timestamp: &'a str,
    nonce: &'a str,
}

impl OwnParameters for Own<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.signer.own_start);
        out.extend_from_slice(self.nonce.as_bytes());
        out.extend_from_slice(b"%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D");
        out.extend_from_slice(self.timestamp.as_bytes());
        out.extend_from_slice(&self.signer.own_end);
    }

    fn push_to(&self, parameters: &mut Parameters) {
        for (name, value) in [
            ("oauth_consumer_key", &*self.signer.consumer_key),
            ("oauth_nonce", self.nonce),
            ("oauth_signature_method", "HMAC-SHA256"),
            ("oauth_timestamp", self.timestamp),
            ("oauth_token", &self.signer.token),
            ("oauth_version", "1.0"),
        ] {
            parameters.push(name.as_bytes(), value.as_bytes());
        }
    }
}

/// A secret described without showing it: its length and kind of characters.
fn shape(secret: &str) -> String {
    let count = secret.chars().count();
    let kind = match secret {
        "" => return "empty".to_owned(),
        _ if secret.bytes().all(|byte| byte.is_ascii_hexdigit()) => "hexadecimal digits",
        _ if secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) => "letters and digits",
        _ if secret != secret.trim() => "characters, with white space at an end",
        _ => "characters, some of which are percent-encoded in the key",
    };
    format!("{count} {kind}")
}

/// Builds the `Authorization` header of any OAuth 1.0a request: the three-step flow, or a service other than NetSuite.
///
/// `parameters` are the header's own, plain, without `realm` and `oauth_signature`; all of them are signed.
pub fn authorization_header(
    realm: Option<&str>,
    parameters: &[(&str, &str)],
    request: &Request<'_>,
    key: &SigningKey,
) -> String {
    let base_string = BaseString::new(request, parameters.iter().copied());
    let signature = key.sign(base_string.as_str().as_bytes());
    let mut header = b"OAuth ".to_vec();
    if let Some(realm) = realm {
        header.extend_from_slice(b"realm=\"");
        encode_once(&mut header, realm.as_bytes());
        header.extend_from_slice(b"\", ");
    }
    for (name, value) in parameters
        .iter()
        .copied()
        .chain([("oauth_signature", signature.as_str())])
    {
        encode_once(&mut header, name.as_bytes());
        header.extend_from_slice(b"=\"");
        encode_once(&mut header, value.as_bytes());
        header.extend_from_slice(b"\", ");
    }
    header.truncate(header.len() - 2);
    ascii(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The protocol's own parameters are written without being sorted, unless a name like theirs stands beside.
        #[test]
        fn the_protocols_own_parameters_stand_where_sorting_puts_them(
            names in prop::collection::vec("oauth_?[a-z_%~A-Z]{0,9}|[a-z]{0,9}", 0..6),
            key in "[ -~]{1,12}",
        ) {
            let signer = Signer::new(&Credentials {
                account: "1234567".parse().unwrap(),
                consumer_key: key,
                consumer_secret: Secret::new("cs"),
                token: "token".into(),
                token_secret: Secret::new("ts"),
            });
            let url = format!("https://a.example/?{}", names.join("=1&"));
            let request = Request::new("GET", &url).unwrap();
            let stamp = Stamp::new(1_700_000_000, "abcdefghij").unwrap();
            let (base_string, signature) = signer.explain(&request, &stamp);
            prop_assert!(base_string.parameters().is_sorted());
            let sent = format!("oauth_signature=\"{}\"", percent_encode(signature.as_str()));
            prop_assert!(signer.sign(&request, &stamp).ends_with(&sent));
        }
    }
}
