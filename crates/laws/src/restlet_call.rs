//! The query and the body of a RESTlet call: what the script is given says what was sent, and nothing twice.

use countersign_protocol::{Request, percent_encode};
use countersign_scripts::{Called, json_body, text_body};
use countersign_suitescript::Argument;
use serde_json::Value;

const RESTLET: &str = "https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl?";

/// The first line is the query; the rest is the body.
pub fn restlet_call(data: &[u8]) {
    let at = data.iter().position(|byte| *byte == b'\n');
    let (query, body) = data.split_at(at.unwrap_or(data.len()));
    if let Ok(query) = std::str::from_utf8(query) {
        the_query_is_said_again(query);
    }
    the_body_is_said_again(body.get(1..).unwrap_or_default());
}

/// Written anew from what was read, a query names the same script and gives it the same.
fn the_query_is_said_again(query: &str) {
    let url = format!("{RESTLET}{query}");
    let Ok(request) = Request::new("GET", &url) else {
        return;
    };
    let called = Called::of(&request);
    let own = ["script", "deploy"];
    assert!(own.iter().all(|name| !called.parameters.contains_key(*name)));
    let named = [
        ("script", called.script.as_str()),
        ("deploy", called.deploy.as_str()),
    ];
    let given = called.parameters.iter();
    let given = given.map(|(name, value)| (name.as_str(), value.as_str().expect("parameters are texts")));
    // What comes later under a name that was there is not heard.
    let pairs = named.into_iter().chain(given).chain([("script", "9")]);
    let written: Vec<String> = pairs
        .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)))
        .collect();
    let url = format!("{RESTLET}{}", written.join("&"));
    let again = Request::new("GET", &url).expect("what is encoded can be asked for");
    assert_eq!(Called::of(&again), called);
}

fn the_body_is_said_again(body: &[u8]) {
    match text_body(body) {
        Ok(Argument::Text(text)) => assert_eq!(text.as_bytes(), body),
        Ok(other) => panic!("{other:?} is no text"),
        Err(error) => assert!(std::str::from_utf8(body).is_err(), "{error}"),
    }
    match json_body(body) {
        Ok(Argument::Json(value)) => {
            let written = value.to_string();
            let Ok(Argument::Json(again)) = json_body(written.as_bytes()) else {
                panic!("what is written can be read: {written}");
            };
            assert!(is_same(&value, &again), "{value} {again}");
        }
        Ok(other) => panic!("{other:?} is no JSON"),
        Err(error) => assert!(error.to_string().len() < 1000, "{error}"),
    }
}

/// A number that is not whole may be the one beside it: reading is exact for as many digits as people write.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() => {
            let (one, other) = (
                one.as_f64().unwrap_or_default(),
                other.as_f64().unwrap_or_default(),
            );
            (one - other).abs() <= (one.abs() * 4.0 * f64::EPSILON).max(f64::MIN_POSITIVE)
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same =
                |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| is_same(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}
