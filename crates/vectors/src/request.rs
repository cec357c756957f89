//! Vectors whose signature travels in an `Authorization` header.

use countersign_ledger::Nonce;
use countersign_protocol::{
    BaseString, Credentials, HeaderError, Needs, Refusal, Request, RequestError, Scheme, Scratch, Secret,
    Signer, SigningKey, Stamp, Unverified, authorization_header, percent_encode,
};

use crate::claim::claim;
use crate::outcome::{Outcome, Step, same};
use crate::vector::{Expect, Vector};

pub(crate) fn run(vector: &Vector) -> Result<(), Outcome> {
    if matches!(vector.id.chars().next(), Some('L' | 'S')) && vector.expect == Expect::Refuse {
        return Err(Outcome::NotCovered {
            why: "the refusal comes from the account's state: --server asks an account",
        });
    }
    let request = received(vector).map_err(|error| failed(Step::Request, "a request", error))?;
    if let Some(params) = vector.params.as_ref() {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let got: Vec<_> = request
            .query_parameters()
            .map(|(name, value)| (text(name), text(value)))
            .collect();
        same(Step::Parameters, format!("{params:?}"), format!("{got:?}"))?;
    }
    if let Some(parameters) = &vector.oauth_params {
        sign(vector, &request, parameters)?;
    }
    verify(vector, &request)
}

fn received(vector: &Vector) -> Result<Request<'_>, RequestError> {
    let url = vector.url.as_deref().unwrap_or_default();
    let mut request = Request::new(&vector.method, url)?;
    if let Some(host) = &vector.host_header {
        let after_scheme = url.find("://").map_or(0, |at| at + 3);
        let rest = url.get(after_scheme..).unwrap_or_default();
        let target = rest
            .get(rest.find(['/', '?']).unwrap_or(rest.len())..)
            .unwrap_or_default();
        let scheme = if url
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("https://"))
        {
            Scheme::Https
        } else {
            Scheme::Http
        };
        request = Request::received(&vector.method, scheme, host, target)?;
    }
    Ok(request.with_body(
        vector.content_type.as_deref(),
        vector.body.as_deref().unwrap_or_default().as_bytes(),
    ))
}

fn key(vector: &Vector) -> SigningKey {
    let token_secret = vector.token_secret.as_ref().map(Secret::new);
    SigningKey::new(&Secret::new(&vector.consumer_secret), token_secret.as_ref())
}

fn is_hmac_sha256(vector: &Vector) -> bool {
    vector.signature_method.as_deref().unwrap_or("HMAC-SHA256") == "HMAC-SHA256"
}

/// Signs the request as the vector says and compares every step.
fn sign(vector: &Vector, request: &Request<'_>, parameters: &[(String, String)]) -> Result<(), Outcome> {
    let base_string = BaseString::new(request, parameters.iter().map(|(name, value)| (name, value)));
    same(
        Step::BaseString,
        vector.base_string.as_deref().unwrap_or_default(),
        base_string.as_str(),
    )?;
    if !is_hmac_sha256(vector) {
        return Ok(());
    }
    let expected = vector.signature.as_deref().unwrap_or_default();
    let signature = key(vector).sign(base_string.as_str().as_bytes());
    same(Step::Signature, expected, signature)?;

    let borrowed: Vec<(&str, &str)> = parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let header = authorization_header(vector.realm.as_deref(), &borrowed, request, &key(vector));
    same(Step::Header, percent_encode(expected), signature_in(&header))?;

    // The signer people use, where the vector has the shape of a NetSuite call.
    if let Some((signer, stamp)) = netsuite_signer(vector, parameters) {
        same(
            Step::Header,
            percent_encode(expected),
            signature_in(&signer.sign(request, &stamp)),
        )?;
        same(
            Step::BaseString,
            base_string.as_str(),
            signer.explain(request, &stamp).0.as_str(),
        )?;
    }
    Ok(())
}

/// The signature of a header, found without our parser: it refuses headers that a vector has signed on purpose.
fn signature_in(header: &str) -> &str {
    let (_, after) = header.split_once("oauth_signature=\"").unwrap_or_default();
    after.split_once('"').unwrap_or_default().0
}

fn netsuite_signer<'v>(vector: &'v Vector, parameters: &[(String, String)]) -> Option<(Signer, Stamp<'v>)> {
    let names = [
        "consumer_key",
        "nonce",
        "signature_method",
        "timestamp",
        "token",
        "version",
    ];
    let has = |name: &&str| {
        parameters
            .iter()
            .any(|(other, _)| other.strip_prefix("oauth_") == Some(name))
    };
    if parameters.len() != names.len() || !names.iter().all(has) {
        return None;
    }
    let stamp = Stamp::new(
        vector.timestamp.as_deref()?.parse().ok()?,
        vector.nonce.as_deref()?,
    )
    .ok()?;
    let signer = Signer::new(&Credentials {
        account: vector.realm.as_deref()?.parse().ok()?,
        consumer_key: vector.consumer_key.clone(),
        consumer_secret: Secret::new(&vector.consumer_secret),
        token: vector.token.clone()?,
        token_secret: Secret::new(vector.token_secret.clone()?),
    });
    Some((signer, stamp))
}

/// Verifies the header as it was sent and compares the verdict.
fn verify(vector: &Vector, request: &Request<'_>) -> Result<(), Outcome> {
    let verdict = match vector.authorization.0.as_slice() {
        [] => Err(word(&Refusal::Parameter(HeaderError::Missing))),
        [header] => verdict(vector, *request, header)?,
        _ => Err("(ambiguous)"),
    };
    // Two kinds of vector are signed rightly and refused all the same: another method, an empty token.
    let refused_by_name = if !is_hmac_sha256(vector) {
        Some("UnknownAlgorithm")
    } else {
        vector
            .token
            .as_ref()
            .filter(|token| token.is_empty())
            .map(|_| "parameter_rejected")
    };
    match (vector.expect, refused_by_name, verdict) {
        (Expect::Accept, None, verdict) => same(
            Step::Verification,
            "accepted",
            verdict.err().unwrap_or("accepted"),
        ),
        (Expect::Accept, Some(word), verdict) => {
            same(Step::Refusal, word, verdict.err().unwrap_or("accepted"))
        }
        (Expect::Refuse, _, Ok(())) => Err(failed(Step::Refusal, "refused", "accepted")),
        (Expect::Refuse, _, Err(word)) => match vector.reason.as_deref() {
            Some(reason) if !reason.starts_with('(') => same(Step::Refusal, reason, word),
            _ => Ok(()),
        },
    }
}

/// The word for a refusal, or acceptance; an error where an intermediate value already differs.
fn verdict(vector: &Vector, request: Request<'_>, header: &str) -> Result<Result<(), &'static str>, Outcome> {
    let is_first_step = request.path() == "/rest/requesttoken";
    let signed_without_token = vector.token.is_none() && vector.expect == Expect::Accept;
    let needs = if is_first_step || signed_without_token {
        Needs::NoToken
    } else {
        Needs::Token
    };
    let unverified = match Unverified::parse(request, header, needs) {
        Ok(unverified) => unverified,
        Err(refusal) => return Ok(Err(word(&refusal))),
    };
    same(
        Step::BaseString,
        vector.base_string.as_deref().unwrap_or_default(),
        unverified.base_string().as_str(),
    )?;
    let right = key(vector).sign(unverified.base_string().as_str().as_bytes());
    if let Some(expected) = &vector.expected_signature {
        same(Step::Signature, expected, right)?;
    }
    let sent = vector
        .timestamp
        .as_deref()
        .and_then(|timestamp| timestamp.parse().ok());
    let now = vector.server_now.or(sent).unwrap_or_default();
    let timestamp = match unverified.check_stamp(now) {
        Ok(timestamp) => timestamp,
        Err(refusal) => return Ok(Err(word(&refusal))),
    };
    if unverified.verify(&key(vector), &mut Scratch::new()).is_err() {
        return Ok(Err("InvalidSignature"));
    }
    let nonce = Nonce {
        consumer_key: unverified.consumer_key(),
        token: unverified.token(),
        timestamp,
        nonce: unverified.nonce(),
    };
    Ok(claim(vector, &nonce, now))
}

pub(crate) fn word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Parameter(HeaderError::Missing) | Refusal::Missing(_) => {
            "MissingTokenPassportRequiredFields"
        }
        Refusal::Parameter(HeaderError::Scheme(_)) => "(not TBA)",
        Refusal::Parameter(HeaderError::Ambiguous) => "(ambiguous)",
        Refusal::Parameter(_) => "parameter_rejected",
        Refusal::Version(_) => "VersionRejected",
        Refusal::Algorithm(_) => "UnknownAlgorithm",
        Refusal::TimestampForm(_) | Refusal::TimestampSkew(_) => "InvalidTimestamp",
        Refusal::NonceTooShort(_) => "nonce_rejected",
    }
}

pub(crate) fn failed(step: Step, expected: &str, got: impl std::fmt::Display) -> Outcome {
    Outcome::Failed {
        step,
        expected: expected.to_owned(),
        got: got.to_string(),
    }
}
