//! Whether an answer and a row of the Login Audit Trail are what a vector asks for.
//!
//! The table of answers is written here once more, from what is documented of each service, and not taken from the
//! server: a test that asks the tested what is right would always pass.

use countersign_model::{Detail, LoginRow, LoginStatus};
use countersign_vectors::{Expect, Outcome, Step, Vector, same};

use crate::account::Login;
use crate::exchange::Answer;
use crate::question::Asked;

/// What no recomputation can prove: another secret, another nonce, another value.
const UNPROVABLE: [&str; 5] = [
    "wrong_consumer_secret",
    "wrong_token_secret",
    "nonce_recomputed",
    "nonce_burn",
    "tampered",
];

/// What must come of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Accepted,
    /// With this word of the trail, and what follows it there.
    Refused {
        detail: Detail,
        word: String,
    },
    /// It is turned away without a failed login: too many at once, or no such script.
    TurnedAway,
    /// It is not HTTP, and never comes to an account.
    NotHttp,
}

impl Expected {
    pub(crate) fn of(vector: &Vector, is_framed: bool) -> Result<Self, String> {
        if !is_framed {
            return Ok(Self::NotHttp);
        }
        let refused_by_name = match vector.token.as_deref() {
            Some("") => Some("parameter_rejected"),
            _ => vector.netsuite_would_refuse.as_deref(),
        };
        let word = match (vector.expect, refused_by_name) {
            (Expect::Accept, None) => return Ok(Self::Accepted),
            (Expect::Accept, Some(word)) => word,
            (Expect::Refuse, _) => vector.reason.as_deref().unwrap_or_default(),
        };
        if word == "(not a login failure)" {
            return Ok(Self::TurnedAway);
        }
        let first = word.split(' ').next().unwrap_or_default();
        let detail = Detail::parse(word).or_else(|_| Detail::parse(first));
        let detail = detail.map_err(|_| {
            format!(
                "{}: its reason {word:?} is no word of the Login Audit Trail",
                vector.id
            )
        })?;
        Ok(Self::Refused {
            detail,
            word: word.to_owned(),
        })
    }

    /// Holds the trail and the answer against it.
    pub(crate) fn judge(
        &self,
        vector: &Vector,
        asked: Asked,
        answer: &Answer,
        rows: &[Login],
    ) -> Result<(), Outcome> {
        match self {
            Self::Accepted => {
                same(Step::AuditTrail, "Success", trail(rows))?;
                same(Step::Answer, "no failed login", shown_failure(answer))
            }
            Self::TurnedAway => {
                let failed = rows.first().is_some_and(|login| login.row.detail().is_some());
                same(
                    Step::AuditTrail,
                    "no failure",
                    if failed {
                        trail(rows)
                    } else {
                        "no failure".to_owned()
                    },
                )?;
                self.check_answer(vector, asked, None, answer)
            }
            Self::NotHttp => {
                same(Step::AuditTrail, "no row", trail(rows))?;
                same(Step::Answer, 400, answer.status)
            }
            Self::Refused { detail, word } => {
                check_row(vector, (*detail, word), rows)?;
                self.check_answer(vector, asked, Some(*detail), answer)
            }
        }
    }

    fn check_answer(
        &self,
        vector: &Vector,
        asked: Asked,
        detail: Option<Detail>,
        answer: &Answer,
    ) -> Result<(), Outcome> {
        let given = vector.restlet_error_code.as_deref();
        let got = answer.error_code().unwrap_or_else(|| "no error code".to_owned());
        match asked {
            // Its codes are not public: the trail says which refusal it was.
            Asked::Flow | Asked::TokenService => {
                let refused = (400..500).contains(&answer.status);
                same(
                    Step::Answer,
                    "a refusal",
                    if refused {
                        "a refusal".to_owned()
                    } else {
                        answer.status.to_string()
                    },
                )?;
            }
            Asked::Restlet => {
                let codes = given.map_or_else(|| restlet_codes(detail), |code| vec![code]);
                one_of(&codes, &got)?;
                same(Step::Answer, restlet_status(&got), answer.status)?;
                check_challenge(answer)?;
            }
            Asked::Rest => {
                let (code, status) = rest_answer(detail);
                same(Step::Answer, code, &got)?;
                same(Step::Answer, status, answer.status)?;
                check_challenge(answer)?;
            }
            Asked::Soap => {
                let fault = match (&vector.soap_fault, detail) {
                    (Some(fault), _) => fault,
                    (None, Some(Detail::AmbiguousAuthentication)) => "Ambiguous authentication",
                    (None, Some(_)) => "Invalid login attempt.",
                    (None, None) => return same(Step::Answer, "WS_REQUEST_BLOCKED", got),
                };
                same(Step::Answer, fault, answer.fault().unwrap_or_default())?;
                same(Step::Answer, "USER_ERROR", &got)?;
                same(Step::Answer, 500, answer.status)?;
            }
        }
        vector
            .http_status
            .map_or(Ok(()), |status| same(Step::Answer, status, answer.status))
    }
}

fn check_row(vector: &Vector, (detail, word): (Detail, &str), rows: &[Login]) -> Result<(), Outcome> {
    let wrong = || same(Step::AuditTrail, word, trail(rows));
    let [login] = rows else { return wrong() };
    let row = &login.row;
    let LoginStatus::Failure {
        detail: got, mistake, ..
    } = &row.status
    else {
        return wrong();
    };
    if *got != detail {
        return wrong();
    }
    // The callback that was refused stands after the word.
    if let Some((_, after)) = word.split_once(' ').filter(|_| Detail::parse(word).is_err()) {
        let shown = row.callback.as_ref().map(ToString::to_string);
        same(Step::AuditTrail, after, shown.unwrap_or_default())?;
    }
    let named = |mistake: &str| format!("{} ({mistake})", detail.word(row.surface));
    match (vector.mistake.as_deref(), mistake.as_deref()) {
        (Some(expected), Some(got)) if refines(got, expected) => Ok(()),
        (Some(expected), _) if is_found(login, expected) => Ok(()),
        (Some(expected), got) => same(
            Step::AuditTrail,
            named(expected),
            named(got.unwrap_or("no mistake named")),
        ),
        (None, _) => Ok(()),
    }
}

/// Whether one mistake is another, or says it more exactly.
fn refines(got: &str, expected: &str) -> bool {
    got == expected || (expected == "timestamp" && (got.starts_with("timestamp_") || got == "clock_skew"))
}

/// Mistakes that come to the same, or cannot be proved, are all listed. One that can be is never among the guesses.
fn is_found(login: &Login, expected: &str) -> bool {
    let found = login.findings.iter().find(|found| found.mistake == expected);
    found.is_some_and(|found| found.is_proved || UNPROVABLE.contains(&expected))
}

/// The trail in a few words.
fn trail(logins: &[Login]) -> String {
    let word = |row: &LoginRow| match &row.status {
        LoginStatus::Success => "Success".to_owned(),
        LoginStatus::Failure { detail, mistake, .. } => {
            let mistake = mistake.as_deref().map(|mistake| format!(" ({mistake})"));
            format!("{}{}", detail.word(row.surface), mistake.unwrap_or_default())
        }
    };
    match logins {
        [] => "no row".to_owned(),
        [login] => word(&login.row),
        logins => logins
            .iter()
            .map(|login| word(&login.row))
            .collect::<Vec<_>>()
            .join(", then "),
    }
}

/// What of an answer says that the login failed.
fn shown_failure(answer: &Answer) -> String {
    let code = answer.error_code().unwrap_or_default();
    let is_login = code.starts_with("INVALID_LOGIN") || answer.status == 401;
    if is_login {
        format!("{} {code}", answer.status)
    } else {
        "no failed login".to_owned()
    }
}

fn one_of(codes: &[&str], got: &str) -> Result<(), Outcome> {
    if codes.contains(&got) {
        Ok(())
    } else {
        same(Step::Answer, codes.join(" or "), got)
    }
}

/// A refusal by 401 says how to authenticate (RFC 9110, 15.5.2).
fn check_challenge(answer: &Answer) -> Result<(), Outcome> {
    if answer.status != 401 {
        return Ok(());
    }
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    let scheme = challenge.split(' ').next().unwrap_or_default();
    same(
        Step::Answer,
        "a challenge by OAuth",
        format!("a challenge by {scheme}"),
    )
}

fn restlet_codes(detail: Option<Detail>) -> Vec<&'static str> {
    match detail {
        None => vec!["SSS_REQUEST_LIMIT_EXCEEDED", "SSS_INVALID_SCRIPTLET_ID"],
        Some(Detail::VersionRejected | Detail::UnknownAlgorithm | Detail::InvalidTimestamp) => {
            vec!["INVALID_REQUEST"]
        }
        Some(Detail::ParameterRejected) => vec!["INVALID_REQUEST", "INVALID_LOGIN_ATTEMPT"],
        Some(Detail::NotTokenBased) => vec!["INVALID_LOGIN_CREDENTIALS", "INVALID_LOGIN_ATTEMPT"],
        Some(_) => vec!["INVALID_LOGIN_ATTEMPT"],
    }
}

fn restlet_status(code: &str) -> u16 {
    match code {
        "INVALID_LOGIN_ATTEMPT" | "INVALID_LOGIN_CREDENTIALS" => 401,
        "INSUFFICIENT_PERMISSION" => 403,
        _ => 400,
    }
}

fn rest_answer(detail: Option<Detail>) -> (&'static str, u16) {
    match detail {
        None => ("CONCURRENCY_LIMIT_EXCEEDED", 429),
        Some(Detail::ParameterRejected) => ("INVALID_REQUEST", 400),
        Some(_) => ("INVALID_LOGIN", 401),
    }
}
