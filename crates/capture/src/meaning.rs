//! What an answer of NetSuite's means: which of the many things that can be wrong it speaks of, and which remain.

use crate::answer::{AnswerCode, CapturedAnswer};
use crate::causes::{
    Cause, OF_CONCURRENCY, OF_THE_ACCOUNT, OF_THE_HEADER, OF_THE_HOST, OF_THE_ROLE, OF_THE_SCRIPT, TRAIL,
};

/// What an answer speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The call was let in.
    Success,
    /// The login was refused, and nobody says why.
    LoginRefused,
    /// The login was not even tried: the header could not be read.
    HeaderRefused,
    /// A second way of logging in stands beside the token.
    Ambiguous,
    /// Another kind of credentials was taken for what was sent.
    OtherCredentials,
    /// The login succeeded; the role may not.
    NotPermitted,
    /// The login succeeded; the request itself is wrong.
    RequestWrong,
    /// Too many requests at once, which is no login failure.
    Concurrency,
    /// The login succeeded; there is no such script.
    NoScript,
    /// The host is not the right one.
    WrongHost,
    /// NetSuite, or what stands before it, failed.
    ServerFailed,
    /// Nothing that is known.
    Unknown,
}

/// An answer, translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    pub kind: Kind,
    /// What NetSuite says with it, in a sentence.
    pub sentence: String,
    pub causes: &'static [Cause],
    /// Where the reason is to be read, where it is.
    pub look: Option<&'static str>,
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::LoginRefused => "login_refused",
            Self::HeaderRefused => "header_refused",
            Self::Ambiguous => "ambiguous",
            Self::OtherCredentials => "other_credentials",
            Self::NotPermitted => "not_permitted",
            Self::RequestWrong => "request_wrong",
            Self::Concurrency => "concurrency",
            Self::NoScript => "no_script",
            Self::WrongHost => "wrong_host",
            Self::ServerFailed => "server_failed",
            Self::Unknown => "unknown",
        }
    }

    const fn causes(self) -> &'static [Cause] {
        match self {
            Self::LoginRefused => OF_THE_ACCOUNT,
            Self::HeaderRefused => OF_THE_HEADER,
            Self::NotPermitted => OF_THE_ROLE,
            Self::Concurrency => OF_CONCURRENCY,
            Self::NoScript => OF_THE_SCRIPT,
            Self::WrongHost => OF_THE_HOST,
            _ => &[],
        }
    }

    /// Whether the Login Audit Trail has a row with the reason.
    const fn is_in_trail(self) -> bool {
        matches!(self, Self::LoginRefused | Self::HeaderRefused | Self::Ambiguous)
    }

    /// Whether a login came before it, which proves the signature right.
    pub const fn is_logged_in(self) -> bool {
        matches!(
            self,
            Self::Success | Self::NotPermitted | Self::RequestWrong | Self::NoScript
        )
    }
}

/// Codes of SOAP, REST and RESTlets, and what they say.
const CODES: &[(&str, Kind, &str)] = &[
    (
        "INVALID_LOGIN",
        Kind::LoginRefused,
        "The login was refused. This one answer stands for some twenty causes.",
    ),
    (
        "INVALID_LOGIN_ATTEMPT",
        Kind::LoginRefused,
        "The login was refused. This one answer stands for some twenty causes.",
    ),
    (
        "INVALID_REQUEST",
        Kind::HeaderRefused,
        "NetSuite could not read the request as a signed one: the header's syntax, signature method, version or timestamp.",
    ),
    (
        "INVALID_LOGIN_CREDENTIALS",
        Kind::OtherCredentials,
        "NetSuite took the request for a login by user name and password, and refused it. Send a signed OAuth header, or a tokenPassport.",
    ),
    (
        "TWO_FA_REQD",
        Kind::OtherCredentials,
        "NetSuite took the request for a login by user name and password, for a role that needs a second factor. A token needs none.",
    ),
    (
        "INSUFFICIENT_PERMISSION",
        Kind::NotPermitted,
        "The login succeeded; the token's role lacks a permission.",
    ),
    (
        "WS_PERMISSION_REQD",
        Kind::NotPermitted,
        "The login succeeded; the token's role lacks SOAP Web Services.",
    ),
    (
        "WS_FEATURE_REQD",
        Kind::NotPermitted,
        "The login succeeded; SOAP Web Services is off in this account.",
    ),
    (
        "LOGIN_DISABLED",
        Kind::LoginRefused,
        "The login was refused: the user's access is off.",
    ),
    (
        "CONCURRENCY_LIMIT_EXCEEDED",
        Kind::Concurrency,
        "Too many requests ran at once. This is no login failure.",
    ),
    (
        "SSS_REQUEST_LIMIT_EXCEEDED",
        Kind::Concurrency,
        "Too many requests ran at once. This is no login failure.",
    ),
    (
        "WS_REQUEST_BLOCKED",
        Kind::Concurrency,
        "Too many requests ran at once. This is no login failure.",
    ),
    (
        "WS_CONCUR_SESSION_DISALLWD",
        Kind::Concurrency,
        "Too many requests ran at once. This is no login failure.",
    ),
    (
        "SSS_INVALID_SCRIPTLET_ID",
        Kind::NoScript,
        "The login succeeded; there is no such script or deployment for this role.",
    ),
    (
        "NONEXISTENT_ID",
        Kind::RequestWrong,
        "The login succeeded; there is no record with this id.",
    ),
    (
        "INVALID_CONTENT",
        Kind::RequestWrong,
        "The login succeeded; the body is not what the service expects.",
    ),
    (
        "INVALID_PARAMETER",
        Kind::RequestWrong,
        "The login succeeded; a parameter is not what the service expects.",
    ),
    (
        "RCRD_DSNT_EXIST",
        Kind::RequestWrong,
        "The login succeeded; there is no such record.",
    ),
    (
        "INVALID_ACCT",
        Kind::WrongHost,
        "NetSuite does not know the account that is named.",
    ),
    (
        "INVALID_WS_VERSION",
        Kind::RequestWrong,
        "The version in the SOAP endpoint is not the envelope's.",
    ),
    (
        "UNSUPPORTED_WS_VERSION",
        Kind::RequestWrong,
        "This version of the SOAP endpoint is no longer supported.",
    ),
    (
        "ACCT_TEMP_UNAVAILABLE",
        Kind::ServerFailed,
        "The account is unavailable for a while: maintenance, or a sandbox that is being refreshed.",
    ),
    (
        "UNEXPECTED_ERROR",
        Kind::ServerFailed,
        "NetSuite failed by itself. Try again, signed anew; give its error ID to NetSuite's support.",
    ),
];

/// What messages say whose code says nothing.
const MESSAGES: &[(&str, Kind, &str)] = &[
    (
        "ambiguous authentication",
        Kind::Ambiguous,
        "A second way of logging in came with the tokenPassport: applicationInfo, passport, or a session cookie.",
    ),
    (
        "invalid login",
        Kind::LoginRefused,
        "The login was refused. This one answer stands for some twenty causes.",
    ),
    (
        "does not match any of the ip address rules",
        Kind::LoginRefused,
        "The login was refused: an IP address rule does not allow the caller's address.",
    ),
    (
        "malformed syntax",
        Kind::HeaderRefused,
        "NetSuite could not read the request as a signed one: the header's syntax, signature method, version or timestamp.",
    ),
    (
        "does not have permission",
        Kind::NotPermitted,
        "The login succeeded; the token's role lacks a permission.",
    ),
    (
        "permission violation",
        Kind::NotPermitted,
        "The login succeeded; the token's role lacks a permission.",
    ),
    (
        "correct data center",
        Kind::WrongHost,
        "The host is that of another data center than the account's.",
    ),
    (
        "account-specific domain",
        Kind::WrongHost,
        "The host is not the account's own, which NetSuite asks for.",
    ),
    (
        "concurrent request limit",
        Kind::Concurrency,
        "Too many requests ran at once. This is no login failure.",
    ),
];

impl Meaning {
    /// Translates an answer: its code first, then its message, its headers, its status.
    pub fn of(answer: &CapturedAnswer) -> Self {
        let code = answer.code();
        let (kind, sentence) = code
            .as_ref()
            .and_then(of_code)
            .map(|(kind, sentence)| (kind, sentence.to_owned()))
            .or_else(|| of_challenge(answer))
            .unwrap_or_else(|| of_status(answer));
        Self {
            kind,
            sentence,
            causes: kind.causes(),
            look: kind.is_in_trail().then_some(TRAIL),
        }
    }
}

fn of_code(answer: &AnswerCode) -> Option<(Kind, &'static str)> {
    let by_code = || CODES.iter().find(|(code, ..)| *code == answer.code);
    let message = answer.message.to_ascii_lowercase();
    let by_message = || MESSAGES.iter().find(|(part, ..)| message.contains(part));
    // USER_ERROR says nothing: SOAP sends it with a refused login, REST with a missing permission.
    by_code()
        .or_else(by_message)
        .map(|(_, kind, sentence)| (*kind, *sentence))
}

/// `WWW-Authenticate`, where the body says nothing.
fn of_challenge(answer: &CapturedAnswer) -> Option<(Kind, String)> {
    let challenge = answer.header("www-authenticate")?;
    let scheme = challenge.split_whitespace().next()?.to_ascii_lowercase();
    Some(match scheme.as_str() {
        "bearer" => (
            Kind::OtherCredentials,
            "NetSuite took the request for an OAuth 2.0 call (Bearer). A signed one begins with OAuth.".to_owned(),
        ),
        "oauth" if challenge.contains("token_rejected") => (
            Kind::LoginRefused,
            "The login was refused. The word token_rejected in this header stands for every cause, not for the token."
                .to_owned(),
        ),
        "oauth" => (Kind::LoginRefused, "The login was refused.".to_owned()),
        _ => return None,
    })
}

fn of_status(answer: &CapturedAnswer) -> (Kind, String) {
    let Some(status) = answer.status else {
        return match answer.is_page() {
            true => (
                Kind::WrongHost,
                "A page for people came instead of an answer: the host or the path is not that of a service."
                    .to_owned(),
            ),
            false => (
                Kind::Unknown,
                "This answer has neither a status nor an error code that is known here.".to_owned(),
            ),
        };
    };
    match status {
        200..=299 if answer.is_page() => (
            Kind::WrongHost,
            "A page for people came instead of an answer, most likely the login page: the host or the path is not that of a service.".to_owned(),
        ),
        200..=299 => (Kind::Success, "The call was let in: signature, token and role are right.".to_owned()),
        300..=399 => {
            let to = answer.header("location").and_then(host_of);
            let to = to.map(|host| format!(" to {host}")).unwrap_or_default();
            (Kind::WrongHost, format!("NetSuite sends the caller{to}: the account is not served by the host that was called."))
        }
        400 => (Kind::HeaderRefused, "NetSuite could not read the request.".to_owned()),
        401 => (Kind::LoginRefused, "The login was refused. This one answer stands for some twenty causes.".to_owned()),
        403 if answer.is_page() => (Kind::WrongHost, "The host does not take this kind of call: a RESTlet is called on the restlets host, not on that of the pages.".to_owned()),
        403 => (Kind::NotPermitted, "The call was refused: the role lacks a permission, or for a RESTlet the login failed.".to_owned()),
        404 => (Kind::RequestWrong, "There is nothing at this path. A login may not even have been tried.".to_owned()),
        405 => (Kind::RequestWrong, "This path does not take this method; a RESTlet has no function for it.".to_owned()),
        415 => (Kind::RequestWrong, "The Content-Type is missing or not taken: a RESTlet takes application/json, application/xml and text/plain.".to_owned()),
        429 => (Kind::Concurrency, "Too many requests ran at once. This is no login failure.".to_owned()),
        500..=599 => (Kind::ServerFailed, "NetSuite, or a proxy before it, failed. Try again, signed anew.".to_owned()),
        _ => (Kind::Unknown, format!("The status {status} is not one that is known here.")),
    }
}

fn host_of(location: &str) -> Option<String> {
    let address = crate::captured::Address::of(location)?;
    Some(address.authority.chars().take(100).collect())
}

#[cfg(test)]
mod tests;
