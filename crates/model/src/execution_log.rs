//! The execution logs of an integration record: what was called and how it ended. Who was let in or refused is in the
//! Login Audit Trail, not here, and what was sent is nowhere.

use crate::text_filter::contains;
use crate::word::words;
use crate::{IntegrationId, LoginRole, LoginUser, OneLine, RequestUri, Surface};
use countersign_protocol::{AccountId, Environment};
use countersign_world::UnixTime;
use std::time::Duration;

/// The Status of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExecutionStatus {
    Finished,
    /// The service answered with an error.
    Failed,
    /// Refused by concurrency governance: nothing was executed.
    Rejected,
}

words!(ExecutionStatus, "execution status" {
    Finished => "Finished",
    Failed => "Failed",
    Rejected => "Rejected",
});

/// One request of a logged-in caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionRow {
    pub at: UnixTime,
    pub integration: IntegrationId,
    /// [`Surface::Rest`], [`Surface::Restlet`] or [`Surface::Soap`].
    pub surface: Surface,
    pub user: LoginUser,
    pub role: LoginRole,
    /// The SOAP operation, or the HTTP method.
    pub operation: OneLine,
    pub request_uri: RequestUri,
    pub status: ExecutionStatus,
    /// The HTTP status of the answer; 0 where the connection was closed without one.
    pub http_status: u16,
    pub took: Duration,
    pub request_bytes: u64,
    pub response_bytes: u64,
}

/// Which rows to show: those that fit every filter given. Texts as in [`LoginSearch`](crate::LoginSearch).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutionSearch {
    pub integration: Option<IntegrationId>,
    pub surface: Option<Surface>,
    pub status: Option<ExecutionStatus>,
    /// Rows of this moment and later.
    pub since: Option<UnixTime>,
    /// Rows before this moment.
    pub until: Option<UnixTime>,
    pub operation: Option<String>,
    pub request_uri: Option<String>,
}

impl ExecutionSearch {
    pub fn admits(&self, row: &ExecutionRow) -> bool {
        self.integration.is_none_or(|id| id == row.integration)
            && self.surface.is_none_or(|surface| surface == row.surface)
            && self.status.is_none_or(|status| status == row.status)
            && self.since.is_none_or(|since| row.at >= since)
            && self.until.is_none_or(|until| row.at < until)
            && contains(self.operation.as_deref(), Some(row.operation.as_str()))
            && contains(self.request_uri.as_deref(), Some(row.request_uri.as_str()))
    }
}

/// How long rows are kept: 21 days in production, 7 in other accounts.
pub fn execution_log_retention(account: &AccountId) -> Duration {
    const DAY: u64 = 24 * 60 * 60;
    let days = match account.environment() {
        Environment::Production => 21,
        Environment::Sandbox | Environment::ReleasePreview => 7,
    };
    Duration::from_secs(days * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EntityId, RoleId};

    fn row() -> ExecutionRow {
        ExecutionRow {
            at: UnixTime::from_seconds(5),
            integration: IntegrationId::new(1),
            surface: Surface::Soap,
            user: LoginUser {
                id: EntityId::new(42),
                name: "Ada Byron".into(),
                email: "ada@example.com".into(),
            },
            role: LoginRole {
                id: RoleId::new(1001),
                name: "Integrator".into(),
            },
            operation: OneLine::of("getServerTime"),
            request_uri: RequestUri::of("/services/NetSuitePort_2025_2"),
            status: ExecutionStatus::Finished,
            http_status: 200,
            took: Duration::from_millis(3),
            request_bytes: 900,
            response_bytes: 700,
        }
    }

    #[test]
    fn rows_are_found_by_record_service_status_time_and_text() {
        let all = ExecutionSearch::default();
        assert!(all.admits(&row()));
        let fits = ExecutionSearch {
            integration: Some(IntegrationId::new(1)),
            surface: Some(Surface::Soap),
            status: Some(ExecutionStatus::Finished),
            since: Some(UnixTime::from_seconds(5)),
            until: Some(UnixTime::from_seconds(6)),
            operation: Some("servertime".into()),
            request_uri: Some("NetSuitePort".into()),
        };
        assert!(fits.admits(&row()));
        let other = ExecutionSearch {
            integration: Some(IntegrationId::new(2)),
            ..fits.clone()
        };
        assert!(!other.admits(&row()));
        let rejected = ExecutionSearch {
            status: Some(ExecutionStatus::Rejected),
            ..fits
        };
        assert!(!rejected.admits(&row()));
    }

    #[test]
    fn a_sandbox_keeps_its_log_for_a_week() {
        let days = |id: &str| execution_log_retention(&id.parse().unwrap()).as_secs() / 86_400;
        assert_eq!((days("1234567"), days("1234567_SB1")), (21, 7));
    }
}
