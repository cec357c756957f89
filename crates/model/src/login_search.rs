//! The filters of the Login Audit Trail.

use crate::text_filter::{contains, same};
use crate::{Detail, EntityId, IpRules, LoginRow, LoginStatus, OneLine, RoleId, SecurityChallenge, Surface};
use countersign_world::UnixTime;

/// Which rows to show: those that fit every filter given. A text filter fits where the column holds it, upper and lower
/// case aside; an email must be the whole of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginSearch {
    /// None for both.
    pub success: Option<bool>,
    pub user: Option<EntityId>,
    pub role: Option<RoleId>,
    /// Rows of this moment and later.
    pub since: Option<UnixTime>,
    /// Rows before this moment.
    pub until: Option<UnixTime>,
    pub email: Option<String>,
    /// Addresses, ranges and networks.
    pub ip: Option<IpRules>,
    pub user_agent: Option<String>,
    pub request_uri: Option<String>,
    pub security_challenge: Option<SecurityChallenge>,
    pub application_name: Option<String>,
    pub token_name: Option<String>,
    pub detail: Option<Detail>,
    pub surface: Option<Surface>,
    /// The stable id of the mistake behind a failure.
    pub mistake: Option<String>,
}

impl LoginSearch {
    /// What the filters mean. A store that filters by itself must give the same rows.
    pub fn admits(&self, row: &LoginRow) -> bool {
        let mistake = match &row.status {
            LoginStatus::Failure { mistake, .. } => mistake.as_deref(),
            LoginStatus::Success => None,
        };
        let user = row.user.as_ref();
        self.success
            .is_none_or(|success| success == row.detail().is_none())
            && self.user.is_none_or(|id| user.is_some_and(|user| user.id == id))
            && self
                .role
                .is_none_or(|id| row.role.as_ref().is_some_and(|role| role.id == id))
            && self.since.is_none_or(|since| row.at >= since)
            && self.until.is_none_or(|until| row.at < until)
            && same(self.email.as_deref(), user.map(|user| user.email.as_str()))
            && self
                .ip
                .as_ref()
                .is_none_or(|rules| row.ip.is_some_and(|ip| rules.admit(ip)))
            && contains(
                self.user_agent.as_deref(),
                row.user_agent.as_ref().map(OneLine::as_str),
            )
            && contains(self.request_uri.as_deref(), Some(row.request_uri.as_str()))
            && self
                .security_challenge
                .is_none_or(|challenge| challenge == row.security_challenge)
            && contains(self.application_name.as_deref(), row.application_name.as_deref())
            && contains(self.token_name.as_deref(), row.token_name.as_deref())
            && self.detail.is_none_or(|detail| row.detail() == Some(detail))
            && self.surface.is_none_or(|surface| surface == row.surface)
            && self
                .mistake
                .as_deref()
                .is_none_or(|wanted| mistake == Some(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login_audit_trail::tests::{failure, row};

    #[test]
    fn a_search_without_filters_shows_everything() {
        assert!(LoginSearch::default().admits(&row(LoginStatus::Success)));
        assert!(LoginSearch::default().admits(&row(failure(Detail::NonceUsed))));
    }

    #[test]
    fn each_filter_admits_what_fits_and_nothing_else() {
        let text = |text: &str| Some(text.to_owned());
        let all = LoginSearch::default();
        let fitting = [
            LoginSearch {
                success: Some(false),
                ..all.clone()
            },
            LoginSearch {
                user: Some(EntityId::new(42)),
                ..all.clone()
            },
            LoginSearch {
                role: Some(RoleId::new(1001)),
                ..all.clone()
            },
            LoginSearch {
                since: Some(UnixTime::from_seconds(5)),
                ..all.clone()
            },
            LoginSearch {
                until: Some(UnixTime::from_seconds(6)),
                ..all.clone()
            },
            LoginSearch {
                email: text("ADA@example.com"),
                ..all.clone()
            },
            LoginSearch {
                ip: Some("198.51.100.0/24".parse().unwrap()),
                ..all.clone()
            },
            LoginSearch {
                user_agent: text("Requests"),
                ..all.clone()
            },
            LoginSearch {
                request_uri: text("/record/"),
                ..all.clone()
            },
            LoginSearch {
                security_challenge: Some(SecurityChallenge::NotAsked),
                ..all.clone()
            },
            LoginSearch {
                application_name: text("warehouse"),
                ..all.clone()
            },
            LoginSearch {
                token_name: text("night"),
                ..all.clone()
            },
            LoginSearch {
                detail: Some(Detail::TokenRejected),
                ..all.clone()
            },
            LoginSearch {
                surface: Some(Surface::Rest),
                ..all.clone()
            },
        ];
        let other = [
            LoginSearch {
                success: Some(true),
                ..all.clone()
            },
            LoginSearch {
                user: Some(EntityId::new(43)),
                ..all.clone()
            },
            LoginSearch {
                role: Some(RoleId::new(3)),
                ..all.clone()
            },
            LoginSearch {
                since: Some(UnixTime::from_seconds(6)),
                ..all.clone()
            },
            LoginSearch {
                until: Some(UnixTime::from_seconds(5)),
                ..all.clone()
            },
            LoginSearch {
                email: text("da@example.com"),
                ..all.clone()
            },
            LoginSearch {
                ip: Some("192.0.2.1".parse().unwrap()),
                ..all.clone()
            },
            LoginSearch {
                user_agent: text("curl"),
                ..all.clone()
            },
            LoginSearch {
                request_uri: text("restlet.nl"),
                ..all.clone()
            },
            LoginSearch {
                security_challenge: Some(SecurityChallenge::Passed),
                ..all.clone()
            },
            LoginSearch {
                application_name: text("nightly"),
                ..all.clone()
            },
            LoginSearch {
                token_name: text("warehouse"),
                ..all.clone()
            },
            LoginSearch {
                detail: Some(Detail::NonceUsed),
                ..all.clone()
            },
            LoginSearch {
                surface: Some(Surface::Soap),
                ..all.clone()
            },
            LoginSearch {
                mistake: text("clock_skew"),
                ..all
            },
        ];
        let row = row(failure(Detail::TokenRejected));
        for search in fitting {
            assert!(search.admits(&row), "{search:?}");
        }
        for search in other {
            assert!(!search.admits(&row), "{search:?}");
        }
    }
}
