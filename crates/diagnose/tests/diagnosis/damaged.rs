//! A random request, signed with one random mistake: the mistake is named with a proof, and every proof, done again by a
//! signer that shares nothing with the search, gives the signature that was sent.

use std::fmt::Write as _;

use crate::laws::{Call, FORM, NOW, call, cases, diagnosed, secret, signature_of};
use crate::signer::{base64, hmac_sha256, quote};
use countersign_diagnose::{Certainty, Finding, Mistake, Proof, SignatureCheck};
use proptest::prelude::*;

/// How a request is signed. As it is made, rightly.
#[derive(Clone)]
struct Signing {
    consumer: String,
    token: String,
    query: Vec<(String, String)>,
    method: String,
    uri: String,
    pairs: Vec<(String, String)>,
    inner: fn(&str) -> String,
    outer: fn(&str) -> String,
    is_sorted: bool,
    key: String,
}

const OWN: [(&str, &str); 6] = [
    ("oauth_consumer_key", "the-consumer-key"),
    ("oauth_token", "the-token-id"),
    ("oauth_signature_method", "HMAC-SHA256"),
    ("oauth_timestamp", "1700000000"),
    ("oauth_nonce", "abcdefghij"),
    ("oauth_version", "1.0"),
];

fn form_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let text = text.replace('+', " ");
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let is_hex = |digits: &&str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        match digits.filter(|_| *first == b'%').filter(is_hex) {
            Some(digits) => {
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn pairs(text: &str) -> Vec<(String, String)> {
    let pieces = text.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
        .map(|(name, value)| (form_decoded(name), form_decoded(value)))
        .collect()
}

impl Signing {
    fn right(call: &Call, consumer: &str, token: &str) -> Self {
        let (path, query) = call.target.split_once('?').unwrap_or((&call.target, ""));
        let query = pairs(query);
        let mut all = query.clone();
        if call.content_type == FORM {
            all.extend(pairs(&call.body));
        }
        all.extend(OWN.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let host = call.authority.to_ascii_lowercase();
        Self {
            consumer: consumer.to_owned(),
            token: token.to_owned(),
            query,
            method: call.method.to_owned(),
            uri: format!("https://{}{path}", host.strip_suffix(":443").unwrap_or(&host)),
            pairs: all,
            inner: quote,
            outer: quote,
            is_sorted: true,
            key: format!("{}&{}", quote(consumer), quote(token)),
        }
    }

    fn signature(&self) -> String {
        let encoded = self
            .pairs
            .iter()
            .map(|(name, value)| ((self.inner)(name), (self.inner)(value)));
        let mut encoded: Vec<_> = encoded.collect();
        if self.is_sorted {
            encoded.sort();
        }
        let joined: Vec<_> = encoded
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let base = format!(
            "{}&{}&{}",
            self.method,
            quote(&self.uri),
            (self.outer)(&joined.join("&"))
        );
        base64(&hmac_sha256(self.key.as_bytes(), base.as_bytes()))
    }

    fn header(&self) -> String {
        let mut header = "OAuth realm=\"1234567\"".to_owned();
        for (name, value) in OWN {
            write!(header, ", {name}=\"{value}\"").unwrap();
        }
        write!(header, ", oauth_signature=\"{}\"", quote(&self.signature())).unwrap();
        header
    }
}

/// A mistake, and how it changes the signing of a call.
type Damage = (Mistake, fn(&mut Signing));

fn lower_hex(text: &str) -> String {
    let quoted = quote(text);
    let mut pieces = quoted.split('%');
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |before, piece| {
        format!("{before}%{}{}", piece[..2].to_ascii_lowercase(), &piece[2..])
    })
}

fn script(text: &str) -> String {
    ["!", "'", "(", ")", "*"]
        .iter()
        .fold(quote(text), |text, stays| text.replace(&quote(stays), stays))
}

fn without(signing: &mut Signing, is_gone: impl Fn(&(String, String)) -> bool) {
    signing.pairs.retain(|pair| !is_gone(pair));
}

const DAMAGES: &[Damage] = &[
    (Mistake::SecretsSwapped, |signing| {
        signing.key = format!("{}&{}", quote(&signing.token), quote(&signing.consumer));
    }),
    (Mistake::TokenSecretMissing, |signing| {
        signing.key = format!("{}&", quote(&signing.consumer));
    }),
    (Mistake::ConsumerSecretMissing, |signing| {
        signing.key = format!("&{}", quote(&signing.token));
    }),
    (Mistake::KeyConsumerOnly, |signing| {
        signing.key = quote(&signing.consumer);
    }),
    (Mistake::KeyWithoutAmpersand, |signing| {
        signing.key = quote(&signing.consumer) + &quote(&signing.token);
    }),
    (Mistake::SecretsNotEncoded, |signing| {
        signing.key = format!("{}&{}", signing.consumer, signing.token);
    }),
    (Mistake::KeyDoubleEncoded, |signing| {
        signing.key = quote(&signing.key);
    }),
    (Mistake::SecretHasWhitespace, |signing| {
        signing.key.push_str("%0A");
    }),
    (Mistake::TokenIdAsSecret, |signing| {
        signing.key = format!("{}&the-token-id", quote(&signing.consumer));
    }),
    (Mistake::ConsumerKeyAsSecret, |signing| {
        signing.key = format!("the-consumer-key&{}", quote(&signing.token));
    }),
    (Mistake::LowercaseMethod, |signing| {
        signing.method.make_ascii_lowercase();
    }),
    (Mistake::MethodMismatch, |signing| {
        signing.method = if signing.method == "PUT" { "POST" } else { "PUT" }.to_owned();
    }),
    (Mistake::SchemeMismatch, |signing| {
        signing.uri = signing.uri.replacen("https", "http", 1);
    }),
    (Mistake::QueryNotSigned, |signing| {
        for gone in std::mem::take(&mut signing.query) {
            let at = signing.pairs.iter().position(|pair| *pair == gone).unwrap();
            signing.pairs.remove(at);
        }
    }),
    (Mistake::RealmSigned, |signing| {
        signing.pairs.push(("realm".to_owned(), "1234567".to_owned()));
    }),
    (Mistake::VersionSentNotSigned, |signing| {
        without(signing, |(name, _)| name == "oauth_version");
    }),
    (Mistake::HeaderParamNotSigned, |signing| {
        without(signing, |(name, _)| name == "oauth_nonce");
    }),
    (Mistake::TimestampRecomputed, |signing| {
        let stamp = signing
            .pairs
            .iter_mut()
            .find(|(name, _)| name == "oauth_timestamp");
        stamp.unwrap().1 = (NOW + 1).to_string();
    }),
    (Mistake::InnerEncodingMissing, |signing| {
        signing.inner = str::to_owned;
    }),
    (Mistake::OuterEncodingMissing, |signing| {
        signing.outer = str::to_owned;
    }),
    (Mistake::LowercaseHex, |signing| signing.inner = lower_hex),
    (Mistake::ReservedNotEncoded, |signing| signing.inner = script),
    (Mistake::TildeEncoded, |signing| {
        signing.inner = |text| quote(text).replace('~', "%7E");
    }),
    (Mistake::NotSorted, |signing| signing.is_sorted = false),
    (Mistake::DoubleEncoded, |signing| {
        signing.inner = |text| quote(&quote(text));
    }),
    (Mistake::EmptyParamNotSigned, |signing| {
        without(signing, |(_, value)| value.is_empty());
    }),
    (Mistake::ZeroBecameEmpty, |signing| {
        for (_, value) in signing.pairs.iter_mut().filter(|(_, value)| value == "0") {
            value.clear();
        }
    }),
];

/// Whether what a finding says was done gives the signature that was sent.
fn holds(finding: &Finding, right: &Signing, sent: &str) -> bool {
    match &finding.proof {
        Proof::BaseStrings(strings) if finding.together_with.is_empty() => {
            base64(&hmac_sha256(right.key.as_bytes(), strings.signed.as_bytes())) == sent
                && strings.signed != strings.expected
        }
        Proof::MadeOf(_) if finding.together_with.is_empty() => {
            let named = DAMAGES.iter().filter(|(mistake, _)| *mistake == finding.mistake);
            let again = |(_, change): &Damage| {
                let mut again = right.clone();
                change(&mut again);
                again.signature() == sent
            };
            named.clone().next().is_none() || named.clone().any(again)
        }
        _ => true,
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_damaged_request_is_told_what_was_done_to_it(
        call in call(),
        consumer in secret(),
        token in secret(),
        damage in prop::sample::select(DAMAGES.to_vec()),
    ) {
        let right = Signing::right(&call, &consumer, &token);
        // This signer works with text: what is none it cannot sign.
        if right.pairs.iter().any(|(name, value)| (name.clone() + value).contains('\u{fffd}')) {
            return Ok(());
        }
        let mut damaged = right.clone();
        let (mistake, change) = damage;
        change(&mut damaged);
        let header = damaged.header();
        let diagnosis = diagnosed(&call, &header, &consumer, &token);
        if damaged.signature() == right.signature() {
            prop_assert_eq!(diagnosis.signature, SignatureCheck::Right);
            prop_assert_eq!(diagnosis.findings, []);
            return Ok(());
        }
        let proved: Vec<_> = diagnosis.findings.iter().filter(|finding| finding.certainty == Certainty::Proved).collect();
        prop_assert!(
            proved.iter().any(|finding| finding.mistake == mistake),
            "{} is not among {:?}", mistake, diagnosis.findings
        );
        for finding in proved {
            prop_assert!(
                holds(finding, &right, &signature_of(&header)),
                "{:?}", finding
            );
        }
    }
}
