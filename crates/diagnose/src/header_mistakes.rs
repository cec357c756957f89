//! Mistakes that stand in the header or envelope for everybody to see: malformed, missing, doubled, empty.

use countersign_protocol::{HeaderError, Refusal, SoapHeaderError, Syntax};

use crate::finding::{Certainty, Proof};
use crate::mistake::Mistake;
use crate::report::Report;
use crate::scene::{form_decoded, wire_pairs};

/// The names that are shown in a header; whatever else has letters or digits is replaced by dots.
const SHOWN: [&str; 14] = [
    "OAuth",
    "realm",
    "role",
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_version",
    "oauth_callback",
    "oauth_verifier",
    "oauth_body_hash",
    "oauth",
];

/// How much of a header is shown to each side of a place, in characters.
const AROUND: usize = 48;

impl Report {
    pub(crate) fn add_refusal(&mut self, refusal: &Refusal, header: &str) {
        match refusal {
            // Places are counted from where the scheme begins.
            Refusal::Parameter(error) => self.add_header_error(error, header.trim_matches([' ', '\t'])),
            Refusal::Missing(names) => {
                for name in names {
                    let cause = format!("The parameter {name} is missing.");
                    self.add_value(missing(name), cause, name, "", "not sent");
                }
            }
            Refusal::Version(version) => {
                let sent = self.sent(version);
                let cause = format!(
                    "The version was sent as \"{sent}\"; it must be 1.0, though the protocol is called 1.0a."
                );
                self.add_value(Mistake::Version, cause, "oauth_version", version, "not 1.0");
            }
            Refusal::Algorithm(method) => {
                let cause = format!(
                    "The signature method is \"{}\": {}.",
                    self.sent(method),
                    nearest(method)
                );
                let problem = "not HMAC-SHA256";
                self.add_value(
                    Mistake::Algorithm,
                    cause,
                    "oauth_signature_method",
                    method,
                    problem,
                );
            }
            // Timestamp and nonce are looked at on their own.
            Refusal::TimestampForm(_) | Refusal::TimestampSkew(_) | Refusal::NonceTooShort(_) => {}
        }
    }

    fn add_header_error(&mut self, error: &HeaderError, header: &str) {
        let text = error.to_string();
        match error {
            HeaderError::Missing => self.add_no_header(),
            HeaderError::Scheme(scheme) => {
                let mistake = match scheme.to_ascii_lowercase().as_str() {
                    "nlauth" => Mistake::Nlauth,
                    "bearer" => Mistake::Bearer,
                    _ => Mistake::OtherScheme,
                };
                let cause = self.said(mistake, &text);
                self.add_value(mistake, cause, "Authorization scheme", scheme, "not OAuth");
            }
            HeaderError::Syntax { at, problem } => {
                let mistake = match problem {
                    Syntax::CurlyQuotes => Mistake::CurlyQuotes,
                    _ => Mistake::HeaderSyntax,
                };
                let cause = self.said(mistake, &text);
                self.add(mistake, Certainty::Proved, cause, masked(header, *at));
            }
            HeaderError::Ambiguous => self.add_two_headers(self.said(Mistake::TwoHeaders, &text)),
            HeaderError::Doubled(name) => {
                let cause = format!("The parameter {} is sent twice.", self.sent(name));
                let proof = match header.match_indices(name.as_str()).nth(1) {
                    Some((at, _)) => masked(header, at),
                    None => Proof::Value {
                        name: self.sent(name),
                        value: String::new(),
                        problem: "sent in the header and in the URL or body".to_owned(),
                    },
                };
                self.add(Mistake::DuplicateParameter, Certainty::Proved, cause, proof);
            }
            HeaderError::Empty(name) => {
                let name = self.sent(name);
                let cause = format!("The parameter {name} is sent with an empty value.");
                self.add_value(empty(&name), cause, &name, "", "empty");
            }
            HeaderError::TooLong | HeaderError::TooMany => {
                let cause = self.said(Mistake::HeaderSyntax, &text);
                let problem = format!("{} bytes", header.len());
                self.add_value(Mistake::HeaderSyntax, cause, "Authorization", "", &problem);
            }
        }
    }

    /// A parameter of the query that stands in the header as well, where it is doubled or empty.
    pub(crate) fn add_repeated_from_query(&mut self, refusal: &Refusal, target: &str) {
        let Refusal::Parameter(HeaderError::Doubled(name) | HeaderError::Empty(name)) = refusal else {
            return;
        };
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let is_in_query =
            wire_pairs(query.as_bytes()).any(|(other, _)| *form_decoded(other) == *name.as_bytes());
        if is_in_query && !name.starts_with("oauth_") {
            let name = self.sent(name);
            let cause = format!("The query parameter {name} was put into the header as well.");
            self.add_value(
                Mistake::QueryInHeader,
                cause,
                &name,
                "",
                "in the URL and in the header",
            );
        }
    }

    pub(crate) fn add_no_header(&mut self) {
        let cause = "The request has no Authorization header.";
        self.add_value(Mistake::NoHeader, cause, "Authorization", "", "not sent");
    }

    pub(crate) fn add_two_headers(&mut self, cause: impl Into<String>) {
        self.add_value(
            Mistake::TwoHeaders,
            cause,
            "Authorization",
            "",
            "sent more than once",
        );
    }

    pub(crate) fn add_session_cookie(&mut self) {
        let cause = "A JSESSIONID cookie came with the token's credentials: that is two ways of logging in.";
        self.add_value(
            Mistake::Ambiguous,
            cause,
            "Cookie",
            "JSESSIONID",
            "sent beside the signature",
        );
    }

    pub(crate) fn add_other_credentials(&mut self, element: &str) {
        let cause = format!(
            "The envelope's header has {element} beside the tokenPassport: that is two ways of logging in."
        );
        self.add_value(
            Mistake::Ambiguous,
            cause,
            element,
            "",
            "sent beside the tokenPassport",
        );
    }

    pub(crate) fn add_no_passport(&mut self) {
        let cause = "The envelope has no tokenPassport in its Header.";
        self.add_value(Mistake::NoHeader, cause, "tokenPassport", "", "not sent");
    }

    pub(crate) fn add_envelope_error(&mut self, error: &SoapHeaderError) {
        let (mistake, name) = match error {
            SoapHeaderError::TwoPassports => (Mistake::TwoPassports, "tokenPassport"),
            SoapHeaderError::Doubled(name) => (Mistake::DuplicateParameter, *name),
            _ => (Mistake::HeaderSyntax, "Envelope"),
        };
        let cause = self.said(mistake, &error.to_string());
        self.add_value(mistake, cause, name, "", "cannot be used");
    }
}

fn missing(name: &str) -> Mistake {
    match name {
        "oauth_consumer_key" | "consumerKey" => Mistake::MissingConsumerKey,
        "oauth_token" | "token" => Mistake::MissingToken,
        "oauth_signature_method" | "signature algorithm" => Mistake::MissingSignatureMethod,
        "oauth_timestamp" | "timestamp" => Mistake::MissingTimestamp,
        "oauth_nonce" | "nonce" => Mistake::MissingNonce,
        "account" => Mistake::MissingAccount,
        _ => Mistake::MissingSignature,
    }
}

fn empty(name: &str) -> Mistake {
    match name {
        "oauth_nonce" | "nonce" => Mistake::EmptyNonce,
        "oauth_signature" | "signature" => Mistake::EmptySignature,
        "oauth_timestamp" | "timestamp" => Mistake::Timestamp,
        "oauth_version" => Mistake::Version,
        "oauth_signature_method" | "signature algorithm" => Mistake::Algorithm,
        _ => Mistake::EmptyParameter,
    }
}

/// What to write instead of a signature method.
fn nearest(method: &str) -> &'static str {
    let letters: String = method.chars().filter(char::is_ascii_alphanumeric).collect();
    match letters.to_ascii_uppercase().as_str() {
        "HMACSHA256" | "SHA256" | "HS256" => "write it HMAC-SHA256, in capitals and with a hyphen",
        "HMACSHA1" | "SHA1" => "NetSuite no longer takes SHA-1; the nearest is HMAC-SHA256",
        "PLAINTEXT" => {
            "the signature it asks for is the secrets themselves, so replace them; NetSuite takes HMAC-SHA256 only"
        }
        _ => "NetSuite takes HMAC-SHA256 only",
    }
}

/// The place in a header, with the values made unreadable: a malformed header may hold anything anywhere.
fn masked(header: &str, at: usize) -> Proof {
    let mut text = String::with_capacity(header.len());
    let mut rest = header;
    while let Some(first) = rest.chars().next() {
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let end = rest
            .find(|character| !is_word(character))
            .unwrap_or(rest.len())
            .max(first.len_utf8());
        let (piece, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if SHOWN.contains(&piece) {
            text.push_str(piece);
        } else {
            text.extend(piece.chars().map(|character| match character {
                '\r' | '\n' => '\u{21b5}',
                character if is_word(character) || character.is_control() => '\u{b7}',
                character => character,
            }));
        }
        rest = after;
    }
    let place = header.char_indices().take_while(|(start, _)| *start < at).count();
    let skipped = place.saturating_sub(AROUND);
    let shown: String = text
        .chars()
        .skip(skipped)
        .take(place - skipped + AROUND)
        .collect();
    if skipped == 0 {
        Proof::Header {
            text: shown,
            caret: place,
        }
    } else {
        Proof::Header {
            text: format!("…{shown}"),
            caret: place - skipped + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_stands_under_the_place_and_no_value_is_shown() {
        let header = "OAuth realm=\"1234567\", oauth_nonce=\u{201d}s3cret\u{201d}";
        let at = header.find('\u{201d}').unwrap();
        let Proof::Header { text, caret } = masked(header, at) else {
            panic!()
        };
        assert_eq!(
            text,
            "OAuth realm=\"·······\", oauth_nonce=\u{201d}······\u{201d}"
        );
        assert_eq!(text.chars().nth(caret), Some('\u{201d}'));
    }

    #[test]
    fn a_long_header_is_shown_around_the_place() {
        let header = format!(
            "OAuth oauth_token=\"{}\"; oauth_nonce=\"abcdef\"",
            "a".repeat(200)
        );
        let Proof::Header { text, caret } = masked(&header, header.find(';').unwrap()) else {
            panic!()
        };
        assert_eq!(text.chars().nth(caret), Some(';'));
        assert!(text.chars().count() <= 2 * AROUND + 1 && !text.contains("aaa"));
    }

    #[test]
    fn a_signature_method_is_told_its_nearest_word() {
        assert!(nearest("HMACSHA256").contains("with a hyphen"));
        assert!(nearest("HMAC_SHA1").contains("SHA-1"));
        assert!(nearest("PLAINTEXT").contains("replace them"));
    }
}
