//! A Postman export: a collection (v2.1 or v2.0), a folder or a single request of it, with saved examples.

use countersign_protocol::{Secret, percent_encode};
use serde_json::{Map, Value};

use crate::answer::CapturedAnswer;
use crate::captured::{CapturedRequest, Form};
use crate::error::{CaptureError, shown};
use crate::har::json_error;
use crate::settings::SigningSettings;

/// The most requests that are read, and the deepest folder.
const MAX_REQUESTS: usize = 10_000;
const MAX_DEPTH: usize = 32;

/// Whether a JSON object looks like one.
pub(crate) fn is_like(object: &Map<String, Value>) -> bool {
    let is_collection = object.get("item").is_some_and(Value::is_array) && object.contains_key("info");
    let is_request = object.contains_key("request") || object.contains_key("originalRequest");
    let is_bare =
        object.contains_key("method") && object.contains_key("url") && object.contains_key("header");
    is_collection || is_request || is_bare
}

/// Every request of the export; an example that was saved stands in place of the request it belongs to, as it holds
/// what was sent and answered.
pub(crate) fn read(text: &str) -> Result<Vec<CapturedRequest>, CaptureError> {
    let root: Value = serde_json::from_str(text).map_err(|error| json_error(Form::Postman, &error))?;
    let mut export = Export {
        variables: variables(&root),
        found: Vec::new(),
    };
    let is_bare = root.get("method").is_some() && root.get("url").is_some();
    if is_bare {
        export.request(&root, None, None)?;
    } else {
        export.item(&root, None, 0)?;
    }
    if export.found.is_empty() {
        return Err(CaptureError::of(Form::Postman, None, "the export has no request"));
    }
    Ok(export.found)
}

struct Export {
    variables: Vec<(String, String)>,
    found: Vec<CapturedRequest>,
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str)
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn is_disabled(value: &Value) -> bool {
    value.get("disabled").and_then(Value::as_bool) == Some(true)
}

fn variables(root: &Value) -> Vec<(String, String)> {
    let pair = |value: &Value| Some((text(value, "key")?.to_owned(), text(value, "value")?.to_owned()));
    list(root, "variable").filter_map(pair).collect()
}

impl Export {
    /// A collection, a folder or a request, whose authorization is that of the folder where it has none of its own.
    fn item(&mut self, item: &Value, inherited: Option<&Value>, depth: usize) -> Result<(), CaptureError> {
        if depth > MAX_DEPTH || self.found.len() > MAX_REQUESTS {
            let problem =
                format!("it has folders deeper than {MAX_DEPTH}, or more than {MAX_REQUESTS} requests");
            return Err(
                CaptureError::of(Form::Postman, None, problem).advised("export the failing request alone")
            );
        }
        let auth = own_auth(item).or(inherited);
        for inner in list(item, "item") {
            self.item(inner, auth, depth + 1)?;
        }
        let name = text(item, "name");
        let examples: Vec<&Value> = list(item, "response")
            .filter(|example| example.get("originalRequest").is_some_and(is_signed))
            .collect();
        for example in &examples {
            self.example(example, name, auth)?;
        }
        match item.get("request") {
            Some(request) if examples.is_empty() => self.request(request, name, auth),
            _ if item.get("originalRequest").is_some() => self.example(item, name, auth),
            _ => Ok(()),
        }
    }

    fn example(
        &mut self,
        example: &Value,
        name: Option<&str>,
        auth: Option<&Value>,
    ) -> Result<(), CaptureError> {
        let Some(request) = example.get("originalRequest") else {
            return Ok(());
        };
        self.request(request, text(example, "name").or(name), auth)?;
        let answer = CapturedAnswer {
            status: example
                .get("code")
                .and_then(Value::as_u64)
                .and_then(|code| u16::try_from(code).ok()),
            headers: self.headers(example)?,
            body: text(example, "body").unwrap_or_default().to_owned(),
        };
        if let Some(request) = self.found.last_mut().filter(|_| answer.status.is_some()) {
            request.answer = Some(answer);
        }
        Ok(())
    }

    fn request(
        &mut self,
        request: &Value,
        name: Option<&str>,
        auth: Option<&Value>,
    ) -> Result<(), CaptureError> {
        let mut captured = CapturedRequest::new(Form::Postman);
        captured.name = name.map(str::to_owned);
        captured.method = Some(text(request, "method").unwrap_or("GET").to_owned());
        let url = match request {
            Value::String(url) => Some(url.as_str()),
            _ => request
                .get("url")
                .and_then(|url| url.as_str().or_else(|| text(url, "raw"))),
        };
        let url = self.filled(url.unwrap_or_default(), "the URL")?;
        captured.url = Some(if url.contains("://") {
            url
        } else {
            format!("http://{url}")
        });
        captured.headers = self.headers(request)?;
        self.body(request, &mut captured)?;
        let auth = own_auth(request).or(auth);
        if captured.authorization().is_empty() && captured.envelope().is_none() {
            self.authorize(auth, &mut captured);
        }
        self.found.push(captured);
        Ok(())
    }

    fn headers(&self, of: &Value) -> Result<Vec<(String, String)>, CaptureError> {
        let headers = list(of, "header").filter(|header| !is_disabled(header));
        headers
            .filter_map(|header| Some((text(header, "key")?, text(header, "value").unwrap_or_default())))
            .map(|(name, value)| Ok((name.to_owned(), self.filled(value, "a header")?)))
            .collect()
    }

    fn body(&self, request: &Value, captured: &mut CapturedRequest) -> Result<(), CaptureError> {
        let Some(body) = request
            .get("body")
            .filter(|body| !body.is_null() && !is_disabled(body))
        else {
            return Ok(());
        };
        let content_type = match text(body, "mode") {
            Some("raw") => {
                captured.body = self
                    .filled(text(body, "raw").unwrap_or_default(), "the body")
                    .unwrap_or_default()
                    .into_bytes();
                match body.pointer("/options/raw/language").and_then(Value::as_str) {
                    Some("json") => "application/json",
                    Some("xml") => "application/xml",
                    _ => "text/plain",
                }
            }
            Some("urlencoded") => {
                let pairs = list(body, "urlencoded").filter(|pair| !is_disabled(pair));
                let pairs = pairs.map(|pair| {
                    let part = |name| self.filled(text(pair, name).unwrap_or_default(), "the body");
                    Ok(format!(
                        "{}={}",
                        percent_encode(part("key")?),
                        percent_encode(part("value")?)
                    ))
                });
                captured.body = pairs
                    .collect::<Result<Vec<_>, CaptureError>>()?
                    .join("&")
                    .into_bytes();
                "application/x-www-form-urlencoded"
            }
            Some("formdata") => "multipart/form-data",
            _ => return Ok(()),
        };
        if captured.header("content-type").is_none() {
            captured
                .headers
                .push(("Content-Type".to_owned(), content_type.to_owned()));
        }
        Ok(())
    }

    /// What the Authorization tab says.
    fn authorize(&self, auth: Option<&Value>, captured: &mut CapturedRequest) {
        let Some(auth) = auth else { return };
        let scheme = match text(auth, "type") {
            Some("oauth1") if is_added_to_the_url(auth) => {
                captured.assumptions.push(
                    "Postman is set to send the authorization data in the URL or body, and NetSuite reads the header: Authorization > Add authorization data to > Request Headers."
                        .to_owned(),
                );
                return;
            }
            Some("oauth1") => {
                captured.signing = Some(self.settings(auth));
                captured.assumptions.push(
                    "Postman signs at the moment of sending and the export holds no signature: what it would send is looked at."
                        .to_owned(),
                );
                return;
            }
            Some("basic") => "Basic -",
            Some("bearer" | "oauth2") => "Bearer -",
            _ => return,
        };
        captured
            .headers
            .push(("Authorization".to_owned(), scheme.to_owned()));
    }

    fn settings(&self, auth: &Value) -> SigningSettings {
        let written = |name: &str| {
            let value = setting(auth, name).and_then(Value::as_str);
            value.filter(|value| !value.is_empty())
        };
        let value = |name: &str| {
            let filled = self.filled(written(name)?, "").ok();
            filled.filter(|value| !value.is_empty())
        };
        let unfilled = ["realm", "consumerKey", "token", "signatureMethod", "version"]
            .into_iter()
            .filter(|name| written(name).is_some_and(|text| self.filled(text, "").is_err()));
        SigningSettings {
            realm: value("realm"),
            consumer_key: value("consumerKey"),
            consumer_secret: value("consumerSecret").map(Secret::new),
            token: value("token"),
            token_secret: value("tokenSecret").map(Secret::new),
            signature_method: value("signatureMethod"),
            version: value("version"),
            nonce: value("nonce"),
            timestamp: value("timestamp"),
            unfilled: unfilled.collect(),
        }
    }

    /// A text with the collection's own variables put in. `of` says what it is.
    fn filled(&self, text: &str, of: &str) -> Result<String, CaptureError> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("{{") {
            let Some((name, after)) = behind.split_once("}}") else {
                break;
            };
            let value = self.variables.iter().find(|(key, _)| key == name.trim());
            let Some((_, value)) = value else {
                let problem = format!(
                    "the variable {{{{{}}}}} in {of} has no value in the export",
                    shown(name)
                );
                return Err(CaptureError::of(Form::Postman, None, problem).advised(
                    "send the request once, then copy what was sent: View > Show Postman Console; or Code > cURL",
                ));
            };
            filled.push_str(before);
            filled.push_str(value);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// The authorization of a collection, folder or request itself; that of `null` or `inherit` is its folder's.
fn own_auth(of: &Value) -> Option<&Value> {
    let auth = of.get("auth")?;
    let kind = text(auth, "type")?;
    (kind != "inherit").then_some(auth)
}

/// A setting of the Authorization tab: version 2.1 has a list of pairs, 2.0 an object.
fn setting<'v>(auth: &'v Value, name: &str) -> Option<&'v Value> {
    let pair = list(auth, "oauth1").find(|pair| text(pair, "key") == Some(name));
    let of_object = || auth.get("oauth1").and_then(|object| object.get(name));
    pair.and_then(|pair| pair.get("value")).or_else(of_object)
}

fn is_added_to_the_url(auth: &Value) -> bool {
    setting(auth, "addParamsToHeader")
        .is_some_and(|added| added.as_bool() == Some(false) || added.as_str() == Some("false"))
}

fn is_signed(request: &Value) -> bool {
    list(request, "header").any(|header| {
        text(header, "key").is_some_and(|key| key.eq_ignore_ascii_case("authorization"))
            && !is_disabled(header)
    })
}

#[cfg(test)]
mod tests;
