//! A vector as it stands in a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One case: what is signed, with what, and what must come out.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct Vector {
    pub id: String,
    pub name: String,
    pub expect: Expect,
    pub transport: Transport,
    /// The word of the Login Audit Trail for a refusal. One in parentheses is a description, not a word.
    pub reason: Option<String>,
    /// The mistake of the caller, by its stable id.
    pub mistake: Option<String>,
    /// The error code a RESTlet answers with.
    pub restlet_error_code: Option<String>,
    /// The HTTP status of the answer, where it is known.
    pub http_status: Option<u16>,
    /// The text of the SOAP fault.
    pub soap_fault: Option<String>,
    /// The word for what NetSuite refuses although the signature is right: an older method, an empty token.
    pub netsuite_would_refuse: Option<String>,
    /// The state of the account where it is not the usual one.
    #[serde(deserialize_with = "null_is_default")]
    pub context: BTreeMap<String, Value>,
    #[serde(deserialize_with = "null_is_default")]
    pub method: String,
    pub url: Option<String>,
    /// The Host header where it differs from the URL.
    pub host_header: Option<String>,
    /// Names and values of the query, decoded.
    pub params: Option<Vec<(String, String)>>,
    pub body: Option<String>,
    pub content_type: Option<String>,
    pub realm: Option<String>,
    /// What stands in the header of the envelope behind the TokenPassport, as XML.
    pub beside_passport: Option<String>,
    /// The account a TokenPassport names.
    pub account: Option<String>,
    #[serde(deserialize_with = "null_is_default")]
    pub consumer_key: String,
    #[serde(deserialize_with = "null_is_default")]
    pub consumer_secret: String,
    pub token: Option<String>,
    pub token_secret: Option<String>,
    pub nonce: Option<String>,
    pub timestamp: Option<String>,
    pub signature_method: Option<String>,
    /// The header's own parameters, plain, where the vector is there to be signed.
    pub oauth_params: Option<Vec<(String, String)>>,
    pub base_string: Option<String>,
    /// What was sent; for a valid vector also what is right.
    pub signature: Option<String>,
    /// What would have been right.
    pub expected_signature: Option<String>,
    pub authorization: Authorization,
    /// The verifier's clock, in seconds since 1970.
    pub server_now: Option<i64>,
    /// Nonces already used: consumer key, token, timestamp, nonce.
    #[serde(deserialize_with = "null_is_default")]
    pub seen: Vec<(String, String, String, String)>,
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    #[default]
    Accept,
    Refuse,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Transport {
    #[default]
    OauthHeader,
    SoapTokenPassport,
    ConnectTokenPassword,
}

/// The Authorization header or headers of a vector.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Option<OneOrMany>")]
pub struct Authorization(pub Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<Option<OneOrMany>> for Authorization {
    fn from(value: Option<OneOrMany>) -> Self {
        match value {
            None => Self::default(),
            Some(OneOrMany::Many(headers)) => Self(headers),
            Some(OneOrMany::One(header)) => {
                // Two headers may stand on two lines; one header that is folded by hand is another mistake.
                let lines: Vec<&str> = header.lines().collect();
                let each_has_a_scheme =
                    lines.len() > 1 && lines.iter().all(|line| line.starts_with("OAuth "));
                Self(if each_has_a_scheme {
                    lines.into_iter().map(str::to_owned).collect()
                } else {
                    vec![header]
                })
            }
        }
    }
}

fn null_is_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

impl Default for Vector {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            expect: Expect::default(),
            transport: Transport::default(),
            reason: None,
            mistake: None,
            restlet_error_code: None,
            http_status: None,
            soap_fault: None,
            netsuite_would_refuse: None,
            context: BTreeMap::new(),
            method: "GET".to_owned(),
            url: None,
            host_header: None,
            params: None,
            body: None,
            content_type: None,
            realm: None,
            beside_passport: None,
            account: None,
            consumer_key: String::new(),
            consumer_secret: String::new(),
            token: None,
            token_secret: None,
            nonce: None,
            timestamp: None,
            signature_method: None,
            oauth_params: None,
            base_string: None,
            signature: None,
            expected_signature: None,
            authorization: Authorization::default(),
            server_now: None,
            seen: Vec::new(),
            note: None,
        }
    }
}

/// The file is not a vectors file.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    #[error("not a JSON object with a list named vectors: {0}")]
    File(serde_json::Error),
    #[error("the vector at position {at} ({id}): {source}")]
    Vector {
        at: usize,
        id: String,
        source: serde_json::Error,
    },
}

/// Reads a vectors file: a JSON object with a list `vectors`.
pub fn parse(json: &str) -> Result<Vec<Vector>, VectorsError> {
    #[derive(Deserialize)]
    struct File {
        vectors: Vec<Value>,
    }
    let file: File = serde_json::from_str(json).map_err(VectorsError::File)?;
    let vector = |(at, value): (usize, Value)| {
        let id = value
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or("no id")
            .to_owned();
        Vector::deserialize(value).map_err(|source| VectorsError::Vector { at, id, source })
    };
    file.vectors.into_iter().enumerate().map(vector).collect()
}

/// The project's own vectors, one file a group.
pub fn embedded() -> [&'static str; 15] {
    [
        include_str!("../data/published.json"),
        include_str!("../data/encoding.json"),
        include_str!("../data/query.json"),
        include_str!("../data/url.json"),
        include_str!("../data/body.json"),
        include_str!("../data/method.json"),
        include_str!("../data/credentials.json"),
        include_str!("../data/header.json"),
        include_str!("../data/soap.json"),
        include_str!("../data/flow.json"),
        include_str!("../data/nonce.json"),
        include_str!("../data/parameters.json"),
        include_str!("../data/state.json"),
        include_str!("../data/timestamp.json"),
        include_str!("../data/mistakes.json"),
    ]
}
