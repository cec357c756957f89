//! The project's vectors: for each that is refused the diagnosis names its mistake, and for each that is accepted none.

use std::collections::BTreeSet;
use std::path::Path;

use countersign_diagnose::{
    Certainty, Diagnosis, Evidence, Known, Mistake, NonceHistory, Presented, SignatureCheck, diagnose,
};
use countersign_protocol::{AccountId, Scheme, Secret, TokenPassport};
use serde_json::Value;

/// Not provable: the vector's mistake is one of several that are possible.
const UNPROVABLE: [&str; 5] = ["X01", "X02", "X37", "X49", "N06"];

/// Named, but not with a proof: a whole hour is likely a time zone.
const FIRST_IS_LIKELY: [&str; 2] = ["T10", "T11"];

fn vectors() -> Vec<Value> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors/data");
    let mut vectors = Vec::new();
    for entry in std::fs::read_dir(data).unwrap() {
        let file: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        vectors.extend(file["vectors"].as_array().unwrap().iter().cloned());
    }
    assert!(vectors.len() > 150);
    vectors
}

fn text<'v>(vector: &'v Value, field: &str) -> Option<&'v str> {
    vector[field].as_str()
}

/// Diagnoses a vector without looking at its mistake, its reason or its expected values.
fn diagnosed(vector: &Value) -> Diagnosis {
    let consumer_secret = Secret::new(text(vector, "consumer_secret").unwrap_or_default());
    let token_secret = text(vector, "token_secret").map(Secret::new);
    let context_account = vector["context"]["account"]
        .as_str()
        .and_then(|id| id.parse::<AccountId>().ok());
    let account = context_account.or_else(|| text(vector, "account").and_then(|id| id.parse().ok()));
    let is_seen = vector["seen"].as_array().is_some_and(|seen| {
        let this = [
            text(vector, "consumer_key"),
            text(vector, "token"),
            text(vector, "timestamp"),
            text(vector, "nonce"),
        ];
        seen.iter().any(|one| {
            this.iter()
                .enumerate()
                .all(|(place, value)| one[place].as_str() == *value)
        })
    });
    let nonce = if is_seen {
        NonceHistory::Used {
            at: None,
            same_header: None,
            answer: None,
        }
    } else {
        NonceHistory::Unused
    };
    let known = Known {
        consumer_secret: Some(&consumer_secret),
        token_secret: token_secret.as_ref(),
        account: account.as_ref(),
        nonce,
        ..Known::default()
    };
    let now = vector["server_now"]
        .as_i64()
        .or_else(|| text(vector, "timestamp")?.parse().ok());
    let url = text(vector, "url")
        .unwrap_or("https://1234567.suitetalk.api.netsuite.com/services/NetSuitePort_2025_2");
    let url = url.split('#').next().unwrap();
    let scheme = if url.to_ascii_lowercase().starts_with("https") {
        Scheme::Https
    } else {
        Scheme::Http
    };
    let rest = url.split_once("://").unwrap().1;
    let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let authority = authority.rsplit('@').next().unwrap();
    let authority = text(vector, "host_header").unwrap_or(authority);
    let headers: Vec<&str> = match &vector["authorization"] {
        Value::Array(headers) => headers.iter().filter_map(Value::as_str).collect(),
        Value::String(header) => vec![header],
        _ => Vec::new(),
    };
    let passport = passport(vector);
    let presented = match text(vector, "transport") {
        Some("oauth_header") => Presented::Headers(&headers),
        _ => Presented::Passport(&passport),
    };
    diagnose(&Evidence {
        method: text(vector, "method").unwrap_or("POST"),
        scheme,
        authority,
        target,
        content_type: text(vector, "content_type"),
        body: text(vector, "body").unwrap_or_default().as_bytes(),
        presented,
        session_cookie: false,
        now,
        known,
    })
}

fn passport(vector: &Value) -> TokenPassport {
    let field = |name| text(vector, name).map(str::to_owned);
    TokenPassport {
        account: field("account"),
        consumer_key: field("consumer_key"),
        token: field("token"),
        nonce: field("nonce"),
        timestamp: field("timestamp"),
        signature: field("signature").map(|signature| signature.trim().to_owned()),
        algorithm: field("signature_method"),
    }
}

fn named(diagnosis: &Diagnosis) -> Vec<(&'static str, Certainty)> {
    diagnosis
        .findings
        .iter()
        .map(|finding| (finding.mistake.id(), finding.certainty))
        .collect()
}

#[test]
fn every_refused_vector_is_told_its_mistake() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for vector in vectors() {
        let (id, expect) = (text(&vector, "id").unwrap(), text(&vector, "expect").unwrap());
        let Some(mistake) = text(&vector, "mistake").filter(|_| expect == "refuse") else {
            continue;
        };
        let is_of_the_account = id.starts_with(['S', 'L'])
            && !mistake.starts_with("realm_")
            && mistake != "request_secret_missing";
        // What stands beside the passport of these two is not in the vector.
        if is_of_the_account || matches!(id, "K12" | "K13") {
            assert!(mistake.parse::<Mistake>().is_ok(), "{id}: {mistake} has no name");
            continue;
        }
        seen.insert(id.to_owned());
        let diagnosis = diagnosed(&vector);
        let named = named(&diagnosis);
        let found = named.iter().position(|(id, _)| *id == mistake);
        let (within, proved) = if UNPROVABLE.contains(&id) {
            (5, false)
        } else {
            (3, true)
        };
        let is_right = found.is_some_and(|at| at < within && (named[at].1 == Certainty::Proved) == proved);
        let first_is_as_sure = FIRST_IS_LIKELY.contains(&id)
            || !proved
            || named.first().is_some_and(|first| first.1 == Certainty::Proved);
        if !is_right || !first_is_as_sure {
            wrong.push(format!(
                "{id} {mistake}: {named:?}, {:?} after {}",
                diagnosis.signature, diagnosis.tried
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.len() >= 65, "{}", seen.len());
}

#[test]
fn no_accepted_vector_is_told_a_mistake() {
    let mut wrong = Vec::new();
    for vector in vectors()
        .iter()
        .filter(|vector| text(vector, "expect") == Some("accept"))
    {
        let is_refused_by_us = !matches!(
            text(vector, "signature_method"),
            None | Some("HMAC-SHA256" | "HMAC_SHA256")
        ) || text(vector, "token").is_none_or(str::is_empty);
        let is_for_a_realm = text(vector, "realm").is_none_or(|realm| realm.parse::<AccountId>().is_err());
        let diagnosis = diagnosed(vector);
        let of_signature = diagnosis
            .findings
            .iter()
            .filter(|finding| finding.mistake.detail_word() == "InvalidSignature");
        let found: Vec<_> = if is_for_a_realm {
            of_signature.collect()
        } else {
            diagnosis.findings.iter().collect()
        };
        if !is_refused_by_us && (diagnosis.signature != SignatureCheck::Right || !found.is_empty()) {
            wrong.push(format!(
                "{}: {:?} {:?}",
                vector["id"],
                diagnosis.signature,
                named(&diagnosis)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
