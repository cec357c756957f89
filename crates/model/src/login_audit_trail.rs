//! Rows of the Login Audit Trail. Nothing in a row can log anyone in: keys are masked, queries are cut, and what a
//! caller sent is kept as one short printable line.

use crate::word::words;
use crate::{Detail, EntityId, Masked, Role, RoleId, Surface, User};
use countersign_world::UnixTime;
use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;

/// One login, or several of one cause and source when refusals come too fast to be written one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRow {
    /// When; of several, the first.
    pub at: UnixTime,
    pub status: LoginStatus,
    pub surface: Surface,
    pub user: Option<LoginUser>,
    pub role: Option<LoginRole>,
    /// Token-based Access Token Name.
    pub token_name: Option<String>,
    /// Token-based Application Name.
    pub application_name: Option<String>,
    /// None when the caller came over a Unix socket.
    pub ip: Option<IpAddr>,
    pub user_agent: Option<OneLine>,
    pub request_uri: RequestUri,
    pub security_challenge: SecurityChallenge,
    /// The callback that the authorization flow refused, which the Detail column shows after its word.
    pub callback: Option<OneLine>,
    pub consumer_key: Option<Masked>,
    pub token_id: Option<Masked>,
    /// How many logins the row stands for.
    pub count: NonZeroU32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginStatus {
    Success,
    Failure {
        detail: Detail,
        /// What happened and what to do about it, for people.
        reason: String,
        /// The stable id of the mistake behind it, when it could be named.
        mistake: Option<String>,
    },
}

/// The Security Challenge column: whether a second factor was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SecurityChallenge {
    /// Always so for tokens.
    #[default]
    NotAsked,
    Passed,
    Failed,
}

words!(SecurityChallenge, "security challenge" {
    NotAsked => "",
    Passed => "Passed",
    Failed => "Failed",
});

impl LoginStatus {
    /// The Status column.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::Failure { .. } => "Failure",
        }
    }
}

impl LoginRow {
    pub const fn detail(&self) -> Option<Detail> {
        match self.status {
            LoginStatus::Success => None,
            LoginStatus::Failure { detail, .. } => Some(detail),
        }
    }

    /// The Detail column as it is read, in the spelling of the row's service. Empty on success.
    pub fn detail_column(&self) -> String {
        let word = self.detail().map_or("", |detail| detail.word(self.surface));
        match &self.callback {
            Some(callback) if self.detail() == Some(Detail::InvalidCallback) => format!("{word} {callback}"),
            _ => word.to_owned(),
        }
    }
}

/// The user as they were called when they logged in: a later rename does not change the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginUser {
    pub id: EntityId,
    pub name: String,
    pub email: String,
}

/// The role as it was called at the login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRole {
    pub id: RoleId,
    pub name: String,
}

impl From<&User> for LoginUser {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            email: user.email.clone(),
        }
    }
}

impl From<&Role> for LoginRole {
    fn from(role: &Role) -> Self {
        Self {
            id: role.id,
            name: role.name.clone(),
        }
    }
}

/// Text from a caller, as one printable line of at most 256 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneLine(String);

impl OneLine {
    pub fn of(text: &str) -> Self {
        Self(text.chars().take(256).map(printable).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OneLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is shown for a character from outside. A control character could forge a second line, or move a terminal's cursor
/// over the first; a mark of direction could turn a line around; one that nobody sees makes two names look like one.
pub fn printable(character: char) -> char {
    let turns = matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
    );
    let is_unseen = matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    if character.is_control() || turns || is_unseen {
        char::REPLACEMENT_CHARACTER
    } else {
        character
    }
}

/// The path a login asked for, cut at 256 characters. Of the query only a RESTlet's `script` and `deploy` are kept:
/// the rest is the caller's data, or a secret in the wrong place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestUri(String);

impl RequestUri {
    /// Longer than any script id.
    const MAX_PAIR: usize = 64;

    /// From a path with or without a query, or a whole URL, whose scheme, user information and host are dropped.
    pub fn of(uri: &str) -> Self {
        let uri = uri.split('#').next().unwrap_or_default();
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let path = match path.split_once("://") {
            Some((_, rest)) if !path.starts_with('/') => {
                rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/")
            }
            _ => path,
        };
        let mut line: String = path.chars().take(256).map(printable).collect();
        let mut separator = '?';
        for name in ["script=", "deploy="] {
            let pair = query.split('&').find(|pair| pair.starts_with(name));
            if let Some(pair) = pair.filter(|pair| pair.chars().count() <= Self::MAX_PAIR) {
                line.push(separator);
                line.extend(pair.chars().map(printable));
                separator = '&';
            }
        }
        Self(line)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ada's REST login at second five.
    pub(crate) fn row(status: LoginStatus) -> LoginRow {
        LoginRow {
            at: UnixTime::from_seconds(5),
            status,
            surface: Surface::Rest,
            user: Some(LoginUser {
                id: EntityId::new(42),
                name: "Ada Byron".into(),
                email: "ada@example.com".into(),
            }),
            role: Some(LoginRole {
                id: RoleId::new(1001),
                name: "Integrator".into(),
            }),
            token_name: Some("nightly".into()),
            application_name: Some("Warehouse sync".into()),
            ip: Some(IpAddr::from([198, 51, 100, 7])),
            user_agent: Some(OneLine::of("python-requests/2.0")),
            request_uri: RequestUri::of("/services/rest/record/v1/customer"),
            security_challenge: SecurityChallenge::NotAsked,
            callback: None,
            consumer_key: Some(Masked::of("ef40afdd8abaac11")),
            token_id: Some(Masked::of("2b0ce516420110bc")),
            count: NonZeroU32::MIN,
        }
    }

    pub(crate) fn failure(detail: Detail) -> LoginStatus {
        LoginStatus::Failure {
            detail,
            reason: "A reason.".into(),
            mistake: None,
        }
    }

    #[test]
    fn the_detail_column_is_spelled_by_service_and_shows_a_refused_callback() {
        let refused = LoginRow {
            surface: Surface::AuthorizationFlow,
            callback: Some(OneLine::of("https://evil.example/cb")),
            ..row(failure(Detail::InvalidCallback))
        };
        assert_eq!(refused.detail_column(), "InvalidCallback https://evil.example/cb");
        assert_eq!(row(failure(Detail::NonceUsed)).detail_column(), "NonceUsed");
        assert_eq!(row(LoginStatus::Success).detail_column(), "");
    }

    #[test]
    fn the_request_uri_keeps_script_and_deploy_and_no_other_query() {
        let cases = [
            (
                "/app/site/hosting/restlet.nl?script=6&key=abc&deploy=1#x",
                "/app/site/hosting/restlet.nl?script=6&deploy=1",
            ),
            (
                "/services/rest/query/v1/suiteql?oauth_signature=abc",
                "/services/rest/query/v1/suiteql",
            ),
            ("https://user:pass@1234567.suitetalk.api.netsuite.com/a?b=c", "/a"),
            ("https://user:pass@host?b=c", "/"),
            ("", ""),
        ];
        for (uri, kept) in cases {
            assert_eq!(RequestUri::of(uri).as_str(), kept);
        }
    }

    #[test]
    fn what_turns_a_line_around_or_is_not_seen_is_shown() {
        for hidden in "\u{1b}\u{9b}\u{7f}\u{202e}\u{2066}\u{200b}\u{2060}\u{feff}\u{ad}\u{e0041}".chars() {
            assert_eq!(printable(hidden), char::REPLACEMENT_CHARACTER, "{hidden:?}");
        }
        // Letters of some languages are joined with, and names are written with, what is no letter.
        for kept in "aé語👩 \u{200c}\u{200d}\u{301}".chars() {
            assert_eq!(printable(kept), kept, "{kept:?}");
        }
    }

    proptest! {
        #[test]
        fn a_line_is_short_and_printable(text in any::<String>()) {
            let line = OneLine::of(&text);
            prop_assert!(line.as_str().chars().count() <= 256);
            prop_assert!(!line.as_str().chars().any(char::is_control));
        }

        #[test]
        fn a_request_uri_reads_back_as_it_was_written(
            uri in "[a-z:/?#&=\u{7f}]{0,40}|/[a-z]{0,300}(\\?script=[a-z\u{1}]{0,80}&deploy=[0-9]{0,3})?"
        ) {
            let written = RequestUri::of(&uri);
            prop_assert_eq!(RequestUri::of(written.as_str()), written);
        }
    }
}
