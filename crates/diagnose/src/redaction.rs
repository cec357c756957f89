//! Keeps secrets out of everything that is said, also where a caller put one into its URL.

use countersign_protocol::{AuthorizationHeader, Secret, SoapHeader, percent_encode};
use zeroize::Zeroizing;

use crate::evidence::{Evidence, Presented};
use crate::scene::form_decoded;

/// The shortest secret that is looked for: a shorter one would stand in every other word by chance.
const MIN_LENGTH: usize = 6;

/// Of so much of a secret a piece is taken for it: what is cut to fit a sentence may end inside.
const PIECE: usize = 12;

/// How far into a text secrets are looked for, in bytes: further on nothing is shown.
const LOOKED_AT: usize = 16 * 1024;

const INSTEAD: &str = "(secret)";
const HIDDEN: &str = "(hidden, as a secret was sent)";

/// The secrets that are known, in the forms they can take in a base string.
pub(crate) struct Redaction {
    forms: Vec<Zeroizing<String>>,
    /// A secret came with the request: nothing of the request is shown.
    pub(crate) is_secret_sent: bool,
}

impl Redaction {
    pub(crate) fn of(evidence: &Evidence<'_>) -> Self {
        let known = &evidence.known;
        let others = known.others.iter();
        let others = others.flat_map(|other| [other.consumer_secret, other.token_secret]);
        let own = [known.consumer_secret, known.token_secret];
        let all = own.into_iter().chain(others).flatten().map(Secret::expose);
        let long = all.map(str::trim).filter(|secret| secret.len() >= MIN_LENGTH);
        // One that is also sent as an identifier is no secret.
        let ids = identifiers(evidence.presented);
        let secrets: Vec<&str> = long.filter(|secret| !ids.iter().any(|id| id == secret)).collect();
        let mut forms = Vec::new();
        for secret in &secrets {
            let once = Zeroizing::new(percent_encode(secret));
            forms.push(Zeroizing::new(percent_encode(once.as_str())));
            forms.push(once);
            forms.push(Zeroizing::new((*secret).to_owned()));
        }
        let is_secret_sent = sent(evidence).into_iter().any(|text| holds(text, &secrets));
        Self {
            forms,
            is_secret_sent,
        }
    }

    /// A text without the secrets in it.
    pub(crate) fn clean(&self, text: impl Into<String>) -> String {
        // Whole ones first: the forms of a secret begin alike, and a piece of one must not take the start of another.
        let whole = self
            .forms
            .iter()
            .fold(text.into(), |text, secret| text.replace(secret.as_str(), INSTEAD));
        self.forms
            .iter()
            .fold(whole, |text, secret| without(text, secret))
    }

    /// A piece of the request, which is not shown at all where a secret was sent.
    pub(crate) fn clean_sent(&self, text: impl Into<String>) -> String {
        if self.is_secret_sent {
            HIDDEN.to_owned()
        } else {
            self.clean(text)
        }
    }
}

fn without(text: String, secret: &str) -> String {
    let end = (0..=PIECE.min(secret.len()))
        .rfind(|end| secret.is_char_boundary(*end))
        .unwrap_or(0);
    let piece = secret.get(..end).unwrap_or_default();
    if piece.is_empty() || !text.contains(piece) {
        return text;
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, _)) = rest.split_once(piece) {
        let (_, from) = rest.split_at(before.len());
        let same = from.chars().zip(secret.chars()).take_while(|(a, b)| a == b);
        let length: usize = same.map(|(character, _)| character.len_utf8()).sum();
        cleaned.push_str(before);
        cleaned.push_str(INSTEAD);
        rest = from.get(length..).unwrap_or_default();
    }
    cleaned.push_str(rest);
    cleaned
}

/// All that came with the request.
fn sent<'e>(evidence: &Evidence<'e>) -> Vec<&'e [u8]> {
    let mut texts = vec![
        evidence.target.as_bytes(),
        evidence.body,
        evidence.authority.as_bytes(),
    ];
    match evidence.presented {
        Presented::Headers(headers) => texts.extend(headers.iter().map(|header| header.as_bytes())),
        Presented::Envelope(envelope) => texts.push(envelope.as_bytes()),
        Presented::Passport(passport) => {
            let fields = [
                &passport.account,
                &passport.nonce,
                &passport.timestamp,
                &passport.signature,
                &passport.algorithm,
            ];
            texts.extend(fields.into_iter().flatten().map(String::as_bytes));
        }
    }
    texts
}

/// Whether a text holds a secret, as it is or encoded once or twice.
fn holds(text: &[u8], secrets: &[&str]) -> bool {
    let text = text.get(..text.len().min(LOOKED_AT)).unwrap_or_default();
    let once = form_decoded(text);
    let twice = form_decoded(&once);
    let forms = [text, &*once, &*twice].map(String::from_utf8_lossy);
    secrets
        .iter()
        .any(|secret| forms.iter().any(|form| form.contains(secret)))
}

/// The consumer key and the token ID that were sent.
fn identifiers(presented: Presented<'_>) -> Vec<String> {
    let passport = match presented {
        Presented::Headers([header]) => {
            let Ok(header) = AuthorizationHeader::parse(header) else {
                return Vec::new();
            };
            let ids = [header.consumer_key(), header.token()];
            return ids
                .into_iter()
                .flatten()
                .map(|id| id.text().into_owned())
                .collect();
        }
        Presented::Headers(_) => return Vec::new(),
        Presented::Envelope(envelope) => SoapHeader::read(envelope)
            .ok()
            .and_then(|header| header.token_passport),
        Presented::Passport(passport) => Some(passport.clone()),
    };
    let ids = passport.map(|passport| [passport.consumer_key, passport.token]);
    ids.into_iter().flatten().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_whole_or_cut_at_its_end() {
        let secret = "0123456789abcdef";
        assert_eq!(
            without(format!("a{secret}b{secret}"), secret),
            "a(secret)b(secret)"
        );
        assert_eq!(without("a0123456789abcde…".to_owned(), secret), "a(secret)…");
        assert_eq!(without("0123456789".to_owned(), secret), "0123456789");
        assert_eq!(without("xé12345678é".to_owned(), "é12345678é"), "x(secret)");
    }
}
