//! Mistakes in what the credentials say of themselves: the account, the moment, the nonce.

use countersign_protocol::{AccountId, MIN_NONCE, TIMESTAMP_WINDOW};

use crate::evidence::{NonceHistory, Owner};
use crate::finding::{Certainty, Proof};
use crate::mistake::Mistake;
use crate::report::Report;
use crate::words::{ahead_or_behind, clipped, duration};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

impl Report {
    /// The realm of a header or the account of a passport, against the account that was called.
    pub(crate) fn add_account(&mut self, sent: Option<&str>, called: Option<&AccountId>, is_needed: bool) {
        let Some(called) = called else { return };
        let Some(sent) = sent else {
            if is_needed {
                let cause = format!("No realm was sent; send realm=\"{called}\".");
                self.add_value(Mistake::RealmMissing, cause, "realm", "", "not sent");
            }
            return;
        };
        if sent == called.as_str() {
            return;
        }
        let shown = self.sent(sent);
        let (mistake, cause) = match sent.parse::<AccountId>() {
            Ok(meant) if meant == *called && sent.contains('-') => (
                Mistake::RealmHyphen,
                format!(
                    "The account was sent as {shown}; it is written {called}, as only host names have a hyphen."
                ),
            ),
            Ok(meant) if meant == *called => (
                Mistake::RealmLowercase,
                format!(
                    "The account was sent as {shown}; it is written {called}, in upper case and nothing around it."
                ),
            ),
            Ok(meant) if base_of(&meant) == base_of(called) => (
                Mistake::RealmHostMismatch,
                format!("The account was sent as {shown}, but the host that was called is that of {called}."),
            ),
            Ok(_) => (
                Mistake::RealmOtherAccount,
                format!("The account was sent as {shown}, but the account that was called is {called}."),
            ),
            Err(_) => (
                Mistake::RealmOtherAccount,
                format!("{shown} is no account ID; the account that was called is {called}."),
            ),
        };
        self.add_value(mistake, cause, "realm", sent, "not this account's ID");
    }

    pub(crate) fn add_timestamp(&mut self, sent: &str, now: Option<i64>) {
        let is_number =
            !sent.starts_with('0') && !sent.is_empty() && sent.bytes().all(|byte| byte.is_ascii_digit());
        let Some(seconds) = sent.parse::<i64>().ok().filter(|_| is_number) else {
            let shown = self.sent(sent);
            let cause = format!("The timestamp {shown:?} is no whole number of seconds since 1970.");
            self.add_value(
                Mistake::Timestamp,
                cause,
                "oauth_timestamp",
                sent,
                "not a plain whole number",
            );
            return;
        };
        let Some(now) = now else { return };
        let skew = seconds.saturating_sub(now);
        if skew.saturating_abs() <= TIMESTAMP_WINDOW {
            return;
        }
        let off = format!("{} {} the account's clock", duration(skew), ahead_or_behind(skew));
        let proof = || Proof::Value {
            name: "oauth_timestamp".to_owned(),
            value: sent.to_owned(),
            problem: format!("{off}; {TIMESTAMP_WINDOW} s are allowed"),
        };
        let fine = |unit: i64| (seconds / unit).saturating_sub(now).saturating_abs();
        let day = 24 * HOUR;
        let (mistake, certainty, cause) = if fine(1000) <= day {
            (
                Mistake::TimestampMilliseconds,
                Certainty::Proved,
                "The timestamp is in milliseconds; it is in seconds.".to_owned(),
            )
        } else if fine(1_000_000) <= day {
            (
                Mistake::TimestampMilliseconds,
                Certainty::Proved,
                "The timestamp is in microseconds; it is in seconds.".to_owned(),
            )
        } else if let Some(certainty) = looks_like_a_time_zone(skew) {
            (
                Mistake::TimestampTimezone,
                certainty,
                format!("The timestamp is {off}: that is a time zone, local time used as UTC."),
            )
        } else {
            (
                Mistake::ClockSkew,
                Certainty::Likely,
                format!(
                    "The timestamp is {off}: the caller's clock is wrong, or the request was sent long after it was signed."
                ),
            )
        };
        self.add(mistake, certainty, cause, proof());
        let cause = format!("The timestamp is {off}; {TIMESTAMP_WINDOW} s are allowed.");
        self.add(Mistake::Timestamp, Certainty::Proved, cause, proof());
    }

    pub(crate) fn add_nonce(&mut self, nonce: &str) {
        let count = nonce.chars().count();
        if count < MIN_NONCE {
            let cause = format!("The nonce has {count} characters; it needs at least {MIN_NONCE}.");
            self.add_value(Mistake::NonceTooShort, cause, "oauth_nonce", nonce, "too short");
        }
    }

    /// What was sent as consumer key and token ID, against those the secrets belong to. Where the signature is right by the secrets
    /// of others than were sent, what was sent is wrong.
    pub(crate) fn add_owner(&mut self, owner: Owner<'_>, consumer_key: &str, token: &str, is_right: bool) {
        if owner.consumer_key == Some(token) && owner.token == Some(consumer_key) {
            let cause = "The consumer key and the token ID were each sent in the other's place.";
            self.add_value(
                Mistake::ConsumerKeyUnknown,
                cause,
                "consumer key",
                "",
                "is the token ID",
            );
            return;
        }
        for (mistake, name, sent, own) in [
            (
                Mistake::ConsumerKeyUnknown,
                "consumer key",
                consumer_key,
                owner.consumer_key,
            ),
            (Mistake::TokenUnknown, "token ID", token, owner.token),
        ] {
            let Some(own) = own.filter(|own| *own != sent && !sent.is_empty()) else {
                continue;
            };
            if let Some(problem) = misspelt(sent, own) {
                let cause = format!("The {name} was sent {problem}.");
                self.add_value(mistake, cause, name, "", problem);
            } else if is_right {
                let cause = format!(
                    "The signature is right by secrets that belong to another {name} than the one that was sent."
                );
                let proof = Proof::Value {
                    name: name.to_owned(),
                    value: String::new(),
                    problem: "not that of the secrets".to_owned(),
                };
                self.add(mistake, Certainty::Likely, cause, proof);
            }
        }
    }

    pub(crate) fn add_nonce_history(&mut self, history: NonceHistory<'_>, nonce: &str, now: Option<i64>) {
        let NonceHistory::Used {
            at,
            same_header,
            answer,
        } = history
        else {
            return;
        };
        let ago = at
            .zip(now)
            .map(|(at, now)| format!(" {} before", duration(now.saturating_sub(at))));
        let answered = answer.map(|answer| format!(" and answered with {}", clipped(answer)));
        let before = ago.unwrap_or_else(|| " before".to_owned()) + &answered.unwrap_or_default();
        let reused = format!("The same signed header was sent{before}; a retry must sign anew.");
        let replayed = format!("This nonce was used with this timestamp{before}.");
        let was_used = format!("used{before}");
        let proof = |problem: String| Proof::Value {
            name: "oauth_nonce".to_owned(),
            value: nonce.to_owned(),
            problem,
        };
        if same_header == Some(true) {
            self.add(
                Mistake::HeaderReused,
                Certainty::Proved,
                reused.clone(),
                proof(was_used.clone()),
            );
        }
        self.add(
            Mistake::NonceReplay,
            Certainty::Proved,
            replayed,
            proof(was_used.clone()),
        );
        if same_header.is_none() {
            self.add(Mistake::HeaderReused, Certainty::Likely, reused, proof(was_used));
        }
    }
}

fn base_of(account: &AccountId) -> &str {
    account.as_str().split('_').next().unwrap_or_default()
}

/// Whole hours are one; zones of half and quarter hours are rarer than clocks that are wrong.
fn looks_like_a_time_zone(skew: i64) -> Option<Certainty> {
    let off = skew.saturating_abs();
    let is_beside = |unit: i64| {
        let beside = (off + unit / 2) % unit - unit / 2;
        beside.abs() <= MINUTE
    };
    if off > 14 * HOUR + MINUTE {
        None
    } else if is_beside(HOUR) {
        Some(Certainty::Likely)
    } else if off > 3 * HOUR && is_beside(HOUR / 4) {
        Some(Certainty::Possible)
    } else {
        None
    }
}

/// How an identifier that is meant was spoilt on its way into the request.
fn misspelt(sent: &str, own: &str) -> Option<&'static str> {
    const NEVER_FILLED: [&str; 6] = ["undefined", "null", "None", "nil", "NaN", "[object Object]"];
    let around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '\u{feff}');
    let is_variable =
        sent.contains("{{") || sent.contains("${") || sent.starts_with('<') && sent.ends_with('>');
    if sent.trim_matches(around) == own {
        Some("with white space or quotes around it")
    } else if sent.eq_ignore_ascii_case(own) {
        Some("in another letter case")
    } else if is_variable || NEVER_FILLED.contains(&sent) {
        Some("as the name of a variable whose value was never put in")
    } else if sent.len() + 4 >= own.len() && (own.starts_with(sent) || own.ends_with(sent)) {
        Some("without its first or last characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Evidence, Known, Presented};
    use crate::redaction::Redaction;
    use crate::report::Words;
    use countersign_protocol::Scheme;

    const NOW: i64 = 1_700_000_000;

    fn named(sent: &str) -> Vec<(&'static str, Certainty)> {
        let evidence = Evidence {
            method: "GET",
            scheme: Scheme::Https,
            authority: "a.example",
            target: "/",
            content_type: None,
            body: b"",
            presented: Presented::Headers(&[]),
            session_cookie: false,
            now: None,
            known: Known::default(),
        };
        let mut report = Report::new(Redaction::of(&evidence), Words::OfHeader);
        report.add_timestamp(sent, Some(NOW));
        report
            .findings
            .iter()
            .map(|finding| (finding.mistake.id(), finding.certainty))
            .collect()
    }

    #[test]
    fn a_passport_is_told_in_its_own_words() {
        let evidence = Evidence {
            method: "POST",
            scheme: Scheme::Https,
            authority: "a.example",
            target: "/",
            content_type: None,
            body: b"",
            presented: Presented::Envelope(""),
            session_cookie: false,
            now: None,
            known: Known::default(),
        };
        let mut report = Report::new(Redaction::of(&evidence), Words::of(evidence.presented));
        report.add_timestamp("soon", Some(NOW));
        report.add_nonce("abc");
        let names = report.findings.iter().map(|finding| match &finding.proof {
            Proof::Value { name, .. } => name.as_str(),
            _ => "",
        });
        assert_eq!(names.collect::<Vec<_>>(), ["timestamp", "nonce"]);
    }

    #[test]
    fn a_timestamp_is_told_how_it_is_wrong() {
        let first = |sent: i64| named(&sent.to_string()).first().copied();
        assert_eq!(
            first(NOW * 1000 + 77),
            Some(("timestamp_milliseconds", Certainty::Proved))
        );
        assert_eq!(
            first(NOW * 1_000_000),
            Some(("timestamp_milliseconds", Certainty::Proved))
        );
        assert_eq!(first(NOW - 3600), Some(("timestamp_timezone", Certainty::Likely)));
        assert_eq!(
            first(NOW + 19_800),
            Some(("timestamp_timezone", Certainty::Possible))
        );
        assert_eq!(first(NOW - 421), Some(("clock_skew", Certainty::Likely)));
        assert_eq!(first(NOW - 300), None);
        assert_eq!(first(0), Some(("timestamp", Certainty::Proved)));
        for sent in [
            "",
            "-1700000000",
            "0x6553f100",
            "1700000000 ",
            "99999999999999999999",
            "now",
        ] {
            assert_eq!(named(sent), [("timestamp", Certainty::Proved)], "{sent}");
        }
    }
}
