//! A request of a known caller, from its login until its answer, for the execution log.

use std::time::Duration;

use countersign_model::{
    ExecutionRow, ExecutionStatus, Integration, IntegrationId, LoginRole, LoginUser, OneLine, RequestUri,
    Role, Surface, User,
};
use countersign_world::UnixTime;

use crate::attempt::LoginAttempt;
use crate::authority::Authority;

/// Whose request it is, and when it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    at: UnixTime,
    /// By the machine's monotonic clock.
    begun: Duration,
    integration: IntegrationId,
    surface: Surface,
    user: LoginUser,
    role: LoginRole,
    request_uri: RequestUri,
    is_rejected: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'a> {
    /// The SOAP operation, or the HTTP method.
    pub operation: &'a str,
    /// None where the connection was closed without an answer.
    pub http_status: Option<u16>,
    pub request_bytes: u64,
    pub response_bytes: u64,
}

impl Execution {
    pub(crate) fn begin(
        attempt: &LoginAttempt<'_>,
        integration: &Integration,
        user: &User,
        role: &Role,
        (at, begun): (UnixTime, Duration),
    ) -> Self {
        Self {
            at,
            begun,
            integration: integration.id,
            surface: attempt.surface,
            user: user.into(),
            role: role.into(),
            request_uri: RequestUri::of(attempt.source.uri),
            is_rejected: false,
        }
    }

    pub(crate) const fn at(&self) -> UnixTime {
        self.at
    }

    /// Refused by concurrency governance.
    pub(crate) fn rejected(self) -> Self {
        Self {
            is_rejected: true,
            ..self
        }
    }

    fn row(self, answered: Answered<'_>, elapsed: Duration) -> ExecutionRow {
        let status = match answered.http_status {
            _ if self.is_rejected => ExecutionStatus::Rejected,
            Some(..400) => ExecutionStatus::Finished,
            _ => ExecutionStatus::Failed,
        };
        ExecutionRow {
            at: self.at,
            integration: self.integration,
            surface: self.surface,
            user: self.user,
            role: self.role,
            operation: OneLine::of(answered.operation),
            request_uri: self.request_uri,
            status,
            http_status: answered.http_status.unwrap_or(0),
            took: elapsed.saturating_sub(self.begun),
            request_bytes: answered.request_bytes,
            response_bytes: answered.response_bytes,
        }
    }
}

impl Authority {
    /// Writes what came of a request into the execution log, behind the answer. Waits while the log has much to write.
    pub async fn log_execution(&self, execution: Execution, answered: Answered<'_>) {
        let row = execution.row(answered, self.clock.elapsed());
        self.execution_log.append(row).await;
    }
}
