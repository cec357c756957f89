//! A request, read as far as every part of the API needs it.

use std::borrow::Cow;

use countersign_front::Body;
use countersign_vault::{ConnectionId, IntegrationKey};
use http::{Method, Request};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::problem::{Problem, sentence};

/// The longest body that is read, in bytes.
const MAX_BODY: u64 = 1024 * 1024;
const MAX_PARAMETERS: usize = 100;

/// What is asked for, and by which address of ours.
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// Of the path, percent-decoded.
    pub(crate) segments: Vec<String>,
    query: Vec<(String, String)>,
    pub(crate) base: String,
}

impl Asked {
    pub(crate) fn of(request: &Request<Body>, base: String) -> Result<Self, Problem> {
        let uri = request.uri();
        let segments = uri.path().split('/').filter(|segment| !segment.is_empty());
        let decoded = segments.map(|segment| percent_decode_str(segment).decode_utf8().map(Cow::into_owned));
        let segments = decoded.collect::<Result<_, _>>();
        let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        let query: Vec<(String, String)> = query.into_owned().take(MAX_PARAMETERS + 1).collect();
        if query.len() > MAX_PARAMETERS {
            return Err(Problem::query("", "There are too many parameters."));
        }
        Ok(Self {
            method: request.method().clone(),
            segments: segments.map_err(|_| {
                Problem::bad_request("invalid_uri_params", "The path is not text: encode it as UTF-8.")
            })?,
            query,
            base,
        })
    }

    /// Only these parameters may be there, each once but `include`; a name that ends with a bracket stands for all that
    /// begin like it.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), Problem> {
        for (at, (name, _)) in self.query.iter().enumerate() {
            let is_known = names.iter().any(|known| match known.ends_with('[') {
                true => name.starts_with(known) && name.ends_with(']'),
                false => name == known,
            });
            if !is_known {
                let name: String = name.chars().take(80).collect();
                let message = format!("There is no parameter {name:?} here.");
                return Err(Problem::query(&name, message));
            }
            let is_doubled = self.query.iter().skip(at + 1).any(|(other, _)| other == name);
            if is_doubled && name != "include" {
                return Err(Problem::query(
                    name,
                    format!("The parameter {name} is there twice."),
                ));
            }
        }
        Ok(())
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.query.iter().filter(move |(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Parameters like `tags[KEY]`, by what is in the brackets.
    pub(crate) fn bracketed(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        self.query.iter().filter_map(move |(other, value)| {
            let inner = other.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((inner, value.as_str()))
        })
    }

    /// `?provider_config_key=`, which says of which integration a connection is.
    pub(crate) fn integration(&self) -> Result<IntegrationKey, Problem> {
        const NAME: &str = "provider_config_key";
        let text = self.parameter(NAME).ok_or_else(|| {
            let message = "The parameter provider_config_key is missing: it names the integration.";
            Problem::query(NAME, message)
        })?;
        let key = text.to_owned().try_into();
        key.map_err(|error| Problem::query(NAME, sentence(&error)))
    }
}

/// The integration that a path names.
pub(crate) fn integration_in_path(segment: &str) -> Result<IntegrationKey, Problem> {
    let key = segment.to_owned().try_into();
    key.map_err(|error| Problem::bad_request("invalid_uri_params", sentence(&error)))
}

/// The connection that a path names.
pub(crate) fn connection_in_path(segment: &str) -> Result<ConnectionId, Problem> {
    let id = segment.parse();
    id.map_err(|error| Problem::bad_request("invalid_uri_params", sentence(&error)))
}

pub(crate) fn integration_in_body(path: &str, text: String) -> Result<IntegrationKey, Problem> {
    text.try_into()
        .map_err(|error| Problem::body(path, sentence(&error)))
}

pub(crate) fn connection_in_body(path: &str, text: &str) -> Result<ConnectionId, Problem> {
    text.parse()
        .map_err(|error| Problem::body(path, sentence(&error)))
}

/// The JSON of a body. What is wrong with it is said by its place: a value may be a secret.
pub(crate) async fn json<T: DeserializeOwned>(body: Body) -> Result<T, Problem> {
    let bytes = body.collect(MAX_BODY).await?;
    let mut read = serde_json::Deserializer::from_slice(&bytes);
    let value: T = serde_path_to_error::deserialize(&mut read).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.inner();
        let said = inner.to_string();
        // These two quote names of ours or of members, never a value.
        let is_plain = said.starts_with("missing field") || said.starts_with("unknown field");
        let place = format!("line {}, column {}", inner.line(), inner.column());
        let message = match inner.classify() {
            serde_json::error::Category::Data if is_plain => sentence(&said),
            serde_json::error::Category::Data => format!("{path} is not of the kind that is expected there."),
            _ => format!("The body is no JSON: see {place}."),
        };
        Problem::body(&path, message)
    })?;
    let is_over = read.end().is_ok();
    is_over
        .then_some(value)
        .ok_or_else(|| Problem::body("", "Something follows the JSON of the body."))
}
