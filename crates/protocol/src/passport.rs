//! The SOAP TokenPassport: signed, written as XML, and verified.

use std::fmt::Write as _;

use crate::key::{Signature, SignatureMismatch, SignatureValid, SigningKey};

/// The five values joined as they are sent. NetSuite's values need no encoding, and its clients do none.
pub(crate) fn passport_base_string(values: [&str; 5]) -> String {
    values.join("&")
}

/// A TokenPassport ready to be put into a SOAP header.
#[derive(Clone, Debug)]
pub struct SignedPassport {
    pub account: String,
    pub consumer_key: String,
    pub token: String,
    pub nonce: String,
    pub timestamp: String,
    pub signature: Signature,
}

/// A SOAP endpoint's version, such as `2025_2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EndpointVersion {
    year: u16,
    release: u8,
}

/// The text is not a version like `2025_2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SOAP endpoint version is a year and a release, like 2025_2")]
pub struct EndpointVersionError;

impl EndpointVersion {
    /// The last SOAP endpoint NetSuite plans.
    pub const LATEST: Self = Self {
        year: 2025,
        release: 2,
    };
}

impl std::str::FromStr for EndpointVersion {
    type Err = EndpointVersionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, release) = text.split_once('_').ok_or(EndpointVersionError)?;
        let digits =
            |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(release, 1) {
            return Err(EndpointVersionError);
        }
        let year = year.parse().map_err(|_| EndpointVersionError)?;
        let release = release.parse().map_err(|_| EndpointVersionError)?;
        Ok(Self { year, release })
    }
}

impl std::fmt::Display for EndpointVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}", self.year, self.release)
    }
}

impl SignedPassport {
    /// The `tokenPassport` element, with its own namespace declarations, to stand in `soapenv:Header`.
    pub fn to_xml(&self, version: EndpointVersion) -> String {
        let mut xml = format!(
            "<platformMsgs:tokenPassport xmlns:platformMsgs=\"urn:messages_{version}.platform.webservices.netsuite.com\" \
             xmlns:platformCore=\"urn:core_{version}.platform.webservices.netsuite.com\">"
        );
        let fields = [
            ("account", &self.account),
            ("consumerKey", &self.consumer_key),
            ("token", &self.token),
            ("nonce", &self.nonce),
            ("timestamp", &self.timestamp),
        ];
        for (name, value) in fields {
            // Writing to a String cannot fail.
            let _ = write!(
                xml,
                "<platformCore:{name}>{}</platformCore:{name}>",
                quick_xml::escape::escape(value.as_str())
            );
        }
        let _ = write!(
            xml,
            "<platformCore:signature algorithm=\"HMAC-SHA256\">{}</platformCore:signature></platformMsgs:tokenPassport>",
            self.signature
        );
        xml
    }
}

/// A TokenPassport as it was received, unverified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenPassport {
    pub account: Option<String>,
    pub consumer_key: Option<String>,
    pub token: Option<String>,
    pub nonce: Option<String>,
    pub timestamp: Option<String>,
    /// Without the white space around it: one client sends a line break at its end.
    pub signature: Option<String>,
    pub algorithm: Option<String>,
}

impl TokenPassport {
    /// Recomputes the signature over the values as they were sent; a missing one counts as empty.
    pub fn verify(&self, key: &SigningKey) -> Result<SignatureValid, SignatureMismatch> {
        let signature = self.signature.as_deref().unwrap_or_default();
        key.verify(self.base_string().as_bytes(), signature.as_bytes())
    }

    pub fn base_string(&self) -> String {
        let value = |field: &Option<String>| field.clone().unwrap_or_default();
        let values = [
            &self.account,
            &self.consumer_key,
            &self.token,
            &self.nonce,
            &self.timestamp,
        ]
        .map(value);
        passport_base_string(values.each_ref().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Credentials, Secret, SoapHeader, Stamp};

    fn signer() -> crate::Signer {
        crate::Signer::new(&Credentials {
            account: "1234567_SB1".parse().unwrap(),
            consumer_key: "c<&>k".into(),
            consumer_secret: Secret::new("a&b%c"),
            token: "t".into(),
            token_secret: Secret::new("d+e f"),
        })
    }

    #[test]
    fn a_signed_passport_is_read_back_and_verifies() {
        let passport = signer().passport(&Stamp::new(1_700_000_000, "abcdef").unwrap());
        let envelope = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>{}</s:Header><s:Body/></s:Envelope>",
            passport.to_xml(EndpointVersion::LATEST)
        );
        let read = SoapHeader::read(&envelope).unwrap().token_passport.unwrap();
        assert_eq!(read.consumer_key.as_deref(), Some("c<&>k"));
        let key = SigningKey::new(&Secret::new("a&b%c"), Some(&Secret::new("d+e f")));
        assert!(read.verify(&key).is_ok());
        let changed = TokenPassport {
            account: Some("1234567_sb1".to_owned()),
            ..read
        };
        assert_eq!(changed.verify(&key).unwrap_err(), SignatureMismatch);
    }

    #[test]
    fn an_endpoint_version_is_a_year_and_a_release() {
        assert_eq!(
            "2025_2".parse::<EndpointVersion>().unwrap(),
            EndpointVersion::LATEST
        );
        for text in ["2025", "2025_", "25_2", "2025_22", "+025_2", "2025_2 ", ""] {
            assert!(text.parse::<EndpointVersion>().is_err(), "{text}");
        }
    }
}
