//! What a call of a RESTlet says: which script is meant, and what it is given.

use countersign_protocol::Request;
use countersign_suitescript::{Argument, read_json};
use serde_json::{Map, Value};

/// What the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    /// By number or script id; empty where the address names none.
    pub script: String,
    /// As `script`.
    pub deploy: String,
    /// The others, for the script: texts, in their order.
    pub parameters: Map<String, Value>,
}

impl Called {
    /// Of a name that is given twice the first counts. Bytes that are no text are read as far as they go.
    pub fn of(request: &Request<'_>) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let (mut script, mut deploy, mut parameters) = (None, None, Map::new());
        for (name, value) in request.query_parameters() {
            let (name, value) = (text(name), text(value));
            match name.as_str() {
                "script" => drop(script.get_or_insert(value)),
                "deploy" => drop(deploy.get_or_insert(value)),
                _ => drop(parameters.entry(name).or_insert(Value::String(value))),
            }
        }
        Self {
            script: script.unwrap_or_default(),
            deploy: deploy.unwrap_or_default(),
            parameters,
        }
    }

    /// What a script is given of a call without a body.
    pub fn argument(self) -> Argument {
        Argument::Json(Value::Object(self.parameters))
    }
}

/// Why a body cannot be handed to a script, a sentence.
#[derive(Debug, thiserror::Error)]
pub enum BadBody {
    #[error("The request body is not text in UTF-8.")]
    NoText,
    #[error("SyntaxError: the request body is not JSON: {0}.")]
    NoJson(#[from] serde_json::Error),
}

/// What a script is given of a body of JSON; null of an empty one.
pub fn json_body(bytes: &[u8]) -> Result<Argument, BadBody> {
    let text = text(bytes)?;
    if text.trim().is_empty() {
        return Ok(Argument::Json(Value::Null));
    }
    let value = read_json(text.trim_start_matches('\u{feff}'))?;
    Ok(Argument::Json(value))
}

/// What a script is given of any other body: its text.
pub fn text_body(bytes: &[u8]) -> Result<Argument, BadBody> {
    Ok(Argument::Text(text(bytes)?.to_owned()))
}

fn text(bytes: &[u8]) -> Result<&str, BadBody> {
    std::str::from_utf8(bytes).map_err(|_| BadBody::NoText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_name_that_is_given_twice_the_first_counts_also_of_the_script() {
        let url = "https://a.example/r?script=1&deploy=2&a=3&script=9&deploy=9&a=9&%FF=%FF";
        let called = Called::of(&Request::new("GET", url).unwrap());
        assert_eq!((called.script.as_str(), called.deploy.as_str()), ("1", "2"));
        let given = serde_json::json!({ "a": "3", "\u{fffd}": "\u{fffd}" });
        assert_eq!(called.argument(), Argument::Json(given));
    }
}
