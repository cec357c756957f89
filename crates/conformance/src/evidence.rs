//! What a vector shows of a request, given to a diagnosis: what was sent, the secrets, the clock, nonces that were used.
//!
//! Invariant: nothing the vector says about the right answer is seen. It is taken out first.

use countersign_diagnose::{Diagnosis, Evidence, Known, Mistake, NonceHistory, Presented, diagnose};
use countersign_protocol::{AccountId, Scheme, Secret, Service, TokenPassport};
use countersign_vectors::{Authorization, Expect, Transport, Vector, envelope};

use crate::scene::Scene;
use crate::state::StateUnknown;

/// What could be found out about a vector.
pub struct Diagnosed {
    pub diagnosis: Diagnosis,
    /// Why the account's records could not speak.
    pub state_unknown: Option<StateUnknown>,
}

/// Diagnoses a vector's request. Where the state of its account may be the cause, an account in that state is asked. Must
/// be called on a tokio runtime.
pub async fn diagnosed(vector: &Vector) -> Diagnosed {
    let vector = without_answer(vector);
    let asked = crate::state::records(&vector).await;
    let (records, state_unknown) = match asked {
        Ok(records) => (records, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    Diagnosed {
        diagnosis: of_request(&vector, &records),
        state_unknown,
    }
}

/// Diagnoses what a signer made of a vector that is there to be signed: the header, the TokenPassport's signature or the
/// signature alone, as it printed it.
pub fn diagnosed_answer(vector: &Vector, printed: &str) -> Diagnosis {
    let signature = countersign_vectors::signature_in(printed);
    let mut answered = without_answer(vector);
    answered.authorization = Authorization(vec![header_of(vector, printed, &signature)]);
    answered.signature = Some(signature);
    of_request(&answered, &[])
}

/// The header a signer printed, or one with the vector's parameters around the signature it printed.
fn header_of(vector: &Vector, printed: &str, signature: &str) -> String {
    let line = printed.trim();
    let line = line
        .get(.."authorization:".len())
        .filter(|name| name.eq_ignore_ascii_case("authorization:"))
        .and_then(|name| line.get(name.len()..))
        .unwrap_or(line)
        .trim();
    if line
        .get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("oauth "))
    {
        return line.to_owned();
    }
    let encoded = |(name, value): (&str, &str)| {
        let (name, value) = (
            countersign_protocol::percent_encode(name),
            countersign_protocol::percent_encode(value),
        );
        format!("{name}=\"{value}\"")
    };
    let realm = vector.realm.iter().map(|realm| ("realm", realm.as_str()));
    let own = vector.oauth_params.iter().flatten();
    let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<String> = realm
        .chain(own)
        .chain([("oauth_signature", signature)])
        .map(encoded)
        .collect();
    format!("OAuth {}", all.join(", "))
}

/// The vector as somebody sees it who only sees what was sent.
fn without_answer(vector: &Vector) -> Vector {
    Vector {
        expect: Expect::default(),
        reason: None,
        mistake: None,
        restlet_error_code: None,
        http_status: None,
        soap_fault: None,
        netsuite_would_refuse: None,
        base_string: None,
        expected_signature: None,
        note: None,
        ..vector.clone()
    }
}

fn of_request(vector: &Vector, records: &[Mistake]) -> Diagnosis {
    let consumer_secret = Secret::new(vector.consumer_secret.as_str());
    let token_secret = vector.token_secret.as_ref().map(Secret::new);
    let account = account(vector);
    let known = Known {
        consumer_secret: Some(&consumer_secret),
        token_secret: token_secret.as_ref(),
        account: account.as_ref(),
        nonce: nonce(vector),
        written_url: vector.url.as_deref(),
        records,
        ..Known::default()
    };
    let now = vector
        .server_now
        .or_else(|| vector.timestamp.as_deref()?.parse().ok());
    let address = Address::of(vector, account.as_ref());
    let evidence = |content_type, body, presented| Evidence {
        method: &vector.method,
        scheme: address.scheme,
        authority: &address.authority,
        target: &address.target,
        content_type,
        body,
        presented,
        session_cookie: false,
        now,
        known,
    };
    match vector.transport {
        Transport::OauthHeader => {
            let headers: Vec<&str> = vector.authorization.0.iter().map(String::as_str).collect();
            let body = vector.body.as_deref().unwrap_or_default().as_bytes();
            diagnose(&evidence(
                vector.content_type.as_deref(),
                body,
                Presented::Headers(&headers),
            ))
        }
        Transport::SoapTokenPassport => {
            let envelope = envelope(vector);
            let presented = Presented::Envelope(&envelope);
            diagnose(&evidence(Some("text/xml"), envelope.as_bytes(), presented))
        }
        Transport::ConnectTokenPassword => {
            let passport = TokenPassport {
                account: vector.account.clone(),
                consumer_key: Some(vector.consumer_key.clone()),
                token: vector.token.clone(),
                nonce: vector.nonce.clone(),
                timestamp: vector.timestamp.clone(),
                signature: vector.signature.clone(),
                algorithm: vector.signature_method.clone(),
            };
            diagnose(&evidence(None, b"", Presented::Passport(&passport)))
        }
    }
}

/// The account that is called, where it is not its host that says so.
fn account(vector: &Vector) -> Option<AccountId> {
    let given = Scene::known_part(vector).account;
    let is_header = vector.transport == Transport::OauthHeader;
    given.or_else(|| vector.account.as_deref().filter(|_| !is_header)?.parse().ok())
}

fn nonce(vector: &Vector) -> NonceHistory<'static> {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let this = (
        vector.consumer_key.clone(),
        text(&vector.token),
        text(&vector.timestamp),
        text(&vector.nonce),
    );
    if vector.seen.contains(&this) {
        NonceHistory::Used {
            at: None,
            same_header: None,
            answer: None,
        }
    } else {
        NonceHistory::Unused
    }
}

/// Where a request goes.
struct Address {
    scheme: Scheme,
    authority: String,
    target: String,
}

impl Address {
    fn of(vector: &Vector, account: Option<&AccountId>) -> Self {
        const ENDPOINT: &str = "/services/NetSuitePort_2025_2";
        let url = vector.url.clone().unwrap_or_else(|| {
            let host = account.map(|account| account.host(Service::SuiteTalk));
            format!("https://{}{ENDPOINT}", host.unwrap_or_default())
        });
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", &url));
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let authority = authority.rsplit('@').next().unwrap_or_default();
        let authority = vector.host_header.as_deref().unwrap_or(authority);
        Self {
            scheme: if scheme.eq_ignore_ascii_case("https") {
                Scheme::Https
            } else {
                Scheme::Http
            },
            authority: authority.to_owned(),
            target: target.to_owned(),
        }
    }
}
