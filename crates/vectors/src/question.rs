//! What somebody else's signer is given of a vector, and the signature in what it answers.

use countersign_protocol::{ConnectPassword, percent_decode};
use serde::Serialize;

use crate::vector::{Expect, Transport, Vector};

/// A vector without its answer: no base string, no signature, no header, and nothing that was written about them.
/// docs/conformance.md explains the fields.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Question<'v> {
    id: &'v str,
    name: &'v str,
    transport: Transport,
    method: &'v str,
    url: Option<&'v str>,
    host_header: Option<&'v str>,
    params: Option<&'v [(String, String)]>,
    body: Option<&'v str>,
    content_type: Option<&'v str>,
    realm: Option<&'v str>,
    account: Option<&'v str>,
    consumer_key: &'v str,
    consumer_secret: &'v str,
    token: Option<&'v str>,
    token_secret: Option<&'v str>,
    nonce: Option<&'v str>,
    timestamp: Option<&'v str>,
    signature_method: Option<&'v str>,
    oauth_params: Option<&'v [(String, String)]>,
}

impl<'v> Question<'v> {
    /// Nothing where there is nothing to sign: the vector tests a verifier, or another method.
    pub fn of(vector: &'v Vector) -> Option<Self> {
        let hmac_sha256 = matches!(
            vector.signature_method.as_deref(),
            None | Some("HMAC-SHA256" | "HMAC_SHA256")
        );
        let signable = vector.transport != Transport::OauthHeader || vector.oauth_params.is_some();
        (vector.expect == Expect::Accept && signable && hmac_sha256).then_some(Self {
            id: &vector.id,
            name: &vector.name,
            transport: vector.transport,
            method: &vector.method,
            url: vector.url.as_deref(),
            host_header: vector.host_header.as_deref(),
            params: vector.params.as_deref(),
            body: vector.body.as_deref(),
            content_type: vector.content_type.as_deref(),
            realm: vector.realm.as_deref(),
            account: vector.account.as_deref(),
            consumer_key: &vector.consumer_key,
            consumer_secret: &vector.consumer_secret,
            token: vector.token.as_deref(),
            token_secret: vector.token_secret.as_deref(),
            nonce: vector.nonce.as_deref(),
            timestamp: vector.timestamp.as_deref(),
            signature_method: vector.signature_method.as_deref(),
            oauth_params: vector.oauth_params.as_deref(),
        })
    }
}

/// The signature in what a signer printed: anything like a header, a TokenPassport, a token password, or just the
/// signature. What stands around it is not judged, as vectors are signed on purpose with headers a server refuses.
pub fn signature_in(answer: &str) -> String {
    let answer = answer.trim();
    if let Some((_, value)) = answer.split_once("oauth_signature=") {
        let value = match value.strip_prefix(['"', '\'']) {
            Some(quoted) => quoted.split(['"', '\'']).next(),
            None => value.split([',', '&', ' ', '\r', '\n']).next(),
        };
        return percent_decoded(value.unwrap_or_default());
    }
    if answer.starts_with('<') {
        let element = answer
            .split_once("signature")
            .and_then(|(_, rest)| rest.split_once('>'));
        let text = element.and_then(|(_, rest)| rest.split('<').next());
        return text.unwrap_or_default().trim().to_owned();
    }
    match ConnectPassword::parse(answer) {
        Ok(password) => password.signature.to_owned(),
        Err(_) => answer.to_owned(),
    }
}

/// A header's value decoded: unlike in a query, `+` is itself.
fn percent_decoded(value: &str) -> String {
    String::from_utf8_lossy(&percent_decode(value)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{embedded, parse};

    fn vectors() -> Vec<Vector> {
        embedded()
            .into_iter()
            .flat_map(|file| parse(file).unwrap())
            .collect()
    }

    #[test]
    fn a_question_holds_no_part_of_its_answer() {
        let mut asked = 0;
        for vector in vectors() {
            let Some(question) = Question::of(&vector) else {
                continue;
            };
            let json = serde_json::to_value(question).unwrap();
            // A signer may be asked to sign a parameter whose value is written like one of its own.
            let text = json.to_string();
            for answer in [vector.signature.as_ref(), vector.base_string.as_ref()]
                .into_iter()
                .flatten()
            {
                assert!(!text.contains(answer), "{}", vector.id);
            }
            for name in [
                "base_string",
                "signature",
                "authorization",
                "published_signature",
                "agree",
                "disagree",
                "verdict",
                "note",
                "expected_signature",
                "client_base_string",
            ] {
                assert!(json.get(name).is_none(), "{} has {name}", vector.id);
            }
            asked += 1;
        }
        assert!(asked > 70, "{asked}");
    }

    #[test]
    fn the_header_of_every_vector_holds_its_signature() {
        for vector in vectors() {
            if Question::of(&vector).is_some()
                && let [header] = vector.authorization.0.as_slice()
            {
                assert_eq!(
                    signature_in(header),
                    vector.signature.clone().unwrap_or_default(),
                    "{}",
                    vector.id
                );
            }
        }
    }

    #[test]
    fn a_signature_is_found_in_what_signers_print() {
        for answer in [
            "a+b/c=",
            " a+b/c=\n",
            "Authorization: OAuth realm=\"1\", oauth_token=\"\", oauth_signature=\"a%2Bb%2Fc%3D\"",
            "OAuth oauth_signature='a%2bb%2fc%3d', oauth_signature_method='HMAC-SHA256'",
            "oauth_nonce=x&oauth_signature=a%2Bb%2Fc%3D&oauth_version=1.0",
            "oauth_signature=\"a+b/c=\"",
            "<tokenPassport><signature algorithm=\"HMAC-SHA256\">a+b/c=</signature></tokenPassport>",
            "1234567&ck&tk&nonce1&1700000000&a+b/c=&HMAC-SHA256",
        ] {
            assert_eq!(signature_in(answer), "a+b/c=", "{answer}");
        }
        assert_eq!(signature_in("oauth_signature=\""), "");
    }
}
