//! Vectors whose signature travels in a SOAP TokenPassport or a SuiteAnalytics Connect token password.

use countersign_ledger::Nonce;
use countersign_protocol::{
    AccountId, ConnectPassword, Credentials, Secret, Signer, SigningKey, SoapHeader, SoapHeaderError, Stamp,
    TokenPassport,
};

use crate::claim::claim;
use crate::outcome::{Outcome, Step, same};
use crate::request::{failed, word};
use crate::vector::{Expect, Vector};

pub(crate) fn run_soap(vector: &Vector) -> Result<(), Outcome> {
    let passport = passport(vector);
    same(
        Step::BaseString,
        text(vector.base_string.as_ref()),
        passport.base_string(),
    )?;
    sign(vector, |signer, stamp| {
        signer.passport(stamp).signature.to_string()
    })?;
    match (vector.expect, verdict(vector)) {
        (Expect::Accept, verdict) => same(
            Step::Verification,
            "accepted",
            verdict.err().unwrap_or_else(|| "accepted".to_owned()),
        ),
        (Expect::Refuse, Ok(())) => Err(failed(Step::Refusal, "refused", "accepted")),
        (Expect::Refuse, Err(word)) => match vector.reason.as_deref() {
            Some(reason) if !reason.starts_with('(') => same(Step::Refusal, reason, word),
            _ => Ok(()),
        },
    }
}

pub(crate) fn run_connect(vector: &Vector) -> Result<(), Outcome> {
    let mut made = None;
    sign(vector, |signer, stamp| {
        let password = signer.connect_password(stamp);
        made.insert(password)
            .split('&')
            .nth(5)
            .unwrap_or_default()
            .to_owned()
    })?;
    let sent = [
        text(vector.base_string.as_ref()),
        text(vector.signature.as_ref()),
        text(vector.signature_method.as_ref()),
    ];
    let password = sent.join("&");
    if let Some(made) = made {
        same(Step::Header, &password, made)?;
    }
    let parsed =
        ConnectPassword::parse(&password).map_err(|error| failed(Step::Header, "a token password", error))?;
    let accepted = parsed.algorithm == "HMAC-SHA256" && parsed.verify(&key(vector)).is_ok();
    let expected = vector.expect == Expect::Accept;
    same(Step::Verification, expected, accepted)
}

/// Signs the same values where our signer can make them, and compares.
fn sign(vector: &Vector, signature: impl FnOnce(&Signer, &Stamp<'_>) -> String) -> Result<(), Outcome> {
    if !matches!(
        vector.signature_method.as_deref(),
        None | Some("HMAC-SHA256" | "HMAC_SHA256")
    ) {
        return Ok(());
    }
    let account = vector.account.as_deref().unwrap_or_default();
    let timestamp = vector
        .timestamp
        .as_deref()
        .and_then(|timestamp| timestamp.parse().ok())
        .unwrap_or_default();
    let (Ok(parsed), Ok(stamp)) = (
        account.parse::<AccountId>(),
        Stamp::new(timestamp, vector.nonce.as_deref().unwrap_or_default()),
    ) else {
        return Ok(());
    };
    let signer = Signer::new(&Credentials {
        account: parsed.clone(),
        consumer_key: vector.consumer_key.clone(),
        consumer_secret: Secret::new(&vector.consumer_secret),
        token: text(vector.token.as_ref()),
        token_secret: Secret::new(text(vector.token_secret.as_ref())),
    });
    if parsed.as_str() != account {
        return Ok(());
    }
    let right = vector.expected_signature.as_ref().or(vector.signature.as_ref());
    same(Step::Signature, text(right), signature(&signer, &stamp))
}

/// What a server says to the envelope.
fn verdict(vector: &Vector) -> Result<(), String> {
    let header = match SoapHeader::read(&envelope(vector)) {
        Ok(header) => header,
        Err(SoapHeaderError::TwoPassports) => return Err("(two passports)".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    if header.other_credentials.is_some() {
        return Err("Ambiguous authentication".to_owned());
    }
    let passport = header.token_passport.ok_or("(no passport)")?;
    let refused = |refusal| word(&refusal).to_owned();
    passport.check_fields().map_err(refused)?;
    let account = text(passport.account.as_ref());
    if account
        .parse::<AccountId>()
        .map_or(true, |parsed| parsed.as_str() != account)
    {
        return Err("(login failure: account)".to_owned());
    }
    let sent = vector
        .timestamp
        .as_deref()
        .and_then(|timestamp| timestamp.parse().ok());
    let now = vector.server_now.or(sent).unwrap_or_default();
    let timestamp = passport.check_stamp(now).map_err(refused)?;
    passport
        .verify(&key(vector))
        .map_err(|_| "InvalidSignature".to_owned())?;

    let (consumer_key, token, nonce) = (
        text(passport.consumer_key.as_ref()),
        text(passport.token.as_ref()),
        text(passport.nonce.as_ref()),
    );
    let nonce = Nonce {
        consumer_key: &consumer_key,
        token: &token,
        timestamp,
        nonce: &nonce,
    };
    claim(vector, &nonce, now).map_err(str::to_owned)
}

/// The envelope of a SOAP vector. Where the vector gives none it asks for the time.
pub fn envelope(vector: &Vector) -> String {
    if let Some(body) = vector.body.as_ref().filter(|body| body.contains("Envelope")) {
        return body.clone();
    }
    let passport = passport(vector);
    let value = |field: &Option<String>| escaped(field.as_deref().unwrap_or_default());
    let element = format!(
        "<tokenPassport><account>{}</account><consumerKey>{}</consumerKey><token>{}</token><nonce>{}</nonce>\
         <timestamp>{}</timestamp><signature algorithm=\"{}\">{}\n</signature></tokenPassport>",
        value(&passport.account),
        value(&passport.consumer_key),
        value(&passport.token),
        value(&passport.nonce),
        value(&passport.timestamp),
        value(&passport.algorithm),
        value(&passport.signature),
    );
    let beside = vector.beside_passport.as_deref().unwrap_or_default();
    format!("<Envelope><Header>{element}{beside}</Header><Body><getServerTime/></Body></Envelope>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn passport(vector: &Vector) -> TokenPassport {
    TokenPassport {
        account: vector.account.clone(),
        consumer_key: Some(vector.consumer_key.clone()),
        token: vector.token.clone(),
        nonce: vector.nonce.clone(),
        timestamp: vector.timestamp.clone(),
        signature: vector.signature.clone(),
        algorithm: vector.signature_method.clone(),
    }
}

fn key(vector: &Vector) -> SigningKey {
    let token_secret = vector.token_secret.as_ref().map(Secret::new);
    SigningKey::new(&Secret::new(&vector.consumer_secret), token_secret.as_ref())
}

fn text(field: Option<&String>) -> String {
    field.cloned().unwrap_or_default()
}
